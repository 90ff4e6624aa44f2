"""What a filter and a projection say, parsed by lark; parsed texts are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError

from vergesim.refusal import Refusal, invalid_argument

MAX_DEPTH = 32
MAX_LENGTH = 65_536


@dataclass(frozen=True)
class Step:
    """One part of a path: a column, or a function of an entry."""

    name: str
    function: str = ""
    argument: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Substitution:
    """An expression in braces: `{$now}`, `{$add(a,b)}`."""

    function: str
    arguments: tuple[Any, ...] = ()

    def value(self, now: int) -> Any:
        """What it stands for at a moment; an unknown expression stands for nothing."""
        given = [each.value(now) if isinstance(each, Substitution) else each for each in self.arguments]
        if self.function == "$now" and not given:
            return now
        if self.function == "$add" and all(isinstance(each, (int, float)) for each in given):
            return sum(given)
        return ""


@dataclass(frozen=True)
class Comparison:
    """`path operator literal`."""

    path: tuple[str, ...]
    operator: str
    literal: Any


@dataclass(frozen=True)
class Chain:
    """Terms and what joins each to all before it; there is no precedence (docs/platform.md#2.2, measured)."""

    first: Term
    others: tuple[tuple[bool, Term], ...]
    depth: int = 1


Term = Comparison | Chain


@dataclass(frozen=True)
class Test:
    """What an entry of a projection is compared with: `status#status eq 'running' as is_running`."""

    operator: str
    literal: Any


@dataclass(frozen=True)
class Entry:
    """One entry of a projection; it has a sub-selection, a test, or neither."""

    steps: tuple[Step, ...]
    alias: str | None = None
    sub: tuple[Entry, ...] | None = None
    test: Test | None = None
    depth: int = 1

    @property
    def path(self) -> str:
        """The path as written."""
        return "#".join(step.name for step in self.steps)


def _unquote(token: str) -> str:
    """The text of a literal. Only backslash, quote and brace are escaped, each by a backslash; a balanced
    `{...}` is swallowed, an unbalanced one is an error (docs/platform.md#2.2, measured)."""
    body, text, depth, position = token[1:-1], [], 0, 0
    while position < len(body):
        character = body[position]
        if character == "\\":
            position += 1
            if body[position] not in "\\'{":
                raise invalid_argument()
            if not depth:
                text.append(body[position])
        elif character == "{":
            depth += 1
        elif character == "}" and depth:
            depth -= 1
        elif not depth:
            text.append(character)
        position += 1
    if depth:
        raise invalid_argument()
    return "".join(text)


@v_args(inline=True)
class _LiteralBuilder(Transformer[Token, Any]):
    def text(self, token: Token) -> str:
        return _unquote(token)

    def number(self, token: Token) -> float:
        return float(token) if "." in token else int(token)

    def true(self, _token: Token) -> bool:
        return True

    def false(self, _token: Token) -> bool:
        return False

    def null(self, _token: Token) -> None:
        return None

    def substitution(self, function: Token, *arguments: Any) -> Substitution:
        given = tuple(each for each in arguments if each is not None)
        inner = max((_substitution_depth(each) for each in given), default=0)
        if inner >= MAX_DEPTH:
            raise invalid_argument()
        return Substitution(str(function), given)


@v_args(inline=True)
class _FilterBuilder(_LiteralBuilder):
    def start(self, chain: Term) -> Term:
        return chain

    def chain(self, first: Term, *rest: Any) -> Term:
        if not rest:
            return first
        others = tuple((rest[i] == "and", rest[i + 1]) for i in range(0, len(rest), 2))
        depth = 1 + max(
            term.depth if isinstance(term, Chain) else 0 for term in (first, *(t for _, t in others))
        )
        if depth > MAX_DEPTH:
            raise invalid_argument()
        return Chain(first, others, depth)

    def comparison(self, field: Token, operator: Token, literal: Any) -> Comparison:
        path = tuple(str(field).split("#"))
        if len(path) > MAX_DEPTH:
            raise invalid_argument()
        return Comparison(path, str(operator), literal)


def _substitution_depth(value: Any) -> int:
    depth = 0
    layer = [value]
    while layer := [each for each in layer if isinstance(each, Substitution)]:
        depth += 1
        layer = [argument for each in layer for argument in each.arguments]
    return depth


@v_args(inline=True)
class _FieldsBuilder(_LiteralBuilder):
    def start(self, *entries: Entry) -> tuple[Entry, ...]:
        return tuple(entries)

    def entry(
        self, steps: tuple[Step, ...], more: tuple[Entry, ...] | Test | None, _as: Any, alias: Token | None
    ) -> Entry:
        name = None if alias is None else str(alias)
        if more is None or isinstance(more, Test):
            return Entry(steps, name, test=more)
        depth = 1 + max((each.depth for each in more), default=0)
        if depth > MAX_DEPTH:
            raise invalid_argument()
        return Entry(steps, name, more, depth=depth)

    def test(self, operator: Token, literal: Any) -> Test:
        return Test(str(operator), literal)

    def path(self, *steps: Step) -> tuple[Step, ...]:
        if len(steps) > MAX_DEPTH:
            raise invalid_argument()
        return steps

    def column(self, name: Token) -> Step:
        return Step(str(name))

    def function(self, name: Token, argument: Entry | None = None) -> Step:
        inner = argument.path if argument else ""
        if inner.count("(") >= MAX_DEPTH:
            raise invalid_argument()
        return Step(f"{name}({inner})", str(name), argument.steps if argument else ())


def _parser(name: str, builder: Transformer[Token, Any]) -> Callable[[str], Any]:
    folder = resources.files("vergesim.query")
    grammar = "\n".join(folder.joinpath(each).read_text(encoding="utf-8") for each in (name, "literal.lark"))
    lark = Lark(grammar, parser="lalr", transformer=builder, maybe_placeholders=True)

    @lru_cache(maxsize=2048)
    def parse(text: str) -> Any:
        if len(text) > MAX_LENGTH:
            raise invalid_argument()
        try:
            return lark.parse(text)
        except Refusal:
            raise
        except LarkError as error:
            if isinstance(getattr(error, "orig_exc", None), Refusal):
                raise error.orig_exc from error  # type: ignore[attr-defined]
            raise invalid_argument() from error

    return parse


parse_filter: Callable[[str], Term] = _parser("filter.lark", _FilterBuilder())
parse_fields: Callable[[str], tuple[Entry, ...]] = _parser("fields.lark", _FieldsBuilder())
