"""Debian's Dovecot takes tokens of our authorization server: imaplib and curl log in and read."""

import asyncio
import base64
import imaplib
import json
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor

import aioimaplib
import pytest

from support.dovecot import MailServer


def xoauth2(user: str, token: str) -> bytes:
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()


def oauthbearer(server: MailServer, token: str) -> bytes:
    return f"n,a={server.user},\x01host={server.host}\x01port={server.port}\x01auth=Bearer {token}\x01\x01".encode()


def connect(server: MailServer) -> imaplib.IMAP4_SSL:
    """TLS whose certificate is verified."""
    context = ssl.create_default_context(cafile=str(server.ca_file))
    return imaplib.IMAP4_SSL(server.host, server.tls_port, ssl_context=context, timeout=60)


def test_imaplib_by_xoauth2_sees_every_message(dovecot: MailServer) -> None:
    with connect(dovecot) as mail:
        mail.authenticate("XOAUTH2", lambda challenge: xoauth2(dovecot.user, dovecot.token))
        status, (count,) = mail.select("INBOX", readonly=True)
        assert (status, count) == ("OK", b"10000")
        status, data = mail.fetch("9991:10000", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        assert status == "OK"
        assert b"Subject: Message 10000" in data[-2][1]


def test_imaplib_by_oauthbearer(dovecot: MailServer) -> None:
    with connect(dovecot) as mail:
        mail.authenticate("OAUTHBEARER", lambda challenge: oauthbearer(dovecot, dovecot.token))
        assert mail.state == "AUTH"


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_token_that_is_none(dovecot: MailServer, mechanism: str) -> None:
    challenges: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        challenges.append(challenge)
        good = xoauth2(dovecot.user, "none") if mechanism == "XOAUTH2" else oauthbearer(dovecot, "none")
        return good if len(challenges) == 1 else b"" if mechanism == "XOAUTH2" else b"\x01"

    with connect(dovecot) as mail, pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        mail.authenticate(mechanism, answer)
    told = json.loads(challenges[1])
    assert told["status"] == ("401" if mechanism == "XOAUTH2" else "invalid_token")


def test_a_token_of_somebody_else(dovecot: MailServer) -> None:
    with connect(dovecot) as mail, pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        mail.authenticate("XOAUTH2", lambda c: b"" if c else xoauth2("somebody", dovecot.token))


def test_a_token_of_another_scope(dovecot: MailServer) -> None:
    token = dovecot.fresh_token("openid")
    with connect(dovecot) as mail, pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        mail.authenticate("XOAUTH2", lambda c: b"" if c else xoauth2(dovecot.user, token))


def test_a_token_that_was_revoked(dovecot: MailServer) -> None:
    token = dovecot.fresh_token()
    with connect(dovecot) as mail:
        mail.authenticate("XOAUTH2", lambda c: xoauth2(dovecot.user, token))
    dovecot.visitor.server.revoke(dovecot.client, token)
    with connect(dovecot) as mail, pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        mail.authenticate("XOAUTH2", lambda c: b"" if c else xoauth2(dovecot.user, token))


def curl(server: MailServer, url: str, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = ["curl", "--silent", "--show-error", "--cacert", str(server.ca_file), "--config", "-", url, *options]
    secret = f'user = "{server.user}:"\noauth2-bearer = "{server.token}"\n'
    return subprocess.run(command, input=secret.encode(), capture_output=True, timeout=60)


@pytest.mark.parametrize("kind", ["implicit", "starttls"])
def test_curl_reads_a_message(dovecot: MailServer, kind: str) -> None:
    place = f"imaps://localhost:{dovecot.tls_port}" if kind == "implicit" else f"imap://localhost:{dovecot.port}"
    options = [] if kind == "implicit" else ["--ssl-reqd"]
    done = curl(dovecot, f"{place}/INBOX;MAILINDEX=1", *options, "--ipv4")
    assert done.returncode == 0, done.stderr
    assert b"Subject: Message 1\r\n" in done.stdout


def test_curl_does_not_talk_to_a_stranger(dovecot: MailServer) -> None:
    done = subprocess.run(
        ["curl", "--silent", "--user", f"{dovecot.user}:", "--oauth2-bearer", "none",
         f"imaps://127.0.0.1:{dovecot.tls_port}/"], capture_output=True, timeout=60,
    )
    assert done.returncode == 60, "the certificate is verified"


def test_aioimaplib_reads_by_xoauth2(dovecot: MailServer) -> None:
    async def subjects() -> bytes:
        context = ssl.create_default_context(cafile=str(dovecot.ca_file))
        mail = aioimaplib.IMAP4_SSL(dovecot.host, dovecot.tls_port, ssl_context=context, timeout=60)
        await mail.wait_hello_from_server()
        done = await mail.xoauth2(dovecot.user, dovecot.token)
        assert done.result == "OK", done
        await mail.select("INBOX")
        fetched = await mail.fetch("1:2", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        await mail.logout()
        return b"\n".join(fetched.lines)

    # On a thread of its own: Playwright has an event loop on this one.
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(lambda: asyncio.run(subjects())).result()
    assert b"Message 1" in found and b"Message 2" in found


def test_the_token_lies_in_no_log(dovecot: MailServer) -> None:
    text = dovecot.log.read_bytes()
    assert text
    assert dovecot.token.encode() not in text
    assert base64.b64encode(xoauth2(dovecot.user, dovecot.token)) not in text
