# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: vrg
short_description: VergeOS systems, and their tenants, nodes and clusters, as hosts
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Makes a host of each VergeOS system, and on request of each tenant, node and cluster, with what the info modules
    return as its variables.
  - The name of the source is C(vrg.yml) or ends in C(.vrg.yml); C(.yaml) serves as well.
  - Takes one request for each login, one for each of O(resources), and one for each table that O(gather) names,
    whatever the number of rows; V(network) stands for three tables. Systems are read at the same time.
  - Variables of a host are the keys of M(vergeio.vrg.vrg_tenant_info), M(vergeio.vrg.vrg_node_info) or
    M(vergeio.vrg.vrg_cluster_info) behind O(hostvars_prefix), as in C(vrg_status), and C(vrg_kind) (V(system),
    V(tenant), V(node) or V(cluster)) and C(vrg_system), the name of its system. A system has C(vrg_status) (V(online)
    or V(unreachable)), C(vrg_cloud_name), C(vrg_version) and C(vrg_read_at). Each has C(vergeos_host), and
    C(vergeos_ca_path) and C(vergeos_insecure) if these options are set; a login is never a variable.
  - Groups of every inventory are C(vrg_systems), C(vrg_tenants), C(vrg_nodes), C(vrg_clusters), C(vrg_isolated),
    C(vrg_need_restart), and by name C(vrg_system_NAME), C(vrg_status_STATUS) and C(vrg_cluster_NAME), in which a tenant
    is only if O(gather) has V(nodes). O(group_prefix) replaces C(vrg_).
  - What comes from the platform is never run as a template.
options:
  plugin:
    description: Marks the file as a source of this plugin.
    type: str
    required: true
    choices: [vergeio.vrg.vrg]
  systems:
    description:
      - The systems to read. The connection options beside the list are what a system that does not say otherwise has.
      - If not set, the one system that the connection options or the environment name.
      - Every value may be a template of lookups and extra variables, and may be vaulted.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the host; its O(systems[].host) if not set.
        type: raw
      host:
        description: As O(host); the environment does not name one.
        type: raw
        required: true
      username:
        description: As O(username).
        type: raw
      password:
        description: As O(password).
        type: raw
      api_key:
        description: As O(api_key).
        type: raw
      insecure:
        description: As O(insecure).
        type: raw
      ca_path:
        description: As O(ca_path).
        type: raw
      timeout:
        description: As O(timeout).
        type: raw
      retries:
        description: As O(retries).
        type: raw
  host:
    description:
      - The VergeOS system, as a name, C(name:port) or an HTTPS URL.
      - This and the other connection options may be templates and vaulted. Those that are not set come from the
        environment, by the same rules as for modules.
      - If not set, the environment variable E(VERGEOS_HOST) is used, then E(VERGE_HOST).
    type: raw
  username:
    description: The user to log in as; else E(VERGEOS_USERNAME), then E(VERGE_USERNAME).
    type: raw
  password:
    description: The password of O(username); else E(VERGEOS_PASSWORD), then E(VERGE_PASSWORD).
    type: raw
  api_key:
    description: An API key to log in with; else E(VERGEOS_API_KEY), then E(VERGE_TOKEN).
    type: raw
  insecure:
    description: Whether to accept any certificate; else E(VERGEOS_INSECURE), then the opposite of E(VERGE_VERIFY_SSL).
    type: raw
  ca_path:
    description:
      - A file with the certificate authorities that may have signed the certificate, or a folder of them; a relative
        path begins in the folder of the source.
      - If not set, E(VERGEOS_CA_PATH) is used.
    type: raw
  timeout:
    description: Seconds that the answer to one request may take; else E(VERGEOS_TIMEOUT), E(VERGE_TIMEOUT), or V(30).
    type: raw
  retries:
    description: How often a read is tried again after a broken connection or a busy answer; V(3) if not set.
    type: raw
  resources:
    description: What is a host beside the systems.
    type: list
    elements: str
    choices: [tenants, nodes, clusters]
    default: []
  gather:
    description: What to read with each tenant, as M(vergeio.vrg.vrg_tenant_info) does.
    type: list
    elements: str
    choices: [nodes, storage, network, snapshots, shared_objects]
    default: []
  filters:
    description: Which rows become hosts. A system always is one.
    type: dict
    default: {}
    suboptions:
      tenants:
        description:
          - Fields of tenants, each with a value or a list of values. A tenant has one of them in each field.
          - The platform is asked for no others. Fields are the result keys with texts, whole numbers, and V(true) or
            V(false); what is not among them is for O(filters.include).
        type: dict
      nodes:
        description: Fields of nodes, as O(filters.tenants).
        type: dict
      clusters:
        description: Fields of clusters, as O(filters.tenants).
        type: dict
      include:
        description:
          - Expressions over the variables of a host, of which one has to be true.
          - One that fails is an error whatever O(strict) says, so that no host is taken or left by mistake.
        type: list
        elements: str
        default: []
      exclude:
        description: Expressions as in O(filters.include), of which none may be true.
        type: list
        elements: str
        default: []
  hostname:
    description:
      - A template of the name of a host that is not a system, over its variables; the row's name if not set.
      - Without braces it is an expression, like V(vrg_uuid).
    type: str
  hostname_conflict:
    description:
      - What two hosts of one name are, or one with the name of a group or of the controller.
      - With V(qualify) the name of its system is added to each, as in V(acme_cloud-a), and its kind where that is not
        enough. Systems keep their names.
    type: str
    choices: [error, qualify]
    default: error
  hostvars_prefix:
    description: What the names of variables begin with, but for C(vergeos_host) and the like.
    type: str
    default: vrg_
  group_prefix:
    description: What the names of the groups of every inventory begin with.
    type: str
    default: vrg_
  connect_with:
    description:
      - How Ansible reaches tenants. With V(none) it does not, and their tasks run on the controller, where the modules
        of this collection reach the system; so do those of all other hosts.
      - With V(external_ip) O(gather) has V(network) as well, and the address is the lowest that is not the one of the
        user interface, if there is one.
      - A tenant without an address is given C(no-address.invalid), which is nowhere.
    type: str
    choices: [none, ui_address, external_ip]
    default: none
  on_unreachable:
    description:
      - What is done about a system that cannot be read as a whole.
      - With V(fail) there is no inventory. With V(warn) there is a warning and the host of the system, without what is
        in it. With V(cached) its last rows are taken from the cache, however old they are, and it fails where there are
        none or where the system refuses the login.
    type: str
    choices: [fail, warn, cached]
    default: fail
extends_documentation_fragment:
  - constructed
  - inventory_cache
notes:
  - A cache holds what a system has answered to the same login and the same question, whole answers only. Which plugin
    keeps it is O(cache_plugin); C(memory) keeps nothing from one command to the next.
requirements:
  - pyvergeos >= 1.7.1 (the PyPI project of that name; C(pyverge) is something else)
seealso:
  - module: vergeio.vrg.vrg_tenant_info
"""

EXAMPLES = r"""
# The least, for the one system that the environment names:
#
#   plugin: vergeio.vrg.vrg
#   resources: [tenants, nodes]
#
# Two systems, kept for an hour; one that is down does not keep the others away. Tenants that run are reached inside,
# and stand in groups by theme: clouds.vrg.yml
plugin: vergeio.vrg.vrg
systems:
  - name: cloud-a
    host: cloud-a.example.com
  - name: cloud-b
    host: cloud-b.example.com
    timeout: 5
username: automation
password: "{{ lookup('ansible.builtin.env', 'CLOUDS_PASSWORD') }}"
ca_path: ca.pem
resources: [tenants]
gather: [nodes]
connect_with: external_ip
hostname_conflict: qualify
on_unreachable: warn
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/vergeos
filters:
  tenants:
    status: [online, reduced]
    isolated: false
  exclude: vrg_name is match('test-')
compose:
  customer: vrg_note | regex_search('[0-9]+')
keyed_groups:
  - key: vrg_theme_access
    prefix: theme
groups:
  by_hand: vrg_creator == 'admin'
"""

import os
import time
from collections.abc import Mapping
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable, get_cache_plugin

from ..module_utils._model.errors import Outcome, VrgError
from ..module_utils._system.session import INSTALL_SDK
from ..plugin_utils._inventory.hosts import Host, hosts_of, plain_name, standing_groups, tell_apart
from ..plugin_utils._inventory.reading import Answer, cache_key, is_answer, read
from ..plugin_utils._inventory.source import SPEC, Source, source_of
from ..plugin_utils._inventory.untrusted import as_text, untrusted


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """From the source to hosts: everything is read and judged before the first one is added."""

    #: What the core's own annotations say of these differs by release.
    inventory: Any
    _vars: Any
    NAME = "vergeio.vrg.vrg"

    def verify_file(self, path: str) -> bool:
        name = f".{os.path.basename(path)}"
        return bool(super().verify_file(path)) and name.endswith((".vrg.yml", ".vrg.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        given = self._read_config_data(path)
        try:
            # What no fragment has is judged here, a misspelt option as well.
            own = {name: value for name, value in given.items() if name in SPEC or name not in self._options}
            source = source_of(own, self._plain, os.path.dirname(os.path.abspath(path)))
            self._populate(source, *self._answers(source, cache))
        except VrgError as error:
            raise AnsibleParserError(f"{error.message} {error.hint}".strip()) from None
        except ImportError as error:
            raise AnsibleParserError(f"{error}: the plugin needs pyvergeos. Run: {INSTALL_SDK}") from None

    def _plain(self, name: str, text: str) -> Any:
        """The value of an option that may be a template; what went wrong is said without the text, a login perhaps."""
        self.templar.available_variables = self._vars
        try:
            return as_text(self.templar, text)
        except Exception:
            raise VrgError(
                f"{name} is a template that cannot be filled in.",
                hint="Lookups and extra variables are what it may use; a text with braces is written as !unsafe.",
            ) from None

    def _answers(self, source: Source, cache: bool) -> tuple[dict[str, Answer], set[str]]:
        """What each system has answered, now or into the cache, and which were not reached."""
        kept = self._kept(source)
        youngest = time.time() - (self.get_option("cache_timeout") or float("inf"))
        answers = {name: answer for name, answer in kept.items() if cache and youngest <= answer["read"] <= time.time()}
        found = read([system for system in source.systems if system.name not in answers], source)
        lost = {name: answer for name, answer in found.items() if isinstance(answer, VrgError)}
        whole = {name: answer for name, answer in found.items() if not isinstance(answer, VrgError)}
        answers.update(whole)
        if self.get_option("cache"):
            self._cache.update({cache_key(one, source): whole[one.name] for one in source.systems if one.name in whole})
        self._judge(source.options["on_unreachable"], lost, kept, answers)
        return answers, set(lost)

    def _judge(
        self, policy: str, lost: dict[str, VrgError], kept: dict[str, Answer], answers: dict[str, Answer]
    ) -> None:
        """Warn of systems that were not reached, with their older answers if those are asked for, or fail."""
        wrong = []
        for name, error in lost.items():
            sentence = f"System '{name}': {error.message} {error.hint}".strip()
            if policy == "cached" and name in kept and error.outcome is not Outcome.REFUSED:
                answers[name] = kept[name]
                self.display.warning(f"{sentence} What it answered earlier is taken from the cache.")
            elif policy == "warn":
                self.display.warning(f"{sentence} What is in it is missing from the inventory.")
            else:
                wrong.append(sentence)
        if wrong:
            raise VrgError(" ".join(wrong))

    def _kept(self, source: Source) -> dict[str, Answer]:
        """The answers in the cache by system, however old: their age is judged by the time that is in them."""
        if not self.get_option("cache"):
            if source.options["on_unreachable"] == "cached":
                raise VrgError("on_unreachable is cached, and there is no cache.", hint="Set cache to true.")
            return {}
        given = {"_uri": self.get_option("cache_connection"), "_prefix": self.get_option("cache_prefix")}
        given = {name: value for name, value in given.items() if value is not None}
        self._cache = get_cache_plugin(self.get_option("cache_plugin"), _timeout=0, **given)
        found = {}
        for system in source.systems:
            try:
                answer = self._cache.get(cache_key(system, source))
            except AnsibleError as error:
                self.display.warning(f"The cache of system '{system.name}' is of no use: {error}")
                continue
            if is_answer(answer, source):
                found[system.name] = answer
        return found

    def _populate(self, source: Source, answers: dict[str, Answer], lost: set[str]) -> None:
        options = source.options
        hosts = []
        for system in source.systems:
            every = hosts_of(system, answers.get(system.name), system.name not in lost, options["connect_with"])
            for host in every:
                host.variables = {name: untrusted(value) for name, value in host.named(options["hostvars_prefix"])}
                if host.is_system or self._is_meant(host, options["filters"]):
                    host.name = self._name(host, options["hostname"])
                    hosts.append(host)
        standing = standing_groups(options["resources"])
        groups = self._groups(options["group_prefix"], hosts, standing)
        taken = {*constants.LOCALHOST, *self.inventory.groups, *groups.values(), *self._others(hosts, options)}
        tell_apart(hosts, taken, options["hostname_conflict"] == "qualify")
        new = [host.name for host in hosts if host.name not in self.inventory.hosts]
        try:
            for group in groups.values():
                self.inventory.add_group(group)
            self._add(hosts, groups)
        except Exception:
            # Half of an inventory is worse than none.
            for name in new:
                if name in self.inventory.hosts:
                    self.inventory.remove_host(self.inventory.hosts[name])
            raise

    def _others(self, hosts: list[Host], options: Mapping[str, Any]) -> list[str]:
        """Names that other rows have in the inventory by an earlier source of this plugin."""
        marks = (f"{options['hostvars_prefix']}kind", f"{options['hostvars_prefix']}key", "vergeos_host")
        mine = {plain_name(host.name): [host.variables.get(mark) for mark in marks] for host in hosts}
        there = {name: [one.vars.get(mark) for mark in marks] for name, one in self.inventory.hosts.items()}
        return [name for name, known in there.items() if known[0] and mine.get(name) not in (None, known)]

    def _add(self, hosts: list[Host], groups: dict[str, str]) -> None:
        compose, composed, keyed, strict = map(self.get_option, ("compose", "groups", "keyed_groups", "strict"))
        for host in hosts:
            self.inventory.add_host(host.name)
            # By the inventory's own method, a group that is made later and has the name would be given them instead.
            known = self.inventory.get_host(host.name)
            for name, value in host.variables.items():
                known.set_variable(name, value)
        for host in hosts if compose else ():
            self._set_composite_vars(compose, self._known(host), host.name, strict)
        for host in hosts:
            for name in host.groups():
                self.inventory.add_host(host.name, groups[name])
        for host in hosts if composed or keyed else ():
            known = self._known(host)
            self._add_host_to_composed_groups(composed, known, host.name, strict, False)
            self._add_host_to_keyed_groups(keyed, known, host.name, strict, False)

    def _known(self, host: Host) -> dict[str, Any]:
        return dict(self.inventory.get_host(host.name).get_vars())

    def _groups(self, prefix: str, hosts: list[Host], standing: list[str]) -> dict[str, str]:
        """The names that groups have in an inventory, of which not every character is allowed."""
        names = [*standing, *(name for host in hosts for name in host.groups())]
        groups: dict[str, str] = {name: self._sanitize_group_name(f"{prefix}{name}") for name in dict.fromkeys(names)}
        first: dict[str, str] = {}
        for name, group in groups.items():
            if first.setdefault(group, name) != name:
                self.display.warning(f"'{first[group]}' and '{name}' are one group, '{group}'.")
        return groups

    def _is_meant(self, host: Host, filters: dict[str, Any]) -> bool:
        include, exclude = filters["include"], filters["exclude"]
        return (not include or self._any(host, include)) and not self._any(host, exclude)

    def _any(self, host: Host, expressions: list[str]) -> bool:
        for expression in expressions:
            try:
                value = self._compose(expression, host.variables)
            except Exception as error:
                raise VrgError(f"filters: '{expression}' fails for {host.label}: {error}") from None
            # Older releases return some values as texts.
            if value and value not in ("False", "None"):
                return True
        return False

    def _name(self, host: Host, template: str) -> str:
        name = host.row["name"]
        if template and not host.is_system:
            try:
                if "{" not in template:
                    name = self._compose(template, host.variables)
                else:
                    self.templar.available_variables = host.variables
                    name = as_text(self.templar, template)
            except Exception as error:
                raise VrgError(f"hostname fails for {host.label}: {error}") from None
        if name in (None, ""):
            raise VrgError(f"The name of {host.label} is empty.", hint="Set hostname to what each of them has.")
        return str(name)
