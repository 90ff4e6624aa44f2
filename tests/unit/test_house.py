"""What must agree between files that nobody compares by hand."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugins.module_utils._options import CONNECTION
from plugins.module_utils._version import VERSION

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(ROOT.glob("plugins/modules/vrg_*.py"))


def documentation(module: Path, name: str) -> Any:
    for node in ast.parse(module.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return yaml.safe_load(ast.literal_eval(node.value))
    raise AssertionError(f"{module.name} has no {name}")


def test_there_are_modules() -> None:
    assert len(MODULES) >= 6


def test_the_version_is_that_of_the_manifest() -> None:
    assert yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"] == VERSION


def test_every_module_is_in_the_action_group() -> None:
    group = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]["all"]
    assert group == [module.stem for module in MODULES]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_a_module_is_in_the_readme_and_has_its_documentation(module: Path) -> None:
    assert f"`{module.stem}`" in (ROOT / "README.md").read_text()
    assert documentation(module, "DOCUMENTATION")["module"] == module.stem
    assert documentation(module, "EXAMPLES") and documentation(module, "RETURN")


#: What certification asks of a README, in this order.
SECTIONS = [
    "Description",
    "Requirements",
    "Installation",
    "Use cases",
    "Testing",
    "Contributing",
    "Support",
    "Release notes and roadmap",
    "Related information",
    "License",
]


def test_the_readme_can_be_read_anywhere() -> None:
    """It is shown on pages that have none of the files beside it."""
    text = (ROOT / "README.md").read_text()
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS
    links = re.findall(r"\]\(([^)]*)\)", text)
    assert links and [link for link in links if not link.startswith("https://")] == []


def test_names_in_the_tables_of_the_readme_lead_to_their_pages() -> None:
    """``make action`` makes links of them; the documentation's own check knows whether the pages are there."""
    rows = re.findall(r"^\| (\[?`\w+`.*?) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    docs = yaml.safe_load((ROOT / "galaxy.yml").read_text())["documentation"]
    page = re.compile(rf"\[`(\w+)`\]\({docs}/\1_\w+\.html\)")
    assert len(rows) > len(MODULES) and [row for row in rows if not page.fullmatch(row)] == []


def test_there_is_one_address() -> None:
    """No public one is known yet; when there is, this is the place that tells where it stands."""
    home = yaml.safe_load((ROOT / "galaxy.yml").read_text())["repository"]
    told = {
        url
        for name in ("galaxy.yml", "README.md")
        for url in re.findall(r"https://vrg[^\s)>]*", (ROOT / name).read_text())
    }
    assert told and all(url == home or url.startswith(f"{home}/") for url in told)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_option_is_named_like_one_of_the_connection(module: Path) -> None:
    """module_defaults of the group would hand the host's login to it."""
    assert not set(documentation(module, "DOCUMENTATION")["options"]) & set(CONNECTION)


def test_the_connection_is_documented() -> None:
    fragment = ast.parse((ROOT / "plugins/doc_fragments/connection.py").read_text())
    text = next(node.value for node in ast.walk(fragment) if isinstance(node, ast.Assign))
    assert set(yaml.safe_load(ast.literal_eval(text))["options"]) == set(CONNECTION)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_a_module_stays_short(module: Path) -> None:
    tree = ast.parse(module.read_text())
    told = {
        number
        for node in tree.body
        if isinstance(node, ast.Assign)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    code = [
        line
        for number, line in enumerate(module.read_text().splitlines(), 1)
        if number not in told and line.strip() and not line.startswith("#")
    ]
    assert len(code) <= 40
    assert not [line for line in code if "check_mode" in line or "fail_json" in line]


def test_every_module_has_its_action_and_no_redirect_leads_to_one() -> None:
    """A redirect would give all modules one resolved name, and module_defaults of one would reach them all."""
    actions = sorted(ROOT.glob("plugins/action/*.py"))
    assert [action.name for action in actions] == [module.name for module in MODULES]
    # A list of tenants may come from files of the controller.
    assert [action.stem for action in actions if "_fleet_files" in action.read_text()] == ["vrg_tenant_fleet"]
    # Each is the same but for the module that it names.
    assert len({_with_names_of_vrg_tenant(action) for action in actions}) == 1
    assert "plugin_routing" not in yaml.safe_load((ROOT / "meta/runtime.yml").read_text())


def _with_names_of_vrg_tenant(action: Path) -> str:
    text = action.read_text().replace(f"modules.{action.stem} import", "modules.vrg_tenant import")
    return text.replace("_fleet_files", "_in_process").replace("FleetFiles", "InProcess")


@pytest.mark.parametrize("path", sorted(ROOT.glob("plugins/module_utils/**/*.py")), ids=lambda path: path.name)
def test_a_file_of_the_engine_stays_readable(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 250


ENGINE = ROOT / "plugins/module_utils"
#: Which room of the engine may import which others. A file beside the folders is
#: a room of its own.
MAY_IMPORT: dict[str, set[str]] = {
    "_model": set(),
    "_version": set(),
    "_options": {"_model"},
    "_tables": {"_model"},
    "_checks": {"_model", "_tables"},
    "_reads": {"_model", "_tables", "_checks"},
    "_tasks": {"_model", "_tables", "_checks"},
    "_system": {"_model", "_options", "_version"},
    # Edges join what does not know one another, and never import one another but for what they share.
    "_edge": {"_model", "_options", "_system"},
    "_files": {"_model"},
    "_module": {"_edge", "_model", "_options", "_system"},
    "_fleet": {"_checks", "_edge", "_files", "_model", "_module", "_options", "_reads", "_system", "_tasks"},
    "_calibrate": {"_calibration", "_edge", "_files", "_model", "_module", "_options", "_system"},
    # The event source, but for the file that ansible-rulebook finds.
    "_events": {"_files", "_model", "_options", "_reads", "_system"},
    # What it asks for is what the engine never sends (docs/decisions/0009): neither tables nor steps of ours.
    "_calibration": {"_model", "_system"},
}
#: Where plugins that are no module may reach into the engine; the others take rows from Ansible's variables.
PLUGINS_MAY_IMPORT: dict[str, set[str]] = {
    "_in_process": {"_edge", "_model", "_options", "_system"},
    # An edge, in files of its own: it reads what info modules read, and writes nothing.
    "_inventory": {"_model", "_options", "_reads", "_system", "_version"},
    "vrg": {"_model", "_system"},
    "*": {"_model", "_tables", "_checks"},
}
#: What makes code depend on more than its arguments.
OUTSIDE = {"ansible", "os", "pyvergeos", "requests", "socket", "ssl", "subprocess", "threading", "time", "urllib3"}
#: The rooms that may: pure ones are tested with rows alone.
OUTSIDE_OF = {
    "_system": OUTSIDE - {"ansible"},
    "_options": {"os"},
    "_edge": {"ansible", "os"},
    "_files": {"os"},
    "_module": {"ansible", "os"},
    "_fleet": {"ansible", "os"},
    "_events": {"os", "threading"},
}


def sources(folder: Path) -> dict[str, str]:
    """The Python files of a folder, by their path in it."""
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.py"))}


def imported(name: str, source: str) -> list[str]:
    """The modules that a file imports, wherever in it, as a dotted path: of the engine as ``._model.plan``."""
    found = []
    package = name.split("/")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = [*base, *(node.module.split(".") if node.module else ())]
            prefix = "." if node.level else ""
            # ``from . import plan``: what is imported is the module's name.
            names = [[*module, alias.name] for alias in node.names] if len(module) < 2 else [module]
            found += [prefix + ".".join(one) for one in names]
    return [re.sub(r"^(\.|ansible_collections\.vergeio\.vrg\.)(plugins\.)?module_utils\.", ".", one) for one in found]


def room(name: str) -> str:
    return name.split("/")[0].removesuffix(".py")


def wrong_imports(files: dict[str, str], allowed: dict[str, set[str]], own: str = "") -> list[str]:
    """Each import of a room that the file's own room must not know; ``own`` is where the files are, if not there."""
    wrong = []
    for name, source in files.items():
        here = room(name)
        for module in imported(f"{own}{name}", source):
            there = module.split(".")[1] if module.startswith(".") else ""
            if own and there not in MAY_IMPORT:
                # Not of the engine: another file of the same plugins.
                there = ""
            if there and there != here and there not in allowed.get(here, allowed.get("*", set())):
                wrong.append(f"{name} imports {module}")
            if not own and not there and module.split(".")[0] in OUTSIDE - OUTSIDE_OF.get(here, set()):
                wrong.append(f"{name} imports {module}")
    return wrong


def test_no_room_imports_what_it_must_not_know() -> None:
    files = sources(ENGINE)
    assert {room(name) for name in files} == set(MAY_IMPORT), "a new room needs its row in the table"
    assert wrong_imports(files, MAY_IMPORT) == []


def test_plugins_reach_into_the_engine_where_they_may() -> None:
    for kind in ("plugin_utils", "inventory"):
        assert wrong_imports(sources(ROOT / "plugins" / kind), PLUGINS_MAY_IMPORT, f"{kind}/") == []
    against = {"_roles/x.py": "from ...module_utils._system.api import Api"}
    assert wrong_imports(against, PLUGINS_MAY_IMPORT, "plugin_utils/") != []
    against = {"_in_process.py": "from ..module_utils._tasks.tenant import TenantTask"}
    assert wrong_imports(against, PLUGINS_MAY_IMPORT, "plugin_utils/") != []
    against = {"vrg.py": "from ..module_utils._tables.tenants import TENANT"}
    assert wrong_imports(against, PLUGINS_MAY_IMPORT, "inventory/") != []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("_tables/x.py", "from .._tasks.tenant import TenantTask"),
        ("_tables/x.py", "from .._checks import addresses"),
        ("_tasks/x.py", "from .._system.api import Api"),
        ("_tasks/x.py", "from .. import _system"),
        ("_tasks/x.py", "from .._reads.tenants import tenants"),
        ("_tasks/x.py", "from ansible.module_utils.basic import AnsibleModule"),
        ("_reads/x.py", "def late():\n    from .._system.session import connect"),
        ("_checks/x.py", "from ...plugin_utils import _in_process"),
        ("_checks/x.py", "import ansible_collections.vergeio.vrg.plugins.module_utils._tasks.tenant"),
        ("_model/x.py", "import time"),
        ("_model/x.py", "import os.path"),
        ("_model/x.py", "from .._tables import tenants"),
        ("_system/x.py", "from .._tables.tenants import TENANT"),
        ("_system/x.py", "import ansible"),
        ("_edge.py", "from ._module import manage"),
        ("_options.py", "from ._system.api import Api"),
    ],
)
def test_an_arrow_against_the_table_is_seen(name: str, line: str) -> None:
    assert wrong_imports({name: line}, MAY_IMPORT) != []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("_tables/x.py", "from .._model.resource import Resource"),
        ("_tables/x.py", "from .tenants import TENANT"),
        ("_tasks/x.py", "from . import tenant_clone"),
        ("_system/x.py", "import time, requests"),
        ("_module.py", "from ._system.apply import Apply"),
    ],
)
def test_an_arrow_along_the_table_is_not(name: str, line: str) -> None:
    assert wrong_imports({name: line}, MAY_IMPORT) == []


def circle(files: dict[str, str]) -> list[str]:
    """The modules of one import circle, or none."""
    modules = {f".{name[:-3].replace('/', '.')}" for name in files}
    arrows = {
        f".{name[:-3].replace('/', '.')}": [one for one in imported(name, source) if one in modules]
        for name, source in files.items()
    }
    done: set[str] = set()

    def follow(module: str, path: list[str]) -> list[str]:
        if module in path:
            return path[path.index(module) :]
        if module in done:
            return []
        found = next(filter(None, (follow(other, [*path, module]) for other in arrows[module])), [])
        done.add(module)
        return found

    return next(filter(None, (follow(module, []) for module in arrows)), [])


def test_no_import_leads_back_to_where_it_came_from() -> None:
    assert circle(sources(ENGINE)) == []
    there, back = "from .b import B", "def late():\n    from . import a"
    assert sorted(circle({"_model/a.py": there, "_model/b.py": back})) == ["._model.a", "._model.b"]
    assert circle({"_model/a.py": there, "_model/b.py": ""}) == []


PLUGINS = sources(ROOT / "plugins")


def writes(source: str) -> bool:
    """Whether something is written by it: a call of ``….write(…)``."""
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return any(isinstance(called, ast.Attribute) and called.attr == "write" for called in calls)


def test_only_settle_writes() -> None:
    assert [name for name in PLUGINS if writes(PLUGINS[name])] == ["module_utils/_system/settle.py"]


#: What sends requests past everything that the engine knows about them.
RAW_FILES = {"module_utils/_system/api.py", "module_utils/_system/raw.py"}


def sends_raw(source: str) -> bool:
    """Whether requests are sent as they are: a call of ``….exchange(…)`` or ``….send(…)``."""
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return any(isinstance(called, ast.Attribute) and called.attr in ("exchange", "send") for called in calls)


def test_only_calibration_sends_requests_as_they_are() -> None:
    """And its changes go through two files: the tenant, checked by its uuid, and the rules of the named network."""
    users = {name for name, source in PLUGINS.items() if any("_system.raw" in one for one in imported(name, source))}
    assert users and {room(name.partition("/")[2]) for name in users} == {"_calibrate", "_calibration"}
    senders = {name for name, source in PLUGINS.items() if sends_raw(source)} - RAW_FILES
    assert senders == {f"module_utils/_calibration/{name}.py" for name in ("removal", "tenant")}
    users_of_the_room = {room(name.partition("/")[2]) for name, source in PLUGINS.items() if "_calibration." in source}
    assert users_of_the_room == {"_calibrate"}


def judges(source: str) -> bool:
    """Whether rows are judged by a function without a name, which nobody can print or send."""
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Lambda))
    return any(argument.arg == "rows" for one in functions for argument in one.args.args)


def test_rows_are_judged_by_conditions() -> None:
    assert [name for name in PLUGINS if judges(PLUGINS[name])] == []
    assert judges("done = lambda rows, waited: not rows") and not judges("shown = lambda value: value")


#: How the platform's filter compares.
FILTER = re.compile(r"(^|[\s\w$#'\"])(?<![A-Za-z])(eq|ne|lt|le|gt|ge|bw|ew|ct) ('|\"|\$|-?\d|null|true|false|$)")


def filters(source: str) -> list[str]:
    """Filters that are written as text: in a literal, or between the values of one."""
    texts = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return [text for text in texts if isinstance(text, str) and FILTER.search(text)]


def test_no_filter_is_written_as_text() -> None:
    # Odd filters are what calibration is there to ask for.
    free = {"_model/conditions.py", *(name for name in sources(ENGINE) if room(name) == "_calibration")}
    files = {name: source for name, source in sources(ENGINE).items() if name not in free}
    assert {name: filters(source) for name, source in files.items() if filters(source)} == {}
    for line in ("f\"$key eq {row['$key']}\"", "\"name eq 'acme'\"", 'f"{column} ge {value}"', '"enabled eq true"'):
        assert filters(line) != [], line
    assert filters('"The eq is not there, nor is a value."') == []


#: Files that read what a list of tenants asks for, which is in the user's units.
LISTS = {"_checks/capacity.py", "_checks/demand.py", "_checks/tenant_list.py"}
#: What holds options or results, which are in the user's units as well.
USERS = {"wanted", "params", "item", "given", "shown"}


def units_of_others(source: str) -> list[str]:
    """Rows that are asked for a value in the user's unit, which they have in the platform's."""
    found = []
    for node in ast.walk(ast.parse(source)):
        key: Any = None
        if isinstance(node, ast.Subscript):
            key, of = node.slice, node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            key, of = (node.args or [None])[0], node.func.value
        if isinstance(key, ast.Constant) and str(key.value).endswith(("_gb", "_percent")):
            whose = ast.unparse(of)
            # A column of a resource, by its name.
            if not whose.isupper() and whose.rpartition(".")[2] not in USERS:
                found.append(f"{whose}[{key.value}]")
    return found


def test_rows_keep_the_units_of_the_platform() -> None:
    files = {name: source for name, source in sources(ENGINE).items() if name not in LISTS}
    assert {name: units_of_others(source) for name, source in files.items() if units_of_others(source)} == {}
    assert units_of_others('size = row["ram_gb"]') and units_of_others('size = rows[0].get("used_percent")')
    assert units_of_others('c = TENANT_NODE["ram_gb"]; w = self.wanted["ram_gb"]; r = row["ram_mb"]') == []


ROLES = sorted(path.parent.name for path in ROOT.glob("roles/*/tasks"))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_all_its_parts(role: str) -> None:
    """Molecule itself passes where a playbook of a scenario is missing."""
    parts = ["defaults/main.yml", "meta/main.yml", "meta/argument_specs.yml", "README.md"]
    scenario = ["molecule.yml", "converge.yml", "verify.yml", "side_effect.yml", "cleanup.yml"]
    wanted = [f"roles/{role}/{part}" for part in parts] + [f"extensions/molecule/{role}/{part}" for part in scenario]
    assert [path for path in (*wanted, f"playbooks/{role}.yml") if not (ROOT / path).exists()] == []
    assert f"`{role}`" in (ROOT / "README.md").read_text()
    defaults = yaml.safe_load((ROOT / f"roles/{role}/defaults/main.yml").read_text())
    options = yaml.safe_load((ROOT / f"roles/{role}/meta/argument_specs.yml").read_text())["argument_specs"]["main"]
    assert set(defaults) <= set(options["options"])
    assert all(name.startswith(f"{role}_") for name in options["options"])
    # Older cores refuse null of any other type that has a default, and a survey sends null for a blank.
    assert [name for name, what in options["options"].items() if "default" in what and what["type"] != "raw"] == []
