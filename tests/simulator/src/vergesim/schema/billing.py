"""Tables of the billing (docs/platform.md#3.20)."""

from __future__ import annotations

from vergesim.schema.columns import CREATE, RO, Column, Table, epoch, integer, integers, number, table, text

TABLES: tuple[Table, ...] = (
    table(
        "billing",
        epoch("created"),
        epoch("from"),
        epoch("to"),
        epoch("sent"),
        text("description"),
        integers(
            "used_cores total_cores online_cores total_nodes online_nodes running_machines used_ram "
            "total_ram online_ram phys_ram_used phys_vram_used"
        ),
        number("phys_total_cpu"),
        [integer(f"tier_{tier}_{part}", access=RO) for tier in range(6) for part in ("used", "total")],
        integers(
            "gpus_total gpus gpus_idle vgpus_total vgpus vgpus_idle workload_datapoints storage_datapoints"
        ),
        display="created",
    ),
    table(
        # An empty body makes a report too (measured on 26.1.8).
        "billing_actions",
        Column("action", "text", "generate", CREATE, choices=("generate",)),
        methods="POST",
        display="action",
    ),
)
