"""Log rows and what they are about (docs/platform.md#3.16)."""

from __future__ import annotations

from driver import Driver
from vergesim.logged import WORDS
from vergesim.schema import TABLES


def about(sim: Driver, text: str) -> list[tuple[str, str]]:
    rows = sim.get("logs", filter=f"text ct '{text}'", fields="object_type,object_name")
    return [(row["object_type"], row["object_name"]) for row in rows]


def test_F70_kinds_of_objects_are_singular(sim: Driver) -> None:
    """There is no word for a tenant node: its rows are about its tenant, as its actions are."""
    key = sim.running()
    sim.change("clusters/1", description="d")
    sim.change("nodes/1", description="d")
    sim.make("vnet_addresses", vnet=3, type="virtual", ip="198.51.100.9")
    sim.make("users", name="somebody", password="long enough")
    sim.make("vm_actions", vm=1, action="poweron")
    sim.make("files", name="new.iso")
    sim.make("shared_objects", recipient=key, name="o")
    sim.make("machine_snapshots", machine=6, name="m")
    sim.call("POST", "nodes/2/enable_maintenance", {})
    assert about(sim, "tenants \\'acme\\' created") == [("tenant", "acme")]
    assert about(sim, "is now online") == [("tenant", "acme")]
    assert about(sim, "tenant_nodes \\'node1\\' created") == [("tenant", "acme")]
    assert about(sim, "clusters ") == [("cluster", "conundrum-lab")]
    assert about(sim, "nodes \\'node1\\' updated") == [("node", "node1")]
    assert about(sim, "Action \\'enable_maintenance\\' accepted") == [("node", "node2")]
    assert about(sim, "vnet_addresses ") == [("vnet", "External")]
    assert about(sim, "users ") == [("user", "somebody")]
    assert about(sim, "files ") == [("file", "new.iso")]
    assert about(sim, "Action \\'poweron\\' accepted") == [("tenant", "acme"), ("vm", "test")]
    assert about(sim, "shared_objects ") == [("tenant", "acme")]
    assert about(sim, "machine_snapshots ") == [("other", "m")]
    types = {row["object_type"] for row in sim.get("logs", fields="object_type")}
    assert types <= {*WORDS.values(), "other"} and not types & (set(TABLES) - {"system"})


def test_every_table_says_only_what_it_has(sim: Driver) -> None:
    """`fields=most` answers 200 everywhere (measured on all tables of 26.1.8)."""
    for table in set(TABLES) - {"alarm_actions"}:
        assert isinstance(sim.get(table, fields="most", limit="3"), (list, dict)), table
