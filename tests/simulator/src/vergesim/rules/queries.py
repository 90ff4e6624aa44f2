"""Questions to the vSAN (docs/platform.md#3.3)."""

from __future__ import annotations

from vergesim.rules.base import Rules
from vergesim.schema import Row
from vergesim.world import World

KNOWN = ("getjournalstatus", "gettierstatus", "getrepairstatus")


class QueryRules(Rules):
    """Rows of `vsan_queries`; the answer comes a step later."""

    def creating(self, world: World, values: Row) -> None:
        stamps = {"created": world.now, "modified": world.now, "expires": world.now + 3600}
        values.update(id=world.new_hex(), status="running", **stamps)

    def created(self, world: World, row: Row) -> None:
        def answer() -> None:
            known = row["query"] in KNOWN
            status, result = ("complete", _result(world)) if known else ("error", "Unknown query")
            world.change("vsan_queries", row, status=status, result=result, modified=world.now)

        world.after(1, "vsan_queries", row, answer)


def _result(world: World) -> str:
    lines = []
    for tier in world.table("cluster_tiers"):
        status = world.get("cluster_tier_status", tier["status"])
        lines.append(f"tier {tier['tier']}: {status['status']}, {status['repairs']} repairs")
    return "\n".join(lines)
