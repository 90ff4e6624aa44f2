# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which texts are templates: what was written into the source, and nothing that a system has answered.

Before ansible-core 2.19 every text in a variable is one unless it is marked; since then none is unless it is marked.
A text that says nothing to either is left for both to show as it is: ansible-inventory, and AWX after it, show every
other one as a structure.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from ansible.release import __version__

_ALL_ARE = tuple(int(part) for part in __version__.split(".")[:2]) < (2, 19)
#: What a template begins with, also one with delimiters of its own, and without what an expression calls nothing: some
#: conditions take a text for one.
_SIGNS = ("{", "#jinja2:", "(", "[", "|")


def untrusted(value: Any) -> Any:
    """The value, texts and structures of texts, as variables that are never run."""
    if isinstance(value, dict):
        return {name: untrusted(one) for name, one in value.items()}
    if isinstance(value, list):
        return [untrusted(one) for one in value]
    if isinstance(value, str) and any(sign in value for sign in _SIGNS) is _ALL_ARE:
        return _mark(value)
    return value


# Each release has one of the two only, or means something else by it.
_mark: Callable[[str], Any] = (
    import_module("ansible.utils.unsafe_proxy").wrap_var
    if _ALL_ARE
    else import_module("ansible.template").trust_as_template
)


def as_text(templar: Any, text: str) -> Any:
    """What a template of the source says. Older releases would take a text like ``[1]`` for a list."""
    return templar.template(text, **({"convert_data": False} if _ALL_ARE else {}))
