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

from ._errors import VrgError
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
    """One read of a table. ``fields`` is always sent: the platform's own choice leaves columns out (API page 2.3).

    ``sort`` is a column, with ``-`` before it for the greatest first; ``limit`` 0 means all.
    """

    table: str
    filter: str
    fields: str
    sort: str = ""
    limit: int = 0

    @property
    def parameters(self) -> dict[str, Any]:
        given = {"filter": self.filter, "fields": self.fields, "sort": self.sort, "limit": self.limit}
        return {name: value for name, value in given.items() if value}


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

    ``now`` is the platform's own time, in seconds since 1970, as its last answer told it.
    """

    def __init__(self, client: Any, *, now: int, quiet_tls: bool = False) -> None:
        self._client = client
        self._quiet_tls = quiet_tls
        self.now = now

    def read(self, query: Query) -> list[Row]:
        """The rows that match, each with its ``$key``; no rows is an empty list."""
        with self.failures_are_told("GET", query.table, f"read {query.table.replace('_', ' ')}"):
            answer = _table(self._client, query.table).rows(query.parameters)
        # A read without a match may answer {"$count": 0} instead of an empty list (API page 2.3).
        rows = answer if isinstance(answer, list) else [answer or {}]
        found = [dict(row) for row in rows if "$key" in row]
        for row in found:
            row["$key"] = row_key(row["$key"])
        return found

    def write(self, write: Write) -> Optional[Any]:
        """Carry out one change, once; return the key of a row that it created.

        Raises VrgError, whose outcome says what is known about the change.
        """
        table = _table(self._client, write.table)
        with self.failures_are_told(write.method, write.path, f"{write.method} {write.path}"):
            if write.method == "PUT":
                table.change(write.key, write.body)
            elif write.method == "DELETE":
                table.delete(write.key)
            else:
                # Actions may answer without a body (API page 8, row 3).
                return row_key((table.post(write.body) or {}).get("$key"))
        return None

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


def _table(client: Any, name: str) -> Any:
    """The SDK's manager for any endpoint, with the three requests that it would otherwise dress up.

    Its own ``list`` cannot sort, its ``create`` takes an empty body for a failure, and its ``update`` reads the row
    again after one. Imported here, so that the engine loads where the SDK is missing.
    """
    from pyvergeos.resources.base import ResourceManager

    class Table(ResourceManager):  # type: ignore[type-arg]
        _endpoint = name

        def rows(self, parameters: Mapping[str, Any]) -> Any:
            return self._client._request("GET", self._endpoint, params=dict(parameters))

        def post(self, body: Mapping[str, Any]) -> Any:
            return self._client._request("POST", self._endpoint, json_data=dict(body))

        def change(self, key: Any, body: Mapping[str, Any]) -> None:
            self._client._request("PUT", f"{self._endpoint}/{key}", json_data=dict(body))

    return Table(client)
