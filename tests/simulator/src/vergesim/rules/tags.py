"""Tags: marks on rows of other tables (docs/platform.md#3.23)."""

from __future__ import annotations

from vergesim.query.paths import split_owner
from vergesim.refusal import not_permitted
from vergesim.rules.base import Rules, Stamped
from vergesim.schema import Row
from vergesim.world import ON_LOST, World


class StampedRules(Stamped):
    """Rows that keep when they were made and changed, and nothing more."""

    def creating(self, world: World, values: Row) -> None:
        values.update(created=world.now, modified=world.now)


class TagMemberRules(Rules):
    """Rows of `tag_members`."""

    def creating(self, world: World, values: Row) -> None:
        category = world.get("tag_categories", world.get("tags", values["tag"])["category"])
        target = split_owner(values["member"])
        if target is None or not category.get(f"taggable_{target[0]}"):
            raise not_permitted("Operation not permitted")
        rule = world.switches["tag_single"]
        if not category["single_tag_selection"] or rule == "accept":
            return
        for other in world.where("tag_members", "member", values["member"]):
            if other["tag"] == values["tag"]:
                continue  # The same tag again is a duplicate, whatever the category says.
            if world.get("tags", other["tag"])["category"] == category["$key"]:
                if rule == "refuse":
                    raise not_permitted("Operation not permitted")
                world.drop("tag_members", other)


def _lost(world: World, member: Row) -> None:
    if world.switches["tag_member_orphans"] == "cascade":
        world.drop("tag_members", member)


ON_LOST["tag_members", "member"] = _lost
