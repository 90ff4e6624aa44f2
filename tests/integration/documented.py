"""Holds what a module returned against its RETURN: every key is documented, and every documented key was returned."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

MODULES = Path(__file__).resolve().parents[2] / "plugins/modules"
#: What every module of Ansible returns, or what Ansible adds to it.
COMMON = {"changed", "diff", "invocation", "warnings", "deprecations", "failed", "item"}
#: What every failure has.
OF_FAILURES = {"msg", "exception", "failed_when_result", "failed_when_suppressed_exception"}


def documented(module: str) -> dict[str, Any]:
    for node in ast.parse((MODULES / f"{module}.py").read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "RETURN":
            found: dict[str, Any] = yaml.safe_load(ast.literal_eval(node.value))
            return found
    raise AssertionError(f"{module} documents no results")


def told_paths(contains: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """``tenants.nodes.name`` for each documented key."""
    for name, about in contains.items():
        yield prefix + name
        yield from told_paths(about.get("contains", {}), f"{prefix}{name}.")


def opaque(contains: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Keys whose inside is documented by a sample only."""
    for name, about in contains.items():
        if about["type"] == "dict" or about.get("elements") == "dict":
            if "contains" in about:
                yield from opaque(about["contains"], f"{prefix}{name}.")
            else:
                yield prefix + name


def seen_paths(value: Any, prefix: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from seen_paths(one, prefix)
    elif isinstance(value, dict):
        for name, inside in value.items():
            yield prefix + name
            yield from seen_paths(inside, f"{prefix}{name}.")


def differences(module: str, results: Path) -> list[str]:
    """What is returned but not documented, and documented but never returned."""
    returns = documented(module)
    told = set(told_paths(returns))
    closed = tuple(f"{path}." for path in opaque(returns))
    seen: set[str] = set()
    #: What a module returns with a failure, too.
    always = {name for name, about in returns.items() if about["returned"] == "always"}
    for line in results.read_text().splitlines():
        entry = json.loads(line)
        failed = {"msg", "failed"} & set(entry["result"])
        if entry["module"] == module and (not failed or (always and always <= set(entry["result"]))):
            result = {
                name: value
                for name, value in entry["result"].items()
                if name not in COMMON | OF_FAILURES and not name.startswith(("_ansible", "ansible_"))
            }
            seen |= {path for path in seen_paths(result) if not path.startswith(closed)}
    return [f"not documented: {path}" for path in sorted(seen - told)] + [
        f"never returned: {path}" for path in sorted(told - seen)
    ]
