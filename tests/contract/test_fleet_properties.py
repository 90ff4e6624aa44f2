"""What holds for every list of tenants, whatever stands when it is asked for.

* A list that is refused has written nothing.
* A dry run says what the run then does; the next one has nothing to do.
* What the list has made is what the single modules make of it, one tenant after the other.
* What stands, exported and asked for again, is no change.
"""

from __future__ import annotations

import os
from typing import Any

from fleets import Run, listed, one_by_one, standing
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from plugins.module_utils._model.errors import VrgError
from vergesim_process import Vergesim

NAMES = ("acme", "O'Brien {Ltd}", "1", "node1", "Ümläut & Co")
ALLOWED = {"allow_shrink": True, "allow_restart": True, "n_minus_1": "ignore"}


def tenant(number: int) -> st.SearchStrategy[dict[str, Any]]:
    """An item: what it may have are rows of its own, or rows that it shares a network with others in."""
    address, block = f"198.51.100.{20 + number}", f"192.0.2.{16 * number}/28"
    node = st.fixed_dictionaries(
        {"cpu_cores": st.integers(1, 2), "ram_gb": st.sampled_from([2.0, 4.0])},
        optional={"description": st.sampled_from(["", "a {b}"])},
    )
    storage = st.fixed_dictionaries({"provisioned_gb": st.sampled_from([5, 20])})
    external = st.sampled_from(
        [{"ip": address, "network": "External"}, {"hostname": "vpn", "network": "External", "ip": address}]
    )
    return st.fixed_dictionaries(
        {"name": st.just(NAMES[number])},
        optional={
            "description": st.sampled_from(["", "one", "It's {so}\\"]),
            "note": st.sampled_from(["", "n"]),
            "isolated": st.booleans(),
            "nodes": st.lists(node, max_size=2).map(
                lambda nodes: [{"name": f"node{nth}", **one} for nth, one in enumerate(nodes, 1)]
            ),
            "storage": st.dictionaries(st.sampled_from([1, 3]), storage).map(
                lambda tiers: [{"tier": tier, **one} for tier, one in sorted(tiers.items())]
            ),
            "external_ips": st.lists(external, max_size=1),
            "network_blocks": st.sampled_from([[], [{"cidr": block, "network": "External"}]]),
            "layer2_networks": st.sampled_from([[], [{"network": "Internal"}]]),
            "state": st.sampled_from(["running", "stopped", "present"]),
        },
    )


LISTS = st.sets(st.integers(0, len(NAMES) - 1), min_size=1, max_size=4).flatmap(
    lambda numbers: st.tuples(*map(tenant, sorted(numbers)))
)


def made(sim: Vergesim, tenants: Any, **how: Any) -> Run | VrgError:
    passwords = {one["name"]: "long-enough" for one in tenants}
    try:
        return Run(sim, tenants, passwords=passwords, **ALLOWED, **how)
    except VrgError as error:
        return error


# Derandomized: what is asked for is the same in each run, so that a failure is no accident of the day.
@settings(
    # `make long` asks for more.
    max_examples=int(os.environ.get("VRG_EXAMPLES", "12")),
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(before=LISTS, tenants=LISTS)
def test_whatever_is_listed(running: Vergesim, before: Any, tenants: Any) -> None:
    running.control("POST", "/sim/reset")
    made(running, before)
    running.forget()
    dry = made(running, tenants, check=True)
    assert running.writes() == 0
    real = made(running, tenants)
    if isinstance(real, VrgError) or isinstance(dry, VrgError):
        event("refused as a whole")
        assert running.writes() == 0
        assert str(real) == str(dry)
        return
    assert real.result["changes"] == dry.result["changes"]
    assert not any(row["result"] == "failed" and not row["msg"] for row in real.result["tenants"])
    if real.summary["failed"]:
        event("some tenants failed")
        return
    again = made(running, tenants)
    assert not isinstance(again, VrgError) and again.result["changes"] == []
    stands = standing(running)
    exported = listed(running, "fold")
    whole = Run(running, exported["tenants"], plans=exported["plans"], check=True, **ALLOWED)
    assert whole.result["changes"] == []
    event("compared with single tasks")
    running.control("POST", "/sim/reset")
    made(running, before)
    for item in tenants:
        one_by_one(running, item)
    assert standing(running) == stands
    assert running.control("GET", "/sim/requests")["errors"] == 0
