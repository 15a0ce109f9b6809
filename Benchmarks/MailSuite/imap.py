"""Mail over IMAP: the library beside imaplib, and beside a bare socket, at the same Dovecot."""

import base64
import email
import email.utils
import imaplib
import os
import random
import re
import shutil
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
    dovecot = Dovecot(folder)
    dovecot.fill("reader", small, 10_000)
    dovecot.start()
    try:
        certificate_file, key = certificate(folder)
        slow = SlowLine(dovecot.port, certificate_file, key)
        context = ssl.create_default_context(cafile=str(certificate_file))

        def wait_for(count: int) -> None:
            while len(slow.flights) < count:
                time.sleep(0.01)

        def python() -> None:
            mail = dovecot.imaplib("reader", slow.port, context)
            count = int(mail.select("INBOX", readonly=True)[1][0])
            mail.fetch(f"{count - 9}:{count}", "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)")
            mail.logout()

        python()
        load("newest", host="localhost", port=slow.port, user="reader", token=TOKEN, ca=certificate_file)
        wait_for(3)
        first, second, other = ([], []), ([], []), ([], [])
        for _ in range(ROUNDS):
            slow.flights.clear()
            slow.seconds.clear()
            load("newest", host="localhost", port=slow.port, user="reader", token=TOKEN, ca=certificate_file)
            wait_for(2)
            python()
            wait_for(3)
            for place, store in enumerate((first, second, other)):
                store[0].append(slow.flights[place])
                store[1].append(slow.seconds[place] * 1_000)
        flights = [statistics.median(store[0]) for store in (first, second, other)]
        times = [statistics.median(store[1]) for store in (first, second, other)]
        row("newest ten, round trips after TLS", flights[0], flights[2], flights[0], "<=", 2)
        row("newest ten with memory, round trips", flights[1], flights[2], flights[1], "<=", 1)
        row("newest ten, ms / 2 round trips of 50 ms", times[0], times[2], times[0] / (2_000 * DELAY), "<=", 1.1)
        row("newest ten with memory, ms / 1 round trip", times[1], times[2], times[1] / (1_000 * DELAY), "<=", 1.1)
    finally:
        dovecot.stop()


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
        for name, read in (("read and taken apart", parsed), ("as bytes, nothing taken apart", raw)):
            other = median_of(lambda read=read: python(read))
            row(f"10,000 envelopes, ms; imaplib {name}"[:44], mine * 1_000, other * 1_000, other / mine, ">=", 5)
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
        for _ in range(min(ROUNDS, 3)):
            target = folder / "out"
            figures = load("download", into=target, **options)
            ours.append(figures["bytes"] / figures["seconds"] / 1e6)
            resident.append(figures["resident"])
            shutil.rmtree(target)
            figures = load("socket", **options)
            bare.append(figures["bytes"] / figures["seconds"] / 1e6)
            figures = load("socket", into=folder / "out.bytes", **options)
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
