"""Webhooks and the events that start them (docs/platform.md#3.26)."""

from __future__ import annotations

from typing import Any

import pytest

from driver import Driver


def hook(sim: Driver, host: str = "chat.example.com", **columns: Any) -> int:
    return sim.make("webhook_urls", name=host, url=f"https://{host}/hook", **columns)


def sent(sim: Driver, key: int) -> list[tuple[str, str]]:
    rows = sim.get("webhooks", filter=f"webhook_url eq {key}", fields="message,status", sort="-created")
    return [(row["message"], row["status"]) for row in rows]


def test_columns(sim: Driver) -> None:
    key = hook(sim, headers="X-A:b\n", authorization_type="bearer", authorization_value="secret")
    row = sim.get(f"webhook_urls/{key}", fields="all")
    assert (row["type"], row["timeout"], row["retries"], row["allow_insecure"]) == ("custom", 5, 3, False)
    assert row["headers"] == "X-A:b\n" and "authorization_value" not in row
    assert sim.get(f"webhook_urls/{key}", fields="name,authorization_value") == {"name": "chat.example.com"}
    base = {"name": "x", "url": "https://x.example.com"}
    for wrong in ({"timeout": 2}, {"retries": 101}, {"url": "ftp://x"}, {"url": ""}, {"type": "slack"}):
        assert sim.refused("POST", "webhook_urls", {**base, **wrong})[0] == 422, wrong
    assert sim.refused("POST", "webhook_urls", {**base, "name": "chat.example.com"})[0] == 409
    assert sim.refused("PUT", f"webhook_urls/{key}", {"url": "http://["})[0] == 422


def test_send(sim: Driver) -> None:
    key = hook(sim)
    assert sim.call("POST", f"webhook_urls/{key}/send", {"message": '{"text": "x"}'})[0] == 200
    assert sent(sim, key) == [('{"text": "x"}', "queued")]
    sim.wait(1)
    assert sent(sim, key) == [('{"text": "x"}', "sent")]
    assert sim.get("webhooks/1", fields="last_attempt")["last_attempt"] == sim.world.now
    assert sim.refused("POST", f"webhook_urls/{key}/send", {})[0] == 422
    assert sim.refused("POST", "webhooks", {"message": "x"})[0] == 405
    sim.call("DELETE", f"webhook_urls/{key}")
    assert sim.get("webhooks", fields="message") == []


@pytest.mark.parametrize(("rule", "tries"), [("once", 1), ("as_set", 3)])
def test_a_host_that_does_not_answer(sim: Driver, rule: str, tries: int) -> None:
    sim.set(webhook_retry=rule)
    key = hook(sim, "chat.invalid", retries=2)
    sim.call("POST", f"webhook_urls/{key}/send", {"message": "x"})
    for _ in range(tries - 1):
        sim.wait(1)
        assert sent(sim, key) == [("x", "running")]
    sim.wait(1)
    assert sent(sim, key) == [("x", "error")]
    last = sim.get("webhooks/1", fields="last_attempt,status_info")
    assert last == {"last_attempt": sim.world.now, "status_info": "Unable to connect to host"}


def watch(sim: Driver, table: str, event: str, **filters: str) -> int:
    """A webhook that is told of an event."""
    key = hook(sim)
    settings = {"message": "${NAME}"}
    owner = f"webhook_urls/{key}"
    task = sim.make("tasks", name="tell", owner=owner, action="send", settings_args=settings)
    body = {"task": task, "table": table, "event": event, "table_event_filters": filters or None}
    made = sim.make("task_events", **body)
    assert sim.get(f"task_events/{made}", fields="owner,event_name") == {"owner": owner, "event_name": event}
    assert sim.get(f"tasks/{task}", fields="count(events) as n") == {"n": 1}
    return key


def test_an_alarm_is_told(sim: Driver) -> None:
    key = watch(sim, "alarms", "raised", level="warning")
    sim.world.change("vnets", sim.world.get("vnets", 3), need_fw_apply=True)
    assert sent(sim, key) == [("Rules of network 'External' need to be applied", "queued")]
    sim.world.change("vnets", sim.world.get("vnets", 3), need_fw_apply=False)
    assert len(sent(sim, key)) == 1


def test_what_the_filter_leaves_out(sim: Driver) -> None:
    key = watch(sim, "alarms", "raised", level="critical")
    sim.world.change("vnets", sim.world.get("vnets", 3), need_fw_apply=True)
    assert sent(sim, key) == []


def test_a_tenant_is_told(sim: Driver) -> None:
    key = watch(sim, "tenants", "online")
    sim.running("acme")
    assert [message for message, _ in sent(sim, key)] == ["acme"]


def test_an_event_can_be_triggered(sim: Driver) -> None:
    """By the query form, which does nothing for most actions."""
    key = watch(sim, "alarms", "lowered")
    assert sim.call("PUT", "task_events/1", {}, action="trigger") == (200, {})
    assert sent(sim, key) == [("lowered", "queued")]
    sim.change("tasks/1", enabled=False)
    sim.call("PUT", "task_events/1", {}, action="trigger")
    assert len(sent(sim, key)) == 1
