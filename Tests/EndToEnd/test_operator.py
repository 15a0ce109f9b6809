"""An operator's start: from nothing to a server with users, clients and keys."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from joserfc import jws

from support.clients import TIMEOUT, Account, Client, tokens
from support.processes import PORT_OPTIONS, Demo, Operated, Process, eventually, run
from support.visitor import Registration, Visitor

PERSON = Account("ada", "correct horse battery staple", administrator=True)

COMMANDS = [
    [], ["demo"], ["serve"], ["user"], ["user", "add"], ["user", "list"], ["client"], ["client", "add"],
    ["client", "list"], ["key"], ["key", "list"], ["key", "rotate"], ["check"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help(command: list[str]) -> None:
    answer = run(*command, "--help")
    assert answer.returncode == 0
    assert "USAGE" in answer.stdout
    assert "OVERVIEW" in answer.stdout


@pytest.mark.parametrize("arguments", [["nonsense"], ["serve", "--nonsense"], ["user", "add"]], ids=" ".join)
def test_usage_errors(arguments: list[str]) -> None:
    answer = run(*arguments)
    assert answer.returncode == 2, answer.stderr
    assert answer.stderr


def keys(server: Operated) -> set[str]:
    return {key["kid"] for key in requests.get(server.metadata["jwks_uri"], timeout=TIMEOUT).json()["keys"]}


def signer(token: str) -> str:
    """The `kid` of a JWT."""
    return str(jws.extract_compact(token.encode()).headers()["kid"])


def test_from_nothing_to_a_token(operate: Callable[..., Operated]) -> None:
    server = operate()
    server.add_user(PERSON)
    client = server.add_client("--id", "first")
    assert client.client_id == "first"
    server.start()
    assert server.metadata["issuer"] == server.issuer
    answer = Visitor(server, PERSON).tokens(client, "openid profile")
    assert server.is_active(client, answer["access_token"])
    listed = server.command("client", "list", "--json") + server.command("user", "list", "--json")
    assert "first" in listed and PERSON.username in listed
    assert (client.client_secret or "-") not in listed


def test_a_rotated_key_stays_published(operate: Callable[..., Operated]) -> None:
    server = operate()
    server.add_user(PERSON)
    client = server.add_client()
    server.start()
    visitor = Visitor(server, PERSON)
    old_signer, old_keys = signer(visitor.tokens(client)["id_token"]), keys(server)
    assert old_signer in old_keys
    server.stop()

    server.command("key", "rotate")
    listed = server.command("key", "list", "--json")
    assert all(kid in listed for kid in old_keys)
    server.start()
    new_signer = signer(visitor.tokens(client)["id_token"])
    assert new_signer != old_signer
    assert {old_signer, new_signer} <= keys(server)


def test_keys_lie_encrypted_beside_their_key_file(operate: Callable[..., Operated]) -> None:
    server = operate()
    server.add_user(PERSON)
    server.command("key", "list")
    folder = server.database.parent
    secret_files = [file for file in folder.iterdir() if not file.name.startswith(server.database.name + "-")]
    secret_files = [file for file in secret_files if file != server.database]
    assert secret_files, "no key file beside the database"
    for file in secret_files:
        assert file.stat().st_mode & 0o777 == 0o600, file.name
    assert b"PRIVATE KEY" not in server.database.read_bytes()


def test_one_machine_one_more_user_while_it_serves(operate: Callable[..., Operated]) -> None:
    server = operate()
    server.add_user(PERSON)
    server.start()
    client = server.add_client()
    tokens(server.client_credentials(client))
    server.command("client", "remove", client.client_id)
    assert server.client_credentials(client).status_code == 401


def test_a_taken_port_is_named_with_its_option(operate: Callable[..., Operated], tmp_path: Path) -> None:
    server = operate()
    server.add_user(PERSON)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        server.port = int(port)
        served = run(*server.arguments())
        shown = run("demo", "--data-directory", str(tmp_path / "data"), "--authorization-port", port)
    assert served.returncode == 1
    assert port in served.stderr and "--port" in served.stderr
    assert shown.returncode == 1
    assert port in shown.stderr and "--authorization-port" in shown.stderr


def test_the_demo_stays_on_loopback(tmp_path: Path) -> None:
    answer = run("demo", "--host", "0.0.0.0", "--data-directory", str(tmp_path / "data"))
    assert answer.returncode in (1, 2)
    assert answer.stderr


def test_an_unknown_setting_names_the_nearest(
    operate: Callable[..., Operated], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelt setting that is silently ignored costs an afternoon."""
    server = operate()
    server.add_user(PERSON)
    monkeypatch.setenv("SALLYPORT_ISUER", "http://127.0.0.1/o")
    answer = run(*server.arguments())
    assert answer.returncode in (1, 2)
    assert "SALLYPORT_ISUER" in answer.stderr
    assert "SALLYPORT_ISSUER" in answer.stderr


@pytest.mark.parametrize("secret", ["short", "x" * 31])
def test_a_short_secret_is_refused(operate: Callable[..., Operated], secret: str) -> None:
    server = operate()
    arguments = ["client", "add", "--name", "x", "--grant", "client_credentials", "--secret-stdin"]
    answer = run(*arguments, "--database", f"sqlite:{server.database}", stdin=secret + "\n")
    assert answer.returncode == 1
    assert "32" in answer.stderr
    assert secret not in answer.stderr


def test_a_user_twice_is_an_error(operate: Callable[..., Operated]) -> None:
    server = operate()
    server.add_user(PERSON)
    arguments = ["user", "add", PERSON.username, "--password-stdin", "--email", "a@example.com"]
    answer = run(*arguments, "--database", f"sqlite:{server.database}", stdin="another long password\n")
    assert answer.returncode == 1
    assert PERSON.username in answer.stderr


def test_a_second_demo_keeps_its_data(start_demo: Callable[..., Demo]) -> None:
    first = start_demo()
    visitor = Visitor(first, first.account)
    registered: Client = visitor.register(Registration())
    first.stop()
    second = Demo(first.directory)
    try:
        tokens(second.client_credentials(registered))
        tokens(second.client_credentials(first.client))
        assert second.accounts == first.accounts
    finally:
        second.stop()


def test_the_demo_keeps_its_secrets_in_one_file(demo: Demo) -> None:
    file = demo.directory / "data" / "demo.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert (demo.client.client_secret or "-") in file.read_text()
    for other in (demo.directory / "data").rglob("*"):
        if other.is_file() and other != file:
            assert (demo.client.client_secret or "-").encode() not in other.read_bytes(), other.name


def test_the_demo_tells_a_person_what_to_do(tmp_path: Path) -> None:
    """Addresses, accounts, and lines to copy."""
    ports = [part for name in PORT_OPTIONS for part in (f"--{name}-port", "0")]
    process = Process(["demo", "--data-directory", str(tmp_path / "data"), *ports], tmp_path)

    def ready() -> str | None:
        process.require_running()
        text = process.stdout_file.read_text()
        return text if "curl" in text else None

    text = eventually("the demo tells what to do", ready)
    stored = json.loads((tmp_path / "data" / "demo.json").read_text())
    assert "http://127.0.0.1:" in text
    assert "/o" in text
    assert stored
    process.stop()
