"""The programs under test, started on free ports of loopback and stopped as an operator stops them."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests

from support.clients import Account, Client, Server

Answer = TypeVar("Answer")

ROOT = Path(__file__).resolve().parents[3]
START_LIMIT = 30.0
STOP_LIMIT = 30.0
PORT_OPTIONS = ["authorization", "inbox", "emulator", "imap", "smtp", "pop"]


@cache
def sallyport() -> str:
    """The executable: `SALLYPORT`, or the one of the last debug build."""
    if path := os.environ.get("SALLYPORT"):
        return path
    command = ["swift", "build", "--show-bin-path"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return str(Path(answer.stdout.strip()) / "sallyport")


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    command = [sallyport(), *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60)


def eventually(what: str, attempt: Callable[[], Answer | None], limit: float = START_LIMIT) -> Answer:
    """Tries until there is an answer, or fails and says what it waited for."""
    deadline = time.monotonic() + limit
    while True:
        answer = attempt()
        if answer is not None:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {limit} s: {what}")
        threading.Event().wait(0.01)


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One running program: its output is kept in files, so that no pipe can fill up."""

    def __init__(self, arguments: Sequence[str], directory: Path, stdin: str = "") -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.stdout_file = directory / "stdout.txt"
        self.stderr_file = directory / "stderr.txt"
        with self.stdout_file.open("wb") as out, self.stderr_file.open("ab") as err:
            self.process = subprocess.Popen(
                [sallyport(), *arguments], stdin=subprocess.PIPE, stdout=out, stderr=err
            )
        assert self.process.stdin is not None
        # A program that ends before it has read says itself why.
        with contextlib.suppress(BrokenPipeError), self.process.stdin as pipe:
            pipe.write(stdin.encode())

    def output(self) -> str:
        """Everything printed so far, for searching and for failures."""
        return self.stdout_file.read_text(errors="replace") + self.stderr_file.read_text(errors="replace")

    def require_running(self) -> None:
        if self.process.poll() is not None:
            raise AssertionError(f"it ended with {self.process.returncode}:\n{self.output()}")

    def terminate(self) -> None:
        """Asks it to stop, as a service manager does."""
        self.process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        try:
            return self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"it did not stop within {STOP_LIMIT} s:\n{self.output()}") from None

    def stop(self) -> None:
        """Stops it and insists on a clean exit."""
        self.require_running()
        self.terminate()
        status = self.wait()
        assert status == 0, f"it ended with {status}:\n{self.output()}"

    def kill(self) -> None:
        """Takes it down without a chance to tidy up."""
        self.process.kill()
        self.process.wait()


class Demo(Server):
    """`sallyport demo --json` on free ports, with the data that its JSON line describes."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.directory = directory
        self.options = options
        self._start(dict.fromkeys(PORT_OPTIONS, 0))
        super().__init__(self.description["issuer"])
        self.api = self.description["api_url"].rstrip("/")
        self.accounts = [
            Account(user["username"], user["password"], bool(user.get("administrator")))
            for user in self.description["users"]
        ]
        self.clients = [
            Client(
                client["client_id"], client.get("client_secret"), tuple(client.get("redirect_uris", [])),
                tuple(client.get("grant_types", [])),
            )
            for client in self.description["clients"]
        ]

    def _start(self, ports: dict[str, int]) -> None:
        places = [part for name, port in ports.items() for part in (f"--{name}-port", str(port))]
        data = ["--data-directory", str(self.directory / "data")]
        self.process = Process(["demo", "--json", *data, *places, *self.options], self.directory)
        self.description: dict[str, Any] = json.loads(eventually("the demo's JSON line", self._first_line))

    def kill_and_restart(self) -> None:
        """Takes it down without a chance to tidy up, and starts it again in the same places."""
        known = self.description
        urls = {"authorization": known["issuer"], "inbox": known["inbox_url"], "emulator": known["microsoft365"]["cloud"]}
        ports = {name: urlsplit(url).port or 0 for name, url in urls.items()}
        self.process.kill()
        self._start(ports | {name: known[name]["port"] for name in ("imap", "smtp", "pop")})

    def _first_line(self) -> str | None:
        self.process.require_running()
        text = self.process.stdout_file.read_text()
        return text.splitlines()[0] if "\n" in text else None

    @property
    def client(self) -> Client:
        """The demo's confidential client."""
        return self.clients[0]

    @property
    def account(self) -> Account:
        """A person who is not an administrator, where there is one."""
        return next((account for account in self.accounts if not account.administrator), self.accounts[0])

    def stop(self) -> None:
        self.process.stop()


class Operated(Server):
    """`sallyport serve` on a fresh SQLite file, administered from the command line as an operator does."""

    def __init__(self, directory: Path, *options: str, database: Path | None = None) -> None:
        self.directory = directory
        self.options = options
        self.database = database or directory / "database" / "sallyport.sqlite"
        self.database.parent.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.process: Process | None = None
        super().__init__(f"http://127.0.0.1:{self.port}/o")

    def command(self, *arguments: str, stdin: str = "") -> str:
        """Runs one command on this database and gives back what it printed."""
        answer = run(*arguments, "--database", f"sqlite:{self.database}", stdin=stdin)
        assert answer.returncode == 0, f"{arguments} ended with {answer.returncode}: {answer.stderr}"
        return answer.stdout

    def add_user(self, account: Account) -> Account:
        options = ["--administrator"] if account.administrator else []
        options += ["--password-stdin", "--email", f"{account.username}@example.com"]
        self.command("user", "add", account.username, *options, stdin=account.password + "\n")
        return account

    def add_client(self, *options: str, redirect_uri: str = "http://127.0.0.1/callback", secret: str = "") -> Client:
        """Registers a client for the code, refresh and client credentials grants, as far as the options allow."""
        grants = ["authorization_code", "refresh_token"]
        grants += [] if "--public" in options else ["client_credentials"]
        arguments = ["--name", "Operated", "--redirect-uri", redirect_uri]
        arguments += [part for grant in grants for part in ("--grant", grant)]
        if "--scope" not in options:
            arguments += ["--scope", "openid profile email offline_access"]
        stdin = secret + "\n" if secret else ""
        added = json.loads(self.command("client", "add", *arguments, *options, "--json", stdin=stdin))
        return Client(added["client_id"], secret or added.get("client_secret"), (redirect_uri,), tuple(grants))

    def add_resource_server(self) -> Client:
        """Registers an API that may introspect tokens."""
        added = json.loads(self.command("client", "add", "--name", "API", "--resource-server", "--json"))
        return Client(added["client_id"], added["client_secret"], ())

    def arguments(self) -> list[str]:
        place = ["--issuer", self.issuer, "--host", "127.0.0.1", "--port", str(self.port)]
        return ["serve", *place, "--database", f"sqlite:{self.database}", *self.options]

    def start(self) -> None:
        """Starts it and waits until it says that it is ready."""
        self.process = Process(self.arguments(), self.directory)
        eventually("the server is ready", self._is_ready)

    def _is_ready(self) -> bool | None:
        self.running.require_running()
        try:
            answer = requests.get(f"http://127.0.0.1:{self.port}/health/ready", timeout=5)
        except requests.ConnectionError:
            return None
        return True if answer.status_code == 200 else None

    @property
    def running(self) -> Process:
        assert self.process is not None, "it was not started"
        return self.process

    def stop(self) -> None:
        self.running.stop()
        self.process = None

    def kill(self) -> None:
        self.running.kill()
        self.process = None

    def close(self) -> None:
        """Stops it if it still runs."""
        if self.process is not None:
            self.stop()
