"""Secrets are blotted out however they were written, and whatever wrote them once more."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from html.entities import codepoint2name
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plugins.module_utils._model.secrets import Secrets


def _references(form: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"[^ -~]|[&<>\"']", lambda one: form.format(ord(one[0])), text)


WRITERS: dict[str, Callable[[str], str]] = {
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, not ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON with slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "Python": lambda text: repr(text)[1:-1],
    "Python, ASCII": lambda text: ascii(text)[1:-1],
    "Python's bytes": lambda text: repr(text.encode())[2:-1],
    "HTML": html.escape,
    "HTML but quotes": lambda text: html.escape(text, quote=False),
    "HTML as PHP writes it": lambda text: html.escape(text).replace("&#x27;", "&#039;"),
    "HTML with names": lambda text: "".join(
        f"&{codepoint2name[ord(one)]};" if ord(one) in codepoint2name else one for one in text
    ),
    "HTML in ASCII": lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace").decode(),
    "HTML by numbers": _references("&#{};"),
    "HTML by hexadecimal numbers": _references("&#x{:X};"),
    "XML": lambda text: escape(text, {"'": "&apos;", '"': "&quot;"}),
    "URL": quote,
    "URL, slashes too": lambda text: quote(text, safe=""),
    "URL in small letters": lambda text: re.sub("%..", lambda one: one[0].lower(), quote(text)),
    "form": quote_plus,
}
#: A backslash at the end would belong to what follows, and may be left.
LETTERS = st.sampled_from("abnxuU019é€😀ßΣ \"'<>&%;#+/\\$`{}|=\t\n")


@pytest.mark.parametrize("name", WRITERS)
@given(
    secret=st.text(LETTERS, min_size=3, max_size=12).filter(lambda text: text[-1] != "\\"),
    more=st.lists(st.sampled_from([*WRITERS]), max_size=2),
)
def test_F17_a_secret_is_found_however_it_was_written(name: str, secret: str, more: Sequence[str]) -> None:
    # What reads as blanks is none: its own reading is nothing to look for.
    assume(Secrets([secret]).scrub(secret) != secret)
    written = secret
    for writer in (name, *more):
        written = WRITERS[writer](written)
    assert Secrets([secret]).scrub(f"[{written}]") == "[********]"


def test_F17_a_secret_is_found_as_a_header_carries_it() -> None:
    assert Secrets(["hush-hush"]).scrub(b64encode(b"hush-hush").decode()) == "********"


@pytest.mark.parametrize("secret", ["ΚΩΔΙΚΟΣ", "ẞTRAẞE", "İĞDIR", "κωδικός"])
@pytest.mark.parametrize("text", ["{}", "{}.", "it is {} or not", "it is\n{}\nor not"])
def test_F17_a_secret_is_found_where_small_letters_depend_on_what_follows(secret: str, text: str) -> None:
    assert Secrets([secret]).scrub(text.format(secret)) == text.format("********")
    assert Secrets([secret]).scrub(text.format(secret.lower())) == text.format("********")


@pytest.mark.parametrize("secret", ["&#1;0", "&nosuch;9", "&no;t;5", "&&no;t;5"])
@pytest.mark.parametrize("text", ["{}", "{};", "&{}", "{}amp;"])
def test_F17_a_secret_that_looks_like_a_reference_is_one_all_the_same(secret: str, text: str) -> None:
    assert Secrets([secret]).scrub(text.format(secret)) == text.format("********")


def test_what_is_no_secret_stays_as_it_is() -> None:
    text = "100%41 &amp; C:\\new\\table + 5 &nosuch; \u20ac"
    assert Secrets(["hush-hush", "two words"]).scrub(text) == text
    assert Secrets(["hush"]).scrub([text, {"hush": 7}, f"{text}hush{text}hu"]) == [
        text,
        {"hush": 7},
        f"{text}********{text}hu",
    ]


def test_of_secrets_that_hold_each_other_nothing_is_left() -> None:
    assert Secrets(["abcd", "abcdef", "defgh"]).scrub("-abcdefgh-abcdx-") == "-********-********x-"


def test_a_secret_that_is_no_text_is_one_all_the_same() -> None:
    """What the environment holds that is not UTF-8."""
    assert Secrets(["hush\udcff"]).scrub("no hush\udcff") == "no ********"


def test_a_blank_is_no_secret() -> None:
    assert Secrets([" ", "", None]).scrub("a b") == "a b"
