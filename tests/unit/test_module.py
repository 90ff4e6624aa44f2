"""The edge to Ansible: what never gets past it."""

from __future__ import annotations

from plugins.module_utils._errors import VrgError
from plugins.module_utils._module import _failure, _without


def test_no_secret_is_left_anywhere_in_a_failure() -> None:
    error = VrgError("'hush-hush' is too short.", hint="Not 'hush-hush'.", api={"path": "/hush-hush", "status": 422})
    error.changes = ["said hush-hush"]
    told = _without(["hush-hush"], _failure(error))
    assert "hush-hush" not in str(told)
    assert told["changes"] == ["said ********"] and told["api"]["status"] == 422


def test_a_secret_is_not_left_in_another_spelling() -> None:
    told = _without(["two  words\n", ""], "'two words' is not 'two  words\\n'")
    assert told == "'********' is not '********'"
