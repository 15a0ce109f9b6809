"""What the inbox says when something around it is missing, and that it goes on when that is back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.assertions import self_signed
from support.cloud import Person
from support.inbox import Guest, Stage, assert_page
from support.letters import subjects
from support.processes import Process, eventually


@pytest.fixture(scope="module")
def own_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Three programs that may be killed."""
    letter = b"Subject: Only one\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n\nx\n"
    running = Stage(tmp_path_factory.mktemp("outages"), {"letter": letter})
    running.inbox.start()
    yield running
    running.close()


@pytest.fixture
def administrator(stage: Stage) -> Guest:
    """Contoso's administrator, signed in."""
    guest = Guest(stage.inbox)
    assert guest.connect(stage.cloud.contoso.administrator).status == 200
    return guest


@pytest.fixture
def lidia(stage: Stage) -> Person:
    """A member of contoso."""
    return stage.cloud.contoso.person("lidia")


def test_consent_withdrawn_while_a_token_lives(stage: Stage, administrator: Guest, lidia: Person) -> None:
    assert administrator.get(stage.inbox.mail(lidia)).status == 200
    stage.cloud.control("consents/withdraw", tenant=lidia.tenant, client_id=stage.cloud.inbox.client_id)
    page = administrator.get(stage.inbox.mail(lidia))
    assert page.status == 403 and page.text_of("error-id") in ("inbox.consent-withdrawn", "inbox.mail-refused"), page
    assert_page(administrator.connect(stage.cloud.contoso.administrator, "deny"), 403, "inbox.consent-declined")
    administrator.connect(stage.cloud.contoso.administrator)
    page = administrator.get(stage.inbox.mail(lidia))
    assert page.status == 200 and subjects()[0] in page.text, page


def test_throttling(stage: Stage, administrator: Guest, lidia: Person) -> None:
    """The cloud names a time; until then it is left alone, and the page says how long."""
    taras = stage.cloud.contoso.person("taras")
    stage.cloud.control("faults", at="mail", kind="throttle", retry_after=40, count=1)
    for _ in range(2):
        page = administrator.get(stage.inbox.mail(taras))
        assert_page(page, 503, "inbox.throttled")
        assert 0 < int(page.headers["Retry-After"]) <= 40
        assert f"{page.headers['Retry-After']} s" in page.text
    assert administrator.get(stage.inbox.mail(lidia)).status == 200, "another mailbox is not concerned"


def test_a_mailbox_of_another_organisation(stage: Stage, administrator: Guest) -> None:
    """By its address below contoso's, and by its own organisation's path."""
    jonas = stage.cloud.fabrikam.person("jonas")
    wrong = f"{stage.inbox.url}/mail/{stage.cloud.contoso.id}/{jonas.upn}"
    assert_page(administrator.get(wrong), 404, "inbox.mailbox-not-found")
    assert_page(administrator.get(stage.inbox.mail(jonas)), 403, "inbox.not-allowed")


def test_keys_that_are_rotated(stage: Stage) -> None:
    guest = Guest(stage.inbox)
    stage.cloud.control("keys/rotate")
    assert guest.connect(stage.cloud.contoso.administrator).status == 200


@pytest.mark.parametrize("code", [7000215, 700027, 50196])
def test_an_error_of_the_token_endpoint(stage: Stage, code: int) -> None:
    guest = Guest(stage.inbox)
    fields = guest.answer(stage.cloud.fabrikam.administrator).fields
    stage.cloud.control("faults", at="token", kind="error", code=code, count=0)
    page = guest.post(fields)
    assert page.status in (403, 502, 503) and page.text_of("error-id").startswith("inbox."), page
    assert str(code) in page.text or page.text_of("error-id") == "inbox.throttled", page
    assert guest.cookie("administrator") is None


@pytest.mark.parametrize("api", ["graph", "outlook"])
def test_every_way_of_reading(stage: Stage, administrator: Guest, api: str) -> None:
    megan = stage.cloud.contoso.person("megan")
    page = administrator.get(stage.inbox.tenant(megan))
    page = administrator.press(page, "save-route", route=api)
    assert f'id="route-{api}" name="route" value="{api}" aria-describedby="{api}-hint" checked' in page.source
    page = administrator.get(stage.inbox.mail(megan))
    assert page.status == 200 and all(subject in page.text for subject in subjects()[:10]), page
    administrator.press(administrator.get(stage.inbox.tenant(megan)), "save-route", route="graph")


def test_disconnecting(stage: Stage, administrator: Guest, lidia: Person) -> None:
    page = administrator.get(stage.inbox.tenant(lidia))
    administrator.press(page, "disconnect")
    assert_page(administrator.get(stage.inbox.mail(lidia)), 404, "inbox.not-connected")
    administrator.connect(stage.cloud.contoso.administrator)
    assert administrator.get(stage.inbox.mail(lidia)).status == 200


def test_the_cloud_goes_away_and_comes_back(own_stage: Stage) -> None:
    """Before a page, in the middle of a sign-in, and for a sign-in at the authorization server not at all."""
    inbox, cloud = own_stage.inbox, own_stage.cloud
    megan = cloud.contoso.person("megan")
    guest, late = Guest(inbox), Guest(inbox)
    guest.connect(cloud.contoso.administrator)
    assert "Only one" in guest.get(inbox.mail(megan)).text
    fields = late.answer(cloud.fabrikam.administrator).fields
    cloud.kill()
    assert_page(guest.get(inbox.mail(megan)), 502, "inbox.cloud-unavailable")
    assert_page(late.post(fields), 502, "inbox.cloud-unavailable")
    assert guest.home().has("administrator"), "what needs no cloud goes on"
    operator = Guest(inbox, own_stage.bob)
    assert operator.enter().has("operator")
    cloud.start()
    page = eventually("the mailbox opens again", lambda: _good(guest, inbox.mail(megan)))
    assert "Only one" in page.text
    assert late.connect(cloud.fabrikam.administrator).status == 200


def _good(guest: Guest, url: str) -> object:
    page = guest.get(url)
    return page if page.status == 200 else None


def test_the_authorization_server_goes_away_and_comes_back(own_stage: Stage) -> None:
    inbox, guest = own_stage.inbox, Guest(own_stage.inbox, own_stage.owner)
    login = guest.session.get(f"{inbox.url}/login", allow_redirects=False).headers["Location"]
    landing = guest.authorize(login, f"{inbox.url}/login/callback")
    own_stage.server.kill()
    assert_page(guest.get(landing.url), 502, "inbox.sign-in-unavailable")
    own_stage.server.start()
    assert guest.enter().has("operator")


def test_killed_and_started_again(own_stage: Stage) -> None:
    """`kill -9`, and with the same database what was is still there."""
    inbox, megan = own_stage.inbox, own_stage.cloud.contoso.person("megan")
    guest = Guest(inbox, own_stage.owner)
    guest.enter()
    guest.connect(own_stage.cloud.contoso.administrator)
    begun = Guest(inbox)
    answer = begun.answer(own_stage.cloud.contoso.administrator)
    inbox.kill()
    inbox.start()
    page = guest.home()
    assert page.has("operator") and page.has("administrator") and "contoso.example" in page.text
    assert "Only one" in guest.get(inbox.mail(megan)).text
    assert begun.post(answer.fields).status == 200, "a sign-in that was open goes on"


@pytest.mark.parametrize("first", ["inbox", "cloud", "server"])
def test_any_order_of_starting(own_stage: Stage, first: str) -> None:
    """Who comes first waits for the others."""
    parts = {"inbox": own_stage.inbox.launch, "cloud": own_stage.cloud.start, "server": own_stage.server.start}
    own_stage.inbox.kill()
    own_stage.cloud.kill()
    own_stage.server.kill()
    starts: list[Callable[[], object]] = [parts.pop(first), *parts.values()]
    for start in starts:
        start()
    eventually("the inbox answers", own_stage.inbox.is_ready)
    assert Guest(own_stage.inbox).connect(own_stage.cloud.contoso.administrator).status == 200


def test_stopped_while_it_waits(own_stage: Stage) -> None:
    own_stage.inbox.kill()
    own_stage.cloud.kill()
    before = len(own_stage.inbox.log)
    waiting = own_stage.inbox.launch()
    eventually("it waits", lambda: "waiting for the cloud" in own_stage.inbox.log[before:] or None)
    waiting.terminate()
    status = waiting.wait()
    own_stage.cloud.start()
    own_stage.inbox.start()
    assert status == 0


def test_a_wrong_secret(own_stage: Stage) -> None:
    """The authorization server refuses the inbox; the operator's page says it is not their fault."""
    own_stage.inbox.kill()
    own_stage.inbox.start(secret="sp_cs_wrong")
    guest = Guest(own_stage.inbox, own_stage.bob)
    assert_page(guest.enter(), 502, "inbox.sign-in-failed")
    assert "invalid_client" in own_stage.inbox.log
    own_stage.inbox.kill()
    own_stage.inbox.start()
    assert guest.enter().has("operator")


def test_a_wrong_certificate(own_stage: Stage, tmp_path: Path) -> None:
    """The cloud refuses the inbox, and the page says whose business that is."""
    wrong = self_signed("wrong")
    certificate, key = tmp_path / "wrong.pem", tmp_path / "wrong.key.pem"
    certificate.write_text(wrong.certificate)
    key.write_text(wrong.key)
    own_stage.inbox.kill()
    own_stage.inbox.start(certificate=certificate, key=key)
    page = Guest(own_stage.inbox).connect(own_stage.cloud.fabrikam.administrator)
    assert_page(page, 502, "inbox.credential-refused")
    assert "AADSTS700027" in page.text
    own_stage.inbox.kill()
    own_stage.inbox.start()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("certificate", "missing.pem", "missing.pem"), ("database", "inbox.sqlite", "sqlite:"),
        ("route", "telnet", "--route"), ("cloud", "moon", "moon"), ("base-url", "http://inbox.example", "--base-url"),
        ("ca-file", "missing.pem", "missing.pem"), ("host", "0.0.0.0", "--base-url"),
    ],
)
def test_a_command_that_cannot_work(own_stage: Stage, tmp_path: Path, name: str, value: str, words: str) -> None:
    """It ends at once, and says what to change."""
    app = own_stage.cloud.inbox
    options = {
        "issuer": own_stage.server.issuer, "client-id": "inbox", "cloud-client-id": app.client_id, "owner": "x",
        "certificate": str(app.certificate_file), "key": str(app.key_file), "cloud": own_stage.cloud.base,
        "ca-file": str(own_stage.cloud.ca_file), "database": f"sqlite:{tmp_path / 'inbox.sqlite'}", "port": "0",
    } | {name: value}
    process = Process(["inbox", *(part for pair in options.items() for part in (f"--{pair[0]}", pair[1]))], tmp_path)
    assert process.wait() in (1, 2), process.output()
    assert words in process.output(), process.output()
