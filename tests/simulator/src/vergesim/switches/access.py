"""Access (docs/platform.md#1.2, 1.6)."""

from __future__ import annotations

from vergesim.switches.switch import switch

SWITCHES = (
    switch("token_as_bearer", "accept reject", "1.2", "*", "a session token sent as Bearer"),
    switch("account_lock", "off 5 3", "1.2", "users", "wrong passwords in a row until the account is locked"),
    switch("hidden_row", "403 404", "8 #26", "*", "reading a row by key that the user may not see"),
    switch(
        "restricted_list",
        "filtered refuse",
        "8 #26",
        "*",
        "listing without any right on the table: no rows, or 403",
    ),
    switch(
        "rate_limit",
        "off drop 429",
        "8 #22",
        "*",
        "off; the connection is dropped above 50 requests a second; 429 above 1000 requests an hour",
    ),
)
