"""Python's imaplib at the emulated Exchange Online: logins, their refusals, and mail."""

import email
import email.policy
import imaplib
import ssl
from typing import Any

import pytest

from support.cloud import GRAPH, OUTLOOK
from support.mailcloud import MailCloud, same_subjects, xoauth2

MEGAN = "megan@contoso.example"
LIDIA = "lidia@contoso.example"
HOUR = 3_600


def headers(mail: imaplib.IMAP4_SSL) -> list[bytes]:
    """The header field Subject of every message, the oldest first."""
    status, data = mail.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    assert status == "OK"
    return [part[1] for part in data if isinstance(part, tuple)]


def refusal(cloud: MailCloud, user: str, token: str) -> tuple[str, list[bytes]]:
    """Why a login fails, and what the server asked before."""
    asked: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        asked.append(challenge)
        return xoauth2(user, token) if len(asked) == 1 else b""

    with cloud.connect() as mail:
        with pytest.raises(imaplib.IMAP4.error) as caught:
            mail.authenticate("XOAUTH2", answer)
        return str(caught.value.args[0]), asked


@pytest.mark.parametrize("user", [MEGAN, "taras@contoso.example", "admin@contoso.example"])
def test_the_subjects_are_what_graph_lists(mail_cloud: MailCloud, user: str) -> None:
    with mail_cloud.open(user) as mail:
        status, (count,) = mail.select(readonly=True)
        assert status == "OK" and int(count) >= 40
        assert same_subjects(headers(mail), mail_cloud.subjects_by_graph(user))


def test_every_message_is_read_whole(mail_cloud: MailCloud) -> None:
    subjects = mail_cloud.subjects_by_graph(MEGAN)
    with mail_cloud.open(MEGAN) as mail:
        mail.select(readonly=True)
        whole = []
        for number in range(1, len(subjects) + 1):
            status, data = mail.fetch(str(number), "(RFC822.SIZE BODY.PEEK[])")
            assert status == "OK" and isinstance(data[0], tuple)
            assert f"RFC822.SIZE {len(data[0][1])} " in data[0][0].decode()
            whole.append(data[0][1])
    parsed = [email.message_from_bytes(message, policy=email.policy.default) for message in whole]
    read = {" ".join(str(message["subject"] or "").split()) for message in parsed}
    plain = {" ".join(subject.split()) for subject in subjects if subject.isascii() and subject}
    assert len(plain) > 20 and plain <= read


def test_an_app_reads_a_mailbox_that_it_was_let_into(mail_cloud: MailCloud) -> None:
    with mail_cloud.open(MEGAN, mail_cloud.machine_token()) as mail:
        mail.select(readonly=True)
        assert same_subjects(headers(mail), mail_cloud.subjects_by_graph(MEGAN))


def test_the_token_of_the_token_endpoint(mail_cloud: MailCloud) -> None:
    token = mail_cloud.app_token(mail_cloud.contoso.id, resource="https://outlook.office365.com")
    with mail_cloud.open(MEGAN, token) as mail:
        assert mail.state == "AUTH"


def test_somebody_with_full_access_reads_a_shared_mailbox(mail_cloud: MailCloud) -> None:
    mail_cloud.exchange(full_access=[{"mailbox": MEGAN, "users": [LIDIA]}])
    with mail_cloud.open(MEGAN, mail_cloud.person_token(LIDIA)) as mail:
        assert mail.select(readonly=True)[0] == "OK"


def test_the_greeting_and_what_is_offered(mail_cloud: MailCloud) -> None:
    with mail_cloud.connect() as mail:
        assert mail.welcome.startswith(b"* OK The Microsoft Exchange IMAP4 service is ready. [")
        assert {"IMAP4", "IMAP4REV1", "AUTH=XOAUTH2", "SASL-IR", "IDLE"} <= set(mail.capabilities)
        assert "AUTH=OAUTHBEARER" not in mail.capabilities and "MOVE" not in mail.capabilities
        token = mail_cloud.person_token(MEGAN)
        mail.authenticate("XOAUTH2", lambda challenge: xoauth2(MEGAN, token))
        assert b"MOVE" in mail.capability()[1][0].split()


def test_the_certificate_is_not_of_a_known_authority(mail_cloud: MailCloud) -> None:
    place = mail_cloud.imap
    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL(place.host, place.port, ssl_context=ssl.create_default_context(), timeout=60)


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"aud": "https://graph.microsoft.com"}, id="for Graph"),
        pytest.param({"scp": "Mail.Read User.Read"}, id="without the scope"),
        pytest.param({"scp": None}, id="without any scope"),
        pytest.param({"exp": 1_000_000_000, "nbf": 999_990_000}, id="out of date"),
        pytest.param({"upn": "lidia@contoso.example"}, id="of a name that is not the person's"),
        pytest.param({"tid": "a86d4c17-92be-4d33-9c5b-0e7f61d8b220"}, id="of another tenant"),
        pytest.param({"iss": "https://sts.example/"}, id="of another issuer"),
    ],
)
def test_tokens_that_exchange_refuses_without_a_word(mail_cloud: MailCloud, claims: dict[str, Any]) -> None:
    text, asked = refusal(mail_cloud, MEGAN, mail_cloud.person_token(MEGAN, **claims))
    assert "AUTHENTICATE failed." in text
    assert asked == [b""], "Exchange sends no challenge"


def test_apps_tokens_that_exchange_refuses(mail_cloud: MailCloud) -> None:
    tokens = [mail_cloud.machine_token(roles=None), mail_cloud.machine_token(roles=["Mail.Read"])]
    for token in tokens:
        assert "AUTHENTICATE failed." in refusal(mail_cloud, MEGAN, token)[0]
    mail_cloud.exchange(service_principals=[])
    assert "AUTHENTICATE failed." in refusal(mail_cloud, MEGAN, mail_cloud.machine_token())[0]


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "EwB" + "a" * 200, "x" * 9_000])
def test_what_is_no_token_of_the_cloud(mail_cloud: MailCloud, token: str) -> None:
    assert "AUTHENTICATE failed." in refusal(mail_cloud, MEGAN, token)[0]


def test_a_token_whose_signature_was_changed(mail_cloud: MailCloud) -> None:
    head, body, signature = mail_cloud.person_token(MEGAN).split(".")
    forged = ".".join([head, body, ("B" if signature[0] != "B" else "C") + signature[1:]])
    assert "AUTHENTICATE failed." in refusal(mail_cloud, MEGAN, forged)[0]


def test_a_refused_login_may_be_tried_again_on_the_same_connection(mail_cloud: MailCloud) -> None:
    with mail_cloud.connect() as mail:
        with pytest.raises(imaplib.IMAP4.error):
            mail.authenticate("XOAUTH2", lambda challenge: xoauth2(MEGAN, "wrong"))
        token = mail_cloud.person_token(MEGAN)
        mail.authenticate("XOAUTH2", lambda challenge: xoauth2(MEGAN, token))
        assert mail.select(readonly=True)[0] == "OK"


def test_a_password_opens_nothing(mail_cloud: MailCloud) -> None:
    with mail_cloud.connect() as mail, pytest.raises(imaplib.IMAP4.error, match="LOGIN failed."):
        mail.login(MEGAN, mail_cloud.contoso.person("megan").password)


@pytest.mark.parametrize("reason", ["no rights", "IMAP is off", "an app without the mailbox", "asked for"])
def test_a_good_token_without_a_mailbox(mail_cloud: MailCloud, reason: str) -> None:
    token = mail_cloud.person_token(LIDIA if reason == "no rights" else MEGAN)
    if reason == "IMAP is off":
        mail_cloud.exchange(imap_disabled=[MEGAN])
    elif reason == "an app without the mailbox":
        client = mail_cloud.reports.client_id
        mail_cloud.exchange(service_principals=[{"client_id": client, "full_access": [LIDIA]}])
        token = mail_cloud.machine_token()
    elif reason == "asked for":
        mail_cloud.fault("imap", "not_connected")
    with mail_cloud.connect() as mail:
        mail.authenticate("XOAUTH2", lambda challenge: xoauth2(MEGAN, token))
        for _ in range(2):
            with pytest.raises(imaplib.IMAP4.error, match="User is authenticated but not connected"):
                mail.noop()
        with pytest.raises(imaplib.IMAP4.abort):
            mail.noop()


def test_the_session_ends_with_its_token(mail_cloud: MailCloud) -> None:
    with mail_cloud.open(MEGAN) as mail:
        mail.select(readonly=True)
        mail_cloud.control("clock", offset_seconds=2 * HOUR)
        with pytest.raises(imaplib.IMAP4.abort):
            while True:
                mail.noop()
        assert mail.untagged_responses["BYE"][-1] == b"Session invalidated - AccessTokenExpired"


def test_the_session_ends_when_asked_for(mail_cloud: MailCloud) -> None:
    with mail_cloud.open(MEGAN) as mail:
        mail.select(readonly=True)
        mail_cloud.fault("imap", "expire_session")
        with pytest.raises(imaplib.IMAP4.abort):
            mail.fetch("1:*", "(FLAGS)")
        assert mail.untagged_responses["BYE"][-1] == b"Session invalidated - AccessTokenExpired"


def test_reading_flags_and_peeking_does_not(mail_cloud: MailCloud) -> None:
    with mail_cloud.open(LIDIA) as mail:
        mail.select()
        unseen = mail.search(None, "UNSEEN")[1][0].split()
        mail.fetch(unseen[0], "(BODY.PEEK[])")
        assert mail.search(None, "UNSEEN")[1][0].split() == unseen
        mail.fetch(unseen[0], "(RFC822)")
        assert mail.search(None, "UNSEEN")[1][0].split() == unseen[1:]
        mail.store(unseen[0], "-FLAGS", "(\\Seen)")
        assert mail.search(None, "UNSEEN")[1][0].split() == unseen


def test_unread_messages_are_found_by_their_flag(mail_cloud: MailCloud) -> None:
    with mail_cloud.open(MEGAN) as mail:
        mail.select()
        first, *_ = mail.search(None, "UNSEEN")[1][0].split()
        assert mail.store(first.decode(), "+FLAGS", r"(\Seen)")[0] == "OK"
        assert first not in mail.search(None, "UNSEEN")[1][0].split()
        mail.store(first.decode(), "-FLAGS", r"(\Seen)")


def test_messages_are_brought_moved_and_removed(mail_cloud: MailCloud) -> None:
    with mail_cloud.open(LIDIA) as mail:
        assert mail.create("Proj&AOk-ts")[0] == "OK"
        message = b"Subject: brought along\r\n\r\nText\r\n"
        status, (code,) = mail.append("Proj&AOk-ts", "\\Flagged", None, message)
        assert status == "OK" and b"APPENDUID" in code
        mail.select("Proj&AOk-ts")
        assert mail.search(None, "FLAGGED", "SUBJECT", "brought")[1] == [b"1"]
        assert mail.fetch("1", "(RFC822)")[1][0][1] == message
        assert mail.uid("COPY", "1", "Archive")[0] == "OK"
        imaplib.Commands["MOVE"] = ("SELECTED",)
        assert mail.uid("MOVE", "1", '"Deleted Items"')[0] == "OK"
        assert mail.search(None, "ALL")[1] == [b""]
        for folder in ("Archive", '"Deleted Items"'):
            mail.select(folder)
            found = mail.search(None, "SUBJECT", '"brought along"')[1][0].split()
            assert len(found) == 1
            mail.store(found[0], "+FLAGS", "(\\Deleted)")
            assert mail.expunge()[0] == "OK"
            assert mail.search(None, "SUBJECT", '"brought along"')[1] == [b""]
        mail.select("INBOX")
        assert mail.delete("Proj&AOk-ts")[0] == "OK"


@pytest.mark.parametrize("api", ["graph", "outlook"])
def test_what_mail_programs_change_is_seen_over_http(mail_cloud: MailCloud, api: str) -> None:
    token = mail_cloud.app_token(mail_cloud.contoso.id, resource=GRAPH if api == "graph" else OUTLOOK)

    def seen(folder: str) -> dict[str, bool]:
        query = "$top=100&$select=Subject,IsRead&$filter=contains(subject,'both sides')"
        answer = mail_cloud.mail(f"users/{LIDIA}{folder}/messages?{query}", token, api)
        assert answer.status_code == 200, answer.text
        found = [{name.lower(): value for name, value in one.items()} for one in answer.json()["value"]]
        return {one["subject"]: one["isread"] for one in found}

    inbox = "/mailFolders/inbox" if api == "graph" else "/folders/inbox"
    mail_cloud.deliver(LIDIA, "delivered, on both sides")
    with mail_cloud.open(LIDIA) as mail:
        mail.append("INBOX", "\\Seen", None, b"Subject: appended, on both sides\r\n\r\nText\r\n")
        assert seen(inbox) == {"delivered, on both sides": False, "appended, on both sides": True}
        mail.select()
        number = mail.search(None, "SUBJECT", '"delivered, on both sides"')[1][0].decode()
        mail.store(number, "+FLAGS", "(\\Seen)")
        assert seen(inbox) == {"delivered, on both sides": True, "appended, on both sides": True}
        imaplib.Commands["MOVE"] = ("SELECTED",)
        mail._simple_command("MOVE", number, "Archive")
        assert seen(inbox) == {"appended, on both sides": True}
        assert len(seen("")) == 2, "it is in the mailbox still"
        for folder in ("INBOX", "Archive"):
            mail.select(folder)
            for one in mail.search(None, "SUBJECT", '"both sides"')[1][0].split():
                mail.store(one, "+FLAGS", "(\\Deleted)")
            mail.expunge()
        assert seen("") == {}


def test_folders_have_their_uses(mail_cloud: MailCloud) -> None:
    with mail_cloud.open(LIDIA) as mail:
        status, lines = mail.list()
        assert status == "OK"
        for name in (b"INBOX", b"Drafts", b"Sent Items", b"Deleted Items"):
            assert any(line is not None and name in line for line in lines), name


@pytest.mark.parametrize("kind", ["drop", "no_tls"])
def test_a_connection_that_comes_to_nothing(mail_cloud: MailCloud, kind: str) -> None:
    mail_cloud.fault("imap", kind)
    with pytest.raises((ssl.SSLError, OSError, imaplib.IMAP4.abort)):
        mail_cloud.connect()
    with mail_cloud.connect() as mail:
        assert mail.state == "NONAUTH", "only the next connection was asked for"


@pytest.mark.parametrize("kind", ["hang", "silent"])
def test_a_server_that_says_nothing(mail_cloud: MailCloud, kind: str) -> None:
    mail_cloud.fault("imap", kind)
    place = mail_cloud.imap
    with pytest.raises(TimeoutError):
        imaplib.IMAP4_SSL(place.host, place.port, ssl_context=mail_cloud.trust, timeout=0.5)
