# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out a list of tenants: each by one worker, what they share once, and all of them read back and proved."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Callable

from .._model.errors import VrgError
from .._model.plan import Plan, Step
from .._model.query import Created
from .api import Api
from .apply import SHOWN_AFTER, missing
from .attempts import not_kept
from .crew import Crew, Fleet, Halted, Member, Pace, Work, steps_of
from .finish import Finish
from .snapshot import Snapshot
from .wait import Waiter


@dataclass
class ApplyFleet:
    """Runs one list; ``waiter`` has the clock, and the time that each tenant's wait gets.

    ``works`` say what became of each tenant, ``found`` what was found out about the list as a whole.
    """

    api: Api
    waiter: Waiter
    pace: Pace = Pace()
    check: bool = False
    works: list[Work] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)
    warnings: dict[str, None] = field(default_factory=dict)

    def run(self, task: Fleet) -> None:
        """Plan everything, and carry it out unless this is a dry run.

        Raises VrgError if the list as a whole cannot be had: then nothing was written.
        """
        with ThreadPoolExecutor(self.pace.workers) as executor:
            self._crew = Crew(self.api, self.waiter, self.pace, executor)
            self.snapshot = Snapshot(self.api, task.resources, task.where)
            try:
                self.snapshot.load(executor)
                members, self.found = task.judged(self.snapshot)
                self.works = [self._planned(member) for member in members]
                task.approve(self.works)
                if self.check:
                    self.found["rules"] = [step.sentence for steps in task.rules(self._networks()) for step in steps]
                else:
                    # Only what is sent can come back.
                    self.api.secrets = self.api.secrets.beside(*(one.member.secret for one in self.works))
                    self._carry_out(task)
            except BaseException:
                # A time limit of the task, or an interrupt: nothing new is begun, what is on its way ends.
                self._crew.halt("the run was interrupted")
                executor.shutdown(wait=True, cancel_futures=True)
                raise

    def _planned(self, member: Member) -> Work:
        work = Work(member, self._crew.settle(), is_new=isinstance(member.key, Created))
        try:
            work.parts = member.parts(self.snapshot)
            work.rest = member.rest(self.snapshot)
        except VrgError as error:
            self._crew.fail(work, error)
        return work

    def _carry_out(self, task: Fleet) -> None:
        self.snapshot.forget()
        self._crew.each([work for work in self.works if work.goes_on and steps_of(work.parts)], self._do_parts)
        self._apply_rules(task)
        touched = [work for work in self.works if work.settle.done]
        self._prove(task, touched, lambda work: work.member.parts(self.snapshot))
        for work in touched:
            self._plan_rest(work)
        last = [work for work in self.works if work.goes_on and _has_rest(work)]
        Finish(self._crew, last).run()
        self._prove(task, last, lambda work: work.member.rest(self.snapshot))
        for work in self.works:
            if work.settle.done and not self._crew.halted:
                work.view = work.member.view(self.snapshot)

    def _do_parts(self, work: Work) -> None:
        first, *others = work.parts
        for step in first.steps:
            self._crew.carry_out(work, step)
        key = work.settle.made.get(work.member.to_be_made)
        if key is not None:
            # Now that its key is known, what belongs to it is planned with it.
            with self._crew.lock:
                others = work.member.stands(self.snapshot, first.steps[0], key)
            work.parts = [first, *others]
        for step in steps_of(others):
            self._crew.carry_out(work, step)

    def _networks(self) -> dict[Any, Any]:
        """The networks whose rules have to be applied, each once."""
        networks: dict[Any, Any] = {}
        for work in self.works:
            # What failed half way may have changed something, too.
            if work.goes_on or work.settle.done:
                networks.update({network.key: network for network in work.member.rules[0]})
                self.warnings.update(dict.fromkeys(work.member.rules[1]))
        return networks

    def _apply_rules(self, task: Fleet) -> None:
        """The rules of each network once, however many tenants have changed something there."""
        settle = self._crew.settle()
        for steps in task.rules(self._networks()):
            try:
                for step in steps:
                    self._crew.may_go_on()
                    settle.carry_out(step)
            except Halted:
                self.warnings[f"Rules were not applied, because {self._crew.halted}; the next run does that."] = None
                break
            except VrgError as error:
                keys = {step.write.body["vnet"] for step in steps}
                for work in self.works:
                    if work.goes_on and keys & {network.key for network in work.member.rules[0]}:
                        self._crew.fail(work, error)
        self.found["rules"] = settle.done

    def _refresh(self, task: Fleet, works: Sequence[Work]) -> None:
        """Read again what was changed of these tenants."""
        if not works or self._crew.halted:
            return
        # A tenant's power shows in its nodes, too.
        tables = {"tenants", "tenant_nodes", *(step.write.table for one in works for step in steps_of(one.plans))}
        keys = [work.member.key for work in works if not isinstance(work.member.key, Created)]
        begun = [
            self.snapshot.refresh(table, column, [task.value(column, key) for key in keys], self._crew.executor)
            for table, column in task.of_tenant.items()
            if table in tables
        ]
        for one in begun:
            one.result()

    def _prove(self, task: Fleet, works: Sequence[Work], plan_again: Callable[[Work], list[Plan]]) -> None:
        """Read the tenants again: what is still missing was not done, whatever was answered."""
        late, left = list(works), []
        for seconds in (0.0, *SHOWN_AFTER):
            if not late or self._crew.halted:
                return
            self.waiter.clock.sleep(seconds)
            self._refresh(task, late)
            left = [(work, step) for work in late for step in self._missing(work, plan_again)]
            late = [work for work, _step in left]
        for work, step in left:
            work.settle.retract(steps_of(work.plans))
            self._crew.fail(work, not_kept(step.sentence))

    def _missing(self, work: Work, plan_again: Callable[[Work], list[Plan]]) -> list[Step]:
        """The first step that should not be planned any more, if there is one."""
        try:
            return missing(*plan_again(work))[:1] if work.goes_on else []
        except VrgError as error:
            self._crew.fail(work, error)
            return []

    def _plan_rest(self, work: Work) -> None:
        """What comes last, planned with what stands by now."""
        try:
            if work.goes_on and not self._crew.halted:
                work.rest = work.member.rest(self.snapshot)
        except VrgError as error:
            self._crew.fail(work, error)


def _has_rest(work: Work) -> bool:
    return any(plan.steps or plan.settle is not None for plan in work.rest)
