"""The demo's protected API: what a token opens, and the exact challenge where it does not. RFC 6750 §3."""

import re

import pytest
import requests

from support.clients import TIMEOUT, tokens
from support.processes import Demo


def challenge(answer: requests.Response) -> dict[str, str]:
    """The parameters of the one Bearer challenge."""
    header = answer.headers["WWW-Authenticate"]
    assert re.match(r"^Bearer( |$)", header), header
    return dict(re.findall(r'(\w+)="([^"]*)"', header))


def token(demo: Demo, scope: str) -> str:
    return str(tokens(demo.client_credentials(demo.client, scope=scope))["access_token"])


def call(demo: Demo, method: str, path: str, authorization: str | None) -> requests.Response:
    headers = {"Authorization": authorization} if authorization is not None else {}
    body = {"text": "hello from a test"} if method == "POST" else None
    return requests.request(method, f"{demo.api}{path}", headers=headers, json=body, timeout=TIMEOUT)


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/me"), ("GET", "/api/messages"), ("POST", "/api/messages")])
def test_without_a_token_there_is_no_error_code(demo: Demo, method: str, path: str) -> None:
    answer = call(demo, method, path, None)
    assert answer.status_code == 401
    assert not {"error", "error_description"} & set(challenge(answer))


@pytest.mark.parametrize("bad", ["nonsense", "sp_at_" + "A" * 43, "eyJhbGciOiJub25lIn0.e30."])
def test_a_bad_token_is_invalid(demo: Demo, bad: str) -> None:
    answer = call(demo, "GET", "/api/me", f"Bearer {bad}")
    assert answer.status_code == 401
    assert challenge(answer)["error"] == "invalid_token"


def test_a_revoked_token_is_invalid(demo: Demo) -> None:
    value = token(demo, "messages.read")
    demo.revoke(demo.client, value)
    answer = call(demo, "GET", "/api/messages", f"Bearer {value}")
    assert answer.status_code == 401
    assert challenge(answer)["error"] == "invalid_token"


@pytest.mark.parametrize(
    ("method", "granted", "needed"),
    [("GET", "messages.write", "messages.read"), ("POST", "messages.read", "messages.write")],
)
def test_a_missing_scope_is_named(demo: Demo, method: str, granted: str, needed: str) -> None:
    answer = call(demo, method, "/api/messages", f"Bearer {token(demo, granted)}")
    assert answer.status_code == 403
    assert challenge(answer)["error"] == "insufficient_scope"
    assert challenge(answer)["scope"] == needed


def test_reads_and_writes(demo: Demo) -> None:
    bearer = f"Bearer {token(demo, 'messages.read messages.write')}"
    assert call(demo, "GET", "/api/me", bearer).status_code == 200
    assert call(demo, "POST", "/api/messages", bearer).status_code in (200, 201)
    answer = call(demo, "GET", "/api/messages", bearer)
    assert answer.status_code == 200
    assert "hello from a test" in answer.text


def test_the_scheme_has_no_case(demo: Demo) -> None:
    assert call(demo, "GET", "/api/me", f"bEARER {token(demo, 'messages.read')}").status_code == 200


@pytest.mark.parametrize("template", ["Bearer\t{}", "Bearer  {}", "BearerX {}", "Bearer{}", "Bearer {} x", "{}"])
def test_a_lax_header_opens_nothing(demo: Demo, template: str) -> None:
    """GHSA-gv94-wp4h-vv8p: a parser that splits at any white space."""
    answer = call(demo, "GET", "/api/me", template.format(token(demo, "messages.read")))
    assert answer.status_code in (400, 401)


def test_every_cut_or_changed_token_is_invalid(demo: Demo) -> None:
    """GHSA-6mq3-xmgp-pjm5: a truncated token that was still taken."""
    value = token(demo, "messages.read")
    changed = [value[:length] for length in range(7, len(value), 6)]
    changed += [value[:-1] + ("A" if value[-1] != "A" else "B"), value + "A", value.swapcase()]
    for other in changed:
        assert call(demo, "GET", "/api/me", f"Bearer {other}").status_code == 401, other[:8]
        assert not demo.is_active(demo.client, other)


def test_a_token_in_the_address_opens_nothing(demo: Demo) -> None:
    """RFC 9700 §4.3.2: addresses end up in logs."""
    address = f"{demo.api}/api/me?access_token={token(demo, 'messages.read')}"
    assert requests.get(address, timeout=TIMEOUT).status_code in (400, 401)
