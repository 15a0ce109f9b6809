"""Operators of the inbox: signed in by the authorization server, given organisations by the owner."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from support.browser import Tabs, assert_well_made, press
from support.clients import Account
from support.cloud import DemoCloud
from support.inbox import Guest, Inbox, Stage, assert_page, chromium_for, connect, enter
from support.processes import Demo


def test_the_owner_gives_and_takes(demo: Demo, demo_inbox: Inbox, demo_chromium: Browser) -> None:
    """Three people at their own browsers, each in Chromium."""
    alice, bob = demo.accounts[0], demo.accounts[1]
    assert alice.administrator
    cloud = demo_inbox.cloud
    ada, megan = cloud.contoso.administrator, cloud.contoso.person("megan")
    tabs = []
    for _ in range(3):
        context = demo_chromium.new_context(viewport={"width": 360, "height": 800})
        context.set_default_timeout(15_000)
        tabs.append(context.new_page())
    first, second, third = tabs
    connect(first, demo_inbox, ada)
    enter(second, demo_inbox, bob)
    subject = second.inner_text("#operator-subject")
    second.goto(demo_inbox.mail(megan))
    assert second.inner_text("#error-id") == "inbox.not-allowed"

    enter(third, demo_inbox, alice)
    press(third, f"[data-tenant='{ada.tenant}'] .manage")
    third.select_option("#subject", subject)
    press(third, "#give")
    assert third.locator(f"#readers li[data-subject='{subject}']").count() == 1
    assert_well_made(third)

    second.goto(demo_inbox.url)
    assert_well_made(second)
    press(second, f"[data-tenant='{ada.tenant}'] .read")
    second.fill("[name=address]", megan.upn)
    press(second, "#open")
    assert second.locator("#messages .message").count() == 10
    second.goto(demo_inbox.tenant(megan))
    assert second.inner_text("#error-id") == "inbox.not-allowed"

    press(third, f"#readers .take[data-subject='{subject}']")
    answer = second.goto(demo_inbox.mail(megan))
    assert answer is not None and answer.status == 403
    assert second.inner_text("#error-id") == "inbox.not-allowed"
    for tab in tabs:
        tab.context.close()


def test_signing_out_ends_both_sessions(stage: Stage, stage_chromium: Browser) -> None:
    context = stage_chromium.new_context()
    context.set_default_timeout(15_000)
    tab = context.new_page()
    enter(tab, stage.inbox, stage.bob)
    held = {cookie["name"]: cookie["value"] for cookie in context.cookies(stage.inbox.url)}
    press(tab, "#operator-sign-out")
    assert tab.url.startswith(stage.server.root)
    press(tab, "#sign-out")
    tab.wait_for_url(f"{stage.inbox.url}/?*")
    assert not tab.locator("#operator").count()
    # The authorization server asks for the password again.
    press(tab, "#operator-sign-in")
    assert tab.locator("#sign-in").count() == 1
    # The cookie that was is worth nothing.
    guest = Guest(stage.inbox)
    guest.session.cookies.update(held)
    assert not guest.home().has("operator")
    context.close()


def test_signing_out_of_the_demo(demo: Demo, demo_inbox: Inbox, demo_tabs: Tabs) -> None:
    """The authorization server asks, names who asks, and leads back; no token stands in any address on the way."""
    tab = demo_tabs.open()
    seen: list[str] = []
    tab.on("request", lambda request: seen.append(request.url))
    enter(tab, demo_inbox, demo.account)
    press(tab, "#header-sign-out")
    assert tab.url.startswith(f"{demo.issuer}/logout?")
    assert "Demo inbox asks you to sign out" in tab.inner_text("main")
    assert_well_made(tab)
    press(tab, "#sign-out")
    tab.wait_for_url(f"{demo_inbox.url}/?*")
    assert not tab.locator("#operator").count()
    assert not [url for url in seen if "eyJ" in url or "id_token" in url]
    # Signed out there already: a page that leads back.
    query = {"client_id": "demo-inbox", "post_logout_redirect_uri": f"{demo_inbox.url}/"}
    tab.goto(f"{demo.issuer}/logout?{urlencode(query)}")
    press(tab, "#back")
    assert tab.url == f"{demo_inbox.url}/"


def test_each_sign_in_ends_by_itself(stage: Stage) -> None:
    guest = Guest(stage.inbox, stage.bob)
    guest.enter()
    guest.connect(stage.cloud.contoso.administrator)
    page = guest.home()
    assert page.has("operator") and page.has("administrator")
    page = guest.press(page, "administrator-sign-out")
    assert page.has("operator") and not page.has("administrator")


def test_who_declines_at_the_authorization_server(stage: Stage) -> None:
    carol = stage.server.add_user(Account("carol", "a password of some length"))
    guest = Guest(stage.inbox, carol)
    page = guest.sign_in(guest.get(f"{stage.inbox.url}/login"))
    assert_page(guest.press(page, "deny"), 403, "inbox.sign-in-declined")
    assert not guest.home().has("operator")


def test_only_the_owner_gives(stage: Stage) -> None:
    ada = stage.cloud.contoso.administrator
    bob, admin = Guest(stage.inbox, stage.bob), Guest(stage.inbox)
    bob.enter()
    admin.connect(ada)
    for guest in (bob, admin):
        token = guest.home().form_with("connect").data("connect", {})[0]
        answer = guest.session.post(
            f"{stage.inbox.tenant(ada)}/give", data=dict([token, ("subject", stage.subject(stage.bob))])
        )
        assert answer.status_code == 403 and "inbox.owner-only" in answer.text
    assert_page(bob.get(stage.inbox.mail(ada)), 403, "inbox.not-allowed")


def test_a_session_fixed_beforehand_is_worth_nothing(stage: Stage) -> None:
    """Whoever plants cookies in a browser does not know the ones after sign-in."""
    planted = {f"sallyport_inbox_{name}": "A" * 43 for name in ("browser", "operator", "administrator")}
    guest = Guest(stage.inbox, stage.bob)
    for name, value in planted.items():
        guest.session.cookies.set(name, value, domain="127.0.0.1", path="/")
    guest.enter()
    guest.connect(stage.cloud.contoso.administrator)
    now = {cookie.value for cookie in guest.session.cookies if "operator" in cookie.name or "administrator" in cookie.name}
    attacker = Guest(stage.inbox)
    for name, value in planted.items():
        attacker.session.cookies.set(name, value, domain="127.0.0.1", path="/")
    page = attacker.home()
    assert not page.has("operator") and not page.has("administrator")
    assert len(now - set(planted.values())) == 2


@pytest.fixture
def fresh(start_demo: Callable[..., Demo]) -> Demo:
    return start_demo()


def test_killed_and_started_again(fresh: Demo, chromium: Browser) -> None:
    """`kill -9`: sessions, organisations and what was given are still there, and the mail too."""
    inbox = Inbox(str(fresh.description["inbox_url"]), DemoCloud(fresh), fresh)
    megan = inbox.cloud.contoso.person("megan")
    browser = chromium_for(chromium, inbox.cloud)
    tab = browser.new_page()
    connect(tab, inbox, inbox.cloud.contoso.administrator)
    enter(tab, inbox, fresh.accounts[0])
    press(tab, f"[data-tenant='{megan.tenant}'] .manage")
    press(tab, "#give")
    fresh.kill_and_restart()
    tab.goto(inbox.tenant(megan))
    assert tab.locator("#readers li").count() == 1
    tab.goto(inbox.url)
    assert tab.locator("#operator").count() == tab.locator("#administrator").count() == 1
    press(tab, "#administrator-sign-out")
    tab.goto(inbox.mail(megan))
    assert tab.locator("#messages .message").count() == 10
    sign_in_again = browser.new_page()
    connect(sign_in_again, inbox, inbox.cloud.contoso.administrator)
    browser.close()
