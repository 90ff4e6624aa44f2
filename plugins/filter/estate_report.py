# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Union

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ..plugin_utils._report.billing import label, previous_label
from ..plugin_utils._report.estate import estate, line, newer, summary
from ..plugin_utils._report.files import files, report_of, without_tenant
from ..plugin_utils._report.prices import price_lists

_YES = ("true", "yes", "on", "1")
_NO = ("false", "no", "off", "0", "none", "")

DOCUMENTATION = r"""
name: estate_report
short_description: An estate report as data and as the files that it is written to
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Puts the figures of systems together to one report, with the reports that stand in its folder.
  - What is not read now and stands in the report of the same period is kept, with its date. Tenants of an
    earlier report that are gone are named.
  - The date of the report of the same period is kept where nothing else differs.
  - Nothing is written.
options:
  _input:
    description:
      - The systems by name, each as P(vergeio.vrg.estate_system#filter) returns it. One without figures is reported as
        one that was not read.
    type: dict
    required: true
  period:
    description: The billing period, as P(vergeio.vrg.estate_period#filter) returns it.
    type: dict
    required: true
  now:
    description: The date of the report, in ISO 8601.
    type: str
    required: true
  folder:
    description: The folder that the report is for; its reports are read. If empty, there are none.
    type: path
    default: ""
  templates:
    description: The folder of the templates of pages. If empty, there are no files.
    type: path
    default: ""
  prices:
    description: A price list, or more of them, as the role P(vergeio.vrg.estate_report#role) takes it.
    type: raw
  pages_of:
    description: Names of the tenants that have a page of their own, or whether all have one.
    type: raw
    default: false
seealso:
  - plugin: vergeio.vrg.estate_system
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write the report as JSON
  ansible.builtin.copy:
    content: "{{ report.data | to_nice_json }}"
    dest: /srv/reports/estate.json
    mode: "0644"
  vars:
    report: "{{ {'cloud-a': figures} | vergeio.vrg.estate_report(period, '2026-11-24T08:00:00Z') }}"
"""

RETURN = r"""
_value:
  description: The report in each of its forms.
  type: dict
  contains:
    data:
      description:
        - The report as data; C(generated), C(period), C(verdict), C(systems), C(totals), C(unreadable), C(invoice).
        - Not with O(templates), where the files have it.
      type: dict
    files:
      description: C(path) in the folder and C(content) of each file, in the order in which they are written.
      type: list
      elements: dict
    summary:
      description: The report in a few figures.
      type: dict
    line:
      description: The same as a sentence.
      type: str
"""


def _pages_of(given: Any) -> Union[bool, list[str]]:
    """Who has a page: a survey gives texts, with a name on each line."""
    if isinstance(given, str):
        word = given.strip().lower()
        lines = [line.strip() for line in given.splitlines() if line.strip()]
        return word in _YES if word in (*_YES, *_NO) else lines
    return given if isinstance(given, bool) else [str(name) for name in given or ()]


def estate_report(
    systems: Mapping[str, Mapping[str, Any]],
    period: Mapping[str, str],
    now: str,
    folder: str = "",
    templates: str = "",
    prices: Any = None,
    pages_of: Any = False,
) -> dict[str, Any]:
    try:
        lists = price_lists(prices)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None
    names = [label(period), previous_label(period), "."] if folder else []
    earlier = [report_of(Path(folder, name, "estate.json")) for name in names]
    figures = {name: json.loads(found["figures"]) if found else {} for name, found in systems.items()}
    data = estate(figures, period, now, lists, earlier)
    newest = not earlier or newer(data, earlier[-1])
    pages = _pages_of(pages_of)
    written = list(files(data, templates, pages, newest=newest)) if templates else []
    strangers = without_tenant(data, pages)
    missing = f"; no page for {', '.join(map(repr, strangers))}: no tenant has that name" if strangers else ""
    # Names from the platform may look like templates, which older cores would run.
    told = {"summary": {**summary(data), "no_page_for": strangers}, "line": f"{line(data)}{missing}"}
    found: dict[str, Any] = wrap_var({**told, "files": written} if templates else {**told, "data": data})
    return found


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"estate_report": estate_report}
