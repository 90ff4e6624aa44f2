"""A history says what was, whatever has changed since."""

from __future__ import annotations

from typing import Any

from driver import Driver

HOUR, DAY = 3600, 86_400
GIB = 1024**3


def course(sim: Driver, tenant: int, column: str) -> list[int]:
    """The different values of a column, in order of time."""
    rows: list[dict[str, Any]] = sim.get(
        "tenant_stats_history_long", fields="all", filter=f"tenant eq {tenant}", sort="+timestamp"
    )
    values = [row[column] for row in rows]
    return [value for value, before in zip(values, [None, *values], strict=False) if value != before]


def days_later(sim: Driver, days: int = 1) -> None:
    sim.world.timeline.clock.advance(days * DAY)


def test_a_change_leaves_the_past_be(sim: Driver) -> None:
    tenant = sim.running("acme", ram=4096)
    storage = sim.make("tenant_storage", tenant=tenant, tier=2, provisioned=10 * GIB)
    (node,) = [row["$key"] for row in sim.world.where("tenant_nodes", "tenant", tenant)]
    days_later(sim)
    sim.change(f"tenant_nodes/{node}", ram=8192)
    sim.change(f"tenant_storage/{storage}", provisioned=20 * GIB)
    days_later(sim)
    sim.change(f"tenant_nodes/{node}", ram=2048)
    days_later(sim)
    sim.act(tenant, "poweroff")
    sim.wait(9)
    days_later(sim)
    sim.act(tenant, "poweron")
    sim.wait(9)
    days_later(sim)
    assert course(sim, tenant, "ram_allocated") == [4096, 8192, 2048, 0, 2048]
    assert course(sim, tenant, "tier1_provisioned") == [10 * GIB, 20 * GIB]


def test_a_node_that_is_made_or_gone_counts_while_it_was_there(sim: Driver) -> None:
    tenant = sim.running("acme", ram=4096)
    days_later(sim)
    second = sim.make("tenant_nodes", tenant=tenant, name="node2", cpu_cores=1, ram=2048)
    days_later(sim)
    assert sim.call("DELETE", f"tenant_nodes/{second}")[0] == 200
    days_later(sim)
    assert course(sim, tenant, "ram_allocated") == [4096, 6144, 4096]


def test_a_tenant_is_gone_with_its_history(sim: Driver) -> None:
    tenant = sim.running("acme")
    days_later(sim)
    assert course(sim, tenant, "ram_allocated")
    sim.act(tenant, "poweroff")
    sim.wait(9)
    assert sim.call("DELETE", f"tenants/{tenant}")[0] == 200
    assert sim.world.past is not None and sim.world.past.of(tenant) == []
