"""One demo for the whole run, and what tests start beside it."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from support.browser import NARROW, Tabs, chromium_path
from support.callback import Site
from support.clients import Account, Client
from support.cloud import DemoCloud, EmulatedCloud, Employee
from support.dovecot import MailServer, dovecot_path, serve
from support.inbox import Guest, Inbox, Stage, chromium_for
from support.letters import Canary, letters
from support.mailcloud import MailCloud
from support.processes import Demo, Operated
from support.visitor import Registration, Visitor


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo that all tests share; it has to stop cleanly at the end."""
    running = Demo(tmp_path_factory.mktemp("demo"))
    yield running
    running.stop()


@pytest.fixture
def start_demo(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Starts further demos, each with its own data; they are stopped at the end of the test."""
    started: list[Demo] = []

    def start(*options: str) -> Demo:
        started.append(Demo(tmp_path / f"demo-{len(started)}", *options))
        return started[-1]

    yield start
    for running in started:
        if running.process.process.poll() is None:
            running.stop()


@pytest.fixture
def operate(tmp_path: Path) -> Iterator[Callable[..., Operated]]:
    """Prepares servers on fresh databases, not yet started; whichever runs is stopped at the end of the test."""
    prepared: list[Operated] = []

    def prepare(*options: str, database: Path | None = None) -> Operated:
        prepared.append(Operated(tmp_path / f"server-{len(prepared)}", *options, database=database))
        return prepared[-1]

    yield prepare
    for server in prepared:
        server.close()


@pytest.fixture(scope="session", autouse=True)
def no_other_authorities() -> Iterator[None]:
    """A bundle of authorities in the environment would be put in place of the ones that a session names."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def shared_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedCloud]:
    """One emulated Microsoft 365 for the whole run; tests ask for `cloud`."""
    running = EmulatedCloud(tmp_path_factory.mktemp("cloud"))
    yield running
    running.close()


@pytest.fixture
def cloud(shared_cloud: EmulatedCloud) -> Iterator[EmulatedCloud]:
    """The shared emulator; faults and the clock are put right after the test."""
    yield shared_cloud
    shared_cloud.clear()


@pytest.fixture
def start_cloud(tmp_path: Path) -> Iterator[Callable[..., EmulatedCloud]]:
    """Starts further emulators, each with its own data."""
    started: list[EmulatedCloud] = []

    def start(*options: str) -> EmulatedCloud:
        started.append(EmulatedCloud(tmp_path / f"cloud-{len(started)}", *options))
        return started[-1]

    yield start
    for running in started:
        running.close()


@pytest.fixture(scope="session")
def shared_mail_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailCloud]:
    """One emulator with mail protocols for the whole run; tests ask for `mail_cloud`."""
    running = MailCloud(tmp_path_factory.mktemp("mail-cloud"))
    yield running
    running.close()


@pytest.fixture
def mail_cloud(shared_mail_cloud: MailCloud) -> Iterator[MailCloud]:
    """The shared one; faults, the clock and Exchange's settings are put right after the test."""
    yield shared_mail_cloud
    shared_mail_cloud.clear()


@pytest.fixture
def megan(cloud: EmulatedCloud) -> Employee:
    """A member of contoso at her browser."""
    return Employee(cloud, cloud.contoso.person("megan"))


@pytest.fixture
def ada(cloud: EmulatedCloud) -> Employee:
    """Contoso's administrator at her browser."""
    return Employee(cloud, cloud.contoso.administrator)


@pytest.fixture(scope="session")
def operated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operated]:
    """A server that was set up from the command line, for clients that the pages do not offer."""
    server = Operated(tmp_path_factory.mktemp("operated"))
    server.add_user(Account("operator", secrets.token_urlsafe(18), administrator=True))
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """Debian's Dovecot with 10,000 messages, whose tokens an authorization server of ours introspects."""
    if dovecot_path() is None:
        pytest.skip("Dovecot is not installed")
    server = Operated(tmp_path_factory.mktemp("mail-issuer"), "--scopes", "mail=Read your mail")
    server.start()
    yield from serve(tmp_path_factory.mktemp("dovecot"), server, 10_000)
    server.close()


@pytest.fixture(scope="session")
def operated_visitor(operated: Operated) -> Visitor:
    """Someone with an account at the operated server."""
    return Visitor(operated, operated.add_user(Account("ada", secrets.token_urlsafe(18))))


@pytest.fixture(scope="session")
def visitor(demo: Demo) -> Visitor:
    """Someone signed in at the demo."""
    person = Visitor(demo, demo.account)
    person.open("applications")
    return person


@pytest.fixture
def stranger(demo: Demo) -> Visitor:
    """Someone with an account at the demo who is not signed in."""
    return Visitor(demo, demo.account)


@pytest.fixture(scope="session")
def application(visitor: Visitor) -> Client:
    """A confidential application with every grant, registered on the pages."""
    return visitor.register(Registration())


@pytest.fixture(scope="session")
def other_application(visitor: Visitor) -> Client:
    """Another one, to try what is not its own."""
    return visitor.register(Registration())


@pytest.fixture(scope="session")
def public_application(visitor: Visitor) -> Client:
    """An application that can keep no secret."""
    return visitor.register(Registration(public=True))


@pytest.fixture
def site() -> Iterator[Site]:
    """An application's own web site."""
    with Site() as running:
        yield running


@pytest.fixture
def other_site() -> Iterator[Site]:
    """A web site that nobody registered."""
    with Site() as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium."""
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


def window(browser: Browser) -> Iterator[Tabs]:
    """A narrow browser window of someone who was never here; no page may break its own content security policy."""
    context = browser.new_context(viewport={"width": NARROW, "height": 800})
    context.set_default_timeout(15_000)
    opened = Tabs(context)
    yield opened
    context.close()
    assert not opened.complaints, opened.complaints


@pytest.fixture
def tabs(chromium: Browser) -> Iterator[Tabs]:
    """A window for the authorization server's pages."""
    yield from window(chromium)


@pytest.fixture
def tab(tabs: Tabs) -> Page:
    """The window's first tab."""
    return tabs.open()


@pytest.fixture
def plain_tab(chromium: Browser) -> Iterator[Page]:
    """A tab without JavaScript."""
    context = chromium.new_context(viewport={"width": NARROW, "height": 800}, java_script_enabled=False)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def canary() -> Iterator[Canary]:
    """Who loads anything that a message names connects to it."""
    running = Canary()
    yield running
    running.close()


@pytest.fixture(scope="session")
def whole_stage(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> Iterator[Stage]:
    """An inbox, the authorization server and the cloud as three programs, for the whole run; tests ask for `stage`."""
    running = Stage(tmp_path_factory.mktemp("stage"), letters(canary.origin))
    running.inbox.start()
    yield running
    running.close()


@pytest.fixture
def stage(whole_stage: Stage) -> Iterator[Stage]:
    """The three programs; faults and the clock are put right after the test."""
    yield whole_stage
    whole_stage.cloud.clear()


@pytest.fixture
def inbox(stage: Stage) -> Inbox:
    """The inbox of the three programs."""
    return stage.inbox


@pytest.fixture
def guest(inbox: Inbox) -> Guest:
    """Somebody whom the inbox has not seen yet."""
    return Guest(inbox)


@pytest.fixture(scope="session")
def demo_inbox(demo: Demo) -> Inbox:
    """The inbox of the demo, with the emulator's own messages."""
    return Inbox(str(demo.description["inbox_url"]), DemoCloud(demo), demo)


@pytest.fixture(scope="session")
def stage_chromium(chromium: Browser, whole_stage: Stage) -> Iterator[Browser]:
    """Chromium that accepts the certificate of the emulator of the three programs."""
    browser = chromium_for(chromium, whole_stage.cloud)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def demo_chromium(chromium: Browser, demo_inbox: Inbox) -> Iterator[Browser]:
    """Chromium that accepts the certificate of the demo's emulator."""
    browser = chromium_for(chromium, demo_inbox.cloud)
    yield browser
    browser.close()


@pytest.fixture
def inbox_tabs(stage_chromium: Browser) -> Iterator[Tabs]:
    """A narrow window of somebody whom the inbox has not seen yet."""
    yield from window(stage_chromium)


@pytest.fixture
def demo_tabs(demo_chromium: Browser) -> Iterator[Tabs]:
    """The same, for the demo's inbox."""
    yield from window(demo_chromium)
