"""OpenID Connect's request parameters. OpenID Connect Core 1.0 §3.1.2."""

import json
import time
from base64 import urlsafe_b64decode
from typing import Any

import pytest

from support.clients import Client, pkce
from support.pages import Page
from support.processes import Demo
from support.visitor import Landing, Registration, Visitor


def claims(token: str) -> dict[str, Any]:
    """What an ID token says; its signature is checked elsewhere."""
    part = token.split(".")[1]
    document: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return document


def ask(visitor: Visitor, client: Client, **changes: str | None) -> Landing:
    url = visitor.server.authorization_url(client, pkce(), **changes)
    return visitor.authorize(url, client.redirect_uri)


def asked_to(landing: Landing, button: str) -> bool:
    """Whether a page with that button stood on the way."""
    return any(page.has(button) for page in landing.pages)


def test_prompt_none_without_a_session_answers_login_required(stranger: Visitor, application: Client) -> None:
    landing = ask(stranger, application, prompt="none", state="s")
    assert landing.parameters["error"] == "login_required"
    assert landing.parameters["state"] == "s"
    assert landing.parameters["iss"] == stranger.server.issuer
    assert landing.pages == ()


def test_prompt_none_with_a_stale_cookie_answers_login_required(stranger: Visitor, application: Client) -> None:
    stranger.sign_in(stranger.get(stranger.server.page("login")))
    for cookie in stranger.session.cookies:
        cookie.value = "stale"
    assert ask(stranger, application, prompt="none").parameters["error"] == "login_required"


def test_prompt_none_without_consent_answers_consent_required(visitor: Visitor) -> None:
    client = visitor.register(Registration())
    assert ask(visitor, client, prompt="none").parameters["error"] == "consent_required"


def test_prompt_none_with_session_and_consent_gives_a_code(visitor: Visitor, application: Client) -> None:
    ask(visitor, application)
    landing = ask(visitor, application, prompt="none")
    assert landing.code
    assert landing.pages == ()


def test_prompt_none_goes_with_no_other(visitor: Visitor, application: Client) -> None:
    assert ask(visitor, application, prompt="none login").parameters["error"] == "invalid_request"


def test_prompt_login_asks_again(visitor: Visitor, application: Client) -> None:
    ask(visitor, application)
    assert asked_to(ask(visitor, application, prompt="login"), "sign-in")


def test_prompt_consent_asks_again(visitor: Visitor, application: Client) -> None:
    ask(visitor, application)
    assert not asked_to(ask(visitor, application), "allow")
    assert asked_to(ask(visitor, application, prompt="consent"), "allow")


def test_max_age_zero_asks_again_and_says_when(demo: Demo, visitor: Visitor, application: Client) -> None:
    before = int(time.time()) - 1
    challenge = pkce()
    url = demo.authorization_url(application, challenge, max_age="0")
    landing = visitor.authorize(url, application.redirect_uri)
    assert asked_to(landing, "sign-in")
    answer = demo.redeem(application, landing.code, challenge.verifier).json()
    assert claims(answer["id_token"])["auth_time"] >= before


def test_a_long_max_age_asks_nothing(visitor: Visitor, application: Client) -> None:
    ask(visitor, application)
    assert ask(visitor, application, max_age="10000").pages == ()


def test_an_unsupported_request_object_is_refused(visitor: Visitor, application: Client) -> None:
    assert ask(visitor, application, request="e30.e30.").parameters["error"] == "request_not_supported"
    landing = ask(visitor, application, request_uri="https://app.example/request")
    assert landing.parameters["error"] == "request_uri_not_supported"


@pytest.mark.parametrize(
    "extra",
    [
        {"display": "popup"},
        {"ui_locales": "uk zh-Hans"},
        {"claims_locales": "uk"},
        {"acr_values": "1 2"},
        {"login_hint": "someone@example.com"},
        {"unknown": "parameter"},
    ],
    ids=lambda extra: next(iter(extra)),
)
def test_optional_parameters_do_not_fail(visitor: Visitor, application: Client, extra: dict[str, str]) -> None:
    assert ask(visitor, application, **extra).code


def test_the_request_may_be_posted(demo: Demo, visitor: Visitor, application: Client) -> None:
    ask(visitor, application)
    url = demo.authorization_url(application, pkce())
    endpoint, query = url.split("?")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = visitor.session.post(endpoint, data=query, headers=headers, allow_redirects=False)
    assert answer.status_code in (200, 302, 303)
    page = Page(answer)
    assert "code=" in answer.headers.get("Location", "") or page.has("allow") or page.has("sign-in")


def test_a_refusal_goes_back_with_state_and_issuer(visitor: Visitor) -> None:
    client = visitor.register(Registration())
    url = visitor.server.authorization_url(client, pkce(), state="mine")
    landing = visitor.authorize(url, client.redirect_uri, decision="deny")
    expected = {"error": "access_denied", "state": "mine", "iss": visitor.server.issuer}
    assert expected.items() <= landing.parameters.items()
    assert "code" not in landing.parameters
