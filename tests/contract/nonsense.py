"""Answers that are none, as data: what a read must never take for rows, nor a write for done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from rewriting_proxy import Act, Answer, Request, broken_off, instead, json_answer, rewritten, shortened
from vergesim.schema import TABLES

JSON = {"Content-Type": "application/json"}
PAGE = b"<html><head><title>Login</title></head><body><h1>Login</h1></body></html>"
LOCKED = json_answer({"err": "database is locked"})

#: What the platform itself leaves out where there is none (docs/platform.md#2.3): its lack is an answer.
OMITTED = ("owner#$display", "dmz_ipaddress")

#: Whole answers with a 200 (F 1).
ANSWERS: dict[str, Answer] = {
    "an error": LOCKED,
    "nothing": Answer(200, b""),
    "no content": Answer(204, b""),
    "numbers": json_answer([1, 2]),
    "a list of null": json_answer([None]),
    "null": json_answer(None),
    "an empty object": json_answer({}),
    "a text": json_answer("text"),
    "true": json_answer(True),
    "a count": json_answer({"$count": 3}),
    "a count and an error": json_answer({"$count": 0, "err": "database is locked"}),
    "an object": json_answer({"$key": 1}),
    "a list in a list": json_answer([[{"$key": 1}]]),
    "a list of empty objects": json_answer([{}]),
    "a page": Answer(200, PAGE, {"Content-Type": "text/html"}),
}

#: Answers that break off or cannot be read (F 2).
BROKEN: dict[str, Act] = {
    "broken off": broken_off(),
    "cut JSON": shortened(),
    "cut text": instead(Answer(200, b'[{"$key": 1, "name": "ac', JSON)),
    "no text": instead(Answer(200, b'[{"$key": 1, "name": "\xff\xfe"}', JSON)),
    "a deep nest": instead(Answer(200, b"[" * 100_000, JSON)),
    "a number without end": instead(Answer(200, b'[{"$key": 1' + b"0" * 5000 + b"}]", JSON)),
    "not packed": instead(Answer(200, b"[]", {**JSON, "Content-Encoding": "gzip"})),
}


@dataclass(frozen=True)
class Wanted:
    """A column that a read asks for: the key of the result, what is read, and its kind where it is the table's own."""

    name: str
    source: str
    kind: str

    @property
    def is_number(self) -> bool:
        return self.kind in ("int", "number")

    @property
    def never_null(self) -> bool:
        return self.kind in ("int", "number", "bool")

    def is_named(self, text: str) -> bool:
        """Whether a sentence names the column, by either name and with or without underscores."""
        said = {form for one in (self.name, self.source) for form in (one, one.replace("_", " "))}
        return any(form in text for form in said)


def wanted_by(request: Request) -> list[Wanted]:
    """The columns that a GET asks for, but the key."""
    fields = parse_qs(request.query).get("fields", [""])[0]
    # A comma in brackets parts the columns of a row within the row.
    entries = re.findall(r"(?:[^,\[\]]|\[[^\]]*\])+", fields)
    found = []
    for entry in entries:
        column, bracket, inner = entry.partition("[")
        source, _as, alias = column.partition(" as ") if not bracket else (column, "", inner.rpartition("] as ")[2])
        alias = "" if alias.endswith("]") else alias
        own = TABLES[request.table].by_name.get(source) if request.table in TABLES else None
        if source != "$key":
            found.append(Wanted(alias or source, source, own.kind if own else ""))
    return found


def in_rows(change: Callable[[dict[str, Any]], Any]) -> Act:
    """The platform's answer with its last row changed; an answer without rows stays as it is."""
    return rewritten(lambda rows: [*rows[:-1], change(dict(rows[-1]))] if isinstance(rows, list) and rows else rows)


def without(name: str) -> Act:
    return in_rows(lambda row: {column: value for column, value in row.items() if column != name})


def holding(name: str, value: Any) -> Act:
    return in_rows(lambda row: {**row, name: value})


def holding_text(name: str, text: str) -> Act:
    """A value as it is written, for what JSON's writer would not write."""
    hold = holding(name, "«»")

    def act(request: Request, pass_on: Any) -> Answer:
        answer = hold(request, pass_on)
        return replace(answer, body=answer.body.replace(json.dumps("«»").encode(), text.encode()))

    return act


def in_one_row(columns: list[Wanted], turn: int) -> dict[str, Act]:
    """What can be wrong with one row (F 28), each with one of the columns that it may be wrong in."""

    def one_of(some: list[Wanted]) -> str:
        return some[turn % len(some)].name if some else ""

    numbers = one_of([column for column in columns if column.is_number])
    certain = one_of([column for column in columns if column.never_null])
    found = {
        "no key": without("$key"),
        "no column": without(one_of([one for one in columns if one.source not in OMITTED])),
    }
    if certain:
        found["null"] = holding(certain, None)
    if numbers:
        found["no number"] = holding(numbers, "abc")
    return found
