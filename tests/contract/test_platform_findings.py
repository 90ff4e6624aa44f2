"""Where the simulator was easier than the platform: the vendor's own clients as witnesses."""

from __future__ import annotations

import pytest
from pyvergeos import VergeClient
from pyvergeos.exceptions import APIError, ValidationError
from raw import Raw

from vergesim_process import Vergesim

pytestmark = pytest.mark.usefixtures("acme")


@pytest.fixture
def stepping(sim: Vergesim) -> Vergesim:
    """The simulator on a clock that stands, with transitions of a second."""
    sim.control("POST", "/sim/clock", {"mode": "manual", "step": 1})
    return sim


def later(sim: Vergesim, seconds: int) -> None:
    sim.control("POST", "/sim/clock", {"advance": seconds})


def test_F70_logs_are_found_by_the_kind_of_object(client: VergeClient) -> None:
    """The SDK maps its own names to singular words, and shows the others raw."""
    client.networks.get(name="Internal").apply_rules()
    assert {log.object_name for log in client.logs.list(object_type="Tenant")} == {"acme", "other"}
    assert {log.object_name for log in client.logs.list(object_type="Network")} == {"External", "Internal"}
    assert {log.object_type_display for log in client.logs.list()} == {"Tenant", "Network"}


def test_F71_the_inventory_compares_in_its_projection(client: VergeClient, stepping: Vergesim) -> None:
    """It asks whether a tenant's status is `running`, which none ever is: the SDK's mistake, and no refusal."""
    client.tenants.power_on(1)
    later(stepping, 5)
    tenants = client.system.inventory().tenants
    assert [(each.name, each.status, each.is_running) for each in tenants] == [
        ("acme", "Online", False),
        ("other", "Offline", False),
    ]


def test_F72_rules_of_a_network_that_does_not_run(client: VergeClient, stepping: Vergesim) -> None:
    """Also while it starts."""
    network = client.networks.get(name="Internal")
    network.power_off()
    later(stepping, 5)
    for _situation in ("stopped", "starting"):
        with pytest.raises(APIError, match="^vNet is not running$") as caught:
            network.apply_rules()
        assert caught.value.status_code == 405
        network.power_on()
    later(stepping, 5)
    network.apply_rules()


def test_F74_kill_of_what_is_stopped(client: VergeClient, raw: Raw, sim: Vergesim) -> None:
    kill = {"tenant_node": 1, "action": "kill"}
    assert raw.refused("POST", "tenant_node_actions", kill) == (422, "Tenant node must be in running state to kill")
    network = client.networks.get(client.tenants.get(1)["vnet"])
    with pytest.raises(ValidationError, match="must be in running state to kill"):
        network.power_off(force=True)
    sim.control("PUT", "/sim/switches", {"kill_when_stopped": "ignore"})
    network.power_off(force=True)
    assert raw.ask("POST", "tenant_node_actions", kill).status_code == 201


def test_F75_deleting_a_tenant_with_snapshots(client: VergeClient, sim: Vergesim) -> None:
    sim.control("PUT", "/sim/switches", {"tenant_delete_snapshots": "405"})
    with pytest.raises(APIError, match="snapshots") as caught:
        client.tenants.delete(1)
    assert caught.value.status_code == 405
    sim.control("PUT", "/sim/switches", {"tenant_delete_snapshots": "cascade"})
    client.tenants.delete(1)
    assert [row["tenant"] for row in sim.rows("tenant_snapshots")] == [2]


def test_F76_what_runs_has_a_host_and_a_powerstate(client: VergeClient, raw: Raw, stepping: Vergesim) -> None:
    """As the vendor's TypeScript tests assert it of a live system, of hosts as well."""
    client.tenants.power_on(1)
    later(stepping, 5)
    fields = "machine,running,powerstate,node,running_cores,running_ram,status,state"
    rows = raw.read("machine_status", "running eq true", fields)
    assert {1, 31} < {row["machine"] for row in rows}
    for row in rows:
        assert row["powerstate"] is True and (row["status"], row["state"]) == ("running", "online"), row
        numbers = [row[name] for name in ("node", "running_cores", "running_ram")]
        assert all(isinstance(one, int) and not isinstance(one, bool) for one in numbers), row
    assert all(row["powerstate"] is False for row in raw.read("machine_status", "running eq false", fields))


@pytest.mark.parametrize(
    ("release", "versions", "status"),
    [("26.0", ("26.0.2.1", "26.0.2"), 422), ("26.1", ("26.1.8", "26.1.8"), 409), ("26.2", ("26.2.1", "26.2.1"), 409)],
)
def test_a_release_as_the_sdk_sees_it(
    release: str, versions: tuple[str, str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Vergesim("empty", 0, release=release) as sim:
        ready = sim.ready
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", ready["ca_path"])
        with VergeClient(ready["host"], username=ready["username"], password=ready["password"]) as client:
            assert (client.version, client.os_version) == versions
            client.tenants.create("acme")
            with pytest.raises(APIError) as caught:
                client.tenants.create("acme")
    assert caught.value.status_code == status
