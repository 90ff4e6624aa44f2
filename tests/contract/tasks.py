"""What the modules run, by name: the one place that knows where the engine keeps it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

_ROOT = "plugins.module_utils"


def _module(*places: str) -> ModuleType:
    """The first of the places that exists."""
    for place in places:
        try:
            return import_module(f"{_ROOT}.{place}")
        except ModuleNotFoundError as error:
            if not str(error.name).startswith(f"{_ROOT}.{place}".rpartition(".")[0]):
                raise
    raise ModuleNotFoundError(f"none of {', '.join(places)}")


def _task(name: str, place: str, old_name: str, old_place: str) -> Any:
    module = _module(f"_tasks.{place}", f"_resources.{old_place}")
    return getattr(module, name, None) or getattr(module, old_name)


def _gather(place: str, old_place: str) -> Any:
    return _module(f"_reads.{place}", f"_resources.{old_place}").gather


#: Every error that a run may end with.
VrgError: Any = tuple({_module("_errors", "_model.errors").VrgError, _module("_model.errors", "_errors").VrgError})

TASKS: dict[str, Any] = {
    "cluster": _task("ClusterTask", "cluster", "ClusterTask", "cluster"),
    "crash cart": _task("CrashCartTask", "crash_cart", "CrashCartTask", "crash_cart"),
    "node": _task("NodeTask", "node", "NodeTask", "node_task"),
    "tenant": _task("TenantTask", "tenant", "TenantTask", "tenant_task"),
    "tenant file": _task("TenantFileTask", "tenant_file", "TenantFileTask", "tenant_file"),
    "tenant networks": _task("TenantNetworksTask", "tenant_networks", "TenantNetTask", "tenant_net"),
    "tenant node": _task("TenantNodeTask", "tenant_node", "TenantNodeTask", "tenant_node"),
    "tenant snapshot": _task("TenantSnapshotTask", "tenant_snapshot", "TenantSnapshotTask", "tenant_snapshot"),
    "tenant storage": _task("TenantStorageTask", "tenant_storage", "TenantStorageTask", "tenant_storage"),
}

GATHERS: dict[str, Any] = {
    "clusters": _gather("clusters", "cluster_info"),
    "nodes": _gather("nodes", "node_info"),
    "storage": _gather("storage", "storage_tier"),
    "tenants": _gather("tenants", "tenant_info"),
    "tenant stats": _gather("tenant_stats", "tenant_stats"),
}
