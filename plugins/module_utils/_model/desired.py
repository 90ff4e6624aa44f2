# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From desired and current values to a plan: create, update, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Optional

from .conditions import Row, all_of
from .errors import VrgError
from .facts import none, some
from .plan import Guard, Plan, Refusal, Step, nothing
from .query import Created, Query, Write
from .resource import Access, Column, Resource


def plan_present(
    resource: Resource,
    subject: str,
    wanted: Mapping[str, Any],
    row: Optional[Row],
    *,
    find: Query,
    fixed: Optional[Mapping[str, Any]] = None,
    required: Sequence[str] = (),
    made: Optional[Created] = None,
    guards: Sequence[Guard] = (),
) -> Plan:
    """Create the row, or set the columns that were given and differ.

    ``subject`` names the row in sentences; ``find`` reads it by its natural identity; ``fixed`` are columns that a
    create sends beside the options (the parent's key); ``required`` are options that a create cannot do without;
    ``made`` stands for a row that is created; ``guards`` are of an update. Raises VrgError when a required option is
    missing, or when a column that only a create can set differs.
    """
    if row is None:
        return _create(resource, subject, wanted, find, fixed or {}, required, made)
    differing = [column for column in resource.columns if column.name in wanted and _differs(column, wanted, row)]
    for column in differing:
        if column.access is Access.CREATE:
            raise VrgError(
                f"The {column.name} of {subject} is {column.shown(row)!r} and cannot become "
                f"{column.predicted(wanted[column.name])!r}: it is set when it is created.",
                hint=f"Leave {column.name} out, or delete and create it again.",
            )
    if not differing:
        return nothing(resource.view(row), subject)
    return _update(resource, subject, wanted, row, differing, guards)


def _differs(column: Column, wanted: Mapping[str, Any], row: Row) -> bool:
    # A secret cannot be compared; whether it is to be set is decided by whoever gives it.
    return column.access is Access.SECRET or not column.holds(wanted[column.name]).matches(row)


def _create(
    resource: Resource,
    subject: str,
    wanted: Mapping[str, Any],
    find: Query,
    fixed: Mapping[str, Any],
    required: Sequence[str],
    made: Optional[Created],
) -> Plan:
    missing = [option for option in required if option not in wanted]
    if missing:
        raise VrgError(
            f"{capital(subject)} does not exist yet, and creating it needs {' and '.join(missing)}.",
            hint=f"Add {', '.join(missing)} to the task.",
        )
    columns = [column for column in resource.columns if column.name in wanted]
    body = {**fixed, **{column.written_to: column.encoded(wanted[column.name]) for column in columns}}
    secret = any(column.access is Access.SECRET for column in columns)
    write = Write("POST", resource.table, body=body)
    step = Step(f"create {subject}", write, some(find), made=made, secret=secret)
    return Plan(result=resource.preview(wanted), steps=(step,), after=resource.shown(wanted), subject=subject)


def _update(
    resource: Resource,
    subject: str,
    wanted: Mapping[str, Any],
    row: Row,
    differing: Sequence[Column],
    guards: Sequence[Guard],
) -> Plan:
    body = {column.written_to: column.encoded(wanted[column.name]) for column in differing}
    visible = [column for column in differing if column.access is not Access.SECRET]
    before = {column.name: column.shown(row) for column in visible}
    after = {column.name: column.predicted(wanted[column.name]) for column in visible}
    sentences = [f"{name} {_literal(before[name])} -> {_literal(after[name])}" for name in before]
    sentences += [f"new {column.name}" for column in differing if column.access is Access.SECRET]
    reached = all_of(*(column.holds(wanted[column.name]) for column in visible))
    step = Step(
        f"update {subject}: {', '.join(sentences)}",
        Write("PUT", resource.table, row["$key"], body),
        some(by_key(resource, row), reached) if visible else None,
        guards=tuple(guards),
        secret=len(visible) < len(differing),
    )
    plan = Plan(result=resource.preview(wanted, row), steps=(step,), before=before, after=after, subject=subject)
    return plan.refused(*(guard.refusal([row]) for guard in guards))


def capital(sentence: str) -> str:
    """A sentence with a capital at its beginning."""
    return sentence[:1].upper() + sentence[1:]


def _literal(value: Any) -> str:
    return (
        f"'{value}'" if isinstance(value, str) else str(value).lower() if value in (None, True, False) else str(value)
    )


def by_key(resource: Resource, row: Row) -> Query:
    """The row, read again by its key."""
    return Query(resource, resource["$key"].eq(row["$key"]))


def delete_step(
    resource: Resource, subject: str, row: Row, *, identity: Sequence[str], guards: Sequence[Guard] = (), **more: Any
) -> Step:
    """Delete the row if it still is the one that was meant; keys are used again (docs/platform.md#1.5).

    ``identity`` are columns whose values must still be the same right before.
    """
    same = all_of(*(resource[name].eq(row.get(resource[name].key)) for name in identity))
    write = Write("DELETE", resource.table, row["$key"])
    return Step(f"delete {subject}", write, none(by_key(resource, row), same), guards=tuple(guards), **more)


def plan_absent(
    resource: Resource,
    subject: str,
    row: Optional[Row],
    *,
    identity: Sequence[str],
    first: Sequence[Step] = (),
    guards: Sequence[Any] = (),
    **more: Any,
) -> Plan:
    """Delete the row if it is there, after the ``first`` steps; the result is the row as it was."""
    if row is None:
        return replace(nothing(), is_final=True)
    view = resource.view(row)
    step = delete_step(resource, subject, row, identity=identity, guards=guards, **more)
    plan = Plan(view, (*first, step), before=view, is_final=True, subject=subject)
    return plan.refused(*(guard.refusal([row]) for guard in guards if isinstance(guard, Guard)))


def under(plan: Plan, parent: str, name: str, row: Optional[Row], missing: Optional[Refusal]) -> Plan:
    """The plan of a part of something: its result names what it belongs to, which has to be there."""
    result = {**plan.result, parent: row["name"] if row else name}
    return replace(plan, result=result).refused(None if row else missing)
