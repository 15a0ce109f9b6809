"""Gmail as the emulator plays it, to imaplib and curl: another greeting, challenges, and both mechanisms."""

import imaplib
import json

import pytest

from support.mailcloud import MailCloud, xoauth2

ADA = "ada@gmail.example"
MAIL_SCOPE = "https://mail.google.com/"


def oauthbearer(cloud: MailCloud, user: str, token: str) -> bytes:
    return f"n,a={user},\x01host={cloud.gmail.host}\x01port={cloud.gmail.port}\x01auth=Bearer {token}\x01\x01".encode()


def test_the_greeting_and_what_is_offered(mail_cloud: MailCloud) -> None:
    with mail_cloud.connect(mail_cloud.gmail) as mail:
        assert mail.welcome.startswith(b"* OK Gimap ready for requests from")
        assert {"SASL-IR", "AUTH=XOAUTH2", "AUTH=OAUTHBEARER"} <= set(mail.capabilities)


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_mail_is_read(mail_cloud: MailCloud, mechanism: str) -> None:
    token = mail_cloud.gmail_token(ADA)
    said = xoauth2(ADA, token) if mechanism == "XOAUTH2" else oauthbearer(mail_cloud, ADA, token)
    with mail_cloud.connect(mail_cloud.gmail) as mail:
        mail.authenticate(mechanism, lambda challenge: said)
        status, (count,) = mail.select('"[Gmail]/All Mail"', readonly=True)
        assert status == "OK" and int(count) >= 40
        assert len(mail.fetch("1:*", "(UID ENVELOPE)")[1]) >= 40


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
@pytest.mark.parametrize("wrong", ["scope", "expiry", "person", "token"])
def test_a_refusal_explains_itself_in_a_challenge(mail_cloud: MailCloud, mechanism: str, wrong: str) -> None:
    token = {
        "scope": lambda: mail_cloud.gmail_token(ADA, scope="https://www.googleapis.com/auth/gmail.readonly"),
        "expiry": lambda: mail_cloud.gmail_token(ADA, expires_in=-1),
        "person": lambda: mail_cloud.gmail_token("bob@gmail.example"),
        "token": lambda: "ya29.none",
    }[wrong]()
    said = xoauth2(ADA, token) if mechanism == "XOAUTH2" else oauthbearer(mail_cloud, ADA, token)
    challenges: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        challenges.append(challenge)
        return said if len(challenges) == 1 else b"" if mechanism == "XOAUTH2" else b"\x01"

    with mail_cloud.connect(mail_cloud.gmail) as mail:
        with pytest.raises(imaplib.IMAP4.error, match=r"\[AUTHENTICATIONFAILED\] Invalid credentials \(Failure\)"):
            mail.authenticate(mechanism, answer)
    assert len(challenges) == 2
    assert json.loads(challenges[1]) == {"status": "400", "schemes": "Bearer", "scope": MAIL_SCOPE}


def test_credentials_that_are_malformed(mail_cloud: MailCloud) -> None:
    token = mail_cloud.gmail_token(ADA)
    said = f"user={ADA}\\1auth=Bearer {token}\\1\\1".encode()
    with mail_cloud.connect(mail_cloud.gmail) as mail, pytest.raises(imaplib.IMAP4.error, match="Invalid SASL argument"):
        mail.authenticate("XOAUTH2", lambda challenge: said)


def test_a_token_of_exchange(mail_cloud: MailCloud) -> None:
    token = mail_cloud.person_token("megan@contoso.example")
    with mail_cloud.connect(mail_cloud.gmail) as mail, pytest.raises(imaplib.IMAP4.error, match="Invalid credentials"):
        mail.authenticate("XOAUTH2", lambda c: b"" if c else xoauth2("megan@contoso.example", token))


def test_the_session_ends_with_its_token(mail_cloud: MailCloud) -> None:
    with mail_cloud.open(ADA, mail_cloud.gmail_token(ADA, expires_in=600), mail_cloud.gmail) as mail:
        mail.select(readonly=True)
        mail_cloud.control("clock", offset_seconds=700)
        with pytest.raises(imaplib.IMAP4.abort):
            while True:
                mail.noop()
        assert "BYE" in mail.untagged_responses


def test_curl_logs_in_by_oauthbearer(mail_cloud: MailCloud) -> None:
    place = mail_cloud.gmail
    done = mail_cloud.curl(f"imaps://{place.host}:{place.port}/", ADA, mail_cloud.gmail_token(ADA))
    assert done.returncode == 0, done.stderr
    assert b"[Gmail]/All Mail" in done.stdout
