"""The documentation: linted, built as a site into build/docs/html, and held against the code.

Needs the collection linked into this interpreter's site-packages (``make env``), and nothing from the network.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import textwrap
import zlib
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from itertools import chain
from pathlib import Path
from typing import Any

import jinja2
import typer
import yaml

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "docs/docsite"
SITE = ROOT / "build/docs"
COLLECTION = "vergeio.vrg"
#: The kinds of plugins that have pages, with their headings on the front page.
KINDS = {
    "module": "Modules",
    "role": "Roles",
    "inventory": "Inventory plugins",
    "lookup": "Lookups",
    "filter": "Filters",
}
#: The kind whose plugins are parts of the roles, and have a page of their own instead of a place on the front page.
INNER = "filter"
#: Where tests say what they look for.
TESTS = ("tests/*/*.py", "tests/integration/targets/**/*.yml", "extensions/molecule/**/*.yml")
#: The commands of vrg that one of the guides translates.
VRG_SCOPE = ("cluster", "node", "storage", "tenant")
#: Pages of Ansible's own documentation that the generated pages lead to. An inventory of them takes the place of the
#: one that intersphinx would download, so that each of our own references is still checked.
ANSIBLE = "https://docs.ansible.com/projects/ansible/devel/"
ANSIBLE_LABELS = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
}
#: Variables of Ansible's own, which the fragments that plugins take from it speak of.
ANSIBLE_VARIABLES = [f"ANSIBLE_CACHE_PLUGIN{ending}" for ending in ("", "_CONNECTION", "_PREFIX", "_TIMEOUT")]
CONF = f"""
intersphinx_mapping = {{"ansible": ("{ANSIBLE}", "../ansible.inv")}}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_theme_options = {{"navigation_depth": 2, "collapse_navigation": False}}
"""


def run(*command: str | Path) -> str:
    """What a tool of this environment prints; ends the run with it when the tool fails."""
    tool, *arguments = map(str, command)
    # The collection as it is linked here, whatever the user has installed.
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": sysconfig.get_path("purelib"), "NO_COLOR": "1"}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    words = [Path(sys.executable).with_name(tool), *arguments]
    done = subprocess.run(words, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\n{tool} failed: {shlex.join(map(str, command))}")
    return done.stdout


def described() -> dict[str, dict[str, Any]]:
    """The documentation of every plugin and role, by kind and by name without the collection's."""
    dumped = json.loads(run("ansible-doc", "--metadata-dump", "--no-fail-on-errors", COLLECTION))["all"]
    found = {
        kind: {name.removeprefix(f"{COLLECTION}."): entry for name, entry in dumped.get(kind, {}).items()}
        for kind in KINDS
    }
    if not (found["module"] and found["role"]):
        sys.exit(f"{COLLECTION} is not found by ansible-doc: run tools/link_collection.py with this interpreter.")
    return found


def options_of(kind: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    documented: dict[str, Any] = entry["entry_points"]["main"] if kind == "role" else entry["doc"]
    return dict(documented.get("options") or {})


def guides() -> dict[str, str]:
    return {path.stem: path.read_text() for path in sorted((SOURCES / "rst").glob("*.rst"))}


# The site


def lint() -> None:
    run(
        *("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--check-extra-docs-refs"),
        *("--validate-collection-refs", "all", "--disallow-unknown-collection-refs", ROOT),
    )


def build(documented: Mapping[str, Mapping[str, Any]]) -> None:
    shutil.rmtree(SITE, ignore_errors=True)
    SITE.parent.mkdir(exist_ok=True)
    # antsibull-docs writes into no folder that others could write to.
    SITE.mkdir(mode=0o700)
    about = yaml.safe_load((ROOT / "galaxy.yml").read_text())
    here = ("--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir")
    run(
        *("antsibull-docs", "sphinx-init", *here, SITE, "--sphinx-theme", "sphinx_rtd_theme"),
        *("--project", COLLECTION, "--title", COLLECTION, "--copyright", about["authors"][0], COLLECTION),
    )
    with (SITE / "conf.py").open("a") as conf:
        conf.write(CONF)
    settings = SITE / "antsibull-docs.cfg"
    settings.write_text(re.sub(r"https://galaxy[^\"]*", about["homepage"], settings.read_text()))
    (SITE / "static").mkdir()
    shutil.copy(SOURCES / "site.css", SITE / "static")
    write_inventory(SITE / "ansible.inv")
    run("antsibull-docs", "--config-file", settings, "collection", *here, SITE / "rst", COLLECTION)
    for picture in (*SOURCES.glob("*.svg"), *SOURCES.glob("*.png")):
        shutil.copy(picture, SITE / "rst")
    (SITE / "rst/index.rst").write_text(front_page(documented, about))
    (SITE / "rst/parts_of_roles.rst").write_text(rendered("parts_of_roles", filters=sorted(documented[INNER])))
    run("sphinx-build", "-q", "-b", "html", "-W", "--keep-going", "-n", "-c", SITE, SITE / "rst", SITE / "html")


def write_inventory(path: Path) -> None:
    """The labels and variables of another site, in the format of Sphinx."""
    lines = "".join(f"{label} std:label -1 {place} -\n" for label, place in ANSIBLE_LABELS.items())
    config = "reference_appendices/config.html"
    lines += "".join(f"{name} std:envvar -1 {config}#envvar-{name} -\n" for name in ANSIBLE_VARIABLES)
    head = "# Sphinx inventory version 2\n# Project: ansible\n# Version: devel\n# Compressed using zlib.\n"
    path.write_bytes(head.encode() + zlib.compress(lines.encode()))


def front_page(documented: Mapping[str, Mapping[str, Any]], about: Mapping[str, Any]) -> str:
    def told(kind: str, entry: Mapping[str, Any]) -> str:
        text: str = (entry["entry_points"]["main"] if kind == "role" else entry["doc"])["short_description"]
        return text

    return rendered(
        "index",
        version=about["version"],
        issues=about["issues"],
        requires=yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["requires_ansible"],
        sections=yaml.safe_load((SOURCES / "extra-docs.yml").read_text())["sections"],
        kinds=[
            (title, kind, [(name, told(kind, entry)) for name, entry in sorted(documented[kind].items())])
            for kind, title in KINDS.items()
            if documented[kind] and kind != INNER
        ],
    )


def rendered(name: str, **values: Any) -> str:
    """A page that is written from a template beside the guides."""
    text = (SOURCES / f"{name}.rst.j2").read_text()
    page: str = jinja2.Template(text, trim_blocks=True, keep_trailing_newline=True).render(**values)
    return page


# What it says, held against the code: each check yields a sentence for what is wrong.


def missing_targets() -> Iterator[str]:
    """Pages that the README leads to."""
    home = yaml.safe_load((ROOT / "galaxy.yml").read_text())["documentation"]
    for page in re.findall(rf"\({home}/([^)#]+)", (ROOT / "README.md").read_text()):
        if not (SITE / "html" / page).is_file():
            yield f"README.md leads to {page}, which the site does not have."


def missing_pages(documented: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    wanted = [f"{name}_{kind}.html" for kind, entries in documented.items() for name in entries]
    wanted += [f"docsite/{name}.html" for name in guides()]
    front = (SITE / "html/index.html").read_text()
    for page in wanted:
        if not (SITE / "html" / page).is_file():
            yield f"The site has no page {page}."
        elif f'href="{page}"' not in front:
            yield f"The front page does not lead to {page}."


def vrg_commands() -> dict[tuple[str, ...], set[str]]:
    """Every command of the real vrg in scope, by its words, with its options: the tree that its --help is made from."""
    installed = list(entry_points(group="console_scripts", name="vrg"))
    if not installed:
        sys.exit("vrg is not installed beside this interpreter.")
    top: Any = typer.main.get_command(installed[0].load())

    def walk(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], set[str]]]:
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, (*words, name))
        if not hasattr(command, "commands"):
            yield words, {option for one in command.params for option in (*one.opts, *one.secondary_opts)}

    return {words: options for name in VRG_SCOPE for words, options in walk(top.commands[name], (name,))}


def wrong_vrg_commands() -> Iterator[str]:
    commands = vrg_commands()
    cells = "\n".join(re.findall(r"^   \* - (``vrg .+)$", guides()["moving_from_vrg"], re.M))
    written = [shlex.split(command) for command in re.findall(r"``vrg (.+?)``", cells)]
    translated = set()
    for command in written:
        words = next((words for words in commands if tuple(command[: len(words)]) == words), None)
        if words is None:
            yield f"moving_from_vrg: there is no command vrg {shlex.join(command)}."
            continue
        translated.add(words)
        for option in command:
            if option.startswith("-") and option not in commands[words]:
                yield f"moving_from_vrg: vrg {' '.join(words)} has no option {option}."
    for words in sorted(commands.keys() - translated):
        yield f"moving_from_vrg does not tell of vrg {' '.join(words)}."


def code_blocks(text: str) -> Iterator[tuple[str, str]]:
    """Language and content of the code blocks of a guide."""
    pattern = r"^( *)\.\. code-block:: (\S+)\n(?:\1   :.*\n)*\n((?:\1   .*\n|\n)+)"
    for found in re.finditer(pattern, text, re.M):
        yield found[2].partition("+")[0], textwrap.dedent(found[3])


def wrong_examples(documented: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Options and role variables in the examples."""
    for page, text in {**guides(), "index": (SITE / "rst/index.rst").read_text()}.items():
        found = [yaml.safe_load(content) for language, content in code_blocks(text) if language == "yaml"]
        found += [yaml.safe_load(f"{COLLECTION}.{task}") for task in re.findall(r"``(vrg_\w+: \{.*\})``", text)]
        found += ad_hoc_tasks(text)
        if not found and page != "troubleshooting":
            yield f"{page} has no example."
        for example in found:
            yield from (f"{page}: {sentence}" for sentence in wrong_in(example, documented))


def ad_hoc_tasks(text: str) -> Iterator[dict[str, dict[str, str]]]:
    """The ad-hoc commands of a guide as tasks."""
    for command in re.findall(r"\$ ansible localhost .*", text):
        words = shlex.split(command)
        arguments = words[words.index("-a") + 1] if "-a" in words else ""
        yield {words[words.index("-m") + 1]: dict(one.split("=", 1) for one in shlex.split(arguments))}


def wrong_names(documented: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Plugins, roles, playbooks and variables of roles that the guides speak of, wherever in the text."""
    text = "\n".join(guides().values())
    playbooks = {path.stem: path.read_text() for path in (ROOT / "playbooks").glob("*.yml")}
    events = {path.stem for path in (ROOT / "extensions/eda").glob("*/**/*.*")}
    known = {"all", "docsite", *playbooks, *events, *(name for entries in documented.values() for name in entries)}
    for name in sorted(set(re.findall(rf"{COLLECTION}\.(\w+)", text)) - known):
        yield f"The guides speak of {COLLECTION}.{name}, which there is not."
    for role, entry in documented["role"].items():
        told = (ROOT / "roles" / role / "README.md").read_text() + playbooks.get(role, "")
        for variable in sorted(set(re.findall(rf"\b{role}_\w+\b(?!\.png)", text))):
            if variable not in options_of("role", entry) and not re.search(rf"\b{variable}\b", told):
                yield f"The guides speak of {variable}, which the role {role} does not have."


def wrong_in(example: Any, documented: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Walks through plays, tasks and variables."""
    if isinstance(example, list):
        for one in example:
            yield from wrong_in(one, documented)
    if not isinstance(example, dict):
        return
    if str(example.get("plugin")).startswith(f"{COLLECTION}."):
        source = documented["inventory"][example["plugin"].removeprefix(f"{COLLECTION}.")]
        yield from wrong_options(options_of("inventory", source), example, "an inventory source", whole=True)
        return
    variables = {
        name: option for entry in documented["role"].values() for name, option in options_of("role", entry).items()
    }
    for name, value in example.items():
        short = str(name).removeprefix(f"{COLLECTION}.")
        if name == f"group/{COLLECTION}.all":
            yield from wrong_options(options_of("module", documented["module"]["vrg_tenant_info"]), value, name)
        elif short != name and short in documented["module"]:
            yield from wrong_options(options_of("module", documented["module"][short]), value, short, whole=True)
        elif name in variables:
            yield from wrong_options(variables, {name: value}, "role")
        else:
            yield from wrong_in(value, documented)


def wrong_options(options: Mapping[str, Any], given: Any, where: str, whole: bool = False) -> Iterator[str]:
    """What the documentation does not know of options, their choices and what is in them.

    ``whole`` says that nothing else gives options, so that the required ones must be there.
    """
    given = given or {}
    for name in options if whole else ():
        if options[name].get("required") and name not in given:
            yield f"{where} needs {name}."
    for name, value in given.items():
        if name not in options:
            yield f"{where} has no option {name}."
            continue
        inner = options[name].get("suboptions") or options[name].get("options")
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and inner:
                yield from wrong_options(inner, one, f"{where}.{name}", whole=True)
            elif str(one) not in map(str, options[name].get("choices") or [one]):
                yield f"{where}.{name} cannot be {one}."


def wrong_sentences() -> Iterator[str]:
    """The sentences of the troubleshooting guide are those that the code says; what differs is three dots."""
    said = "\n".join(sentences())
    listed = listed_sentences()
    if not listed:
        yield "troubleshooting lists no sentence."
    for sentence in listed:
        if sentence not in said:
            yield f"troubleshooting: the code never says: {sentence}"


def listed_sentences() -> list[str]:
    return re.findall(r"^``(.+)``$", guides()["troubleshooting"], re.M)


def unreached_sentences() -> Iterator[str]:
    """Sentences of the troubleshooting guide that no test looks for, by their longest part: four words of it in a row
    are enough, as a test leaves out what differs."""
    sought = re.sub(r"\s+", " ", "\n".join(texts_of_tests()))
    for sentence in listed_sentences():
        words = max(sentence.split("…"), key=len).strip(" .,:;'()").split()
        runs = [" ".join(words[at : at + 4]) for at in range(max(1, len(words) - 3))]
        if not any(run in sought for run in runs):
            yield f"troubleshooting: no test looks for: {sentence}"


def texts_of_tests() -> Iterator[str]:
    """What tests hold in quotes: texts that stand over several lines are one, and a pattern is as what it matches."""
    for path in chain.from_iterable(map(ROOT.glob, TESTS)):
        text = path.read_text()
        if path.suffix == ".py":
            text = "\n".join(
                str(node.value)
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            )
        yield text.replace("\\", "")


def sentences() -> Iterator[str]:
    """Every text in the plugins and in the tasks of the roles, with three dots for what is filled in."""
    for path in (ROOT / "plugins").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
                yield re.sub("…+", "…", "".join(map(str, parts)).replace("{}", "…"))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.sub(r"\{\w*\}", "…", node.value)
    for path in (ROOT / "roles").glob("*/tasks/*.yml"):
        yield re.sub(r"\{\{.*?\}\}", "…", path.read_text(), flags=re.S)


def main() -> int:
    documented = described()
    lint()
    build(documented)
    wrong = [
        *missing_pages(documented),
        *missing_targets(),
        *wrong_vrg_commands(),
        *wrong_names(documented),
        *wrong_examples(documented),
        *wrong_sentences(),
        *unreached_sentences(),
    ]
    print("\n".join(wrong) or f"The documentation holds; it is in {SITE.relative_to(ROOT)}/html/index.html.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
