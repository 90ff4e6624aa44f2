# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The platform's tables by name: read and write rows, with every failure mapped to one error type.

The transport is pyvergeos's ResourceManager for an endpoint; docs/decisions/0002 says why not its typed managers.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Optional

from ._errors import Outcome, VrgError
from ._failures import explain
from ._units import row_key

Row = dict[str, Any]


def quoted(value: Any) -> str:
    """A literal for a filter: three characters need a backslash inside quotes (API page 2.2)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    for special in ("\\", "'", "{"):
        text = text.replace(special, "\\" + special)
    return f"'{text}'"


def equals(column: str, *values: Any) -> str:
    """A filter for rows whose column is one of the values."""
    terms = [f"{column} eq {quoted(value)}" for value in values]
    return any_of(*terms)


def any_of(*terms: str) -> str:
    """Alternatives, in parentheses: the platform knows no precedence (API page 2.2)."""
    return terms[0] if len(terms) == 1 else f"({' or '.join(terms)})"


def all_of(*terms: str) -> str:
    """Conditions that hold together; empty ones are left out."""
    return " and ".join(term for term in terms if term)


@dataclass(frozen=True)
class Query:
    """One read of a table. ``fields`` is always sent: the platform's own choice leaves columns out (API page 2.3)."""

    table: str
    filter: str
    fields: str


@dataclass(frozen=True)
class Write:
    """One change: POST to a table or an action, PUT or DELETE of a row."""

    method: str
    table: str
    key: Optional[Any] = None
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return self.table if self.key is None else f"{self.table}/{self.key}"


class Api:
    """The tables of one connected system.

    ``now`` is the platform's own time, in seconds since 1970, as the connection probe told it.
    """

    def __init__(self, client: Any, *, now: int, quiet_tls: bool = False) -> None:
        self._client = client
        self._quiet_tls = quiet_tls
        self.now = now

    def read(self, query: Query) -> list[Row]:
        """The rows that match, each with its ``$key``; no rows is an empty list."""
        with self.failures_are_told("GET", query.table, f"read {query.table.replace('_', ' ')}"):
            rows = self._manager(query.table).list(filter=query.filter or None, fields=query.fields)
        # A read without a match may answer {"$count": 0}, which the SDK takes for a row (API page 2.3).
        found = [dict(row) for row in rows if "$key" in row]
        for row in found:
            row["$key"] = row_key(row["$key"])
        return found

    def write(self, write: Write) -> Optional[Any]:
        """Carry out one change, once; return the key of a row that it created.

        Raises VrgError, whose outcome says what is known about the change.
        """
        manager = self._manager(write.table)
        with self.failures_are_told(write.method, write.path, f"{write.method} {write.path}"):
            if write.method == "PUT":
                manager.update(write.key, **write.body)
            elif write.method == "DELETE":
                manager.delete(write.key)
            else:
                return self._post(manager, write)
        return None

    def _post(self, manager: Any, write: Write) -> Optional[Any]:
        from requests.exceptions import RequestException

        try:
            receipt = manager.create(**write.body)
        except RequestException:
            # An answer that is no JSON is a ValueError too.
            raise
        except ValueError:
            # Actions may answer without a body (API page 8, row 3), which the SDK takes for a failure.
            return None
        return row_key(receipt.get("$key"))

    def _manager(self, table: str) -> Any:
        from pyvergeos.resources.base import ResourceManager

        manager: Any = ResourceManager(self._client)
        manager._endpoint = table
        return manager

    @contextmanager
    def failures_are_told(self, method: str, path: str, attempted: str) -> Iterator[None]:
        api = {"method": method, "path": f"/api/v4/{path}", "status": None}
        with warnings.catch_warnings():
            if self._quiet_tls:
                # Said once, in the documentation of the option, and not with each request.
                warnings.filterwarnings("ignore", message="Unverified HTTPS request")
            try:
                yield
            except VrgError:
                raise
            except Exception as error:
                raise explain(error, attempted, api) from error


__all__ = ["Api", "Outcome", "Query", "Row", "Write", "all_of", "any_of", "equals", "quoted"]
