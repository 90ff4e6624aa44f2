"""``make action``: what a module has beside itself: an action plugin, a place in the action group, a row in README.

What is there already stays as it is, but for rows of README whose name is no link yet.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("vrg_*.py"))
#: The action plugin that the others are copies of.
PATTERN = "vrg_cluster"
_GROUP = re.compile(r"(?<=^  all:\n)(    - \w+\n)+", re.MULTILINE)
_TABLE = re.compile(r"(?<=^\| Module \| What it does \|\n\|---\|---\|\n)(\|.*\|\n)+", re.MULTILINE)
#: A row of a table of README, with the name in it, linked or not.
_ROW = re.compile(r"^\| \[?`(\w+)`(?:\]\([^)]*\))? \| (.*) \|$", re.MULTILINE)


def add_action(module: str) -> None:
    path = ROOT / f"plugins/action/{module}.py"
    if not path.exists():
        pattern = (ROOT / f"plugins/action/{PATTERN}.py").read_text()
        path.write_text(pattern.replace(f"modules.{PATTERN} ", f"modules.{module} "))


def with_group(runtime: str) -> str:
    """``meta/runtime.yml`` with every module in the action group."""
    return _GROUP.sub("".join(f"    - {module}\n" for module in MODULES), runtime)


def with_rows(readme: str, docs: str) -> str:
    """README with a row for every module, and a link to its page below ``docs`` from every name of a table."""
    found = _TABLE.search(readme)
    if not found:
        raise ValueError("README.md has no table of modules")
    rows = dict(_ROW.findall(found[0]))
    for module in MODULES:
        rows.setdefault(module, _described(module))
    table = "".join(f"| `{name}` | {rows[name]} |\n" for name in sorted(rows))
    kinds = {path.parent.name: "role" for path in ROOT.glob("roles/*/tasks")}
    pages = {**kinds, **dict.fromkeys(MODULES, "module")}

    def linked(row: re.Match[str]) -> str:
        name, text = row.groups()
        kind = pages.get(name)
        return f"| [`{name}`]({docs}/{name}_{kind}.html) | {text} |" if kind else row[0]

    return _ROW.sub(linked, readme[: found.start()] + table + readme[found.end() :])


def _described(module: str) -> str:
    """What a module says of itself."""
    for node in ast.parse((ROOT / f"plugins/modules/{module}.py").read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "DOCUMENTATION":
            return str(yaml.safe_load(ast.literal_eval(node.value))["short_description"])
    raise ValueError(f"{module} has no DOCUMENTATION")


def main() -> None:
    for module in MODULES:
        add_action(module)
    runtime, readme = ROOT / "meta/runtime.yml", ROOT / "README.md"
    runtime.write_text(with_group(runtime.read_text()))
    docs = yaml.safe_load((ROOT / "galaxy.yml").read_text())["documentation"]
    readme.write_text(with_rows(readme.read_text(), docs))


if __name__ == "__main__":
    main()
