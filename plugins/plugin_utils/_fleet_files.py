# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of tenants in files of the controller: found, decrypted and parsed without Jinja, which takes a minute for
thousands of tenants."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from ansible.errors import AnsibleError

from ..module_utils._checks.entries import list_flaws, refusal_of
from ._in_process import InProcess, as_json

_ENDINGS = (".json", ".yml", ".yaml")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_LOADER):  # type: ignore[misc]
    """YAML without tags of Ansible's own, in which no dictionary has a key twice: one of the two would be lost."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self._flat: set[int] = set()

    def flatten_mapping(self, node: Any) -> None:
        # Once only: afterwards it has what its merge key (<<) brought in, which may be there twice.
        if id(node) not in self._flat:
            self._flat.add(id(node))
            seen: set[tuple[str, str]] = set()
            for key, _value in node.value:
                # Several merge keys are as good as one with a list.
                if (key.tag, str(key.value)) in seen and key.tag != "tag:yaml.org,2002:merge":
                    raise AnsibleError(f"line {key.start_mark.line + 1} repeats a key of its dictionary")
                seen.add((key.tag, str(key.value)))
        super().flatten_mapping(node)


def _unrepeated(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise AnsibleError("a dictionary in it repeats a key")
    return found


def _vaulted(loader: Any, node: Any) -> None:
    raise AnsibleError(
        "a value in it is encrypted by itself (!vault); encrypt the whole file with ansible-vault instead"
    )


_Loader.add_constructor("!vault", _vaulted)


class FleetFiles(InProcess):
    """The action of ``vrg_tenant_fleet``: it hands over what the files hold."""

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        given = self._task.args
        try:
            self._task.args = {**given, **self._lists(given)}
            flaws = list_flaws(*(self._task.args.get(option) for option in ("tenants", "plans", "defaults")))
            if flaws:
                raise AnsibleError(refusal_of(flaws))
            passwords = self._passwords(given)
            # As one text: Ansible looks for each value of a secret option in every text, and there may be thousands.
            self._task.args |= {"passwords": as_json(passwords)} if passwords else {}
            return super().run(tmp, task_vars)
        except AnsibleError as error:
            return {"failed": True, "msg": str(error)}
        finally:
            self._task.args = given

    def _lists(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if not given.get("src"):
            return {}
        if given.get("tenants") is not None:
            raise AnsibleError("tenants and src are two ways to give the same list: use one of them.")
        path = self._find("src", given["src"])
        content = list(self._of_folder(path)) if os.path.isdir(path) else self._content("src", path)
        if isinstance(content, Mapping):
            tenants, plans = content.get("tenants"), content.get("plans") or {}
        else:
            tenants, plans = content, {}
        if not isinstance(tenants, list) or not isinstance(plans, Mapping):
            raise AnsibleError(f"src '{path}' holds no list of tenants, and no dictionary with tenants and plans.")
        return {"tenants": tenants, "plans": {**plans, **(given.get("plans") or {})}}

    def _of_folder(self, folder: str) -> Iterator[Any]:
        for name in sorted(os.listdir(folder)):
            stem, ending = os.path.splitext(name)
            if ending not in _ENDINGS or name.startswith("."):
                continue
            content = self._content("src", os.path.join(folder, name))
            if not isinstance(content, Mapping):
                raise AnsibleError(f"src '{os.path.join(folder, name)}' holds no tenant.")
            yield {"name": stem, **content}

    def _passwords(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if not given.get("passwords_src"):
            passwords = given.get("passwords")
            return dict(passwords) if isinstance(passwords, Mapping) else {}
        if given.get("passwords") is not None:
            raise AnsibleError("passwords and passwords_src are two ways to give the same: use one of them.")
        path = self._find("passwords_src", given["passwords_src"])
        content = self._content("passwords_src", path)
        if not isinstance(content, Mapping):
            raise AnsibleError(f"passwords_src '{path}' holds no dictionary of passwords by the name of the tenant.")
        tenants = self._task.args.get("tenants") or []
        return _of_listed(content, [str(one.get("name")) for one in tenants if isinstance(one, Mapping)])

    def _find(self, option: str, path: Any) -> str:
        """Beside role and play as for any module with a ``src``; a playbook of a collection has only what is here."""
        try:
            return str(self._find_needle("files", str(path)))  # type: ignore[no-untyped-call]
        except AnsibleError:
            if os.path.exists(path):
                return os.path.abspath(str(path))
            raise AnsibleError(f"There is no file or folder '{path}' for {option}.") from None

    def _content(self, option: str, path: str) -> Any:
        """What a file holds, decrypted in memory. Raises AnsibleError without any of its content."""
        try:
            # Plain bytes: those of newer cores carry where they come from, which the C loader does not take.
            text = bytes(self._loader._get_file_contents(path)[0])
            if path.endswith(".json"):
                return json.loads(text, object_pairs_hook=_unrepeated)
            return yaml.load(text, _Loader)
        except yaml.MarkedYAMLError as error:
            where = error.problem_mark or error.context_mark
            place = f" in line {where.line + 1}" if where else ""
            raise AnsibleError(f"{option} '{path}' is not YAML{place}.") from None
        except (yaml.YAMLError, ValueError):
            raise AnsibleError(f"{option} '{path}' is neither JSON nor YAML.") from None
        except AnsibleError as error:
            raise AnsibleError(f"{option} '{path}' cannot be read: {error}.") from None


def _of_listed(passwords: Mapping[Any, Any], names: Sequence[str]) -> dict[str, Any]:
    """The passwords of listed tenants. Raises AnsibleError for a name that only looks like one of them."""
    listed = set(names)
    alike = {name.strip().casefold(): name for name in names}
    for name in map(str, passwords):
        near = alike.get(name.strip().casefold())
        if name not in listed and near is not None:
            raise AnsibleError(f"passwords_src has a password for '{name}', and the list has '{near}'.")
    return {str(name): value for name, value in passwords.items() if str(name) in listed}
