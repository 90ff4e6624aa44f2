"""What a shell tells of our modules and roles, and what the TAB key adds.

Ansible leaves TAB to argcomplete, which knows options and their fixed values. Names of modules, roles and playbooks are
not completed, ours as little as any: ``ansible-doc -l vergeio.vrg`` lists them.
"""

from __future__ import annotations

import json
import re

import pexpect
import pytest
import yaml
from collection import CHECKOUT, ENVIRONMENT, MODULES, ROLES, ansible_doc, documentation


@pytest.mark.parametrize(("kind", "names"), [("module", MODULES), ("role", ROLES), ("inventory", ["vrg"])])
def test_everything_is_listed(kind: str, names: list[str]) -> None:
    listed = json.loads(ansible_doc("-t", kind, "-l", "--json", "vergeio.vrg"))
    assert sorted(listed) == [f"vergeio.vrg.{name}" for name in names]


def explained(page: str) -> dict[str, bool]:
    """The options on a page of ansible-doc, and whether each is marked as required."""
    options = page.partition("EXAMPLES:")[0]
    return {name: mark == "=" for mark, name in re.findall(r"^([-=]) (\w+)", options, re.MULTILINE)}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_explained(module: str) -> None:
    page = ansible_doc(f"vergeio.vrg.{module}")
    options = documentation()[module]["options"]
    assert explained(page) == {name: option.get("required", False) for name, option in options.items()}
    assert f"vergeio.vrg.{module}:" in page.partition("EXAMPLES:")[2]


def test_the_inventory_plugin_is_explained() -> None:
    page = ansible_doc("-t", "inventory", "vergeio.vrg.vrg")
    told = json.loads(ansible_doc("-t", "inventory", "--json", "vergeio.vrg.vrg"))["vergeio.vrg.vrg"]["doc"]["options"]
    assert explained(page) == {name: option.get("required", False) for name, option in told.items()}
    assert "plugin: vergeio.vrg.vrg" in page.partition("EXAMPLES:")[2]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_explained(role: str) -> None:
    page = ansible_doc("-t", "role", f"vergeio.vrg.{role}")
    options = yaml.safe_load((CHECKOUT / f"roles/{role}/meta/argument_specs.yml").read_text())
    assert explained(page) == {
        name: option.get("required", False) for name, option in options["argument_specs"]["main"]["options"].items()
    }


@pytest.mark.parametrize(
    ("typed", "added"),
    [
        ("ansible localhost --module-n", "ame "),
        ("ansible-playbook vergeio.vrg.tenant_onboard --sy", "ntax-check "),
        ("ansible-doc -t mod", "ule "),
    ],
)
def test_tab(typed: str, added: str) -> None:
    environment = {**ENVIRONMENT, "TERM": "dumb", "PS1": "ready> ", "HISTFILE": ""}
    with pexpect.spawn("bash --norc --noprofile", env=environment, encoding="utf-8", dimensions=(24, 200)) as bash:
        bash.expect_exact("ready> ")
        bash.sendline(f'eval "$(register-python-argcomplete {typed.split()[0]})" && echo registered')
        bash.expect_exact("\r\nregistered\r\nready> ")
        bash.send(f"{typed}\t")
        bash.expect_exact(typed + added)
