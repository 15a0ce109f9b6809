"""smtplib, poplib and curl at the emulated Exchange's SMTP and POP, IMAP's neighbours."""

import base64
import poplib
import smtplib
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from support.mailcloud import WAIT, MailCloud, same_subjects, xoauth2

MEGAN = "megan@contoso.example"
LIDIA = "lidia@contoso.example"
UNSUCCESSFUL = "5.7.3 Authentication unsuccessful"
DISABLED = "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "


# SMTP


@contextmanager
def smtp(cloud: MailCloud) -> Iterator[smtplib.SMTP]:
    """smtplib behind STARTTLS."""
    with smtplib.SMTP(cloud.smtp.host, cloud.smtp.port, timeout=WAIT) as mail:
        mail.ehlo()
        mail.starttls(context=cloud.trust)
        mail.ehlo()
        yield mail


def log_in(mail: smtplib.SMTP, user: str, token: str, first: bool = True) -> tuple[int, bytes]:
    """A login, with the credentials in the first line or in the second."""
    said = xoauth2(user, token).decode()
    return mail.auth("XOAUTH2", lambda challenge=None: said, initial_response_ok=first)


@pytest.mark.parametrize("first", [True, False], ids=["in one line", "in two lines"])
def test_smtplib_logs_in(mail_cloud: MailCloud, first: bool) -> None:
    with smtp(mail_cloud) as mail:
        assert "XOAUTH2" in mail.esmtp_features["auth"]
        assert log_in(mail, MEGAN, mail_cloud.person_token(MEGAN), first)[0] == 235


def test_an_app_logs_in(mail_cloud: MailCloud) -> None:
    with smtp(mail_cloud) as mail:
        assert log_in(mail, MEGAN, mail_cloud.machine_token())[0] == 235


def test_nothing_is_asked_for_before_tls(mail_cloud: MailCloud) -> None:
    with smtplib.SMTP(mail_cloud.smtp.host, mail_cloud.smtp.port, timeout=WAIT) as mail:
        mail.ehlo()
        assert "starttls" in mail.esmtp_features and "auth" not in mail.esmtp_features
        blob = base64.b64encode(xoauth2(MEGAN, mail_cloud.person_token(MEGAN))).decode()
        assert mail.docmd("AUTH", f"XOAUTH2 {blob}")[0] == 530


@pytest.mark.parametrize("claims", [{"scp": "IMAP.AccessAsUser.All"}, {"aud": "https://graph.microsoft.com"}])
def test_tokens_that_are_refused(mail_cloud: MailCloud, claims: dict[str, str]) -> None:
    with smtp(mail_cloud) as mail, pytest.raises(smtplib.SMTPAuthenticationError) as caught:
        log_in(mail, MEGAN, mail_cloud.person_token(MEGAN, **claims))
    assert (caught.value.smtp_code, caught.value.smtp_error.decode()) == (535, UNSUCCESSFUL)


@pytest.mark.parametrize("place", ["Tenant", "Mailbox"])
def test_smtp_is_switched_off(mail_cloud: MailCloud, place: str) -> None:
    mail_cloud.exchange(**({"smtp_disabled_for_tenant": True} if place == "Tenant" else {"smtp_disabled": [MEGAN]}))
    with smtp(mail_cloud) as mail, pytest.raises(smtplib.SMTPAuthenticationError) as caught:
        log_in(mail, MEGAN, mail_cloud.person_token(MEGAN))
    assert caught.value.smtp_error.decode().startswith(DISABLED + place)


@pytest.mark.parametrize(
    ("kind", "code", "text"),
    [
        ("refuse", 535, UNSUCCESSFUL),
        ("smtp_disabled_for_tenant", 535, DISABLED + "Tenant"),
        ("smtp_disabled_for_mailbox", 535, DISABLED + "Mailbox"),
        ("security_defaults", 535, "security defaults policy"),
        ("credentials_incorrect", 535, "the user credentials were incorrect."),
        ("token_expires_soon", 501, "5.5.127 Token will expire soon"),
    ],
)
def test_refusals_on_demand(mail_cloud: MailCloud, kind: str, code: int, text: str) -> None:
    token = mail_cloud.person_token(MEGAN)
    mail_cloud.fault("smtp", kind)
    with smtp(mail_cloud) as mail:
        with pytest.raises(smtplib.SMTPAuthenticationError) as caught:
            log_in(mail, MEGAN, token)
        assert caught.value.smtp_code == code and text in caught.value.smtp_error.decode()
        assert log_in(mail, MEGAN, token)[0] == 235, "only the next login was asked for"


def test_a_password_is_refused(mail_cloud: MailCloud) -> None:
    with smtp(mail_cloud) as mail, pytest.raises(smtplib.SMTPAuthenticationError, match="basic authentication"):
        mail.login(MEGAN, mail_cloud.contoso.person("megan").password)


def test_no_mail_is_taken(mail_cloud: MailCloud) -> None:
    with smtp(mail_cloud) as mail:
        log_in(mail, MEGAN, mail_cloud.person_token(MEGAN))
        with pytest.raises(smtplib.SMTPSenderRefused):
            mail.sendmail(MEGAN, [LIDIA], "Subject: hello\r\n\r\nText\r\n")


def test_tls_that_is_not_offered(mail_cloud: MailCloud) -> None:
    mail_cloud.fault("smtp", "no_tls")
    with smtplib.SMTP(mail_cloud.smtp.host, mail_cloud.smtp.port, timeout=WAIT) as mail:
        with pytest.raises(smtplib.SMTPNotSupportedError):
            mail.starttls(context=mail_cloud.trust)


# POP


def pop(cloud: MailCloud) -> poplib.POP3_SSL:
    return poplib.POP3_SSL(cloud.pop.host, cloud.pop.port, context=cloud.trust, timeout=WAIT)


def command(mail: poplib.POP3, line: str) -> bytes:
    """One line of the client's and its answer: poplib knows no tokens."""
    assert mail.sock is not None
    mail.sock.sendall(line.encode() + b"\r\n")
    return mail.file.readline().rstrip(b"\r\n")


def two_lines(mail: poplib.POP3, user: str, token: str) -> bytes:
    assert command(mail, "AUTH XOAUTH2") == b"+ "
    return command(mail, base64.b64encode(xoauth2(user, token)).decode())


def test_poplib_reads_what_graph_lists(mail_cloud: MailCloud) -> None:
    with closing(pop(mail_cloud)) as mail:
        assert "XOAUTH2" in mail.capa()["SASL"]
        assert two_lines(mail, MEGAN, mail_cloud.person_token(MEGAN)).startswith(b"+OK")
        listed = mail_cloud.subjects_by_graph(MEGAN)
        assert mail.stat()[0] == len(listed)
        heads = [b"\r\n".join(mail.top(number, 0)[1]) + b"\r\n\r\n" for number in range(1, len(listed) + 1)]
        assert same_subjects(heads, listed)
        names = [line.split()[1] for line in mail.uidl()[1]]
        assert len(set(names)) == len(listed)


def test_what_is_deleted_is_gone_after_quit_alone(mail_cloud: MailCloud) -> None:
    mail_cloud.deliver("taras@contoso.example", "for POP")
    token = mail_cloud.person_token("taras@contoso.example")
    with closing(pop(mail_cloud)) as mail:
        two_lines(mail, "taras@contoso.example", token)
        count = mail.stat()[0]
        mail.dele(count)
        assert mail.stat()[0] == count - 1
    with closing(pop(mail_cloud)) as mail:
        two_lines(mail, "taras@contoso.example", token)
        assert mail.stat()[0] == count, "there was no QUIT"
        mail.dele(count)
        mail.quit()
    with closing(pop(mail_cloud)) as mail:
        two_lines(mail, "taras@contoso.example", token)
        assert mail.stat()[0] == count - 1


def test_the_credentials_have_to_come_in_a_line_of_their_own(mail_cloud: MailCloud) -> None:
    blob = base64.b64encode(xoauth2(MEGAN, mail_cloud.person_token(MEGAN))).decode()
    with closing(pop(mail_cloud)) as mail:
        assert command(mail, f"AUTH XOAUTH2 {blob}") == b"-ERR Protocol error. Connection is closed. 10"
        assert mail.file.readline() == b""


@pytest.mark.parametrize("wrong", ["scope", "rights", "off", "asked for"])
def test_logins_that_pop_refuses(mail_cloud: MailCloud, wrong: str) -> None:
    token = mail_cloud.person_token(LIDIA if wrong == "rights" else MEGAN)
    if wrong == "scope":
        token = mail_cloud.person_token(MEGAN, scp="IMAP.AccessAsUser.All")
    elif wrong == "off":
        mail_cloud.exchange(pop_disabled=[MEGAN])
    elif wrong == "asked for":
        mail_cloud.fault("pop", "refuse")
    with closing(pop(mail_cloud)) as mail:
        assert two_lines(mail, MEGAN, token) == b"-ERR Authentication failure: unknown user name or bad password."


def test_a_password_opens_no_mailbox(mail_cloud: MailCloud) -> None:
    with closing(pop(mail_cloud)) as mail:
        mail.user(MEGAN)
        with pytest.raises(poplib.error_proto, match="Logon failure"):
            mail.pass_(mail_cloud.contoso.person("megan").password)
