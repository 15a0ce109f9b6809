"""Emulated Microsoft 365 with its mail protocols, and the programs of others that read mail from it."""

import email
import imaplib
import ssl
import subprocess
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from support.cloud import EmulatedCloud

WAIT: Final = 60.0
"""How long anything may take, in seconds."""


@dataclass(frozen=True)
class Place:
    """Where a mail protocol is spoken."""

    host: str
    port: int


class MailCloud(EmulatedCloud):
    """`sallyport emulate microsoft365` with IMAP, SMTP and POP as Exchange speaks them, and IMAP as Gmail does."""

    def __init__(self, directory: Path, *options: str) -> None:
        names = ("imap", "smtp", "pop", "gmail-imap")
        super().__init__(directory, *(part for name in names for part in (f"--{name}-port", "0")), *options)

    def place(self, name: str) -> Place:
        """`imap`, `smtp`, `pop` or `gmail_imap`."""
        described = self.description[name]
        return Place(described["host"], described["port"])

    @property
    def imap(self) -> Place:
        return self.place("imap")

    @property
    def smtp(self) -> Place:
        return self.place("smtp")

    @property
    def pop(self) -> Place:
        return self.place("pop")

    @property
    def gmail(self) -> Place:
        return self.place("gmail_imap")

    @cached_property
    def trust(self) -> ssl.SSLContext:
        """TLS that verifies names and certificates, against the emulator's authority alone."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    # Staging

    def person_token(self, user: str, **claims: Any) -> str:
        """A person's access token for mail, with some claims changed; `None` takes one out."""
        return str(self.control("tokens", user=user, claims=claims)["access_token"])

    def machine_token(self, tenant: str | None = None, **claims: Any) -> str:
        """An application's access token for mail, likewise."""
        return str(self.control("tokens", tenant=tenant or self.contoso.id, claims=claims)["access_token"])

    def gmail_token(self, user: str, **changes: Any) -> str:
        """A token for the Gmail persona."""
        return str(self.control("gmail/tokens", user=user, **changes)["access_token"])

    def fault(self, at: str, kind: str, count: int = 1, **more: Any) -> None:
        """Has something go wrong at a protocol, as often as asked; 0 until faults are cleared."""
        self.control("faults", at=at, kind=kind, count=count, **more)

    def exchange(self, tenant: str = "contoso.example", **settings: Any) -> None:
        """Changes some of an organisation's settings of Exchange; the others are as in the tenants' file."""
        described = next(one for one in self.file["tenants"] if one["domain"] == tenant)
        self.control("exchange", tenant=tenant, **{**described.get("exchange", {}), **settings})

    def deliver(self, user: str, subject: str) -> None:
        """Puts a new message into an inbox."""
        text = f"From: Somebody <somebody@example.org>\nTo: {user}\nSubject: {subject}\n\nNew.\n"
        self.control("messages", user=user, message=text)

    def clear(self) -> None:
        super().clear()
        for tenant in self.tenants:
            self.exchange(tenant.domain)

    # Reading

    def subjects_by_graph(self, user: str) -> list[str]:
        """Every subject of a mailbox as Graph lists them, the newest first."""
        token, found = self.app_token(self.contoso.id), list[str]()
        path = f"users/{user}/mailFolders/inbox/messages?$top=100&$select=subject&$orderby=receivedDateTime desc"
        while path:
            answer = self.mail(path, token)
            assert answer.status_code == 200, answer.text
            found += [message["subject"] for message in answer.json()["value"]]
            path = answer.json().get("@odata.nextLink", "")
        return found

    def connect(self, place: Place | None = None) -> imaplib.IMAP4_SSL:
        """imaplib behind verified TLS, before the login."""
        where = place or self.imap
        return imaplib.IMAP4_SSL(where.host, where.port, ssl_context=self.trust, timeout=WAIT)

    def open(self, user: str, token: str | None = None, place: Place | None = None) -> imaplib.IMAP4_SSL:
        """imaplib, logged in."""
        mail = self.connect(place)
        mail.authenticate("XOAUTH2", lambda challenge: xoauth2(user, token or self.person_token(user)))
        return mail

    def curl(self, url: str, user: str, token: str, *options: str) -> subprocess.CompletedProcess[bytes]:
        """curl, which gets the token by its standard input."""
        command = ["curl", "--silent", "--show-error", "--cacert", str(self.ca_file), "--config", "-", *options, url]
        secret = f'user = "{user}:"\noauth2-bearer = "{token}"\n'
        return subprocess.run(command, input=secret.encode(), capture_output=True, timeout=WAIT)


def xoauth2(user: str, token: str) -> bytes:
    """What XOAUTH2 sends, before base64."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()


def subject(message: bytes) -> str | None:
    """A message's subject as Python reads it, in one line; `None` where it is too broken for that."""
    if not message.isascii():
        return None
    parsed = email.message_from_bytes(message)
    try:
        return str(make_header(decode_header(parsed["Subject"] or ""))).replace("\r\n", "")
    except (HeaderParseError, UnicodeDecodeError, LookupError):
        return None


def same_subjects(read: list[bytes], listed: list[str]) -> bool:
    """Whether headers that a program read, the oldest first, have the subjects that were listed, the newest first.

    Of the samples, two are too broken for Python.
    """
    found = [subject(header) for header in reversed(read)]
    assert found.count(None) <= 2, found
    return len(found) == len(listed) and all(one in (None, other) for one, other in zip(found, listed, strict=True))
