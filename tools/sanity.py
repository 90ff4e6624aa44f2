"""ansible-test sanity over a copy of the tracked files, in the layout that it asks for.

Arguments go to ansible-test: ``python tools/sanity.py --test validate-modules``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from ansible.release import __version__ as ansible_version

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
#: One for each ansible-core, so that two can be asked at once.
COPY = ROOT / "build/copies" / ansible_version / "ansible_collections/vergeio/vrg"
#: The versions of pip that ansible-test of the supported cores asks for; see get_pip.py.
PIP_VERSIONS = ("20_3_4", "21_3_1", "23_1_2", "24_2", "24_3_1", "25_2", "25_3")
#: Needs PowerShell, of which the collection has none.
SKIPPED = ("pslint",)


def copy_tracked(folder: Path, without: str | None = None) -> None:
    """The files that are tracked, as they are now, but those whose names begin like ``without``."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).exists() and not (without and name.startswith(without)):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def copy_tracked_files() -> None:
    shutil.rmtree(COPY, ignore_errors=True)
    # The simulator is a package of its own with checks of its own, and no part of the collection.
    copy_tracked(COPY, without="tests/simulator/")
    for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
        subprocess.run(command, cwd=COPY, check=True)


def place_pip_bootstrap() -> None:
    cache = Path.home() / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in PIP_VERSIONS:
        shutil.copy(HERE / "get_pip.py", cache / f"get_pip_{version}.py")


def take_packages_from_the_index() -> None:
    """Name packages that this ansible-test would fetch as an archive of their sources by their name alone.

    A release candidate may do so. Where there are package registries and nothing else, such a test could not run.
    """
    import ansible_test

    for path in Path(ansible_test.__file__).parent.glob("_data/requirements/sanity.*.txt"):
        text = path.read_text()
        named = re.sub(r"^(\S+) ?@ ?https?://.*$", r"\1", text, flags=re.MULTILINE)
        if named != text:
            print(f"{path.name}: newest of the index instead of an archive of sources", flush=True)
            path.write_text(named)


def interpreters() -> str:
    """PATH with the real interpreters: pyenv's shims fail for versions that are not active."""
    folders = [str(Path(sys.executable).parent)]
    if shutil.which("pyenv"):
        root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=True).stdout.strip()
        folders += sorted(str(path) for path in Path(root).glob("versions/3.*/bin"))
    rest = [folder for folder in os.environ["PATH"].split(os.pathsep) if not folder.endswith("/shims")]
    return os.pathsep.join(folders + rest)


def main() -> int:
    copy_tracked_files()
    place_pip_bootstrap()
    take_packages_from_the_index()
    command = [
        str(Path(sys.executable).with_name("ansible-test")),
        "sanity",
        "--color",
        "no",
        "--venv",
        "--requirements",
    ]
    for test in SKIPPED:
        command += ["--skip-test", test]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command += ["--python", version, *sys.argv[1:]]
    print(f"ansible-test sanity, Python {version}; skipped: {', '.join(SKIPPED)}", flush=True)
    return subprocess.run(command, cwd=COPY, env={**os.environ, "PATH": interpreters()}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
