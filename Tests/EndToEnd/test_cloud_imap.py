"""Programs that we did not write read the emulated cloud's mail over IMAP: imaplib, curl, aioimaplib and mbsync."""

import asyncio
import email
import email.policy
import imaplib
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aioimaplib
import pytest

from support.cloud import EmulatedCloud

MEGAN = "megan@contoso.example"


@pytest.fixture(scope="module")
def mail_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedCloud]:
    """A cloud with a port for IMAP."""
    running = EmulatedCloud(tmp_path_factory.mktemp("mail-cloud"), "--imap-port", "0")
    yield running
    running.close()


@pytest.fixture(scope="module")
def port(mail_cloud: EmulatedCloud) -> int:
    return int(mail_cloud.cloud["imap"]["port"])


@pytest.fixture
def token(mail_cloud: EmulatedCloud) -> str:
    return str(mail_cloud.control("tokens", user=MEGAN, claims={})["access_token"])


@pytest.fixture
def subjects(mail_cloud: EmulatedCloud) -> list[str]:
    """The subjects as Graph gives them, oldest first."""
    path = f"users/{MEGAN}/messages?$top=1000&$select=subject&$orderby=receivedDateTime"
    messages = mail_cloud.mail(path, mail_cloud.app_token(mail_cloud.contoso.id)).json()["value"]
    assert len(messages) >= 40
    return [message["subject"] for message in messages]


def context(cloud: EmulatedCloud) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(cloud.ca_file))


def connect(cloud: EmulatedCloud, port: int) -> imaplib.IMAP4_SSL:
    return imaplib.IMAP4_SSL("localhost", port, ssl_context=context(cloud), timeout=60)


def xoauth2(user: str, token: str) -> bytes:
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()


def test_imaplib_reads_every_message(mail_cloud: EmulatedCloud, port: int, token: str, subjects: list[str]) -> None:
    with connect(mail_cloud, port) as mail:
        mail.authenticate("XOAUTH2", lambda challenge: xoauth2(MEGAN, token))
        status, (count,) = mail.select("INBOX", readonly=True)
        assert (status, int(count or b"0")) == ("OK", len(subjects))
        found = []
        for number in range(1, len(subjects) + 1):
            status, data = mail.fetch(str(number), "(BODY.PEEK[])")
            assert status == "OK" and isinstance(data[0], tuple)
            found.append(data[0][1])
    parsed = [email.message_from_bytes(raw, policy=email.policy.default) for raw in found]
    plain = [subject for subject in subjects if subject.isascii() and subject]
    read = {" ".join(str(message["subject"] or "").split()) for message in parsed}
    assert len(plain) > 20
    assert {" ".join(subject.split()) for subject in plain} <= read


def test_imaplib_is_refused_without_a_challenge(mail_cloud: EmulatedCloud, port: int) -> None:
    challenges: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        challenges.append(challenge)
        return xoauth2(MEGAN, "none")

    with connect(mail_cloud, port) as mail, pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATE failed"):
        mail.authenticate("XOAUTH2", answer)
    assert challenges == [b""], "Exchange tells nothing in a challenge"


def test_imaplib_search_and_flags(mail_cloud: EmulatedCloud, port: int, token: str) -> None:
    with connect(mail_cloud, port) as mail:
        mail.authenticate("XOAUTH2", lambda challenge: xoauth2(MEGAN, token))
        mail.select("INBOX")
        status, (numbers,) = mail.search(None, "UNSEEN")
        unseen = numbers.split()
        assert status == "OK" and unseen
        assert mail.store(unseen[0].decode(), "+FLAGS", r"(\Seen)")[0] == "OK"
        assert unseen[0] not in mail.search(None, "UNSEEN")[1][0].split()
        mail.store(unseen[0].decode(), "-FLAGS", r"(\Seen)")


def test_curl_reads_a_message(mail_cloud: EmulatedCloud, port: int, token: str) -> None:
    secret = f'user = "{MEGAN}:"\noauth2-bearer = "{token}"\n'
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--ipv4", "--cacert", str(mail_cloud.ca_file), "--config", "-",
         f"imaps://localhost:{port}/INBOX;MAILINDEX=1"], input=secret.encode(), capture_output=True, timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert email.message_from_bytes(done.stdout)["message-id"]


def test_aioimaplib_reads(mail_cloud: EmulatedCloud, port: int, token: str, subjects: list[str]) -> None:
    async def count() -> int:
        mail = aioimaplib.IMAP4_SSL("localhost", port, ssl_context=context(mail_cloud), timeout=60)
        await mail.wait_hello_from_server()
        done = await mail.xoauth2(MEGAN, token)
        assert done.result == "OK", done
        await mail.select("INBOX")
        found = await mail.uid_search("ALL")
        await mail.logout()
        return len(found.lines[0].split())

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(count())).result() == len(subjects)


MBSYNC = """
IMAPAccount emulated
Host localhost
Port {port}
User {user}
PassCmd "cat {folder}/token"
AuthMechs XOAUTH2
SSLType IMAPS
CertificateFile {ca}

IMAPStore far
Account emulated

MaildirStore near
Path {folder}/mail/
Inbox {folder}/mail/INBOX

Channel all
Far :far:
Near :near:
Patterns INBOX
Create Near
Sync Pull
SyncState *
"""


@pytest.mark.skipif(shutil.which("mbsync") is None, reason="mbsync is not installed")
def test_mbsync_copies_the_inbox(
    mail_cloud: EmulatedCloud, port: int, token: str, subjects: list[str], tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(token)
    (tmp_path / "mail").mkdir()
    file = tmp_path / "mbsyncrc"
    file.write_text(MBSYNC.format(port=port, user=MEGAN, folder=tmp_path, ca=mail_cloud.ca_file))
    done = subprocess.run(["mbsync", "-c", str(file), "all"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    copied = [file for part in ("cur", "new") for file in (tmp_path / "mail" / "INBOX" / part).iterdir()]
    assert len(copied) == len(subjects)
