"""Our MIME decoding beside Python's `email`, on the emulator's samples and on messages that `email` wrote."""

import email
import email.policy
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from support.cloud import EmulatedCloud
from support.messages import written

@dataclass
class Reading:
    """What is compared of a message."""

    subject: str
    sender: tuple[str, str] | None
    text: str | None
    html: str | None
    attachments: list[tuple[str, bytes]] = field(default_factory=list)


def spaces(text: str | None) -> str | None:
    """One space for any white space between lines and words: folding is not what is compared."""
    return None if text is None else " ".join(text.split())


def by_python(raw: bytes) -> Reading:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    addresses = message["from"].addresses if message["from"] else ()
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return Reading(
        spaces(str(message["subject"] or "")) or "",
        (addresses[0].display_name or addresses[0].addr_spec, addresses[0].addr_spec) if addresses else None,
        text_of(plain), text_of(html),
        [(safe(part.get_filename() or ""), content(part)) for part in leaves(message) if part.is_attachment()],
    )


def safe(name: str) -> str:
    """Ours are names to save under: the last part of a path, without characters that a file system refuses."""
    return re.sub(r'["*:<>?\\|]', "_", name.rpartition("/")[2])


def text_of(part: Message | None) -> str | None:
    """The text of a part; bytes whose charset does not exist are read as the oldest charset of mail."""
    if part is None:
        return None
    assert isinstance(part, EmailMessage)
    try:
        return spaces(part.get_content())
    except LookupError:
        return spaces(content(part).decode("latin-1"))


def leaves(message: Message) -> Iterator[EmailMessage]:
    """Parts that hold something, an attached message as one."""
    if message.get_content_maintype() == "multipart":
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from leaves(part)
    elif isinstance(message, EmailMessage):
        yield message


def content(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        # As it was sent: Python writes what it read anew, with line ends of its own.
        return bytes(part.get_content()).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


@dataclass
class Read:
    """A message as the cloud gives it."""

    raw: bytes
    reading: Reading


def by_us(cloud: EmulatedCloud, address: str) -> list[Read]:
    """All messages of a mailbox with what we read in them."""
    token = cloud.app_token(cloud.contoso.id)
    place = f"users/{address}/messages"
    found = []
    query = f"{place}?$top=1000&$select=subject,from,body,hasAttachments"
    shown = cloud.mail(query, token).json()["value"]
    plain = cloud.mail(query, token, "graph", Prefer='outlook.body-content-type="text"').json()["value"]
    for one, text in zip(shown, plain, strict=True):
        own = f"{place}/{quote(one['id'])}"
        sender = (one["from"] or {}).get("emailAddress")
        attachments = []
        for attachment in cloud.mail(f"{own}/attachments", token).json()["value"]:
            data = cloud.mail(f"{own}/attachments/{quote(attachment['id'])}/$value", token).content
            attachments.append((attachment["name"], data))
        is_html = one["body"]["contentType"] == "html"
        reading = Reading(
            spaces(one["subject"]) or "", (sender["name"], sender["address"]) if sender else None,
            spaces(text["body"]["content"]), spaces(one["body"]["content"]) if is_html else None, attachments,
        )
        found.append(Read(cloud.mail(f"{own}/$value", token).content, reading))
    return found


def differences(ours: Reading, theirs: Reading) -> dict[str, tuple[Any, Any]]:
    """What we read otherwise. A text that we made of HTML has no counterpart, and is not compared."""
    found: dict[str, tuple[Any, Any]] = {}
    for name in ("subject", "sender", "html"):
        if getattr(ours, name) != getattr(theirs, name):
            found[name] = (getattr(ours, name), getattr(theirs, name))
    if theirs.text is not None and ours.text != theirs.text:
        found["text"] = (ours.text, theirs.text)
    missing = [one for one in theirs.attachments if one not in ours.attachments]
    if missing:
        found["attachments"] = (ours.attachments, missing)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_messages_that_python_wrote(
    start_cloud: Callable[..., EmulatedCloud], tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    folder = tmp_path / "mail" / "megan@contoso.example"
    folder.mkdir(parents=True)
    for number in range(150):
        (folder / f"{number}.eml").write_bytes(written(number, chance))
    cloud = start_cloud("--mail", str(folder.parent))
    read = by_us(cloud, "megan@contoso.example")
    assert len(read) == 150
    wrong = {one.reading.subject: found for one in read if (found := differences(one.reading, by_python(one.raw)))}
    assert not wrong, wrong
    assert sum(len(one.reading.attachments) for one in read) > 100


# What we read otherwise on purpose: by the beginning of the subject, what differs and why.
REASONS = {
    "Paragraphs that flow": ({"text"}, "lines of format=flowed are joined, quotations too; Python leaves them"),
    "Café and crème": ({"subject", "sender"}, "bare ISO-8859-1 in a header is read; Python shows bytes it cannot"),
    "Charset that does not exist": ({"text"}, "UTF-8 is tried first; Python refuses, and ISO-8859-1 stands in for it"),
    "Labelled ASCII": ({"text"}, "the text is UTF-8 whatever its label says; Python replaces each byte"),
    "A word that is not quite encoded": ({"subject"}, "base64 of no UTF-8 is read as windows-1252"),
    "A sender without an address": ({"sender"}, "it is a name and no address; Python takes it for an address"),
    "A line that is no header": ({"text"}, "the header goes on behind it; for Python it ends there"),
}


def test_the_emulators_samples(cloud: EmulatedCloud) -> None:
    read = by_us(cloud, "megan@contoso.example")
    assert len(read) >= 40
    wrong, justified = {}, set()
    for one in read:
        found = differences(one.reading, by_python(one.raw))
        reason = next((name for name in REASONS if one.reading.subject.startswith(name)), None)
        if found and reason is not None and set(found) <= REASONS[reason][0]:
            justified.add(reason)
        elif found:
            wrong[one.reading.subject] = found
    assert not wrong, "\n".join(f"{subject!r}: {found}"[:1500] for subject, found in wrong.items())
    assert justified == set(REASONS), "a difference that is no more must not be excused"
