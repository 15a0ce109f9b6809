"""Somebody at a terminal with accounts of their own, and the browser beside it."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from support.clients import TIMEOUT
from support.processes import eventually, sallyport

Walk = Callable[[str, str], str]


class Terminal:
    """Runs commands whose accounts lie in one folder, as one user would."""

    def __init__(self, directory: Path, **environment: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.accounts = directory / "accounts"
        # Nothing of the real user is seen, and no browser of theirs is opened.
        self.environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("SALLYPORT_", "XDG_")) and name not in ("DISPLAY", "BROWSER")
        }
        self.environment |= {"SALLYPORT_ACCOUNTS": str(self.accounts), "HOME": str(directory)} | environment

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sallyport(), *arguments], input=stdin, capture_output=True, text=True, timeout=60,
            env=self.environment, cwd=self.directory,
        )

    def good(self, *arguments: str, stdin: str = "") -> str:
        """What a command printed that has to succeed."""
        answer = self.run(*arguments, stdin=stdin)
        assert answer.returncode == 0, f"{arguments} ended with {answer.returncode}: {answer.stderr}"
        return answer.stdout

    def json(self, *arguments: str, stdin: str = "") -> Any:
        return json.loads(self.good(*arguments, "--json", stdin=stdin))

    def refused(self, *arguments: str, stdin: str = "", code: int = 1) -> str:
        """Why a command failed: one line, and nothing on standard output that looks like a result."""
        answer = self.run(*arguments, stdin=stdin)
        assert answer.returncode == code, f"{arguments} ended with {answer.returncode}: {answer.stderr}"
        if code == 1:
            assert answer.stderr.startswith("sallyport: ") or "\nsallyport: " in answer.stderr, answer.stderr
        return answer.stderr

    def start(self, *arguments: str, stdin: str = "") -> "Waiting":
        return Waiting(self, arguments, stdin)

    def files(self) -> bytes:
        """Every byte that is kept of the accounts."""
        return b"".join(path.read_bytes() for path in sorted(self.accounts.rglob("*")) if path.is_file())


class Waiting:
    """A command that waits for a browser."""

    def __init__(self, terminal: Terminal, arguments: tuple[str, ...], stdin: str) -> None:
        self.process = subprocess.Popen(
            [sallyport(), *arguments, "--no-browser"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=(terminal.directory / "stderr.txt").open("w"), text=True, env=terminal.environment,
            cwd=terminal.directory,
        )
        self.errors = terminal.directory / "stderr.txt"
        assert self.process.stdin is not None
        self.process.stdin.write(stdin)
        self.process.stdin.flush()
        text = eventually("the command waits for a browser", self._question)
        self.url = text[1]
        self.redirect_uri = text[2]

    def _question(self) -> "re.Match[str] | None":
        text = self.errors.read_text()
        assert self.process.poll() is None, text
        return re.search(r"^  (https?://\S+)$.*?Waiting at (\S+) …", text, re.MULTILINE | re.DOTALL)

    def open(self, url: str) -> requests.Response:
        """The browser comes to an address of the command's."""
        return requests.get(url, timeout=TIMEOUT)

    def finish(self, code: int = 0) -> str:
        """Waits for the end; what was printed, or on failure why."""
        output, _ = self.process.communicate(timeout=60)
        errors = self.errors.read_text()
        assert self.process.returncode == code, f"it ended with {self.process.returncode}: {errors}"
        return output if code == 0 else errors
