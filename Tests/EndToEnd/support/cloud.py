"""Emulated Microsoft 365 as a program of its own, with what its files say about it."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin

import requests

from support.clients import TIMEOUT, Account
from support.pages import Page
from support.processes import Demo, Process, eventually
from support.visitor import STEP_LIMIT, Stopped

GRAPH = "https://graph.microsoft.com"
OUTLOOK = "https://outlook.office365.com"


@dataclass(frozen=True)
class Person:
    """Someone of an organisation."""

    upn: str
    password: str
    name: str
    administrator: bool
    tenant: str

    @property
    def account(self) -> Account:
        return Account(self.upn, self.password, self.administrator)


@dataclass(frozen=True)
class Organisation:
    """A tenant with its people; the first administrator and the first member by their own names."""

    id: str
    domain: str
    name: str
    people: tuple[Person, ...]

    @property
    def administrator(self) -> Person:
        return next(person for person in self.people if person.administrator)

    @property
    def member(self) -> Person:
        return next(person for person in self.people if not person.administrator)

    def person(self, name: str) -> Person:
        """Someone by the part of the address before the @."""
        return next(person for person in self.people if person.upn.split("@")[0] == name)


@dataclass(frozen=True)
class CloudApp:
    """A registered application with its credentials."""

    client_id: str
    name: str
    secret: str | None
    certificate_file: Path | None
    key_file: Path | None
    redirect_uris: tuple[str, ...]
    multi_tenant: bool

    @property
    def redirect_uri(self) -> str:
        return self.redirect_uris[0]

    @property
    def certificate(self) -> str:
        assert self.certificate_file is not None, f"{self.name} has no certificate"
        return self.certificate_file.read_text()

    @property
    def key(self) -> str:
        assert self.key_file is not None, f"{self.name} has no key"
        return self.key_file.read_text()


class Cloud:
    """An emulated Microsoft 365 that runs somewhere on this computer."""

    base: str
    ca_file: Path
    data: Path

    @cached_property
    def sessions(self) -> list[requests.Session]:
        """Every connection pool that was made, to be closed before the cloud stops."""
        return []

    # What it knows

    @cached_property
    def file(self) -> dict[str, Any]:
        """The tenants' file that it made, secrets included."""
        document: dict[str, Any] = json.loads((self.data / "tenants.json").read_text())
        return document

    @cached_property
    def tenants(self) -> tuple[Organisation, ...]:
        return tuple(organisation(tenant) for tenant in self.file["tenants"])

    def tenant(self, domain: str) -> Organisation:
        return next(tenant for tenant in self.tenants if tenant.domain == domain)

    @property
    def contoso(self) -> Organisation:
        return self.tenant("contoso.example")

    @property
    def fabrikam(self) -> Organisation:
        return self.tenant("fabrikam.example")

    @cached_property
    def apps(self) -> tuple[CloudApp, ...]:
        return tuple(application(app, self.data) for app in self.file["apps"])

    @property
    def reports(self) -> CloudApp:
        """Contoso's own app, which contoso has consented to."""
        return next(app for app in self.apps if not app.multi_tenant)

    @property
    def inbox(self) -> CloudApp:
        """Everybody's app, which nobody has consented to at first."""
        return next(app for app in self.apps if app.multi_tenant and app.secret)

    @property
    def desktop(self) -> CloudApp:
        """The public app."""
        return next(app for app in self.apps if not app.secret)

    # Talking to it

    def session(self) -> requests.Session:
        """A session that trusts the emulator's authority and nothing else."""
        session = requests.Session()
        session.verify = str(self.ca_file)
        session.trust_env = False
        self.sessions.append(session)
        return session

    @cached_property
    def http(self) -> requests.Session:
        return self.session()

    def get(self, path: str, **options: Any) -> requests.Response:
        """Gets a path, or an address that an answer named."""
        return self.http.get(urljoin(self.base, path), timeout=TIMEOUT, allow_redirects=False, **options)

    @property
    def cloud(self) -> dict[str, Any]:
        document: dict[str, Any] = self.get("/cloud.json").json()
        return document

    def metadata(self, tenant: str, version: int = 2) -> dict[str, Any]:
        place = "/v2.0" if version == 2 else ""
        answer = self.get(f"/{tenant}{place}/.well-known/openid-configuration")
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def token_endpoint(self, tenant: str, version: int = 2) -> str:
        return f"{self.base}/{tenant}/oauth2/{'v2.0/' if version == 2 else ''}token"

    def post_token(self, tenant: str, version: int = 2, **fields: str) -> requests.Response:
        """One token request."""
        return self.http.post(self.token_endpoint(tenant, version), data=fields, timeout=TIMEOUT)

    def app_token(self, tenant: str, app: CloudApp | None = None, resource: str = GRAPH) -> str:
        """An app-only token, by secret."""
        client = app or self.reports
        answer = self.post_token(
            tenant, grant_type="client_credentials", client_id=client.client_id, client_secret=client.secret or "",
            scope=f"{resource}/.default",
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def mail(self, path: str, token: str, api: str = "graph", **headers: str) -> requests.Response:
        """Gets a path of a mail API, for example `users/ada@example.com/messages`."""
        place = {"graph": "/graph/v1.0/", "outlook": "/outlook/api/v1.0/"}[api]
        address = path if path.startswith("https:") else f"{self.base}{place}{path}"
        return self.http.get(address, headers={"Authorization": f"Bearer {token}", **headers}, timeout=TIMEOUT)

    def control(self, name: str, **body: Any) -> dict[str, Any]:
        """Asks the control endpoint for something."""
        answer = self.http.post(f"{self.base}/emulator/{name}", json=body, timeout=TIMEOUT)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    @property
    def state(self) -> dict[str, Any]:
        document: dict[str, Any] = self.get("/emulator/state").json()
        return document

    def clear(self) -> None:
        """Takes back every fault and puts the clock right."""
        self.http.delete(f"{self.base}/emulator/faults", timeout=TIMEOUT)
        self.control("clock", offset_seconds=0)

    def authorization_url(self, tenant: str, app: CloudApp, version: int = 2, **changes: str) -> str:
        """An authorization request of v2 or v1 with a fresh state."""
        parameters = {
            "client_id": app.client_id, "redirect_uri": app.redirect_uri, "response_type": "code",
            "state": secrets.token_urlsafe(9),
        }
        if version == 2:
            parameters["scope"] = "openid profile offline_access https://graph.microsoft.com/Mail.Read"
        parameters |= changes
        return f"{self.base}/{tenant}/oauth2/{'v2.0/' if version == 2 else ''}authorize?{urlencode(parameters)}"


class EmulatedCloud(Cloud):
    """`sallyport emulate microsoft365 --json`: it can be stopped, killed and started again on the same data."""

    def __init__(self, directory: Path, *options: str, port: int | None = None) -> None:
        self.directory = directory
        self.data = directory / "data"
        self.options = options
        self.port = port
        self.process: Process | None = None
        self.start()

    def start(self) -> None:
        """Starts it; again on the port that it had, so that its addresses stay what they were."""
        port = str(self.port or 0)
        arguments = ["emulate", "microsoft365", "--json", "--port", port, "--data-directory", str(self.data)]
        self.process = Process([*arguments, *self.options], self.directory)
        self.description: dict[str, Any] = json.loads(eventually("the emulator's JSON line", self._first_line, 300))
        self.base = str(self.description["cloud"])
        self.port = int(self.base.rsplit(":", 1)[1])
        self.ca_file = Path(self.description["ca_file"])

    def _first_line(self) -> str | None:
        self.running.require_running()
        text = self.running.stdout_file.read_text()
        return text.splitlines()[0] if "\n" in text else None

    @property
    def running(self) -> Process:
        assert self.process is not None, "it is not running"
        return self.process

    def stop(self) -> None:
        # TLS says good-bye and waits for the answer, which nobody gives on a connection that is kept for later.
        for session in self.sessions:
            session.close()
        self.running.stop()
        self.process = None

    def kill(self) -> None:
        """Takes it down without a chance to write anything."""
        self.running.kill()
        self.process = None

    def close(self) -> None:
        if self.process is not None:
            self.stop()

    def resident(self) -> int:
        """Bytes of memory that the emulator has now."""
        return resident(self.running.process.pid)

    def resident_at_most(self) -> int:
        """Bytes of memory that it had at most."""
        return _status(self.running.process.pid, "VmHWM")


class DemoCloud(Cloud):
    """The emulator within a demo, whose tenants are in the demo's own file."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self.base = str(demo.description["microsoft365"]["cloud"])
        self.ca_file = Path(demo.description["ca_file"])
        self.data = self.ca_file.parent

    @cached_property
    def file(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.data.parent / "demo.json").read_text())["tenants"]
        return document


def resident(pid: int) -> int:
    """Bytes of memory that a process has now."""
    return _status(pid, "VmRSS")


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def organisation(tenant: dict[str, Any]) -> Organisation:
    """An organisation of a tenants' file."""
    people = tuple(
        Person(user["upn"], user["password"], user["name"], bool(user.get("administrator")), tenant["id"])
        for user in tenant["users"]
    )
    return Organisation(tenant["id"], tenant["domain"], tenant["name"], people)


def application(app: dict[str, Any], folder: Path) -> CloudApp:
    """An application of a tenants' file whose certificates lie in a folder."""
    certificates = app.get("certificates", [])
    certificate = folder / certificates[0] if certificates else None
    values = app.get("client_secrets", [])
    return CloudApp(
        app["client_id"], app["name"], values[0]["value"] if values else None, certificate,
        certificate.with_suffix(".key.pem") if certificate else None, tuple(app["redirect_uris"]),
        bool(app.get("multi_tenant")),
    )


@dataclass(frozen=True)
class Answer:
    """What an application got: by a redirect's query or fragment, or by a form."""

    method: str
    url: str
    fields: dict[str, str]
    pages: tuple[Page, ...] = field(default=(), repr=False)


class Employee:
    """Someone with a browser without JavaScript at the emulator's pages."""

    def __init__(self, cloud: Cloud, person: Person) -> None:
        self.cloud = cloud
        self.person = person
        self.session = cloud.session()

    def visit(self, url: str, decide: str | Callable[[Page], str] = "allow") -> Answer:
        """Follows a request to its answer; raises `Stopped` when it ends on a page."""
        pages: list[Page] = []
        response = self.session.get(url, timeout=TIMEOUT, allow_redirects=False)
        for _ in range(STEP_LIMIT):
            if response.is_redirect:
                return redirected(response, tuple(pages))
            page = Page(response)
            pages.append(page)
            if page.status == 200 and page.has("continue"):
                form = page.form_with("continue")
                return Answer("POST", form.action, dict(form.data("continue", {})), tuple(pages))
            response = self._act(page, decide if isinstance(decide, str) else decide(page))
        raise AssertionError(f"still no answer after {STEP_LIMIT} steps: {pages}")

    def _act(self, page: Page, decision: str) -> requests.Response:
        if page.status == 200 and page.has("sign-in") and not page.has_notice:
            return self.press(page, "sign-in", username=self.person.upn, password=self.person.password)
        if page.status == 200 and page.has(decision):
            return self.press(page, decision)
        raise Stopped(page)

    def open(self, url: str) -> Page:
        return Page(self.session.get(url, timeout=TIMEOUT, allow_redirects=False))

    def press(self, page: Page, button: str, **changes: str | bool) -> requests.Response:
        """Presses a button after filling in fields."""
        form = page.form_with(button)
        data = form.data(button, changes)
        return self.session.post(urljoin(page.url, form.action), data=data, timeout=TIMEOUT, allow_redirects=False)


def redirected(response: requests.Response, pages: tuple[Page, ...]) -> Answer:
    """The answer in a redirect's query or fragment."""
    url = response.headers["Location"]
    place, _, fragment = url.partition("#")
    pairs = parse_qsl(fragment or place.partition("?")[2], keep_blank_values=True)
    assert len({name for name, _ in pairs}) == len(pairs), f"doubled parameters in {url}"
    return Answer("GET", url, dict(pairs), pages)
