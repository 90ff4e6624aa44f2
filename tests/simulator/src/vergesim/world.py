"""One VergeOS: its rows, its time, its switches, and who is acting on it."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from vergesim.clock import Clock, Timeline
from vergesim.logged import WORDS
from vergesim.past import Past
from vergesim.releases import Release
from vergesim.schema import TABLES, Key, Row
from vergesim.store import Store, TableData
from vergesim.switches import Switches

LOG_LIMIT = 20_000

# What else goes when a row of a table goes; filled by the rules.
ON_DROP: dict[str, Callable[[World, Row], None]] = {}
# What follows when columns of a row of a table change; filled by the rules.
ON_CHANGE: dict[str, Callable[[World, Row, Row], None]] = {}
# What else than null becomes of a reference whose row goes; filled by the rules.
ON_LOST: dict[tuple[str, str], Callable[[World, Row], None]] = {}
# Where rows of a table are referred to: table and column.
REFERRERS: dict[str, list[tuple[str, str]]] = {}
for _table in TABLES.values():
    for _column in _table.columns:
        if _column.kind == "ref" and _column.table is not None:
            REFERRERS.setdefault(_column.table, []).append((_table.name, _column.name))
OWNED = [
    (table.name, column.name)
    for table in TABLES.values()
    for column in table.columns
    if column.kind == "owner"
]


@dataclass
class Credentials:
    """The logins of one run; they outlive a reset."""

    username: str = "admin"
    password: str = ""
    viewer_password: str = ""
    api_key: str = ""
    expired_key: str = ""
    restricted_key: str = ""

    @classmethod
    def generate(cls, seed: random.Random | None = None) -> Credentials:
        """Random ones."""
        source = seed or random.SystemRandom()
        return cls("admin", *(f"{source.getrandbits(160):040x}" for _ in range(5)))


@dataclass
class Troubles:
    """What a test told the world to suffer from (the faults that are no HTTP matter)."""

    place: Callable[[Row], bool] = field(default=lambda node: False)
    drain: Callable[[Row], bool] = field(default=lambda node: False)


class World:
    """The state of one simulated system."""

    def __init__(
        self, clock: Clock, step: float, switches: Switches, credentials: Credentials, release: Release
    ) -> None:
        self.store = Store()
        self.release = release
        self.timeline = Timeline(clock, step)
        self.switches = switches
        self.credentials = credentials
        self.troubles = Troubles()
        self.actor = "admin"
        self.default_cluster: int = 1
        self.default_failover: int | None = None
        self.tokens: dict[str, Key] = {}
        self.stale_clusters: set[Key] = set()
        self.lost_machines: set[Key] = set()
        self.given_files: dict[str, set[Key]] = {}
        self.snapshot_copies: dict[Key, dict[str, Any]] = {}
        self.random = random.Random(1)
        self.reboots: dict[Key, bool] = {}
        # What system snapshots keep of tenants and VMs, by table and key.
        self.cloud_copies: dict[tuple[str, Key], dict[str, Any]] = {}
        # What tenants were given before, for their histories. None until all rows of the fixture are there.
        self.past: Past | None = None
        self.pending_restores: dict[Key, dict[str, Any]] = {}
        # By physical node: what its maintenance brought about, and what it drove away.
        self.temporary_nodes: dict[Key, list[Row]] = {}
        self.displaced: dict[Key, list[Row]] = {}

    @property
    def now(self) -> int:
        """The moment, in whole Unix seconds."""
        return int(self.timeline.now)

    def table(self, name: str) -> TableData:
        """The rows of a table."""
        return self.store[name]

    def get(self, table: str, key: Key | None) -> Row:
        """A row that must be there."""
        assert key is not None
        return self.store[table].rows[key]

    def find(self, table: str, key: Key | None) -> Row | None:
        """A row that may be there."""
        return None if key is None else self.store[table].rows.get(key)

    def where(self, table: str, column: str, value: Any) -> list[Row]:
        """The rows whose indexed column holds a value."""
        return self.store[table].find(column, value)

    def insert(self, table: str, values: Row, key: Key | None = None) -> Row:
        """Make a row, under the given key or the next one."""
        data = self.store[table]
        if key is None and TABLES[table].key_column:
            key = values[TABLES[table].key_column]
        if key is None:
            key = data.new_key(self.timeline.now, self.switches["key_reuse"] == "lowest_free")
        row = self.store.blank(table, key, values)
        data.add(row)
        if self.past is not None:
            self.past.made(table, row, self.now)
        return row

    def change(self, table: str, row: Row, **changes: Any) -> None:
        """Change columns of a row."""
        if self.past is not None:
            self.past.changed(table, row, changes, self.now)
        self.store[table].change(row, changes)
        if table in ON_CHANGE:
            ON_CHANGE[table](self, row, changes)

    def drop(self, table: str, row: Row) -> None:
        """Delete a row without asking. Its children go with it, other references to it become null, and what
        was to happen to it is forgotten."""
        key = row["$key"]
        self.store[table].remove(row, self.timeline.now)
        self.timeline.cancel((table, key))
        if table in ON_DROP:
            ON_DROP[table](self, row)
        for name, column in REFERRERS.get(table, ()):
            self._let_go(name, column, key)
        for name, column in OWNED:
            self._let_go(name, column, f"{table}/{key}")
        if self.past is not None:
            self.past.dropped(table, row, self.now)

    def _let_go(self, table: str, column: str, value: Key) -> None:
        for row in self.where(table, column, value):
            if (table, column) in ON_LOST:
                ON_LOST[table, column](self, row)
            elif TABLES[table].parent == column:
                self.drop(table, row)
            else:
                self.change(table, row, **{column: None})

    def drop_all(self, table: str, rows: Iterable[Row]) -> None:
        """Delete several rows without asking."""
        for row in list(rows):
            self.drop(table, row)

    def after(self, steps: float, table: str, row: Row, happen: Callable[[], None]) -> None:
        """Let something happen to a row, `steps` transitions from now."""
        self.timeline.after(steps, (table, row["$key"]), happen)

    def settle(self) -> None:
        """Bring everything to this moment."""
        self.timeline.settle()

    def new_uuid(self) -> str:
        """A random uuid, repeatable for a fixture."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def new_hex(self) -> str:
        """A 40-digit hexadecimal id."""
        return f"{self.random.getrandbits(160):040x}"

    def display(self, table: str, row: Row) -> str:
        """The display text of a row."""
        column = TABLES[table].display
        value = row.get(column)
        if TABLES[table].by_name.get(column) is not None and TABLES[table].by_name[column].kind == "ref":
            target = TABLES[table].by_name[column].table
            referred = self.find(target, value) if target else None
            return self.display(target, referred) if target and referred else str(value)
        return f"Tier {value}" if column == "tier" else str(value)

    def log(
        self, level: str, text: str, table: str = "system", name: str = "", tenant: Key | None = None
    ) -> None:
        """Append to the system's log, and to the tenant's where it is about one (docs/platform.md#3.16).
        The row is about the object called `name` of `table`."""
        if level == "audit" and self.switches["audit_rows"] == "off":
            return
        stamp = int(self.timeline.now * 1_000_000)
        self._append(
            "logs",
            {
                "level": level,
                "text": text,
                "user": self.actor,
                "object_type": WORDS.get(table, "other"),
                "object_name": name,
            },
            stamp,
        )
        if tenant is not None:
            self._append(
                "tenant_logs", {"tenant": tenant, "level": level, "text": text, "user": self.actor}, stamp
            )

    def _append(self, table: str, values: Row, stamp: int) -> None:
        data = self.store[table]
        key = data.last_row + 1
        data.add(self.store.blank(table, key, {**values, "timestamp": stamp}))
        if len(data) > LOG_LIMIT:
            data.remove(next(iter(data)), None)
