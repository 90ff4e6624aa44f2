# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants that are suspended for longer than some days: selected by that, removed only where each is confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ...module_utils._model.units import epoch_of
from ...module_utils._tables.suspensions import all_marks

Row = Mapping[str, Any]

_DAY = 86_400


@dataclass(frozen=True)
class Candidate:
    """A tenant that is selected or confirmed. Without any of the three texts it is both, and to be removed.

    ``refusal``: it is confirmed, and not one to be removed. ``missing``: it is confirmed, and not there.
    ``unconfirmed``: it is selected, and nobody has confirmed it.
    """

    name: str
    row: Optional[Row] = None
    refusal: Optional[str] = None
    missing: Optional[str] = None
    unconfirmed: Optional[str] = None


def candidates(tenants: Sequence[Row], now: str, days: int, confirmed: Sequence[str]) -> list[Candidate]:
    """What comes of each name or uuid in ``confirmed``, and then the tenants that are only selected."""
    found = [_confirmed(tenants, text, now, days) for text in dict.fromkeys(confirmed)]
    # By name and by uuid, one is meant once.
    once = {str(one.row["uuid"]) if one.row else one.name: one for one in found}
    rest = [row for row in tenants if str(row["uuid"]) not in once and objection(row, now, days) is None]
    return [*once.values(), *(_unconfirmed(row) for row in rest)]


def _confirmed(tenants: Sequence[Row], text: str, now: str, days: int) -> Candidate:
    named = [row for row in tenants if row["name"] == text]
    rows = named or [row for row in tenants if str(row["uuid"]).lower() == text.lower()]
    if not rows:
        return Candidate(text, missing=f"There is no tenant '{text}'.")
    if len(rows) > 1:
        return Candidate(
            text, refusal=f"There are {len(rows)} tenants '{text}'. Confirm the one that is meant by uuid."
        )
    name, why_not = str(rows[0]["name"]), objection(rows[0], now, days)
    refusal = f"Tenant '{name}' is confirmed, but {why_not}." if why_not else None
    return Candidate(name, rows[0], refusal=refusal)


def _unconfirmed(row: Row) -> Candidate:
    told = f"Suspended since {_own(row)}, uuid {row['uuid']}; nobody has confirmed its removal."
    return Candidate(str(row["name"]), row, unconfirmed=told)


def _own(row: Row) -> Optional[str]:
    """The date of the mark that has the tenant's own uuid."""
    uuid = str(row["uuid"]).lower()
    return next((mark.since for mark in all_marks(row["note"]) if mark.uuid == uuid), None)


def objection(row: Row, now: str, days: int) -> Optional[str]:
    """Why a tenant is not one that is suspended for longer than so many days, in words that follow its name."""
    if not row["isolated"]:
        return "is not isolated"
    if row["running"] or row["status"] != "offline":
        return f"is not off ({row['status']})"
    since = _own(row)
    if since is None:
        marked = bool(all_marks(row["note"]))
        return "has a mark of a suspension that is not its own" if marked else "has no mark of a suspension"
    if epoch_of(now) - epoch_of(since) <= days * _DAY:
        return f"is suspended since {since} only"
    return None
