"""Microsoft 365 from a terminal: an application's own tokens, an administrator's consent, a person, and mail."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from support.cloud import GRAPH, OUTLOOK, Answer, CloudApp, EmulatedCloud, Employee
from support.command_line import Terminal
from support.processes import free_port, sallyport

MEGAN = "megan@contoso.example"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "person")


def place(cloud: EmulatedCloud) -> list[str]:
    return ["--cloud", cloud.base, "--ca-file", str(cloud.ca_file)]


def app_only(cloud: EmulatedCloud, app: CloudApp, tenant: str = "contoso.example") -> list[str]:
    return ["login", "microsoft365", "--app-only", "--tenant", tenant, "--client-id", app.client_id, *place(cloud)]


def certified(app: CloudApp) -> list[str]:
    return ["--certificate", str(app.certificate_file), "--key", str(app.key_file)]


@pytest.fixture
def daemon(terminal: Terminal, cloud: EmulatedCloud) -> str:
    """An account of contoso's own app."""
    made = terminal.json(*app_only(cloud, cloud.reports), *certified(cloud.reports), "--account", "daemon")
    return str(made["account"])


def url(answer: Answer) -> str:
    """The address that the browser ends at."""
    return answer.url if "?" in answer.url else f"{answer.url}?{urlencode(answer.fields)}"


def test_an_application_proves_itself_by_certificate(terminal: Terminal, cloud: EmulatedCloud, daemon: str) -> None:
    token = terminal.good("token", daemon).strip()
    shown = terminal.run("inspect", "-", "--account", daemon, "--json", stdin=token)
    assert shown.returncode == 1 and "not verified" in shown.stderr, "nobody may take it for verified"
    described = json.loads(shown.stdout)
    assert described["claims"]["aud"] == GRAPH and described["claims"]["appidacr"] == "2"
    assert described["signature"] == "recipient_only", "Graph alone can check its tokens"
    outlook = terminal.good("token", daemon, "--resource", OUTLOOK).strip()
    described = terminal.json("inspect", outlook, "--account", daemon)
    assert described["claims"]["aud"] == OUTLOOK
    assert described["signature"] == "valid" and described["issuer_matches"] is True
    assert terminal.good("token", daemon).strip() == token, "each API has a token of its own"
    assert terminal.good("token", daemon, "--scope", f"{OUTLOOK}/.default").strip() == outlook
    kept = terminal.files()
    for secret in (token, outlook, cloud.reports.key.splitlines()[1]):
        assert secret.encode() not in kept


def test_a_tenant_is_known_by_domain_or_id(terminal: Terminal, cloud: EmulatedCloud) -> None:
    by_domain = terminal.json(*app_only(cloud, cloud.reports), *certified(cloud.reports))
    assert by_domain["account"] == "contoso.example" and by_domain["tenant"] == cloud.contoso.id
    by_id = terminal.json(*app_only(cloud, cloud.reports, cloud.contoso.id), *certified(cloud.reports))
    assert by_id["tenant"] == cloud.contoso.id


def test_other_proofs(terminal: Terminal, cloud: EmulatedCloud, tmp_path: Path) -> None:
    app = cloud.reports
    login = app_only(cloud, app)
    secret = terminal.json(*login, "--secret-stdin", "--account", "secret", stdin=f"{app.secret}\n")
    assert secret["credential"] == "secret"
    assert (app.secret or "-").encode() not in terminal.files()
    key = serialization.load_pem_private_key(app.key.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    certificate = x509.load_pem_x509_certificate(app.certificate.encode())
    protection = serialization.BestAvailableEncryption(b"open sesame")
    bundle = tmp_path / "app.p12"
    bundle.write_bytes(pkcs12.serialize_key_and_certificates(b"app", key, certificate, None, protection))
    given = ["--certificate", str(bundle), "--passphrase-stdin", "--account", "bundle"]
    terminal.good(*login, *given, stdin="open sesame\n")
    assert terminal.good("token", "bundle", "--resource", OUTLOOK)
    together = tmp_path / "both.pem"
    together.write_text(f"{app.certificate}\n{app.key}")
    terminal.good(*login, "--certificate", str(together), "--account", "together")


def test_refusals_say_what_to_do(terminal: Terminal, cloud: EmulatedCloud, tmp_path: Path) -> None:
    app, login = cloud.reports, app_only(cloud, cloud.reports)
    terminal.good("certificate", "new", "--out", str(tmp_path / "other.pem"))
    other = ["--certificate", str(tmp_path / "other.pem"), "--key", str(tmp_path / "other.key")]
    assert "AADSTS700027" in terminal.refused(*login, *other)
    assert "--key" in terminal.refused(*login, "--certificate", str(app.certificate_file))
    mixed = ["--certificate", str(app.certificate_file), "--key", str(tmp_path / "other.key")]
    assert "does not belong" in terminal.refused(*login, *mixed)
    assert "AADSTS7000215" in terminal.refused(*login, "--secret-stdin", stdin="wrong\n")
    nowhere = app_only(cloud, app, "nowhere.example")
    assert "AADSTS90002" in terminal.refused(*nowhere, *certified(app))
    untrusted = [part for part in login if part not in ("--ca-file", str(cloud.ca_file))]
    assert "--ca-file" in terminal.refused(*untrusted, *certified(app))
    assert "no cloud" in terminal.refused(*login, *certified(app), "--cloud", "nowhere")
    assert terminal.json("accounts") == []


def test_clouds_by_file(terminal: Terminal, cloud: EmulatedCloud, tmp_path: Path) -> None:
    description = tmp_path / "cloud.json"
    description.write_text(json.dumps(cloud.cloud))
    login = [part if part != cloud.base else str(description) for part in app_only(cloud, cloud.reports)]
    assert terminal.json(*login, *certified(cloud.reports))["cloud"] == "emulator"
    description.write_text('{"name": "half"}')
    assert "missing" in terminal.refused(*login, *certified(cloud.reports))


def test_an_api_gets_the_token_that_is_for_it(terminal: Terminal, cloud: EmulatedCloud, daemon: str) -> None:
    graph = terminal.json("request", daemon, f"{cloud.cloud['graph_base']}/v1.0/users/{MEGAN}/messages?$top=1")
    assert graph["status"] == 200 and len(graph["body"]["value"]) == 1
    outlook = terminal.json("request", daemon, f"{cloud.cloud['outlook_base']}/api/v1.0/users/{MEGAN}/messages?$top=1")
    assert outlook["body"]["value"][0]["Subject"] == graph["body"]["value"][0]["subject"]
    assert "none of the account's APIs" in terminal.refused("request", daemon, f"{cloud.base}/cloud.json")
    assert "none of the account's APIs" in terminal.refused("request", daemon, "https://graph.example/v1.0/me")


@pytest.mark.parametrize("route", ["graph", "outlook"])
def test_mail_is_listed_and_shown(terminal: Terminal, cloud: EmulatedCloud, daemon: str, route: str) -> None:
    mailbox = ["--mailbox", MEGAN, "--via", route]
    first = terminal.json("mail", "list", daemon, *mailbox, "--count", "3")
    assert len(first["messages"]) == 3
    second = terminal.json("mail", "list", daemon, *mailbox, "--older", first["older"])
    dates = [message["received_at"] for message in first["messages"] + second["messages"]]
    assert dates == sorted(dates, reverse=True) and len(dates) == 6
    text = terminal.good("mail", "list", daemon, *mailbox, "--count", "3")
    for message in first["messages"]:
        assert message["id"] in text and message["received_at"] in text
    assert "--older" in text
    one = first["messages"][0]
    shown = terminal.json("mail", "show", daemon, one["id"], *mailbox)
    assert shown["subject"] == one["subject"] and shown["text"] and shown["to"]
    read = terminal.good("mail", "show", daemon, one["id"], *mailbox)
    assert f"Subject: {one['subject']}" in read and "From: " in read
    again = terminal.json("mail", "list", daemon, *mailbox, "--count", "1")
    assert again["messages"][0]["is_read"] == one["is_read"], "it stays unread"


def test_output_that_nobody_reads(terminal: Terminal, cloud: EmulatedCloud, daemon: str) -> None:
    command = [sallyport(), "mail", "list", daemon, "--mailbox", MEGAN, "--count", "100"]
    place = {"env": terminal.environment, "cwd": terminal.directory, "timeout": 60}
    reader, writer = os.pipe()
    os.close(reader)
    answer = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False, **place)
    os.close(writer)
    assert (answer.returncode, answer.stderr) == (-signal.SIGPIPE, b""), "as of any program before head"
    with Path("/dev/full").open("wb") as full:
        answer = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, **place)
    assert answer.returncode == 1 and answer.stderr.startswith(b"sallyport: Standard output cannot be written")


def test_attachments_are_saved_beside_what_is_there(
    terminal: Terminal, cloud: EmulatedCloud, daemon: str, tmp_path: Path
) -> None:
    listed = terminal.json("mail", "list", daemon, "--mailbox", MEGAN, "--count", "100")["messages"]
    identifier = next(message["id"] for message in listed if message["has_attachments"])
    folder = tmp_path / "saved"
    show = ["mail", "show", daemon, identifier, "--mailbox", MEGAN, "--save-attachments", str(folder)]
    first = terminal.json(*show)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert {str(path) for path in before} == set(first["saved"]) and len(before) == len(first["attachments"])
    second = terminal.json(*show)
    assert not set(first["saved"]) & set(second["saved"])
    for old, new in zip(first["saved"], second["saved"], strict=True):
        assert Path(old).read_bytes() == before[Path(old)] == Path(new).read_bytes()
        assert Path(new).parent == folder and Path(new).stat().st_mode & 0o777 == 0o600


def test_every_sample_message_is_fit_for_a_terminal(terminal: Terminal, cloud: EmulatedCloud, daemon: str) -> None:
    text = terminal.good("mail", "list", daemon, "--mailbox", MEGAN, "--count", "100")
    assert not any(ord(character) < 32 and character != "\n" for character in text)
    assert not set(text) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\x7f\x9b")


def test_mail_that_cannot_be_had(terminal: Terminal, cloud: EmulatedCloud, daemon: str) -> None:
    for address in ["nobody@contoso.example", "mei@fabrikam.example"]:
        assert "no such mailbox" in terminal.refused("mail", "list", daemon, "--mailbox", address)
    assert "--mailbox" in terminal.refused("mail", "list", daemon)
    assert "There is no account" in terminal.refused("mail", "list", "nobody", "--mailbox", MEGAN)
    terminal.refused("mail", "show", daemon, "nonsense", "--mailbox", MEGAN)
    terminal.refused("mail", "list", daemon, "--mailbox", MEGAN, "--older", "https://attacker.example/?x=1")
    terminal.refused("mail", "list", daemon, "--mailbox", MEGAN, "--count", "0", code=2)
    terminal.refused("mail", "list", daemon, "--mailbox", MEGAN, "--via", "pigeon", code=2)


def test_a_person_signs_in(terminal: Terminal, cloud: EmulatedCloud, megan: Employee) -> None:
    waiting = terminal.start("login", "microsoft365", "--client-id", cloud.desktop.client_id, *place(cloud), "--json")
    assert waiting.open(url(megan.visit(waiting.url))).status_code == 200
    made = json.loads(waiting.finish())
    assert made["account"] == MEGAN and made["app_only"] is False
    claims = terminal.json("inspect", terminal.good("token", MEGAN).strip())["claims"]
    assert claims["aud"] == GRAPH and "Mail.Read" in claims["scp"].split()
    assert terminal.json("mail", "list", MEGAN, "--count", "2")["messages"]
    first = terminal.good("token", MEGAN)
    assert terminal.good("token", MEGAN, "--min-ttl", "86400") != first
    assert "ErrorAccessDenied" in terminal.refused("mail", "list", MEGAN, "--mailbox", "lidia@contoso.example")
    assert "AADSTS65001" in terminal.refused("mail", "list", MEGAN, "--via", "outlook")
    assert terminal.good("token", MEGAN), "what one API refuses does not end the sign-in"


def test_a_permission_under_another_of_its_names(terminal: Terminal, cloud: EmulatedCloud, megan: Employee) -> None:
    login = ["login", "microsoft365", "--client-id", cloud.desktop.client_id, *place(cloud)]
    scope = "openid profile offline_access https://outlook.office.com/IMAP.AccessAsUser.All"
    waiting = terminal.start(*login, "--scope", scope)
    waiting.open(url(megan.visit(waiting.url)))
    assert f"Signed in as {MEGAN}" in waiting.finish()
    assert "not granted" not in waiting.errors.read_text()


@pytest.fixture
def consenting(
    cloud: EmulatedCloud, start_cloud: Callable[..., EmulatedCloud], tmp_path: Path
) -> tuple[EmulatedCloud, str]:
    """An emulator of its own, whose multi-tenant app has a redirect URI on a free port."""
    redirect_uri = f"http://127.0.0.1:{free_port()}/callback"
    description = json.loads(json.dumps(cloud.file))
    for app in description["apps"]:
        app["redirect_uris"] = [redirect_uri]
        app["certificates"] = [(cloud.data / name).read_text() for name in app.get("certificates", [])]
    tenants = tmp_path / "tenants.json"
    tenants.write_text(json.dumps(description))
    return start_cloud("--tenants", str(tenants)), redirect_uri


def test_an_administrator_consents(
    terminal: Terminal, cloud: EmulatedCloud, consenting: tuple[EmulatedCloud, str]
) -> None:
    other, redirect_uri = consenting
    app = cloud.inbox
    login = [*app_only(other, app, "fabrikam.example"), *certified(app)]
    assert "AADSTS" in terminal.refused(*login)
    command = ["consent", "fabrikam.example", "--client-id", app.client_id, *certified(app), *place(other)]
    command += ["--redirect-uri", redirect_uri]
    farid = Employee(other, cloud.fabrikam.administrator)

    declined = terminal.start(*command)
    declined.open(url(farid.visit(declined.url, "deny")))
    assert "AADSTS65004" in declined.finish(code=1)

    forged = terminal.start(*command)
    answer = forged.open(f"{redirect_uri}?admin_consent=True&tenant={cloud.fabrikam.id}&state=forged")
    assert answer.status_code == 400
    forged.open(url(farid.visit(forged.url)))
    assert "has consented" in forged.finish()
    terminal.good(*login)
    assert terminal.json("mail", "list", "fabrikam.example", "--mailbox", "mei@fabrikam.example")["messages"]


def test_an_answer_alone_is_no_consent(
    terminal: Terminal, cloud: EmulatedCloud, consenting: tuple[EmulatedCloud, str]
) -> None:
    other, redirect_uri = consenting
    app = cloud.inbox
    waiting = terminal.start(
        "consent", "fabrikam.example", "--client-id", app.client_id, *certified(app), *place(other),
        "--redirect-uri", redirect_uri,
    )
    state = waiting.url.split("state=")[1].split("&")[0]
    waiting.open(f"{redirect_uri}?admin_consent=True&tenant={cloud.fabrikam.id}&state={state}")
    assert "AADSTS" in waiting.finish(code=1), "whoever holds the browser can write the answer"


def test_a_withdrawn_consent(
    terminal: Terminal, cloud: EmulatedCloud, consenting: tuple[EmulatedCloud, str]
) -> None:
    other, _ = consenting
    app = cloud.reports
    terminal.good(*app_only(other, app), *certified(app), "--account", "daemon")
    other.control("consents/withdraw", tenant="contoso.example", client_id=app.client_id)
    reason = terminal.refused("mail", "list", "daemon", "--mailbox", MEGAN)
    assert "consent" in reason.lower()
    # A token is issued all the same, and the person at the terminal is told what it is worth.
    answer = terminal.run(*app_only(other, app), *certified(app), "--account", "daemon")
    assert answer.returncode == 0 and "consented to nothing" in answer.stderr
