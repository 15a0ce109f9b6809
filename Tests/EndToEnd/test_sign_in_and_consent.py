"""Chromium signs in, sees what an application asks for, allows it or refuses."""

import secrets

import pytest
from playwright.sync_api import Page, expect

from support.browser import Tabs, assert_well_made, press, sign_in
from support.callback import Site
from support.clients import Client, pkce, tokens
from support.processes import Demo
from support.visitor import Registration, Visitor


@pytest.fixture
def registration(site: Site) -> Registration:
    return Registration(redirect_uris=(site.redirect_uri,), scope="openid profile email messages.read messages.write")


@pytest.fixture
def client(visitor: Visitor, registration: Registration) -> Client:
    """An application whose web site runs."""
    return visitor.register(registration)


def test_allow(tab: Page, demo: Demo, site: Site, registration: Registration, client: Client) -> None:
    challenge, state = pkce(), secrets.token_urlsafe(8)
    tab.goto(demo.authorization_url(client, challenge, scope="openid messages.read", state=state))
    assert_well_made(tab)
    sign_in(tab, demo.account)

    assert_well_made(tab)
    text = tab.locator("main").inner_text()
    assert registration.name in text, "which application"
    assert text.count(demo.account.username) >= 1, "whose it is, and who is signed in"
    assert "not you" in text.lower()
    assert "127.0.0.1" in text, "where the person will be sent"
    assert "message" in text.lower(), "what it may do"
    press(tab, "#allow")

    answer = site.next_parameters()
    assert answer["state"] == state
    assert answer["iss"] == demo.issuer
    tab.wait_for_url(site.redirect_uri + "*")
    given = tokens(demo.redeem(client, answer["code"], challenge.verifier))
    assert given["scope"] == "openid messages.read"


def test_deny(tab: Page, demo: Demo, site: Site, client: Client) -> None:
    tab.goto(demo.authorization_url(client, pkce(), state="mine"))
    sign_in(tab, demo.account)
    press(tab, "#deny")
    answer = site.next_parameters()
    assert answer["error"] == "access_denied"
    assert answer["state"] == "mine"
    assert answer["iss"] == demo.issuer
    assert "code" not in answer


def test_consent_is_remembered_and_a_new_scope_asks_for_just_that(
    tab: Page, demo: Demo, site: Site, client: Client
) -> None:
    tab.goto(demo.authorization_url(client, pkce(), scope="openid messages.read"))
    sign_in(tab, demo.account)
    first = tab.locator("main").inner_text()
    press(tab, "#allow")
    assert site.next_parameters()["code"]

    tab.goto(demo.authorization_url(client, pkce(), scope="openid messages.read"))
    assert site.next_parameters()["code"]

    tab.goto(demo.authorization_url(client, pkce(), scope="openid messages.read messages.write"))
    expect(tab.locator("#allow")).to_be_visible()
    second = tab.locator("#scopes").inner_text()
    assert tab.locator("#scopes li").count() == 1, second
    assert first
    press(tab, "#allow")
    assert site.next_parameters()["code"]


def test_not_you(tab: Page, demo: Demo, site: Site, client: Client) -> None:
    """Whoever is signed in as somebody else can change that without losing the way."""
    tab.goto(demo.authorization_url(client, pkce()))
    sign_in(tab, demo.account)
    press(tab, "#switch-user")
    sign_in(tab, demo.account)
    press(tab, "#allow")
    assert site.next_parameters()["code"]


def test_a_wrong_password_says_so_and_goes_on(tab: Page, demo: Demo, site: Site, client: Client) -> None:
    tab.goto(demo.authorization_url(client, pkce()))
    tab.fill("[name=username]", f"nobody-{secrets.token_hex(4)}")
    tab.fill("[name=password]", "wrong")
    press(tab, "#sign-in")
    expect(tab.locator("#sign-in")).to_be_visible()
    expect(tab.locator("[role=alert]").first).to_be_visible()
    assert tab.locator("[name=password]").input_value() == ""
    assert_well_made(tab)
    sign_in(tab, demo.account)
    press(tab, "#allow")
    assert site.next_parameters()["code"]


def test_by_keyboard(tab: Page, demo: Demo, site: Site, client: Client) -> None:
    """Nothing but keys: the first field has the focus or is one Tab away."""
    tab.goto(demo.authorization_url(client, pkce()))
    tab.locator("[name=username]").focus()
    tab.keyboard.type(demo.account.username)
    tab.keyboard.press("Tab")
    tab.keyboard.type(demo.account.password)
    tab.keyboard.press("Enter")
    tab.locator("#allow").focus()
    tab.keyboard.press("Enter")
    assert site.next_parameters()["code"]


def test_without_javascript(plain_tab: Page, demo: Demo, site: Site, client: Client) -> None:
    plain_tab.goto(demo.authorization_url(client, pkce()))
    sign_in(plain_tab, demo.account)
    press(plain_tab, "#allow")
    assert site.next_parameters()["code"]


def test_the_session_changes_its_id_at_sign_in(tabs: Tabs, demo: Demo) -> None:
    """Session fixation: what was known before sign-in is worth nothing after it."""
    tab = tabs.open()
    tab.goto(demo.page("login"))
    before = {cookie["value"] for cookie in tabs.context.cookies()}
    sign_in(tab, demo.account)
    after = tabs.context.cookies()
    fresh = [cookie for cookie in after if cookie["value"] not in before]
    assert fresh, "no cookie changed"
    for cookie in after:
        assert cookie["httpOnly"], cookie["name"]
        assert cookie["sameSite"] == "Lax", cookie["name"]


def test_two_tabs_both_finish(tabs: Tabs, demo: Demo, site: Site, client: Client) -> None:
    """Hydra #2345: one tab's form must not spoil the other's."""
    first, second = tabs.open(), tabs.open()
    first.goto(demo.authorization_url(client, pkce(), state="first"))
    second.goto(demo.authorization_url(client, pkce(), state="second"))
    for tab, state in ((first, "first"), (second, "second")):
        if tab.locator("#sign-in").count():
            sign_in(tab, demo.account)
        if tab.locator("#allow").count():
            press(tab, "#allow")
        assert site.next_parameters()["state"] == state


def test_two_tabs_with_consent_open(tabs: Tabs, demo: Demo, site: Site, client: Client) -> None:
    first, second = tabs.open(), tabs.open()
    first.goto(demo.authorization_url(client, pkce(), state="first"))
    sign_in(first, demo.account)
    second.goto(demo.authorization_url(client, pkce(), state="second"))
    for tab, state in ((first, "first"), (second, "second")):
        press(tab, "#allow")
        assert site.next_parameters()["state"] == state


def test_back_after_success(tab: Page, demo: Demo, site: Site, client: Client) -> None:
    """NOP #801: the Back button restarts the flow in place, and never ends in an error."""
    tab.goto(demo.authorization_url(client, pkce(), state="mine"))
    sign_in(tab, demo.account)
    press(tab, "#allow")
    assert site.next_parameters()["code"]
    tab.wait_for_url(site.redirect_uri + "*")
    tab.go_back()
    if tab.locator("#allow").count():
        press(tab, "#allow")
    elif tab.locator("#sign-in").count():
        sign_in(tab, demo.account)
    assert site.next_parameters()["state"] == "mine"


def test_localhost_instead_of_the_address(tab: Page, demo: Demo, site: Site, client: Client) -> None:
    """Cookies of `localhost` are not those of `127.0.0.1`: the page moves there and says why."""
    url = demo.authorization_url(client, pkce()).replace("//127.0.0.1:", "//localhost:", 1)
    tab.goto(url)
    assert tab.url.startswith(demo.root)
    expect(tab.locator(".notice").first).to_be_visible()
    sign_in(tab, demo.account)
    press(tab, "#allow")
    assert site.next_parameters()["code"]


def test_pages_cannot_be_framed_and_tell_no_one(demo: Demo, visitor: Visitor, client: Client) -> None:
    """RFC 9700 §4.16 and §4.2.4."""
    for url in (demo.authorization_url(client, pkce()), demo.page("login"), demo.page("applications")):
        page = visitor.get(url)
        policy = page.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in page.headers["Cache-Control"]
