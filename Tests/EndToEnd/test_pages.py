"""Every page: at 360 pixels, in light and dark, for a screen reader, within its own content security policy."""

from playwright.sync_api import Page

from support.browser import assert_well_made, go, press
from support.clients import pkce
from support.processes import Demo
from support.visitor import Registration, Visitor

LONG = "A".join(["verylongword"] * 12)


def test_pages_of_someone_signed_in(tab: Page, demo: Demo, visitor: Visitor) -> None:
    """Long names and addresses must not break the layout either."""
    registration = Registration(name=LONG, redirect_uris=(f"https://app.example/{LONG}",))
    client = visitor.register(registration)
    visitor.code(client, "openid messages.read")
    go(tab, demo.page("applications"), demo.account)
    for path in ("applications", "applications/new", "connected-apps"):
        tab.goto(demo.page(path))
        assert_well_made(tab)
    tab.goto(demo.page("applications"))
    press(tab, tab.get_by_role("link", name=LONG).first)
    assert_well_made(tab)


def test_pages_of_someone_who_is_not(tab: Page, demo: Demo) -> None:
    unknown = demo.authorization_url(demo.client, pkce(), client_id="unknown")
    for url in (demo.page("login"), unknown, demo.page("logout"), demo.page("nowhere"), demo.page("logout?state=x")):
        tab.goto(url)
        assert_well_made(tab)


def test_the_consent_page_with_everything(tab: Page, demo: Demo, visitor: Visitor) -> None:
    registration = Registration(name=LONG, redirect_uris=(f"https://{'long.' * 12}example/",))
    client = visitor.register(registration)
    go(tab, demo.authorization_url(client, pkce(), scope=registration.scope), demo.account)
    assert tab.locator("#allow").count() == 1
    assert_well_made(tab)


def test_the_front_page(tab: Page, demo: Demo) -> None:
    """Whoever opens the demo's address finds something to go on with."""
    answer = tab.goto(demo.root)
    assert answer is not None and answer.status < 500
    if answer.status == 200 and "html" in answer.headers.get("content-type", ""):
        assert_well_made(tab)
