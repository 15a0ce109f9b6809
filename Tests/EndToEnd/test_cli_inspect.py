"""Looking into tokens from a terminal."""

import base64
import json
import time
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from support.clients import Client
from support.command_line import Terminal
from support.processes import Demo
from support.visitor import Visitor


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "person")


def encoded(document: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


@pytest.fixture
def id_token(demo: Demo, application: Client, visitor: Visitor) -> str:
    return visitor.tokens(application)["id_token"]


def test_a_token_is_decoded(terminal: Terminal, id_token: str, demo: Demo) -> None:
    text = terminal.good("inspect", "-", stdin=id_token + "\n")
    assert demo.issuer in text and "Expires in" in text and "was not checked" in text
    assert id_token.split(".")[2] not in text, "the signature is not shown"
    described = terminal.json("inspect", id_token)
    assert described["claims"]["iss"] == demo.issuer and described["signature"] == "not_checked"
    assert described["expired"] is False and described["header"]["alg"]


def test_a_signature_is_verified(terminal: Terminal, id_token: str, demo: Demo) -> None:
    described = terminal.json("inspect", "-", "--issuer", demo.issuer, stdin=id_token)
    assert described["signature"] == "valid" and described["issuer_matches"] is True
    assert "is valid" in terminal.good("inspect", "-", "--issuer", demo.issuer, stdin=id_token)
    header, _, signature = id_token.split(".")
    claims = encoded({"iss": demo.issuer, "sub": "forged"})
    answer = terminal.run("inspect", f"{header}.{claims}.{signature}", "--issuer", demo.issuer)
    assert answer.returncode == 1 and "NOT valid" in answer.stdout and "Do not trust" in answer.stderr


def test_forged_algorithms_are_not_valid(terminal: Terminal, demo: Demo) -> None:
    claims = {"iss": demo.issuer, "exp": int(time.time()) + 60}
    unsigned = f"{encoded({'alg': 'none'})}.{encoded(dict(claims))}."
    shared = jwt.encode({"alg": "HS256"}, claims, OctKey.generate_key(256))
    for token in (unsigned, shared):
        assert "claims" in terminal.json("inspect", token)
        terminal.refused("inspect", token, "--issuer", demo.issuer)


def test_an_expired_token_says_since_when(terminal: Terminal) -> None:
    token = f"{encoded({'alg': 'ES256'})}.{encoded({'exp': int(time.time()) - 7200 - 5})}.AAAA"
    assert "Expired 2 hours ago" in terminal.good("inspect", token)
    assert terminal.json("inspect", token)["expired"] is True


@pytest.mark.parametrize(
    ("text", "part"),
    [("sp_at_abc", "Sallyport"), ("EwBsA8", "personal Microsoft"), ("ya29.abc", "Google"), ("nonsense", "opaque")],
)
def test_opaque_tokens_are_named(terminal: Terminal, text: str, part: str) -> None:
    assert part in terminal.refused("inspect", text)


def test_a_hostile_token_cannot_drive_the_terminal(terminal: Terminal) -> None:
    hostile = {"sub": "a\u001b[31m\u202eb\u0007\r\nforged: line", "\u001b]0;x": 1}
    text = terminal.good("inspect", f"{encoded({'alg': 'ES256'})}.{encoded(hostile)}.AAAA")
    assert not any(ord(character) < 32 and character != "\n" or character == "\u202e" for character in text)
    assert not any(line.startswith("forged") for line in text.splitlines())


def test_an_encrypted_token_shows_its_header_alone(terminal: Terminal) -> None:
    token = f"{encoded({'alg': 'RSA-OAEP', 'enc': 'A256GCM', 'kid': 'theirs'})}.AAAA.AAAA.AAAA.AAAA"
    text = terminal.good("inspect", token)
    assert "RSA-OAEP" in text and "theirs" in text and "only its recipient" in text
    assert "claims" not in terminal.json("inspect", token)
