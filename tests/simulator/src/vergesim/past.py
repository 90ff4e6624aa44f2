"""What tenants were given before: a history is computed when it is read, and a change leaves the past be."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from vergesim.schema import Key, Row

#: The columns that a history is made of, by table.
REMEMBERED = {
    "tenant_nodes": ("ram", "cpu_cores"),
    "tenant_storage": ("tier", "provisioned", "used"),
    "tenant_status": ("running", "started", "stopped"),
}


@dataclass
class Life:
    """One row over time: what it was until each of some moments.

    None is before it was made, and after it was dropped.
    """

    table: str
    row: Row
    until: list[int] = field(default_factory=list)
    was: list[Row | None] = field(default_factory=list)
    dropped: bool = False

    def end(self, now: int, values: Row | None) -> None:
        """Until now, it was so."""
        self.until.append(now)
        self.was.append(values)

    def at(self, time: int) -> Row | None:
        """What the row was at a time."""
        index = bisect_right(self.until, time)
        if index < len(self.until):
            return self.was[index]
        return None if self.dropped else self.row


class Past:
    """The lives of the rows that changed, by tenant."""

    def __init__(self) -> None:
        self._lives: dict[Key, list[Life]] = {}

    def of(self, tenant: Key) -> list[Life]:
        """The rows of a tenant that are not as they always were."""
        return self._lives.get(tenant, [])

    def made(self, table: str, row: Row, now: int) -> None:
        """A row is there from now on."""
        if table in REMEMBERED:
            self._life(table, row).end(now, None)

    def changed(self, table: str, row: Row, changes: Row, now: int) -> None:
        """Columns of a row are about to change."""
        names = REMEMBERED.get(table, ())
        if any(name in changes and changes[name] != row[name] for name in names):
            self._life(table, row).end(now, {name: row[name] for name in names})

    def dropped(self, table: str, row: Row, now: int) -> None:
        """A row is gone; with a tenant, its history is."""
        if table == "tenants":
            self._lives.pop(row["$key"], None)
        elif table in REMEMBERED:
            life = self._life(table, row)
            life.end(now, {name: row[name] for name in REMEMBERED[table]})
            life.dropped = True

    def _life(self, table: str, row: Row) -> Life:
        lives = self._lives.setdefault(row["tenant"], [])
        found = next((life for life in lives if life.row is row), None)
        if found is None:
            found = Life(table, row)
            lives.append(found)
        return found
