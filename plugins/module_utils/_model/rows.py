# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many rows that are asked for again and again: what is equal is found without looking at each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

from .conditions import Condition, Row, Term


class Rows:
    """Rows by their ``$key``, in the order in which they came."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[Any, Row] = {row["$key"]: row for row in rows}
        #: The rows of each value, by what is compared and how it is spelled.
        self._indexes: dict[tuple[str, Any], dict[Any, list[Row]]] = {}

    def put(self, row: Row) -> None:
        """Have one more, or another one of that key."""
        if row["$key"] in self._rows:
            self._indexes.clear()
        self._rows[row["$key"]] = row
        for (key, spelling), index in self._indexes.items():
            index.setdefault(spelling(row[key]), []).append(row)

    def drop(self, key: Any) -> None:
        """Have one no more, if it is there."""
        self._rows.pop(key, None)
        self._indexes.clear()

    def matching(self, where: Condition) -> list[Row]:
        """The rows that match."""
        found = self._candidates(where)
        return [row for row in (self._rows.values() if found is None else found) if where.matches(row)]

    def but(self, where: Condition) -> list[Row]:
        """The rows that do not match."""
        return [row for row in self._rows.values() if not where.matches(row)]

    def _candidates(self, where: Condition) -> Optional[list[Row]]:
        """Rows among which all are that match, found by an equality; None where that takes looking at each."""
        if isinstance(where, Term):
            return self._equal(where) if where.operator == "eq" else None
        found = [self._candidates(part) for part in where.parts]
        if where.word == "and":
            known = [rows for rows in found if rows is not None]
            return min(known, key=len) if known else None
        if any(rows is None for rows in found):
            return None
        return list({id(row): row for part in found for row in part or ()}.values())

    def _equal(self, term: Term) -> list[Row]:
        index = self._indexes.get((term.key, term.spelling))
        if index is None:
            index = self._indexes[term.key, term.spelling] = {}
            for row in self._rows.values():
                index.setdefault(term.spelling(row[term.key]), []).append(row)
        return index.get(term.spelling(term.value), [])
