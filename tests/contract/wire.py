"""What the real SDK puts on the wire, in the notation of docs/platform.md#5."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from pyvergeos import VergeClient

from vergesim_process import Vergesim


class Entries:
    """Equal to any projection of so many entries; a comma in brackets parts none."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.count == 1 + sum(
            letter == "," and other[:at].count("[") == other[:at].count("]") for at, letter in enumerate(other)
        )

    def __hash__(self) -> int:
        return hash(self.count)

    def __repr__(self) -> str:
        return f"<{self.count} entries>"


@dataclass(frozen=True)
class Sent:
    """One request: the path after ``/api/v4/``, the query's parameters, the body as JSON."""

    method: str
    path: str
    params: dict[str, Any] = field(default_factory=dict)
    body: Any = None


def get(path: str, fields: str | Entries | None = None, **params: str) -> Sent:
    return Sent("GET", path, {**params, **({} if fields is None else {"fields": fields})})


def post(path: str, body: dict[str, Any]) -> Sent:
    return Sent("POST", path, {}, body)


def put(path: str, body: dict[str, Any]) -> Sent:
    return Sent("PUT", path, {}, body)


def delete(path: str) -> Sent:
    return Sent("DELETE", path)


class Wire:
    """The requests of this process: from the simulator's log, with the bodies as they left here; pauses are skipped."""

    def __init__(self, sim: Vergesim, monkeypatch: pytest.MonkeyPatch) -> None:
        self._sim = sim
        self._bodies: list[Any] = []
        self.naps: list[float] = []
        send = requests.Session.send

        def noting(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> Any:
            self._bodies.append(json.loads(request.body) if request.body else None)
            return send(session, request, **options)

        monkeypatch.setattr(requests.Session, "send", noting)
        # The SDK imports time where it sleeps, so that only the module itself can be patched.
        monkeypatch.setattr(time, "sleep", self.naps.append)

    def forget(self) -> None:
        self._sim.forget()
        self._bodies.clear()
        self.naps.clear()

    def sent(self) -> list[Sent]:
        """Every request since ``forget``, in order."""
        log = self._sim.control("GET", "/sim/requests")["log"]
        assert len(log) == len(self._bodies), "a request was repeated below the SDK"
        return [
            Sent(
                entry["method"],
                entry["path"].removeprefix("/api/v4/"),
                dict(parse_qsl(entry["query"], keep_blank_values=True)),
                body,
            )
            for entry, body in zip(log, self._bodies)
        ]


@dataclass(frozen=True)
class Case:
    """A call of the SDK: the requests it makes, what it returns and what it leaves behind."""

    call: Callable[[VergeClient], Any]
    sends: list[Sent]
    #: The part of the result that is compared.
    view: Callable[[Any], Any] = lambda result: result
    gives: Any = None
    #: Columns of rows afterwards, by table and key; ``None`` for a row that is gone.
    leaves: dict[tuple[str, int], dict[str, Any] | None] = field(default_factory=dict)
    naps: list[float] = field(default_factory=list)

    def check(self, client: VergeClient, wire: Wire, sim: Vergesim) -> None:
        wire.forget()
        result = self.call(client)
        assert wire.sent() == self.sends
        assert wire.naps == self.naps
        assert self.view(result) == self.gives
        for (table, key), columns in self.leaves.items():
            rows = [row for row in sim.rows(table) if row["$key"] == key]
            assert rows == [] if columns is None else columns.items() <= rows[0].items()


def status(*columns: str) -> str:
    return ",".join(f"status#{column} as {column}" for column in columns)


TENANT = (
    "$key,name,description,url,uuid,created,creator,is_snapshot,isolate,note,expose_cloud_snapshots,allow_branding,"
    "status#started as started_ts,status#stopped as stopped_ts,vnet,ui_address,"
    + status("running", "starting", "stopping", "migrating", "status", "state")
    + ",vnet#name as network_name,ui_address#ip as ui_address_ip"
)
TENANT_NODE = (
    "$key,tenant,name,nodeid,cpu_cores,ram,enabled,description,machine,machine#status#running as running,"
    "machine#status#status as status,machine#status#node#$display as host_node,machine#cluster as cluster,"
    "machine#cluster#$display as cluster_name,machine#preferred_node as preferred_node,"
    "machine#preferred_node#$display as preferred_node_name,machine#on_power_loss as on_power_loss"
)
TENANT_STORAGE = (
    "$key,tenant,tier,provisioned,used,allocated,used_pct,last_update,tier#tier as tier_number,"
    "tier#description as tier_description"
)
BLOCK = "$key,vnet,cidr,description,owner,vnet#name as network_name"
ADDRESS = "$key,vnet,ip,type,hostname,description,owner,mac,vnet#name as network_name"
LAYER2 = "$key,tenant,vnet,enabled,tenant#name as tenant_name,vnet#name as network_name,vnet#type as network_type"
SNAPSHOT = "$key,tenant,name,description,profile,period,min_snapshots,created,expires"
LOG = "$key,tenant,level,text,user,timestamp,tenant#name as tenant_name"
CLUSTER = (
    "$key,name,description,enabled,storage,compute,default_cpu,recommended_cpu_type,kvm_nested,ram_per_unit,"
    "cores_per_unit,max_ram_per_vm,max_cores_per_vm,target_ram_pct,ram_overcommit_pct,created,"
    "status#status as status_state,"
    + status(
        "total_nodes",
        "online_nodes",
        "total_ram",
        "online_ram",
        "used_ram",
        "total_cores",
        "online_cores",
        "used_cores",
        "running_machines",
    )
)
NODE = (
    "$key,name,description,model,cpu,cpu_speed,ram,vm_ram,overcommit,failover_ram,cores,physical,maintenance,iommu,"
    "need_restart,restart_reason,asset_tag,ipmi_address,ipmi_status,vsan_nodeid,vsan_connected,yb_version,os_version,"
    "kernel_version,appserver_version,vsan_version,qemu_version,cluster,machine,machine#status#running as running,"
    "machine#status#status as status,machine#stats#ram_used as ram_used,machine#stats#vram_used as vram_used,"
    "machine#stats#total_cpu as cpu_usage,machine#stats#core_temp as core_temp,cluster#name as cluster_name,"
    "machine#status#started as started"
)
TIER = (
    "$key,tier,description,capacity,used,allocated,used_inflated,dedupe_ratio,modified,"
    "stats[reads,writes,read_bytes,write_bytes,rops,wops,rbps,wbps]"
)
