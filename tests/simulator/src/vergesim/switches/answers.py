"""Answers and the query language (docs/platform.md#1, 2)."""

from __future__ import annotations

from vergesim.switches.switch import switch

SWITCHES = (
    switch(
        "system_shape", "list object", "1.1", "system", "GET system answers a list with one row, or the row"
    ),
    switch("default_projection", "short all", "8 #1", "*", "columns of a read without fields", "CHG"),
    switch(
        "empty_result",
        "by_projection list count",
        "8 #2",
        "*",
        "a list without rows: [] if a column was asked for, else {$count: 0}; always []; always the count",
        "CHG, SDK-T",
    ),
    switch(
        "action_body",
        "bare receipt empty",
        "8 #3",
        "tenant_actions tenant_node_actions vnet_actions vm_actions",
        "a successful action: 201 and a receipt, one with a response beside it, or 200 and nothing",
    ),
    switch("delete_body", "object empty no_content", "1.4", "*", "a DELETE answers {}, nothing, or 204"),
    switch(
        "unknown_column",
        "drop refuse",
        "1.3",
        "*",
        "an unknown column in a write: dropped with 200, or 422",
        "CHG",
    ),
    switch(
        "unknown_filter_name",
        "no_rows refuse",
        "2.2",
        "*",
        "a filter on a name that is no column, alias or traversal: matches nothing, or 422",
    ),
    switch(
        "filter_literals",
        "typed loose",
        "2.2",
        "*",
        "'5' and 5 compare equal on key columns only, or everywhere",
    ),
    switch(
        "unaliased_key",
        "path last",
        "2.3",
        "*",
        "result key of an unaliased traversal: all of it, or its last part",
    ),
    switch(
        "null_subselection",
        "null omitted",
        "2.3",
        "*",
        "a sub-selection on a null reference: null, or absent",
    ),
    switch(
        "write_types",
        "strict lenient",
        "1.3",
        "*",
        "a quoted number for a number, or 0/1 for a boolean, in a write: 422, or converted",
    ),
    switch("duplicate_code", "409 422", "8 #7", "*", "the status of a unique violation", "CHG"),
    switch("put_body", "empty key", "1.4", "*", "a PUT answers {}, or {$key}", "SDK"),
    switch("row_order", "key reverse", "8 #24", "*", "rows without sort: by ascending key, or the other way"),
    switch("audit_rows", "on off", "3.16", "logs tenant_logs", "an audit row for each accepted change"),
    switch("patch", "405 put", "8 #28", "*", "PATCH is refused, or works as PUT"),
    switch(
        "key_reuse", "lowest_free never", "1.5", "*", "a deleted row's key is given again, or never", "TF"
    ),
    switch("key_in_rows", "int string", "8 #23", "tenants", "tenants.$key in rows read back"),
)
