"""The kinds of alarms (docs/platform.md#3.21).

The platform's list of keys is unknown. `vm_cpu_high`, `smtp_notconfigured` and `vsan_offline` have been
seen; the other keys stand for kinds that the vendor's pages describe, and a client must match on none.
"""

from __future__ import annotations

from vergesim.schema import Row

WEEK = 604_800


def _kind(key: str, name: str, description: str, level: str = "warning", **more: object) -> Row:
    return {
        "key": key,
        "name": name,
        "description": description,
        "level": level,
        "max_snooze_seconds": WEEK,
        "default_snooze_seconds": 86_400,
        **more,
    }


ALARM_KINDS: tuple[Row, ...] = (
    _kind("needs_restart", "Needs Restart", "A machine must be restarted for changes to take effect"),
    _kind("node_needs_restart", "Node Needs Restart", "A node must be restarted"),
    _kind("fw_pending", "Firewall Rules Pending", "Rules of a network wait to be applied"),
    _kind("tenant_node_offline", "Tenant Node Offline", "A node of a tenant lost its host", "error"),
    _kind("vm_cpu_high", "VM CPU High", "A machine uses its processors fully", threshold=90),
    _kind("vsan_offline", "vSAN Offline", "A tier of the vSAN is offline", "critical"),
    _kind("vsan_noredundant", "vSAN Not Redundant", "A tier of the vSAN has lost its redundancy"),
    _kind("vsan_repairing", "vSAN Repairing", "The vSAN repairs blocks"),
    _kind("drive_error", "Drive Error", "A drive is unresponsive or has too many errors", "error"),
    _kind("drive_warning", "Drive Warning", "A drive exceeds a threshold"),
    _kind("fabric_path", "Fabric Path", "A path of the core fabric has no traffic in both directions"),
    _kind("smtp_notconfigured", "SMTP Not Configured", "No mail can be sent", "message", allow_delete=True),
    _kind("license_expiring", "License Expiring", "A licence expires within 7 days"),
)
