"""Debian's Dovecot from a temporary folder, whose tokens our own authorization server introspects."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from support.certificates import Authority
from support.clients import Account, Client
from support.processes import Operated, eventually, free_port
from support.visitor import Visitor

SCOPE = "mail"
BINARIES = ("/usr/sbin", "/usr/local/sbin")


def dovecot_path() -> str | None:
    """Dovecot, whose folder need not be in PATH."""
    return shutil.which("dovecot", path=os.pathsep.join([os.environ.get("PATH", ""), *BINARIES]))


@dataclass(frozen=True)
class MailServer:
    """A running Dovecot, and what a login at it needs."""

    host: str
    port: int
    """IMAP without TLS, which also offers STARTTLS."""
    tls_port: int
    """IMAP with TLS from the first byte."""
    user: str
    token: str
    """An access token of `user`, of the scope that Dovecot asks for."""
    ca_file: Path
    """The authority that signed the server's certificate, for `localhost` and 127.0.0.1."""
    maildir: Path
    log: Path
    visitor: Visitor
    client: Client

    def fresh_token(self, scope: str = SCOPE) -> str:
        """Another access token of the user."""
        return self.visitor.tokens(self.client, scope)["access_token"]


def write_maildir(folder: Path, count: int) -> None:
    """Fills a Maildir with messages of many sizes; the higher the number, the newer."""
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(1, count + 1):
        moment = start + timedelta(minutes=number)
        file = folder / "cur" / f"{int(moment.timestamp())}.M{number}P1.example:2,{'S' if number % 3 else ''}"
        file.write_bytes(message(number, moment))
        # Dovecot takes the time of the file for the time of arrival.
        os.utime(file, (moment.timestamp(), moment.timestamp()))


def message(number: int, moment: datetime) -> bytes:
    """One generated message; every tenth has an attachment, and every seventh a subject in encoded words."""
    subject = f"=?utf-8?q?Nachricht_{number}_=C3=BCber_Wasser?=" if number % 7 == 0 else f"Message {number}"
    head = [
        f"From: Sender {number % 50} <sender{number % 50}@example.org>", "To: ada@example.com", f"Subject: {subject}",
        f"Date: {format_datetime(moment)}", f"Message-ID: <{number}@example.org>", "MIME-Version: 1.0",
    ]
    text = f"This is message {number}.\r\n" * (1 + number % 40)
    if number % 10:
        return "\r\n".join([*head, "Content-Type: text/plain; charset=utf-8", "", text]).encode()
    lines = [
        *head, 'Content-Type: multipart/mixed; boundary="b"', "", "--b", "Content-Type: text/plain", "", text, "--b",
        "Content-Type: application/octet-stream", f'Content-Disposition: attachment; filename="{number}.bin"',
        "Content-Transfer-Encoding: base64", "", "U2FsbHlwb3J0" * 20, "--b--", "",
    ]
    return "\r\n".join(lines).encode()


CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key.pem
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
default_login_user = {login_user}
default_internal_user = {user}
default_internal_group = {group}
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 1000
first_valid_uid = 1
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
  chroot =
  client_limit = 1000
}}
service anvil {{
  chroot =
  # No growing penalty after failed logins.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
auth_failure_delay = 0 secs
passdb {{
  driver = oauth2
  mechanisms = {mechanisms}
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
"""

INTROSPECTION = """
introspection_mode = post
introspection_url = {introspection}
client_id = {client_id}
client_secret = {client_secret}
username_attribute = username
active_attribute = active
active_value = true
scope = {scope}
openid_configuration_url = {issuer}/.well-known/openid-configuration
"""


class Dovecot:
    """`dovecot -F` on free ports of loopback."""

    def __init__(self, folder: Path, server: Operated, api: Client, mechanisms: str = "xoauth2 oauthbearer") -> None:
        self.folder = folder
        self.port, self.tls_port = free_port(), free_port()
        folder.mkdir(parents=True, exist_ok=True)
        authority = Authority("Tests")
        self.ca_file = authority.write(folder / "ca.pem")
        authority.issue("localhost").write(folder / "server.pem", folder / "server.key.pem")
        # As root, messages belong to nobody, and so does the process of each login; else all of it is one person's.
        owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.owner = (owner.pw_uid, owner.pw_gid)
        daemon = owner if os.geteuid() else pwd.getpwnam("dovecot")
        values = {
            "folder": folder, "mechanisms": mechanisms, "port": self.port, "tls_port": self.tls_port,
            "uid": owner.pw_uid, "gid": owner.pw_gid, "user": daemon.pw_name,
            "group": _group(daemon.pw_gid), "login_user": owner.pw_name if os.geteuid() else "dovenull",
        }
        (folder / "dovecot.conf").write_text(CONFIGURATION.format(**values))
        (folder / "oauth2.conf").write_text(
            INTROSPECTION.format(
                introspection=server.endpoint("introspection"), client_id=api.client_id,
                client_secret=api.client_secret, scope=SCOPE, issuer=server.issuer,
            )
        )
        (folder / "oauth2.conf").chmod(0o600)

    def fill(self, user: str, count: int) -> Path:
        """Gives a user so many messages."""
        maildir = self.folder / "mail" / user
        write_maildir(maildir, count)
        if os.geteuid() == 0:
            _open_the_way(self.folder)
            subprocess.run(["chown", "-R", f"{self.owner[0]}:{self.owner[1]}", str(self.folder / "mail")], check=True)
        return maildir

    def start(self) -> None:
        path = dovecot_path()
        assert path is not None
        with (self.folder / "stderr.txt").open("wb") as err:
            self.process = subprocess.Popen(
                [path, "-F", "-c", str(self.folder / "dovecot.conf")], stdin=subprocess.DEVNULL, stdout=err, stderr=err
            )
        eventually("Dovecot greets", self._greets)

    def _greets(self) -> bool | None:
        if self.process.poll() is not None:
            raise AssertionError(f"Dovecot ended: {(self.folder / 'stderr.txt').read_text()}{self.log_text}")
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                return True if connection.recv(4) == b"* OK" else None
        except OSError:
            return None

    @property
    def log_text(self) -> str:
        log = self.folder / "dovecot.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def stop(self) -> None:
        """Ends the master process, which ends its children."""
        self.process.terminate()
        self.process.wait(30)


def _group(gid: int) -> str:
    return grp.getgrgid(gid).gr_name


def _open_the_way(folder: Path) -> None:
    """Lets everybody pass, but not look, into the folders above: pytest's are root's alone."""
    for place in [folder, *folder.parents]:
        mode = place.stat().st_mode
        if mode & 0o001 == 0:
            place.chmod(mode | 0o011)


def serve(folder: Path, server: Operated, count: int) -> Iterator[MailServer]:
    """A whole mail server with one filled mailbox, until the generator goes on."""
    account = server.add_user(Account("reader", "a password that nobody guesses"))
    client = server.add_client("--scope", f"openid offline_access {SCOPE}")
    api = server.add_resource_server()
    visitor = Visitor(server, account)
    dovecot = Dovecot(folder, server, api)
    maildir = dovecot.fill(account.username, count)
    dovecot.start()
    token = visitor.tokens(client, SCOPE)["access_token"]
    try:
        yield MailServer(
            "127.0.0.1", dovecot.port, dovecot.tls_port, account.username, token, dovecot.ca_file, maildir,
            folder / "dovecot.log", visitor, client,
        )
    finally:
        dovecot.stop()
