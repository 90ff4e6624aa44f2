# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out a list of tenants: each by one worker, what they share once, and all of them read back and proved."""

from __future__ import annotations

from collections.abc import Container, Sequence
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

#: What is missing of tenants, each with the first step that should not be planned any more.
_Left = list[tuple[Work, Step]]


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
                self._crew.give_up()
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
        # A tenant starts meanwhile: what is not applied yet keeps others out, and lets nobody in.
        rules = self._crew.executor.submit(self._apply_rules, *self._rules(task))
        works = [work for work in self.works if work.settle.done or (work.goes_on and _has_rest(work))]
        self._prove(task, works, self._finish)
        waited = [work for work in works if _is_waited_for(work.rest)]
        others = [work for work in works if not _is_waited_for(work.rest)]
        self._prove(task, others, self._look_at_rest)
        self._refresh(task, waited, {"tenants"})
        rules.result()
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

    def _rules(self, task: Fleet) -> tuple[list[Sequence[Step]], list[tuple[Work, set[Any]]]]:
        """The steps that apply the rules of each network once, and the networks that each tenant is about."""
        about = [(work, {network.key for network in work.member.rules[0]}) for work in self.works]
        return list(task.rules(self._networks())), about

    def _apply_rules(self, groups: Sequence[Sequence[Step]], about: Sequence[tuple[Work, set[Any]]]) -> None:
        settle = self._crew.settle()
        for steps in groups:
            try:
                for step in steps:
                    self._crew.may_go_on()
                    settle.carry_out(step)
            except Halted:
                self.warnings[f"Rules were not applied, because {self._crew.halted}; the next run does that."] = None
                break
            except VrgError as error:
                keys = {step.write.body["vnet"] for step in steps}
                for work, networks in about:
                    if work.goes_on and keys & networks:
                        self._crew.fail(work, error)
        self.found["rules"] = settle.done

    def _refresh(self, task: Fleet, works: Sequence[Work], tables: Container[str]) -> None:
        """Read again what was changed of these tenants."""
        changed = [work.member for work in works if work.settle.done and not isinstance(work.member.key, Created)]
        if not changed or self._crew.halted:
            return
        begun = [
            self.snapshot.refresh(table, column, [task.value(column, one.key) for one in changed], self._crew.executor)
            for table, column in task.of_tenant.items()
            if table in tables
        ]
        for one in begun:
            one.result()

    def _prove(self, task: Fleet, works: Sequence[Work], look: Callable[[Sequence[Work]], _Left]) -> None:
        """Read the tenants again and ``look`` at them: what is still missing was not done, whatever was answered."""
        late: list[Work] = list(works)
        left: _Left = []
        for seconds in (0.0, *SHOWN_AFTER):
            self.waiter.clock.sleep(seconds)
            # A tenant's power shows in its nodes, too.
            tables = {"tenants", "tenant_nodes", *(step.write.table for one in late for step in steps_of(one.plans))}
            self._refresh(task, late, tables)
            left = look(late)
            late = [work for work, _step in left]
            if not late or self._crew.halted:
                return
        for work, step in left:
            work.settle.retract(steps_of(work.plans))
            self._crew.fail(work, not_kept(step.sentence))

    def _finish(self, works: Sequence[Work]) -> _Left:
        """Do what comes last, planned with what stands by now; what is missing of the parts of others."""
        left: _Left = []

        def is_ready(work: Work) -> bool:
            with self._crew.lock:
                found = self._missing(work, work.member.parts) if work.settle.done else []
                left.extend(found)
                if not found and not self._crew.halted:
                    work.rest = work.member.rest(self.snapshot)
            return not found

        Finish(self._crew, [work for work in works if work.goes_on], is_ready).run()
        return left

    def _look_at_rest(self, works: Sequence[Work]) -> _Left:
        """What is missing of what came last."""
        left: _Left = []
        for work in works:
            self._crew.guarded(lambda work: left.extend(self._missing(work, work.member.rest)), work)
        return left

    def _missing(self, work: Work, plan_again: Callable[[Snapshot], list[Plan]]) -> _Left:
        """What is missing of one; nothing where no rows are fresh."""
        if self._crew.halted or not work.goes_on:
            return []
        return [(work, step) for step in missing(*plan_again(self.snapshot))[:1]]


def _is_waited_for(plans: Sequence[Plan]) -> bool:
    """Whether nothing of them has to be seen that was not seen while it was waited for."""
    return all(step.goal is not None for step in missing(*plans))


def _has_rest(work: Work) -> bool:
    return any(plan.steps or plan.settle is not None for plan in work.rest)
