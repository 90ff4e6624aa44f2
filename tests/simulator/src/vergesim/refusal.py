"""The platform's refusals: a status and the sentence for the caller (docs/platform.md#1.3)."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer that says no. `response` travels beside `err`, as for a simulated recipe."""

    def __init__(self, status: int, sentence: str, response: dict[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.response = response

    def body(self) -> dict[str, Any]:
        """The error body: one key `err`, sometimes `response`."""
        return (
            {"err": self.sentence}
            if self.response is None
            else {"err": self.sentence, "response": self.response}
        )


def bad_request(sentence: str) -> Refusal:
    """400: the request itself cannot be read."""
    return Refusal(400, sentence)


def invalid(sentence: str) -> Refusal:
    """422: well-formed, and not acceptable."""
    return Refusal(422, sentence)


def invalid_argument() -> Refusal:
    """422 for anything wrong in a filter (docs/platform.md#1.3, measured)."""
    return Refusal(422, "Invalid argument")


def invalid_field(column: str, reason: str = "fails validation test") -> Refusal:
    """422 for a value of a column (docs/platform.md#1.3, documented form)."""
    return Refusal(422, f"Validation error on field: '{column}' - '{reason}'")


def not_in_list(value: object, column: str) -> Refusal:
    """422 for a value outside an enumeration (docs/platform.md#1.3, measured)."""
    return Refusal(422, f"value '{value}' is not in list for field '{column}'")


def read_only(column: str) -> Refusal:
    """422 for a write to a read-only column (docs/platform.md#1.3, measured)."""
    return Refusal(422, f"field '{column.lstrip('$')}' is readonly")


def no_such_reference(column: str) -> Refusal:
    """404 for a foreign key that does not exist in a write body (docs/platform.md#1.3, measured)."""
    return Refusal(404, f"error setting field '{column}': No such file or directory")


def not_found(path: str, during: str = "get") -> Refusal:
    """404 for an unknown row or table (docs/platform.md#1.3, measured)."""
    return Refusal(404, f"Resource '{path}' not found during {during}")


def not_permitted(sentence: str) -> Refusal:
    """405: refused in the current state."""
    return Refusal(405, sentence)


def exists(sentence: str) -> Refusal:
    """409: a unique value is taken."""
    return Refusal(409, sentence)
