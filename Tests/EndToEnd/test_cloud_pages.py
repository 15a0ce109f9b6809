"""The emulated cloud's pages in Chromium: a narrow screen, light and dark, the keyboard alone, and no JavaScript."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from urllib.parse import parse_qsl, urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from support.browser import NARROW, Tabs, assert_well_made, press
from support.cloud import GRAPH, CloudApp, EmulatedCloud, Person

LANDED = b"<!doctype html><title>Application</title><h1>Back at the application</h1>"


class Callback:
    """An application's redirect URI: it keeps the fields of each answer, posted or in the query."""

    def __init__(self) -> None:
        self.answers: Queue[dict[str, str]] = Queue()
        answers = self.answers

        class Handler(BaseHTTPRequestHandler):
            def _answer(self, text: str) -> None:
                answers.put(dict(parse_qsl(text, keep_blank_values=True)))
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(LANDED)))
                self.end_headers()
                self.wfile.write(LANDED)

            def do_GET(self) -> None:
                if self.path.startswith("/callback"):
                    self._answer(self.path.partition("?")[2])
                else:
                    self.send_error(404)

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

            def log_message(self, format: str, *arguments: object) -> None:
                """Tests say what matters."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.uri = f"http://localhost:{self.server.server_address[1]}/callback"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def callback() -> Iterator[Callback]:
    running = Callback()
    yield running
    running.close()


@pytest.fixture
def own_cloud(tmp_path: Path, callback: Callback) -> Iterator[EmulatedCloud]:
    """A cloud whose apps have this test's callback."""
    first = EmulatedCloud(tmp_path / "cloud")
    first.stop()
    file = first.data / "tenants.json"
    document = json.loads(file.read_text())
    for app in document["apps"]:
        app["redirect_uris"].insert(0, callback.uri)
    file.write_text(json.dumps(document))
    first.start()
    yield first
    first.close()


def window(chromium: Browser, **options: object) -> BrowserContext:
    """A narrow window that takes the emulator's certificate, which this machine does not know."""
    size = {"width": NARROW, "height": 800}
    context = chromium.new_context(viewport=size, ignore_https_errors=True, **options)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    return context


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = window(chromium)
    tabs = Tabs(context)
    yield tabs.open()
    context.close()
    assert not tabs.complaints, tabs.complaints


def sign_in(page: Page, person: Person) -> None:
    page.fill("[name=username]", person.upn)
    page.fill("[name=password]", person.password)
    press(page, "#sign-in")


def hybrid(cloud: EmulatedCloud, app: CloudApp, uri: str) -> str:
    return cloud.authorization_url(
        "common", app, 1, redirect_uri=uri, response_type="code id_token", scope="openid", nonce="n",
        prompt="admin_consent", response_mode="form_post", resource=GRAPH, state="s",
    )


def test_an_administrator_signs_in_and_allows(own_cloud: EmulatedCloud, callback: Callback, page: Page) -> None:
    page.goto(hybrid(own_cloud, own_cloud.inbox, callback.uri))
    assert_recognisable(page)
    sign_in(page, own_cloud.fabrikam.administrator)
    assert_recognisable(page)
    assert "Sallyport Inbox" in page.inner_text("main") and "Fabrikam" in page.inner_text("main")
    press(page, "#allow")
    page.get_by_text("Back at the application").wait_for()
    fields = callback.answers.get(timeout=15)
    assert set(fields) == {"code", "id_token", "session_state", "admin_consent", "state"}


def test_an_administrator_denies(own_cloud: EmulatedCloud, callback: Callback, page: Page) -> None:
    parameters = {
        "client_id": own_cloud.inbox.client_id, "redirect_uri": callback.uri, "scope": f"{GRAPH}/.default", "state": "s"
    }
    page.goto(f"{own_cloud.base}/organizations/v2.0/adminconsent?{urlencode(parameters)}")
    sign_in(page, own_cloud.fabrikam.administrator)
    press(page, "#deny")
    fields = callback.answers.get(timeout=15)
    assert (fields["admin_consent"], fields["error"]) == ("True", "consent_required")


def assert_recognisable(page: Page) -> None:
    """Nobody takes it for Microsoft's, and it is as well made as every page of the product."""
    assert "not Microsoft" in page.inner_text("main")
    assert_well_made(page)


def test_a_wrong_password_and_an_unknown_application(own_cloud: EmulatedCloud, callback: Callback, page: Page) -> None:
    page.goto(hybrid(own_cloud, own_cloud.inbox, callback.uri))
    person = own_cloud.fabrikam.administrator
    sign_in(page, Person(person.upn, "guess", person.name, True, person.tenant))
    assert "AADSTS50126" in page.inner_text("[role=alert]")
    assert_recognisable(page)
    assert page.input_value("[name=username]") == person.upn
    page.goto(hybrid(own_cloud, own_cloud.inbox, "https://thief.example/" + "long" * 60))
    assert "AADSTS50011" in page.inner_text("[role=alert]")
    assert_recognisable(page)


def test_the_keyboard_is_enough(own_cloud: EmulatedCloud, callback: Callback, page: Page) -> None:
    page.goto(hybrid(own_cloud, own_cloud.inbox, callback.uri))
    person = own_cloud.fabrikam.administrator
    page.keyboard.press("Tab")
    page.keyboard.type(person.upn)
    page.keyboard.press("Tab")
    page.keyboard.type(person.password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "allow"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "code" in callback.answers.get(timeout=15)


def test_without_javascript_a_button_sends_the_answer(
    own_cloud: EmulatedCloud, callback: Callback, chromium: Browser
) -> None:
    context = window(chromium, java_script_enabled=False)
    page = context.new_page()
    page.goto(hybrid(own_cloud, own_cloud.inbox, callback.uri))
    sign_in(page, own_cloud.fabrikam.administrator)
    press(page, "#allow")
    assert callback.answers.empty()
    press(page, "#continue")
    assert "code" in callback.answers.get(timeout=15)
    context.close()


def test_the_certificate_is_not_one_that_browsers_know(own_cloud: EmulatedCloud, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    with pytest.raises(Exception, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(own_cloud.base)
    context.close()
