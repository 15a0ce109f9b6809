"""A web site of somebody else on loopback: an application's callback, or a page of another origin."""

import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

PAGE = b'<!doctype html><html lang="en"><title>Application</title><h1>Back at the application</h1>'


class Site:
    """Answers every GET with one page and keeps what it was asked."""

    def __init__(self) -> None:
        self._requests: queue.Queue[str] = queue.Queue()
        requests = self._requests

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path != "/favicon.ico":
                    requests.put(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(PAGE)))
                self.end_headers()
                self.wfile.write(PAGE)

            def log_message(self, format: str, *arguments: object) -> None:
                """Tests say what matters."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.redirect_uri = f"{self.origin}/callback"

    def __enter__(self) -> "Site":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def next_parameters(self, limit: float = 15) -> dict[str, str]:
        """The query of the next request, waiting for it."""
        return dict(parse_qsl(urlsplit(self._requests.get(timeout=limit)).query, keep_blank_values=True))

    @property
    def was_asked(self) -> bool:
        return not self._requests.empty()
