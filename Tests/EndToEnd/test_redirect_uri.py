"""An authorization request never leads anywhere that was not registered. RFC 9700 §4.1.3, §4.11.2."""

import re

import pytest
import requests

from support.clients import TIMEOUT, Client, pkce
from support.processes import Demo
from support.visitor import Registration, Visitor

WEB = "https://app.example/path/callback"
LOOPBACK = "http://127.0.0.1:7777/callback"

ALTERED: dict[str, str] = {
    "another site": "https://evil.example/path/callback",
    "extra query": WEB + "?extra=1",
    "path parameter": WEB + ";extra=1",
    "userinfo": "https://app.example@evil.example/path/callback",
    "userinfo before the right host": "https://evil.example@app.example/path/callback",
    "userinfo on loopback": "http://127.0.0.1:7777@evil.example/callback",
    "fragment": WEB + "#part",
    "empty fragment": WEB + "#",
    "case of the path": "https://app.example/path/Callback",
    "case of the host": "https://APP.example/path/callback",
    "case of the scheme": "HTTPS://app.example/path/callback",
    "trailing slash": WEB + "/",
    "no path": "https://app.example",
    "encoded dot": "https://app.example/path/%2e/callback",
    "encoded dots": "https://app.example/path/%2e%2e/path/callback",
    "dots": "https://app.example/path/../path/callback",
    "backslash": "https://app.example\\@evil.example/path/callback",
    "backslashes": "https:\\\\app.example\\path\\callback",
    "another port": "https://app.example:8443/path/callback",
    "the default port": "https://app.example:443/path/callback",
    "http for https": "http://app.example/path/callback",
    "localhost for 127.0.0.1": "http://localhost:7777/callback",
    "host that begins alike": "http://127.0.0.1.evil.example:7777/callback",
    "subdomain": "https://evil.app.example/path/callback",
    "unicode host": "https://аpp.example/path/callback",
    "leading space": " " + WEB,
    "line break": WEB + "\r\nLocation: https://evil.example",
    "relative": "/path/callback",
    "protocol relative": "//app.example/path/callback",
    "javascript": "javascript:alert(1)",
    "two at once": WEB + " " + LOOPBACK,
    "NUL": WEB + "\0",
}

# "Whatever else is wrong with the request": changes to a good request, and how it is sent.
DEFECTS: dict[str, dict[str, str | None]] = {
    "nothing": {},
    "no response_type": {"response_type": None},
    "unknown response_type": {"response_type": "magic"},
    "token response_type": {"response_type": "token"},
    "unknown scope": {"scope": "everything"},
    "no challenge": {"code_challenge": None, "code_challenge_method": None},
    "plain challenge": {"code_challenge_method": "plain"},
    "prompt none": {"prompt": "none"},
    "bad prompt": {"prompt": "none login"},
    "bad max_age": {"max_age": "-1"},
    "request object": {"request": "e30.e30."},
    "response_mode": {"response_mode": "fragment"},
}


@pytest.fixture(scope="module")
def client(visitor: Visitor) -> Client:
    """An application with a web address and a loopback address."""
    return visitor.register(Registration(redirect_uris=(WEB, LOOPBACK)))


def assert_page(answer: requests.Response) -> None:
    """The answer is a page that says what is wrong, and leads nowhere."""
    assert "Location" not in answer.headers, answer.headers["Location"]
    assert "Refresh" not in answer.headers
    assert answer.status_code == 400, answer.status_code
    assert answer.headers["Content-Type"].startswith("text/html")
    assert 'http-equiv="refresh"' not in answer.text.lower()
    assert not re.search(r'(?:href|action|src|content)="[^"]*evil', answer.text), "the page leads to the address"


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_address_is_a_page_whatever_else_is_wrong(
    demo: Demo, visitor: Visitor, client: Client, name: str
) -> None:
    for changes in DEFECTS.values():
        url = demo.authorization_url(client, pkce(), redirect_uri=ALTERED[name], **changes)
        assert_page(visitor.session.get(url, timeout=TIMEOUT, allow_redirects=False))
        assert_page(requests.get(url, timeout=TIMEOUT, allow_redirects=False))
        endpoint, form = url.split("?")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = visitor.session.post(endpoint, data=form, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        assert_page(answer)


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.parametrize("client_id", ["unknown", None, ""], ids=["unknown", "absent", "empty"])
def test_without_a_known_client_it_is_a_page(demo: Demo, client: Client, client_id: str | None, defect: str) -> None:
    url = demo.authorization_url(client, pkce(), client_id=client_id, **DEFECTS[defect])
    assert_page(requests.get(url, timeout=TIMEOUT, allow_redirects=False))


@pytest.mark.parametrize("doubled", ["client_id", "redirect_uri"])
def test_a_doubled_address_or_client_is_a_page(demo: Demo, client: Client, doubled: str) -> None:
    """CVE-2026-9689: parameter pollution."""
    value = {"client_id": client.client_id, "redirect_uri": WEB}[doubled]
    url = demo.authorization_url(client, pkce())
    for second in (value, "https://evil.example/"):
        again = requests.Request("GET", url, params={doubled: second}).prepare().url
        assert again is not None
        assert_page(requests.get(again, timeout=TIMEOUT, allow_redirects=False))


def test_with_several_registered_one_has_to_be_named(demo: Demo, client: Client) -> None:
    url = demo.authorization_url(client, pkce(), redirect_uri=None)
    assert_page(requests.get(url, timeout=TIMEOUT, allow_redirects=False))


def test_another_port_of_loopback_is_fine(demo: Demo, visitor: Visitor, client: Client) -> None:
    """RFC 8252 §7.3: a native application takes the port that it gets."""
    uri = "http://127.0.0.1:51004/callback"
    landing = visitor.authorize(demo.authorization_url(client, pkce(), redirect_uri=uri), uri)
    assert landing.code


Mistake = tuple[dict[str, str | None], str]
MISTAKES: dict[str, Mistake] = {
    "no response_type": ({"response_type": None}, "invalid_request"),
    "empty response_type": ({"response_type": ""}, "invalid_request"),
    "unknown response_type": ({"response_type": "magic"}, "unsupported_response_type"),
    "unknown scope": ({"scope": "everything"}, "invalid_scope"),
    "no challenge": ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    "empty challenge": ({"code_challenge": ""}, "invalid_request"),
    "plain challenge": ({"code_challenge_method": "plain"}, "invalid_request"),
    "short challenge": ({"code_challenge": "short"}, "invalid_request"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_other_mistakes_are_told_to_the_application(demo: Demo, visitor: Visitor, client: Client, name: str) -> None:
    changes, error = MISTAKES[name]
    url = demo.authorization_url(client, pkce(), state="kept", **changes)
    landing = visitor.authorize(url, WEB)
    assert landing.parameters["error"] == error
    assert landing.parameters["state"] == "kept"
    assert landing.parameters["iss"] == demo.issuer
    assert landing.pages == ()


def test_an_empty_state_counts_as_absent(demo: Demo, visitor: Visitor, client: Client) -> None:
    landing = visitor.authorize(demo.authorization_url(client, pkce(), state="", scope="everything"), WEB)
    assert "state" not in landing.parameters
    assert landing.parameters["iss"] == demo.issuer


@pytest.mark.parametrize("text", ['"><script>alert(1)</script>', "a b+c%20&d=e", "snowman ☃"])
def test_a_state_comes_back_as_it_was_or_is_refused(demo: Demo, visitor: Visitor, client: Client, text: str) -> None:
    landing = visitor.authorize(demo.authorization_url(client, pkce(), state=text), WEB)
    assert landing.parameters.get("state") == text or landing.parameters["error"] == "invalid_request"
