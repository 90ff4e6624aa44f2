"""The example that each finding was made with, over HTTPS; the kinds behind them have files of their own."""

from __future__ import annotations

from typing import Any

import pytest
from disturbed import Bench
from raw import Raw
from rewriting_proxy import rewritten
from tasks import GATHERS, TASKS, VrgError

from conftest import DrivenClock, options, run, told
from vergesim_process import Vergesim

pytest_plugins = "proxied"
pytestmark = pytest.mark.usefixtures("acme")

OVERWRITE = {"confirm_overwrite": True}


def do(sim: Vergesim, what: str, /, *, check: bool = False, **given: Any) -> dict[str, Any]:
    if what in GATHERS:
        return told(sim, GATHERS[what], options(**given))  # type: ignore[arg-type]
    return run(sim, TASKS[what](options(exclusive=False, **given)), check=check)


def refused(sim: Vergesim, what: str, /, **given: Any) -> str:
    """All that the failure says."""
    with pytest.raises(VrgError) as caught:
        do(sim, what, **given)
    return f"{caught.value.message} {caught.value.hint}"


def names(sim: Vergesim, table: str) -> list[str]:
    return [row["name"] for row in sim.rows(table)]


def start(raw: Raw, tenant: int = 1) -> None:
    raw.act("tenant_actions", tenant=tenant, action="poweron")


def faulty(sim: Vergesim, **fault: Any) -> None:
    sim.control("POST", "/sim/faults", fault)


def test_F8_the_password_of_a_copy_is_set_by_the_run_after_one_that_was_cut_off(sim: Vergesim) -> None:
    clone = {"name": "copy", "clone_from": "acme", "tenant_password": "secret-word"}
    sim.control("POST", "/sim/clock", {"mode": "manual", "step": 1000})
    sim.control("PUT", "/sim/switches", {"clone_status": "provisioning"})
    with pytest.raises(VrgError):
        run(sim, TASKS["tenant"](options(**clone)), clock=DrivenClock(sim), wait=10)
    sim.control("POST", "/sim/clock", {"advance": 5000})
    sim.forget()
    assert do(sim, "tenant", **clone)["changed"], "nobody can know whose password it has"
    assert sim.requests()["PUT tenants"] == 1
    assert "copy" in names(sim, "tenants")


def test_F8_a_restart_that_was_cut_off_is_told_by_the_next(sim: Vergesim, raw: Raw) -> None:
    raw.ask("POST", "nodes/2/enable_maintenance", {})
    result = do(sim, "node", name="node2", state="restarted", drain_check="fail")
    assert "maintenance" in " ".join(result.get("warnings", [])), "it is left in maintenance without a word"


@pytest.mark.parametrize(
    ("name", "given", "started"),
    [
        (
            "tenant snapshot",
            {"tenant": "acme", "name": "nightly", "state": "restored", **OVERWRITE},
            True,
        ),
        ("tenant", {"name": "acme", "state": "reset"}, False),
        ("cluster", {"name": "used", "state": "absent"}, False),
    ],
)
def test_F9_what_an_earlier_task_may_lift_is_a_warning_in_check_mode(
    sim: Vergesim, raw: Raw, name: str, given: dict[str, Any], started: bool
) -> None:
    raw.create("clusters", name="used")
    raw.create("tenant_nodes", tenant=2, cpu_cores=1, ram=2048, cluster=2)
    if started:
        start(raw)
    assert do(sim, name, check=True, **given)["warnings"]
    refused(sim, name, **given)


def test_F9_what_is_refused_for_real_is_refused_in_check_mode(sim: Vergesim) -> None:
    inside = {"tenant": "other", "network_blocks": [{"cidr": "192.0.2.16/29", "network": "External"}]}
    refused(sim, "tenant networks", **inside)
    refused(sim, "tenant networks", check=True, **inside)


def test_F10_a_refused_delete_has_taken_nothing_away(sim: Vergesim) -> None:
    do(sim, "crash cart", tenant="acme")
    sim.control("PUT", "/sim/switches", {"tenant_delete_cart": "refuse"})
    sim.forget()
    said = refused(sim, "tenant", name="acme", state="absent")
    assert "crash cart" in said.lower() and "acme" in said
    assert not [name for name in sim.requests() if name.startswith("DELETE") and name != "DELETE tenants"]
    assert len(sim.rows("vnet_cidrs")) == len(sim.rows("tenant_layer2_vnets")) == 2


def pending(sim: Vergesim) -> list[str]:
    return [row["name"] for row in sim.rows("vnets") if row["need_fw_apply"] and row["name"] == "External"]


def test_F11_no_rules_are_left_pending_by_a_delete(sim: Vergesim, raw: Raw) -> None:
    raw.act("vnet_actions", vnet=3, action="refresh")
    assert pending(sim) == []
    do(sim, "tenant", name="acme", state="absent")
    assert pending(sim) == []


def test_F11_and_rules_of_others_are_left_and_told(sim: Vergesim) -> None:
    assert pending(sim) == ["External"]
    result = do(sim, "tenant", name="acme", state="absent")
    assert pending(sim) == ["External"]
    assert any("External" in warning for warning in result["warnings"])


@pytest.mark.parametrize("given", [{"isolated": True}, {"state": "stopped"}])
def test_F12_a_misspelt_name_makes_no_tenant(sim: Vergesim, given: dict[str, Any]) -> None:
    assert "acmme" in refused(sim, "tenant", name="acmme", **given)
    assert names(sim, "tenants") == ["acme", "other"]


def test_F13_a_customers_number_is_no_key(sim: Vergesim) -> None:
    assert do(sim, "tenants", gather=[], name="0001") == {"tenants": []}
    assert [tenant["name"] for tenant in do(sim, "tenants", gather=[], name="1")["tenants"]] == ["acme"]


def in_error(rows: Any) -> Any:
    """Rows of a tenant whose nodes all have a host, and which is in error all the same."""
    return [{**row, **{name: "error" for name, value in row.items() if value == "online"}} for row in rows]


def test_F15_error_is_the_end_of_a_wait(bench: Bench) -> None:
    for table in ("tenants", "tenant_nodes"):
        bench.proxy.rule(rewritten(in_error), "GET", table, times=0)
    with pytest.raises(VrgError, match="Gave up waiting for tenant 'acme' to be online"):
        bench.run("tenant", {"name": "acme", "state": "running"})


def test_F16_a_start_that_failed_fails_again_and_names_the_node(sim: Vergesim, raw: Raw) -> None:
    raw.create("tenant_nodes", tenant=1, name="second", cpu_cores=2, ram=4096)
    faulty(sim, kind="unplaceable", tenant_node=3, times=0)
    assert "second" in refused(sim, "tenant", name="acme", state="running")
    assert "second" in refused(sim, "tenant", name="acme", state="running")


def test_F18_a_crash_cart_outlives_a_rename(sim: Vergesim) -> None:
    do(sim, "crash cart", tenant="acme")
    carts = len(sim.rows("vms"))
    do(sim, "tenant", name="acme", new_name="renamed")
    assert not do(sim, "crash cart", tenant="renamed")["changed"]
    assert len(sim.rows("vms")) == carts
    assert do(sim, "crash cart", tenant="renamed", state="absent")["changed"]
    assert len(sim.rows("vms")) == carts - 1


@pytest.mark.parametrize("hostname", ["Web.Example.com", "web.example.com.", " web.example.com "])
def test_F19_another_spelling_is_no_other_address(sim: Vergesim, hostname: str) -> None:
    do(sim, "tenant networks", tenant="acme", external_ips=[{"hostname": "web.example.com", "network": "External"}])
    again = do(sim, "tenant networks", tenant="acme", external_ips=[{"hostname": hostname, "network": "External"}])
    assert not again["changed"]


def test_F19_overlapping_blocks_of_a_list_are_refused_before_the_first_write(sim: Vergesim) -> None:
    blocks = [{"cidr": cidr, "network": "External"} for cidr in ("192.0.2.64/28", "192.0.2.64/29")]
    sim.forget()
    refused(sim, "tenant networks", tenant="acme", network_blocks=blocks)
    assert sim.writes() == 0


def test_F19_a_tenants_own_network_is_no_target(sim: Vergesim) -> None:
    own = next(row["name"] for row in sim.rows("vnets") if row["name"].startswith("tenant_"))
    sim.forget()
    refused(sim, "tenant networks", tenant="acme", layer2_networks=[{"network": own}])
    assert sim.writes() == 0


def test_F19_an_empty_password_is_none(sim: Vergesim) -> None:
    sim.forget()
    refused(sim, "tenant", name="new", tenant_password="")
    assert sim.writes() == 0


NODE = {"cpu_cores": 1, "ram_gb": 2}


@pytest.mark.parametrize(
    ("name", "given", "near"),
    [
        ("tenant node", {"tenant": "acme", "name": "new", **NODE, "cluster": "conundrumlab"}, "conundrum-lab"),
        ("tenant networks", {"tenant": "acme", "layer2_networks": [{"network": "Internl"}]}, "Internal"),
        ("tenant file", {"tenant": "acme", "file": "debian"}, "debian-13.qcow2"),
        ("tenant node", {"tenant": "acmee", "name": "new", **NODE}, "acme"),
        ("node", {"name": "node3", "maintenance": True}, "node1"),
        ("tenant storage", {"tenant": "acme", "tier": 9, "provisioned_gb": 1}, "3"),
        ("tenant snapshot", {"tenant": "acme", "name": "night", "state": "restored", **OVERWRITE}, "nightly"),
    ],
)
def test_F23_an_unknown_reference_is_refused_with_what_there_is(
    sim: Vergesim, name: str, given: dict[str, Any], near: str
) -> None:
    assert near in refused(sim, name, **given)


def test_F24_a_ratio_is_not_read_in_a_unit_that_nobody_knows(bench: Bench) -> None:
    """A live system gave 14 for a ratio that the documentation has in hundredths."""
    as_measured = rewritten(lambda rows: [{**row, **{name: 14 for name in row if "dedupe" in name}} for row in rows])
    bench.proxy.rule(as_measured, "GET", "storage_tiers", times=0)
    tiers = bench.run("storage", {})["tiers"]
    assert tiers[1]["dedupe_ratio"] == pytest.approx(1.5)
    assert all(tier["dedupe_savings_percent"] >= 0 for tier in tiers)


def test_F25_how_full_a_cluster_is(sim: Vergesim) -> None:
    (cluster,) = do(sim, "clusters", include_tiers=True)["clusters"]
    for name in ("ram_used_percent", "ram_per_unit_gb", "cores_per_unit"):
        assert name in cluster, name
    assert {"health", "ram_used_percent", "core_used_percent"} <= set(cluster)


def test_F25_what_the_rows_of_a_tenant_say(sim: Vergesim) -> None:
    (tenant, _other) = do(sim, "tenants", gather=["storage", "network", "snapshots"])["tenants"]
    assert tenant["storage"][0]["tier_name"]
    assert tenant["layer2_networks"][0]["network_type"] == "internal"
    assert "profile" in tenant["snapshots"][0]


def test_F26_a_drain_has_figures_also_in_check_mode(sim: Vergesim) -> None:
    drain = do(sim, "node", check=True, name="node2", maintenance=True, drain_check="fail")["drain"]
    assert drain["verdict"]


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        ("network_blocks", {"cidr": "198.51.100.16/29"}),
        ("network_blocks", {"cidr": "198.51.100.0/29"}),
        ("external_ips", {"ip": "198.51.100.1"}),
        ("external_ips", {"ip": "198.51.100.2"}),
        ("external_ips", {"ip": "198.51.100.255"}),
        ("external_ips", {"ip": "198.51.100.20"}),
        ("external_ips", {"ip": "8.8.8.8"}),
        ("external_ips", {"ip": "10.99.99.150", "network": "Internal"}),
    ],
)
def test_F30_an_address_that_is_somebodys_is_not_given_away(sim: Vergesim, kind: str, item: dict[str, Any]) -> None:
    sim.forget()
    refused(sim, "tenant networks", tenant="acme", **{kind: [{"network": "External", **item}]})
    assert sim.writes() == 0
