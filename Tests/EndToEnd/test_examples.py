"""The examples of the README, run as they stand there against the demo."""

import os
import subprocess
from pathlib import Path

import pytest
import requests

from support.clients import Client
from support.processes import Demo, sallyport
from support.visitor import Visitor

REDIRECT_URI = "http://127.0.0.1:8765/callback"


def example(name: str) -> Path:
    """The example's executable, beside Sallyport's own."""
    path = Path(sallyport()).parent / name
    if not path.exists():
        pytest.skip(f"{name} is not built: make examples")
    return path


def environment(demo: Demo, client: Client) -> dict[str, str]:
    secret = client.client_secret or ""
    settings = {"ISSUER": demo.issuer, "CLIENT_ID": client.client_id, "CLIENT_SECRET": secret}
    return {**os.environ, **settings, "REDIRECT_URI": REDIRECT_URI}


def test_a_token_in_two_statements(demo: Demo) -> None:
    command = [str(example("ClientCredentials"))]
    answer = subprocess.run(command, env=environment(demo, demo.client), capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    assert "messages.read" in answer.stdout
    assert "sp_at_" not in answer.stdout, "a token is no text for a terminal"


def test_a_login_in_six_statements(demo: Demo) -> None:
    command = [str(example("Login"))]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment(demo, demo.client), text=True, **pipes) as login:  # type: ignore[call-overload]
        opened = login.stdout.readline().removeprefix("Open ").strip()
        landing = Visitor(demo, demo.account).authorize(opened, REDIRECT_URI)
        said, problems = login.communicate(landing.url + "\n", timeout=60)
    assert login.returncode == 0, problems
    assert "Signed in" in said
    assert "openid" in said


def test_a_login_with_a_strangers_state_is_refused(demo: Demo) -> None:
    command = [str(example("Login"))]
    pasted = f"{REDIRECT_URI}?code=x&state=forged&iss={demo.issuer}\n"
    answer = subprocess.run(
        command, env=environment(demo, demo.client), input=pasted, capture_output=True, text=True, timeout=60
    )
    assert answer.returncode == 1
    assert "state" in answer.stderr


def test_the_newest_subjects_with_a_certificate_and_no_user(demo: Demo, tmp_path: Path) -> None:
    cloud = demo.description["microsoft365"]
    app, tenant = cloud["apps"][0], cloud["tenants"][0]
    mailbox = tenant["users"][0]["upn"]
    session = requests.Session()
    session.trust_env = False
    session.verify = demo.description["ca_file"]
    description = tmp_path / "cloud.json"
    description.write_text(session.get(cloud["cloud"] + "/cloud.json", timeout=10).text)
    settings = {
        "TENANT": tenant["id"],
        "CLIENT_ID": app["client_id"],
        "CERTIFICATE": app["certificate_file"],
        "KEY": app["key_file"],
        "MAILBOX": mailbox,
        "CLOUD": str(description),
        "CA_FILE": demo.description["ca_file"],
    }
    answer = subprocess.run(
        [str(example("NewestSubjects"))], env={**os.environ, **settings}, capture_output=True, text=True, timeout=60
    )
    assert answer.returncode == 0, answer.stderr
    token = session.post(
        f"{cloud['authority_base']}/{tenant['id']}/oauth2/v2.0/token",
        data={
            "grant_type": "client_credentials",
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "scope": "https://graph.microsoft.com/.default",
        },
        timeout=10,
    ).json()["access_token"]
    listed = session.get(
        f"{cloud['graph_base']}/v1.0/users/{mailbox}/mailFolders/inbox/messages",
        params={"$top": "10", "$select": "subject", "$orderby": "receivedDateTime desc"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    ).json()["value"]
    printed = answer.stdout.removesuffix("\n").split("\n")
    assert [" ".join(line.split()) for line in printed] == [" ".join((m["subject"] or "").split()) for m in listed]
