"""Signing in from a terminal at any authorization server, and what the tokens are then used for."""

import json
import stat
import subprocess
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from support.clients import TIMEOUT, Client
from support.command_line import Terminal, Waiting
from support.processes import Demo, sallyport
from support.visitor import Registration, Visitor

SCOPE = "openid profile email offline_access messages.read messages.write"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "person")


@pytest.fixture
def native(demo: Demo) -> Client:
    """The demo's application on somebody's own computer."""
    return next(client for client in demo.clients if client.client_secret is None)


def begin(terminal: Terminal, demo: Demo, client: Client, *options: str) -> Waiting:
    return terminal.start("login", demo.issuer, "--client-id", client.client_id, "--scope", SCOPE, *options)


def sign_in(terminal: Terminal, demo: Demo, client: Client, person: Visitor, *options: str) -> dict[str, object]:
    waiting = begin(terminal, demo, client, "--json", *options)
    answer = waiting.open(person.authorize(waiting.url, waiting.redirect_uri).url)
    assert answer.status_code == 200 and "go back to the terminal" in answer.text
    document: dict[str, object] = json.loads(waiting.finish())
    return document


def test_a_person_signs_in_by_browser(terminal: Terminal, demo: Demo, native: Client, stranger: Visitor) -> None:
    made = sign_in(terminal, demo, native, stranger)
    name = str(made["account"])
    assert made["issuer"] == demo.issuer and made["app_only"] is False and made["subject"]
    token = terminal.good("token", name).strip()
    answer = requests.get(f"{demo.api}/api/me", headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT)
    assert answer.json()["sub"] == made["subject"]
    assert terminal.good("token", name).strip() == token, "a token that holds is used on"
    described = terminal.json("token", name)
    assert described["access_token"] == token and described["expires_at"] > 0
    assert set(described["scope"].split()) == set(SCOPE.split())
    assert [account["account"] for account in terminal.json("accounts")] == [name]
    assert name in terminal.good("accounts")


def test_the_request_has_what_it_needs(terminal: Terminal, demo: Demo, native: Client, stranger: Visitor) -> None:
    waiting = begin(terminal, demo, native)
    asked = dict(parse_qsl(urlsplit(waiting.url).query))
    assert asked["code_challenge_method"] == "S256" and asked["response_type"] == "code"
    assert len(asked["state"]) >= 32 and len(asked["nonce"]) >= 32
    assert asked["redirect_uri"] == waiting.redirect_uri
    assert waiting.redirect_uri.startswith("http://127.0.0.1:")
    waiting.open(stranger.authorize(waiting.url, waiting.redirect_uri).url)
    waiting.finish()


def test_only_the_first_valid_answer_counts(terminal: Terminal, demo: Demo, native: Client, stranger: Visitor) -> None:
    waiting = begin(terminal, demo, native)
    for forged in ["?code=forged&state=forged", "?error=access_denied&state=forged", "?code=forged", ""]:
        answer = waiting.open(waiting.redirect_uri + forged)
        assert answer.status_code == 400 and "forged" not in answer.text
        assert "no-store" in answer.headers["Cache-Control"] and answer.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    landing = stranger.authorize(waiting.url, waiting.redirect_uri)
    elsewhere = waiting.open(landing.url.replace("/callback?", "/other?"))
    assert elsewhere.status_code == 404
    renamed = requests.get(landing.url, headers={"Host": "attacker.example"}, timeout=TIMEOUT)
    assert renamed.status_code == 404, "a name that was made to lead here is not this address"
    assert waiting.process.poll() is None
    waiting.open(landing.url)
    waiting.finish()


def test_a_refusal_ends_it(terminal: Terminal, demo: Demo, visitor: Visitor, stranger: Visitor) -> None:
    waiting = begin(terminal, demo, visitor.register(Registration(public=True)))
    answer = waiting.open(stranger.authorize(waiting.url, waiting.redirect_uri, decision="deny").url)
    assert answer.status_code == 200 and "refused" in answer.text
    assert "access_denied" in waiting.finish(code=1)
    assert terminal.json("accounts") == []


def test_nobody_answers(terminal: Terminal, demo: Demo, native: Client) -> None:
    waiting = begin(terminal, demo, native, "--timeout", "1")
    assert "within 1 seconds" in waiting.finish(code=1)


def test_a_taken_port_is_named(terminal: Terminal, demo: Demo, native: Client) -> None:
    waiting = begin(terminal, demo, native)
    port = str(urlsplit(waiting.redirect_uri).port)
    arguments = ["login", demo.issuer, "--client-id", native.client_id, "--port", port, "--no-browser"]
    assert "--port" in terminal.refused(*arguments)
    waiting.process.kill()
    waiting.process.wait()


def test_a_pasted_address(terminal: Terminal, demo: Demo, native: Client, stranger: Visitor) -> None:
    command = [sallyport(), "login", demo.issuer, "--client-id", native.client_id, "--scope", SCOPE, "--paste", "--json"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=terminal.environment,
    )
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    url = next(line.strip() for line in process.stderr if line.startswith("  http"))
    landing = stranger.authorize(url, "http://127.0.0.1/callback")
    output, errors = process.communicate(f"http://127.0.0.1/callback?code=x&state=y\n{landing.url}\n", timeout=60)
    assert process.returncode == 0, errors
    assert "once more" in errors, "what does not belong here is asked for again"
    assert terminal.good("token", json.loads(output)["account"])


def test_a_browser_is_opened_where_there_is_one(
    tmp_path: Path, demo: Demo, native: Client, stranger: Visitor
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    opened = tmp_path / "opened.txt"
    opener = folder / "xdg-open"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.new && mv {opened}.new {opened}\n')
    opener.chmod(0o755)
    terminal = Terminal(tmp_path / "person", PATH=f"{folder}:/usr/bin:/bin")
    process = subprocess.Popen(
        [sallyport(), "login", demo.issuer, "--client-id", native.client_id], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=terminal.environment,
    )
    assert process.stderr is not None
    printed = next(line.strip() for line in process.stderr if line.startswith("  http"))
    redirect_uri = dict(parse_qsl(urlsplit(printed).query))["redirect_uri"]
    landing = stranger.authorize(printed, redirect_uri)
    requests.get(landing.url, timeout=TIMEOUT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert opened.read_text() == printed


def test_a_confidential_client(terminal: Terminal, demo: Demo, stranger: Visitor) -> None:
    client = demo.client
    arguments = ["login", demo.issuer, "--client-id", client.client_id, "--secret-stdin", "--scope", SCOPE, "--json"]
    waiting = terminal.start(*arguments, stdin=f"{client.client_secret}\n")
    waiting.open(stranger.authorize(waiting.url, waiting.redirect_uri).url)
    name = json.loads(waiting.finish())["account"]
    assert (client.client_secret or "-").encode() not in terminal.files()
    # Another process, without the secret on its input, refreshes.
    assert terminal.json("token", name, "--scope", "messages.read")["scope"] == "messages.read"


def test_an_application_without_a_person(terminal: Terminal, demo: Demo) -> None:
    client = demo.client
    arguments = ["login", demo.issuer, "--app-only", "--client-id", client.client_id, "--secret-stdin"]
    made = terminal.json(*arguments, "--account", "daemon", stdin=f"{client.client_secret}\n")
    assert made["account"] == "daemon" and made["app_only"] is True
    token = terminal.good("token", "daemon").strip()
    assert demo.is_active(client, token)
    assert "invalid_client" in terminal.refused(*arguments, "--account", "other", stdin="wrong\n")
    assert [account["account"] for account in terminal.json("accounts")] == ["daemon"]


def test_tokens_are_refreshed_and_lie_encrypted(
    terminal: Terminal, demo: Demo, native: Client, stranger: Visitor
) -> None:
    name = str(sign_in(terminal, demo, native, stranger)["account"])
    first = terminal.good("token", name).strip()
    second = terminal.good("token", name, "--min-ttl", "86400").strip()
    assert second != first, "one that does not hold long enough is replaced"
    narrow = terminal.json("token", name, "--scope", "messages.read")
    assert narrow["scope"] == "messages.read" and narrow["access_token"] not in (first, second)
    assert terminal.good("token", name).strip() == second
    kept = terminal.files()
    for token in (first, second, narrow["access_token"], "sp_rt_"):
        assert token.encode() not in kept
    for path in terminal.accounts.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(terminal.accounts.stat().st_mode) == 0o700


def test_commands_that_refresh_at_once(terminal: Terminal, demo: Demo, native: Client, stranger: Visitor) -> None:
    name = str(sign_in(terminal, demo, native, stranger)["account"])
    commands = [
        subprocess.Popen(
            [sallyport(), "token", name, "--min-ttl", "86400"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=terminal.environment,
        )
        for _ in range(5)
    ]
    answers = [command.communicate(timeout=60) for command in commands]
    assert [command.returncode for command in commands] == [0] * 5, answers
    assert terminal.good("token", name, "--min-ttl", "86400"), "the sign-in outlived it"


def test_what_does_not_work_replaces_nothing(terminal: Terminal, demo: Demo) -> None:
    client = demo.client
    arguments = ["login", demo.issuer, "--app-only", "--client-id", client.client_id, "--secret-stdin"]
    arguments += ["--account", "daemon"]
    terminal.good(*arguments, stdin=f"{client.client_secret}\n")
    terminal.refused(*arguments, stdin="wrong\n")
    token = terminal.good("token", "daemon").strip()
    assert demo.is_active(client, token)
    assert terminal.good("token", "daemon").strip() == token
    terminal.good("logout", "daemon")
    assert not demo.is_active(client, token)


def test_logout_revokes_and_forgets(terminal: Terminal, demo: Demo, native: Client, stranger: Visitor) -> None:
    name = str(sign_in(terminal, demo, native, stranger)["account"])
    token = terminal.good("token", name).strip()
    terminal.good("logout", name)
    answer = requests.get(f"{demo.api}/api/me", headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT)
    assert answer.status_code == 401
    assert terminal.json("accounts") == []
    assert "sallyport login" in terminal.refused("token", name)


def test_an_ended_sign_in_says_how_to_begin(terminal: Terminal, demo: Demo, native: Client, stranger: Visitor) -> None:
    name = str(sign_in(terminal, demo, native, stranger)["account"])
    copy = Terminal(terminal.directory / "copy", SALLYPORT_ACCOUNTS=str(terminal.directory / "copied"))
    subprocess.run(["cp", "-r", str(terminal.accounts), str(terminal.directory / "copied")], check=True)
    terminal.good("logout", name)
    reason = copy.refused("token", name, "--min-ttl", "86400")
    assert "has ended" in reason and f"sallyport login {demo.issuer}" in reason


def test_a_name_is_not_taken_from_another(terminal: Terminal, demo: Demo, native: Client) -> None:
    first, second = demo.accounts[1], demo.accounts[2]
    sign_in(terminal, demo, native, Visitor(demo, first), "--account", "work")
    sign_in(terminal, demo, native, Visitor(demo, first), "--account", "work")
    waiting = begin(terminal, demo, native, "--account", "work")
    waiting.open(Visitor(demo, second).authorize(waiting.url, waiting.redirect_uri).url)
    assert "There is an account work already" in waiting.finish(code=1)
    assert len(terminal.json("accounts")) == 1


def test_an_api_is_called(terminal: Terminal, demo: Demo, native: Client, stranger: Visitor) -> None:
    name = str(sign_in(terminal, demo, native, stranger)["account"])
    answer = terminal.run("request", name, f"{demo.api}/api/me")
    assert answer.returncode == 0 and json.loads(answer.stdout)["sub"] and answer.stderr.startswith("200")
    posted = terminal.run("request", name, f"{demo.api}/api/messages", "--data", '{"text": "Hello"}')
    assert posted.returncode == 0 and posted.stderr.startswith("201")
    described = terminal.json("request", name, f"{demo.api}/api/me")
    assert described["status"] == 200 and described["body"]["sub"]
    missing = terminal.run("request", name, f"{demo.api}/api/nothing")
    assert missing.returncode == 1 and "404" in missing.stderr


def test_a_token_goes_nowhere_else(terminal: Terminal, demo: Demo, native: Client, stranger: Visitor) -> None:
    name = str(sign_in(terminal, demo, native, stranger)["account"])
    token = terminal.good("token", name).strip()
    for url in ["https://attacker.example/", "http://localhost:1/", "http://127.0.0.1:1/"]:
        reason = terminal.refused("request", name, url)
        assert "none of the account's APIs" in reason and token not in reason
    for url in ["http://attacker.example/", "ftp://127.0.0.1/", "https://a:b@attacker.example/"]:
        terminal.refused("request", name, url, code=2)
    terminal.refused("request", name, f"{demo.api}/", "--header", "Authorization: Bearer x", code=2)
    assert "cannot be reached" in terminal.refused("request", name, "http://127.0.0.1:1/", "--unsafe-any-host").lower()


def test_accounts_lie_where_they_are_looked_for(tmp_path: Path) -> None:
    data = tmp_path / "data"
    terminal = Terminal(tmp_path / "person", XDG_DATA_HOME=str(data))
    del terminal.environment["SALLYPORT_ACCOUNTS"]
    assert terminal.json("accounts") == []
    assert (data / "sallyport" / "accounts.sqlite").exists()
    terminal.json("accounts", "--accounts", str(tmp_path / "chosen"))
    assert (tmp_path / "chosen" / "accounts.sqlite").exists()
    home = Terminal(tmp_path / "home")
    del home.environment["SALLYPORT_ACCOUNTS"]
    home.json("accounts")
    assert (tmp_path / "home" / ".local" / "share" / "sallyport" / "accounts.sqlite").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["login"], ["login", "contoso", "--client-id", "x"], ["login", "https://a.example"],
        ["login", "https://a.example", "--client-id", "x", "--app-only"],
        ["login", "microsoft365", "--client-id", "x", "--app-only", "--secret-stdin"],
        ["login", "https://a.example", "--client-id", "x", "--redirect-uri", "https://elsewhere.example/"],
        ["login", "https://a.example", "--client-id", "x", "--account", "two words"],
        ["login", "https://a.example", "--client-id", "x", "--device"],
        ["token"], ["token", "a", "--min-ttl", "-1"], ["logout"], ["request", "a"], ["inspect"],
        ["inspect", "x", "--issuer", "https://a.example", "--account", "a"],
    ],
    ids=" ".join,
)
def test_usage_errors(terminal: Terminal, arguments: list[str]) -> None:
    terminal.refused(*arguments, code=2)


@pytest.mark.parametrize(
    "command",
    ["login", "token", "accounts", "logout", "inspect", "request", "certificate", "certificate new",
     "certificate show", "consent", "mail", "mail list", "mail show"],
)
def test_help(terminal: Terminal, command: str) -> None:
    text = terminal.good(*command.split(), "--help")
    assert "USAGE" in text and "OVERVIEW" in text


def test_an_issuer_that_is_none(terminal: Terminal, demo: Demo) -> None:
    for issuer in [f"{demo.issuer}/nothing", "http://127.0.0.1:1/o"]:
        reason = terminal.refused("login", issuer, "--client-id", "x")
        assert len(reason.strip().splitlines()) == 1
