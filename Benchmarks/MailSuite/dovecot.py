"""Debian's Dovecot with mailboxes of any size."""

import imaplib
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

TOKEN = "a-token-of-the-benchmark-alone-0123456789"
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = xoauth2
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 1000
first_valid_uid = 1
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
  chroot =
  client_limit = 1000
  process_min_avail = 2
}}
service imap {{
  process_limit = 1000
  process_min_avail = 4
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={token}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
"""


class Dovecot:
    """Debian's Dovecot, whose only token is the benchmark's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        for place in [folder, *folder.parents]:
            if place.stat().st_mode & 1 == 0:
                place.chmod(place.stat().st_mode | 0o011)
        configuration = CONFIGURATION.format(folder=folder, port=self.port, token=TOKEN)
        (folder / "dovecot.conf").write_text(configuration)

    def fill(self, user: str, messages: Callable[[int], bytes], count: int) -> None:
        folder = self.folder / "mail" / user
        for part in ("cur", "new", "tmp"):
            (folder / part).mkdir(parents=True)
        for number in range(1, count + 1):
            (folder / "cur" / f"{1_767_225_600 + number * 60}.M{number}P1.example:2,").write_bytes(messages(number))

    def start(self) -> None:
        subprocess.run(["chown", "-R", "nobody:nogroup", str(self.folder / "mail")], check=True)
        path = shutil.which("dovecot", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
        if path is None:
            sys.exit("Benchmarks/mail: dovecot is missing; Scripts/install-packages bench")
        self.process = subprocess.Popen([path, "-F", "-c", str(self.folder / "dovecot.conf")])
        for _ in range(200):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                    if connection.recv(4) == b"* OK":
                        return
            except OSError:
                pass
            time.sleep(0.05)
        sys.exit(f"Benchmarks/mail: Dovecot did not start: {(self.folder / 'dovecot.log').read_text()}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def imaplib(self, user: str, port: int | None = None, context: ssl.SSLContext | None = None) -> imaplib.IMAP4:
        kind = imaplib.IMAP4_SSL if context else imaplib.IMAP4
        more = {"ssl_context": context} if context else {}
        mail = kind("localhost" if context else "127.0.0.1", port or self.port, **more)
        mail.authenticate("XOAUTH2", lambda _: f"user={user}\x01auth=Bearer {TOKEN}\x01\x01".encode())
        return mail


def small(number: int) -> bytes:
    moment = format_datetime(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number))
    subject = f"=?utf-8?q?Nachricht_{number}_=C3=BCber_Wasser?=" if number % 7 == 0 else f"Message {number}"
    return (
        f"From: Sender {number % 50} <sender{number % 50}@example.org>\r\nTo: ada@example.com\r\nSubject: {subject}\r\n"
        f"Date: {moment}\r\nMessage-ID: <{number}@example.org>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n" + "This is a message.\r\n" * (1 + number % 40)
    ).encode()
