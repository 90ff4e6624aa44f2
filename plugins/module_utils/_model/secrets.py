# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets in texts that the platform or a library wrote: blotted out in every spelling, before a text is cut."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any, Optional
from urllib.parse import quote, quote_plus

_BLOT = "********"


class Secrets:
    """Values that must never be seen."""

    def __init__(self, values: Iterable[Optional[str]]) -> None:
        self.values = tuple(dict.fromkeys(value for value in values if value))
        spellings = {spelling for value in self.values for spelling in _spellings(value) if spelling}
        # The longest first: a spelling may hold another one.
        ordered = sorted(spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE) if ordered else None

    def beside(self, *more: Optional[str]) -> Secrets:
        """These and more."""
        return Secrets((*self.values, *more)) if any(more) else self

    def scrub(self, value: Any) -> Any:
        """The value, text or a structure of texts, with every secret blotted out."""
        if isinstance(value, dict):
            return {key: self.scrub(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.scrub(one) for one in value]
        if isinstance(value, str) and self._pattern is not None:
            return self._pattern.sub(_BLOT, value)
        return value


def _spellings(secret: str) -> Iterator[str]:
    """A secret as it is, on one line, as Python, JSON, HTML and a URL write it, and as a Basic login carries it."""
    for text in (secret, " ".join(secret.split())):
        yield text
        yield repr(text)[1:-1]
        yield from (json.dumps(text, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
        # Some writers escape the slash as well.
        yield json.dumps(text)[1:-1].replace("/", "\\/")
        once = html.escape(text)
        yield from (once, html.escape(text, quote=False), once.replace("&#x27;", "&#39;"), html.escape(once))
        yield from (_numeric(text, "&#{:d};"), _numeric(text, "&#x{:x};"))
        yield from (once.encode("ascii", "xmlcharrefreplace").decode(), json.dumps(once)[1:-1])
        # A log that holds an answer that holds the text.
        yield from (json.dumps(json.dumps(text, ensure_ascii=ascii_only))[3:-3] for ascii_only in (True, False))
        yield from (quote(text), quote(text, safe=""), quote_plus(text))
        yield b64encode(text.encode()).decode()


def _numeric(text: str, form: str) -> str:
    """The text with what is special in HTML, or beyond ASCII, as numeric references."""
    return "".join(form.format(ord(one)) if one in "&<>\"'" or ord(one) > 126 else one for one in text)
