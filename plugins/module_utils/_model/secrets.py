# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets in texts that the platform or a library wrote: blotted out in every spelling, before a text is cut.

Python, JSON, HTML, XML and a URL each spell some characters in another way, and one may hold what another has written.
So no spellings are listed: a text is read back, as often as there is something to read back, and looked through then.
"""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Optional
from urllib.parse import unquote_to_bytes

_BLOT = "********"
_HEX = "[0-9A-Fa-f]"
#: What stands for something else: an escape of Python or JSON, octets of a URL, a reference of HTML or XML.
_CODED = re.compile(
    rf"\\(?:U{_HEX}{{8}}|u{_HEX}{{4}}(?:\\u{_HEX}{{4}})*|x{_HEX}{{2}}(?:\\x{_HEX}{{2}})*|.)|(?:%{_HEX}{{2}})+|&#?\w{{1,31}};",
    re.DOTALL,
)
#: Of more secrets than these it is quicker to look for all at once.
_FEW = 8
#: Without these, a text reads as it is written, but for capitals and blanks.
_CODES = re.compile(r"[\\%&]")
_BLANKS = re.compile(r"[\s+]+")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "b": "\b", "a": "\a"}


class Secrets:
    """Values that must never be seen. Blanks are none, nor what reads as nothing but blanks, such as ``%20``."""

    def __init__(self, values: Iterable[Optional[str]]) -> None:
        self.values = tuple(dict.fromkeys(value for value in values if value))

    def beside(self, *more: Optional[str]) -> Secrets:
        """These and more."""
        return Secrets((*self.values, *more)) if any(more) else self

    def scrub(self, value: Any) -> Any:
        """The value, text or a structure of texts, with every secret blotted out."""
        if isinstance(value, dict):
            return {key: self.scrub(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.scrub(one) for one in value]
        return self._blotted(value) if isinstance(value, str) and self._sought else value

    @cached_property
    def _sought(self) -> dict[str, list[str]]:
        """Secrets as they are read, and as a header carries them, the longest first, by their first characters."""
        texts = (
            text
            for value in self.values
            for text in (value, b64encode(value.encode("utf-8", "surrogatepass")).decode())
        )
        read = {
            part for text in texts for whole in (_read(text).text,) for part in (whole, whole.strip()) if part.strip()
        }
        shortest = min(map(len, read), default=0)
        sought: dict[str, list[str]] = defaultdict(list)
        for text in sorted(read, key=len, reverse=True):
            sought[text[:shortest]].append(text)
        return dict(sought)

    def _blotted(self, text: str) -> str:
        if not _CODES.search(text) and not self._may_hold(_BLANKS.sub(" ", text.casefold())):
            # As most are: a list of thousands of tenants is looked through.
            return text
        read = _read(text)
        told: list[str] = []
        upto = 0
        for start, end in self._places(read):
            if start > upto or not told:
                told.append(text[upto:start] + _BLOT)
            upto = max(upto, end)
        return "".join(told) + text[upto:]

    def _may_hold(self, text: str) -> bool:
        """Whether a secret may begin in a text that was read."""
        if len(self._sought) <= _FEW:
            return any(start in text for start in self._sought)
        length = len(next(iter(self._sought)))
        return not self._sought.keys().isdisjoint(text[at : at + length] for at in range(len(text) - length + 1))

    def _places(self, read: Read) -> Iterator[tuple[int, int]]:
        """Where secrets begin and end in the text that was read, in order; they may overlap."""
        length = len(next(iter(self._sought), ""))
        for at in range(len(read.text) - length + 1):
            for secret in self._sought.get(read.text[at : at + length], ()):
                if read.text.startswith(secret, at):
                    yield read.starts[at], read.ends[at + len(secret) - 1]
                    break


@dataclass(frozen=True)
class Read:
    """A text without capitals, with one space for blanks, and where each character of it begins and ends in what was
    read."""

    text: str
    starts: list[int]
    ends: list[int]


def _read(text: str) -> Read:
    starts, ends = list(range(len(text))), list(range(1, len(text) + 1))
    # Each turn leaves less of it.
    while found := list(_CODED.finditer(text)):
        pieces, begins, stops, upto = [], [], [], 0
        for coded in found:
            one, (start, end) = _decoded(coded[0]), coded.span()
            pieces += [text[upto:start], one]
            begins += [*starts[upto:start], *[starts[start]] * len(one)]
            stops += [*ends[upto:start], *[ends[end - 1]] * len(one)]
            upto = end
        text, starts, ends = "".join([*pieces, text[upto:]]), begins + starts[upto:], stops + ends[upto:]
    letters: list[tuple[str, int, int]] = []
    for one, start, end in zip(text, starts, ends):
        # A URL has a plus for a blank. What is left of a backslash stands for nothing.
        for letter in " " if one.isspace() or one == "+" else "" if one == "\\" else one.casefold():
            if letter == " " and letters and letters[-1][0] == " ":
                letters[-1] = (" ", letters[-1][1], end)
            else:
                letters.append((letter, start, end))
    return Read("".join(one for one, _start, _end in letters), [one[1] for one in letters], [one[2] for one in letters])


def _decoded(coded: str) -> str:
    """What stands for something else, as that."""
    if coded[0] == "%":
        return _of_octets(unquote_to_bytes(coded))
    if coded[0] == "&":
        read = html.unescape(coded)
        # What HTML does not know, or takes for nothing, is text; its mark goes, so that nobody comes back to it.
        return read if read and len(read) < len(coded) else f"\0{coded[1:-1]}"
    kind, rest = coded[1], coded[2:]
    if kind in "uUx" and rest:
        octets = bytes.fromhex(re.sub(r"\\.", "", rest))
        if kind == "x":
            return _of_octets(octets)
        return octets.decode("utf-16-be" if kind == "u" else "utf-32-be", "replace")
    return _LETTERS.get(kind, kind)


def _of_octets(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")
