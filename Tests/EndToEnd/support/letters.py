"""Messages for a mailbox: many harmless ones, and what a hostile sender thinks of."""

import socketserver
import threading
from email.message import EmailMessage
from typing import Any

COUNT = 24
HOSTILE = "Hostile"
FILES = "Files"
PICTURE = "Picture"
# One pixel.
GIF = bytes.fromhex("47494638396101000100800000ff000000000021f90400000000002c00000000010001000002024401003b")
# What the sender calls an attachment, and what it holds.
NAMES = {
    "../../etc/passwd.html": b"<script>document.title='ran'</script>",
    "a\"; filename=evil.exe": b"quoted",
    "line\nbreak.txt": b"lines",
    "Grüße 株式.pdf": b"%PDF-1.4",
    "\u202etxt.exe": b"turned",
}


class Canary:
    """Counts who connects; nobody should."""

    def __init__(self) -> None:
        visits = self.visits = list[str]()

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                # Who connects ahead of a request says nothing, and has told the sender enough.
                visits.append(str(self.client_address))

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def hostile(canary: str) -> str:
    """HTML that tries to run, to load, to leave its frame and to be somebody else."""
    return f"""<!doctype html><html><head>
<meta http-equiv="refresh" content="0;url={canary}/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src *">
<base href="{canary}/base/" target="_top">
<link rel="stylesheet" href="{canary}/style.css"><link rel="preconnect" href="{canary}">
<link rel="dns-prefetch" href="{canary}"><link rel="prefetch" href="{canary}/prefetch">
<LINK REL=preload AS=image HREF="{canary}/preload"><l&#105;nk rel=stylesheet href="{canary}/entity">
<style>@import url({canary}/import.css); body {{ background: url("{canary}/background") }}
@font-face {{ font-family: x; src: url({canary}/font) }} p {{ font-family: x; cursor: url({canary}/cursor), auto }}</style>
</head><body onload="fetch('{canary}/onload')" background="{canary}/attribute">
<p>Read me</p><script>parent.document.title='ran';fetch('{canary}/script')</script>
<script src="{canary}/src.js"></script><script type="module" src="{canary}/module.js"></script>
<img src="{canary}/image" srcset="{canary}/srcset 2x" onerror="fetch('{canary}/onerror')">
<img src=x onerror="top.location='{canary}/top'"><picture><source srcset="{canary}/source"></picture>
<svg onload="fetch('{canary}/svg')"><image href="{canary}/svg-image"/><use href="{canary}/use#x"/>
<script>fetch('{canary}/svg-script')</script></svg>
<iframe src="{canary}/frame"></iframe><iframe srcdoc="<script>fetch('{canary}/srcdoc')</script>"></iframe>
<object data="{canary}/object"></object><embed src="{canary}/embed"><video src="{canary}/video" poster="{canary}/poster">
</video><audio src="{canary}/audio" autoplay></audio><track src="{canary}/track">
<form id="f" action="{canary}/form" method="post"><input name="password"><button id="send">Send</button></form>
<a id="leave" href="{canary}/link" ping="{canary}/ping" target="_top">Press me</a>
<a id="script" href="javascript:fetch('{canary}/javascript')">Or me</a>
<math><mtext><style><!--</style><img title="--&gt;&lt;img src=x onerror=fetch('{canary}/mutation')&gt;"></mtext></math>
<table background="{canary}/table"><tr><td style="background:url({canary}/td)">cell</td></tr></table>
</body></html>"""


def _letter(subject: str, second: int, text: str = "Hello") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Mallory <mallory@evil.example>"
    message["To"] = "megan@contoso.example"
    message["Subject"] = subject
    message["Date"] = f"Fri, 20 Nov 2026 10:{second // 60:02}:{second % 60:02} +0000"
    message["Message-ID"] = f"<letter-{second}@evil.example>"
    message.set_content(text)
    return message


def _with_files(second: int) -> bytes:
    message = _letter(FILES, second)
    for index, content in enumerate(NAMES.values()):
        message.add_attachment(content, maintype="text", subtype="html", filename=f"name-{index}")
    source = message.as_bytes()
    for index, name in enumerate(NAMES):
        encoded = "".join(f"%{byte:02X}" for byte in name.encode())
        source = source.replace(f'filename="name-{index}"'.encode(), f"filename*=utf-8''{encoded}".encode())
    return source


def _with_picture(second: int) -> bytes:
    message = _letter(PICTURE, second)
    message.add_alternative('<p>See:</p><img id="own" alt="dot" src="cid:dot@evil.example">', subtype="html")
    parts: Any = message.get_payload()
    parts[1].add_related(GIF, "image", "gif", cid="<dot@evil.example>")
    return message.as_bytes()


def letters(canary: str) -> dict[str, bytes]:
    """The mailbox by file name; the later the name in the order, the newer the message."""
    found = {f"letter-{number:02}": _letter(f"Letter {number}", number).as_bytes() for number in range(COUNT)}
    trap = _letter(HOSTILE, COUNT)
    trap.add_alternative(hostile(canary), subtype="html")
    return found | {
        "hostile": trap.as_bytes(), "files": _with_files(COUNT + 1), "picture": _with_picture(COUNT + 2),
    }


def subjects() -> list[str]:
    """The subjects of the mailbox, newest first."""
    return [PICTURE, FILES, HOSTILE, *(f"Letter {number}" for number in reversed(range(COUNT)))]
