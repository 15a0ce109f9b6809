"""A line on which every answer takes its time."""

import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

# Seconds from a question to the first byte of its answer.
DELAY = 0.05


class SlowLine:
    """Ends TLS, and lets every byte behind it take half the delay in each direction. Counts at the socket how often the
    client spoke after the server had, and when the last answer came."""

    def __init__(self, target: int, certificate: Path, key: Path) -> None:
        self.target = target
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.flights: list[int] = []
        self.seconds: list[float] = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            plain, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(plain,), daemon=True).start()

    def serve(self, plain: socket.socket) -> None:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = self.context.wrap_socket(plain, server_side=True)
        server = socket.create_connection(("127.0.0.1", self.target))
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # One thread works a connection: an SSL socket is not for two at once.
        client.setblocking(False)
        server.setblocking(False)
        waiting: list[tuple[float, socket.socket, bytes]] = []
        flights, server_spoke, greeted, answered = 0, True, 0.0, 0.0
        is_goodbye, is_over = False, False
        while True:
            moved = False
            for source, sink in () if is_over else ((client, server), (server, client)):
                try:
                    data = source.recv(65_536)
                except (BlockingIOError, ssl.SSLWantReadError):
                    continue
                except OSError:
                    data = b""
                if not data:
                    is_over = True
                    break
                moved = True
                waiting.append((time.perf_counter() + DELAY / 2, sink, data))
                if source is client:
                    is_goodbye = b"LOGOUT" in data
                    # The library does not wait for the answer to its goodbye, so neither side's is counted.
                    if server_spoke and not is_goodbye:
                        flights += 1
                        server_spoke = False
                else:
                    server_spoke = True
            now = time.perf_counter()
            while waiting and waiting[0][0] <= now:
                _, sink, data = waiting.pop(0)
                sink.setblocking(True)
                try:
                    sink.sendall(data)
                except OSError:
                    # Whoever has gone already needs no answer to the goodbye.
                    is_over = True
                sink.setblocking(False)
                if sink is client:
                    moment = time.perf_counter()
                    greeted = greeted or moment
                    if not is_goodbye:
                        answered = moment
            if is_over and not waiting:
                self.flights.append(flights)
                self.seconds.append(answered - greeted)
                client.close()
                server.close()
                return
            if not moved:
                time.sleep(0.0002)


def certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )
    return certificate, key
