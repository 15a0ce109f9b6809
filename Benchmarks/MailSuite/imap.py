"""Mail over IMAP: the library beside imaplib, and beside a bare socket, at the same Dovecot."""

import base64
import email
import email.utils
import imaplib
import os
import random
import re
import ssl
import statistics
import time
from collections.abc import Callable
from email.header import decode_header, make_header
from pathlib import Path

from dovecot import TOKEN, Dovecot, small
from slow_line import DELAY, SlowLine, certificate
from table import ROUNDS, line, load, median_of, row


def newest(folder: Path) -> None:
    """The ten newest over a slow line, of a mailbox like many and of a large one, which Dovecot itself takes longer to
    open."""
    dovecot = Dovecot(folder)
    sizes = {"reader": 500, "hoarder": 10_000}
    for user, size in sizes.items():
        dovecot.fill(user, small, size)
    dovecot.start()
    try:
        certificate_file, key = certificate(folder)
        slow = SlowLine(dovecot.port, certificate_file, key)
        context = ssl.create_default_context(cafile=str(certificate_file))

        def ours(user: str) -> None:
            load("newest", host="localhost", port=slow.port, user=user, token=TOKEN, ca=certificate_file)

        def python(user: str) -> None:
            mail = dovecot.imaplib(user, slow.port, context)
            count = int(mail.select("INBOX", readonly=True)[1][0] or 0)
            mail.fetch(f"{count - 9}:{count}", "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)")
            mail.logout()

        for user, size in sizes.items():
            compare_newest(slow, f"of {size:,}", lambda user=user: ours(user), lambda user=user: python(user))
    finally:
        dovecot.stop()


def compare_newest(slow: SlowLine, name: str, ours: Callable[[], None], python: Callable[[], None]) -> None:
    def lines(count: int) -> tuple[list[int], list[float]]:
        """What was counted on the last lines, when all of them are closed."""
        while len(slow.flights) < count:
            time.sleep(0.01)
        counted = slow.flights[:], [seconds * 1_000 for seconds in slow.seconds]
        slow.flights.clear()
        slow.seconds.clear()
        return counted

    flights, times = [], []
    for _ in range(ROUNDS + 1):
        ours()
        mine = lines(2)
        python()
        others = lines(1)
        flights.append(mine[0] + others[0])
        times.append(mine[1] + others[1])
    # The first round warmed both sides up.
    new, known, other = (statistics.median(column) for column in zip(*flights[1:], strict=True))
    new_ms, known_ms, other_ms = (statistics.median(column) for column in zip(*times[1:], strict=True))
    row(f"ten newest {name}, round trips", new, other, new, "<=", 2)
    row(f"ten newest {name}, with memory", known, other, known, "<=", 1)
    row(f"ten newest {name}, ms / 2 round trips", new_ms, other_ms, new_ms / (2_000 * DELAY), "<=", 1.1)
    row(f"ten newest {name}, with memory, ms / 1", known_ms, other_ms, known_ms / (1_000 * DELAY), "<=", 1.1)


def envelopes(folder: Path) -> None:
    dovecot = Dovecot(folder)
    dovecot.fill("reader", small, 10_000)
    dovecot.start()
    items = "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"

    def ours() -> float:
        figures = load("envelopes", host="127.0.0.1", port=dovecot.port, user="reader", token=TOKEN)
        assert figures["count"] == 10_000
        return figures["seconds"]

    def python(read: Callable[[imaplib.IMAP4], int]) -> float:
        mail = dovecot.imaplib("reader")
        mail.select("INBOX", readonly=True)
        start = time.perf_counter()
        assert read(mail) == 10_000
        seconds = time.perf_counter() - start
        mail.logout()
        return seconds

    def raw(mail: imaplib.IMAP4) -> int:
        return len(mail.fetch("1:*", items)[1])

    def parsed(mail: imaplib.IMAP4) -> int:
        """What the library gives: sender, subject, time, flags, size."""
        asked = "(UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE)])"
        summaries = []
        for part in mail.fetch("1:*", asked)[1]:
            if isinstance(part, tuple):
                head = email.message_from_bytes(part[1])
                sender = email.utils.parseaddr(str(make_header(decode_header(head["From"]))))
                subject = str(make_header(decode_header(head["Subject"])))
                uid = int(re.search(rb"UID (\d+)", part[0])[1])
                moment = imaplib.Internaldate2tuple(part[0])
                summaries.append((uid, sender, subject, moment, imaplib.ParseFlags(part[0])))
        return len(summaries)

    try:
        ours(), python(raw), python(parsed)
        mine = median_of(ours)
        for name, read in (("imaplib", parsed), ("imaplib's bytes", raw)):
            other = median_of(lambda read=read: python(read))
            row(f"10,000 envelopes, ms; {name}", mine * 1_000, other * 1_000, other / mine, ">=", 5)
    finally:
        dovecot.stop()


def download(folder: Path) -> None:
    megabytes = int(os.environ.get("MEGABYTES", "1024"))
    text = base64.encodebytes(random.Random(1).randbytes(380_000)).replace(b"\n", b"\r\n")[: 512 * 1_024 - 1_000]
    dovecot = Dovecot(folder)
    dovecot.fill("reader", lambda number: small(number) + text, megabytes * 2)
    dovecot.start()
    options = {"host": "127.0.0.1", "port": dovecot.port, "user": "reader", "token": TOKEN}
    try:
        load("socket", **options)
        ours, bare, disk, resident = [], [], [], []
        # Nothing is deleted in between: file systems are slow for a while where much was deleted a moment ago.
        for number in range(min(ROUNDS, 3)):
            os.sync()
            figures = load("download", into=folder / f"out-{number}", **options)
            ours.append(figures["bytes"] / figures["seconds"] / 1e6)
            resident.append(figures["resident"])
            figures = load("socket", **options)
            bare.append(figures["bytes"] / figures["seconds"] / 1e6)
            os.sync()
            figures = load("socket", into=folder / f"out-{number}.bytes", **options)
            disk.append(figures["bytes"] / figures["seconds"] / 1e6)
        mine = statistics.median(ours)
        name = f"{megabytes} MB to disk, MB/s; socket"
        row(f"{name} read alone", mine, statistics.median(bare), mine / statistics.median(bare), ">=", 0.8)
        row(f"{name} to one file", mine, statistics.median(disk), mine / statistics.median(disk), ">=", 0.8)
        row(f"{megabytes} MB to disk, MB resident at most", max(resident), None, max(resident), "<=", 64)
    finally:
        dovecot.stop()


def many(folder: Path) -> None:
    dovecot = Dovecot(folder)
    for number in range(1, 201):
        dovecot.fill(f"reader{number}", small, 12)
    dovecot.start()
    try:
        figures = load("many", host="127.0.0.1", port=dovecot.port, user="reader", token=TOKEN, mailboxes=200)
        assert figures["count"] == 2_000
        row("200 mailboxes at once, MB resident at most", figures["resident"], None, figures["resident"], "<=", 150)
        line("200 mailboxes at once, ms", f"{figures['seconds'] * 1_000:.0f}", "", "", "", "")
    finally:
        dovecot.stop()
