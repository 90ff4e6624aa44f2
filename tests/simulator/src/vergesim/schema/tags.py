"""Tables of the tags (docs/platform.md#3.23)."""

from __future__ import annotations

from vergesim.schema.columns import CREATE, Column, Table, epoch, flags, ref, table, text

TAGGABLE = (
    "vms vnets volumes vnet_rules vmware_containers users tenant_nodes sites nodes groups clusters tenants"
)

TABLES: tuple[Table, ...] = (
    table(
        "tag_categories",
        text("name", 128, low=1, required=True),
        text("description"),
        flags("single_tag_selection", "rw"),
        flags(" ".join(f"taggable_{kind}" for kind in TAGGABLE.split()), "rw"),
        epoch("created"),
        epoch("modified"),
        methods="POST PUT DELETE",
        unique=(("name",),),
    ),
    table(
        "tags",
        text("name", 128, low=1, required=True),
        text("description"),
        ref("category", "tag_categories", CREATE, required=True),
        epoch("created"),
        epoch("modified"),
        methods="POST PUT DELETE",
        unique=(("category", "name"),),
        parent="category",
    ),
    table(
        "tag_members",
        ref("tag", "tags", CREATE, required=True),
        Column("member", "owner", None, CREATE, required=True),
        methods="POST DELETE",
        unique=(("tag", "member"),),
        parent="tag",
        display="member",
    ),
)
