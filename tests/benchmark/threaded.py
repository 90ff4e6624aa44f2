"""What somebody writes for whom it has to be quick: a list of tenants, made by threads over the real SDK.

    python tests/benchmark/threaded.py LIST WORKERS

It knows nothing of what stands, checks nothing and cannot be run again.
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests
from pyvergeos import VergeClient

GIB = 1 << 30


def main() -> None:
    tenants = json.loads(Path(sys.argv[1]).read_text())["tenants"]
    workers = int(sys.argv[2])
    session = requests.Session()
    session.verify = os.environ["VERGEOS_CA_PATH"]
    session.trust_env = False
    session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=workers))
    client = VergeClient(
        os.environ["VERGEOS_HOST"],
        username=os.environ["VERGEOS_USERNAME"],
        password=os.environ["VERGEOS_PASSWORD"],
        session=session,
    )

    def ask(method: str, path: str, **more: Any) -> Any:
        return client._request(method, path, **more)

    networks = {row["name"]: row["$key"] for row in ask("GET", "vnets", params={"fields": "$key,name"})}
    tiers = {row["tier"]: row["$key"] for row in ask("GET", "storage_tiers", params={"fields": "$key,tier"})}

    def make(tenant: dict[str, Any]) -> int:
        key = int(ask("POST", "tenants", json_data={"name": tenant["name"]})["$key"])
        for node in tenant["nodes"]:
            body = {"tenant": key, "name": node["name"], "cpu_cores": node["cpu_cores"], "ram": node["ram_gb"] * 1024}
            ask("POST", "tenant_nodes", json_data=body)
        for one in tenant["storage"]:
            body = {"tenant": key, "tier": tiers[one["tier"]], "provisioned": one["provisioned_gb"] * GIB}
            ask("POST", "tenant_storage", json_data=body)
        for one in tenant["external_ips"]:
            body = {"vnet": networks[one["network"]], "ip": one["ip"], "type": "virtual", "owner": f"tenants/{key}"}
            ask("POST", "vnet_addresses", json_data=body)
        return key

    with ThreadPoolExecutor(workers) as executor:
        keys = set(executor.map(make, tenants))
        refresh = {"vnet": networks["External"], "action": "refresh"}
        ask("POST", "vnet_actions", json_data=refresh)
        list(
            executor.map(
                lambda key: ask("POST", "tenant_actions", json_data={"tenant": key, "action": "poweron"}), keys
            )
        )
    while True:
        fields = "$key,status#status as status"
        rows = ask("GET", "tenants", params={"fields": fields, "filter": "is_snapshot eq false"})
        if all(row["status"] == "online" for row in rows if int(row["$key"]) in keys):
            break
        time.sleep(0.5)


if __name__ == "__main__":
    main()
