"""What a run may not have done, whatever it was asked for, and what it may not say: judged by tables and wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .tables import GIB, PARTS, Holding, Row
from .wire import Sent
from .work import Asked, Params

DUPLICATE, LOST, TRACEBACK, GUARD, UNTRUE = "duplicates", "lost rows", "tracebacks", "guards passed wrongly", "untrue"
#: Which items of a list of networks stand in which table.
_LISTS = {"external_ips": "vnet_addresses", "network_blocks": "vnet_cidrs", "layer2_networks": "tenant_layer2_vnets"}
#: What a task may take away, by module: the table, and the option that names the row.
_TAKEN = {
    "vrg_tenant_node": ("tenant_nodes", "name"),
    "vrg_tenant_storage": ("tenant_storage", "tier"),
    "vrg_tenant_snapshot": ("tenant_snapshots", "name"),
}


@dataclass
class Happened:
    """What somebody else did while the task ran: after so many requests, to which row, and what it was before."""

    after: int
    kind: str
    row: Row


@dataclass
class Finding:
    """One thing that must not be; ``row`` is the table and key that it is about, where another run may have done it."""

    figure: str
    text: str
    row: tuple[str, str] | None = None


def of_words(asked: Asked, changed: bool | None, sent: Sequence[Sent]) -> Iterator[Finding]:
    """What can be judged without the tables; ``changed`` is None for a run that failed."""
    writes = [one for one in sent if one.is_write]
    may_have = [one for one in writes if not one.refused]
    if asked.check:
        if writes:
            yield Finding(GUARD, f"check mode wrote: {writes[0].method} {writes[0].table}")
        return
    if asked.params.get("uuid") == "@neighbour" and may_have:
        yield Finding(GUARD, f"wrote although the tenant has another uuid: {may_have[0].method} {may_have[0].table}")
    if asked.params.get("state") == "restored":
        yield from _restored(asked.params, may_have, writes)
    if changed and not may_have:
        if any(one.method == "POST" and one.table == "tenants" for one in writes):
            yield Finding(GUARD, "says that it made the tenant, but somebody else had: its own create was refused")
        else:
            yield Finding(UNTRUE, "says changed, but the platform accepted nothing of it")
    if changed is False and any(one.accepted for one in writes):
        yield Finding(UNTRUE, "says unchanged, but the platform accepted a write")


def _restored(params: Params, may_have: Sequence[Sent], writes: Sequence[Sent]) -> Iterator[Finding]:
    if not params["confirm_overwrite"] and may_have:
        yield Finding(GUARD, "restored over the tenant without confirm_overwrite")
    restores = [one for one in writes if (one.body or {}).get("action") == "restore"]
    if any(one.status is None or one.status >= 500 for one in restores[:-1]):
        yield Finding(DUPLICATE, "the restore was sent again after an answer that does not say whether it was made")


def of_rows(
    asked: Asked, before: Holding, after: Holding, sent: Sequence[Sent], happened: Happened | None
) -> Iterator[Finding]:
    """What a run did to a tenant that nobody else works on, but for what ``happened``."""
    if asked.check:
        return
    yield from _foreign(before, after, sent)
    yield from _removed(asked, before, after)
    yield from _data(asked, before, after, sent, happened)
    yield from _user_interface(asked, before, after, sent, happened)
    for node in before.parts["tenant_nodes"]:
        gone = before.row and after.row and after.part("tenant_nodes", node["name"]) is None
        asked_for = asked.module == "vrg_tenant_node" and not asked.params.get("allow_power_off")
        if gone and asked_for and node["running"]:
            yield Finding(GUARD, f"node '{node['name']}' was running and is gone, without allow_power_off")


def _foreign(before: Holding, after: Holding, sent: Sequence[Sent]) -> Iterator[Finding]:
    mine = before.keys() | after.keys()
    # A row that this run has made itself and taken away again is its own.
    made = {one.table for one in sent if one.method == "POST"}
    for one in sent:
        watched = one.method in ("PUT", "DELETE") and one.table in {"tenants", *PARTS} - made and one.accepted
        if watched and (one.table, one.key) not in mine:
            yield Finding(GUARD, f"{one.method} {one.table}/{one.key}, which is a row of somebody else")


def _removed(asked: Asked, before: Holding, after: Holding) -> Iterator[Finding]:
    """Rows that are gone although nobody asked for that."""
    if asked.module == "vrg_tenant" and asked.params.get("state") == "absent":
        return
    if before.row and (after.row is None or after.row["uuid"] != before.row["uuid"]):
        yield Finding(LOST, "the tenant is gone", ("tenants", str(before.row["$key"])))
        return
    for table, identity in PARTS.items():
        for row in before.parts[table]:
            gone = not any(other["$key"] == row["$key"] for other in after.parts[table])
            if gone and not _may_go(asked, table, row):
                what = f"{table} {row[identity]} is gone, and was not to be removed"
                yield Finding(LOST, what, (table, str(row["$key"])))


def _may_go(asked: Asked, table: str, row: Row) -> bool:
    params = asked.params
    absent = params.get("state") == "absent"
    if asked.module in _TAKEN:
        taken, option = _TAKEN[asked.module]
        return absent and table == taken and bool(row[PARTS[table]] == params[option])
    if asked.module == "vrg_tenant_crash_cart":
        return absent and table == "vms"
    for option, listed in _LISTS.items():
        items = params.get(option)
        if table == listed and items is not None:
            marks = {value for item in items for value in (item.get("ip"), item.get("hostname"), item.get("cidr"))}
            marks |= {item["network"] for item in items} if option == "layer2_networks" else set()
            named = bool(marks & {row.get(column) for column in ("ip", "hostname", "cidr", "network")} - {None, ""})
            return named if absent else bool(params.get("exclusive")) and not named
    return False


def _data(
    asked: Asked, before: Holding, after: Holding, sent: Sequence[Sent], happened: Happened | None
) -> Iterator[Finding]:
    if asked.params.get("allow_data_loss") or not before.row or not after.row:
        return
    for row in before.parts["tenant_storage"]:
        filled = happened is not None and happened.kind == "fill" and happened.row["$key"] == row["$key"]
        used = happened.row["used"] if filled and happened else row["used"]
        now = after.part("tenant_storage", row["tier"])
        size = now["provisioned"] if now else 0
        if not used or size >= min(used, row["provisioned"]):
            continue
        write = _write_to(sent, "tenant_storage", row)
        if not filled or write is None or _unguarded(sent, write, happened, ("tenant_storage",)):
            said = f"{used / GIB:g} GiB on tier {row['tier']} went without allow_data_loss"
            yield Finding(GUARD, said + (", written between plan and write" if filled else ""))


def _user_interface(
    asked: Asked, before: Holding, after: Holding, sent: Sequence[Sent], happened: Happened | None
) -> Iterator[Finding]:
    if asked.params.get("allow_ui_loss") or not before.row or not after.row:
        return
    set_so = happened is not None and happened.kind == "ui"
    shown = happened.row["$key"] if set_so and happened else before.row["ui_address"]
    rows = [row for row in before.parts["vnet_addresses"] if row["$key"] == shown]
    if not rows or any(row["$key"] == shown for row in after.parts["vnet_addresses"]):
        return
    write = _write_to(sent, "vnet_addresses", rows[0])
    if not set_so or write is None or _unguarded(sent, write, happened, ("tenants", "vnet_addresses")):
        said = f"the address {rows[0]['ip']} of the user interface went without allow_ui_loss"
        yield Finding(GUARD, said + (", made so between plan and write" if set_so else ""))


def going(asked: Asked, before: Holding) -> Row | None:
    """An address that the task is about to take away and that is not yet the one of the user interface."""
    for row in before.parts["vnet_addresses"]:
        if before.row and row["$key"] != before.row["ui_address"] and _may_go(asked, "vnet_addresses", row):
            return row
    return None


def _write_to(sent: Sequence[Sent], table: str, row: Row) -> int | None:
    """The last request that may have changed the row."""
    found = [n for n, one in enumerate(sent) if one.is_write and (one.table, one.key) == (table, str(row["$key"]))]
    return next((n for n in reversed(found) if not sent[n].refused), None)


def _unguarded(sent: Sequence[Sent], write: int, happened: Happened | None, tables: tuple[str, ...]) -> bool:
    """Whether the guard was not judged on fresh rows right before the write: only then nobody could have known."""
    if happened is None:
        return True
    reads = [n for n in range(write) if sent[n].method == "GET" and sent[n].table in tables and sent[n].accepted]
    last = reads[-1] if reads else -1
    # What happened after so many answers came after the request with that number less one.
    seen = last >= happened.after
    return seen or any(one.is_write for one in sent[last + 1 : write])
