"""The collection awx.awx, which only the package ``ansible`` still brings: unpacked from it, once, into build/awx."""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build/awx"
#: The last one with awx.awx in it.
PACKAGE = "ansible==11.13.0"
PREFIX = "ansible_collections/awx/awx/"


def collections() -> Path:
    """A folder of collections with awx.awx. Needs a package index the first time; 55 MB."""
    if not (FOLDER / ".complete").exists():
        wheels = FOLDER / "wheels"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(wheels), PACKAGE]
        subprocess.run(command, check=True)
        (wheel,) = wheels.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(FOLDER, [name for name in archive.namelist() if name.startswith(PREFIX)])
        wheel.unlink()
        (FOLDER / ".complete").touch()
    return FOLDER


def argument_spec(module: str) -> dict[str, dict[str, Any]]:
    """The options of a module of awx.awx, from its source."""
    source = (collections() / PREFIX / f"plugins/modules/{module}.py").read_text()
    tree = ast.parse(source)
    constants = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Dict)
    }
    (spec,) = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "argument_spec"
    )
    assert isinstance(spec, ast.Call)
    return {str(option.arg): _option(option.value, constants) for option in spec.keywords}


def _option(call: ast.expr, constants: dict[str, Any]) -> dict[str, Any]:
    assert isinstance(call, ast.Call)
    return {str(one.arg): _value(one.value, constants) for one in call.keywords}


def _value(value: ast.expr, constants: dict[str, Any]) -> Any:
    if isinstance(value, ast.Call):
        # list(KIND_CHOICES.keys())
        (keys,) = value.args
        assert isinstance(keys, ast.Call) and isinstance(keys.func, ast.Attribute)
        assert isinstance(keys.func.value, ast.Name)
        return list(constants[keys.func.value.id])
    return ast.literal_eval(value)
