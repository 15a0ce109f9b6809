"""curl, mbsync and aioimaplib at the emulated Exchange Online."""

import asyncio
import os
import shutil
import subprocess
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import aioimaplib
import pytest

from support.mailcloud import WAIT, MailCloud, Place, same_subjects

MEGAN = "megan@contoso.example"
LIDIA = "lidia@contoso.example"
Answer = TypeVar("Answer")


def address(place: Place, rest: str = "", scheme: str = "imaps") -> str:
    return f"{scheme}://{place.host}:{place.port}/{rest}"


# curl


def test_curl_lists_folders_and_reads_a_message(mail_cloud: MailCloud) -> None:
    token = mail_cloud.person_token(MEGAN)
    folders = mail_cloud.curl(address(mail_cloud.imap), MEGAN, token)
    assert folders.returncode == 0, folders.stderr
    assert b"INBOX" in folders.stdout and b"Sent Items" in folders.stdout
    subjects = [
        mail_cloud.curl(address(mail_cloud.imap, f"INBOX;UID={uid};SECTION=HEADER.FIELDS%20(SUBJECT)"), MEGAN, token)
        for uid in (1, 2, 3)
    ]
    assert same_subjects([done.stdout for done in subjects], mail_cloud.subjects_by_graph(MEGAN)[-3:])


def test_curl_searches(mail_cloud: MailCloud) -> None:
    token = mail_cloud.person_token(MEGAN)
    done = mail_cloud.curl(address(mail_cloud.imap, "INBOX?ALL"), MEGAN, token)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) - len(b"* SEARCH".split()) == len(mail_cloud.subjects_by_graph(MEGAN))


def test_curl_is_refused(mail_cloud: MailCloud) -> None:
    denied = 67
    done = mail_cloud.curl(address(mail_cloud.imap), MEGAN, mail_cloud.person_token(MEGAN, aud="https://elsewhere"))
    assert done.returncode == denied, done.stderr


def test_curl_fetches_mail_by_pop(mail_cloud: MailCloud) -> None:
    done = mail_cloud.curl(address(mail_cloud.pop, "1", "pop3s"), MEGAN, mail_cloud.person_token(MEGAN))
    assert done.returncode == 0, done.stderr
    assert same_subjects([done.stdout], mail_cloud.subjects_by_graph(MEGAN)[-1:])


# mbsync


def mbsync_problem() -> str | None:
    """Why mbsync cannot log in with tokens here."""
    if shutil.which("mbsync") is None:
        return "mbsync is not installed"
    folders = os.environ.get("SASL_PATH", "/usr/lib/x86_64-linux-gnu/sasl2:/usr/lib/aarch64-linux-gnu/sasl2")
    if not any(Path(folder).glob("*xoauth2*") for folder in folders.split(":")):
        return "the plugin libsasl2-modules-kdexoauth2 is not installed"
    return None


needs_mbsync = pytest.mark.skipif(mbsync_problem() is not None, reason=mbsync_problem() or "")

MBSYNC = """
IMAPStore far
Host localhost
Port {port}
User {user}
PassCmd "cat {folder}/token"
AuthMechs XOAUTH2
SSLType IMAPS
CertificateFile {ca}

MaildirStore near
Path {folder}/mail/
Inbox {folder}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns INBOX Archive
Create Near
Expunge None
Sync Pull
SyncState *
"""


class Mirror:
    """A local copy of a mailbox that mbsync keeps."""

    def __init__(self, folder: Path, cloud: MailCloud, place: Place, user: str, token: str) -> None:
        self.folder = folder
        (folder / "mail").mkdir()
        (folder / "token").touch(0o600)
        (folder / "token").write_text(token + "\n")
        text = MBSYNC.format(port=place.port, user=user, folder=folder, ca=cloud.ca_file)
        (folder / "mbsyncrc").write_text(text)

    @property
    def command(self) -> list[str]:
        return ["mbsync", "--config", str(self.folder / "mbsyncrc"), "all"]

    def sync(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command, capture_output=True, text=True, timeout=WAIT)

    def complaint(self) -> str:
        """What mbsync says last, of a login after which it would wait for the server to hang up."""
        process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        guard = threading.Timer(WAIT, process.kill)
        guard.start()
        try:
            return next((line for line in process.stderr if line.startswith("Error")), "it said nothing")
        finally:
            guard.cancel()
            process.kill()
            process.wait()
            process.stderr.close()

    @property
    def messages(self) -> list[bytes]:
        """What is there, in the order of the server's numbers, with mail's line ends."""
        files = [file for part in ("cur", "new") for file in (self.folder / "mail" / "INBOX" / part).iterdir()]
        # mbsync puts the UID into the name: …,U=12:2,S
        files.sort(key=lambda file: int(file.name.split(",U=")[1].split(":")[0]))
        return [file.read_bytes() for file in files]


@needs_mbsync
def test_mbsync_keeps_a_copy(mail_cloud: MailCloud, tmp_path: Path) -> None:
    mirror = Mirror(tmp_path, mail_cloud, mail_cloud.imap, LIDIA, mail_cloud.person_token(LIDIA))
    done = mirror.sync()
    assert done.returncode == 0, done.stderr
    first = mirror.messages
    assert same_subjects([head(one) for one in first], mail_cloud.subjects_by_graph(LIDIA))
    mail_cloud.deliver(LIDIA, "for mbsync")
    assert mirror.sync().returncode == 0
    second = mirror.messages
    assert second[:-1] == first and b"Subject: for mbsync" in second[-1]
    remove_newest(mail_cloud, LIDIA, "for mbsync")


def head(message: bytes) -> bytes:
    """The header without the fields of mbsync's own."""
    return message.replace(b"\r\n", b"\n").split(b"\n\n")[0] + b"\n\n"


def remove_newest(cloud: MailCloud, user: str, subject: str) -> None:
    """Takes a delivered message out again, so that the mailbox is what Graph lists."""
    with cloud.open(user) as mail:
        mail.select()
        (found,) = mail.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
        mail.store(found, "+FLAGS", "(\\Deleted)")
        assert mail.expunge()[0] == "OK"


@needs_mbsync
def test_mbsync_is_refused(mail_cloud: MailCloud, tmp_path: Path) -> None:
    done = Mirror(tmp_path, mail_cloud, mail_cloud.imap, MEGAN, mail_cloud.person_token(LIDIA, scp="Mail.Read")).sync()
    assert done.returncode != 0
    assert "AUTHENTICATE failed." in done.stderr, done.stderr


@needs_mbsync
def test_mbsync_hides_what_gmail_says(mail_cloud: MailCloud, tmp_path: Path) -> None:
    token = mail_cloud.gmail_token("ada@gmail.example", scope="https://www.googleapis.com/auth/gmail.readonly")
    said = Mirror(tmp_path, mail_cloud, mail_cloud.gmail, "ada@gmail.example", token).complaint()
    assert "IMAP wants more steps despite successful SASL authentication" in said


@needs_mbsync
def test_mbsync_reads_gmail(mail_cloud: MailCloud, tmp_path: Path) -> None:
    token = mail_cloud.gmail_token("ada@gmail.example")
    mirror = Mirror(tmp_path, mail_cloud, mail_cloud.gmail, "ada@gmail.example", token)
    done = mirror.sync()
    assert done.returncode == 0, done.stderr
    assert len(mirror.messages) >= 40


# aioimaplib


def in_time(work: Coroutine[Any, Any, Answer]) -> Answer:
    """What work comes to, in a thread of its own: this one's loop may be the browser's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asyncio.wait_for(work, WAIT)).result()


def talk(cloud: MailCloud, user: str, body: Callable[[aioimaplib.IMAP4_SSL], Awaitable[Answer]]) -> Answer:
    """What somebody who is logged in and has opened the inbox gets done."""

    async def run() -> Answer:
        mail = aioimaplib.IMAP4_SSL(cloud.imap.host, cloud.imap.port, ssl_context=cloud.trust, timeout=WAIT)
        await mail.wait_hello_from_server()
        assert (await mail.xoauth2(user, cloud.person_token(user))).result == "OK"
        assert (await mail.select()).result == "OK"
        return await body(mail)

    return in_time(run())


def test_aioimaplib_reads_subjects(mail_cloud: MailCloud) -> None:
    async def subjects(mail: aioimaplib.IMAP4_SSL) -> list[bytes]:
        fetched = await mail.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        await mail.logout()
        return [bytes(line) for line in fetched.lines if isinstance(line, bytearray)]

    assert same_subjects(talk(mail_cloud, MEGAN, subjects), mail_cloud.subjects_by_graph(MEGAN))


def test_aioimaplib_is_told_of_new_mail_while_it_idles(mail_cloud: MailCloud) -> None:
    async def news(mail: aioimaplib.IMAP4_SSL) -> list[bytes]:
        idle = await mail.idle_start(timeout=WAIT)
        await asyncio.to_thread(mail_cloud.deliver, LIDIA, "pushed")
        pushed: list[bytes] = []
        while not any(line.endswith(b"EXISTS") for line in pushed):
            pushed += await mail.wait_server_push(timeout=WAIT)
        mail.idle_done()
        await asyncio.wait_for(idle, WAIT)
        await mail.logout()
        return pushed

    count = len(mail_cloud.subjects_by_graph(LIDIA))
    assert f"{count + 1} EXISTS".encode() in talk(mail_cloud, LIDIA, news)
    remove_newest(mail_cloud, LIDIA, "pushed")


def test_aioimaplib_sees_its_session_end_while_it_idles(mail_cloud: MailCloud) -> None:
    async def end(mail: aioimaplib.IMAP4_SSL) -> list[bytes]:
        await mail.idle_start(timeout=WAIT)
        await asyncio.to_thread(mail_cloud.control, "clock", offset_seconds=7_200)
        pushed: list[bytes] = []
        while not any(b"BYE" in line for line in pushed):
            pushed += await mail.wait_server_push(timeout=WAIT)
        return pushed

    assert b"BYE Session invalidated - AccessTokenExpired" in talk(mail_cloud, MEGAN, end)


def test_aioimaplib_is_refused(mail_cloud: MailCloud) -> None:
    async def run() -> aioimaplib.Response:
        mail = aioimaplib.IMAP4_SSL(
            mail_cloud.imap.host, mail_cloud.imap.port, ssl_context=mail_cloud.trust, timeout=WAIT)
        await mail.wait_hello_from_server()
        answer = await mail.xoauth2(MEGAN, "wrong")
        await mail.logout()
        return answer

    answer = in_time(run())
    assert answer.result == "NO" and answer.lines[-1] == b"AUTHENTICATE failed."
