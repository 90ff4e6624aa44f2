# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What would be done: a plan is data, made from desired and current rows without a request and without a clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Optional

from ._api import Query, Row, Write
from ._errors import VrgError
from ._resource import Access, Column, Resource
from ._wait import Goal, Waiter

#: Stands, as a key or in a body, for the key of the row that an earlier step of the same plan creates.
CREATED: Any = object()


@dataclass(frozen=True)
class Step:
    """One change, in words and as a write, with what proves that it has happened.

    ``find`` reads the row by its natural identity and ``reached`` judges it: that settles a write whose answer was
    lost. ``resend`` says whether a write that has not happened may then be sent once more. ``before`` and ``after``
    are waited for. ``makes`` says that the write is an action, and that ``find`` reads the row that it makes.
    ``already`` are statuses of an answer that say that it has been so before. ``when_refused`` is what helps when the
    platform refuses for the state of things, before the write is sent again; it returns what it did, in sentences.
    """

    sentence: str
    write: Write
    find: Query
    reached: Callable[[list[Row]], bool]
    resend: bool = True
    before: Optional[Goal] = None
    after: Optional[Goal] = None
    makes: bool = False
    already: tuple[int, ...] = ()
    when_refused: Optional[Callable[[Waiter], list[str]]] = None


@dataclass(frozen=True)
class Plan:
    """The steps that are missing to the desired state, in their order.

    ``before`` and ``after`` hold exactly the fields that differ, in the user's units. ``result`` is the object as it
    stands or will stand. ``blockers`` say what must exist first: they fail a run, and warn in check mode, where an
    earlier task may only have pretended to create it. ``settle`` is waited for when there is nothing to do.
    """

    result: Any
    steps: tuple[Step, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    blockers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    settle: Optional[Goal] = None

    def then(self, *steps: Step, **changes: Any) -> Plan:
        """This plan with more steps at its end."""
        return replace(self, steps=self.steps + steps, **changes)


def nothing(result: Any = None) -> Plan:
    """The plan when everything is as it should be."""
    return Plan(result=result)


def exists(rows: Sequence[Row]) -> bool:
    return bool(rows)


def plan_present(
    resource: Resource,
    subject: str,
    wanted: Mapping[str, Any],
    row: Optional[Row],
    *,
    find: Query,
    fixed: Optional[Mapping[str, Any]] = None,
    required: Sequence[str] = (),
) -> Plan:
    """Create the row, or set the columns that were given and differ.

    ``subject`` names the row in sentences; ``fixed`` are columns that a create sends beside the options (the parent's
    key); ``required`` are options that a create cannot do without. Raises VrgError when one of those is missing, or
    when a column that only a create can set differs.
    """
    if row is None:
        return _create(resource, subject, wanted, find, fixed or {}, required)
    differing = [column for column in resource.columns if column.name in wanted and _differs(column, wanted, row)]
    for column in differing:
        if column.access is Access.CREATE:
            raise VrgError(
                f"The {column.name} of {subject} is {column.shown(row)!r} and cannot become "
                f"{column.predicted(wanted[column.name])!r}: it is set when it is created.",
                hint=f"Leave {column.name} out, or delete and create it again.",
            )
    if not differing:
        return nothing(resource.view(row))
    return _update(resource, subject, wanted, row, differing)


def _differs(column: Column, wanted: Mapping[str, Any], row: Row) -> bool:
    # A secret cannot be compared; whether it is to be set is decided by whoever gives it.
    return column.access is Access.SECRET or column.differs(wanted[column.name], row)


def _create(
    resource: Resource,
    subject: str,
    wanted: Mapping[str, Any],
    find: Query,
    fixed: Mapping[str, Any],
    required: Sequence[str],
) -> Plan:
    missing = [option for option in required if option not in wanted]
    if missing:
        raise VrgError(
            f"{subject[0].upper()}{subject[1:]} does not exist yet, and creating it needs {' and '.join(missing)}.",
            hint=f"Add {', '.join(missing)} to the task.",
        )
    columns = [column for column in resource.columns if column.name in wanted]
    body = {**fixed, **{column.written_to: column.encoded(wanted[column.name]) for column in columns}}
    step = Step(f"create {subject}", Write("POST", resource.table, body=body), find, exists)
    return Plan(result=resource.preview(wanted), steps=(step,), after=resource.shown(wanted))


def _update(resource: Resource, subject: str, wanted: Mapping[str, Any], row: Row, differing: Sequence[Column]) -> Plan:
    body = {column.written_to: column.encoded(wanted[column.name]) for column in differing}
    visible = [column for column in differing if column.access is not Access.SECRET]
    before = {column.name: column.shown(row) for column in visible}
    after = {column.name: column.predicted(wanted[column.name]) for column in visible}
    told = [f"{name} {_told(before[name])} -> {_told(after[name])}" for name in before]
    told += [f"new {column.name}" for column in differing if column.access is Access.SECRET]

    def reached(rows: list[Row]) -> bool:
        return any(not any(column.differs(wanted[column.name], found) for column in visible) for found in rows)

    step = Step(
        f"update {subject}: {', '.join(told)}",
        Write("PUT", resource.table, row["$key"], body),
        resource.query(f"$key eq {row['$key']}"),
        # A secret cannot be read back: whether it has arrived is not known, and setting it again does no harm.
        reached if visible == list(differing) else lambda rows: False,
    )
    return Plan(result=resource.preview(wanted, row), steps=(step,), before=before, after=after)


def _told(value: Any) -> str:
    return (
        f"'{value}'" if isinstance(value, str) else str(value).lower() if value in (None, True, False) else str(value)
    )


def delete_step(resource: Resource, subject: str, row: Row, *, identity: Mapping[str, Any], **more: Any) -> Step:
    """Delete the row if it still is the one that was meant; keys are used again (API page 1.5).

    ``identity`` are row values, by result name, that must still hold right before.
    """
    query = resource.query(f"$key eq {row['$key']}")

    def same(rows: list[Row]) -> list[Row]:
        return [found for found in rows if all(found.get(name) == value for name, value in identity.items())]

    return Step(
        f"delete {subject}",
        Write("DELETE", resource.table, row["$key"]),
        query,
        lambda rows: not same(rows),
        **more,
    )


def plan_absent(
    resource: Resource,
    subject: str,
    row: Optional[Row],
    *,
    identity: Mapping[str, Any],
    first: Sequence[Step] = (),
    **more: Any,
) -> Plan:
    """Delete the row if it is there, after the ``first`` steps; the result is the row as it was."""
    if row is None:
        return nothing()
    view = resource.view(row)
    return Plan(view, (*first, delete_step(resource, subject, row, identity=identity, **more)), before=view)
