"""One controller: runs tasks one after the other, each on a session of its own, and notes what each reported."""

from __future__ import annotations

import random
import signal
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from . import engine, expect, guards
from .guards import Finding, Happened
from .tables import GIB, Holding, Tables
from .weather import LATE
from .wire import Sent, Wire
from .work import Asked, Params

#: Seconds after which a write without an answer has arrived, if it ever does: nobody goes on before.
_ARRIVED = LATE + 0.3
#: Seconds after which a run is taken to hang.
_HANGS = 120


class Hung(BaseException):
    """A run that does not end."""


@dataclass
class Entry:
    """One run in the ledger. ``outcome`` is changed, unchanged, refused or traceback; ``sentence`` is an error's."""

    controller: int
    number: int
    asked: Asked
    started: float
    ended: float = 0.0
    outcome: str = ""
    sentence: str = ""
    sent: list[Sent] = field(default_factory=list)
    #: What is wrong whoever else was at work, and what is wrong if nobody else was.
    findings: list[Finding] = field(default_factory=list)
    alone: list[Finding] = field(default_factory=list)

    @property
    def writes(self) -> int:
        return sum(one.is_write for one in self.sent)

    def told(self) -> str:
        """The run in one line."""
        asked, wire = self.asked, [f"{one.method} {one.table}/{one.key}={one.status}" for one in self.sent]
        mode = " (check mode)" if asked.check else ""
        somebody = f" somebody: {asked.during}" if asked.during else ""
        given = f"{asked.module}{mode} {asked.params}{somebody}"
        return f"#{self.controller}.{self.number} {given} -> {self.outcome} {self.sentence} [{', '.join(wire)}]"


class Controller:
    """Runs tasks against one simulator and judges each by the tables."""

    def __init__(self, ready: Mapping[str, str], wire: Wire, number: int, neighbour: str, wait: int) -> None:
        self.ready, self.wire, self.number, self.wait = ready, wire, number, wait
        self.neighbour = neighbour
        self.tables = Tables(ready)
        self._count = 0

    def run(self, asked: Asked) -> Entry:
        """One run, judged as if nobody else worked on the same tenant."""
        self._count += 1
        entry = Entry(self.number, self._count, asked, time.time())
        names = asked.tenants()
        before = self.tables.tenant(*names)
        self._write_data(asked, before)
        happened: list[Happened] = []
        entry.sent = self.wire.listen(self._somebody(asked, before, happened))
        changed = self._outcome(entry, self._resolved(asked, before))
        self.wire.listen()
        unanswered = [one.at for one in entry.sent if one.is_write and one.status is None]
        time.sleep(max(0.0, max(unanswered, default=0.0) + _ARRIVED - time.time()))
        after = self.tables.tenant(*names)
        entry.findings += guards.of_words(asked, changed, entry.sent)
        entry.alone += guards.of_rows(asked, before, after, entry.sent, happened[0] if happened else None)
        if asked.place is not None and asked.place.own:
            new = set(expect.held_twice(after)) - set(expect.held_twice(before))
            entry.findings += [Finding(guards.DUPLICATE, text) for text in sorted(new)]
        if changed is not None and not asked.check:
            missing = expect.missing(asked.module, asked.params, before, after, self.tables)
            entry.alone += [Finding(guards.LOST, f"reported {entry.outcome}, but {text}") for text in missing]
        entry.ended = time.time()
        return entry

    def _outcome(self, entry: Entry, params: Params) -> bool | None:
        """Run it; whether it reported a change, None if it failed."""
        asked = entry.asked
        signal.signal(signal.SIGALRM, _hangs)
        signal.alarm(_HANGS)
        try:
            result = engine.run(self.ready, asked.module, params, wait=self.wait, check=asked.check)
        except engine.VrgError as error:
            entry.outcome, entry.sentence = "refused", str(error)
            return None
        except (Exception, Hung) as error:
            entry.outcome, entry.sentence = "traceback", repr(error)
            where = "".join(traceback.format_exception(error)[-4:]).replace(str(engine.ROOT), "")
            entry.findings.append(Finding(guards.TRACEBACK, f"{error!r}\n{where}"))
            return None
        finally:
            signal.alarm(0)
        entry.outcome = "changed" if result["changed"] else "unchanged"
        return bool(result["changed"])

    def _resolved(self, asked: Asked, before: Holding) -> Params:
        given = asked.params.get("uuid")
        if given is None:
            return asked.params
        own = before.row["uuid"] if before.row else self.neighbour
        return {**asked.params, "uuid": own if given == "@own" else self.neighbour}

    def _write_data(self, asked: Asked, before: Holding) -> None:
        """What the tenant has written on its storage since the last task."""
        for tier, size in asked.data.items():
            row = before.part("tenant_storage", tier)
            if row is not None:
                row["used"] = min(size * GIB, row["provisioned"])
                self.tables.put("tenant_storage", row["$key"], used=row["used"])

    def _somebody(self, asked: Asked, before: Holding, happened: list[Happened]) -> Callable[[int], None] | None:
        """What somebody else does once so many requests of the run have been answered."""
        if asked.during is None or asked.check:
            return None
        moment, kind = asked.during

        def act(answers: int) -> None:
            if answers == moment and not happened:
                row = getattr(self, f"_{kind}")(asked, before)
                if row is not None:
                    happened.append(Happened(answers, kind, row))

        return act

    def _fill(self, asked: Asked, before: Holding) -> Any:
        row = before.part("tenant_storage", asked.params["tier"])
        if row is None:
            return None
        used = min(3 * GIB, row["provisioned"])
        self.tables.put("tenant_storage", row["$key"], used=used)
        return {**row, "used": used}

    def _ui(self, asked: Asked, before: Holding) -> Any:
        if before.row is None:
            return None
        going = guards.going(asked, before)
        if going is not None:
            self.tables.put("tenants", before.row["$key"], ui_address=going["$key"])
        return going

    def _taken(self, asked: Asked, before: Holding) -> Any:
        if before.row is not None:
            return None
        body = {"name": asked.params["name"], "note": "made by somebody else", "password": "somebody-else"}
        return body if self.tables.create(self.ready, "tenants", body) else None


def _hangs(number: int, frame: Any) -> None:
    raise Hung(f"no end after {_HANGS} s")


def work_off(controller: Controller, next_task: Callable[[], Asked], enough: Callable[[int], bool]) -> list[Entry]:
    """Run tasks until there are enough writes; what failed is sometimes run again at once, as people do."""
    dice = random.Random(controller.number)
    ledger: list[Entry] = []
    while True:
        asked = next_task()
        for attempt in range(5):
            entry = controller.run(asked)
            ledger.append(entry)
            if enough(entry.writes):
                return ledger
            if entry.outcome != "refused" or not (_must_be_done(asked) or (attempt == 0 and dice.random() < 0.5)):
                break
            asked = replace(asked, during=None, data={})


def _must_be_done(asked: Asked) -> bool:
    """Deletes and renames of tenants: nobody goes on under the new name before they are made."""
    own = asked.place is not None and asked.place.own and asked.module == "vrg_tenant" and "uuid" not in asked.params
    return own and not asked.check and ("new_name" in asked.params or asked.params.get("state") == "absent")
