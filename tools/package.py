"""The collection as users get it: built, then looked at as Galaxy, an execution environment and a user would.

A line for each thing that holds, and an error at the first that does not. Needs a package index the first time, for
galaxy-importer's own environment; what is made is left in build/package.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from demo import ONBOARD
from sanity import COPY, ROOT, copy_tracked_files

sys.path.insert(0, str(ROOT / "tests"))

from vergesim_process import Vergesim

BIN = Path(sys.executable).parent
BUILD = ROOT / "build/package"
#: Apart from the other tools: galaxy-importer holds ansible-lint, attrs and flake8 below their newest versions.
IMPORTER = ROOT / "build/importer"
IMPORTER_CONFIG = """\
[galaxy-importer]
check_required_tags = true
require_v1_or_greater = true
run_ansible_lint = true
offline_ansible_lint = true
run_ansible_test = false
"""
#: The artifact: these folders as they are tracked, and these files.
FOLDERS = ("docs", "extensions/eda", "extensions/patterns", "meta", "playbooks", "plugins", "roles")
FILES = {"CHANGELOG.md", "CHANGELOG.rst", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE", "README.md"}
FILES |= {"FILES.json", "MANIFEST.json", "changelogs/changelog.yaml"}
#: What a reader can follow: links of Markdown and of reStructuredText, and the fields of a manifest.
LINK = re.compile(r"""(?:\]\(|<|": ")(https?://[^\s)>"]+)""")
PLACEHOLDER = re.compile(r"https?://([\w-]+\.)*(example(\.\w+)?|localhost|invalid|test)(:\d+)?(/|$)")
#: Kinds of plugins that users do not name, and that no documentation is asked of.
PRIVATE = ("action", "doc_fragments", "module_utils")


def main() -> int:
    # A plain kill must stop the simulator too: SystemExit unwinds the with statements below.
    signal.signal(signal.SIGTERM, lambda *received: sys.exit(143))
    copy_tracked_files()
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    version: str = read(COPY / "galaxy.yml")["version"]
    artifact = built(version, BUILD)
    check_files(artifact)
    check_links(artifact)
    contents = imported(artifact)
    check_changelog(version, contents)
    # Outside of the checkout, so that nothing of it can be found by accident.
    with tempfile.TemporaryDirectory(prefix="vrg-package-") as folder:
        check_installed(artifact, version, Path(folder))
    return 0


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def check(what: str, holds: bool, otherwise: object) -> None:
    """Tell what holds, or end with what there is otherwise."""
    if not holds:
        sys.exit(f"FAILED: {what}\n{otherwise}")
    print(f"ok: {what}", flush=True)


def run(*command: object, cwd: Path = COPY, tools: Path = BIN, variables: dict[str, str] | None = None) -> str:
    """What a command printed; ends with an error if the command does."""
    told = completed(*command, cwd=cwd, tools=tools, variables=variables)
    if told.returncode:
        sys.exit(f"FAILED: {' '.join(told.args)} ended with {told.returncode}\n{told.stdout}{told.stderr}")
    return told.stdout


def completed(
    *command: object, cwd: Path, tools: Path = BIN, variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A command that has ended, however it did. No setting of the caller's reaches it."""
    ours = ("ANSIBLE_", "GALAXY_IMPORTER_", "VERGE", "VRG_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment = {**kept, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", **(variables or {})}
    words = [str(tools / str(command[0])), *map(str, command[1:])]
    return subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def packages(folder: Path, *wanted: object) -> None:
    """An environment with packages of its own; one that is there already stays."""
    if not (folder / ".complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        run("python", "-m", "pip", "install", "--quiet", *wanted, cwd=folder, tools=folder / "bin")
        (folder / ".complete").touch()


def only(path: Path) -> dict[str, str]:
    """The settings by which ansible looks for collections there and nowhere else.

    The checkout is linked into site-packages, which it searches too unless it is told not to.
    """
    return {"ANSIBLE_COLLECTIONS_PATH": str(path), "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false"}


def built(version: str, into: Path) -> Path:
    run("ansible-galaxy", "collection", "build", "--output-path", into)
    artifact = into / f"vergeio-vrg-{version}.tar.gz"
    check(f"{artifact.name} builds", artifact.exists(), list(into.iterdir()))
    return artifact


def check_files(artifact: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", *FOLDERS], cwd=COPY, capture_output=True, text=True, check=True)
    wanted = set(tracked.stdout.splitlines()) | FILES
    with tarfile.open(artifact) as archive:
        entries = {member.name: member.isfile() for member in archive}
    files = {name for name, is_file in entries.items() if is_file}
    empty = {name for name in entries if not any(file == name or file.startswith(f"{name}/") for file in files)}
    check(
        f"it holds what is tracked in {', '.join(FOLDERS)}, and {len(FILES)} files; nothing else",
        files | empty == wanted,
        f"missing: {sorted(wanted - files)}\nnot for users: {sorted((files | empty) - wanted)}",
    )


def check_links(artifact: Path) -> None:
    """It has no address yet: what stands for one is one constant, and no link leads to another placeholder."""
    address = read(COPY / "galaxy.yml")["repository"]
    links: dict[str, str] = {}
    with tarfile.open(artifact) as archive:
        for member in archive:
            inner = archive.extractfile(member)
            if inner and member.name.endswith((".md", ".rst", ".py", ".yml", ".yaml", ".json")):
                found = LINK.findall(inner.read().decode())
                links.update((link, member.name) for link in found if PLACEHOLDER.match(link))
    wrong = {link: name for link, name in links.items() if not (link == address or link.startswith(f"{address}/"))}
    what = f"{len(links)} links lead to what stands for its address, {address}, and none to another placeholder"
    check(what, bool(links) and not wrong, wrong)


def imported(artifact: Path) -> dict[str, list[str]]:
    """What Galaxy shows of the artifact: names by kind."""
    packages(IMPORTER, "galaxy-importer", "ansible-builder")
    config = BUILD / "galaxy-importer.cfg"
    config.write_text(IMPORTER_CONFIG)
    importer = ("python", "-m", "galaxy_importer.main", artifact)
    log = run(*importer, cwd=BUILD, tools=IMPORTER / "bin", variables={"GALAXY_IMPORTER_CONFIG": str(config)})
    (BUILD / "importer.log").write_text(log)
    complaints = [line for line in log.splitlines() if line.startswith(("WARNING", "ERROR", "CRITICAL"))]
    linted = "...ansible-lint run complete" in log
    what = "galaxy-importer, with ansible-lint, has no error and no warning"
    check(what, linted and not complaints, "\n".join(complaints) or log)

    result = json.loads((BUILD / "importer_result.json").read_text())
    contents: dict[str, list[str]] = {}
    undocumented = []
    for entry in result["docs_blob"]["contents"]:
        kind, name = entry["content_type"], entry["content_name"].removesuffix(".yml")
        if kind not in PRIVATE:
            contents.setdefault(kind, []).append(name)
            # The README of a pattern is an entry beside it.
            if kind not in ("playbook", "patterns") and not (entry["doc_strings"] or entry["readme_html"]):
                undocumented.append(f"{kind} {name}")
    counts = ", ".join(f"{kind} {len(names)}" for kind, names in contents.items())
    complete = {"module", "role", "playbook", "filter", "inventory", "patterns"} <= set(contents)
    check(f"Galaxy shows, with documentation: {counts}", complete and not undocumented, undocumented)
    return contents


def check_changelog(version: str, contents: dict[str, list[str]]) -> None:
    run("antsibull-changelog", "lint")
    run("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
    run("antsibull-changelog", "generate")
    changes = ["git", "diff", "CHANGELOG.md", "CHANGELOG.rst"]
    difference = subprocess.run(changes, cwd=COPY, capture_output=True, text=True, check=True).stdout
    check("the changelog is well-formed, and its pages are as generated", not difference, difference)
    if "-" in version:
        print(f"skipped: {version} is no release, so the changelog may lack it and what it adds")
        return
    releases = read(COPY / "changelogs/changelog.yaml")["releases"]
    check(f"the changelog has {version}", version in releases, list(releases))
    told = Counter(name for release in releases.values() for name in announced(release))
    there = [f"{kind} {name}" for kind, names in contents.items() for name in names]
    wrong = [f"{told[name]} times: {name}" for name in there if told[name] != 1]
    wrong += [f"not there: {name}" for name in announced(releases[version]) if name not in there]
    check(f"each of {len(there)} modules, plugins, roles and playbooks is in it once", not wrong, "\n".join(wrong))


def announced(release: dict[str, Any]) -> list[str]:
    """What a release says that it adds, each by kind and name."""
    kinds = {"module": release.get("modules", []), **release.get("plugins", {}), **release.get("objects", {})}
    return [f"{kind} {entry['name']}" for kind, entries in kinds.items() for entry in entries]


def check_installed(artifact: Path, version: str, folder: Path) -> None:
    path = folder / "collections"
    there = only(path)
    run("ansible-galaxy", "collection", "install", "--offline", "-p", path, artifact, cwd=folder, variables=there)
    listed = json.loads(run("ansible-galaxy", "collection", "list", "--format", "json", cwd=folder, variables=there))
    found = {place: held["vergeio.vrg"]["version"] for place, held in listed.items() if "vergeio.vrg" in held}
    installed = {str(path / "ansible_collections"): version}
    check("it installs offline, and ansible finds it there and nowhere else", found == installed, found)

    with Vergesim("lab", 0.1) as sim:
        passwords = {name: secrets.token_urlsafe(12) for name in ("acme", "globex", "initech")}
        there |= {**sim.connection(), "DEMO_PASSWORDS": json.dumps(passwords)}
        first = changed(folder, there)
        second = changed(folder, {**there, "VRG_IN_PROCESS": "never"})
        source = folder / "package.vrg.yml"
        source.write_text("plugin: vergeio.vrg.vrg\nresources: [tenants]\n")
        told = json.loads(run("ansible-inventory", "-i", source, "--list", cwd=folder, variables=there))
        agents = sorted({entry["user_agent"] for entry in sim.control("GET", "/sim/requests")["log"]})
    hosts = told.get("vrg_tenants", {}).get("hosts", [])
    check("its inventory plugin has these tenants as hosts", set(hosts) == set(passwords), told)
    what = f"its playbook {ONBOARD[0]} has changed={first}, and changed=0 the second time"
    check(what, first > 0 and second == 0, f"changed={first}, then changed={second}")
    ours = [agent for agent in agents if agent.startswith(f"vergeio.vrg/{version} ")]
    ways = [agent.rpartition(" ")[2] for agent in ours]
    what = f"the requests were version {version}'s, in process, from the inventory, and from modules"
    check(what, ours == agents and ways == ["(in-process)", "(inventory)", "(module)"], agents)

    told = run("ansible-builder", "introspect", "--sanitize", path, cwd=folder, tools=IMPORTER / "bin")
    needs = yaml.safe_load(told)
    python = [entry.partition("#")[0].strip() for entry in needs["python"]]
    what = "an execution environment gets pyvergeos>=1.7.1 for it, and no system package"
    check(what, python == ["pyvergeos>=1.7.1"] and needs["system"] == [], told)


def changed(folder: Path, variables: dict[str, str]) -> int:
    """Run what the demo runs; the number of tasks that have changed something."""
    told = run("ansible-playbook", *ONBOARD, cwd=folder, variables=variables)
    recap = re.search(r"^localhost +: ok=\d+ +changed=(\d+)", told, re.MULTILINE)
    if recap is None:
        sys.exit(f"FAILED: the playbook told no result\n{told}")
    return int(recap[1])


if __name__ == "__main__":
    sys.exit(main())
