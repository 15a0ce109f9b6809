"""`sallyport mail diagnose` names what is wrong: every cause staged at the emulated servers, or shown as text."""

import base64
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.command_line import Terminal
from support.mailcloud import MailCloud, Place, xoauth2

MEGAN = "megan@contoso.example"
LIDIA = "lidia@contoso.example"
ADA = "ada@gmail.example"
FABRIKAM = "a86d4c17-92be-4d33-9c5b-0e7f61d8b220"
GRAPH = "https://graph.microsoft.com"
TOO_SMALL = "https://www.googleapis.com/auth/gmail.readonly"


@dataclass(frozen=True)
class Login:
    """What somebody tries: a token, and where."""

    token: str
    mailbox: str = MEGAN
    service: str = "imap"
    place: str = "imap"
    options: tuple[str, ...] = ()


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "home")


def arguments(cloud: MailCloud, login: Login) -> list[str]:
    place: Place = cloud.place(login.place)
    return [
        "mail", "diagnose", "--token-stdin", "--host", place.host, "--port", str(place.port), "--ca-file",
        str(cloud.ca_file), "--mailbox", login.mailbox, "--service", login.service, *login.options,
    ]


def diagnose(
    terminal: Terminal, cloud: MailCloud, login: Login, *options: str
) -> subprocess.CompletedProcess[str]:
    """One diagnosis; the token is in nothing that is printed, nor is a part of it."""
    done = terminal.run(*arguments(cloud, login), *options, stdin=login.token + "\n")
    printed = done.stdout + done.stderr
    blob = base64.b64encode(xoauth2(login.mailbox, login.token)).decode()
    for secret in [login.token, blob, *(part for part in login.token.split(".") if len(part) > 20)]:
        assert secret not in printed, "the token is printed"
    return done


def report(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def first(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The most likely cause."""
    found = report(done)
    assert done.returncode == 1, done.stderr
    assert found["verdict"] == "cause", found
    top: dict[str, Any] = found["candidates"][0]
    return top


Stage = Callable[[MailCloud], Login]


def with_cloud(login: Callable[[MailCloud], Login]) -> Stage:
    """With the description of the cloud, in which the mailbox's tenant is found."""

    def staged(cloud: MailCloud) -> Login:
        made = login(cloud)
        return Login(made.token, made.mailbox, made.service, made.place, ("--cloud", f"{cloud.base}"))

    return staged


def token(**claims: Any) -> Stage:
    return lambda cloud: Login(cloud.person_token(MEGAN, **claims))


def machine(**claims: Any) -> Stage:
    return lambda cloud: Login(cloud.machine_token(**claims))


def unknown_app(cloud: MailCloud) -> Login:
    cloud.exchange(service_principals=[])
    return Login(cloud.machine_token())


def app_without_mailbox(cloud: MailCloud) -> Login:
    cloud.exchange(service_principals=[{"client_id": cloud.reports.client_id, "full_access": [LIDIA]}])
    return Login(cloud.machine_token())


def imap_off(cloud: MailCloud) -> Login:
    cloud.exchange(imap_disabled=[MEGAN])
    return Login(cloud.person_token(MEGAN))


def fault(at: str, kind: str, service: str | None = None) -> Stage:
    def staged(cloud: MailCloud) -> Login:
        login = Login(cloud.person_token(MEGAN), service=service or at, place=at)
        cloud.fault(at, kind)
        return login

    return staged


def smtp(**claims: Any) -> Stage:
    return lambda cloud: Login(cloud.person_token(MEGAN, **claims), service="smtp", place="smtp")


def smtp_off(cloud: MailCloud) -> Login:
    cloud.exchange(smtp_disabled=[MEGAN])
    return Login(cloud.person_token(MEGAN), service="smtp", place="smtp")


def gmail(**changes: Any) -> Stage:
    return lambda cloud: Login(cloud.gmail_token(ADA, **changes), ADA, place="gmail_imap")


def foreign_gmail(cloud: MailCloud) -> Login:
    return Login(cloud.gmail_token("bob@gmail.example"), ADA, place="gmail_imap")


LIVE: list[tuple[str, int, Stage]] = [
    ("for Graph", 2, token(aud=GRAPH)),
    ("for Graph by its id", 2, token(aud="00000003-0000-0000-c000-000000000000")),
    ("for an API of one's own", 2, token(aud="api://mine")),
    ("an app's, for Graph", 2, machine(aud=GRAPH, roles=["Mail.Read"])),
    ("without the scope", 3, token(scp="Mail.Read User.Read")),
    ("with POP's scope alone", 3, token(scp="POP.AccessAsUser.All")),
    ("an app without roles", 4, machine(roles=None)),
    ("an app with other roles", 4, machine(roles=["Mail.Read"])),
    ("an app that Exchange does not know", 5, unknown_app),
    ("out of date", 6, token(exp=1_700_000_000, nbf=1_699_990_000, iat=1_699_990_000)),
    ("not valid yet", 6, token(nbf=4_000_000_000)),
    ("somebody else's", 7, lambda cloud: Login(cloud.person_token(LIDIA, tid="none"))),
    ("of another tenant", 8, with_cloud(lambda cloud: Login(cloud.machine_token(FABRIKAM)))),
    ("of a guest", 8, token(upn="megan_contoso.example#EXT#@fabrikam.example", tid=FABRIKAM)),
    ("a personal account's for a company's mailbox", 9, lambda cloud: Login("EwB" + "AbCd1234" * 60)),
    ("without rights on the mailbox", 10, lambda cloud: Login(cloud.person_token(LIDIA))),
    ("an app without the mailbox", 10, app_without_mailbox),
    ("IMAP is off", 11, imap_off),
    ("SMTP: for Graph", 15, smtp(aud=GRAPH)),
    ("SMTP: without the scope", 15, smtp(scp="IMAP.AccessAsUser.All")),
    ("SMTP: out of date", 15, smtp(exp=1_700_000_000, nbf=1_699_990_000)),
    ("SMTP: refused", 15, fault("smtp", "refuse")),
    ("SMTP is off for the tenant", 16, fault("smtp", "smtp_disabled_for_tenant")),
    ("SMTP is off for the mailbox", 16, smtp_off),
    ("SMTP: security defaults", 17, fault("smtp", "security_defaults")),
    ("SMTP: credentials incorrect", 17, fault("smtp", "credentials_incorrect")),
    ("SMTP: the token ends soon", 18, fault("smtp", "token_expires_soon")),
    ("POP: protocol error", 19, fault("pop", "protocol_error")),
    ("Gmail: too small a scope", 20, gmail(scope=TOO_SMALL)),
    ("Gmail: another account", 20, foreign_gmail),
    ("Gmail: the token has ended", 20, gmail(expires_in=-1)),
    ("the session ends with its token", 22, fault("imap", "expire_session")),
    ("no TLS", 23, fault("imap", "no_tls")),
    ("POP without TLS", 23, fault("pop", "no_tls")),
    ("SMTP without STARTTLS", 23, fault("smtp", "no_tls")),
]


@pytest.mark.parametrize(("row", "stage"), [pytest.param(row, stage, id=f"{row}-{name}") for name, row, stage in LIVE])
def test_a_login_that_fails(mail_cloud: MailCloud, terminal: Terminal, row: int, stage: Stage) -> None:
    done = diagnose(terminal, mail_cloud, stage(mail_cloud), "--json")
    assert first(done)["row"] == row, json.dumps(report(done), indent=1)


def test_a_personal_mailbox_that_is_not_connected_is_named_among_others(
    mail_cloud: MailCloud, terminal: Terminal
) -> None:
    login = Login("EwB" + "AbCd1234" * 60, "megan@outlook.com")
    mail_cloud.fault("imap", "not_connected")
    candidates = report(diagnose(terminal, mail_cloud, login, "--json"))["candidates"]
    by_number = {candidate["row"]: candidate["confidence"] for candidate in candidates}
    assert by_number[13] == "possible", "it shares its evidence with others"
    assert by_number.get(12, "possible") == "possible"


@pytest.mark.parametrize(("at", "kind"), [("imap", "hang"), ("imap", "silent"), ("imap", "drop")])
def test_a_server_that_says_nothing(mail_cloud: MailCloud, terminal: Terminal, at: str, kind: str) -> None:
    done = diagnose(terminal, mail_cloud, fault(at, kind)(mail_cloud), "--json", "--timeout", "2")
    assert first(done)["row"] == 23, json.dumps(report(done), indent=1)


@pytest.mark.parametrize("seconds", ["0", "301", "soon"])
def test_a_timeout_that_makes_no_sense(terminal: Terminal, seconds: str) -> None:
    terminal.refused("mail", "diagnose", "--explain-response", "NO", "--timeout", seconds, code=2)


def test_a_token_that_nobody_can_send(mail_cloud: MailCloud, terminal: Terminal) -> None:
    token = mail_cloud.person_token(MEGAN)
    done = diagnose(terminal, mail_cloud, Login(f"{token[:80]}\n{token[80:]}"), "--json")
    assert first(done)["row"] == 1 and first(done)["confidence"] == "certain"
    assert "not sent" in report(done)["steps"][0]["failure"]


def test_a_server_of_another_protocol(mail_cloud: MailCloud, terminal: Terminal) -> None:
    token = mail_cloud.person_token(MEGAN)
    for login in [Login(token, place="pop"), Login(token, service="pop", place="imap")]:
        assert first(diagnose(terminal, mail_cloud, login, "--json"))["row"] == 36


def test_a_login_that_works(mail_cloud: MailCloud, terminal: Terminal) -> None:
    for login in [
        Login(mail_cloud.person_token(MEGAN)), Login(mail_cloud.machine_token()),
        Login(mail_cloud.person_token(MEGAN), service="smtp", place="smtp"),
        Login(mail_cloud.person_token(MEGAN), service="pop", place="pop"),
        Login(mail_cloud.gmail_token(ADA), ADA, place="gmail_imap"),
    ]:
        done = diagnose(terminal, mail_cloud, login, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        found = report(done)
        assert found["verdict"] == "logged-in"
        assert all(step["succeeded"] for step in found["steps"])


# What another program showed


def explained(terminal: Terminal, option: str, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    return terminal.run("mail", "diagnose", option, "-", *options, "--json", stdin=text)


def blob(text: bytes) -> str:
    return base64.b64encode(text).decode()


SECRET = "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.eyJhdWQiOiJodHRwczovL291dGxvb2sub2ZmaWNlMzY1LmNvbSJ9.c2lnbmF0dXJl"
GOOD = xoauth2(MEGAN, SECRET)
BLOBS = {
    "a backslash for the 0x01": blob(GOOD.replace(b"\x01", b"\\1")),
    "base64 twice": blob(blob(GOOD).encode()),
    "no last 0x01": blob(GOOD[:-1]),
    "base64url": base64.urlsafe_b64encode(GOOD + b"\xfb\xff").decode(),
    "a line end in the token": blob(xoauth2(MEGAN, SECRET + "\n")),
}


@pytest.mark.parametrize("name", BLOBS)
def test_what_a_program_sent(terminal: Terminal, name: str) -> None:
    done = explained(terminal, "--explain-blob", BLOBS[name])
    assert first(done)["row"] == 1, done.stdout
    assert SECRET not in done.stdout + done.stderr and BLOBS[name] not in done.stdout + done.stderr


def test_what_a_program_sent_in_order(terminal: Terminal) -> None:
    done = explained(terminal, "--explain-blob", blob(GOOD))
    assert done.returncode == 0, done.stdout
    assert report(done)["verdict"] == "nothing-wrong"


def test_our_own_login_works_so_the_program_sends_something_else(mail_cloud: MailCloud, terminal: Terminal) -> None:
    login = Login(mail_cloud.person_token(MEGAN))
    done = diagnose(terminal, mail_cloud, login, "--explain-response", "A1 NO AUTHENTICATE failed.", "--json")
    top = first(done)
    assert (top["row"], top["confidence"]) == (1, "likely"), done.stdout
    done = diagnose(
        terminal, mail_cloud, Login(mail_cloud.machine_token()), "--explain-response", "A1 NO AUTHENTICATE failed.", "--json"
    )
    assert [one["row"] for one in report(done)["candidates"]] == [1], "what our own login disproves is not named"


TEXTS = [
    (14, "A1 NO LOGIN failed."),
    (14, "NO [AUTHENTICATIONFAILED] BasicAuthBlocked"),
    (16, "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit …"),
    (17, "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect."),
    (18, "501 5.5.127 Token will expire soon"),
    (19, "-ERR Protocol error. Connection is closed. 10"),
    (20, "+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==\n"
         "A1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"),
    (21, 'google: {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}'),
    (22, "* BYE Session invalidated - AccessTokenExpired"),
    (24, "SASL(-4): no mechanism available: No worthy mechs found"),
    (24, "Unable to find a callback: 18948"),
    (25, "Error: IMAP wants more steps despite successful SASL authentication."),
]


@pytest.mark.parametrize(("row", "text"), TEXTS, ids=[f"{row}-{text[:24]}" for row, text in TEXTS])
def test_what_a_program_printed(terminal: Terminal, row: int, text: str) -> None:
    done = explained(terminal, "--explain-response", text)
    assert first(done)["row"] == row, done.stdout


# How it is said


def test_a_report_names_nobody_unless_asked(mail_cloud: MailCloud, terminal: Terminal) -> None:
    login = Login(mail_cloud.person_token(LIDIA))
    names = [MEGAN, LIDIA, "megan", "lidia", mail_cloud.contoso.id, mail_cloud.reports.client_id]
    for form in [["--json"], ["--format", "text"], ["--format", "markdown"], []]:
        masked = diagnose(terminal, mail_cloud, login, *form)
        assert masked.returncode == 1
        assert not [name for name in names if name in masked.stdout + masked.stderr], form
        full = diagnose(terminal, mail_cloud, login, *form, "--full")
        assert full.returncode == 1
        assert MEGAN in full.stdout and LIDIA in full.stdout and mail_cloud.contoso.id in full.stdout, form


def test_a_report_for_people_says_what_to_do(mail_cloud: MailCloud, terminal: Terminal) -> None:
    login = Login(mail_cloud.person_token(LIDIA))
    text = diagnose(terminal, mail_cloud, login).stdout
    assert "authenticated but not connected" in text and "Add-MailboxPermission" in text
    markdown = diagnose(terminal, mail_cloud, login, "--format", "markdown").stdout
    assert "#" in markdown and "Add-MailboxPermission" in markdown


@pytest.mark.parametrize(
    "wrong",
    [
        [], ["--token-stdin"], ["--token-stdin", "--host", "localhost"],
        ["--explain-blob", "x", "--explain-response", "y"], ["--explain-blob", "x", "--format", "html"],
    ],
)
def test_usage(terminal: Terminal, wrong: list[str]) -> None:
    usage = 64
    done = terminal.run("mail", "diagnose", *wrong, stdin="token\n")
    assert done.returncode in (2, usage), done.stderr
