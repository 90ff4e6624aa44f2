# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_tenant_fleet`` returns: of thousands of tenants, what somebody has to read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional, Protocol

from .._model.errors import VrgError
from .._model.plan import Plan

#: The most that a result takes: AWX drops what is longer than 700,000 characters, and keeps some results twice.
MOST_CHARACTERS = 400_000
#: How many tenants a diff shows.
_SHOWN = 200
_MOST_WARNINGS = 50


class Work(Protocol):
    """What was planned for a member of the list, and what has become of it."""

    member: Any
    settle: Any
    is_new: bool
    error: Optional[VrgError]
    halted: str
    view: Optional[dict[str, Any]]

    @property
    def plans(self) -> list[Plan]:
        """What was planned, in order."""

    @property
    def planned(self) -> list[str]:
        """Its sentences."""


def outcome(work: Work, check: bool) -> dict[str, Any]:
    """What became of one tenant, or would in a dry run: created, changed, unchanged, failed or left."""
    changes = work.planned if check else list(work.settle.done)
    found: dict[str, Any] = {"name": work.member.name, "uuid": (work.member.row or {}).get("uuid")}
    if work.error is not None:
        found |= {"result": "failed", "changes": [] if check else changes, "msg": work.error.message}
        found |= {"hint": work.error.hint} if work.error.hint else {}
        found |= {"api": work.error.api} if work.error.api else {}
        return found
    if work.halted:
        return {**found, "result": "left", "changes": changes, "msg": f"Not all was done, because {work.halted}."}
    result = "created" if changes and work.is_new else "changed" if changes else "unchanged"
    if not changes and work.member.is_left:
        return {
            **found,
            "result": "left",
            "changes": [],
            "msg": "It is off, and its item does not say that it is to run.",
        }
    if work.view is not None:
        found |= {"uuid": work.view["uuid"], "tenant": work.view}
    return {**found, "result": result, "changes": changes}


def result(works: Sequence[Work], found: Mapping[str, Any], warnings: Sequence[str], check: bool) -> dict[str, Any]:
    """The module's result, within ``MOST_CHARACTERS``; ``found`` is what was found out about the list as a whole."""
    outcomes = [outcome(work, check) for work in works]
    counts = Counter(one["result"] for one in outcomes)
    rules = found.get("rules", [])
    told = [*found["warnings"], *warnings, *(warning for work in works for warning in work.member.warnings)]
    whole = {
        "changed": any(one["changes"] for one in outcomes) or bool(rules),
        "summary": {
            "listed": len(works),
            **{name: counts[name] for name in ("created", "changed", "unchanged", "failed", "left")},
            "unlisted": len(found["unlisted"]),
        },
        "changes": [sentence for one in outcomes for sentence in one["changes"]] + list(rules),
        "capacity": found["capacity"],
        "tenants": [one for one in outcomes if one["result"] != "unchanged"],
        "unlisted": found["unlisted"],
        "truncated": False,
        "warnings": _few(list(dict.fromkeys(told))),
        "diff": {"prepared": "\n".join(_diff(works, counts))},
    }
    return _shortened(whole)


def failure(whole: Mapping[str, Any]) -> str:
    """The sentence of a run in which tenants failed."""
    failed = [one for one in whole["tenants"] if one["result"] == "failed"]
    said = " ".join(f"{one['name']}: {one['msg']}" for one in failed[:5])
    more = f" And {len(failed) - 5} more." if len(failed) > 5 else ""
    return f"{whole['summary']['failed']} of {whole['summary']['listed']} tenants failed. {said}{more}"


def _few(sentences: list[str]) -> list[str]:
    if len(sentences) <= _MOST_WARNINGS:
        return sentences
    return [*sentences[:_MOST_WARNINGS], f"And {len(sentences) - _MOST_WARNINGS} more warnings."]


def _diff(works: Sequence[Work], counts: Mapping[str, int]) -> Iterator[str]:
    """A line of totals, then the fields that change, by tenant."""
    yield ", ".join(f"{counts[name]} {name}" for name in ("created", "changed", "failed", "left") if counts[name])
    shown = 0
    for work in works:
        lines = [f"    {line}" for plan in work.plans for line in _fields(plan)]
        if not lines or work.error is not None:
            continue
        if shown == _SHOWN:
            yield "... and more tenants, which are not shown."
            return
        shown += 1
        yield f"  {'new ' if work.is_new else ''}tenant '{work.member.name}':"
        yield from lines


def _fields(plan: Plan) -> Iterator[str]:
    if not plan.steps:
        return
    for name in {**plan.before, **plan.after}:
        before, after = (json.dumps(values.get(name), default=str) for values in (plan.before, plan.after))
        yield f"{name}: {after}" if name not in plan.before else f"{name}: {before} -> {after}"


def _shortened(whole: dict[str, Any]) -> dict[str, Any]:
    """Counts and failures first: what is too long loses how each tenant looks, then its changes, then the rest."""
    if _fits(whole):
        return whole
    short = {**whole, "truncated": True, "changes": [], "diff": {"prepared": whole["diff"]["prepared"][:20_000]}}
    ordered = sorted(whole["tenants"], key=lambda one: one["result"] != "failed")
    for kept in (
        ("name", "uuid", "result", "changes", "msg", "hint", "api"),
        ("name", "result", "msg", "hint"),
        ("name", "result"),
    ):
        short["tenants"] = [{name: one[name] for name in kept if name in one} for one in ordered]
        if _fits(short):
            return short
    while not _fits(short):
        short["tenants"] = short["tenants"][: len(short["tenants"]) // 2]
        short["unlisted"] = short["unlisted"][: len(short["unlisted"]) // 2]
    return short


def _fits(whole: Mapping[str, Any]) -> bool:
    return len(json.dumps(whole, default=str)) <= MOST_CHARACTERS
