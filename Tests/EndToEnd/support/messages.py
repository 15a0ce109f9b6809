"""Messages of many kinds, written by Python's `email`: old writers and new ones, in many charsets.

Only the standard library is needed, so that the benchmarks can use it too.
"""

import random
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr

TEXTS = {
    "utf-8": "Grüße, Київ, 北京 and 😀", "iso-8859-1": "Grüße à la crème", "iso-8859-2": "Příliš žluťoučký kůň",
    "iso-8859-5": "Съешь ещё этих", "iso-8859-7": "Καλημέρα κόσμε", "iso-8859-15": "Preis: 5 €",
    "windows-1250": "Zażółć gęślą jaźń", "windows-1251": "Доброго дня, ї є ґ", "windows-1252": "“quoted” – 5 €",
    "windows-1253": "Καλημέρα", "windows-1254": "Şişli'de ğ", "koi8-r": "Привет из почты", "koi8-u": "Їжак і ґава",
    "gb18030": "你好，世界", "gbk": "简体中文", "big5": "繁體中文信件", "shift_jis": "こんにちは世界",
    "iso-2022-jp": "日本語のメール", "euc-jp": "日本の手紙", "euc-kr": "안녕하세요 세계",
}


def written(number: int, chance: random.Random) -> bytes:
    """One message by Python's own writers, old and new, in one of many charsets."""
    charset, text = chance.choice(list(TEXTS.items()))
    moment = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=number)
    lines = "".join(f"{text} {line} {'=' * (line % 5)}\n" for line in range(chance.randrange(1, 60)))
    message = chance.choice([_modern, _old])(charset, text, lines, number, chance)
    message["From"] = formataddr((text, f"sender{number}@example.org"), "utf-8")
    message["To"] = "megan@contoso.example"
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = f"<{number}@example.org>"
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def _modern(charset: str, text: str, lines: str, number: int, chance: random.Random) -> Message:
    message = EmailMessage()
    message["Subject"] = f"{number} {text * chance.randrange(1, 8)}"
    message.set_content(lines, charset=charset, cte=chance.choice(["base64", "quoted-printable"]))
    if chance.random() < 0.5:
        message.add_alternative(f"<p>{text}</p>", subtype="html", charset=charset)
    for index in range(chance.randrange(0, 4)):
        data = chance.randbytes(chance.randrange(0, 5000))
        name = chance.choice(["plain.bin", f"{text}.pdf", "a;b=\"c\".txt", "long " * 30 + ".bin"])
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=f"{index} {name}")
    if chance.random() < 0.2:
        inner = EmailMessage()
        inner["Subject"] = "Inner"
        inner.set_content("inside")
        message.add_attachment(inner, filename="inner.eml")
    return message


def _old(charset: str, text: str, lines: str, number: int, chance: random.Random) -> Message:
    body = MIMEText(lines, "plain", charset)
    message: Message = body
    if chance.random() < 0.6:
        inner = MIMEMultipart("alternative")
        inner.attach(body)
        inner.attach(MIMEText(f"<b>{text}</b>", "html", charset))
        message = MIMEMultipart("mixed")
        message.attach(inner)
        attachment = MIMEText(lines, "csv", "utf-8")
        attachment.add_header("Content-Disposition", "attachment", filename=("utf-8", "de", f"{text}.csv"))
        message.attach(attachment)
    message["Subject"] = Header(f"{number} {text}", charset, maxlinelen=chance.choice([40, 76]))
    return message
