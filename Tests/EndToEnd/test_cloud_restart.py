"""What the emulated cloud keeps over a restart, an orderly one and the end of its process."""

import stat
from collections.abc import Callable

import pytest

from support.cloud import GRAPH, EmulatedCloud, Employee

Start = Callable[..., EmulatedCloud]
MEGAN = "users/megan@contoso.example/messages"


def redeem(cloud: EmulatedCloud, code: str) -> dict[str, str]:
    answer = cloud.post_token(
        cloud.contoso.id, grant_type="authorization_code", code=code, client_id=cloud.reports.client_id,
        client_secret=cloud.reports.secret or "", redirect_uri=cloud.reports.redirect_uri,
    )
    assert answer.status_code == 200, answer.text
    tokens: dict[str, str] = answer.json()
    return tokens


@pytest.mark.parametrize("end", [EmulatedCloud.stop, EmulatedCloud.kill], ids=["stopped", "killed"])
def test_everything_outlives_a_restart(start_cloud: Start, end: Callable[[EmulatedCloud], None]) -> None:
    cloud = start_cloud()
    person = Employee(cloud, cloud.contoso.person("megan"))
    url = cloud.authorization_url(cloud.contoso.id, cloud.reports)
    tokens = redeem(cloud, person.visit(url).fields["code"])
    unredeemed = person.visit(url).fields["code"]
    app_only = cloud.app_token(cloud.contoso.id)
    authority, keys = cloud.ca_file.read_bytes(), cloud.state["keys"]
    connect(cloud)
    end(cloud)

    cloud.start()
    assert cloud.ca_file.read_bytes() == authority
    assert cloud.state["keys"] == keys
    assert cloud.mail(MEGAN, app_only).status_code == 200, "tokens that were issued are good"
    refreshed = cloud.post_token(
        cloud.contoso.id, grant_type="refresh_token", refresh_token=tokens["refresh_token"],
        client_id=cloud.reports.client_id, client_secret=cloud.reports.secret or "",
    )
    assert refreshed.status_code == 200, refreshed.text
    redeem(cloud, unredeemed)
    # Neither a password nor a consent is asked for again.
    assert person.visit(url).pages == ()
    assert cloud.mail("users/mei@fabrikam.example/messages", cloud.app_token(cloud.fabrikam.id, cloud.inbox)).ok


def connect(cloud: EmulatedCloud) -> None:
    """Fabrikam's administrator consents to the inbox."""
    url = f"{cloud.base}/organizations/v2.0/adminconsent?client_id={cloud.inbox.client_id}&scope={GRAPH}/.default"
    answer = Employee(cloud, cloud.fabrikam.administrator).visit(f"{url}&redirect_uri={cloud.inbox.redirect_uri}")
    assert answer.fields["tenant"] == cloud.fabrikam.id


@pytest.mark.parametrize("end", [EmulatedCloud.stop, EmulatedCloud.kill], ids=["stopped", "killed"])
def test_what_was_taken_back_stays_back(start_cloud: Start, end: Callable[[EmulatedCloud], None]) -> None:
    cloud = start_cloud()
    old = cloud.app_token(cloud.contoso.id)
    cloud.control("consents/withdraw", tenant="contoso.example", client_id=cloud.reports.client_id)
    keys = cloud.control("keys/rotate")["keys"]
    cloud.control("faults", at="any", kind="drop", count=0)
    cloud.control("clock", offset_seconds=100)
    end(cloud)
    cloud.start()
    assert cloud.state["keys"] == keys
    assert cloud.mail(MEGAN, old).status_code == 403
    assert (cloud.state["faults"], cloud.state["clock_offset_seconds"]) == ([], 0)


def test_secrets_are_for_their_owner_alone(start_cloud: Start) -> None:
    cloud = start_cloud()
    assert stat.S_IMODE(cloud.data.stat().st_mode) == 0o700
    for file in cloud.data.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    person = Employee(cloud, cloud.contoso.person("megan"))
    tokens = redeem(cloud, person.visit(cloud.authorization_url(cloud.contoso.id, cloud.reports)).fields["code"])
    kept = b"".join(file.read_bytes() for file in cloud.data.iterdir())
    for name in ("refresh_token", "access_token", "id_token"):
        assert tokens[name].encode() not in kept, f"the {name} lies in the data directory"
    shown = cloud.running.output()
    for tenant in cloud.tenants:
        assert not any(person.password in shown for person in tenant.people)


def test_two_data_directories_are_two_clouds(start_cloud: Start) -> None:
    one, two = start_cloud(), start_cloud()
    assert one.ca_file.read_bytes() != two.ca_file.read_bytes()
    assert one.contoso.administrator.password != two.contoso.administrator.password
    assert two.mail(MEGAN, one.app_token(one.contoso.id)).status_code == 401
