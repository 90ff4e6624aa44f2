"""What becomes of a step, by each answer that its write may get, on a platform whose answers are scripted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

import pytest

from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.desired import delete_step, plan_present
from plugins.module_utils._model.errors import Outcome, VrgError
from plugins.module_utils._model.facts import every, some
from plugins.module_utils._model.plan import Goal, Guard, Plan, Refusal, Remedy, Step, Until, nothing
from plugins.module_utils._model.query import Created, Query, Reader, Write
from plugins.module_utils._system.apply import Apply
from plugins.module_utils._system.settle import Settle
from plugins.module_utils._tables.tenants import TENANT
from support import Answer, System, accepted, answered, failure

NAMED = TENANT.only("name", "description", "running", "isolated", "uuid", "tenant_password")
ALL = Query(NAMED)
ACME = Query(NAMED, NAMED["name"].eq("acme"))
MADE = Created("tenant 'acme'")

CREATE = Step("create tenant 'acme'", Write("POST", "tenants", body={"name": "acme"}), some(ACME))
UPDATE = Step(
    "describe it", Write("PUT", "tenants", 1, {"description": "new"}), some(ACME, NAMED["description"].eq("new"))
)
STOP = Step(
    "stop tenant 'acme'", Write("POST", "tenant_actions", body={"tenant": 1}), every(ACME, NAMED["running"].eq(False))
)


def row(key: int = 1, **values: Any) -> Row:
    return {"$key": key, "name": "acme", "description": "", "running": True, "isolated": False, "uuid": "u1", **values}


DELETE = delete_step(NAMED, "tenant 'acme'", row(), identity=("uuid",))


def make(system: System) -> None:
    system.rows["tenants"].append(row())


def change(**values: Any) -> Callable[[System], None]:
    return lambda system: system.rows["tenants"][0].update(values)


def remove(system: System) -> None:
    system.rows["tenants"].clear()


def unsent(**more: Any) -> Answer:
    return answered(None, outcome=Outcome.UNSENT, sentence="The connection was refused.", **more)


def on(*answers: Answer, rows: list[Row] | None = None, **more: list[Row]) -> tuple[System, Settle]:
    system = System(*answers, tenants=list(rows or []), **more)
    return system, Settle(system, system.waiter())  # type: ignore[arg-type]


def fails(settle: Settle, step: Step, expected: str) -> VrgError:
    with pytest.raises(VrgError, match=expected) as caught:
        settle.carry_out(step)
    assert settle.done == [], "what failed is not told as done"
    return caught.value


# What each answer proves


@pytest.mark.parametrize(
    ("answers", "sent", "done"),
    [
        ([accepted(make)], 1, True),
        # Put off: not done, and sent again.
        ([answered(503), accepted(make)], 2, True),
        ([answered(429), answered(429), accepted(make)], 3, True),
        # Put off, they say, but it was done.
        ([answered(503, make)], 1, True),
        ([unsent(), unsent(), accepted(make)], 3, True),
        ([answered(None, make)], 1, True),
        ([answered(500, make)], 1, True),
        ([answered(None), accepted(make)], 2, True),
        ([answered(502), answered(None, make)], 2, True),
        # The first one arrives late, and the second one is refused because of it.
        ([answered(None), answered(409, make)], 2, True),
        # Somebody else was there first.
        ([answered(409, make)], 1, False),
        ([answered(422, make)], 1, False),
        ([unsent(), answered(409, make)], 2, False),
    ],
)
def test_what_each_answer_proves(answers: list[Answer], sent: int, done: bool) -> None:
    system, settle = on(*answers)
    settle.carry_out(CREATE)
    assert len(system.written) == sent
    assert settle.done == ([CREATE.sentence] if done else [])
    assert bool(settle.found) is not done


@pytest.mark.parametrize("status", [400, 404, 405, 409, 422])
def test_a_refusal_is_the_end(status: int) -> None:
    system, settle = on(answered(status))
    error = fails(settle, CREATE, f"^Could not create tenant 'acme': The platform says {status}.")
    assert len(system.written) == 1
    assert (error.outcome, error.status) == (Outcome.REFUSED, status) and error.api == {"status": status}


@pytest.mark.parametrize("status", [401, 403])
def test_a_login_that_is_refused_is_neither_tried_again_nor_looked_up(status: int) -> None:
    system, settle = on(answered(status))
    fails(settle, CREATE, "^Could not create tenant 'acme': ")
    assert len(system.written) == 1 and system.asked == []


def test_what_was_never_sent_is_sent_again_as_often_as_the_connection_says() -> None:
    system, settle = on(*[unsent()] * 9)
    error = fails(settle, CREATE, "^Could not create tenant 'acme': The connection was refused.")
    assert len(system.written) == 1 + system.retries and error.outcome is Outcome.UNSENT
    assert system.clock.now > 0 and system.asked == []
    system, settle = on(unsent(permanent=True))
    fails(settle, CREATE, "The connection was refused")
    assert len(system.written) == 1, "a certificate stays what it is"


def test_what_may_have_arrived_is_not_told_as_never_sent() -> None:
    system, settle = on(answered(None), *[unsent()] * 9)
    error = fails(
        settle, CREATE, "^It is not known whether this has happened: create tenant 'acme'. The connection was"
    )
    assert error.outcome is Outcome.UNKNOWN
    system, settle = on(answered(None), answered(401))
    assert fails(settle, CREATE, "^It is not known whether").status == 401


def test_what_is_put_off_for_long_is_not_known() -> None:
    system, settle = on(*[answered(503)] * 9)
    error = fails(
        settle, CREATE, "^It is not known whether this has happened: create tenant 'acme'. The platform says 503"
    )
    assert len(system.written) == 5
    assert error.hint == "Look at tenants where name eq 'acme', then run the task again."


def test_what_nobody_can_tell_is_sent_once_more_and_then_said() -> None:
    system, settle = on(*[answered(None)] * 9)
    fails(settle, CREATE, "^It is not known whether this has happened: create tenant 'acme'. The connection broke")
    assert len(system.written) == 2
    # It may be on its way: looked up three times each.
    assert len(system.asked) == 6 and system.clock.now == 8


def test_a_write_that_arrives_late_is_found() -> None:
    system, settle = on(answered(None))

    def arrive(query: Query) -> None:
        if system.clock.now == 4:
            make(system)

    system.now_reads = arrive
    settle.carry_out(CREATE)
    assert settle.done == [CREATE.sentence] and len(system.written) == 1


def test_what_cannot_be_looked_up_is_never_sent_again() -> None:
    for status, expected in ((None, "^It is not known whether"), (503, "^It is not known whether"), (403, "says 403")):
        system, settle = on(answered(None))
        system.now_reads = lambda query, status=status: _raise(failure(status))
        fails(settle, CREATE, expected)
        assert len(system.written) == 1
        assert len(system.asked) == 0


def _raise(error: VrgError) -> None:
    raise error


def test_a_look_up_that_fails_once_is_made_again() -> None:
    system, settle = on(answered(None, make))
    silences = [failure(None), failure(503)]
    system.now_reads = lambda query: _raise(silences.pop()) if silences else None
    settle.carry_out(CREATE)
    assert settle.done == [CREATE.sentence] and len(system.written) == 1


def test_an_update_that_was_done_is_known_by_its_values() -> None:
    system, settle = on(answered(None, change(description="new")), rows=[row()])
    settle.carry_out(UPDATE)
    assert settle.done == ["describe it"] and len(system.written) == 1
    system, settle = on(answered(None, change(description="other")), accepted(change(description="new")), rows=[row()])
    settle.carry_out(UPDATE)
    assert len(system.written) == 2


def test_a_delete_that_was_done_is_known_by_its_row() -> None:
    for answer in (accepted(remove), answered(None, remove), answered(500, remove), answered(503, remove)):
        system, settle = on(answer, rows=[row()])
        settle.carry_out(DELETE)
        assert settle.done == ["delete tenant 'acme'"] and len(system.written) == 1
    # Somebody else deleted it.
    for answer in (answered(404, remove), answered(409, change(uuid="u2"))):
        system, settle = on(answer, rows=[row()])
        settle.carry_out(DELETE)
        assert settle.done == [] and settle.found == []


# Once


@pytest.mark.parametrize("status", [None, 500, 502, 503, 429])
def test_F4_what_must_not_be_sent_twice_is_not_whatever_the_answer(status: int | None) -> None:
    once = replace(CREATE, once=True)
    system, settle = on(answered(status))
    fails(settle, once, "^It is not known whether this has happened")
    assert len(system.written) == 1
    system, settle = on(answered(status, make))
    settle.carry_out(once)
    assert len(system.written) == 1 and settle.done == [CREATE.sentence]
    # Where nothing can be read, nothing is known.
    system, settle = on(answered(status))
    error = fails(settle, replace(once, proof=None), "^It is not known whether this has happened")
    assert len(system.written) == 1 and error.hint == "Look at it, then run the task again."


def test_F4_what_never_arrived_is_sent_again_all_the_same() -> None:
    system, settle = on(unsent(), accepted(make))
    settle.carry_out(replace(CREATE, once=True))
    assert len(system.written) == 2 and settle.done == [CREATE.sentence]


def test_F4_a_refusal_for_the_state_of_things_is_not_taken_for_done() -> None:
    """409 says of a file that it is there; of a restore it says that the tenant is not ready for it."""
    give = Step("give the file", Write("POST", "tenant_actions", body={}), verb=True)
    system, settle = on(answered(409))
    settle.carry_out(give)
    assert settle.done == ["give the file"]
    system, settle = on(answered(409))
    fails(settle, replace(give, once=True), "^Could not give the file: The platform says 409")
    system, settle = on(answered(422))
    fails(settle, give, "^Could not give the file")


# Secrets


def test_a_secret_cannot_be_seen_so_its_update_is_sent_again() -> None:
    secret = replace(UPDATE, secret=True)
    system, settle = on(answered(None, change(description="new")), accepted(), rows=[row()])
    settle.carry_out(secret)
    assert len(system.written) == 2 and settle.done == ["describe it"]
    system, settle = on(*[answered(None, change(description="new"))] * 3, rows=[row()])
    fails(settle, secret, "^It is not known whether this has happened: describe it")
    assert len(system.written) == 2


# Strangers


def test_F14_a_row_of_somebody_else_is_not_told_as_ours() -> None:
    system, settle = on(answered(409, make))
    settle.carry_out(CREATE)
    assert settle.done == []
    assert settle.found == [
        "Not done by this task, because somebody else did it at the same time: create tenant 'acme'."
    ]


def test_F14_a_tenant_of_somebody_else_has_not_our_password() -> None:
    secret = replace(CREATE, secret=True)
    system, settle = on(answered(409, make))
    error = fails(settle, secret, "somebody else created it at the same time, so the password of this task was not set")
    assert "update_password=always" in error.hint
    # Our own, whose receipt was lost, has it.
    for answers in ([answered(None, make)], [answered(None), answered(409, make)]):
        system, settle = on(*answers)
        settle.carry_out(secret)
        assert settle.done == [CREATE.sentence]


class Described:
    """A tenant with a description, as a task."""

    name = "tenant"

    def __init__(self, **wanted: Any) -> None:
        self.wanted = {"name": "acme", **wanted}

    def plan(self, reader: Reader) -> Plan:
        rows = reader.read(ACME)
        return plan_present(NAMED, "tenant 'acme'", self.wanted, rows[0] if rows else None, find=ACME)


def applied(system: System, task: Any, check: bool = False) -> dict[str, Any]:
    return Apply(system, system.waiter(), check).run(task)  # type: ignore[arg-type]


def test_F14_what_differs_in_somebody_elses_row_is_compared_and_set() -> None:
    system = System(answered(409, make), accepted(change(description="ours")), tenants=[])
    result = applied(system, Described(description="ours"))
    assert result["changes"] == ["update tenant 'acme': description '' -> 'ours'"]
    assert result["warnings"] == [
        "Not done by this task, because somebody else did it at the same time: create tenant 'acme'."
    ]
    assert result["tenant"]["description"] == "ours"
    system = System(answered(409, make), tenants=[])
    result = applied(system, Described())
    assert (result["changed"], result["changes"], result["tenant"]["key"]) == (False, [], 1)


# State, and what helps


IS_RUNNING = NAMED["running"].eq(True)
STOPPED = replace(DELETE, remedies=(Remedy(ALL, IS_RUNNING, lambda found: (STOP,)),))


def test_what_helps_is_done_and_told_and_then_it_is_sent_again() -> None:
    system, settle = on(answered(422), accepted(change(running=False)), accepted(remove), rows=[row()])
    settle.carry_out(STOPPED)
    assert settle.done == ["stop tenant 'acme'", "delete tenant 'acme'"]


@pytest.mark.parametrize("status", [400, 404, 500])
def test_what_helps_comes_only_where_the_state_of_things_is_the_reason(status: int) -> None:
    system, settle = on(*[answered(status)] * 9, rows=[row()])
    fails(settle, STOPPED, "The platform says")
    assert {write.method for write in system.written} == {"DELETE"}


def test_F5_what_helps_and_is_accepted_but_not_done_ends_it() -> None:
    clear = replace(UPDATE, sentence="clear it")
    step = replace(DELETE, remedies=(Remedy(ALL, NAMED["description"].eq(""), lambda found: (clear,)),))
    system, settle = on(answered(422), accepted(), rows=[row()])
    fails(settle, step, "accepted the change, but this is still missing: clear it")
    assert [write.method for write in system.written] == ["DELETE", "PUT"]


def test_what_needs_no_help_is_refused() -> None:
    system, settle = on(answered(422), answered(422), rows=[row(running=False)])
    fails(settle, STOPPED, "^Could not delete tenant 'acme': The platform says 422.")
    assert len(system.written) == 2


def test_what_stood_in_the_way_may_be_gone_when_it_is_looked_for() -> None:
    system, settle = on(answered(422), accepted(remove), rows=[row(running=False)])
    settle.carry_out(STOPPED)
    assert settle.done == ["delete tenant 'acme'"]


def test_what_helps_in_vain_comes_to_an_end() -> None:
    system, settle = on(*[answered(422), accepted()] * 20, rows=[row()])
    with pytest.raises(VrgError, match="Could not delete tenant 'acme'"):
        settle.carry_out(STOPPED)
    assert len(system.written) < 20


def test_the_first_that_finds_something_helps_and_the_others_wait_for_their_turn() -> None:
    described = Remedy(ALL, NAMED["description"].eq("x"), lambda found: (UPDATE,))
    isolated = Remedy(ALL, NAMED["isolated"].eq(True), refuses="It is isolated.")
    step = replace(STOPPED, remedies=(isolated, described, *STOPPED.remedies))
    answers = [answered(422), accepted(change(running=False)), accepted(remove)]
    system, settle = on(*answers, rows=[row(description="y")])
    settle.carry_out(step)
    assert settle.done == ["stop tenant 'acme'", "delete tenant 'acme'"]


def test_F5_what_helps_is_settled_like_any_other_write() -> None:
    """The answer to it is lost, but it has happened."""
    answers = [answered(422), answered(None, change(running=False)), accepted(remove)]
    system, settle = on(*answers, rows=[row()])
    settle.carry_out(STOPPED)
    assert settle.done == ["stop tenant 'acme'", "delete tenant 'acme'"]
    assert [write.method for write in system.written] == ["DELETE", "POST", "DELETE"]


def test_F6_a_refusal_that_says_it_is_so_already_is_no_failure() -> None:
    """A stop of what has just stopped by itself: nothing of ours, and what was wanted."""
    system, settle = on(answered(422, change(running=False)), rows=[row()])
    settle.carry_out(STOP)
    assert settle.done == [] and settle.found == [] and len(system.written) == 1
    system, settle = on(answered(422), rows=[row()])
    fails(settle, STOP, "^Could not stop tenant 'acme': The platform says 422.")


def test_F6_what_is_stopped_in_a_wait_and_has_stopped_meanwhile_ends_the_wait() -> None:
    goal = Goal(
        "it to stop",
        ALL,
        Until(NAMED["running"].eq(False), words=((IS_RUNNING, "it runs"),)),
        (Remedy(ALL, IS_RUNNING, lambda found: (STOP,), stuck=IS_RUNNING, after=5),),
    )
    system, settle = on(answered(422, change(running=False)), rows=[row()])
    settle.until(goal)
    assert settle.done == []


# Guards


HOLDS_DATA = Guard(every(ALL, NAMED["description"].eq("")), "It is described as {}.", "Do not.", shows="description")
GUARDED = replace(DELETE, guards=(HOLDS_DATA,))


def test_F7_a_guard_is_judged_on_fresh_rows_right_before_the_write() -> None:
    assert HOLDS_DATA.refusal([row()]) is None, "as it was planned"
    system, settle = on(rows=[row(description="full")])
    error = fails(settle, GUARDED, "^It is described as full.$")
    assert system.written == [] and (error.hint, error.outcome) == ("Do not.", Outcome.LOCAL)
    system, settle = on(accepted(remove), rows=[row()])
    settle.carry_out(GUARDED)
    assert settle.done == ["delete tenant 'acme'"]


@pytest.mark.parametrize(
    "first", [answered(503, change(description="full")), answered(None, change(description="full"))]
)
def test_F7_a_guard_is_judged_again_before_the_write_is_sent_again(first: Answer) -> None:
    system, settle = on(first, accepted(remove), rows=[row()])
    fails(settle, GUARDED, "^It is described as full.$")
    assert len(system.written) == 1


def test_F7_a_guard_is_judged_again_after_what_helps() -> None:
    step = replace(STOPPED, guards=(HOLDS_DATA,))
    answers = [answered(422), accepted(change(running=False, description="full")), accepted(remove)]
    system, settle = on(*answers, rows=[row()])
    with pytest.raises(VrgError, match="It is described as full"):
        settle.carry_out(step)
    assert [write.method for write in system.written] == ["DELETE", "POST"]


def test_F7_another_row_under_the_same_key_is_not_deleted_after_what_helps() -> None:
    answers = [answered(422), accepted(change(running=False, uuid="u2")), accepted(remove)]
    system, settle = on(*answers, rows=[row()])
    settle.carry_out(STOPPED)
    assert [write.method for write in system.written] == ["DELETE", "POST"]
    assert settle.done == ["stop tenant 'acme'"]


def test_F7_a_guard_that_cannot_be_read_lets_nothing_through() -> None:
    system, settle = on(rows=[row()])
    system.now_reads = lambda query: _raise(failure(None))
    fails(settle, GUARDED, "The connection broke")
    assert system.written == []
    # What is known of the write itself is not lost by it.
    system, settle = on(answered(503), rows=[row()])
    system.now_reads = lambda query: _raise(failure(None)) if system.clock.now else None
    fails(settle, GUARDED, "^It is not known whether this has happened: delete tenant 'acme'. The platform says 503")
    assert len(system.written) == 1


def test_the_same_rows_are_read_once_for_all_guards() -> None:
    system, settle = on(accepted(remove), rows=[row()])
    again = replace(HOLDS_DATA, fact=every(ALL, NAMED["isolated"].eq(False)))
    settle.carry_out(replace(GUARDED, guards=(HOLDS_DATA, again)))
    assert system.asked == [DELETE.proof.query, ALL]  # type: ignore[union-attr]


def test_what_is_gone_or_another_row_by_now_is_not_deleted() -> None:
    for rows in ([], [row(uuid="u2")]):
        system, settle = on(rows=rows)
        settle.carry_out(GUARDED)
        assert (system.written, settle.done) == ([], [])


def test_a_goal_among_the_guards_is_waited_for_and_what_it_changes_is_seen_by_the_others() -> None:
    off = Goal("it to be off", ALL, Until(NAMED["running"].eq(False), words=((IS_RUNNING, "it runs"),)))
    system, settle = on(accepted(remove), rows=[row()])

    def stop(query: Query) -> None:
        if system.clock.now >= 3:
            system.rows["tenants"][0]["running"] = False

    system.now_reads = stop
    is_off = Guard(every(ALL, NAMED["running"].eq(False)), "It runs.")
    settle.carry_out(replace(DELETE, guards=(is_off, off)))
    assert settle.done == ["delete tenant 'acme'"] and system.clock.now >= 3
    system, settle = on(rows=[row()])
    fails(
        settle,
        replace(DELETE, guards=(off,)),
        "Timed out after 60 seconds waiting for it to be off; last seen: it runs",
    )
    assert system.written == []


# Keys of what was made


AFTER = Step("isolate it", Write("POST", "tenant_actions", body={"tenant": MADE, "params": {"of": MADE}}))
MAKES = replace(CREATE, made=MADE)


@pytest.mark.parametrize(
    "answer", [accepted(make, 1), accepted(make), answered(None, make), answered(503, make), answered(409, make)]
)
def test_the_key_of_what_was_made_is_known_from_its_receipt_or_from_its_row(answer: Answer) -> None:
    system, settle = on(answer)
    settle.carry_out(MAKES)
    settle.carry_out(AFTER)
    assert system.written[-1].body == {"tenant": 1, "params": {"of": 1}}


def test_the_key_of_a_receipt_is_the_rows_only_where_the_row_was_posted() -> None:
    clone = Step("clone it", Write("POST", "tenant_actions", body={}), some(ACME), made=MADE)
    appears = Goal("it to appear", ACME, Until(NAMED["name"].eq("acme"), missing="it has not"))
    system, settle = on(accepted(key=77))

    def appear(query: Query) -> None:
        if system.clock.now >= 2 and not system.rows["tenants"]:
            make(system)

    system.now_reads = appear
    settle.carry_out(replace(clone, goal=appears))
    settle.carry_out(replace(AFTER, write=Write("PUT", "tenants", MADE, {"description": "x"})))
    assert system.written[-1].path == "tenants/1"


def test_a_key_that_nobody_knows_is_no_error_of_python() -> None:
    system, settle = on()
    fails(settle, AFTER, "The key of tenant 'acme' is not known")
    assert system.written == []


# A task


class Steps:
    """A task with these plans, one after the other; the last one stays."""

    name = "tenant"

    def __init__(self, *plans: Plan) -> None:
        self.plans = list(plans)

    def plan(self, reader: Reader) -> Plan:
        return self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]


def test_a_plan_is_reported_in_check_mode_and_nothing_is_written() -> None:
    system = System(tenants=[])
    result = applied(system, Described(description="ours", tenant_password="secret-word"), check=True)
    assert result["changed"] and result["changes"] == ["create tenant 'acme'"]
    headers = dict.fromkeys(("before_header", "after_header"), "tenant 'acme'")
    assert result["diff"] == {"before": {}, "after": {"name": "acme", "description": "ours"}, **headers}
    assert result["tenant"]["key"] is None
    assert system.written == [] and "secret-word" not in repr(result)


def test_what_was_done_is_read_back_and_a_second_run_is_empty() -> None:
    system = System(accepted(make, 1), tenants=[])
    result = applied(system, Described())
    assert (result["changed"], result["changes"], result["tenant"]["key"]) == (True, ["create tenant 'acme'"], 1)
    result = applied(system, Described())
    assert (result["changed"], result["changes"], result["warnings"]) == (False, [], [])
    assert len(system.written) == 1


def test_a_run_without_a_change_reads_what_its_plan_reads() -> None:
    system = System(tenants=[row()])
    applied(system, Described())
    assert system.asked == [ACME]


def test_what_was_accepted_and_not_done_has_failed() -> None:
    """The platform drops a column that it does not know, with a 200."""
    system = System(accepted(), tenants=[row()])
    with pytest.raises(
        VrgError, match=r"accepted the change, but this is still missing: update tenant 'acme'"
    ) as caught:
        applied(system, Described(description="ours"))
    assert caught.value.changes == [], "what was not kept is no change"
    system = System(accepted(), tenants=[row()])
    with pytest.raises(VrgError, match="still missing: delete tenant 'acme'"):
        applied(system, Steps(Plan(None, (DELETE,), is_final=True)))


def test_what_this_run_did_is_no_part_of_what_stands() -> None:
    """A restart is planned again each time, and a plan without a proof cannot be missing."""
    verb = replace(STOP, verb=True)
    result = applied(System(tenants=[row()]), Steps(Plan("as it stands", (verb, AFTER_KNOWN))))
    assert result["changes"] == [verb.sentence, AFTER_KNOWN.sentence] and result["tenant"] == "as it stands"


AFTER_KNOWN = replace(AFTER, write=Write("POST", "tenant_actions", body={"tenant": 1}))


def test_what_a_run_had_done_when_it_failed_is_told() -> None:
    system = System(accepted(make, 1), answered(422), tenants=[])
    with pytest.raises(VrgError, match="Could not describe it: The platform says 422") as caught:
        applied(system, Steps(Plan(None, (CREATE, UPDATE))))
    assert caught.value.changes == ["create tenant 'acme'"]


def test_the_result_of_a_deletion_is_the_row_as_it_was() -> None:
    system = System(accepted(remove), tenants=[row()])
    result = applied(system, Steps(Plan("as it was", (DELETE,), is_final=True), nothing()))
    assert result["tenant"] == "as it was"


def test_what_is_on_the_way_already_is_waited_for_and_read_again() -> None:
    goal = Goal("it to be off", ALL, Until(NAMED["running"].eq(False), words=((IS_RUNNING, "it runs"),)))
    system = System(tenants=[row()])

    def stop(query: Query) -> None:
        if system.clock.now >= 3:
            system.rows["tenants"][0]["running"] = False

    system.now_reads = stop
    result = applied(system, Steps(Plan("on the way", settle=goal), Plan("there")))
    assert (result["changed"], result["tenant"]) == (False, "there") and system.clock.now >= 3


def test_F9_what_an_earlier_task_may_lift_is_a_warning_in_a_dry_run_and_refused_in_a_run() -> None:
    plan = Plan("shown", (STOP,)).refused(Refusal("It is off.", "Start it.", liftable=True)).warned("Mind the gap.")
    result = applied(System(tenants=[row()]), Steps(plan), check=True)
    assert result["warnings"] == ["Mind the gap.", "It is off. In a dry run, an earlier task may be what provides it."]
    assert result["changes"] == [STOP.sentence]
    system = System(tenants=[row()])
    with pytest.raises(VrgError, match="^It is off.$") as caught:
        applied(system, Steps(plan))
    assert caught.value.hint == "Start it." and system.written == []


@pytest.mark.parametrize("check", [True, False])
def test_F9_what_no_task_can_lift_is_refused_in_the_same_words_dry_or_not(check: bool) -> None:
    refusals = (Refusal("It is off.", liftable=True), Refusal("It holds data."), Refusal("It is old."))
    system = System(tenants=[row()])
    with pytest.raises(VrgError, match="^It holds data.$"):
        applied(system, Steps(Plan(None, (DELETE,)).refused(*refusals)), check)
    assert system.written == []


def test_F14_it_is_refused_again_when_somebody_was_there_first() -> None:
    """The plan after a stranger's row is judged like the first."""
    first = Plan(None, (CREATE,))
    second = Plan(None, (UPDATE,)).refused(Refusal("It is somebody else's."))
    system = System(answered(409, make), tenants=[])
    with pytest.raises(VrgError, match="somebody else's"):
        applied(system, Steps(first, second))
    assert len(system.written) == 1


def test_two_that_change_the_same_thing_at_the_same_time_do_not_go_on_for_ever() -> None:
    system = System(*[answered(409, make)] * 9, tenants=[])

    def gone_again(query: Query) -> None:
        if query == ALL:
            remove(system)

    class Forever:
        name = "tenant"

        def plan(self, reader: Reader) -> Plan:
            reader.read(ALL)
            return Plan(None, (CREATE,))

    system.now_reads = gone_again
    with pytest.raises(VrgError, match="still missing: create tenant 'acme'"):
        applied(system, Forever())
    assert len(system.written) == 3


def test_extra_figures_stand_beside_the_object() -> None:
    result = applied(System(tenants=[]), Steps(Plan(None, extra={"drain": {"verdict": "ok"}})))
    assert result["drain"] == {"verdict": "ok"}
