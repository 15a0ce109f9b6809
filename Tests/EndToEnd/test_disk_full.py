"""A full disk: 503 with nothing half-done, and service again when there is room."""

import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from support.clients import Account, assert_error, tokens
from support.processes import Operated, eventually
from support.visitor import Visitor

OFFLINE = "openid offline_access"
REQUEST_LIMIT = 20_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"mounting a small file system is not allowed here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(file: Path) -> None:
    """Takes all the room there is."""
    with file.open("wb", buffering=0) as ballast:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                continue


def test_a_full_disk(small_disk: Path, operate: Callable[..., Operated]) -> None:
    server = operate(database=small_disk / "sallyport.sqlite")
    person = server.add_user(Account("ada", secrets.token_urlsafe(18)))
    client = server.add_client()
    server.start()
    visitor = Visitor(server, person)
    kept = visitor.tokens(client, OFFLINE)
    code = visitor.code(client, OFFLINE)

    ballast = small_disk / "ballast"
    fill(ballast)
    received = []
    for _ in range(REQUEST_LIMIT):
        answer = server.client_credentials(client)
        if answer.status_code != 200:
            break
        received.append(answer.json()["access_token"])
    else:
        pytest.fail(f"the disk is full, yet {REQUEST_LIMIT} tokens were issued")

    assert answer.status_code == 503, f"{answer.status_code}: {answer.text}"
    assert_error(answer, answer.json()["error"], 503)
    assert "access_token" not in answer.json()
    assert server.refresh(client, kept["refresh_token"]).status_code == 503
    assert server.redeem(client, code.value, code.challenge.verifier).status_code == 503
    server.running.require_running()

    ballast.unlink()
    again = eventually("there is service again", lambda: _served(server.client_credentials(client)))
    received.append(again)
    # Nothing was half-done: what was refused can be done now, and what was given is still there.
    tokens(server.refresh(client, kept["refresh_token"]))
    tokens(server.redeem(client, code.value, code.challenge.verifier))
    for token in received:
        assert server.is_active(client, token)


def _served(answer: requests.Response) -> str | None:
    return str(answer.json()["access_token"]) if answer.status_code == 200 else None
