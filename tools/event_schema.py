"""The JSON schema of the event source's arguments, written from its documentation: `make schema`."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parents[1] / "extensions/eda/plugins/event_source"
#: The types of JSON, by Ansible's. Rulebooks may give any of them as text, through a variable.
TYPES = {"str": "string", "path": "string", "bool": "boolean", "int": "integer", "list": "array", "dict": "object"}


def schema(documentation: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vergeio.vrg.vrg_events",
        "description": documentation["short_description"],
        "type": "object",
        "properties": {name: entry(option) for name, option in documentation["options"].items()},
        "additionalProperties": False,
    }


def entry(option: dict[str, Any]) -> dict[str, Any]:
    words = option["description"]
    found: dict[str, Any] = {"description": " ".join([words] if isinstance(words, str) else words)}
    found["type"] = [TYPES[option["type"]], "string"] if option["type"] in ("bool", "int") else TYPES[option["type"]]
    if option["type"] == "list":
        found["items"] = {"type": TYPES[option["elements"]]}
        if "choices" in option:
            found["items"]["enum"] = option["choices"]
    if "default" in option:
        found["default"] = option["default"]
    return found


def documentation() -> dict[str, Any]:
    for node in ast.parse((HERE / "vrg_events.py").read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "DOCUMENTATION":
            told: dict[str, Any] = yaml.safe_load(ast.literal_eval(node.value))
            return told
    raise SystemExit("vrg_events.py has no documentation")


def main() -> None:
    text = json.dumps(schema(documentation()), indent=2) + "\n"
    (HERE / "schemas/vrg_events.json").write_text(text)


if __name__ == "__main__":
    main()
