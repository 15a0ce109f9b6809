"""Requests that no library sends for us, because it would tidy them up first."""

import http.client
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from support.clients import TIMEOUT


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def get(address: str, target: str, session: requests.Session | None = None) -> Reply:
    """Asks for exactly this target, percent signs and dots included, with the session's cookies."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=TIMEOUT)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies) if session else ""
    try:
        connection.request("GET", target, headers={"Cookie": cookies} if cookies else {})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, headers, answer.read())
    finally:
        connection.close()


class HalfSent:
    """A POST whose head and first bytes are sent, and whose end can be sent later."""

    def __init__(self, url: str, head: dict[str, str], body: bytes) -> None:
        parts = urlsplit(url)
        self._rest = body[1:]
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=TIMEOUT)
        lines = [f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in head.items()]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + body[:1])

    def finish(self) -> Reply:
        """Sends the rest and reads the answer."""
        self._socket.sendall(self._rest)
        answer = http.client.HTTPResponse(self._socket, method="POST")
        answer.begin()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        try:
            return Reply(answer.status, headers, answer.read())
        finally:
            self._socket.close()
