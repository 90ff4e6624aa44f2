"""What the modules run, by name."""

from __future__ import annotations

from typing import Any

from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._reads import clusters, networks, nodes, storage, tenant_stats, tenants
from plugins.module_utils._tasks.cluster import ClusterTask
from plugins.module_utils._tasks.crash_cart import CrashCartTask
from plugins.module_utils._tasks.node import NodeTask
from plugins.module_utils._tasks.tenant import TenantTask
from plugins.module_utils._tasks.tenant_file import TenantFileTask
from plugins.module_utils._tasks.tenant_networks import TenantNetworksTask
from plugins.module_utils._tasks.tenant_node import TenantNodeTask
from plugins.module_utils._tasks.tenant_snapshot import TenantSnapshotTask
from plugins.module_utils._tasks.tenant_storage import TenantStorageTask

__all__ = ["GATHERS", "TASKS", "VrgError"]

TASKS: dict[str, Any] = {
    "cluster": ClusterTask,
    "crash cart": CrashCartTask,
    "node": NodeTask,
    "tenant": TenantTask,
    "tenant file": TenantFileTask,
    "tenant networks": TenantNetworksTask,
    "tenant node": TenantNodeTask,
    "tenant snapshot": TenantSnapshotTask,
    "tenant storage": TenantStorageTask,
}

GATHERS: dict[str, Any] = {
    "clusters": clusters.gather,
    "networks": networks.gather,
    "nodes": nodes.gather,
    "storage": storage.gather,
    "tenants": tenants.gather,
    "tenant stats": tenant_stats.gather,
}
