"""Rows in memory, with indexes on references and the platform's reuse of keys (docs/platform.md#1.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from vergesim.schema import TABLES, Key, Row, Table


class TableData:
    """The rows of one table in ascending key order."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows: dict[Key, Row] = {}
        self.last_row = 0
        self._ordered = True
        self._last: Key | None = None
        self._next = 1
        self._freed: list[tuple[int, float]] = []
        names = {column.name for column in table.columns if column.kind in ("ref", "owner")}
        self._indexes: dict[str, dict[Any, list[Key]]] = {name: {} for name in names | set(table.indexes)}

    @property
    def indexed(self) -> Iterable[str]:
        """The columns that `find` can look up without a scan."""
        return self._indexes.keys()

    def __iter__(self) -> Iterator[Row]:
        if not self._ordered:
            self.rows = dict(sorted(self.rows.items(), key=lambda item: item[0]))
            self._ordered = True
        return iter(self.rows.values())

    def __len__(self) -> int:
        return len(self.rows)

    def find(self, column: str, value: Any) -> list[Row]:
        """The rows whose indexed `column` holds `value`, in key order."""
        keys = self._indexes[column].get(value, ())
        return [self.rows[key] for key in (sorted(keys) if len(keys) > 1 else keys)]

    def narrowest(self, values: Row) -> Iterable[Row]:
        """The rows that may hold all of `values`: those of the index that leaves the fewest."""
        found = {
            name: self._indexes[name].get(value, [])
            for name, value in values.items()
            if name in self._indexes
        }
        if not found:
            return self.rows.values()
        return [self.rows[key] for key in min(found.values(), key=len)]

    def add(self, row: Row) -> None:
        """Keep a row under its `$key`."""
        key = row["$key"]
        if self._last is not None and key < self._last:
            self._ordered = False
        else:
            self._last = key
        self.rows[key] = row
        self.last_row += 1
        if isinstance(key, int) and key >= self._next:
            self._next = key + 1
        for name, index in self._indexes.items():
            self._index(index, row[name], key)

    def change(self, row: Row, changes: Row) -> None:
        """Change columns of a kept row."""
        for name, value in changes.items():
            index = self._indexes.get(name)
            if index is not None and row[name] != value:
                self._unindex(index, row[name], row["$key"])
                self._index(index, value, row["$key"])
            row[name] = value

    def remove(self, row: Row, free_from: float | None) -> None:
        """Drop a row; its key may be given again from `free_from` on, or never."""
        key = row["$key"]
        del self.rows[key]
        for name, index in self._indexes.items():
            self._unindex(index, row[name], key)
        if isinstance(key, int) and free_from is not None:
            self._freed.append((key, free_from))

    def hold(self, key: Key, free_from: float) -> None:
        """Keep a freed key back until `free_from`."""
        self._freed = [(freed, free_from if freed == key else since) for freed, since in self._freed]

    def reserve(self, keys: Iterable[int]) -> None:
        """Let the next rows take these keys, as if earlier ones had been deleted."""
        self._freed.extend((key, 0.0) for key in keys if key not in self.rows)

    def new_key(self, now: float, reuse: bool) -> int:
        """The lowest key that is free (docs/platform.md#1.5), or the next one never used."""
        ready = [key for key, since in self._freed if since <= now] if reuse else []
        if not ready:
            return self._next
        key = min(ready)
        self._freed = [entry for entry in self._freed if entry[0] != key]
        return key

    @staticmethod
    def _index(index: dict[Any, list[Key]], value: Any, key: Key) -> None:
        if value is not None:
            index.setdefault(value, []).append(key)

    @staticmethod
    def _unindex(index: dict[Any, list[Key]], value: Any, key: Key) -> None:
        if value is not None:
            keys = index[value]
            keys.remove(key)
            if not keys:
                del index[value]


class Store:
    """All tables."""

    def __init__(self) -> None:
        self.tables = {name: TableData(table) for name, table in TABLES.items()}
        self._defaults = {
            name: {column.name: column.default for column in table.columns if column.kind != "rows"}
            for name, table in TABLES.items()
        }

    def __getitem__(self, name: str) -> TableData:
        return self.tables[name]

    def blank(self, name: str, key: Key, values: Row) -> Row:
        """A row with every default, its key and `values`."""
        return {"$key": key, **self._defaults[name], **values}
