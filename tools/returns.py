"""``make returns``: the RETURN of modules, written from their columns and from returns.yml beside this file.

A module that returns.yml does not name keeps the RETURN that it has.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from plugins.module_utils._model.resource import Column, Resource

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "plugins/modules"
TABLES = "plugins.module_utils._tables"
#: The fields of a result in the order in which they are written.
FIELDS = ("description", "returned", "type", "elements", "sample", "contains")
#: As long as the lines around them.
WIDTH = 120

_BLOCK = re.compile(r'^RETURN = r""".*?^"""$', re.DOTALL | re.MULTILINE)
_BESIDE = re.compile(r"RV\(\.(\w+)\)")

Entry = dict[str, Any]


def described() -> dict[str, dict[str, Entry]]:
    """What returns.yml says of each module that it knows."""
    found: dict[str, dict[str, Entry]] = yaml.safe_load((ROOT / "tools/returns.yml").read_text())
    return found


def written(source: str, results: Mapping[str, Entry]) -> str:
    """The source of a module with the RETURN of its ``results``. Raises ValueError if it has no RETURN to replace."""
    block = "\n".join(['RETURN = r"""', *_lines({name: documented(one, name) for name, one in results.items()}), '"""'])
    text, replaced = _BLOCK.subn(lambda _found: block, source)
    if replaced != 1:
        raise ValueError('it has no RETURN = r"""..."""')
    return text


def documented(entry: Mapping[str, Any], path: str) -> Entry:
    """A result as Ansible documents it; ``path`` is where it is, as RV() takes it."""
    inside = path + ("[]" if entry["type"] == "list" else "")
    keys: dict[str, Entry] = {}
    for column, kind in _columns(entry.get("columns")):
        keys[column.name] = _of_column(column, kind)
    for name, more in entry.get("contains", {}).items():
        keys[name] = {**keys.get(name, {}), **more}
    for name, sentence in entry.get("also", {}).items():
        said = keys[name]["description"]
        keys[name] = {**keys[name], "description": [*([said] if isinstance(said, str) else said), sentence]}
    found = {field: entry[field] for field in FIELDS if field in entry}
    found["description"] = _placed(entry["description"], path.rpartition(".")[0])
    if keys:
        found["contains"] = {name: documented(keys[name], f"{inside}.{name}") for name in _key_first(keys)}
    return found


def _columns(named: Any) -> Iterator[tuple[Column, str]]:
    """The columns that an entry names, with the kind of row that they are of."""
    of = named if isinstance(named, Mapping) else {named: None} if named else {}
    for place, names in of.items():
        resource = place if isinstance(place, Resource) else _resource(place)
        shown = [column for column in resource.columns if column.is_shown and column.rows is None]
        for column in shown:
            if names is None or column.name in names:
                yield column, resource.kind


def _resource(place: str) -> Resource:
    table, _dot, variable = place.partition(".")
    found: Resource = getattr(import_module(f"{TABLES}.{table}"), variable)
    return found


def _of_column(column: Column, kind: str) -> Entry:
    if not column.says or column.sample is None:
        raise ValueError(f"column '{column.name}' of a {kind} needs says and sample")
    type_ = column.codec.result_type or column.codec.option_type
    return {"description": column.says.replace("{kind}", kind), "type": type_, "sample": column.sample}


def _key_first(keys: Mapping[str, Entry]) -> list[str]:
    return sorted(keys, key=lambda name: name != "key")


def _placed(description: Any, where: str) -> Any:
    """A description whose references to keys beside its own are complete."""
    if isinstance(description, list):
        return [_placed(one, where) for one in description]
    return _BESIDE.sub(rf"RV({where}.\1)", description)


def _lines(entries: Mapping[str, Entry], indent: int = 0) -> Iterator[str]:
    pad = " " * indent
    for name, entry in entries.items():
        yield f"{pad}{name}:"
        for field in FIELDS:
            if field == "contains" and field in entry:
                yield f"{pad}  contains:"
                yield from _lines(entry["contains"], indent + 4)
            elif field in entry:
                yield from _field(field, entry[field], indent + 2)


def _field(name: str, value: Any, indent: int) -> Iterator[str]:
    """A field, folded where it is long; paragraphs and dictionaries of a list on lines of their own."""
    pad = " " * indent
    if isinstance(value, list) and (name == "description" or any(isinstance(one, dict) for one in value)):
        yield f"{pad}{name}:"
        for one in value:
            yield from _folded(f"{pad}  - ", _yaml(one))
    else:
        yield from _folded(f"{pad}{name}: ", _yaml(value))


def _folded(head: str, text: str) -> list[str]:
    indent = " " * (len(head) - len(head.lstrip()) + 2)
    return textwrap.wrap(head + text, WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)


def _yaml(value: Any, inside: bool = False) -> str:
    """A value on one line, ``inside`` of a list or dictionary or not; text that needs quotes in double ones."""
    if isinstance(value, list):
        return f"[{', '.join(_yaml(one, inside=True) for one in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_yaml(one, inside=True)}' for key, one in value.items())}}}"
    as_list = yaml.safe_dump([value], default_flow_style=inside, width=10_000, allow_unicode=True)
    # Of "[value]", or of "- value".
    text = as_list[1:-2] if inside else as_list[2:-1]
    return json.dumps(value, ensure_ascii=False) if text.startswith("'") else text


def main() -> None:
    for name, results in described().items():
        path = MODULES / f"{name}.py"
        try:
            path.write_text(written(path.read_text(), results))
        except ValueError as error:
            sys.exit(f"{name}: {error}.")


if __name__ == "__main__":
    main()
