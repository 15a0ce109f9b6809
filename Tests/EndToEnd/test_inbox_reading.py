"""The inbox in Chromium: an organisation is connected, and its mail is read."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Route, expect
from playwright.sync_api import Page as Tab

from support.browser import NARROW, Tabs, assert_well_made, press, sign_in
from support.cloud import Person
from support.inbox import Inbox, connect
from support.letters import FILES, HOSTILE, NAMES, PICTURE, Canary, subjects


@pytest.fixture
def tab(inbox_tabs: Tabs) -> Tab:
    """The inbox at a fresh browser."""
    return inbox_tabs.open()


@pytest.fixture
def ada(inbox: Inbox) -> Person:
    """Contoso's administrator."""
    return inbox.cloud.contoso.administrator


@pytest.fixture
def megan(inbox: Inbox) -> Person:
    """A member of contoso, with the letters in her mailbox."""
    return inbox.cloud.contoso.person("megan")


def shown(tab: Tab) -> list[str]:
    """The subjects of the list, from above."""
    return [text.strip() for text in tab.locator("#messages .subject").all_inner_texts()]


def open_message(tab: Tab, inbox: Inbox, person: Person, subject: str) -> None:
    tab.goto(inbox.mail(person))
    press(tab, tab.get_by_role("link", name=subject, exact=True))


def test_an_administrator_connects_and_reads(tab: Tab, inbox: Inbox, ada: Person, megan: Person) -> None:
    tab.goto(inbox.url)
    assert_well_made(tab)
    assert str(inbox.cloud.ca_file) in tab.inner_text("#ca-file")
    connect(tab, inbox, ada)
    assert tab.url == f"{inbox.url}/mail/{ada.tenant}"
    assert_well_made(tab)
    tab.fill("[name=address]", megan.upn)
    press(tab, "#open")
    assert shown(tab) == subjects()[:10]
    assert_well_made(tab)
    press(tab, tab.get_by_role("link", name=subjects()[9]))
    assert tab.inner_text("#subject") == subjects()[9]
    assert tab.inner_text("#message-text").strip() == "Hello"
    assert_well_made(tab)
    for url in (inbox.url, inbox.tenant(ada)):
        tab.goto(url)
        assert_well_made(tab)


def test_ten_subjects_are_those_that_graph_lists(demo_tabs: Tabs, demo_inbox: Inbox) -> None:
    """The demo's messages in many languages, beside a listing by another program."""
    cloud, tab = demo_inbox.cloud, demo_tabs.open()
    megan = cloud.contoso.person("megan")
    connect(tab, demo_inbox, cloud.contoso.administrator)
    tab.goto(demo_inbox.mail(megan))
    query = "$top=10&$select=subject&$orderby=receivedDateTime desc"
    answer = cloud.mail(f"users/{megan.upn}/mailFolders/inbox/messages?{query}", cloud.app_token(megan.tenant))
    wanted = [message["subject"] or "(no subject)" for message in answer.json()["value"]]
    assert len(wanted) == 10
    assert shown(tab) == [" ".join(subject.split()) for subject in wanted]
    assert_well_made(tab)


def test_every_sample_message_opens(demo_tabs: Tabs, demo_inbox: Inbox) -> None:
    tab = demo_tabs.open()
    connect(tab, demo_inbox, demo_inbox.cloud.contoso.administrator)
    tab.goto(demo_inbox.mail(demo_inbox.cloud.contoso.person("lidia")))
    seen: list[str] = []
    while True:
        seen += tab.locator("#messages a").evaluate_all("links => links.map(link => link.href)")
        if not tab.locator("#older").is_visible():
            break
        press(tab, "#older")
        assert_well_made(tab)
    assert len(seen) == len(set(seen)) >= 40
    for url in seen:
        answer = tab.goto(url)
        assert answer is not None and answer.status == 200, url
        assert_well_made(tab)


def test_reading_by_imap(demo_tabs: Tabs, demo_inbox: Inbox) -> None:
    """Refused until Exchange knows the app, with the commands that make it known; then the same list, by pages, and mail."""
    cloud, tab = demo_inbox.cloud, demo_tabs.open()
    fabrikam = cloud.fabrikam
    frank, mei = fabrikam.administrator, fabrikam.member
    connect(tab, demo_inbox, frank)
    tab.goto(demo_inbox.mail(mei))
    by_graph = shown(tab)
    tab.goto(demo_inbox.tenant(frank))
    tab.check("#route-imap")
    press(tab, "#save-route")
    tab.goto(demo_inbox.mail(mei))
    assert tab.inner_text("#error-id") == "inbox.login-refused"
    assert_well_made(tab)
    press(tab, "#diagnose")
    assert "service-principal-missing" in tab.inner_text("#report") and mei.upn not in tab.inner_text("#report")
    assert_well_made(tab)
    press(tab, "#view-named")
    report = tab.inner_text("#report")
    assert f"New-ServicePrincipal -AppId {cloud.inbox.client_id}" in report
    assert f"Add-MailboxPermission -Identity {mei.upn}" in report and "eyJ" not in report

    known = {"client_id": cloud.inbox.client_id, "full_access": [mei.upn]}
    cloud.control("exchange", tenant=fabrikam.domain, service_principals=[known])
    press(tab, "#open-again")
    assert shown(tab) == by_graph
    assert_well_made(tab)
    press(tab, "#older")
    assert shown(tab) and not set(shown(tab)) & set(by_graph)
    press(tab, tab.locator("#messages a").first)
    assert tab.locator("#subject").count() == 1
    tab.goto(demo_inbox.mail(frank))
    assert tab.inner_text("#error-id") == "inbox.login-refused"


def test_a_member_cannot_connect(tab: Tab, inbox: Inbox, megan: Person) -> None:
    connect(tab, inbox, megan)
    assert tab.inner_text("#error-id") in ("inbox.not-administrator", "inbox.consent-declined")
    assert_well_made(tab)
    tab.goto(inbox.mail(megan))
    assert tab.inner_text("#error-id") == "inbox.signed-out"


def test_a_member_cannot_sign_in_either(tab: Tab, inbox: Inbox, megan: Person) -> None:
    tab.goto(inbox.url)
    press(tab, "#administrator-sign-in")
    sign_in(tab, megan.account)
    if tab.url.startswith(inbox.cloud.base) and tab.locator("#allow").count():
        tab.click("#allow")
    tab.wait_for_url(f"{inbox.url}/**")
    assert tab.inner_text("#error-id") == "inbox.not-administrator"


def test_an_organisation_declines(tab: Tab, inbox: Inbox) -> None:
    connect(tab, inbox, inbox.cloud.fabrikam.administrator, "#deny")
    assert tab.inner_text("#error-id") == "inbox.consent-declined"
    assert_well_made(tab)
    press(tab, "#try-again")
    assert tab.url == f"{inbox.url}/"


def test_older_messages_by_paging(tab: Tab, inbox: Inbox, ada: Person, megan: Person) -> None:
    connect(tab, inbox, ada)
    tab.goto(inbox.mail(megan))
    seen = shown(tab)
    while tab.locator("#older").is_visible():
        press(tab, "#older")
        assert_well_made(tab)
        seen += shown(tab)
    assert seen == subjects()
    press(tab, "#newest")
    assert shown(tab) == subjects()[:10]


def test_hostile_html_runs_and_loads_nothing(
    stage_chromium: Browser, inbox: Inbox, ada: Person, megan: Person, canary: Canary
) -> None:
    """In its frame, and opened by itself; every button and link of it is pressed."""
    context = stage_chromium.new_context(viewport={"width": NARROW, "height": 800})
    context.set_default_timeout(15_000)
    tab, before = context.new_page(), len(canary.visits)
    connect(tab, inbox, ada)
    open_message(tab, inbox, megan, HOSTILE)
    title = tab.title()
    press(tab, "#view-html")
    frame = tab.frame_locator("#message-html")
    expect(frame.get_by_text("Read me")).to_be_visible()
    for control in ("#send", "#leave", "#script"):
        frame.locator(control).click(force=True)
    assert tab.url.startswith(inbox.url) and tab.title() == title
    alone = str(tab.get_attribute("#message-html", "src"))
    tab.goto(inbox.url + alone)
    expect(tab.get_by_text("Read me")).to_be_visible()
    for control in ("#send", "#script"):
        tab.locator(control).click(force=True)
    assert tab.url == inbox.url + alone and tab.title() != "ran"
    # What was asked for before this page was asked for before it came back.
    tab.goto(inbox.url)
    assert canary.visits[before:] == []
    with pytest.raises(Error):
        tab.goto(f"{canary.origin}/works")
    assert canary.visits[before:], "the canary does not sing"
    context.close()


def test_a_picture_that_came_along_is_shown(tab: Tab, inbox: Inbox, ada: Person, megan: Person) -> None:
    connect(tab, inbox, ada)
    open_message(tab, inbox, megan, PICTURE)
    press(tab, "#view-html")
    picture = tab.frame_locator("#message-html").locator("#own")
    expect(picture).to_be_visible()
    assert str(picture.get_attribute("src")).startswith("data:image/gif;base64,")


def test_attachments_are_downloads_with_safe_names(
    tab: Tab, inbox: Inbox, ada: Person, megan: Person, tmp_path: Path
) -> None:
    connect(tab, inbox, ada)
    open_message(tab, inbox, megan, FILES)
    links = tab.locator("#attachments a").all()
    assert len(links) == len(NAMES)
    for link, content in zip(links, NAMES.values(), strict=True):
        with tab.expect_download() as download:
            link.click()
        name = download.value.suggested_filename
        assert name and not set(name) & set("/\\\"\n\r\u202e") and not name.startswith("."), name
        target = tmp_path / "download"
        download.value.save_as(target)
        assert target.read_bytes().rstrip() == content.rstrip()
        # Not even somebody who opens its address as a page sees it run.
        answer = tab.request.get(inbox.url + str(link.get_attribute("href")))
        assert answer.headers["content-type"] != "text/html"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert "sandbox" in answer.headers["content-security-policy"]


def test_everything_without_javascript(stage_chromium: Browser, inbox: Inbox, ada: Person, megan: Person) -> None:
    context = stage_chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(15_000)
    tab = context.new_page()
    connect(tab, inbox, ada, by_hand=True)
    tab.fill("[name=address]", megan.upn)
    press(tab, "#open")
    assert shown(tab) == subjects()[:10]
    press(tab, "#refresh")
    press(tab, "#older")
    assert shown(tab) == subjects()[10:20]
    press(tab, tab.locator("#messages a").first)
    assert tab.inner_text("#subject") == subjects()[10]
    context.close()


def test_the_page_script_refreshes_and_has_no_token(
    tab: Tab, inbox: Inbox, ada: Person, megan: Person
) -> None:
    asked: list[Route] = []
    connect(tab, inbox, ada)
    tab.goto(inbox.mail(megan))

    def watch(route: Route) -> None:
        asked.append(route)
        route.continue_()

    tab.route("**/*", watch)
    tab.locator("#messages").evaluate("list => list.replaceChildren()")
    with tab.expect_response("**/messages.json") as answer:
        tab.click("#refresh")
    expect(tab.locator("#messages .message")).to_have_count(10)
    assert shown(tab) == subjects()[:10]
    assert asked and all(route.request.url.startswith(inbox.url) for route in asked)
    assert all("authorization" not in route.request.headers for route in asked)
    assert "eyJ" not in answer.value.text() and "eyJ" not in tab.content()
    assert not tab.evaluate("document.cookie + JSON.stringify([{...localStorage}, {...sessionStorage}])").strip("[{}], ")
    for cookie in tab.context.cookies(inbox.url):
        assert cookie["httpOnly"] and cookie["sameSite"] == "Lax" and "eyJ" not in cookie["value"], cookie


def test_the_page_script_says_what_went_wrong(tab: Tab, inbox: Inbox, ada: Person, megan: Person) -> None:
    connect(tab, inbox, ada)
    tab.goto(inbox.mail(megan))
    inbox.cloud.control("faults", at="mail", kind="drop", count=0)
    tab.click("#refresh")
    expect(tab.locator("#list-status")).to_contain_text("could not be reached")
    assert shown(tab) == subjects()[:10], "what was there stays"
    assert_well_made(tab)
    inbox.cloud.clear()
    tab.click("#refresh")
    expect(tab.locator("#list-status")).to_be_hidden()
