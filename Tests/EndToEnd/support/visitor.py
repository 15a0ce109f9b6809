"""A person with a browser that has no JavaScript: cookies, forms, sign-in and consent."""

import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

from support.clients import TIMEOUT, Account, Challenge, Client, Server, pkce
from support.pages import Page

STEP_LIMIT = 12


class Stopped(Exception):
    """The flow ended on a page instead of at the application."""

    def __init__(self, page: Page) -> None:
        super().__init__(repr(page))
        self.page = page


@dataclass(frozen=True)
class Landing:
    """What the application got at its redirect URI."""

    url: str
    parameters: dict[str, str]
    pages: tuple[Page, ...] = ()

    @property
    def code(self) -> str:
        assert "code" in self.parameters, self.parameters
        return self.parameters["code"]


@dataclass(frozen=True)
class Code:
    """A code with what its exchange needs."""

    value: str
    challenge: Challenge
    landing: Landing


@dataclass(frozen=True)
class Registration:
    """What someone fills in to register an application."""

    name: str = field(default_factory=lambda: f"Application {secrets.token_hex(4)}")
    redirect_uris: tuple[str, ...] = ("http://127.0.0.1/callback",)
    post_logout_redirect_uris: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    public: bool = False
    client_credentials: bool = True
    refresh_token: bool = True
    scope: str = "openid profile email offline_access messages.read messages.write"

    def fields(self) -> dict[str, str | bool]:
        return {
            "name": self.name,
            "client_type": "public" if self.public else "confidential",
            "redirect_uris": "\n".join(self.redirect_uris),
            "post_logout_redirect_uris": "\n".join(self.post_logout_redirect_uris),
            "origins": "\n".join(self.origins),
            "grant_authorization_code": True,
            "grant_refresh_token": self.refresh_token,
            "grant_client_credentials": self.client_credentials and not self.public,
            "scope": self.scope,
        }


class Visitor:
    """Someone who looks at pages, and signs in when a page asks for it."""

    def __init__(self, server: Server, account: Account) -> None:
        self.server = server
        self.account = account
        self.session = requests.Session()
        self.seen: list[Page] = []

    def get(self, url: str) -> Page:
        """Opens an address and follows where it leads."""
        return self._page(self.session.get(url, timeout=TIMEOUT))

    def press(self, page: Page, button: str, **changes: str | bool) -> Page:
        """Presses a button after filling in fields, and follows where it leads."""
        return self._page(self._send(page, button, changes, follow=True))

    def send(self, page: Page, button: str, changes: dict[str, str | bool]) -> requests.Response:
        """Presses a button and stops at the answer."""
        return self._send(page, button, changes, follow=False)

    def _page(self, response: requests.Response) -> Page:
        page = Page(response)
        self.seen.append(page)
        return page

    def _send(self, page: Page, button: str, changes: dict[str, str | bool], follow: bool) -> requests.Response:
        form = page.form_with(button)
        target, data = urljoin(page.url, form.action or page.url), form.data(button, changes)
        if form.method == "post":
            return self.session.post(target, data=data, timeout=TIMEOUT, allow_redirects=follow)
        return self.session.get(target, params=data, timeout=TIMEOUT, allow_redirects=follow)

    def sign_in(self, page: Page) -> Page:
        """Fills in the sign-in form."""
        return self.press(page, "sign-in", username=self.account.username, password=self.account.password)

    def open(self, path: str) -> Page:
        """Opens a page of the server, signing in where that is asked for."""
        page = self.get(self.server.page(path))
        return self.sign_in(page) if page.has("sign-in") else page

    def sign_out(self) -> None:
        """Leaves, by the account page."""
        self.press(self.open("account"), "account-sign-out")

    def authorize(self, url: str, redirect_uri: str, decision: str = "allow") -> Landing:
        """Follows an authorization request to the application; raises `Stopped` when it ends on a page."""
        pages: list[Page] = []
        response = self.session.get(url, timeout=TIMEOUT, allow_redirects=False)
        for _ in range(STEP_LIMIT):
            if response.is_redirect:
                target = urljoin(response.url, response.headers["Location"])
                if _same_place(target, redirect_uri):
                    return Landing(target, _parameters(target), tuple(pages))
                response = self.session.get(target, timeout=TIMEOUT, allow_redirects=False)
                continue
            page = self._page(response)
            pages.append(page)
            response = self._answer(page, decision)
        raise AssertionError(f"still not at the application after {STEP_LIMIT} steps: {pages}")

    def _answer(self, page: Page, decision: str) -> requests.Response:
        """Answers a sign-in or consent page."""
        if page.status == 200 and page.has("sign-in"):
            person: dict[str, str | bool] = {"username": self.account.username, "password": self.account.password}
            return self._send(page, "sign-in", person, follow=False)
        if page.status == 200 and page.has(decision):
            return self._send(page, decision, {}, follow=False)
        raise Stopped(page)

    def code(self, client: Client, scope: str = "openid", **changes: str | None) -> Code:
        """A fresh code for a client."""
        challenge = pkce()
        url = self.server.authorization_url(client, challenge, scope=scope, **changes)
        landing = self.authorize(url, client.redirect_uri)
        return Code(landing.code, challenge, landing)

    def tokens(self, client: Client, scope: str = "openid", **changes: str | None) -> dict[str, str]:
        """Fresh tokens for a client by a whole code flow."""
        code = self.code(client, scope, **changes)
        answer = self.server.redeem(client, code.value, code.challenge.verifier)
        assert answer.status_code == 200, answer.text
        document: dict[str, str] = answer.json()
        return document

    def register(self, registration: Registration) -> Client:
        """Registers an application and notes its id and secret from the page that shows them once."""
        page = self.press(self.open("applications/new"), "save", **registration.fields())
        assert page.status == 200 and page.has("client-id"), page
        secret = None if registration.public else page.text_of("client-secret")
        return Client(page.text_of("client-id"), secret, registration.redirect_uris)


def _same_place(url: str, redirect_uri: str) -> bool:
    one, other = urlsplit(url), urlsplit(redirect_uri)
    return (one.scheme, one.netloc, one.path) == (other.scheme, other.netloc, other.path)


def _parameters(url: str) -> dict[str, str]:
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    assert len({name for name, _ in pairs}) == len(pairs), f"doubled parameters in {url}"
    return dict(pairs)
