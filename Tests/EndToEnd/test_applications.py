"""Chromium registers an application and looks after it: the quick start of django-oauth-toolkit."""

import pytest
from playwright.sync_api import Page, expect

from support.browser import assert_well_made, go, press
from support.callback import Site
from support.clients import Client, assert_error, tokens
from support.processes import Demo
from support.visitor import Registration, Visitor


def fill(tab: Page, registration: Registration) -> None:
    """Fills in the form of an application."""
    for name, value in registration.fields().items():
        if isinstance(value, bool):
            tab.locator(f"[name={name}]").set_checked(value)
        elif name == "client_type":
            tab.check(f"[name=client_type][value={value}]")
        else:
            tab.fill(f"[name={name}]", value)


def register(tab: Page, demo: Demo, registration: Registration) -> Client:
    """Registers an application as a person does, and notes what is shown once."""
    go(tab, demo.page("applications"), demo.account)
    press(tab, "#new-application")
    fill(tab, registration)
    press(tab, "#save")
    secret = None if registration.public else tab.locator("#client-secret").inner_text().strip()
    return Client(tab.locator("#client-id").inner_text().strip(), secret, registration.redirect_uris)


def test_the_secret_is_shown_once(tab: Page, demo: Demo, site: Site) -> None:
    registration = Registration(redirect_uris=(site.redirect_uri,))
    client = register(tab, demo, registration)
    assert_well_made(tab)
    assert client.client_secret and client.client_secret.startswith("sp_cs_")
    expect(tab.locator("#curl")).to_contain_text(client.client_id)
    expect(tab.locator("#copy-secret")).to_be_visible()
    tokens(demo.client_credentials(client))

    tab.reload()
    assert client.client_secret not in tab.content()
    tab.goto(demo.page("applications"))
    assert client.client_secret not in tab.content()
    press(tab, tab.get_by_role("link", name=registration.name))
    assert client.client_secret not in tab.content()
    assert client.client_id in tab.content()


def test_the_copy_button_copies(tab: Page, demo: Demo) -> None:
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.root)
    client = register(tab, demo, Registration())
    tab.click("#copy-secret")
    expect(tab.locator("#copy-secret")).to_be_enabled()
    assert tab.evaluate("navigator.clipboard.readText()") == client.client_secret


def test_a_public_application_has_no_secret(tab: Page, demo: Demo) -> None:
    register(tab, demo, Registration(public=True))
    expect(tab.locator("#client-secret")).to_have_count(0)


def open_application(tab: Page, demo: Demo, registration: Registration) -> Client:
    """Registers an application and opens its own page."""
    client = register(tab, demo, registration)
    tab.goto(demo.page("applications"))
    press(tab, tab.get_by_role("link", name=registration.name))
    return client


def test_edit(tab: Page, demo: Demo) -> None:
    open_application(tab, demo, Registration())
    changed = Registration(redirect_uris=("http://127.0.0.1/first", "https://app.example/second"))
    press(tab, "#edit")
    assert_well_made(tab)
    fill(tab, changed)
    press(tab, "#save")
    expect(tab.locator("main")).to_contain_text(changed.name)
    expect(tab.locator("main")).to_contain_text("https://app.example/second")


def test_rotate_the_secret(tab: Page, demo: Demo) -> None:
    client = open_application(tab, demo, Registration())
    press(tab, "#rotate-secret")
    secret = tab.locator("#client-secret").inner_text().strip()
    assert secret != client.client_secret
    tokens(demo.client_credentials(Client(client.client_id, secret, client.redirect_uris)))
    assert_error(demo.client_credentials(client), "invalid_client", 401)


def test_delete(tab: Page, demo: Demo) -> None:
    registration = Registration()
    client = open_application(tab, demo, registration)
    token = tokens(demo.client_credentials(client))["access_token"]
    press(tab, "#delete")
    assert_well_made(tab)
    press(tab, "#confirm-delete")
    expect(tab.locator("main")).not_to_contain_text(client.client_id)
    assert_error(demo.client_credentials(client), "invalid_client", 401)
    assert not demo.is_active(demo.client, token)


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)", "https://app.example/#part", "http://app.example/callback", "/callback", "https://*/",
        "data:text/html,x", "https://user@app.example/",
    ],
)
def test_a_bad_redirect_uri_is_refused_in_place(visitor: Visitor, uri: str) -> None:
    """The form comes back with what was typed and says why."""
    registration = Registration(redirect_uris=(uri,))
    page = visitor.press(visitor.open("applications/new"), "save", **registration.fields())
    assert page.has("save"), page
    assert not page.has("client-secret")
    typed = {field.name: field.value for field in page.form_with("save").fields}
    assert typed["name"] == registration.name
    assert typed["redirect_uris"].strip() == uri


def test_someone_else_sees_nothing_of_it(demo: Demo, visitor: Visitor) -> None:
    """CWE-639: an application's pages belong to whoever registered it."""
    others = [account for account in demo.accounts if account != visitor.account and not account.administrator]
    if not others:
        pytest.skip("the demo has no second person who is not an administrator")
    registration = Registration()
    client = visitor.register(registration)
    own = visitor.open("applications")
    assert registration.name in own.text
    other = Visitor(demo, others[0])
    assert registration.name not in other.open("applications").text
    assert other.get(demo.page(f"applications/{client.client_id}")).status == 404


def test_names_are_text(visitor: Visitor) -> None:
    """CVE-2023-6134: markup in a name is shown and never run."""
    name = '<img src=x onerror="alert(1)">{{name}}&amp;'
    client = visitor.register(Registration(name=name))
    page = visitor.open("applications")
    assert "<img src=x" not in page.source
    assert name in page.text
    assert client.client_id
