"""A hostile visitor and a hostile tenant at the inbox."""

import base64
import http.client
import json
import secrets
import threading
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from support.clients import TIMEOUT
from support.cloud import Employee, Person
from support.inbox import Guest, Inbox, Stage, assert_page
from support.pages import Page

REQUESTS = 10_000


@pytest.fixture
def ada(inbox: Inbox) -> Person:
    """Contoso's administrator."""
    return inbox.cloud.contoso.administrator


@pytest.fixture
def frank(inbox: Inbox) -> Person:
    """Fabrikam's administrator, who would like to read contoso's mail."""
    return inbox.cloud.fabrikam.administrator


def forged(token: str, header: dict[str, str] | None = None, **claims: object) -> str:
    """The token with other claims, under the old signature or, with a header, under none."""
    parts = token.split(".")
    known = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
    parts[1] = _encoded(known | claims)
    if header is not None:
        parts[0], parts[2] = _encoded(header), ""
    return ".".join(parts)


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def assert_nobody(guest: Guest) -> None:
    """Nobody is signed in, and no mailbox opens."""
    assert guest.cookie("administrator") is None
    for tenant in guest.inbox.cloud.tenants:
        assert_page(guest.get(guest.inbox.mail(tenant.administrator)), 403, "inbox.signed-out")


@pytest.mark.parametrize("header", [None, {"alg": "none", "typ": "JWT"}, {"alg": "HS256", "typ": "JWT"}])
def test_a_forged_id_token(guest: Guest, ada: Person, frank: Person, header: dict[str, str] | None) -> None:
    """Fabrikam's administrator writes contoso's tenant into the token."""
    fields = guest.answer(frank).fields
    fields["id_token"] = forged(fields["id_token"], header, tid=ada.tenant)
    assert_page(guest.post(fields), 400, "inbox.identity-rejected")
    assert_nobody(guest)


def test_a_role_that_was_written_in(guest: Guest, inbox: Inbox) -> None:
    """A member makes an administrator of himself."""
    megan = inbox.cloud.contoso.person("megan")
    fields = guest.answer(megan, button="administrator-sign-in").fields
    fields["id_token"] = forged(fields["id_token"], wids=["62e90394-69f5-4237-9190-012177145e10"])
    assert_page(guest.post(fields), 400, "inbox.identity-rejected")
    assert_nobody(guest)


def test_an_unsigned_id_token_from_the_platform_itself(guest: Guest, inbox: Inbox, ada: Person) -> None:
    inbox.cloud.control("faults", at="authorize", kind="unsigned_id_token", count=0)
    inbox.cloud.control("faults", at="token", kind="unsigned_id_token", count=0)
    assert_page(guest.connect(ada), 400, "inbox.identity-rejected")
    assert_nobody(guest)


def test_the_tenant_parameter_of_somebody_else(inbox: Inbox, guest: Guest, ada: Person) -> None:
    """The sample's hole: contoso is connected, and a visitor says that he is of contoso."""
    Guest(inbox).connect(ada)
    state = dict(pair.split("=", 1) for pair in urlsplit(guest.begin()).query.split("&"))["state"]
    claim = {"state": state, "tenant": ada.tenant, "admin_consent": "True"}
    assert_page(guest.post(claim), 400, "inbox.identity-rejected")
    assert_nobody(guest)


def test_the_tenant_parameter_beside_a_good_answer(guest: Guest, ada: Person, frank: Person) -> None:
    """What anybody can write into the answer is not read: whoever signed in counts."""
    guest.connect(ada)
    other = Guest(guest.inbox)
    page = other.post(other.answer(frank).fields | {"tenant": ada.tenant, "admin_consent": "True"})
    assert page.status == 200 and page.url == f"{guest.inbox.url}/mail/{frank.tenant}", page
    assert_page(other.get(guest.inbox.mail(ada)), 403, "inbox.not-allowed")
    assert_page(other.get(guest.inbox.tenant(ada)), 403, "inbox.not-allowed")


def test_an_answer_of_another_sign_in(inbox: Inbox, guest: Guest, ada: Person) -> None:
    """A good ID token that was stolen elsewhere: it has another nonce."""
    stolen = Guest(inbox).answer(ada).fields
    own = guest.answer(ada).fields
    assert_page(guest.post(stolen | {"state": own["state"]}), 400, "inbox.identity-rejected")
    assert_nobody(guest)


def test_an_id_token_for_another_app(inbox: Inbox, guest: Guest, ada: Person) -> None:
    """An evil app that contoso uses hands on what it got."""
    reports = inbox.cloud.reports
    url = inbox.cloud.authorization_url(
        ada.tenant, reports, response_type="code id_token", response_mode="form_post", nonce=secrets.token_urlsafe(9)
    )
    theirs = Employee(inbox.cloud, ada).visit(url).fields
    own = guest.answer(ada).fields
    assert "id_token" in theirs
    assert_page(guest.post(theirs | {"state": own["state"]}), 400, "inbox.identity-rejected")
    assert_nobody(guest)


def test_an_answer_that_was_used(guest: Guest, ada: Person) -> None:
    fields = guest.answer(ada).fields
    assert guest.post(fields).status == 200
    again = Guest(guest.inbox)
    again.session.cookies.update(guest.session.cookies)
    assert_page(again.post(fields), 400, "inbox.sign-in-expired")


def test_an_answer_in_another_browser(inbox: Inbox, guest: Guest, ada: Person) -> None:
    """Sign-in CSRF: the victim's browser is given the attacker's answer."""
    fields = guest.answer(ada).fields
    victim = Guest(inbox)
    victim.home()
    assert_page(victim.post(fields), 403, "inbox.other-browser")
    assert victim.cookie("administrator") is None
    assert guest.post(fields).status == 200, "the attempt stays open for the browser that began it"


@pytest.mark.parametrize(
    ("body", "status", "identifier"),
    [
        ("", 400, "inbox.sign-in-expired"),
        ("state=unknown&id_token=a.b.c&code=x", 400, "inbox.sign-in-expired"),
        ("state=a&state=b", 400, "inbox.sign-in-expired"),
        ("state=" + "x" * 70_000, 413, "request.too-large"),
        ("state=%00%ff", 400, "request.malformed"),
        ("&".join(f"a{number}=1" for number in range(9_000)), 413, "request.too-large"),
    ],
)
def test_nonsense_as_an_answer(inbox: Inbox, body: str, status: int, identifier: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = requests.post(f"{inbox.url}/connect/callback", data=body, headers=headers, timeout=TIMEOUT)
    assert_page(Page(answer), status, identifier)
    assert "Set-Cookie" not in answer.headers, "a post from elsewhere would take the browser's own cookie away"


@pytest.mark.parametrize("path", ["/connect", "/connect/sign-in", "/logout", "/tenants/{t}/give", "/tenants/{t}/take",
                                  "/tenants/{t}/route", "/tenants/{t}/disconnect"])
def test_a_form_of_another_site(stage: Stage, path: str) -> None:
    """CSRF: without a token, with another browser's, and from another origin with the right one."""
    ada = stage.cloud.contoso.administrator
    guest, other = Guest(stage.inbox, stage.owner), Guest(stage.inbox)
    guest.enter()
    guest.connect(ada)
    url = stage.inbox.url + path.replace("{t}", ada.tenant)
    own, foreign = (dict(one.home().form_with("connect").data("connect", {}))["csrf"] for one in (guest, other))
    for csrf, headers in (
        (None, {}), (foreign, {}), (own, {"Origin": "http://evil.example"}), (own, {"Sec-Fetch-Site": "cross-site"}),
    ):
        answer = guest.session.post(
            url, data={"csrf": csrf} if csrf else {}, headers=headers, timeout=TIMEOUT, allow_redirects=False
        )
        assert_page(Page(answer), 403, "form.expired")
    page = guest.home()
    assert page.has("operator") and page.has("administrator") and ada.tenant in page.source


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "//evil.example/..", "/\\evil.example", "/login?continue=//evil.example",
     "/login?redirect_uri=http://evil.example", "/mail/..%2f..%2fevil", "/mail/{t}/..%2f..%2f", "/mail/{t}/a@b%0d%0aX: y",
     "/mail/{t}?address=a@b%0d%0aLocation:%20http://evil.example", "/mail/{t}?address=//evil.example/@x",
     "/mail/{t}/%2e%2e", "/tenants/..", "/tenants/%00", "/mail/{t}/megan@contoso.example%2f..%2f..%2fgraph",
     "/mail/{t}/megan@contoso.example/message?id=../../users", "/mail/{t}/megan@contoso.example/message?id=%2e%2e%2f",
     "/mail/{t}/megan@contoso.example/attachment?id=x&attachment=../x", "/assets/../inbox.sqlite",
     "/assets/%2e%2e/inbox.sqlite", "/mail/{t}/megan@contoso.example?after=https://evil.example/",
     "/mail/{t}/megan@contoso.example')/messages", "/mail/{t}/megan@fabrikam.example", "/mail/{t}/%ff@%fe"],
)
def test_paths_that_want_elsewhere(guest: Guest, ada: Person, path: str) -> None:
    """By the administrator himself: no redirect leaves the site, no header is split, no other resource is asked."""
    guest.connect(ada)
    place = urlsplit(guest.inbox.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=TIMEOUT)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in guest.session.cookies)
    target = path.replace("{t}", ada.tenant).replace(" ", "%20")
    connection.request("GET", target, headers={"Cookie": cookies})
    answer = connection.getresponse()
    text = answer.read().decode()
    assert answer.status in (200, 303, 400, 404), (answer.status, text)
    assert answer.getheader("X") is None
    location = answer.getheader("Location")
    if location is not None:
        elsewhere = urlsplit(location).netloc
        assert not elsewhere or elsewhere == urlsplit(guest.server.issuer).netloc, location
        assert not location.startswith(("//", "/\\")), location
    assert "BEGIN" not in text and "messages.json" not in text


READ = ["/mail/{t}", "/mail/{t}/{m}", "/mail/{t}/{m}/messages.json", "/mail/{t}/{m}/message", "/mail/{t}/{m}/html",
        "/mail/{t}/{m}/attachment", "/mail/{t}/{m}/diagnose", "/tenants/{t}", "/", "/login", "/login/callback",
        "/connect/finish", "/connect/callback", "/nothing", "/mail", "/tenants/{t}/nothing"]
WRITTEN = ["/connect/callback", "/tenants/{t}/give", "/tenants/{t}/take", "/tenants/{t}/route", "/nothing"]
WRONG = ["", "id=", "id=a&id=b", "id=%ff", "id=" + "a" * 9_000, "after=&after=", "after=x", "state=a&state=b", "state=",
         "code=a&code=b&state=x", "error=a&error=b", "view=html&view=text", "id[]=a", "attachment=a&id=b", "names=1&names=2",
         "subject=a&subject=b", "subject=%00", "route=pigeon", "route=graph&route=imap", "who=x&who=y", "%", "=&=&="]


def test_every_route_with_wrong_parameters(stage: Stage) -> None:
    """Missing, doubled and of the wrong kind, by somebody who may everything: a page that says so, never a 500."""
    ada, megan = stage.cloud.contoso.administrator, stage.cloud.contoso.person("megan")
    guest = Guest(stage.inbox, stage.owner)
    guest.enter()
    guest.connect(ada)
    csrf = dict(guest.home().form_with("connect").data("connect", {}))["csrf"]

    def check(method: str, path: str, wrong: str) -> None:
        url = stage.inbox.url + path.replace("{t}", ada.tenant).replace("{m}", megan.upn)
        if method == "GET":
            answer = guest.session.get(f"{url}?{wrong}", timeout=TIMEOUT, allow_redirects=False)
        else:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = guest.session.post(
                url, data=f"csrf={csrf}&{wrong}", headers=kind, timeout=TIMEOUT, allow_redirects=False
            )
        told = (method, path, wrong[:30], answer.status_code)
        assert answer.status_code in (200, 303, 400, 403, 404, 413), told
        if answer.status_code >= 400:
            assert Page(answer).has("error-id") and Page(answer).has("request-id"), told

    for wrong in WRONG:
        for path in READ:
            check("GET", path, wrong)
        for path in WRITTEN:
            check("POST", path, wrong)
    assert guest.get(stage.inbox.mail(megan)).status == 200
    assert stage.inbox.process is not None
    stage.inbox.process.require_running()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"])
def test_methods_that_no_page_has(inbox: Inbox, method: str) -> None:
    for path in ("/", "/logout", "/connect", "/mail/x/y", "/nothing"):
        answer = requests.request(method, inbox.url + path, timeout=TIMEOUT, allow_redirects=False)
        assert answer.status_code in (200, 400, 403, 404, 405, 501), (path, answer.status_code)
        assert "Set-Cookie" not in answer.headers


def test_an_address_that_is_nothing(guest: Guest) -> None:
    """A page of ours, which leads to the start; so does a form's address that somebody opens."""
    for path in ("/nothing", "/mail", "/logout", "/connect", f"/tenants/{'a' * 36}/give"):
        page = guest.get(guest.inbox.url + path)
        assert_page(page, 404, "not-found")
        assert page.has("try-again") and "start page" in page.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1", "localhost.evil.example", "evil.example@127.0.0.1"])
def test_a_host_that_is_not_ours(inbox: Inbox, host: str) -> None:
    """The site's address is configured, never what a request says; DNS rebinding gets no session."""
    for path in ("/", "/login"):
        answer = requests.get(inbox.url + path, headers={"Host": host}, timeout=TIMEOUT, allow_redirects=False)
        assert "evil" not in answer.headers.get("Location", "") and "evil" not in answer.text


def test_localhost_leads_to_the_own_address(inbox: Inbox) -> None:
    answer = requests.get(inbox.url.replace("127.0.0.1", "localhost") + "/?a=b", timeout=TIMEOUT, allow_redirects=False)
    assert answer.headers["Location"] == f"{inbox.url}/?a=b"


def test_huge_requests(inbox: Inbox) -> None:
    """A body of 64 MB, a long address, many headers: refused, and the next request is answered."""

    def chunks() -> Iterator[bytes]:
        for _ in range(1_024):
            yield b"a" * 65_536

    for path in ("/connect/callback", "/logout", "/"):
        try:
            answer = requests.post(inbox.url + path, data=chunks(), timeout=TIMEOUT)
            assert answer.status_code in (403, 404, 405, 413), answer.status_code
        except requests.ConnectionError:
            pass
    answer = requests.get(f"{inbox.url}/?{'a' * 60_000}", timeout=TIMEOUT)
    assert answer.status_code in (200, 400, 413, 414, 431)
    try:
        answer = requests.get(inbox.url, headers={f"X-{number}": "a" * 500 for number in range(400)}, timeout=TIMEOUT)
        assert answer.status_code in (200, 400, 431)
    except requests.ConnectionError:
        pass
    assert requests.get(inbox.url, timeout=TIMEOUT).status_code == 200


def test_ten_thousand_requests(stage: Stage) -> None:
    """Sign-ins that nobody finishes and pages of strangers: memory and database stay small, and people get in."""
    inbox = stage.inbox
    place = urlsplit(inbox.url)
    paths = ["/", "/login", "/login/callback?state=x", f"/mail/{'a' * 36}", f"/connect/finish?{urlencode({'state': 'y'})}"]
    surprises: list[int] = []

    def storm(count: int) -> None:
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
        for number in range(count):
            connection.request("GET", paths[number % len(paths)], headers={"Cookie": f"a={'x' * 100}"})
            answer = connection.getresponse()
            answer.read()
            if answer.status >= 500:
                surprises.append(answer.status)

    def storms(count: int) -> None:
        threads = [threading.Thread(target=storm, args=(count // 8,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    storms(REQUESTS // 10)
    before = inbox.resident()
    storms(REQUESTS)
    assert not surprises
    assert inbox.resident() < before + (24 << 20)
    assert sum(file.stat().st_size for file in inbox.directory.glob("inbox.sqlite*")) < 64 << 20
    assert Guest(inbox).connect(stage.cloud.contoso.administrator).status == 200


def test_the_log_holds_no_secret(stage: Stage, guest: Guest, ada: Person) -> None:
    answer = guest.answer(ada)
    guest.post(answer.fields)
    guest.get(stage.inbox.mail(stage.cloud.contoso.person("megan")))
    held = [*answer.fields.values(), *(cookie.value or "" for cookie in guest.session.cookies)]
    log = stage.inbox.log
    assert "administrator signed in" in log
    assert not [value for value in held if len(value) > 20 and value in log]
    assert "Letter 2" not in log and "megan@" not in log
