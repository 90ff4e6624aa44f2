"""Alarms, tags, webhooks, billing, updates and recipes (docs/platform.md#3.20 to 3.26)."""

from __future__ import annotations

from vergesim.switches.switch import switch

SWITCHES = (
    switch(
        "alarm_type_ref",
        "plain table_key",
        "3.21",
        "alarms",
        "an alarm's type in a row: the key alone, or alarm_types/<key>",
    ),
    switch(
        "alarm_resolve_form",
        "row actions both",
        "3.21",
        "alarms alarm_actions",
        "an alarm is resolved by alarms/<k>/resolve, by a row of alarm_actions, or by both",
    ),
    switch(
        "alarm_ack",
        "max_snooze forever",
        "3.21",
        "alarms alarm_types",
        "a snooze beyond what the alarm's type allows: shortened to that, or for good",
    ),
    switch(
        "vsan_alarms",
        "none raised",
        "3.21",
        "alarms cluster_tier_status",
        "a tier that is offline, repairs or is not redundant: no alarm, or one on the system (26.2)",
    ),
    switch(
        "tag_single",
        "refuse replace accept",
        "3.23",
        "tag_members",
        "a second tag of a category for a single one: refused, put in the first one's place, or accepted",
    ),
    switch(
        "tag_member_orphans",
        "cascade keep",
        "3.23",
        "tag_members",
        "what a tag marks is deleted: the member goes too, or stays and may mark a stranger",
    ),
    switch(
        "webhook_retry",
        "once as_set",
        "3.26",
        "webhooks webhook_urls",
        "a delivery that fails is tried once, or as often again as its URL says",
    ),
    switch(
        "billing_period",
        "month day",
        "3.20",
        "billing",
        "the time between two reports of the billing (at start and reset)",
    ),
    switch(
        "update_default_action",
        "all refresh",
        "3.25",
        "update_actions",
        "what an update action without a name does: all of it, or look for updates only",
    ),
    switch(
        "recipe_tenant_link",
        "late at_once",
        "3.20",
        "tenant_recipe_instances",
        "a tenant recipe's instance names its tenant a step later, or from the beginning",
    ),
)
