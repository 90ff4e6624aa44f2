"""The releases of VergeOS that are known to differ: their versions, and the switches that they turn.

What is not named here is as in 26.1, which almost everything was measured on. Each setting tells the section
of docs/platform.md that it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """A switch's value in a release, and where that stands."""

    value: str
    section: str


@dataclass(frozen=True)
class Release:
    """A release: `yb_version` and `os_version` as the system and its nodes show them, and its switches."""

    yb_version: str
    os_version: str
    settings: Mapping[str, Setting]

    @property
    def switches(self) -> dict[str, str]:
        """Name to value."""
        return {name: setting.value for name, setting in self.settings.items()}


DEFAULT = "26.1"
RELEASES: dict[str, Release] = {
    # The versions of the live run VRG-26.0; the two differ (docs/platform.md#3.25).
    "26.0": Release(
        "26.0.2.1",
        "26.0.2",
        {
            "clone_theme": Setting("lost", "6.3"),
            "cluster_edit": Setting("resets_ram", "6.3"),
            "duplicate_code": Setting("422", "1.3"),
            "help_url_blank": Setting("404", "6.3"),
            "internal_virtual": Setting("refuse", "3.11"),
            "key_address_lists": Setting("ignored", "1.2"),
            "l2_delete_enabled": Setting("accept", "3.13"),
            "rename_shows": Setting("late", "6.3"),
            "second_restore": Setting("refuse", "4.4"),
            "static_owner": Setting("random", "3.11"),
            "vlan_4095": Setting("accept", "3.10"),
        },
    ),
    DEFAULT: Release("26.1.8", "26.1.8", {}),
    "26.2": Release(
        "26.2.1",
        "26.2.1",
        {
            "alarm_ack": Setting("forever", "3.21"),
            "give_file_log": Setting("row", "3.18"),
            "newer_cpu_types": Setting("accept", "3.2"),
            "restore_full_tier": Setting("halts", "4.4"),
            "tenant_nics": Setting("255", "3.8"),
            "vm_without_room": Setting("refuse", "4.2"),
            "vsan_alarms": Setting("raised", "3.21"),
            "webhook_retry": Setting("as_set", "3.26"),
        },
    ),
}
