"""The examples of the README, run as they stand there against the demo."""

import os
import subprocess
from pathlib import Path

import pytest

from support.clients import Client
from support.processes import Demo, sallyport
from support.visitor import Visitor

REDIRECT_URI = "http://127.0.0.1:8765/callback"


def example(name: str) -> Path:
    """The example's executable, beside Sallyport's own."""
    path = Path(sallyport()).parent / name
    if not path.exists():
        pytest.skip(f"{name} is not built: make examples")
    return path


def environment(demo: Demo, client: Client) -> dict[str, str]:
    secret = client.client_secret or ""
    settings = {"ISSUER": demo.issuer, "CLIENT_ID": client.client_id, "CLIENT_SECRET": secret}
    return {**os.environ, **settings, "REDIRECT_URI": REDIRECT_URI}


def test_a_token_in_two_statements(demo: Demo) -> None:
    command = [str(example("ClientCredentials"))]
    answer = subprocess.run(command, env=environment(demo, demo.client), capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    assert "messages.read" in answer.stdout
    assert "sp_at_" not in answer.stdout, "a token is no text for a terminal"


def test_a_login_in_six_statements(demo: Demo) -> None:
    command = [str(example("Login"))]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment(demo, demo.client), text=True, **pipes) as login:  # type: ignore[call-overload]
        opened = login.stdout.readline().removeprefix("Open ").strip()
        landing = Visitor(demo, demo.account).authorize(opened, REDIRECT_URI)
        said, problems = login.communicate(landing.url + "\n", timeout=60)
    assert login.returncode == 0, problems
    assert "Signed in" in said
    assert "openid" in said


def test_a_login_with_a_strangers_state_is_refused(demo: Demo) -> None:
    command = [str(example("Login"))]
    pasted = f"{REDIRECT_URI}?code=x&state=forged&iss={demo.issuer}\n"
    answer = subprocess.run(
        command, env=environment(demo, demo.client), input=pasted, capture_output=True, text=True, timeout=60
    )
    assert answer.returncode == 1
    assert "state" in answer.stderr
