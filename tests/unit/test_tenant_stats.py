"""What is not known of a tenant's use is told as unknown, never as nothing."""

from __future__ import annotations

from typing import Any

from plugins.module_utils._resources.tenant_stats import _point, _summary


def row(**known: Any) -> dict[str, Any]:
    columns = ("total_cpu", "core_count", "ram_used", "ram_allocated", "ram_pct", "ip_count")
    tiers = {f"tier{tier}_{size}": 0 for tier in range(6) for size in ("provisioned", "used", "allocated")}
    return {"tenant": "acme", "timestamp": 1_790_000_000, **dict.fromkeys(columns), **tiers, **known}


def test_an_unknown_size_is_null() -> None:
    assert _point(row())["ram_allocated_gb"] is None
    assert _point(row(ram_allocated=4096))["ram_allocated_gb"] == 4.0


def test_percentiles_are_of_what_is_known() -> None:
    summary = _summary("acme", [row(ram_allocated=4096), row(), row(ram_allocated=8192)])
    assert summary["points"] == 3
    assert summary["ram_allocated_gb"] == {"p50": 4.0, "p95": 8.0, "max": 8.0}
    assert summary["cpu_percent"] is None
