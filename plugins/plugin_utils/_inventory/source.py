# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory source, as it is written, to what is to be read: systems with their connection, and rows of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ...module_utils._model.conditions import Condition
from ...module_utils._model.errors import VrgError
from ...module_utils._options import CONNECTION, Settings, beside, settings
from ...module_utils._reads.inventory import RESOURCES, condition, filterable
from ...module_utils._reads.tenants import GATHER

_LISTED = {"type": "list", "elements": "str"}
#: Without a default: what a system does not say, the options beside the list may.
_CONNECTION = {name: {"type": spec["type"]} for name, spec in CONNECTION.items()}
#: Options beside those of the fragments.
SPEC: dict[str, dict[str, Any]] = {
    **_CONNECTION,
    "systems": {"type": "list", "elements": "dict", "options": {"name": {"type": "str"}, **_CONNECTION}},
    "resources": {**_LISTED, "choices": list(RESOURCES), "default": []},
    "gather": {**_LISTED, "choices": GATHER, "default": []},
    "filters": {
        "type": "dict",
        "default": {},
        "options": {
            **{
                kind: {
                    "type": "dict",
                    "default": {},
                    "options": {name: {"type": "list", "elements": of} for name, of in filterable(kind).items()},
                }
                for kind in RESOURCES
            },
            "include": {**_LISTED, "default": []},
            "exclude": {**_LISTED, "default": []},
        },
    },
    "hostname": {"type": "str"},
    "hostname_conflict": {"type": "str", "choices": ["error", "qualify"], "default": "error"},
    "hostvars_prefix": {"type": "str", "default": "vrg_"},
    "group_prefix": {"type": "str", "default": "vrg_"},
    "connect_with": {"type": "str", "choices": ["none", "ui_address", "external_ip"], "default": "none"},
    "on_unreachable": {"type": "str", "choices": ["fail", "warn", "cached"], "default": "fail"},
}
#: Turns a text into the value of the template that it may be. Raises VrgError, without the value, where it cannot.
Template = Callable[[str, str], Any]


@dataclass(frozen=True)
class System:
    """A system to read. ``variables`` are how playbooks reach it, without a login."""

    name: str
    settings: Settings
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """What an inventory source asks for; ``options`` are those of ``SPEC`` that shape the hosts."""

    systems: Sequence[System]
    conditions: Mapping[str, Condition]
    options: Mapping[str, Any]


def source_of(given: Mapping[str, Any], template: Template, folder: str) -> Source:
    """The source, checked as a whole before anything is sent. A relative ``ca_path`` begins in ``folder``.

    Raises VrgError for what makes no sense; no message has the value of a login.
    """
    options = _checked({**given, **_templated(given, template), "filters": _listed(given.get("filters"))})
    if options["gather"] and "tenants" not in options["resources"]:
        raise VrgError("gather is about tenants, and resources does not name them.", hint="Add tenants to resources.")
    if options["connect_with"] == "external_ip" and "network" not in options["gather"]:
        options["gather"].append("network")
    if not f"{options['hostvars_prefix']}x".isidentifier():
        raise VrgError(
            f"hostvars_prefix '{options['hostvars_prefix']}' cannot begin the name of a variable.",
            hint="Take letters, digits and underscores.",
        )
    conditions = {
        kind: condition(kind, {name: values for name, values in options["filters"][kind].items() if values is not None})
        for kind in RESOURCES
    }
    return Source(_systems(options, folder), conditions, options)


def _templated(given: Mapping[str, Any], template: Template) -> dict[str, Any]:
    """The connections in plain text: each option may be a template, or vaulted."""

    def plain(options: Any, place: str = "") -> dict[str, Any]:
        return {name: _plain(f"{place}{name}", options[name], template) for name in options if name in _TEMPLATES}

    found, systems = plain(given), given.get("systems")
    if systems is not None:
        if not isinstance(systems, list) or not all(isinstance(one, Mapping) for one in systems):
            raise VrgError("systems is not a list of dictionaries.", hint="Give each system its host, and a name.")
        found["systems"] = [{**one, **plain(one, f"systems[{number}].")} for number, one in enumerate(systems)]
    return found


_TEMPLATES = ("name", *CONNECTION)


def _plain(name: str, value: Any, template: Template) -> Any:
    if isinstance(value, str):
        value = template(name, value)
    if isinstance(value, (Mapping, list, tuple)):
        raise VrgError(f"{name} is a list or a dictionary.", hint="Give one value, or a template of one.")
    if value is None or value == "":
        return None
    # What is vaulted is text only when it is asked for.
    return value if isinstance(value, (bool, int, float)) else str(value)


def _listed(filters: Any) -> Any:
    """Filters with a list wherever one value or several may stand, as they are, and null as nothing."""

    def listed(value: Any) -> list[Any]:
        return ["" if one is None else one for one in (value if isinstance(value, list) else [value])]

    if not isinstance(filters, Mapping):
        return filters
    return {
        name: {field: listed(value) for field, value in one.items()} if isinstance(one, Mapping) else listed(one)
        for name, one in filters.items()
        if one is not None
    }


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in given.items() if value is not None or name not in SPEC}
    checked = ArgumentSpecValidator(SPEC).validate(known)
    unknown = [f"There is no option {error}" for error in checked.errors if isinstance(error, UnsupportedError)]
    wrong = [str(error) for error in checked.errors if not isinstance(error, UnsupportedError)]
    if wrong or unknown:
        raise VrgError(" ".join(f"{sentence.rstrip('.')}." for sentence in (*wrong, *unknown)))
    return dict(checked.validated_parameters)


def _systems(options: Mapping[str, Any], folder: str) -> list[System]:
    shared = {name: options[name] for name in CONNECTION}
    if options["systems"] is None:
        return [_system(None, shared, folder)]
    if not options["systems"]:
        raise VrgError("systems is empty.", hint="List a system, or leave systems out for that of the environment.")
    found = []
    for number, one in enumerate(options["systems"]):
        if not one["host"]:
            # The environment's would be taken for it.
            raise VrgError(f"systems[{number}] has no host.", hint="Each system of the list names its own.")
        found.append(_system(one["name"], beside(one, shared), folder))
    names = [system.name for system in found]
    for name in names:
        if names.count(name) > 1:
            raise VrgError(f"Two systems have the name '{name}'.", hint="Give each a name of its own.")
    return found


def _system(name: Optional[str], options: Mapping[str, Any], folder: str) -> System:
    given = {option: value for option, value in options.items() if value is not None}
    if "ca_path" in given:
        # One of the environment begins where the command was given, as for modules.
        given["ca_path"] = os.path.join(folder, given["ca_path"])
    connection = settings(given, os.environ, os.getcwd())
    variables = {f"vergeos_{option}": given[option] for option in ("ca_path", "insecure") if option in given}
    return System(name or connection.host, connection, {"vergeos_host": connection.host, **variables})
