"""Storage of a tenant, in whole GiB (docs/platform.md#3.9)."""

from __future__ import annotations

from vergesim.refusal import Refusal, not_permitted
from vergesim.rules.base import Rules
from vergesim.schema import Row
from vergesim.schema.columns import GB
from vergesim.world import World


class TenantStorageRules(Rules):
    """Rows of `tenant_storage`."""

    def creating(self, world: World, values: Row) -> None:
        if world.get("storage_tiers", values["tier"])["tier"] == 0:
            raise Refusal(422, "Validation error on field: 'tier' - 'tier 0 cannot be provisioned'")
        values["provisioned"] = self._floor(world, values.get("provisioned", 0))
        values["last_update"] = world.now

    def updating(self, world: World, row: Row, changes: Row) -> None:
        if "provisioned" not in changes:
            return
        changes["provisioned"] = self._floor(world, changes["provisioned"])
        if changes["provisioned"] < row["used"] and world.switches["storage_below_used"] == "refuse":
            raise not_permitted("Provisioned storage cannot be less than used storage")
        changes["last_update"] = world.now

    def deleting(self, world: World, row: Row) -> None:
        if row["used"] and world.switches["storage_below_used"] == "refuse":
            raise not_permitted("Tenant storage is in use")

    @staticmethod
    def _floor(world: World, size: int) -> int:
        """Whole GiB (measured); less than one is refused (assumed)."""
        whole = size // GB * GB
        if whole == 0 and world.switches["storage_below_gib"] == "422":
            raise Refusal(422, "Validation error on field: 'provisioned' - 'fails validation test'")
        return whole
