"""Messages taken apart: the library beside Python's `email` on the same files, in processor time."""

import email
import email.policy
import random
import time
from collections.abc import Callable
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from pathlib import Path

from support.messages import written
from table import load, median_of, row

SHORT = 400
WITH_FILES = 40
FILE_SIZE = 700_000


def write(folder: Path) -> dict[str, list[Path]]:
    """Short messages of many kinds and charsets, by old writers and new ones; and some with a file each."""
    chance = random.Random(1)
    folder.mkdir()
    messages = {"short": [written(number, chance) for number in range(SHORT)], "with files": []}
    for number in range(WITH_FILES):
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = f"File {number}", "ann@example.org", "bo@example.org"
        message["Date"] = "Thu, 1 Jan 2026 10:00:00 +0000"
        message.set_content("Here it is.\n")
        data = chance.randbytes(FILE_SIZE)
        message.add_attachment(data, maintype="application", subtype="pdf", filename=f"{number}.pdf")
        messages["with files"].append(message.as_bytes(policy=message.policy.clone(linesep="\r\n")))
    files: dict[str, list[Path]] = {}
    for kind, contents in messages.items():
        files[kind] = [folder / f"{kind}-{number}.eml" for number in range(len(contents))]
        for file, content in zip(files[kind], contents, strict=True):
            file.write_bytes(content)
    return files


def modern(content: bytes) -> None:
    """What a mail program shows, and every attachment, by the interface that Python's documentation recommends."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for name in ("subject", "from", "to", "date"):
        str(message[name])
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        if isinstance(body, EmailMessage):
            body.get_content()
    for part in message.walk():
        if isinstance(part, EmailMessage) and part.is_attachment():
            part.get_filename()
            part.get_payload(decode=True)


def older(content: bytes) -> None:
    """The same by the older interface, which leaves more to its caller."""
    message = email.message_from_bytes(content)
    str(make_header(decode_header(message["Subject"])))
    getaddresses([str(message["To"])])
    parseaddr(str(message["From"]))
    parsedate_to_datetime(message["Date"])
    for part in message.walk():
        if not part.is_multipart():
            part.get_filename()
            text(part, part.get_payload(decode=True))


def text(part: Message, data: object) -> None:
    if part.get_content_maintype() == "text" and isinstance(data, bytes):
        data.decode(part.get_content_charset("utf-8"), "replace")


def mime(folder: Path) -> None:
    for kind, files in write(folder / "messages").items():
        contents = [file.read_bytes() for file in files]
        total = sum(map(len, contents))

        def python(decode: Callable[[bytes], None], contents: list[bytes] = contents, total: int = total) -> float:
            start = time.process_time()
            for content in contents:
                decode(content)
            return total / (time.process_time() - start) / 1e6

        def ours(files: list[Path] = files) -> float:
            figures = load("mime", *map(str, files), rounds=10)
            return figures["bytes"] / figures["seconds"] / 1e6

        mine = median_of(ours)
        for name, decode in (("email", modern), ("email, compat32", older)):
            other = median_of(lambda decode=decode, python=python: python(decode))
            row(f"MIME, {kind}, MB/s; {name}", mine, other, mine / other, ">=", 5)
