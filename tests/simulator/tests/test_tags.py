"""Tags and what they mark (docs/platform.md#3.23)."""

from __future__ import annotations

import pytest

from driver import Driver


def category(sim: Driver, name: str = "Plan", **flags: bool) -> int:
    return sim.make("tag_categories", name=name, **(flags or {"taggable_tenants": True}))


def tagged(sim: Driver, single: bool = False) -> tuple[int, int, str]:
    """Two tags of a category, and a tenant with the first."""
    key = category(sim, taggable_tenants=True, single_tag_selection=single)
    first, second = (sim.make("tags", category=key, name=name) for name in ("gold", "silver"))
    member = f"tenants/{sim.tenant()}"
    sim.make("tag_members", tag=first, member=member)
    return first, second, member


def members(sim: Driver, **where: str) -> list[tuple[int, str]]:
    rows = sim.get("tag_members", fields="$key,tag,member", **where)
    return [(row["tag"], row["member"]) for row in rows]


def test_a_category_enables_nothing_by_itself(sim: Driver) -> None:
    key = sim.make("tag_categories", name="Plan")
    row = sim.get(f"tag_categories/{key}", fields="all")
    assert len([name for name in row if name.startswith("taggable_")]) == 12
    assert not any(value for name, value in row.items() if name.startswith(("taggable_", "single")))
    tag, tenant = sim.make("tags", category=key, name="gold"), sim.tenant()
    body = {"tag": tag, "member": f"tenants/{tenant}"}
    assert sim.refused("POST", "tag_members", body) == (405, "Operation not permitted")
    sim.change(f"tag_categories/{key}", taggable_tenants=True)
    sim.make("tag_members", **body)
    assert sim.refused("POST", "tag_members", {"tag": tag, "member": "nodes/1"})[0] == 405


def test_names_are_unique_in_their_category(sim: Driver) -> None:
    first, second = category(sim, "Plan"), category(sim, "Site")
    sim.make("tags", category=first, name="gold")
    sim.make("tags", category=second, name="gold")
    sim.make("tags", category=first, name="Gold")
    assert sim.refused("POST", "tags", {"category": first, "name": "gold"})[0] == 409
    assert sim.refused("POST", "tag_categories", {"name": "Plan"})[0] == 409
    rows = sim.get("tags", filter="name eq 'gold'", fields="name,category#name as c")
    assert [row["c"] for row in rows] == ["Plan", "Site"]


def test_members(sim: Driver) -> None:
    first, second, member = tagged(sim)
    sim.make("tag_members", tag=second, member=member)
    assert members(sim, filter=f"member eq '{member}'") == [(first, member), (second, member)]
    assert members(sim, filter=f"tag eq {second}") == [(second, member)]
    assert sim.refused("POST", "tag_members", {"tag": first, "member": member})[0] == 409
    sim.set(duplicate_code="422")
    assert sim.refused("POST", "tag_members", {"tag": first, "member": member})[0] == 422
    for wrong in ("tenants/99", "nosuch/1", "x"):
        status, sentence = sim.refused("POST", "tag_members", {"tag": first, "member": wrong})
        assert status == 404 and sentence.startswith("error setting field 'member'")
    assert sim.refused("POST", "tag_members", {"tag": first})[0] == 422
    assert sim.refused("PUT", "tag_members/1", {"tag": second})[0] == 405


@pytest.mark.parametrize(
    ("rule", "status", "left"), [("refuse", 405, [1]), ("replace", 201, [2]), ("accept", 201, [1, 2])]
)
def test_a_second_tag_of_a_single_category(sim: Driver, rule: str, status: int, left: list[int]) -> None:
    sim.set(tag_single=rule)
    first, second, member = tagged(sim, single=True)
    assert sim.call("POST", "tag_members", {"tag": second, "member": member})[0] == status
    assert [tag for tag, _ in members(sim)] == left
    if rule == "refuse":
        assert sim.refused("POST", "tag_members", {"tag": first, "member": member})[0] == 409
        other = sim.make("tags", category=category(sim, "Site"), name="x")
        sim.make("tag_members", tag=other, member=member)


def test_what_goes_with_what(sim: Driver) -> None:
    first, second, member = tagged(sim)
    sim.make("tag_members", tag=second, member=member)
    assert sim.call("DELETE", f"tags/{first}")[0] == 200
    assert members(sim) == [(second, member)]
    assert sim.call("DELETE", "tag_categories/1")[0] == 200
    assert members(sim) == [] and sim.get("tags", fields="name") == []


@pytest.mark.parametrize(("rule", "left"), [("cascade", 0), ("keep", 1)])
def test_a_tagged_tenant_goes(sim: Driver, rule: str, left: int) -> None:
    sim.set(tag_member_orphans=rule)
    _, _, member = tagged(sim)
    assert sim.call("DELETE", member)[0] == 200
    assert len(members(sim)) == left
    sim.wait(20)
    # Keys are given again: what is left over marks a stranger.
    assert f"tenants/{sim.tenant('stranger')}" == member
    assert len(members(sim, filter=f"member eq '{member}'")) == left


def test_a_clone_has_no_tags(sim: Driver) -> None:
    first, _, member = tagged(sim)
    sim.act(int(member.split("/")[1]), "clone", name="copy")
    sim.wait(3)
    assert members(sim) == [(first, member)]
