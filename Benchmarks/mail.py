"""Mail for the benchmarks: what is written, and how fast Python's `email` decodes it.

    python3 Benchmarks/mail.py write FOLDER            writes `short` messages of many kinds and ones with `files`
    python3 Benchmarks/mail.py decode FOLDER SECONDS   prints MB/s
    python3 Benchmarks/mail.py tenants FILE COUNT      describes a tenant of so many mailboxes
"""

import email
import email.policy
import json
import random
import secrets
import sys
import time
import uuid
from email.message import EmailMessage, Message
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Tests" / "EndToEnd"))

from support.messages import written  # noqa: E402


SHORT = 400
WITH_FILES = 40
FILE_SIZE = 700_000


def write(folder: Path) -> None:
    chance = random.Random(1)
    short, files = folder / "short", folder / "files"
    for place in (short, files):
        place.mkdir(parents=True)
    for number in range(SHORT):
        (short / f"{number}.eml").write_bytes(written(number, chance))
    for number in range(WITH_FILES):
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = f"File {number}", "ann@example.org", "bo@example.org"
        message.set_content("Here it is.\n")
        message.add_attachment(
            chance.randbytes(FILE_SIZE), maintype="application", subtype="pdf", filename=f"{number}.pdf"
        )
        lines = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
        (files / f"{number}.eml").write_bytes(lines)


def decode(message: bytes) -> int:
    """Reads what a mail program shows, and every attachment; gives back how much that was."""
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    size = len(str(parsed["subject"])) + len(str(parsed["from"])) + len(str(parsed["to"])) + len(str(parsed["date"]))
    for kind in ("plain", "html"):
        body = parsed.get_body((kind,))
        if isinstance(body, EmailMessage):
            size += len(body.get_content())
    for part in parsed.walk():
        if isinstance(part, EmailMessage) and part.is_attachment():
            size += len(part.get_filename() or "") + len(_bytes(part))
    return size


def _bytes(part: Message) -> bytes:
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def measure(folder: Path, seconds: float) -> float:
    """MB/s over whole rounds of all files, for so many seconds at least."""
    messages = [file.read_bytes() for file in sorted(folder.iterdir())]
    size, rounds, start = sum(map(len, messages)), 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds or rounds == 0:
        for message in messages:
            decode(message)
        rounds += 1
    return size * rounds / passed / 1e6


def tenants(file: Path, count: int) -> None:
    """A tenants' file of the emulator, whose one app may read all mailboxes."""
    users = [
        {"id": str(uuid.UUID(int=number + 1)), "upn": f"user{number}@many.example", "name": f"User {number}",
         "password": secrets.token_urlsafe(9)}
        for number in range(count)
    ]
    app = {
        "client_id": str(uuid.uuid4()), "name": "Benchmark", "tenant": "many.example", "redirect_uris": [],
        "client_secrets": [{"value": secrets.token_urlsafe(32)}],
        "permissions": [{"resource": "https://graph.microsoft.com", "application": ["Mail.Read"], "delegated": []}],
    }
    tenant = {"id": str(uuid.uuid4()), "domain": "many.example", "name": "Many", "users": users}
    consent = {"tenant": "many.example", "client_id": app["client_id"]}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"tenants": [tenant], "apps": [app], "consents": [consent]}))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", folder]:
            write(Path(folder))
        case ["tenants", file, count]:
            tenants(Path(file), int(count))
        case ["decode", folder, seconds]:
            print(f"{measure(Path(folder), float(seconds)):.1f}")
        case _:
            sys.exit(__doc__)
