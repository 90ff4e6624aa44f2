# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of an estate report: which there are, and what is in them.

Pages are made by Jinja2 itself, which is told here to make every value safe for HTML: Ansible's own templates do not.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Union

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .billing import all_tenants, label
from .csv import capacity_csv, lines_csv, tenants_csv
from .page import page, tenant_page

Row = Mapping[str, Any]

#: A list of numbers or of dates over several lines. No text holds the end of one.
_SERIES = re.compile(r"""\[\n\s+((?:[-\d.e]+|"\d{4}-\d\d-\d\d")(?:,\n\s+(?:[-\d.e]+|"\d{4}-\d\d-\d\d"))*)\n\s+\]""")
_NO_NAME = re.compile(r"[^a-z0-9]+")


def report_of(path: Path) -> Any:
    """The report that a file holds; None where there is none, or none that can be read."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def files(report: Row, templates: str, pages_of: Union[bool, list[str]], *, newest: bool) -> Iterator[dict[str, str]]:
    """Path in the folder, and text, of each file; the report itself is the last of each folder.

    ``templates`` is the folder of the templates, ``pages_of`` the tenants with a page of their own, by name, or
    whether all have one. The files of the ``newest`` period stand beside the folders of all as well.
    """
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = (Path(templates) / "estate.js").read_text("utf-8")
    shared = {"script": script, "digest": b64encode(sha256(script.encode()).digest()).decode()}
    own = {
        tenant["uuid"]: (system, tenant)
        for system in report["systems"]
        for tenant in all_tenants(system)
        if pages_of is True or (pages_of and tenant["name"] in pages_of)
    }
    paths = {uuid: f"tenants/{_slug(tenant['name'])}-{uuid}.html" for uuid, (_system, tenant) in own.items()}
    html = environment.get_template("estate.html.j2").render(page=page(report, paths), **shared)
    texts = {
        "estate.html": html,
        "estate_capacity.csv": capacity_csv(report),
        "estate_tenants.csv": tenants_csv(report),
    }
    if report["invoice"]:
        texts["estate_invoice.csv"] = lines_csv(report)
        texts["estate_invoice.json"] = _json({"period": report["period"], **report["invoice"]})
    texts["estate.json"] = _json(report)
    folder = label(report["period"])
    template = environment.get_template("tenant.html.j2")
    for uuid, (system, tenant) in own.items():
        text = template.render(page=tenant_page(report, system, tenant), **shared)
        yield {"path": f"{folder}/{paths[uuid]}", "content": text}
    for name, text in texts.items():
        yield {"path": f"{folder}/{name}", "content": text}
    for name, text in texts.items() if newest else ():
        # Pages of tenants are in the folder of the period only.
        text = text.replace('href="tenants/', f'href="{folder}/tenants/') if name == "estate.html" else text
        yield {"path": name, "content": text}


def without_tenant(report: Row, pages_of: Union[bool, list[str]]) -> list[str]:
    """The names of ``pages_of`` that no tenant of the report has: misspelt, or of a system that was never read."""
    known = {tenant["name"] for system in report["systems"] for tenant in all_tenants(system)}
    return [] if isinstance(pages_of, bool) else [name for name in pages_of if name not in known]


def _slug(name: str) -> str:
    return _NO_NAME.sub("-", name.lower()).strip("-")[:40] or "tenant"


def _json(data: Any) -> str:
    """JSON that a person can read: a series of numbers or of dates on one line."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return _SERIES.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"
