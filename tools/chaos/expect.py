"""What must stand in the tables after a run that reported success: what is missing, or still there, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

from .tables import GIB, Holding, Row, Tables

Params = dict[str, Any]

_TENANT_COLUMNS = ("description", "note", "help_url", "allow_branding", "theme_access")
#: Seconds by which an expiry may differ from created + retention.
_TOLERANCE = 60
_MB = 1024


def missing(module: str, params: Params, before: Holding, after: Holding, tables: Tables) -> list[str]:
    """How the tables contradict a run of the module that reported success."""
    judge = _JUDGES.get(module)
    if judge is not None:
        return list(judge(params, before, after))
    return list(_cluster(params, tables) if module == "vrg_cluster" else _host(params, tables))


def _differing(row: Row, wanted: dict[str, Any], what: str) -> Iterator[str]:
    for column, value in wanted.items():
        if row[column] != value:
            yield f"{what}: {column} is {row[column]!r}, not {value!r}"


def _tenant(params: Params, before: Holding, after: Holding) -> Iterator[str]:
    name, state = params.get("new_name") or params["name"], params.get("state", "present")
    named = [row for row in after.tenants if row["name"] == name]
    if state == "absent":
        if named:
            yield f"tenant '{name}' is still there"
        return
    if not named:
        yield f"tenant '{name}' is not there"
        return
    if before.row and before.row["uuid"] != named[0]["uuid"]:
        yield f"tenant '{name}' is another one than before"
    yield from _differing(named[0], {key: params[key] for key in _TENANT_COLUMNS if key in params}, f"tenant '{name}'")
    if "isolated" in params and named[0]["isolate"] is not params["isolated"]:
        yield f"tenant '{name}': isolation is {named[0]['isolate']}"
    if state in ("running", "restarted", "reset") and not after.running:
        yield f"tenant '{name}' does not run"
    if state == "stopped" and after.running:
        yield f"tenant '{name}' still runs"


def _node(params: Params, before: Holding, after: Holding) -> Iterator[str]:
    name = params["name"]
    row = after.part("tenant_nodes", name)
    if _absent(params):
        if row:
            yield f"node '{name}' is still there"
        return
    if row is None:
        yield f"node '{name}' is not there"
        return
    wanted: Params = {key: params[key] for key in ("cpu_cores", "description", "on_power_loss") if key in params}
    if "ram_gb" in params:
        wanted["ram"] = int(params["ram_gb"] * _MB)
    yield from _differing(row, wanted, f"node '{name}'")


def _storage(params: Params, before: Holding, after: Holding) -> Iterator[str]:
    tier = params["tier"]
    row = after.part("tenant_storage", tier)
    if _absent(params):
        if row:
            yield f"storage on tier {tier} is still there"
    elif row is None:
        yield f"storage on tier {tier} is not there"
    else:
        yield from _differing(row, {"provisioned": params["provisioned_gb"] * GIB}, f"storage on tier {tier}")


def _networks(params: Params, before: Holding, after: Holding) -> Iterator[str]:
    for item in params.get("external_ips") or ():
        column = "ip" if "ip" in item else "hostname"
        found = [row for row in after.parts["vnet_addresses"] if row[column] == item[column]]
        yield from _once(params, found, f"external IP {item[column]}")
    for item in params.get("network_blocks") or ():
        block = ip_network(item["cidr"])
        found = [row for row in after.parts["vnet_cidrs"] if ip_network(row["cidr"], strict=False) == block]
        yield from _once(params, found, f"block {block}")
    for item in params.get("layer2_networks") or ():
        found = [row for row in after.parts["tenant_layer2_vnets"] if row["network"] == item["network"]]
        yield from _once(params, found, f"layer-2 network {item['network']}")
        if found and not _absent(params) and item.get("enabled") is not None:
            yield from _differing(found[0], {"enabled": item["enabled"]}, f"layer-2 network {item['network']}")
    if params.get("exclusive"):
        yield from _excess(params, after)


def _once(params: Params, found: list[Row], what: str) -> Iterator[str]:
    if _absent(params) and found:
        yield f"{what} is still there"
    if not _absent(params) and not found:
        yield f"{what} is not there"


def _excess(params: Params, after: Holding) -> Iterator[str]:
    parts = {
        "external_ips": "vnet_addresses",
        "network_blocks": "vnet_cidrs",
        "layer2_networks": "tenant_layer2_vnets",
    }
    for option, table in parts.items():
        given = params.get(option)
        if given is not None and len(after.parts[table]) > len(given):
            yield f"{option}: {len(after.parts[table])} rows, {len(given)} listed as exclusive"


def _snapshot(params: Params, before: Holding, after: Holding) -> Iterator[str]:
    name, state = params["name"], params.get("state", "present")
    row = after.part("tenant_snapshots", name)
    if state == "absent":
        if row:
            yield f"snapshot '{name}' is still there"
        return
    if row is None:
        yield f"snapshot '{name}' is not there"
        return
    if "description" in params:
        yield from _differing(row, {"description": params["description"]}, f"snapshot '{name}'")
    if state == "present" and "retention" in params:
        retention = params["retention"]
        expires = int(row["expires"] or 0)
        right = expires == 0 if not retention else abs(expires - row["created"] - retention) <= _TOLERANCE
        if not right:
            yield f"snapshot '{name}': expires at {expires}, created at {row['created']}, retention {retention}"


def _cart(params: Params, before: Holding, after: Holding) -> Iterator[str]:
    if _absent(params) and after.parts["vms"]:
        yield "the crash cart is still there"
    if not _absent(params) and not after.parts["vms"]:
        yield "the crash cart is not there"


def _file(params: Params, before: Holding, after: Holding) -> Iterator[str]:
    """What was given cannot be seen from the host."""
    return iter(())


def _cluster(params: Params, tables: Tables) -> Iterator[str]:
    name = params["name"]
    rows = [row for row in tables.rows("clusters") if row["name"] == name]
    if _absent(params):
        if rows:
            yield f"cluster '{name}' is still there"
        return
    if not rows:
        yield f"cluster '{name}' is not there"
        return
    wanted = {"description": params["description"]} if "description" in params else {}
    if "max_ram_per_vm_gb" in params:
        wanted["max_ram_per_vm"] = int(params["max_ram_per_vm_gb"] * _MB)
    if "target_ram_percent" in params:
        wanted["target_ram_pct"] = params["target_ram_percent"]
    yield from _differing(rows[0], wanted, f"cluster '{name}'")


def _host(params: Params, tables: Tables) -> Iterator[str]:
    (row,) = (row for row in tables.rows("nodes") if row["name"] == params["name"])
    if bool(row["maintenance"]) is not params["maintenance"]:
        yield f"host '{params['name']}': maintenance is {row['maintenance']}"


def _absent(params: Params) -> bool:
    return bool(params.get("state", "present") == "absent")


_JUDGES: dict[str, Callable[[Params, Holding, Holding], Iterator[str]]] = {
    "vrg_tenant": _tenant,
    "vrg_tenant_node": _node,
    "vrg_tenant_storage": _storage,
    "vrg_tenant_net": _networks,
    "vrg_tenant_snapshot": _snapshot,
    "vrg_tenant_crash_cart": _cart,
    "vrg_tenant_file": _file,
}


def held_twice(holding: Holding) -> list[str]:
    """What one tenant has two of: crash carts, or addresses of one host name."""
    names = [row["hostname"] for row in holding.parts["vnet_addresses"] if row["hostname"]]
    found = [f"{names.count(name)} addresses for {name}" for name in sorted(set(names)) if names.count(name) > 1]
    carts = len(holding.parts["vms"])
    return [*found, f"{carts} crash carts of one tenant"] if carts > 1 else found


def doubles(tables: Tables) -> list[str]:
    """Two rows of one identity, anywhere on the system, and a host name with two addresses."""
    kept = {row["$key"]: row for row in tables.rows("tenants") if not row["is_snapshot"]}
    made = {row["vm"]: row for row in tables.rows("vm_recipe_instances")}
    seen: dict[tuple[Any, ...], int] = {}

    def count(*identity: Any) -> None:
        seen[identity] = seen.get(identity, 0) + 1

    for row in kept.values():
        count("tenants", row["name"])
    for table, column in (
        ("tenant_nodes", "name"),
        ("tenant_storage", "tier"),
        ("tenant_layer2_vnets", "vnet"),
        ("tenant_snapshots", "name"),
    ):
        for row in tables.rows(table):
            count(table, row["tenant"], row[column])
    for row in tables.rows("vnet_addresses"):
        count("vnet_addresses", row["vnet"], row["ip"])
        if row["hostname"]:
            count("vnet_addresses", row["owner"], row["vnet"], "host name", row["hostname"])
    for row in tables.rows("vnet_cidrs"):
        count("vnet_cidrs", row["vnet"], row["cidr"])
    for row in tables.rows("clusters"):
        count("clusters", row["name"])
    for row in tables.rows("vms"):
        if not row["is_snapshot"]:
            count("vms", row["name"])
            tenant = kept.get((made.get(row["$key"], {}).get("answers") or {}).get("tenant"))
            if tenant and row["created"] >= tenant["created"]:
                count("crash carts of tenant", tenant["name"])
    return [f"{' '.join(map(str, identity))}: {number} rows" for identity, number in seen.items() if number > 1]
