"""A tenant's networks: which row an item of a list means, and what is planned from rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._model.plan import Plan
from plugins.module_utils._model.query import Query
from plugins.module_utils._system.wait import Waiter
from plugins.module_utils._tasks.firewall_rules import RulesOf, apply_steps
from plugins.module_utils._tasks.tenant_networks import TenantNetworksTask
from support import Clock, Tables, sentences

TENANT: Row = {"$key": 7, "name": "acme", "uuid": "u7", "is_snapshot": False}
TENANT |= {"ui_address": None, "ui_address_key": None, "network_key": 9, "network": "tenant_acme"}
TENANT |= {"pending": False, "network_running": False}
EXTERNAL: Row = {"$key": 3, "name": "External", "type": "external", "rules_pending": False, "running": True}
EXTERNAL |= {"description": "", "layer2_type": None, "layer2_id": None, "mtu": 1500, "dmz_address": None}
EXTERNAL |= dict.fromkeys(("subnet", "router", "gateway", "dhcp_start", "dhcp_stop")) | {"dhcp_enabled": False}
INTERNAL: Row = {**EXTERNAL, "$key": 4, "name": "Internal", "type": "internal"}
#: A network with the name that is the key of another.
FOUR: Row = {**INTERNAL, "$key": 6, "name": "4"}
TWINS = [{**INTERNAL, "$key": 5, "name": "Twin"}, {**INTERNAL, "$key": 6, "name": "Twin"}]

LISTS = {"vnet_cidrs": "network_blocks", "vnet_addresses": "external_ips", "tenant_layer2_vnets": "layer2_networks"}
CIDR, IP = {"cidr": "192.0.2.0/28"}, {"ip": "198.51.100.9"}
#: Each way in which an item names its row, by table.
WAYS = [
    ("vnet_cidrs", CIDR),
    ("vnet_addresses", IP),
    ("vnet_addresses", {"hostname": "h"}),
    ("vnet_addresses", {"description": "d"}),
    ("tenant_layer2_vnets", {}),
]
#: Those that name a row by where it is: elsewhere, the same words name another one.
PLACED = WAYS[2:]


def row(table: str, network: Row, key: int = 1, **changes: Any) -> Row:
    """A row of the tenant, as its projection reads it, that any of the ways names."""
    found: Row = {"$key": key, "network": network["name"], "network_key": network["$key"]}
    if table == "tenant_layer2_vnets":
        return {**found, "enabled": True, "tenant_key": 7}
    found |= {"owner": "tenants/7", "owner_name": "acme", "rules_pending": False, "network_running": True}
    found |= {"description": "d", "network_type": network["type"]}
    found |= CIDR if table == "vnet_cidrs" else {**IP, "hostname": "h", "type": "virtual"}
    return {**found, **changes}


def task(state: str = "present", apply_rules: str = "changed", **lists: list[Row]) -> TenantNetworksTask:
    given = {**dict.fromkeys(LISTS.values()), "exclusive": False, "allow_ui_loss": False, "wait": True, **lists}
    return TenantNetworksTask({"tenant": "acme", "state": state, "apply_rules": apply_rules, **given})


def planned(
    asked: TenantNetworksTask, networks: Sequence[Row], tenants: Sequence[Row] = (TENANT,), **rows: Any
) -> Plan:
    """The plan for the tenant with these rows, where the platform answers a look-up with these networks."""
    return asked.plan(Tables(tenants=list(tenants), vnets=list(networks), **rows))


# Which row


@pytest.mark.parametrize("network", ["Internal", "4"])
@pytest.mark.parametrize(("table", "way"), WAYS)
def test_an_item_means_the_row_on_its_network_by_name_or_key(table: str, way: Row, network: str) -> None:
    item, rows = {**way, "network": network}, {table: [row(table, INTERNAL)]}
    assert planned(task(**{LISTS[table]: [item]}), [INTERNAL], **rows).steps == ()
    assert planned(task("absent", **{LISTS[table]: [item]}), [INTERNAL], **rows).before != {}


@pytest.mark.parametrize(("table", "way"), PLACED)
def test_a_name_wins_over_the_key_of_another_network(table: str, way: Row) -> None:
    plan = planned(
        task(**{LISTS[table]: [{**way, "network": "4"}]}), [INTERNAL, FOUR], **{table: [row(table, INTERNAL)]}
    )
    assert plan.steps[0].write.method == "POST"
    assert plan.steps[0].write.body["vnet"] == 6


@pytest.mark.parametrize("networks", [[EXTERNAL], [INTERNAL, FOUR]])
@pytest.mark.parametrize(("table", "way"), WAYS)
def test_a_row_on_another_network_stays(table: str, way: Row, networks: list[Row]) -> None:
    item = {**way, "network": networks[-1]["name"]}
    plan = planned(task("absent", **{LISTS[table]: [item]}), networks, **{table: [row(table, INTERNAL)]})
    assert (plan.steps, plan.before, plan.result[LISTS[table]]) == ((), {}, [])


@pytest.mark.parametrize(("table", "way"), WAYS[:2])
def test_a_block_or_an_address_that_is_elsewhere_is_not_given_twice(table: str, way: Row) -> None:
    asked = task(**{LISTS[table]: [{**way, "network": "External"}]})
    (refusal,) = planned(asked, [EXTERNAL], **{table: [row(table, INTERNAL)]}).refusals
    assert "is on network 'Internal', not on 'External'" in refusal.message
    assert refusal.liftable, "an earlier task may be what takes it away there"


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(("table", "way"), WAYS[:4])
def test_the_first_of_two_rows_is_never_taken_for_the_right_one(table: str, way: Row, state: str) -> None:
    rows = [row(table, EXTERNAL), row(table, INTERNAL, 2)]
    with pytest.raises(VrgError, match="can mean 2 rows: .* on network 'External', .* on network 'Internal'"):
        planned(task(state, **{LISTS[table]: [way]}), [], **{table: rows})
    named = {**way, "network": "Internal"}
    assert planned(task(**{LISTS[table]: [named]}), [], **{table: rows}).steps == ()


def test_of_two_networks_with_one_name_the_key_tells_which() -> None:
    rows = {"tenant_layer2_vnets": [row("tenant_layer2_vnets", TWINS[0])]}
    assert planned(task(layer2_networks=[{"network": "5"}]), TWINS[:1], **rows).steps == ()
    other = planned(task(layer2_networks=[{"network": "6"}]), TWINS[1:], **rows)
    assert other.steps[0].write.body["vnet"] == 6
    assert len(planned(task(layer2_networks=[{"network": "5"}, {"network": "6"}]), TWINS, **rows).steps) == 1


@pytest.mark.parametrize(("network", "asked"), [("Internal", 0), ("4", 1)])
def test_only_digits_cost_a_request_where_nothing_changes(network: str, asked: int) -> None:
    tables = Tables(tenants=[TENANT], vnets=[INTERNAL], vnet_cidrs=[row("vnet_cidrs", INTERNAL)])
    same = task(network_blocks=[{**CIDR, "network": network}])
    assert same.plan(tables).steps == ()
    assert [query.table for query in tables.asked] == ["tenants", "vnet_cidrs", *["vnets"] * asked]


@pytest.mark.parametrize(
    "network",
    ["²", "٤", "04", "9" * 5000, "Nowhere"],
    ids=["no number", "other digits", "no key", "too long", "no network"],
)
def test_a_network_that_is_not_there(network: str) -> None:
    rows, items = [row("vnet_cidrs", INTERNAL)], [{"cidr": "203.0.113.0/28", "network": network}]
    with pytest.raises(VrgError, match="There is no network"):
        planned(task(network_blocks=items), [], vnet_cidrs=rows)
    assert planned(task("absent", network_blocks=items), [], vnet_cidrs=rows).steps == ()


@pytest.mark.parametrize(
    ("table", "item", "shown"),
    [
        ("vnet_cidrs", {"cidr": "2001:db8:0::/48"}, {"cidr": "2001:DB8::/48"}),
        ("vnet_cidrs", {"cidr": "192.0.2.0/28"}, {"cidr": "192.0.2.0/255.255.255.240"}),
        ("vnet_addresses", {"ip": "2001:DB8::0001"}, {"ip": "2001:db8:0:0::1"}),
    ],
)
def test_addresses_and_blocks_are_compared_as_networks(table: str, item: Row, shown: Row) -> None:
    rows = {table: [row(table, EXTERNAL, **shown)]}
    plan = planned(task(**{LISTS[table]: [item]}), [], **rows)
    assert plan.steps == ()
    assert len(plan.result[LISTS[table]]) == 1
    assert planned(task("absent", **{LISTS[table]: [item]}), [], **rows).before != {}


def test_a_block_with_host_bits_is_not_taken_for_the_right_one() -> None:
    rows = [row("vnet_cidrs", EXTERNAL, cidr="192.0.2.3/28")]
    with pytest.raises(VrgError, match="'192.0.2.3/28' and cannot become '192.0.2.0/28'"):
        planned(task(network_blocks=[CIDR]), [], vnet_cidrs=rows)
    assert sentences(planned(task("absent", network_blocks=[CIDR]), [], vnet_cidrs=rows))[0].startswith("delete")


# Items that mean the same


@pytest.mark.parametrize(
    ("option", "items"),
    [
        ("external_ips", [{"hostname": "h", "network": "External"}, {**IP, "hostname": "h", "network": "External"}]),
        ("external_ips", [{**IP, "hostname": "h", "network": "External"}, {"hostname": "h", "network": "External"}]),
        ("external_ips", [{"hostname": "h", "network": "3"}, {**IP, "hostname": "h", "network": "External"}]),
        ("external_ips", [{"hostname": "h"}, {**IP, "hostname": "h", "network": "External"}]),
        ("external_ips", [{"description": "d", "network": "3"}, {"hostname": "h", "description": "d", "network": "3"}]),
        ("external_ips", [{"hostname": "h", "network": "3"}, {"hostname": "h", "network": "External"}]),
        ("external_ips", [{**IP, "network": "Internal"}, {**IP, "network": "External"}]),
        ("network_blocks", [CIDR, {**CIDR, "network": "External"}]),
        ("layer2_networks", [{"network": "3"}, {"network": "External"}]),
    ],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_items_that_mean_one_row_are_refused(option: str, items: list[Row], state: str) -> None:
    with pytest.raises(VrgError, match=f"{option} lists .* twice"):
        planned(task(state, **{option: items}), [EXTERNAL])


@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_items_that_find_one_row_are_refused(state: str) -> None:
    rows = [row("vnet_addresses", EXTERNAL)]
    with pytest.raises(VrgError, match="external_ips lists external IP 198.51.100.9 twice"):
        planned(task(state, external_ips=[{"hostname": "h"}, {**IP, "description": "x"}]), [], vnet_addresses=rows)


@pytest.mark.parametrize(
    "items",
    [
        [{"hostname": "h", "network": "External"}, {"hostname": "h", "network": "Internal"}],
        [{"hostname": "h", "network": "External"}, {**IP, "hostname": "h", "network": "4"}],
        [{"hostname": "h", "network": "External"}, {"description": "h", "network": "External"}],
        [
            {**IP, "hostname": "h", "network": "External"},
            {"ip": "198.51.100.8", "hostname": "h", "network": "External"},
        ],
    ],
)
def test_items_that_mean_two_rows_are_not(items: list[Row]) -> None:
    plan = planned(task(external_ips=items), [EXTERNAL, INTERNAL])
    assert [step.write.table for step in plan.steps[:2]] == ["vnet_addresses"] * 2


# Input that makes no sense


@pytest.mark.parametrize(
    ("option", "item", "sentence"),
    [
        ("network_blocks", {"cidr": ""}, "An item of network_blocks has an empty cidr"),
        ("network_blocks", {**CIDR, "network": ""}, "An item of network_blocks has an empty network"),
        ("external_ips", {"ip": "", "hostname": "h"}, "An item of external_ips has an empty ip"),
        ("external_ips", {**IP, "network": ""}, "An item of external_ips has an empty network"),
        ("external_ips", {"hostname": "", "network": "External"}, "needs hostname or description"),
        ("external_ips", {"hostname": "", "description": "", "network": "External"}, "needs hostname or description"),
        # Found by its description, another one might be meant.
        ("external_ips", {"hostname": "", "description": "d", "network": "External"}, "needs hostname or description"),
        ("layer2_networks", {"network": ""}, "An item of layer2_networks has an empty network"),
        ("network_blocks", {"cidr": "192.0.2.0/٢٨"}, "'192.0.2.0/٢٨' is not a network block"),
        ("network_blocks", {"cidr": "192.0.2.0"}, "Network block 192.0.2.0 has no size"),
        ("network_blocks", {"cidr": "2001:db8::"}, "Network block 2001:db8:: has no size"),
        ("network_blocks", {"cidr": "2001:db8::1/64"}, "2001:db8::1/64 does not start where"),
        ("external_ips", {"ip": "١٩٢.0.2.1"}, "is not an IP address"),
        ("external_ips", {"ip": "192.0.2.1/32"}, "is not an IP address"),
    ],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_item_that_makes_no_sense_is_refused_before_anything_is_asked(
    option: str, item: Row, sentence: str, state: str
) -> None:
    with pytest.raises(VrgError, match=sentence) as caught:
        task(state, **{option: [item]})
    assert caught.value.hint.endswith(".")
    assert "/32" not in caught.value.hint


# Rules


PENDING = {**EXTERNAL, "rules_pending": True}
APPLY = ["apply the rules of network 'External'"]


@pytest.mark.parametrize("tenants", [[TENANT], []], ids=["tenant", "no tenant"])
@pytest.mark.parametrize(("table", "way"), WAYS[:3])
@pytest.mark.parametrize(
    ("policy", "network", "steps", "left"),
    [
        ("changed", PENDING, APPLY, False),
        ("never", PENDING, [], True),
        ("changed", {**PENDING, "running": False}, [], True),
        ("changed", EXTERNAL, [], False),
        ("always", EXTERNAL, APPLY, False),
    ],
)
def test_what_is_gone_already_may_have_left_rules_behind(
    tenants: list[Row], table: str, way: Row, policy: str, network: Row, steps: list[str], left: bool
) -> None:
    asked = task("absent", policy, **{LISTS[table]: [{**way, "network": "External"}]})
    plan = planned(asked, [network], tenants)
    assert (sentences(plan), plan.result["rules_pending"]) == (steps, left)


@pytest.mark.parametrize(
    ("option", "item", "asked"),
    [("network_blocks", CIDR, 0), ("network_blocks", {**CIDR, "network": "External"}, 1)]
    + [("layer2_networks", {"network": "Internal"}, 0)],
)
def test_rules_of_what_is_gone_cost_one_request_if_a_network_is_named(option: str, item: Row, asked: int) -> None:
    tables = Tables(tenants=[TENANT], vnets=[EXTERNAL])
    gone = task("absent", **{option: [item]})
    assert gone.plan(tables).steps == ()
    assert len(tables.asked) == 2 + asked


@pytest.mark.parametrize("stopped", [True, False])
def test_the_tenants_own_network_waits_for_one_that_is_stopped(stopped: bool) -> None:
    tenant, address = {**TENANT, "network_running": True}, {"rules_pending": True, "network_running": not stopped}
    rows = {"vnet_addresses": [row("vnet_addresses", EXTERNAL, **address)]}
    plan = planned(task(external_ips=[IP]), [], [tenant], **rows)
    assert sentences(plan) == ([] if stopped else [*APPLY, "apply the rules of network 'tenant_acme'"])
    assert plan.result["rules_pending"] is stopped


class Stuck(Tables):
    """A platform that never applies rules, and says why in its log."""

    def read(self, query: Query, **how: Any) -> list[Row]:
        found = super().read(query)
        return [{"name": "External", "rules_pending": True}] if query.table == "vnets" else found


@pytest.mark.parametrize(
    ("log", "told"),
    [
        (
            [{"text": "Invalid network block 10.5.0.3/28"}],
            "still pending. Its log says: Invalid network block 10.5.0.3/28.",
        ),
        ([{"text": "It is not possible."}], "still pending. Its log says: It is not possible."),
        ([], "still pending."),
    ],
)
def test_rules_that_stay_pending_are_explained_in_whole_sentences(log: list[Row], told: str) -> None:
    goal = apply_steps([RulesOf(3, "External", True, True)], wait=True)[0].goal
    assert goal is not None
    lines = [{**line, "level": "error", "object_name": "External"} for line in log]
    lines.append({"text": "Somebody else's.", "level": "error", "object_name": "Internal"})
    with pytest.raises(VrgError) as caught:
        Waiter(Stuck(logs=lines), Clock(), 60).until(goal, lambda remedy: None)  # type: ignore[arg-type]
    assert caught.value.message.endswith(told)


def test_rules_are_applied_once_a_network_and_waited_for_once() -> None:
    networks = [RulesOf(3, "External", True, True), RulesOf(4, "Off", False, True), RulesOf(5, "Internal", True, True)]
    first, second = apply_steps(networks, wait=True)
    assert first.goal is None and second.goal is not None and "'External', 'Internal'" in second.goal.text
    assert [step.write.body["vnet"] for step in (first, second)] == [3, 5]
    assert first.verb and second.verb, "somebody else's rules may be pending a moment later"
    assert [step.goal for step in apply_steps(networks, wait=False)] == [None, None]


# Before anything is taken away


UI = {**TENANT, "ui_address": IP["ip"], "ui_address_key": 1}


def test_the_address_of_the_user_interface_is_kept() -> None:
    rows = [row("vnet_addresses", EXTERNAL)]
    plan = planned(task("absent", external_ips=[IP]), [], [UI], vnet_addresses=rows)
    (refusal,) = plan.refusals
    assert "is the address of its user interface" in refusal.message and refusal.liftable
    allowed = task("absent", external_ips=[IP], allow_ui_loss=True)  # type: ignore[arg-type]
    assert planned(allowed, [], [UI], vnet_addresses=rows).refusals == ()


def test_F5_the_address_behind_it_is_let_go_by_a_step_that_is_settled() -> None:
    rows = [row("vnet_addresses", EXTERNAL)]
    allowed = task("absent", external_ips=[IP], allow_ui_loss=True)  # type: ignore[arg-type]
    delete = planned(allowed, [], [UI], vnet_addresses=rows).steps[0]
    (remedy,) = delete.remedies
    assert remedy.when.matches(UI) and not remedy.when.matches(TENANT) and remedy.steps is not None
    (clear,) = remedy.steps(UI)
    assert clear.write.body == {"ui_address": None} and clear.proof is not None
    assert clear.proof.holds([TENANT]) and not clear.proof.holds([UI])


def test_F7_an_address_that_becomes_the_one_of_the_user_interface_is_judged_again() -> None:
    delete = planned(
        task("absent", external_ips=[IP]), [], [TENANT], vnet_addresses=[row("vnet_addresses", EXTERNAL)]
    ).steps[0]
    (guard,) = delete.guards
    assert guard.refusal([TENANT]) is None  # type: ignore[union-attr]
    assert guard.refusal([UI]) is not None  # type: ignore[union-attr]
    # Nor is it let go where nobody allowed that.
    (remedy,) = delete.remedies
    assert remedy.steps is not None and remedy.steps(UI)[0].guards == (guard,)


def test_F9_a_tenant_that_an_earlier_task_may_make_has_its_parts_planned() -> None:
    plan = planned(task(network_blocks=[{**CIDR, "network": "External"}]), [EXTERNAL], [])
    assert [refusal.message for refusal in plan.refusals] == ["There is no tenant 'acme'."]
    assert plan.refusals[0].liftable and sentences(plan)[0] == "create network block 192.0.2.0/28 of tenant 'acme'"
    assert planned(task("absent", network_blocks=[CIDR]), [], []).refusals == ()


def test_F4_an_address_that_the_platform_picks_is_never_asked_for_twice() -> None:
    plan = planned(task(external_ips=[{"hostname": "h", "network": "External"}]), [EXTERNAL])
    assert plan.steps[0].once
    named = planned(task(external_ips=[{**IP, "network": "External"}]), [EXTERNAL])
    assert not named.steps[0].once, "an address that is named can be had once"


# Spellings


@pytest.mark.parametrize("written", ["www.example.com", "WWW.Example.com", "www.example.com.", " www.example.com "])
@pytest.mark.parametrize("standing", ["www.example.com", "Www.EXAMPLE.com.", "www.example.com"])
def test_F19_one_host_name_has_one_address_however_it_is_spelled(written: str, standing: str) -> None:
    rows = [row("vnet_addresses", EXTERNAL, hostname=standing)]
    plan = planned(task(external_ips=[{"hostname": written, "network": "External"}]), [], vnet_addresses=rows)
    assert plan.steps == ()
    twice = [{"hostname": written, "network": "External"}, {"hostname": standing, "network": "External"}]
    with pytest.raises(VrgError, match="twice"):
        planned(task(external_ips=twice), [EXTERNAL])


@pytest.mark.parametrize(
    ("cidr", "other"),
    [
        ("192.0.2.0/28", "192.0.2.8/29"),
        ("192.0.2.0/24", "192.0.2.255/32"),
        ("2001:db8::/48", "2001:db8:0:1::/64"),
    ],
)
def test_F19_blocks_of_one_list_that_overlap_are_refused_before_anything_is_asked(cidr: str, other: str) -> None:
    for pair in ([cidr, other], [other, cidr]):
        with pytest.raises(VrgError, match="network_blocks lists .* and .*, which overlap") as caught:
            task(network_blocks=[{"cidr": one, "network": "External"} for one in pair])
        assert "allow_overlap=true" in caught.value.hint
    meant = [{"cidr": cidr, "network": "External"}, {"cidr": other, "network": "External", "allow_overlap": True}]
    task(network_blocks=meant)
    task("absent", network_blocks=[{"cidr": cidr}, {"cidr": other}])


@pytest.mark.parametrize(
    ("option", "item"),
    [("network_blocks", CIDR), ("external_ips", IP), ("layer2_networks", {})],
)
@pytest.mark.parametrize("text", ["tenant_acme", "9"])
def test_F19_the_tenants_own_network_is_not_one_of_the_host(option: str, item: Row, text: str) -> None:
    own = {**INTERNAL, "$key": 9, "name": "tenant_acme", "type": "tenant"}
    with pytest.raises(VrgError, match="Network 'tenant_acme' is the tenant's own"):
        planned(task(**{option: [{**item, "network": text}]}), [own])


@pytest.mark.parametrize("kind", ["core", "dmz"])
def test_networks_of_the_platform_are_reserved(kind: str) -> None:
    core = {**INTERNAL, "name": "Core", "type": kind}
    with pytest.raises(VrgError, match="Network 'Core' is reserved"):
        planned(task(network_blocks=[{**CIDR, "network": "Core"}]), [core])


def test_F23_an_unknown_network_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(VrgError, match="There is no network 'Extern'") as caught:
        planned(task(network_blocks=[{**CIDR, "network": "Extern"}]), [EXTERNAL, INTERNAL])
    assert "Near to it: 'External'" in caught.value.hint


def test_F30_what_is_somebody_elses_is_refused_and_what_stands_is_not_judged() -> None:
    other = row("vnet_addresses", EXTERNAL, 2, owner="tenants/8", owner_name="globex")
    plan = planned(task(external_ips=[{**IP, "network": "External"}]), [EXTERNAL], vnet_addresses=[other])
    assert [refusal.message for refusal in plan.refusals] == [
        "The external IP 198.51.100.9 on network 'External' already belongs to globex."
    ]
    assert not plan.refusals[0].liftable
    both = [other, row("vnet_addresses", EXTERNAL)]
    plan = planned(task(external_ips=[{**IP, "network": "External"}]), [EXTERNAL], vnet_addresses=both)
    assert (plan.refusals, plan.steps) == ((), ())


def test_F30_addresses_are_judged_with_two_requests_and_only_where_one_is_made() -> None:
    def asked(item: Row, **rows: list[Row]) -> list[str]:
        tables = Tables(tenants=[TENANT], vnets=[EXTERNAL], **rows)
        task(external_ips=[item]).plan(tables)
        return [query.table for query in tables.asked]

    item = {**IP, "network": "External"}
    assert asked(item) == ["tenants", "vnet_addresses", "vnets", "vnet_cidrs", "vnet_addresses"]
    assert asked(item, vnet_addresses=[row("vnet_addresses", EXTERNAL)]) == ["tenants", "vnet_addresses"]
    # The platform picks one that is free.
    assert asked({"hostname": "h", "network": "External"}) == ["tenants", "vnet_addresses", "vnets"]
