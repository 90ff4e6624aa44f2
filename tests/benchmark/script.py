"""The floor: a plain pyvergeos script that looks each storage allocation up and would set it where it differs.

    python script.py item|whole < items.json

``item`` does what a loop of a playbook does, with the least requests for one item: its tenant and its row. ``whole``
reads both tables once, which only something that knows the whole list beforehand can do.
"""

from __future__ import annotations

import json
import os
import sys

from pyvergeos import VergeClient

GIB = 1 << 30


def main() -> None:
    items = json.load(sys.stdin)
    client = VergeClient(
        os.environ["VERGEOS_HOST"], username=os.environ["VERGEOS_USERNAME"], password=os.environ["VERGEOS_PASSWORD"]
    )
    if sys.argv[1] == "whole" and items:
        keys = {str(tenant.name): tenant.key for tenant in client.tenants.list()}
        rows = client._request(
            "GET", "tenant_storage", params={"fields": "$key,tenant,tier#tier as number,provisioned"}
        )
        found = {(row["tenant"], row["number"]): row for row in rows}
        differing = [
            item for item in items if found[keys[item["tenant"]], item["tier"]]["provisioned"] != item["gb"] * GIB
        ]
    else:
        differing = []
        for item in items:
            tenant = client.tenants.get(name=item["tenant"])
            (row,) = tenant.storage.list(tier=item["tier"])
            if row.provisioned_bytes != item["gb"] * GIB:
                differing.append(item)
    if differing:
        raise SystemExit(f"differs: {differing}")


if __name__ == "__main__":
    main()
