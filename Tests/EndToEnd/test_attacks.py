"""What someone hostile, hurried or unlucky does, against a running server."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Page

from support.browser import press, sign_in
from support.callback import Site
from support.clients import TIMEOUT, Client, pkce
from support.processes import Demo
from support.visitor import Registration, Visitor


class _Forwarder(BaseHTTPRequestHandler):
    """An application's callback that sends people on, as most do."""

    target = ""

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", self.target)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests say what matters."""


class _IPv6Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6


@pytest.fixture(params=["127.0.0.1", "::1"])
def forwarder(request: pytest.FixtureRequest, site: Site) -> Iterator[str]:
    """A callback on loopback that leads to another origin."""
    host = str(request.param)
    handler = type("Handler", (_Forwarder,), {"target": site.origin.replace("127.0.0.1", "localhost")})
    try:
        server = (_IPv6Server if ":" in host else ThreadingHTTPServer)((host, 0), handler)
    except OSError:
        pytest.skip(f"this computer has no {host}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://{f'[{host}]' if ':' in host else host}:{server.server_address[1]}/callback"
    server.shutdown()
    server.server_close()


def test_the_policy_of_our_pages_does_not_stop_the_application_from_sending_people_on(
    tab: Page, demo: Demo, visitor: Visitor, forwarder: str
) -> None:
    client = visitor.register(Registration(redirect_uris=(forwarder,), scope="openid"))
    for page_of_consent in (True, False):
        tab.context.clear_cookies()
        tab.goto(demo.authorization_url(client, pkce()))
        sign_in(tab, demo.account)
        if page_of_consent:
            press(tab, "#allow")
        tab.wait_for_url("http://localhost:*/**")


def test_a_link_does_not_make_the_site_say_something(stranger: Visitor) -> None:
    lie = "Your account was closed: call 555 0100. Nobody"
    for path in ("login", "account", "connected-apps"):
        for notice in ("deleted", "revoked"):
            page = stranger.session.get(
                stranger.server.page(path),
                params={"sallyport_notice": notice, "sallyport_about": lie, "sallyport_proof": "A" * 43},
                timeout=TIMEOUT,
            )
            assert "call 555 0100" not in page.text


@pytest.mark.parametrize("path", ["login", "jwks.json", ".well-known/openid-configuration", "assets/sallyport.css"])
def test_head_answers_like_get_without_a_body(demo: Demo, path: str) -> None:
    head = requests.head(demo.page(path), timeout=TIMEOUT)
    assert head.status_code == 200
    assert head.headers["Content-Type"] == requests.get(demo.page(path), timeout=TIMEOUT).headers["Content-Type"]
    assert not head.content


def test_a_stranger_begins_no_line_of_the_log(demo: Demo) -> None:
    for field in ("grant_type", "client_id"):
        form = {"grant_type": "client_credentials", "client_id": "nobody"} | {field: "x\r\nFORGED line\x85FORGED too"}
        assert requests.post(demo.endpoint("token"), data=form, timeout=TIMEOUT).status_code in (400, 401)
    lines = demo.process.stderr_file.read_bytes().decode(errors="replace").splitlines()
    assert any("FORGED" in line for line in lines), "refusals are logged"
    assert not any(line.startswith("FORGED") for line in lines)


def test_codes_that_race_with_the_end_of_a_consent_are_worth_nothing(visitor: Visitor, demo: Demo) -> None:
    client = visitor.register(Registration())
    survivors = 0
    with ThreadPoolExecutor(16) as pool:
        for _ in range(5):
            visitor.code(client)
            form = visitor.open("connected-apps").form_with(f"revoke:{client.client_id}")
            challenge = pkce()
            authorize = _sender(visitor, demo.authorization_url(client, challenge))
            answers = [pool.submit(authorize) for _ in range(8)]
            revoked = pool.submit(
                requests.post, demo.page("connected-apps"), data=form.data(f"revoke:{client.client_id}", {}),
                cookies=visitor.session.cookies.get_dict(), timeout=TIMEOUT, allow_redirects=False,
            )
            answers += [pool.submit(authorize) for _ in range(8)]
            assert revoked.result().status_code == 303
            for answer in answers:
                location = answer.result().headers.get("Location", "")
                for code in parse_qs(urlsplit(location).query).get("code", []):
                    survivors += demo.redeem(client, code, challenge.verifier).status_code == 200
    assert survivors == 0


def _sender(visitor: Visitor, url: str) -> Callable[[], requests.Response]:
    cookies = visitor.session.cookies.get_dict()
    return lambda: requests.get(url, cookies=cookies, timeout=TIMEOUT, allow_redirects=False)


def test_signing_out_ends_what_an_earlier_sign_in_of_the_browser_gave(stranger: Visitor, application: Client) -> None:
    token = stranger.tokens(application)["access_token"]
    old = stranger.session.cookies.get_dict()
    stranger.sign_in(stranger.get(stranger.server.page("login")))
    assert stranger.server.is_active(application, token)
    stranger.sign_out()
    assert not stranger.server.is_active(application, token)
    account = requests.get(stranger.server.page("account"), cookies=old, timeout=TIMEOUT, allow_redirects=False)
    assert account.status_code == 303, "the earlier cookie is worth nothing"
