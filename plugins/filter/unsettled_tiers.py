# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any, Callable

from ..plugin_utils._roles.maintenance_refusals import unsettled_tiers

DOCUMENTATION = r"""
name: unsettled_tiers
short_description: vSAN tiers that are being repaired or are not redundant
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Says in a sentence each which tiers of clusters cannot spare a node now.
positional: _input
options:
  _input:
    description:
      - The clusters that M(vergeio.vrg.vrg_cluster_info) returns with
        O(vergeio.vrg.vrg_cluster_info#module:include_tiers=true).
    type: list
    elements: dict
    required: true
seealso:
  - plugin: vergeio.vrg.vrg_cluster_info
    plugin_type: module
"""

EXAMPLES = r"""
- name: Wait until no tier is being repaired, and all are redundant
  vergeio.vrg.vrg_cluster_info:
    include_tiers: true
  register: vsan
  until: vsan is success and vsan.clusters | vergeio.vrg.unsettled_tiers | length == 0
  retries: 60
  delay: 10
"""

RETURN = r"""
_value:
  description: A sentence for each such tier; empty if all are redundant and none is being repaired.
  type: list
  elements: str
  sample:
    - Tier 1 of cluster 'prod' is being repaired (42 repairs left).
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"unsettled_tiers": unsettled_tiers}
