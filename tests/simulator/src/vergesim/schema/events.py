"""Tables of the webhooks and of the tasks that events start (docs/platform.md#3.26)."""

from __future__ import annotations

from vergesim.schema.columns import (
    CREATE,
    RO,
    SECRET,
    Table,
    blob,
    choice,
    epoch,
    flag,
    integer,
    owner,
    ref,
    table,
    text,
)

TABLES: tuple[Table, ...] = (
    table(
        "webhook_urls",
        text("name", 128, low=1, required=True),
        choice("type", "custom"),
        text("url", low=1, required=True),
        text("headers"),
        choice("authorization_type", "none basic bearer apikey"),
        text("authorization_value", access=SECRET, default=None),
        flag("allow_insecure"),
        integer("timeout", 5, low=3, high=120),
        integer("retries", 3, low=0, high=100),
        methods="POST PUT DELETE",
        unique=(("name",),),
    ),
    table(
        "webhooks",
        ref("webhook_url", "webhook_urls", RO),
        text("message", access=RO),
        choice("status", "queued running sent error", access=RO),
        text("status_info", access=RO),
        epoch("last_attempt"),
        epoch("created"),
        parent="webhook_url",
        display="message",
    ),
    table(
        "task_events",
        owner(access=RO),
        ref("task", "tasks", CREATE, required=True),
        text("table", 128, low=1, access=CREATE, required=True),
        text("event", 128, low=1, access=CREATE, required=True),
        text("event_name", 128, access=CREATE),
        blob("table_event_filters"),
        blob("trigger", access=RO),
        blob("context"),
        methods="POST PUT DELETE",
        parent="task",
        display="event_name",
        indexes=("table",),
    ),
)
