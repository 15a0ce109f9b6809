"""Tenants and mail that a person brings to the emulated cloud: `--tenants FILE` and `--mail DIRECTORY`."""

import json
import mailbox
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.assertions import TYPE, Assertion, self_signed
from support.cloud import GRAPH, EmulatedCloud, Employee, application, organisation
from support.processes import run
from support.visitor import Stopped

Start = Callable[..., EmulatedCloud]
TENANT = "77777777-0000-4000-8000-000000000001"
APP = "77777777-0000-4000-8000-0000000000a1"
LARGE = 50_000


def person(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"77777777-0000-4000-8000-0000000001{number:02}", "upn": f"{name}@adatum.example", "name": name.title(),
        "password": f"password of {name}", **more,
    }


def document(**changes: Any) -> dict[str, Any]:
    """A tenant of one's own, whose app is consented to."""
    conditions = ["disabled", "locked", "password_expired", "second_factor_required"]
    users = [person(1, "root", administrator=True), person(2, "max"), person(3, "bare", mailbox=False)]
    users += [person(10 + index, name.replace("_", "-"), condition=name) for index, name in enumerate(conditions)]
    return {
        "tenants": [{"id": TENANT, "domain": "adatum.example", "name": "A. Datum", "users": users}],
        "apps": [{
            "client_id": APP, "name": "Ours", "tenant": "adatum.example", "redirect_uris": ["http://127.0.0.1:1/back"],
            "client_secrets": [{"value": "a secret of ours"}, {"value": "old", "expires_at": "2020-01-01T00:00:00Z"}],
            "certificates": ["ours.pem"],
            "permissions": [{"resource": GRAPH, "application": ["Mail.Read"], "delegated": ["Mail.Read"]}],
        }],
        "consents": [{"tenant": "adatum.example", "client_id": APP}],
        **changes,
    }


def write(folder: Path, content: dict[str, Any]) -> Path:
    file = folder / "ours.json"
    file.write_text(json.dumps(content))
    return file


def test_a_tenant_of_ones_own(start_cloud: Start, tmp_path: Path) -> None:
    credential = self_signed("ours")
    (tmp_path / "ours.pem").write_text(credential.certificate)
    content = document()
    cloud = start_cloud("--tenants", str(write(tmp_path, content)))
    own, app = organisation(content["tenants"][0]), application(content["apps"][0], tmp_path)
    assert cloud.description["tenants"][0]["id"] == TENANT
    fields = {"grant_type": "client_credentials", "client_id": APP, "scope": f"{GRAPH}/.default"}
    signed = Assertion(APP, cloud.token_endpoint(TENANT), credential).sign()
    answer = cloud.post_token(TENANT, **fields, client_assertion_type=TYPE, client_assertion=signed)
    token = answer.json()["access_token"]
    assert len(cloud.mail("users/max@adatum.example/messages", token).json()["value"]) == 10
    without = cloud.mail("users/bare@adatum.example/messages", token)
    assert (without.status_code, without.json()["error"]["code"]) == (404, "MailboxNotEnabledForRESTAPI")
    old = cloud.post_token(TENANT, **fields, client_secret="old").json()
    assert old["error_codes"] == [7000222]
    for name, code in {
        "disabled": 50057, "locked": 50053, "password-expired": 50055, "second-factor-required": 50076
    }.items():
        with pytest.raises(Stopped) as stopped:
            Employee(cloud, own.person(name)).visit(cloud.authorization_url("adatum.example", app))
        assert f"AADSTS{code}" in stopped.value.page.text
    assert cloud.get("/contoso.example/.well-known/openid-configuration").status_code == 400


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"tenants": []}, "tenants is missing or empty"),
        ({"flats": []}, "flats is not known here"),
        ({"consents": [{"tenant": "nowhere.example", "client_id": APP}]}, "consents[0].tenant names no tenant"),
        ({"apps": [{"client_id": "1", "name": "x", "tenant": "adatum.example"}]}, "apps[0].client_id is no GUID"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    (tmp_path / "ours.pem").write_text(self_signed("ours").certificate)
    file = write(tmp_path, document(**change))
    ended = run(
        "emulate", "microsoft365", "--port", "0", "--data-directory", str(tmp_path / "data"), "--tenants", str(file)
    )
    assert ended.returncode == 1
    assert reason in ended.stderr
    assert "password of" not in ended.stderr


def written(number: int, subject: str, moment: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ann <ann@example.org>", "max@adatum.example", subject
    message["Date"], message["Message-ID"] = format_datetime(moment), f"<{number}@example.org>"
    message.set_content(f"Text {number}")
    return message


def test_files_and_a_maildir_of_ones_own(start_cloud: Start, tmp_path: Path) -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    folder = tmp_path / "mail"
    own = folder / "megan@contoso.example"
    folder.mkdir()
    maildir = mailbox.Maildir(own, create=True)
    for number in range(3):
        item = mailbox.MaildirMessage(written(number, f"Own {number}", start + timedelta(days=number)))
        if number == 1:
            item.set_subdir("cur")
            item.add_flag("S")
        maildir.add(item)
    for number in range(2):
        text = bytes(written(9 + number, f"Common {number}", start - timedelta(days=number)))
        (folder / f"{number}.eml").write_bytes(text)
    (folder / "notes.txt").write_text("no message")
    cloud = start_cloud("--mail", str(folder))
    token = cloud.app_token(cloud.contoso.id)
    megan = cloud.mail("users/megan@contoso.example/messages", token).json()["value"]
    assert [(one["subject"], one["isRead"]) for one in megan] == [("Own 2", False), ("Own 1", True), ("Own 0", False)]
    lidia = cloud.mail("users/lidia@contoso.example/messages", token).json()["value"]
    assert [one["subject"] for one in lidia] == ["Common 0", "Common 1"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    data, mail = str(tmp_path / "data"), str(tmp_path / "nowhere")
    ended = run("emulate", "microsoft365", "--port", "0", "--data-directory", data, "--mail", mail)
    assert ended.returncode == 1
    assert "nowhere" in ended.stderr


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A cloud where one mailbox has 50,000 messages."""
    folder = tmp_path_factory.mktemp("large")
    own = folder / "mail" / "megan@contoso.example"
    own.mkdir(parents=True)
    start = datetime(2020, 1, 1, tzinfo=UTC)
    for number in range(LARGE):
        date = format_datetime(start + timedelta(minutes=number))
        text = f"From: Ann <ann{number % 100}@example.org>\r\nTo: megan@contoso.example\r\nSubject: Number {number}\r\n"
        head = f"Date: {date}\r\nMessage-ID: <{number}@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        (own / f"{number}.eml").write_bytes((text + head + f"Message {number}.\r\n" * 20).encode())
    cloud = EmulatedCloud(folder, "--mail", str(folder / "mail"))
    yield cloud
    cloud.close()


def test_fifty_thousand_messages_page_by_page(large: EmulatedCloud) -> None:
    token = large.app_token(large.contoso.id)
    path = "users/megan@contoso.example/mailFolders/inbox/messages?$select=subject&$top=250"
    expected, resident = LARGE - 1, 0
    while path:
        answer = large.mail(path, token)
        assert answer.status_code == 200, answer.text
        for message in answer.json()["value"]:
            assert message["subject"] == f"Number {expected}"
            expected -= 1
        path = answer.json().get("@odata.nextLink", "")
        if expected < LARGE * 9 // 10 and not resident:
            resident = large.resident()
    assert expected == -1, "each message came once, newest first"
    growth = large.resident() - resident
    assert growth < 20_000_000, f"{growth} bytes more than after a tenth of the pages"


def test_fifty_thousand_messages_take_little_memory(large: EmulatedCloud) -> None:
    """What lists need is kept, and no text: the files are some 20 MB, and so is a mailbox of their texts."""
    assert large.resident() < 300_000_000
