"""Requests that no decent client sends: the RFC's error, and never a 5xx."""

import base64
from dataclasses import dataclass

import pytest
import requests

from support import wire
from support.clients import TIMEOUT, Client, assert_error, pkce
from support.processes import Demo
from support.visitor import Visitor

FORM = "application/x-www-form-urlencoded"
ENDPOINTS = ["token", "revocation", "introspection"]


def post_authenticated(demo: Demo, endpoint: str, body: bytes, content_type: str = FORM) -> requests.Response:
    """Sends these very bytes as the demo's confidential client."""
    headers, auth = {"Content-Type": content_type}, demo.client.basic
    url = demo.endpoint(endpoint)
    return requests.post(url, data=body, headers=headers, auth=auth, timeout=TIMEOUT, allow_redirects=False)


def good_body(endpoint: str) -> bytes:
    """A body that the endpoint accepts from an authenticated client."""
    return b"grant_type=client_credentials" if endpoint == "token" else b"token=unknown"


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_good_body_is_good(demo: Demo, endpoint: str) -> None:
    assert post_authenticated(demo, endpoint, good_body(endpoint)).status_code == 200


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_doubled_parameters(demo: Demo, endpoint: str) -> None:
    """RFC 6749 §3.2: parameters must not be included more than once, equal or not."""
    for body in (good_body(endpoint) + b"&" + good_body(endpoint), good_body(endpoint) + b"&x=1&x=2"):
        assert_error(post_authenticated(demo, endpoint, body), "invalid_request")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_two_ways_of_client_authentication(demo: Demo, endpoint: str) -> None:
    """RFC 6749 §2.3: a client must not use more than one."""
    client = demo.client
    twice = f"&client_id={client.client_id}&client_secret={client.client_secret}".encode()
    assert_error(post_authenticated(demo, endpoint, good_body(endpoint) + twice), "invalid_request")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", FORM + "; charset=utf-16", ""]
)
def test_wrong_content_type(demo: Demo, endpoint: str, content_type: str) -> None:
    answer = post_authenticated(demo, endpoint, good_body(endpoint), content_type)
    assert_error(answer, "invalid_request", (400, 415))


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_content_type_may_say_utf_8(demo: Demo, endpoint: str) -> None:
    answer = post_authenticated(demo, endpoint, good_body(endpoint), FORM + ";charset=UTF-8")
    assert answer.status_code == 200


@pytest.mark.parametrize("endpoint", [*ENDPOINTS, "authorization"])
@pytest.mark.parametrize("size", [65 * 1024, 1024 * 1024])
def test_a_body_over_64_kib(demo: Demo, endpoint: str, size: int) -> None:
    body = good_body(endpoint) + b"&x=" + b"a" * size
    try:
        answer = post_authenticated(demo, endpoint, body)
    except requests.ConnectionError:
        pytest.skip("the server closed the connection while the body was being sent")
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_body_just_under_64_kib(demo: Demo, endpoint: str) -> None:
    body = good_body(endpoint) + b"&x="
    answer = post_authenticated(demo, endpoint, body + b"a" * (64 * 1024 - len(body)))
    assert answer.status_code == 200


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "extra",
    [b"&x=%ff", b"&x=\xff\xfe", b"&x=%c0%80", b"&x=%ed%a0%80", b"&%ff=1", b"&x=%00", b"&x=a\0b", b"&x=%zz", b"&x=%4"],
    ids=["escaped", "raw", "overlong", "surrogate", "name", "NUL", "raw NUL", "no hex", "half"],
)
def test_bytes_that_are_no_text(demo: Demo, endpoint: str, extra: bytes) -> None:
    assert_error(post_authenticated(demo, endpoint, good_body(endpoint) + extra), "invalid_request")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("extra", [b"&scope[a]=b", b"&scope%5Ba%5D=b", b"&token[]=x", b"&=x", b"&&&", b"&x"])
def test_odd_keys_are_unknown_keys(demo: Demo, endpoint: str, extra: bytes) -> None:
    """Doorkeeper #1876: `scope[a]=b` ended in a 500. Unknown parameters are ignored, RFC 6749 §3.2."""
    answer = post_authenticated(demo, endpoint, good_body(endpoint) + extra)
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert_error(answer, "invalid_request")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "invalid_request"),
        (b"grant_type=", "invalid_request"),
        (b"grant_type=magic", "unsupported_grant_type"),
        (b"grant_type=password&username=a&password=b", "unsupported_grant_type"),
        (b"grant_type=authorization_code", "invalid_request"),
        (b"grant_type=authorization_code&code=", "invalid_request"),
        (b"grant_type=refresh_token", "invalid_request"),
        (b"grant_type=refresh_token&refresh_token=", "invalid_request"),
        (b"grant_type=refresh_token&refresh_token=unknown", "invalid_grant"),
        (b"grant_type=client_credentials&scope=everything", "invalid_scope"),
        (b'grant_type=client_credentials&scope="quoted"', "invalid_scope"),
    ],
    ids=lambda value: value.decode() if isinstance(value, bytes) else value,
)
def test_errors_of_the_token_endpoint(demo: Demo, body: bytes, error: str) -> None:
    assert_error(post_authenticated(demo, "token", body), error)


def test_empty_parameters_count_as_absent(demo: Demo) -> None:
    """RFC 6749 §3.2: parameters sent without a value are treated as if omitted."""
    empty = b"grant_type=client_credentials&scope=&client_id=&client_secret=&resource="
    assert post_authenticated(demo, "token", empty).status_code == 200


def basic(text: str | bytes) -> str:
    return "Basic " + base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic !!!", basic("no colon"), basic(":"), basic(b"\xff:\xfe"), basic("unknown:secret"), basic("a\0:b")],
)
def test_a_client_that_does_not_authenticate(demo: Demo, endpoint: str, header: str) -> None:
    """RFC 6749 §5.2: 401 with a challenge of the scheme that the client used."""
    headers = {"Authorization": header, "Content-Type": FORM}
    answer = requests.post(demo.endpoint(endpoint), data=good_body(endpoint), headers=headers, timeout=TIMEOUT)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in ("invalid_client", "invalid_request")
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_wrong_secret(demo: Demo) -> None:
    wrong = Client(demo.client.client_id, "sp_cs_" + "A" * 43, demo.client.redirect_uris)
    answer = demo.client_credentials(wrong)
    assert_error(answer, "invalid_client", 401)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    fields = {"grant_type": "client_credentials", "client_id": wrong.client_id, "client_secret": "wrong"}
    assert_error(demo.post("token", fields), "invalid_client", (400, 401))


def test_a_secret_in_the_address_is_not_taken(demo: Demo) -> None:
    """Doorkeeper #1840: secrets in an address end up in logs."""
    client = demo.client
    query = {"client_id": client.client_id, "client_secret": client.client_secret or ""}
    answer = requests.post(
        demo.endpoint("token"), params=query, data={"grant_type": "client_credentials"}, timeout=TIMEOUT
    )
    assert answer.status_code in (400, 401)


def test_a_public_client_cannot_act_for_itself(demo: Demo, public_application: Client) -> None:
    assert_error(demo.client_credentials(public_application), "unauthorized_client")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_other_methods(demo: Demo, endpoint: str, method: str) -> None:
    answer = requests.request(method, demo.endpoint(endpoint), timeout=TIMEOUT)
    assert answer.status_code in (400, 404, 405)


@dataclass(frozen=True)
class Odd:
    """An addition to a good authorization request."""

    query: str
    may_be_ignored: bool = False


ODD = {
    "doubled state": Odd("&state=again"),
    "doubled scope": Odd("&scope=openid"),
    "doubled unknown": Odd("&x=1&x=2", may_be_ignored=True),
    "invalid UTF-8": Odd("&nonce=%ff"),
    "NUL": Odd("&nonce=a%00b"),
    "no hex": Odd("&nonce=%zz"),
    "odd key": Odd("&scope[a]=b", may_be_ignored=True),
    "bad max_age": Odd("&max_age=-1"),
    "huge max_age": Odd("&max_age=99999999999999999999999999"),
    "no number": Odd("&max_age=soon"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_authorization_requests(demo: Demo, visitor: Visitor, application: Client, name: str) -> None:
    """The application is told, or the person is; nothing breaks."""
    url = demo.authorization_url(application, pkce()) + ODD[name].query
    answer = wire.get(demo.root, url.removeprefix(demo.root), visitor.session)
    location = answer.headers.get("location")
    if location is None:
        assert answer.status == 400 or (ODD[name].may_be_ignored and answer.status == 200)
        return
    assert answer.status in (302, 303)
    if not ODD[name].may_be_ignored:
        assert location.startswith(application.redirect_uri)
        assert "error=invalid_request" in location


def test_authorize_never_answers_a_preflight(demo: Demo) -> None:
    """RFC 9700 §2.6: no cross-origin access at the authorization endpoint."""
    headers = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    answer = requests.options(demo.endpoint("authorization"), headers=headers, timeout=TIMEOUT)
    assert answer.status_code < 500
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


ODD_PATHS = ["admin;x/users", "applications/../../etc/passwd", "applications/%2e%2e/x", "%00", "%zz", "a" * 9000]


@pytest.mark.parametrize("path", ODD_PATHS, ids=lambda path: path[:30])
def test_odd_paths(demo: Demo, path: str) -> None:
    """CVE-2026-0976: matrix parameters that slip past rules about paths."""
    target = demo.page(path).removeprefix(demo.root)
    assert wire.get(demo.root, target).status in (302, 303, 400, 404, 414, 431)
