"""The page of connected apps: who may do what in one's name, and the end of it in one click."""

from playwright.sync_api import Page, expect

from support.browser import assert_well_made, go, press
from support.clients import assert_error, tokens
from support.processes import Demo
from support.visitor import Registration, Visitor

OFFLINE = "openid offline_access messages.read"


def test_lists_apps_with_their_scopes_and_revokes_in_one_click(tab: Page, demo: Demo, visitor: Visitor) -> None:
    registration = Registration()
    client = visitor.register(registration)
    given = [visitor.tokens(client, OFFLINE) for _ in range(3)]

    go(tab, demo.page("connected-apps"), demo.account)
    assert_well_made(tab)
    button = tab.locator(f'button.revoke[data-client-id="{client.client_id}"]')
    expect(button).to_have_count(1)
    expect(tab.locator("main")).to_contain_text(registration.name)
    for token in given:
        assert token["access_token"] not in tab.content()

    press(tab, button)
    expect(tab.locator(f'button.revoke[data-client-id="{client.client_id}"]')).to_have_count(0)
    expect(tab.locator(".notice")).to_contain_text(registration.name)
    for token in given:
        assert not demo.is_active(client, token["access_token"])
        assert_error(demo.refresh(client, token["refresh_token"]), "invalid_grant")


def test_works_without_javascript(plain_tab: Page, demo: Demo, visitor: Visitor) -> None:
    client = visitor.register(Registration())
    token = visitor.tokens(client, OFFLINE)
    go(plain_tab, demo.page("connected-apps"), demo.account)
    press(plain_tab, f'button.revoke[data-client-id="{client.client_id}"]')
    expect(plain_tab.locator(f'[data-client-id="{client.client_id}"]')).to_have_count(0)
    assert not demo.is_active(client, token["access_token"])


def test_consent_is_asked_again_after_revoking(visitor: Visitor) -> None:
    client = visitor.register(Registration())
    visitor.tokens(client, OFFLINE)
    page = visitor.open("connected-apps")
    visitor.press(page, f"revoke:{client.client_id}")
    assert any(page.has("allow") for page in visitor.code(client, OFFLINE).landing.pages)


def test_a_token_of_the_application_itself_is_not_the_persons(demo: Demo, visitor: Visitor) -> None:
    """RFC 9700 §4.15: what a client does for itself is not done in somebody's name."""
    client = visitor.register(Registration())
    token = tokens(demo.client_credentials(client))
    assert client.client_id not in visitor.open("connected-apps").source
    assert demo.introspect(client, token["access_token"]).get("sub") != demo.account.username
