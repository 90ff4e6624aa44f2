"""Which rules belong to which table."""

from __future__ import annotations

from vergesim.rules.alarms import AlarmActions, AlarmRules
from vergesim.rules.base import Rules, Stamped
from vergesim.rules.billing import BillingActions
from vergesim.rules.catalogs import CatalogRules, RepositoryActions, RepositoryRules
from vergesim.rules.cloud_snapshots import CloudSnapshotActions, CloudSnapshotRules, Recover
from vergesim.rules.clusters import ClusterRules
from vergesim.rules.devices import DeviceRules
from vergesim.rules.events import TaskEventRules, WebhookRules
from vergesim.rules.nodes import NodeActions, NodeRules
from vergesim.rules.queries import QueryRules
from vergesim.rules.recipes import RecipeInstanceRules
from vergesim.rules.shared_objects import (
    FileRules,
    MachineSnapshotRules,
    SharedObjectActions,
    SharedObjectRules,
    TaskRules,
)
from vergesim.rules.snapshot_profiles import PeriodRules, ProfileActions
from vergesim.rules.tags import StampedRules, TagMemberRules
from vergesim.rules.tenant_actions import TenantActions
from vergesim.rules.tenant_copies import SnapshotRules
from vergesim.rules.tenant_networks import AddressRules, CidrRules, FirewallRules, Layer2Rules
from vergesim.rules.tenant_nodes import TenantNodeActions, TenantNodeRules
from vergesim.rules.tenant_recipes import TenantRecipeInstanceRules, TenantRecipeRules
from vergesim.rules.tenant_storage import TenantStorageRules
from vergesim.rules.tenants import TenantRules
from vergesim.rules.updates import UpdateActions, UpdateSourceRules
from vergesim.rules.users import ApiKeyRules, PermissionRules, UserRules
from vergesim.rules.vms import VmActions, VmRules
from vergesim.rules.vnets import VnetActions, VnetRules
from vergesim.world import World

_PLAIN = Rules()

RULES: dict[str, Rules] = {
    "alarm_actions": AlarmActions(),
    "alarms": AlarmRules(),
    "billing_actions": BillingActions(),
    "catalog_repositories": RepositoryRules(),
    "catalog_repository_actions": RepositoryActions(),
    "catalogs": CatalogRules(),
    "cloud_snapshot_actions": CloudSnapshotActions(),
    "cloud_snapshot_tenant_actions": Recover("cloud_snapshot_tenants"),
    "cloud_snapshot_vm_actions": Recover("cloud_snapshot_vms"),
    "cloud_snapshots": CloudSnapshotRules(),
    "clusters": ClusterRules(),
    "files": FileRules(),
    "machine_devices": DeviceRules(),
    "machine_snapshots": MachineSnapshotRules(),
    "node_actions": NodeActions(),
    "nodes": NodeRules(),
    "permissions": PermissionRules(),
    "shared_object_actions": SharedObjectActions(),
    "shared_objects": SharedObjectRules(),
    "snapshot_profile_actions": ProfileActions(),
    "snapshot_profile_periods": PeriodRules(),
    "tag_categories": StampedRules(),
    "tag_members": TagMemberRules(),
    "tags": StampedRules(),
    "task_events": TaskEventRules(),
    "tasks": TaskRules(),
    "tenant_actions": TenantActions(),
    "tenant_layer2_vnets": Layer2Rules(),
    "tenant_node_actions": TenantNodeActions(),
    "tenant_nodes": TenantNodeRules(),
    "tenant_recipe_instances": TenantRecipeInstanceRules(),
    "tenant_recipes": TenantRecipeRules(),
    "tenant_snapshots": SnapshotRules(),
    "tenant_storage": TenantStorageRules(),
    "tenants": TenantRules(),
    "update_actions": UpdateActions(),
    "update_sources": UpdateSourceRules(),
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
    "vsan_queries": QueryRules(),
    "webhook_urls": WebhookRules(),
}


def is_there(world: World, table: str) -> bool:
    """Whether the platform has a table at all: by the vendor's list there is no `alarm_actions`."""
    if table == "node_actions":
        return world.switches["node_action_form"] != "row"
    return table != "alarm_actions" or world.switches["alarm_resolve_form"] != "row"


def rules_of(table: str) -> Rules:
    """The rules of a table; most tables only store."""
    return RULES.get(table, _PLAIN)
