"""Which rules belong to which table."""

from __future__ import annotations

from vergesim.rules.base import Rules, Stamped
from vergesim.rules.clusters import ClusterRules
from vergesim.rules.devices import DeviceRules
from vergesim.rules.nodes import NodeActions, NodeRules
from vergesim.rules.recipes import RecipeInstanceRules
from vergesim.rules.shared_objects import (
    FileRules,
    MachineSnapshotRules,
    SharedObjectActions,
    SharedObjectRules,
    TaskRules,
)
from vergesim.rules.tenant_actions import TenantActions
from vergesim.rules.tenant_copies import SnapshotRules
from vergesim.rules.tenant_networks import AddressRules, CidrRules, FirewallRules, Layer2Rules
from vergesim.rules.tenant_nodes import TenantNodeActions, TenantNodeRules
from vergesim.rules.tenant_storage import TenantStorageRules
from vergesim.rules.tenants import TenantRules
from vergesim.rules.users import ApiKeyRules, UserRules
from vergesim.rules.vms import VmActions, VmRules
from vergesim.rules.vnets import VnetActions, VnetRules

_PLAIN = Rules()

RULES: dict[str, Rules] = {
    "clusters": ClusterRules(),
    "files": FileRules(),
    "machine_devices": DeviceRules(),
    "machine_snapshots": MachineSnapshotRules(),
    "node_actions": NodeActions(),
    "nodes": NodeRules(),
    "shared_object_actions": SharedObjectActions(),
    "shared_objects": SharedObjectRules(),
    "tasks": TaskRules(),
    "tenant_actions": TenantActions(),
    "tenant_layer2_vnets": Layer2Rules(),
    "tenant_node_actions": TenantNodeActions(),
    "tenant_nodes": TenantNodeRules(),
    "tenant_snapshots": SnapshotRules(),
    "tenant_storage": TenantStorageRules(),
    "tenants": TenantRules(),
    "user_api_keys": ApiKeyRules(),
    "users": UserRules(),
    "vm_actions": VmActions(),
    "vm_recipe_instances": RecipeInstanceRules(),
    "vms": VmRules(),
    "vnet_actions": VnetActions(),
    "vnet_addresses": AddressRules(),
    "vnet_cidrs": CidrRules(),
    "vnet_proxy": Stamped(),
    "vnet_proxy_tenants": Stamped(),
    "vnet_rules": FirewallRules(),
    "vnets": VnetRules(),
}


def rules_of(table: str) -> Rules:
    """The rules of a table; most tables only store."""
    return RULES.get(table, _PLAIN)
