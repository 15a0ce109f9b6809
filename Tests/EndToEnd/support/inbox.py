"""The inbox app beside an authorization server and an emulated cloud, and the people who use it."""

import base64
import hashlib
import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urljoin

import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from support.browser import chromium_path, press, sign_in
from support.clients import TIMEOUT, Account, Client, Server
from support.cloud import Answer, Cloud, EmulatedCloud, Employee, Person, resident
from support.pages import Page
from support.processes import Operated, Process, eventually, free_port
from support.visitor import Visitor


@dataclass
class Inbox:
    """An inbox that runs: where it is, and what it stands on."""

    url: str
    cloud: Cloud
    server: Server

    def mail(self, person: Person, path: str = "") -> str:
        """The address of somebody's mailbox, and of something in it."""
        return f"{self.url}/mail/{person.tenant}/{quote(person.upn)}{path}"

    def tenant(self, person: Person) -> str:
        """The address of the page of somebody's organisation."""
        return f"{self.url}/tenants/{person.tenant}"


class OperatedInbox(Inbox):
    """`sallyport inbox` as a program of its own; it can be stopped, killed and started again on the same data."""

    def __init__(self, directory: Path, server: Operated, cloud: EmulatedCloud, owner: str, client: Client) -> None:
        self.directory = directory
        self.port = int(client.redirect_uri.split(":")[2].split("/")[0])
        super().__init__(f"http://127.0.0.1:{self.port}", cloud, server)
        self.owner = owner
        self.client = client
        self.process: Process | None = None

    def resident(self) -> int:
        """Bytes of memory that it has now."""
        assert self.process is not None
        return resident(self.process.process.pid)

    @property
    def log(self) -> str:
        """Everything that it has logged."""
        return (self.directory / "stderr.txt").read_text()

    def launch(self, secret: str | None = None, certificate: Path | None = None, key: Path | None = None) -> Process:
        """Starts it and does not wait."""
        app = self.cloud.inbox
        options = {
            "issuer": self.server.issuer, "client-id": self.client.client_id, "cloud": self.cloud.base,
            "ca-file": self.cloud.ca_file, "cloud-client-id": app.client_id, "owner": self.owner,
            "certificate": certificate or app.certificate_file, "key": key or app.key_file, "port": self.port,
            "database": f"sqlite:{self.directory / 'inbox.sqlite'}",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        given = self.client.client_secret if secret is None else secret
        self.process = Process(["inbox", *arguments, "--secret-stdin"], self.directory, stdin=f"{given}\n")
        return self.process

    def start(self, **changes: Path | str) -> None:
        """Starts it and waits until it answers."""
        self.launch(**changes)  # type: ignore[arg-type]
        eventually("the inbox answers", self.is_ready)

    def is_ready(self) -> bool | None:
        assert self.process is not None
        self.process.require_running()
        try:
            return True if requests.get(self.url, timeout=5).status_code == 200 else None
        except requests.ConnectionError:
            return None

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process = None

    def close(self) -> None:
        if self.process is not None:
            self.process.stop()
            self.process = None


class Stage:
    """Three programs: the authorization server, the cloud, and the inbox on both."""

    def __init__(self, directory: Path, mail: Mapping[str, bytes]) -> None:
        self.directory = directory
        self.server = Operated(directory / "server")
        self.owner = self.server.add_user(Account("olga", secrets.token_urlsafe(18)))
        self.bob = self.server.add_user(Account("bob", secrets.token_urlsafe(18)))
        port = free_port()
        client = self.server.add_client(
            "--post-logout-redirect-uri", f"http://127.0.0.1:{port}/", "--scope", "openid profile",
            redirect_uri=f"http://127.0.0.1:{port}/login/callback",
        )
        self.server.start()
        self.cloud = EmulatedCloud(directory / "cloud", *self._mail(mail))
        self._register(f"http://127.0.0.1:{port}/connect/callback")
        self.inbox = OperatedInbox(directory / "inbox", self.server, self.cloud, self.subject(self.owner), client)

    def _mail(self, mail: Mapping[str, bytes]) -> list[str]:
        folder = self.directory / "mail"
        folder.mkdir(parents=True)
        for name, content in mail.items():
            (folder / f"{name}.eml").write_bytes(content)
        return ["--mail", str(folder)]

    def _register(self, redirect_uri: str) -> None:
        """Adds the inbox's address to its registration in the tenants' file, which counts from the next start on."""
        self.cloud.stop()
        file = self.cloud.data / "tenants.json"
        document = json.loads(file.read_text())
        for app in document["apps"]:
            if app.get("multi_tenant") and app.get("client_secrets"):
                app["redirect_uris"] = [redirect_uri]
        file.write_text(json.dumps(document))
        self.cloud.start()

    def subject(self, account: Account) -> str:
        """The subject of somebody at the authorization server."""
        return str(json.loads(self.server.command("user", "show", account.username, "--json"))["subject"])

    def close(self) -> None:
        self.inbox.close()
        self.cloud.close()
        self.server.close()


class Guest(Visitor):
    """Somebody with a browser without JavaScript, at the inbox and where it leads."""

    def __init__(self, inbox: Inbox, account: Account | None = None) -> None:
        super().__init__(inbox.server, account or Account("nobody", ""))
        self.inbox = inbox
        self.session = inbox.cloud.session()

    def home(self) -> Page:
        return self.get(self.inbox.url)

    def enter(self) -> Page:
        """Signs in as an operator."""
        page = self.get(f"{self.inbox.url}/login")
        page = self.sign_in(page) if page.has("sign-in") else page
        return self.press(page, "allow") if page.has("allow") else page

    def begin(self, button: str = "connect") -> str:
        """Presses a button that leads to the cloud; where that is."""
        answer = self.send(self.home(), button, {})
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def answer(self, person: Person, decision: str = "allow", button: str = "connect") -> Answer:
        """What the cloud would post for somebody after a sign-in that this browser began."""
        return Employee(self.inbox.cloud, person).visit(self.begin(button), decision)

    def post(self, fields: Mapping[str, str]) -> Page:
        """The cloud's page posts its answer, without the inbox's cookies, and this browser goes where it is sent."""
        sent = requests.post(
            f"{self.inbox.url}/connect/callback", data=dict(fields), timeout=TIMEOUT, allow_redirects=False
        )
        if not sent.is_redirect:
            return Page(sent)
        return self.get(urljoin(sent.url, sent.headers["Location"]))

    def connect(self, person: Person, decision: str = "allow", button: str = "connect") -> Page:
        """The whole way to the cloud and back."""
        return self.post(self.answer(person, decision, button).fields)

    def cookie(self, name: str) -> str | None:
        return self.session.cookies.get(f"sallyport_inbox_{name}")


def assert_page(page: Page, status: int, identifier: str) -> None:
    """An error page: what happened, with its id and the request's."""
    assert (page.status, page.has("error-id")) == (status, True), page
    assert page.text_of("error-id") == identifier, page
    assert page.text_of("request-id"), page


def chromium_for(chromium: Browser, cloud: Cloud) -> Browser:
    """Chromium that accepts the certificate of this emulator, and no other that is wrong."""
    host, port = cloud.base.removeprefix("https://").split(":")
    pem = ssl.get_server_certificate((host, int(port)), ca_certs=str(cloud.ca_file))
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    option = f"--ignore-certificate-errors-spki-list={base64.b64encode(digest).decode()}"
    return chromium.browser_type.launch(executable_path=chromium_path(), args=[option])


def connect(tab: Tab, inbox: Inbox, person: Person, decision: str = "#allow", by_hand: bool = False) -> None:
    """Connects an organisation in a browser, or tries to; by hand where the browser has no JavaScript."""
    tab.goto(inbox.url)
    press(tab, "#connect")
    sign_in(tab, person.account)
    if tab.locator(decision).count():
        tab.click(decision)
    if by_hand:
        press(tab, "#continue")
    tab.wait_for_url(f"{inbox.url}/**")


def enter(tab: Tab, inbox: Inbox, account: Account) -> None:
    """Signs an operator in, in a browser."""
    tab.goto(inbox.url)
    press(tab, "#operator-sign-in")
    if tab.locator("#sign-in").count():
        sign_in(tab, account)
    if tab.locator("#allow").count():
        press(tab, "#allow")
    tab.wait_for_url(f"{inbox.url}/")
