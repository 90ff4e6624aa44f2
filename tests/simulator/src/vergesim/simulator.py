"""One simulator: a world, how it was started, and what the control endpoints can do to it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import vergesim.dashboards
import vergesim.histories  # noqa: F401  (both fill computed tables)
from vergesim.clock import Clock
from vergesim.derived import DERIVED
from vergesim.faults import Faults
from vergesim.fixtures import load
from vergesim.past import Past
from vergesim.releases import DEFAULT, RELEASES
from vergesim.rules.clusters import bring_up_to_date
from vergesim.schema import TABLES, Row
from vergesim.switches import Switches
from vergesim.virtual import VIRTUAL, Scope
from vergesim.world import Credentials, World

LOG_LENGTH = 20_000


@dataclass(frozen=True)
class Options:
    """How a simulator is started. The switches win over those of the release."""

    fixture: str = "lab"
    release: str = DEFAULT
    step: float = 0.2
    latency: float = 0.0
    clock: str = "real"
    switches: Mapping[str, str] = field(default_factory=dict)
    credentials: Credentials = field(default_factory=Credentials.generate)


class RequestLog:
    """What was asked: counts since the last clearing, and the newest requests one by one."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.entries: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)
        self.errors = 0

    def clear(self) -> None:
        """Start again."""
        self.counts.clear()
        self.entries.clear()
        self.errors = 0


class Simulator:
    """State and control of one simulated system."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.log = RequestLog()
        self.reset()

    def reset(self, fixture: str | None = None) -> None:
        """Back to how it was started, or to another fixture."""
        options = self.options
        release = RELEASES[options.release]
        switches = Switches({**release.switches, **options.switches})
        world = World(Clock(options.clock), options.step, switches, options.credentials, release)
        load(world, fixture or options.fixture)
        world.past = Past()
        self.world = world
        self.fixture = fixture or options.fixture
        self.faults = Faults()
        self.faults.afflict(world)
        self.log.clear()

    def settle(self) -> None:
        """Bring the world to this moment."""
        self.world.settle()
        bring_up_to_date(self.world)

    def raw_rows(self, table: str) -> list[Row]:
        """All rows of a table with every column but the secret ones."""
        declared = TABLES[table]
        hidden = {column.name for column in declared.columns if column.access == "secret"}
        provider = VIRTUAL.get(table)
        rows = provider(self.world, Scope(high=self.world.now)) if provider else self.world.table(table)
        answer = []
        for row in rows:
            shown = {name: value for name, value in row.items() if name not in hidden}
            for column in declared.columns:
                derived = DERIVED.get((table, column.name))
                if derived is not None:
                    shown[column.name] = derived(self.world, row)
            answer.append(shown)
        return answer
