"""Webhooks: what is sent, and the events that start it (docs/platform.md#3.26).

Nothing leaves the simulator. A host below `.invalid`, which nobody can have, does not answer; others do.
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from vergesim.query.paths import split_owner
from vergesim.refusal import Refusal, invalid_field
from vergesim.rules.base import RowAction, Rules
from vergesim.schema import Key, Row
from vergesim.world import World

MOST_DELIVERIES = 3000
FAILED = "Unable to connect to host"


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return None


def deliver(world: World, url: Row, message: str) -> Row:
    """Queue a message; it is under way a step later, and sent or given up after that."""
    row = world.insert("webhooks", {"webhook_url": url["$key"], "message": message, "created": world.now})
    while len(world.table("webhooks")) > MOST_DELIVERIES:
        world.drop("webhooks", next(iter(world.table("webhooks"))))
    reached = not (_host(url["url"]) or "").endswith(".invalid")
    left = url["retries"] if world.switches["webhook_retry"] == "as_set" else 0

    def attempt() -> None:
        nonlocal left
        done = {"last_attempt": world.now}
        if reached:
            world.change("webhooks", row, status="sent", **done)
        elif left:
            left -= 1
            world.change("webhooks", row, status="running", status_info=FAILED, **done)
            world.after(1, "webhooks", row, attempt)
        else:
            world.change("webhooks", row, status="error", status_info=FAILED, **done)

    world.after(1, "webhooks", row, attempt)
    return row


def fire(world: World, table: str, event: str, row: Row) -> None:
    """Start the tasks that wait for an event of a table, where their filters fit the row."""
    for waiting in world.where("task_events", "table", table):
        wanted = waiting["table_event_filters"]
        fits = not isinstance(wanted, dict) or all(row.get(name) == wanted[name] for name in wanted)
        if waiting["event"] == event and fits:
            start(world, waiting, world.display(table, row))


def start(world: World, waiting: Row, name: str) -> None:
    """Run the task of an event: a webhook's message is sent; other tasks do nothing here."""
    task = world.get("tasks", waiting["task"])
    target = split_owner(task["owner"])
    url = world.find(*target) if target and target[0] == "webhook_urls" else None
    if task["enabled"] and url is not None and task["action"] == "send":
        settings = task["settings_args"]
        message = settings.get("message") if isinstance(settings, dict) else None
        text = message if isinstance(message, str) else ""
        deliver(world, url, text.replace("${NAME}", name).replace("${TIMESTAMP}", str(world.now)))


def _send(world: World, url: Row, body: Row) -> Any:
    message = body.get("message")
    if not isinstance(message, str) or not message:
        raise Refusal(422, "Message is a required parameter")
    deliver(world, url, message)


class WebhookRules(Rules):
    """Rows of `webhook_urls`."""

    row_actions: ClassVar[dict[str, RowAction]] = {"send": _send}

    def creating(self, world: World, values: Row) -> None:
        if _host(values["url"]) is None:
            raise invalid_field("url")

    def updating(self, world: World, row: Row, changes: Row) -> None:
        if "url" in changes and _host(changes["url"]) is None:
            raise invalid_field("url")


def _trigger(world: World, waiting: Row, body: Row) -> Any:
    start(world, waiting, str(waiting["event_name"]))


class TaskEventRules(Rules):
    """Rows of `task_events`; the platform fills their owner."""

    query_actions: ClassVar[dict[str, RowAction]] = {"trigger": _trigger}

    def tenant(self, world: World, row: Row) -> Key | None:
        return None

    def creating(self, world: World, values: Row) -> None:
        values["owner"] = world.get("tasks", values["task"])["owner"]
        values["event_name"] = values.get("event_name") or values["event"]
