from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.plugin_utils._roles.options import KINDS, role_options


def one(kind: Any, value: Any, **option: Any) -> Any:
    """What an option of that kind is, or the sentence about it."""
    found = role_options({"it": {"kind": kind, "given": value, **option}}, "backup")
    return found["problems"][0] if found["problems"] else found["it"]


@pytest.mark.parametrize("kind", [*KINDS, ["a", "b"]])
@pytest.mark.parametrize("blank", [None, "", " ", "\n"])
def test_a_blank_is_not_given(kind: Any, blank: Any) -> None:
    assert one(kind, blank, default=7) == 7
    assert one(kind, blank, required=True) == "backup_it is empty, and is needed."


@pytest.mark.parametrize(
    ("kind", "value", "means"),
    [
        ("text", 4711, "4711"),
        ("text", "CHG-1 ", "CHG-1 "),
        ("flag", "Yes", True),
        ("flag", 0, False),
        ("whole", "600", 600),
        ("whole", 600.0, 600),
        ("number", "1.5", 1.5),
        ("seconds", "3d", 259200),
        ("seconds", " 90 ", 90),
        ("names", "a, b\nc,,", ["a", "b", "c"]),
        ("names", ["a b", 7], ["a b", "7"]),
        ("dictionary", {"a": 1}, {"a": 1}),
        ("list", [1], [1]),
        (["rollback", "keep"], " keep", "keep"),
    ],
)
def test_what_a_survey_or_a_command_line_sends_is_read(kind: Any, value: Any, means: Any) -> None:
    assert one(kind, value) == means


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("text", True, "backup_it is true, which is not text; write a word such as yes or no in quotes."),
        ("text", ["a"], "backup_it is a list, which is not text"),
        ("flag", "maybe", "backup_it is 'maybe', which is not true or false."),
        ("flag", 2, "not true or false"),
        ("whole", True, "backup_it is true, which is not a whole number"),
        ("whole", "1.5", "not a whole number"),
        ("whole", -1, "not a whole number from 0 up"),
        ("whole", "²", "not a whole number"),
        ("number", "inf", "not a number"),
        ("number", float("nan"), "not a number"),
        ("number", True, "not a number"),
        ("seconds", False, "backup_it is false, which is not a time in seconds or like 90s, 30m, 12h or 3d."),
        ("seconds", "2026-11-25", "not a time in seconds"),
        ("seconds", 10**400, "not a time in seconds"),
        ("seconds", 10**9, "not between 0 and 100000000."),
        ("names", ["a", None], "not a list of names, without blanks."),
        ("names", {"a": 1}, "backup_it is a dictionary, which is not a list of names"),
        ("dictionary", "a=1", "not a dictionary"),
        (["off", "on"], False, "backup_it is false, which is not one of off, on."),
    ],
)
def test_what_only_looks_right_is_refused_by_name(kind: Any, value: Any, says: str) -> None:
    assert says in one(kind, value)


def test_all_problems_are_said_at_once_and_a_long_value_is_cut() -> None:
    found = role_options({name: {"kind": "whole", "given": "x" * 500, "default": 1} for name in "ab"}, "r")
    assert [problem[:5] for problem in found["problems"]] == ["r_a i", "r_b i"]
    assert (found["a"], max(map(len, found["problems"])) < 130) == (1, True)


@given(
    st.sampled_from([*KINDS, "words"]),
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.lists(st.text()),
)
def test_nothing_ends_in_an_error_of_python(kind: str, value: Any) -> None:
    found = one(["a"] if kind == "words" else kind, value)
    assert isinstance(found, (str, int, float, list, dict, bool, type(None)))
