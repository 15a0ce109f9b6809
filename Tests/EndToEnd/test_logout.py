"""OpenID Connect RP-Initiated Logout 1.0: the eleven cases of its certification."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
import requests

from support.clients import TIMEOUT, Client, pkce
from support.pages import Form, Page
from support.processes import Demo
from support.visitor import Registration, Visitor

AFTER = "http://127.0.0.1/signed-out"


@dataclass(frozen=True)
class SignedIn:
    """Someone who signed in to an application, with the ID token that it got."""

    visitor: Visitor
    client: Client
    id_token: str

    def is_over(self) -> bool:
        """Whether the session at the server has ended."""
        url = self.visitor.server.authorization_url(self.client, pkce(), prompt="none")
        landing = self.visitor.authorize(url, self.client.redirect_uri)
        return landing.parameters.get("error") == "login_required"


@pytest.fixture
def client(visitor: Visitor) -> Client:
    return visitor.register(Registration(post_logout_redirect_uris=(AFTER,)))


@pytest.fixture
def signed_in(stranger: Visitor, client: Client) -> SignedIn:
    return SignedIn(stranger, client, stranger.tokens(client)["id_token"])


def leave(visitor: Visitor, confirm: bool = True, **parameters: str) -> tuple[str | None, Page | None]:
    """Asks to sign out, confirms where that is asked for, and says where it led: outside, or to a page."""
    url = visitor.server.endpoint("end_session")
    response = visitor.session.get(f"{url}?{urlencode(parameters)}", timeout=TIMEOUT, allow_redirects=False)
    for _ in range(6):
        if response.is_redirect:
            target = urljoin(response.url, response.headers["Location"])
            if not target.startswith(visitor.server.root + "/"):
                return target, None
            response = visitor.session.get(target, timeout=TIMEOUT, allow_redirects=False)
            continue
        page = Page(response)
        form = logout_form(page) if confirm else None
        if form is None:
            return None, page
        button = next(iter(form.buttons))
        target, data = urljoin(page.url, form.action or page.url), form.data(button, {})
        response = visitor.session.post(target, data=data, timeout=TIMEOUT, allow_redirects=False)
    raise AssertionError("signing out does not end")


def logout_form(page: Page) -> Form | None:
    """The form that asks whether to sign out, in the page's main part."""
    return next((form for form in page.forms if "sign-out" in form.buttons), None)


def assert_stays(visitor: Visitor, **parameters: str) -> Page:
    """It ends on a page, and never at an address outside."""
    outside, page = leave(visitor, True, **parameters)
    assert outside is None
    assert page is not None and page.status in (200, 400), page
    return page


def test_discovery(demo: Demo) -> None:
    assert demo.metadata["end_session_endpoint"] == f"{demo.issuer}/logout"


def test_plain(signed_in: SignedIn) -> None:
    outside, _ = leave(
        signed_in.visitor, id_token_hint=signed_in.id_token, post_logout_redirect_uri=AFTER, state="mine"
    )
    assert outside is not None
    assert outside.split("?")[0] == AFTER
    assert dict(parse_qsl(urlsplit(outside).query)) == {"state": "mine"}
    assert signed_in.is_over()


def test_without_state(signed_in: SignedIn) -> None:
    outside, _ = leave(signed_in.visitor, id_token_hint=signed_in.id_token, post_logout_redirect_uri=AFTER)
    assert outside == AFTER
    assert signed_in.is_over()


def test_by_post(signed_in: SignedIn) -> None:
    data = {"id_token_hint": signed_in.id_token, "post_logout_redirect_uri": AFTER}
    url = signed_in.visitor.server.endpoint("end_session")
    answer = signed_in.visitor.session.post(url, data=data, timeout=TIMEOUT, allow_redirects=False)
    assert answer.status_code in (200, 302, 303)


def test_without_parameters(signed_in: SignedIn) -> None:
    assert_stays(signed_in.visitor)
    assert signed_in.is_over()


def test_without_an_address(signed_in: SignedIn) -> None:
    assert_stays(signed_in.visitor, id_token_hint=signed_in.id_token, state="mine")
    assert signed_in.is_over()


def test_with_only_a_state(signed_in: SignedIn) -> None:
    assert_stays(signed_in.visitor, state="mine")
    assert signed_in.is_over()


@pytest.mark.parametrize(
    "address", ["https://evil.example/", AFTER + "/", AFTER + "?extra=1", AFTER + "#part", "//evil.example", "x"]
)
def test_with_an_address_that_is_not_registered(signed_in: SignedIn, address: str) -> None:
    assert_stays(signed_in.visitor, id_token_hint=signed_in.id_token, post_logout_redirect_uri=address)


def test_without_a_hint(signed_in: SignedIn) -> None:
    assert_stays(signed_in.visitor, post_logout_redirect_uri=AFTER)


def unsigned(token: str) -> str:
    """The same claims with `alg` none."""
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def altered(token: str) -> str:
    """The same claims with a signature that does not fit."""
    head, body, signature = token.split(".")
    return f"{head}.{body}.{signature[:-4]}{'AAAA' if signature[-4:] != 'AAAA' else 'BBBB'}"


def nonsense(_: str) -> str:
    """No token at all."""
    return "nonsense"


@pytest.mark.parametrize("spoil", [unsigned, altered, nonsense])
def test_with_a_hint_that_was_not_issued(signed_in: SignedIn, spoil: Callable[[str], str]) -> None:
    hint = spoil(signed_in.id_token)
    assert_stays(signed_in.visitor, id_token_hint=hint, post_logout_redirect_uri=AFTER)


def test_a_page_asks_before_it_signs_out_on_a_strangers_link(signed_in: SignedIn) -> None:
    """A link without a hint must not sign anybody out by itself."""
    _, page = leave(signed_in.visitor, confirm=False)
    assert page is not None and logout_form(page) is not None
    assert not signed_in.is_over()


def test_someone_signed_out_already_sees_a_page(demo: Demo) -> None:
    answer = requests.get(demo.endpoint("end_session"), timeout=TIMEOUT, allow_redirects=False)
    assert answer.status_code == 200


def test_a_form_of_another_site_signs_out_too(signed_in: SignedIn) -> None:
    """Such a form comes without the cookie of the sign-in."""
    session = signed_in.visitor.session
    url = signed_in.visitor.server.endpoint("end_session")
    fields = {"id_token_hint": signed_in.id_token, "post_logout_redirect_uri": AFTER, "state": "s t"}
    headers = {"Origin": "https://app.example", "Sec-Fetch-Site": "cross-site"}
    answer = requests.post(url, data=fields, headers=headers, timeout=TIMEOUT, allow_redirects=False)
    assert answer.status_code == 303, answer.text
    link = answer.headers["Location"]
    assert signed_in.id_token not in link
    asked = Page(session.get(urljoin(url, link), timeout=TIMEOUT))
    form = logout_form(asked)
    assert form is not None and not signed_in.is_over(), "the person is asked"
    target, data = urljoin(asked.url, form.action or asked.url), form.data("sign-out", {})
    left = session.post(target, data=data, timeout=TIMEOUT, allow_redirects=False)
    assert left.headers["Location"] == f"{AFTER}?{urlencode({'state': 's t'})}"
    assert signed_in.is_over()


def test_a_form_of_another_site_with_a_forged_token(signed_in: SignedIn) -> None:
    url = signed_in.visitor.server.endpoint("end_session")
    fields = {"id_token_hint": signed_in.id_token[:-8] + "AAAAAAAA", "post_logout_redirect_uri": AFTER}
    answer = requests.post(
        url, data=fields, headers={"Origin": "https://app.example"}, timeout=TIMEOUT, allow_redirects=False)
    assert answer.status_code == 400 and not signed_in.is_over()
