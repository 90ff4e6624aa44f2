"""Tenants: what is planned from rows alone, and what stands in the way of it."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._model.plan import Plan
from plugins.module_utils._model.query import Created, Query, Write
from plugins.module_utils._model.resource import Access
from plugins.module_utils._system.apply import Apply
from plugins.module_utils._system.settle import Settle
from plugins.module_utils._tables.tenant_networks import PARTS
from plugins.module_utils._tables.tenant_nodes import STARTING_NODE
from plugins.module_utils._tables.tenants import TENANT
from plugins.module_utils._tasks.tenant import TenantTask
from support import System, Tables, accepted, answered, sentences

ACME: Row = dict.fromkeys(TENANT.entries)
ACME |= {"$key": 5, "name": "acme", "uuid": "00000000-0000-4000-8000-000000000005", "is_snapshot": False}
ACME |= {"description": "", "isolated": False, "network_key": 9, "network": "tenant_acme", "network_running": False}
ACME |= {"running": False, "starting": False, "stopping": False, "status": "offline", "pending": False}
RUNNING: Row = {**ACME, "running": True, "status": "online", "network_running": True}

GIVEN = {name: None for name in TENANT.options()}
GIVEN |= dict.fromkeys(("new_name", "uuid", "isolated", "preferred_node", "clone_from", "clone_without"))
GIVEN |= {"force_stop_after": None, "accept_reduced": False, "apply_rules": "changed", "update_password": "on_create"}
GIVEN |= {"state": "present", "wait": True, "wait_timeout": 300}


def node(number: int = 1, tenant: Row = ACME, **values: Any) -> Row:
    found = dict.fromkeys(STARTING_NODE.entries)
    found |= {"$key": number, "name": f"node{number}", "node_id": number, "enabled": True, "tenant": tenant["name"]}
    found |= {"tenant_key": tenant["$key"], "ram_mb": 4096, "cpu_cores": 2, "cluster": "prod"}
    found |= {"running": True, "status": "running", "host": "node1", "tenant_status": tenant["status"]}
    return {**found, "tenant_running": tenant["running"], "tenant_starting": tenant["starting"], **values}


def task(**options: Any) -> TenantTask:
    return TenantTask({**GIVEN, "name": "acme", **options})


def planned(
    *tenants: Row, nodes: list[Row] | None = None, rows: dict[str, list[Row]] | None = None, **given: Any
) -> Plan:
    return task(**given).plan(Tables(tenants=list(tenants), tenant_nodes=nodes or [], **(rows or {})))


def refused(plan: Plan) -> str:
    (refusal,) = plan.refusals
    return refusal.message


# What exists


def test_what_is_as_it_should_be_needs_nothing() -> None:
    plan = planned(ACME, description="")
    assert (plan.steps, plan.refusals, plan.warnings) == ((), (), ())


def test_a_tenant_is_created_with_what_was_given_and_no_more() -> None:
    plan = planned(description="new", tenant_password="secret-word")
    assert sentences(plan) == ["create tenant 'acme'"] and plan.warnings == ()
    assert plan.steps[0].write.body == {"name": "acme", "description": "new", "password": "secret-word"}
    assert "secret-word" not in repr((plan.result, plan.after, plan.before))


def test_a_tenant_without_a_password_is_warned_of() -> None:
    assert "created without tenant_password" in planned().warnings[0]


def test_two_tenants_of_one_name_are_listed_and_none_is_taken() -> None:
    with pytest.raises(VrgError, match=r"There are 2 rows of the kind tenant with the name 'acme' \(keys 5, 6\)"):
        planned(ACME, {**ACME, "$key": 6, "uuid": "other"})


def test_the_snapshot_of_a_tenant_is_no_tenant() -> None:
    assert sentences(planned({**ACME, "is_snapshot": True})) == ["create tenant 'acme'"]


def test_another_uuid_is_another_tenant() -> None:
    with pytest.raises(VrgError, match="has the uuid 00000000-0000-4000-8000-000000000005, not 5"):
        planned(ACME, uuid="5")
    assert planned(ACME, uuid=ACME["uuid"].upper()).steps == ()
    with pytest.raises(VrgError, match="There is no tenant 'acme'"):
        planned(uuid=ACME["uuid"])
    with pytest.raises(VrgError, match="There is no tenant"):
        planned(name=ACME["uuid"])


@pytest.mark.parametrize("options", [{"state": "stopped"}, {"isolated": True}, {"state": "stopped", "isolated": True}])
def test_F12_a_name_that_does_not_exist_is_not_made_by_mistake(options: dict[str, Any]) -> None:
    plan = planned({**ACME, "name": "globex"}, name="globx", **options)
    assert refused(plan) == "There is no tenant 'globx'."
    # The same play may make it: in a dry run, that is a warning.
    assert plan.refusals[0].liftable
    assert plan.refusals[0].hint.startswith("To create it like that, give it a tenant_password.")
    assert "Near to it: 'globex'" in plan.refusals[0].hint
    meant = planned(tenant_password="secret-word", **options)
    assert meant.refusals == () and sentences(meant)[0] == "create tenant 'acme'"
    assert planned(isolated=False).refusals == ()


def test_F12_a_clone_says_that_it_creates() -> None:
    plan = planned(ACME, name="copy", clone_from="acme", state="stopped", isolated=True)
    assert plan.refusals == () and "isolate tenant 'copy'" in sentences(plan)


@pytest.mark.parametrize("state", ["restarted", "reset"])
@pytest.mark.parametrize("password", [None, "secret-word"])
def test_F12_what_is_not_there_cannot_be_restarted(state: str, password: str | None) -> None:
    plan = planned(state=state, tenant_password=password)
    assert plan.refusals[0].message == "There is no tenant 'acme'." and plan.refusals[0].liftable


# Clones


def clone(*tenants: Row, **given: Any) -> Plan:
    return planned(*tenants, **{"name": "copy", "clone_from": "acme", "tenant_password": "secret-word", **given})


BEGUN: Row = {**ACME, "$key": 6, "name": "copy (unfinished clone)", "uuid": "u6"}


def test_F8_a_copy_has_its_own_password_before_it_has_its_name() -> None:
    plan = clone(ACME, description="new")
    assert sentences(plan) == [
        "clone tenant 'acme' as 'copy'",
        "set description, tenant_password of tenant 'copy'",
    ]
    begin, finish = plan.steps
    assert begin.write.body["params"] == {"name": "copy (unfinished clone)"}
    assert begin.once and begin.goal is not None, "sent a second time, there might be two"
    made = Created("tenant 'copy'")
    body = {"name": "copy", "description": "new", "password": "secret-word"}
    assert finish.write == Write("PUT", "tenants", made, body) and finish.secret
    assert "secret-word" not in repr((plan.result, plan.after, plan.before))


def test_F8_a_copy_that_was_begun_is_finished_by_the_next_run_and_told() -> None:
    plan = clone(ACME, BEGUN)
    (finish,) = plan.steps
    assert finish.write == Write("PUT", "tenants", 6, {"name": "copy", "password": "secret-word"})
    assert finish.secret and len(finish.guards) == 1, "it may still be in the making"
    assert "is what an earlier run had begun to clone; it is finished now as 'copy'" in plan.warnings[0]


def test_F8_a_copy_without_a_password_of_its_own_needs_no_other_name() -> None:
    plan = clone(ACME, tenant_password=None)
    assert plan.steps[0].write.body["params"] == {"name": "copy"} and len(plan.steps) == 1


def test_F8_the_second_run_does_not_take_the_sources_password_for_ours() -> None:
    """The whole of it: a run that ends after the clone, and the one after it."""

    def cloned(system: System) -> None:
        system.rows["tenants"].append({**BEGUN})

    def finished(system: System) -> None:
        system.rows["tenants"][1]["name"] = "copy"

    system = System(accepted(cloned), answered(422), tenants=[{**ACME}])
    given = task(name="copy", clone_from="acme", tenant_password="secret-word")
    with pytest.raises(VrgError, match="Could not set tenant_password of tenant 'copy'") as caught:
        Apply(system, system.waiter()).run(given)  # type: ignore[arg-type]
    assert caught.value.changes == ["clone tenant 'acme' as 'copy'"]
    system.answers = [accepted(finished)]
    result = Apply(system, system.waiter()).run(given)  # type: ignore[arg-type]
    assert system.written[-1].body == {"name": "copy", "password": "secret-word"}
    assert result["changed"] and result["tenant"]["name"] == "copy"
    again = Apply(system, system.waiter()).run(given)  # type: ignore[arg-type]
    assert (again["changed"], again["changes"]) == (False, [])


def test_F9_a_clone_of_what_an_earlier_task_may_make() -> None:
    plan = clone()
    assert refused(plan) == "There is no tenant 'acme'." and plan.refusals[0].liftable and len(plan.steps) == 2


def test_a_long_name_leaves_room_for_what_is_unfinished() -> None:
    plan = clone(ACME, name="x" * 120)
    name = plan.steps[0].write.body["params"]["name"]
    assert len(name) == 120 and name.endswith(" (unfinished clone)")


# Deletes


def absent(*rows: tuple[str, Row], tenant: Row = ACME, **given: Any) -> Plan:
    tables: dict[str, list[Row]] = {}
    for table, row in rows:
        tables.setdefault(table, []).append(row)
    return planned(tenant, rows=tables, state="absent", **given)


def held(table: str, key: int = 1, network: int = 3, **values: Any) -> tuple[str, Row]:
    """A row that the tenant has on a network of the host."""
    part = next(part for part in PARTS if part.resource.table == table)
    found = dict.fromkeys(part.resource.entries)
    found |= {"$key": key, "network": f"net{network}", "network_key": network, "owner": "tenants/5"}
    found |= {"tenant_key": 5, "enabled": True, "rules_pending": False, "network_running": True}
    found |= {"cidr": "192.0.2.0/28", "ip": f"192.0.2.{key}"}
    return table, {**{name: value for name, value in found.items() if name in part.resource.entries}, **values}


ADDRESS, BLOCK, WIRE = held("vnet_addresses"), held("vnet_cidrs"), held("tenant_layer2_vnets")


def test_a_delete_of_what_is_gone_is_nothing() -> None:
    plan = planned(state="absent")
    assert (plan.steps, plan.refusals, plan.result, plan.is_final) == ((), (), None, True)


def test_a_running_tenant_is_stopped_first() -> None:
    plan = absent(tenant=RUNNING)
    assert sentences(plan) == ["stop tenant 'acme'", "delete tenant 'acme'"]
    (goal,) = plan.steps[1].guards
    assert goal.text == "tenant 'acme' and its network to be off"  # type: ignore[union-attr]


CART: Row = {"$key": 1, "recipe": "Crash Cart", "recipe_key": "a", "vm": 7, "created": 1}
CART |= {"answers": {"tenant": 5}, "for_tenant": {"tenant": 5}}


@pytest.mark.parametrize("status", [409, 422])
def test_F10_a_delete_that_a_crash_cart_stands_in_the_way_of_takes_nothing_else_away(status: int) -> None:
    rows = {table: [row] for table, row in (ADDRESS, BLOCK, WIRE)}
    system = System(*[answered(status)] * 9, tenants=[ACME], vm_recipe_instances=[CART], **rows)
    plan = task(state="absent").plan(system)
    settle = Settle(system, system.waiter())  # type: ignore[arg-type]
    with pytest.raises(VrgError, match="^Could not delete tenant 'acme': The platform says") as caught:
        settle.carry_out(plan.steps[0])
    assert caught.value.hint.startswith("Tenant 'acme' has a crash cart: delete it first with vrg_tenant_crash_cart")
    assert [write.method for write in system.written] == ["DELETE"] and settle.done == []


def test_F10_only_what_is_in_the_way_is_taken_away_and_named_without_a_uuid() -> None:
    def gone(table: str) -> Any:
        return accepted(lambda system: system.rows[table].clear())

    table, row = ADDRESS
    other = {**CART, "for_tenant": {"tenant": 6}}
    answers = [answered(422), gone(table), gone("tenants")]
    system = System(*answers, tenants=[ACME], vm_recipe_instances=[other], **{table: [row]})
    settle = Settle(system, system.waiter())  # type: ignore[arg-type]
    settle.carry_out(task(state="absent").plan(system).steps[0])
    assert settle.done == ["delete external IP 192.0.2.1 of tenant 'acme'", "delete tenant 'acme'"]
    assert ACME["uuid"] not in repr(settle.done)


def test_F10_a_delete_that_nothing_stands_in_the_way_of_is_refused_in_the_platforms_words() -> None:
    system = System(answered(422), answered(422), tenants=[ACME])
    settle = Settle(system, system.waiter())  # type: ignore[arg-type]
    with pytest.raises(VrgError, match="Could not delete tenant 'acme': The platform says 422"):
        settle.carry_out(task(state="absent").plan(system).steps[0])
    assert {write.path for write in system.written} == {"tenants/5"}, "nothing else was taken away"


def test_F11_the_rules_of_what_a_deleted_tenant_had_are_applied() -> None:
    plan = absent(ADDRESS, held("vnet_cidrs", network=4), WIRE)
    assert sentences(plan)[0] == "delete tenant 'acme'"
    assert sorted(sentences(plan)[1:]) == ["apply the rules of network 'net3'", "apply the rules of network 'net4'"]
    assert plan.warnings == ()
    assert sentences(absent(WIRE)) == ["delete tenant 'acme'"], "layer 2 knows no rules"
    assert sentences(absent(held("vnet_addresses", network_running=False))) == ["delete tenant 'acme'"]


def test_F11_other_peoples_rules_are_not_ours_to_apply() -> None:
    rows = held("vnet_addresses", rules_pending=True), held("vnet_cidrs", network=4)
    plan = absent(*rows)
    assert sentences(plan) == ["delete tenant 'acme'", "apply the rules of network 'net4'"]
    (warning,) = plan.warnings
    assert "Network 'net3' had rules pending before this task, which are not its own" in warning
    assert len(sentences(absent(*rows, apply_rules="always"))) == 3
    never = absent(*rows, apply_rules="never")
    assert sentences(never) == ["delete tenant 'acme'"]
    assert sorted(never.warnings) == [f"The rules of network '{name}' stay pending." for name in ("net3", "net4")]


# Power


@pytest.mark.parametrize("status", ["reduced", "nodesoffline", "error"])
def test_F16_a_tenant_that_runs_without_all_its_nodes_is_refused_each_time_with_their_names(status: str) -> None:
    tenant = {**RUNNING, "status": status}
    nodes = [node(1, tenant), node(2, tenant, running=False, status="stopped", host=None)]
    for _time in range(2):
        plan = planned(tenant, nodes=nodes, state="running")
        assert refused(plan) == (
            f"Tenant 'acme' is running, but its status is '{status}'; node 'node2' (4 GB, 2 cores) found no host in "
            "cluster 'prod': free memory there, or make the node smaller."
        )
        assert plan.steps == () and plan.settle is None, "at once, without a wait"
    accepted_ = planned(tenant, nodes=nodes, state="running", accept_reduced=True)
    assert accepted_.refusals == () and "node 'node2'" in accepted_.warnings[0]


def test_F16_a_tenant_in_trouble_with_all_its_nodes_is_refused_too() -> None:
    tenant = {**RUNNING, "status": "error"}
    plan = planned(tenant, nodes=[node(1, tenant)], state="running")
    assert refused(plan) == "Tenant 'acme' is running, but its status is 'error'; look at its nodes and logs."


def test_F16_a_node_that_was_stopped_on_purpose_is_a_warning_with_its_name() -> None:
    nodes = [node(1, RUNNING), node(2, RUNNING, running=False, status="stopped", host=None, enabled=False)]
    plan = planned(RUNNING, nodes=nodes, state="running")
    assert (plan.refusals, plan.steps) == ((), ())
    assert plan.warnings == ("Tenant 'acme' is online, but its node 'node2' is stopped.",)
    assert planned(RUNNING, nodes=nodes[:1], state="running").warnings == ()


def test_F9_a_tenant_without_a_node_is_started_by_a_later_run() -> None:
    plan = planned(ACME, state="running")
    assert "has no node yet" in refused(plan) and plan.refusals[0].liftable
    assert sentences(plan) == ["start tenant 'acme'"]


def test_F9_a_reset_after_a_task_that_starts_it() -> None:
    plan = planned(ACME, state="reset")
    assert refused(plan) == "Tenant 'acme' is offline, and only a running one can be reset."
    assert plan.refusals[0].liftable
    step = planned(RUNNING, state="reset").steps[0]
    assert step.once and step.verb, "F4: a second one would throw it down once more"


@pytest.mark.parametrize(
    ("state", "row", "steps"),
    [
        ("running", ACME, ["start tenant 'acme'"]),
        ("running", RUNNING, []),
        ("stopped", RUNNING, ["stop tenant 'acme'"]),
        ("stopped", ACME, []),
        ("restarted", RUNNING, ["stop tenant 'acme'", "start tenant 'acme'"]),
        ("restarted", ACME, ["start tenant 'acme'"]),
        ("reset", RUNNING, ["reset tenant 'acme'"]),
    ],
)
def test_power(state: str, row: Row, steps: list[str]) -> None:
    plan = planned(row, nodes=[node(1, row)], state=state)
    assert sentences(plan) == steps and plan.refusals == ()
    # What was deliberately not waited for is not what stands afterwards.
    for step in planned(row, nodes=[node(1, row)], state=state, wait=False).steps:
        assert step.verb


@pytest.mark.parametrize(
    ("state", "changes"), [("running", {"starting": True}), ("stopped", {"running": True, "stopping": True})]
)
def test_what_is_on_its_way_is_waited_for(state: str, changes: Row) -> None:
    plan = planned({**ACME, **changes}, state=state)
    assert plan.steps == () and plan.settle is not None
    assert planned({**ACME, **changes}, state=state, wait=False).settle is None


def test_F6_a_kill_names_node_and_tenant_and_is_proved_by_the_node() -> None:
    stop = planned(RUNNING, state="stopped", force_stop_after=30).steps[0]
    assert stop.goal is not None
    (remedy,) = stop.goal.remedies
    assert remedy.after == 30 and remedy.steps is not None
    (kill,) = remedy.steps(node(2, RUNNING))
    assert kill.sentence == "kill node 'node2' of tenant 'acme'"
    assert (
        kill.proof is not None and kill.proof.holds([{"running": False}]) and not kill.proof.holds([{"running": True}])
    )


# Spellings and sizes


@pytest.mark.parametrize("written", ["2001:DB8::0009", " 2001:db8::9", "2001:db8:0:0::9"])
def test_F19_an_address_of_the_user_interface_is_compared_as_such(written: str) -> None:
    row = {**ACME, "ui_address": "2001:db8:0::9", "ui_address_key": 4}
    assert planned(row, ui_address=written).steps == ()
    rows = {"vnet_addresses": [{"$key": 4, "ip": "2001:0db8::9", "owner": "tenants/5"}]}
    (step,) = planned(ACME, rows=rows, ui_address=written).steps
    assert step.write.body == {"ui_address": 4}


def test_F19_what_is_no_address_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(VrgError, match="ui_address 'www' is not an IP address"):
        task(ui_address="www")


def test_an_empty_address_clears_it() -> None:
    row = {**ACME, "ui_address": "192.0.2.9", "ui_address_key": 4}
    (step,) = planned(row, ui_address="").steps
    assert step.write.body == {"ui_address": None}


def test_F9_an_address_that_an_earlier_task_may_give_it() -> None:
    plan = planned(ACME, ui_address="192.0.2.9")
    assert refused(plan) == "Tenant 'acme' has no external IP 192.0.2.9 that could be its ui_address."
    assert plan.refusals[0].liftable and len(plan.steps) == 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"tenant_password": ""}, "tenant_password must have 1 to 256 characters"),
        ({"tenant_password": "x" * 257}, "tenant_password must have 1 to 256 characters"),
        ({"name": ""}, "name must have 1 to 120 characters"),
        ({"new_name": ""}, "new_name must have 1 to 120 characters"),
        ({"new_name": "x" * 121}, "new_name must have 1 to 120 characters"),
        ({"uuid": ""}, "uuid is empty"),
        ({"force_stop_after": -1}, "force_stop_after is below 0"),
        ({"new_name": "new", "state": "absent"}, "new_name cannot be used with state=absent"),
        ({"clone_from": "globex", "clone_without": ["network"], "state": "running"}, "cannot be started"),
    ],
)
def test_F19_what_makes_no_sense_is_refused_before_anything_is_asked(options: dict[str, Any], expected: str) -> None:
    with pytest.raises(VrgError, match=expected) as caught:
        task(**options)
    assert "x" * 257 not in str(caught.value)


# Isolation and passwords


def test_isolation_is_an_action_that_can_be_read_back() -> None:
    (step,) = planned(ACME, isolated=True).steps
    assert step.write.body == {"tenant": 5, "action": "isolateon"}
    assert step.proof is not None and step.proof.holds([{**ACME, "isolated": True}]) and not step.proof.holds([ACME])
    assert planned(ACME, isolated=False).steps == ()


def test_a_password_is_set_again_only_where_that_is_asked_for() -> None:
    assert planned(ACME, tenant_password="secret-word").steps == ()
    (step,) = planned(ACME, tenant_password="secret-word", update_password="always").steps
    assert step.proof is None and step.secret
    assert TENANT["tenant_password"].access is Access.SECRET


def test_only_what_is_needed_is_asked() -> None:
    tables = Tables(tenants=[ACME])
    task(description="").plan(tables)
    assert [query.table for query in tables.asked] == ["tenants"]
    assert isinstance(tables.asked[0], Query)
