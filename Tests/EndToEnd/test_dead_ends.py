"""Where other servers leave people stranded, and forms that somebody tampered with."""

import secrets
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
import requests
from requests.cookies import RequestsCookieJar

from support.clients import TIMEOUT, Client, pkce
from support.processes import Demo
from support.visitor import Registration, Visitor

NOT_OURS = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "\t//evil.example", "/%09/evil.example",
    "https:evil.example", "https://evil.example/", "http://127.0.0.1@evil.example/", "javascript:alert(1)",
    "///evil.example", "/\t/evil.example", "/o/../..//evil.example", "https:/evil.example",
]


@pytest.mark.parametrize("target", NOT_OURS)
def test_sign_in_leads_nowhere_else(stranger: Visitor, target: str) -> None:
    """CVE-2024-39694, CVE-2024-25715: `continue` is an address of this server or nothing."""
    page = stranger.get(stranger.server.page("login"))
    form = page.form_with("sign-in")
    person = {"username": stranger.account.username, "password": stranger.account.password}
    data = [(name, value) for name, value in form.data("sign-in", dict(person)) if name != "continue"]
    url = urljoin(page.url, form.action or page.url)
    answer = stranger.session.post(url, data=[*data, ("continue", target)], timeout=TIMEOUT, allow_redirects=False)
    assert answer.status_code < 500
    location = urljoin(answer.url, answer.headers.get("Location", "/"))
    assert location.startswith(stranger.server.root + "/"), location
    assert "evil" not in urlsplit(location).netloc


@pytest.mark.parametrize("target", NOT_OURS)
def test_the_sign_in_page_does_not_take_a_foreign_continue(stranger: Visitor, target: str) -> None:
    page = stranger.get(f"{stranger.server.page('login')}?{urlencode({'continue': target})}")
    if page.has("sign-in"):
        page = stranger.sign_in(page)
    assert page.url.startswith(stranger.server.root + "/")


def test_an_expired_sign_in_form_starts_again_in_place(stranger: Visitor, application: Client) -> None:
    """Zitadel #2260: a form that was left open too long."""
    page = stranger.get(stranger.server.authorization_url(application, pkce()))
    person = {"username": stranger.account.username, "password": stranger.account.password}
    again = stranger.press(page, "sign-in", **person, csrf="expired")
    assert again.has("sign-in"), again
    assert again.has_notice, again
    answer = stranger.send(again, "sign-in", dict(person))
    assert answer.status_code == 303
    target = urljoin(answer.url, answer.headers["Location"])
    assert stranger.authorize(target, application.redirect_uri).code


def test_an_expired_consent_form_starts_again_in_place(visitor: Visitor) -> None:
    client = visitor.register(Registration())
    page = visitor.get(visitor.server.authorization_url(client, pkce()))
    again = visitor.press(page, "allow", csrf="expired")
    assert again.has("allow"), again
    assert again.has_notice, again
    answer = visitor.send(again, "allow", {})
    assert answer.headers["Location"].startswith(client.redirect_uri)


def test_a_missing_cookie_is_named(stranger: Visitor, application: Client) -> None:
    """Hydra #1751: the browser keeps no cookies, and the page says which one is missing and why."""
    page = stranger.get(stranger.server.authorization_url(application, pkce()))
    stranger.session.cookies = RequestsCookieJar()
    person = {"username": stranger.account.username, "password": stranger.account.password}
    again = stranger.press(page, "sign-in", **person)
    assert again.status < 500
    assert "cookie" in again.text.lower(), again
    assert again.has("sign-in")


def test_a_consent_from_another_site_is_refused(visitor: Visitor) -> None:
    """Doorkeeper #516: consent without a token against forgery."""
    client = visitor.register(Registration())
    page = visitor.get(visitor.server.authorization_url(client, pkce()))
    form = page.form_with("allow")
    data = [(name, value) for name, value in form.data("allow", {}) if name != "csrf"]
    url = urljoin(page.url, form.action or page.url)
    answer = visitor.session.post(url, data=data, timeout=TIMEOUT, allow_redirects=False)
    assert not answer.headers.get("Location", "").startswith(client.redirect_uri)


def test_a_consent_cannot_grant_more_than_was_asked(demo: Demo, visitor: Visitor) -> None:
    """django-oauth-toolkit #1692: a posted scope that was never requested."""
    client = visitor.register(Registration())
    challenge = pkce()
    page = visitor.get(demo.authorization_url(client, challenge, scope="openid"))
    form = page.form_with("allow")
    url = urljoin(page.url, form.action or page.url)
    data = [pair for pair in form.data("allow", {}) if pair[0] != "scope"] + [("scope", "openid messages.write")]
    answer = visitor.session.post(url, data=data, timeout=TIMEOUT, allow_redirects=False)
    location = answer.headers.get("Location", "")
    if "code=" not in location:
        assert answer.status_code < 500
        return
    code = dict(parse_qsl(urlsplit(location).query))["code"]
    assert demo.redeem(client, code, challenge.verifier).json()["scope"] == "openid"


def test_every_hidden_field_may_be_changed_without_harm(demo: Demo, visitor: Visitor) -> None:
    """CVE-2026-7571: a tampered field of a restarted flow."""
    client = visitor.register(Registration())
    page = visitor.get(demo.authorization_url(client, pkce()))
    hidden = [field.name for field in page.form_with("allow").fields if field.kind == "hidden"]
    assert hidden
    for name in hidden:
        for value in ("", "x", "https://evil.example/", secrets.token_urlsafe(8)):
            answer = visitor.send(page, "allow", {name: value})
            assert answer.status_code < 500, name
            assert "evil" not in answer.headers.get("Location", ""), name


def test_another_browser_cannot_finish_the_flow(demo: Demo, visitor: Visitor) -> None:
    """CVE-2022-39222: an interaction belongs to the browser that began it."""
    client = visitor.register(Registration())
    page = visitor.get(demo.authorization_url(client, pkce()))
    thief = Visitor(demo, visitor.account)
    answer = thief.send(page, "allow", {})
    assert not answer.headers.get("Location", "").startswith(client.redirect_uri)


def test_unknown_pages_are_pages(demo: Demo) -> None:
    answer = requests.get(demo.page("nowhere"), timeout=TIMEOUT)
    assert answer.status_code == 404


def test_the_signed_out_are_asked_to_sign_in(demo: Demo) -> None:
    for path in ("applications", "applications/new", "connected-apps"):
        page = Visitor(demo, demo.account).get(demo.page(path))
        assert page.has("sign-in"), path
