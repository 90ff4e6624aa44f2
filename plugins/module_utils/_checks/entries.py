# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a tenant of a list may say, and which entries say nothing where something is needed.

Ansible's own check of such options ends at the first of them and names neither the tenant nor the entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any, Callable, Optional

from .._model.resource import Resource
from .._tables.tenant_networks import PARTS
from .._tables.tenant_nodes import TENANT_NODE
from .._tables.tenant_storage import TENANT_STORAGE, TENANT_TIERS
from .._tables.tenants import TENANT

Options = Mapping[str, Mapping[str, Any]]


def _needing(resource: Resource, *names: str) -> dict[str, dict[str, Any]]:
    """The options of a resource, of which an entry needs these."""
    options = resource.options()
    return {name: {**spec, "required": True} if name in names else spec for name, spec in options.items()}


#: The options of one tenant of the list.
ITEM: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "uuid": {"type": "str"},
    "plan": {"type": "str"},
    **{
        name: TENANT.options()[name]
        for name in ("description", "url", "note", "allow_branding", "help_url", "theme_access")
    },
    "expose_cloud_snapshots": {"type": "bool"},
    "require_password_change": {"type": "bool", "no_log": False},
    "isolated": {"type": "bool"},
    "state": {"type": "str", "choices": ["running", "stopped", "present"]},
    "nodes": {"type": "list", "elements": "dict", "options": _needing(TENANT_NODE, "cpu_cores", "ram_gb")},
    "storage": {
        "type": "list",
        "elements": "dict",
        "options": {
            "tier": {"type": "int", "choices": list(TENANT_TIERS), "required": True},
            **_needing(TENANT_STORAGE, "provisioned_gb"),
        },
    },
    **{part.option: {"type": "list", "elements": "dict", "options": part.options()} for part in PARTS},
    "initial_snapshot": {
        "type": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "retention": {"type": "str", "required": True},
            "description": {"type": "str"},
        },
    },
}
#: What an item has for itself only.
OWN = ("name", "uuid", "plan")
#: What a plan may have of an item.
INHERITED = {name: option for name, option in ITEM.items() if name not in OWN}
#: A blank name is said together with everything else that is wrong with the list.
_NAMED_ITEM = {**ITEM, "name": {"type": "str"}}

_FORMS = {"int": "a whole number", "float": "a number", "bool": "true or false"}
#: What Ansible takes for true or false.
_FLAGS = ("y", "yes", "on", "t", "true", "1", "1.0", "n", "no", "off", "f", "false", "0", "0.0")
#: How many flaws a refusal names.
_TOLD = 20


def refusal_of(flaws: Sequence[str]) -> str:
    """What is said of a list that is refused as a whole."""
    more = f" And {len(flaws) - _TOLD} more." if len(flaws) > _TOLD else ""
    return f"Nothing was changed. {' '.join(flaws[:_TOLD])}{more}"


def list_flaws(tenants: Any, plans: Any, defaults: Any) -> list[str]:
    """A sentence for each entry of a list of tenants, and of what they inherit, that cannot be read."""
    return [
        *_tenant_flaws(tenants),
        *(flaw for name, plan in (_of(plans) or {}).items() for flaw in _item_flaws(f"Plan '{name}'", plan, INHERITED)),
        *(_item_flaws("defaults", defaults, INHERITED) if defaults is not None else ()),
    ]


def _of(plans: Any) -> Optional[Mapping[str, Any]]:
    return plans if isinstance(plans, Mapping) else None


def _tenant_flaws(tenants: Any) -> Iterator[str]:
    if tenants is None:
        return
    if not isinstance(tenants, Sequence) or isinstance(tenants, str):
        yield "The tenants are not a list."
        return
    for number, tenant in enumerate(tenants, 1):
        name = tenant.get("name") if isinstance(tenant, Mapping) else None
        named = name is not None and not isinstance(name, bool) and str(name).strip()
        options = _NAMED_ITEM if isinstance(tenant, Mapping) and "name" in tenant else ITEM
        yield from _item_flaws(f"Tenant '{name}'" if named else f"Tenant {number} of the list", tenant, options)


def _item_flaws(where: str, item: Any, options: Options) -> Iterator[str]:
    if not isinstance(item, Mapping):
        yield f"{where} {'is empty' if item in (None, '') else 'is not a dictionary'}."
        return
    for name in item:
        if name not in options:
            yield f"{where}: {name} is none of its options ({', '.join(options)})."
    for name, spec in options.items():
        if name in item or spec.get("required"):
            yield from _option_flaws(where, name, item.get(name), spec)


def _option_flaws(where: str, name: str, value: Any, spec: Mapping[str, Any]) -> Iterator[str]:
    options = spec.get("options")
    if options is None or value is None:
        flaw = _flaw(value, spec)
        if flaw:
            yield f"{where}: {name} {flaw}."
    elif spec["type"] == "dict":
        yield from _item_flaws(f"{where}, {name}", value, options)
    elif not isinstance(value, Sequence) or isinstance(value, str):
        yield f"{where}: {name} is not a list."
    else:
        for number, entry in enumerate(value, 1):
            yield from _item_flaws(f"{where}, entry {number} of {name}", entry, options)


def _flaw(value: Any, spec: Mapping[str, Any]) -> Optional[str]:
    """What keeps a value from being one of the option's, as the end of a sentence. Limits are judged later."""
    kind = spec.get("type", "str")
    if value is None:
        return "is missing" if spec.get("required") else None
    if isinstance(value, (Mapping, list, tuple)):
        return f"is not {_FORMS.get(kind, 'text')}"
    if isinstance(value, bool) and kind == "str":
        return f"is {str(value).lower()}; a word such as yes or no is text only in quotes"
    if isinstance(value, str) and not value.strip():
        return "is empty" if kind in _FORMS or spec.get("required") or "choices" in spec else None
    if kind in _FORMS and not _IS_OF_KIND[kind](value):
        return f"'{value}' is not {_FORMS[kind]}"
    choices = spec.get("choices")
    if choices and (int(float(value)) if kind == "int" else str(value)) not in choices:
        return f"'{value}' is none of {', '.join(map(str, choices))}"
    return None


def _is_number(value: Any) -> bool:
    """Whether it counts something: YAML reads 2026-11-25 as a date, and .inf as a number without end."""
    try:
        return not isinstance(value, bool) and isfinite(float(value))
    except (OverflowError, TypeError, ValueError):
        return False


def _is_whole(value: Any) -> bool:
    return _is_number(value) and float(value).is_integer()


def _is_flag(value: Any) -> bool:
    return str(value).strip().lower() in _FLAGS


_IS_OF_KIND: dict[str, Callable[[Any], bool]] = {"int": _is_whole, "float": _is_number, "bool": _is_flag}
