"""The edge to Ansible: what never gets past it."""

from __future__ import annotations

from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._model.secrets import Secrets
from plugins.module_utils._module import _failure


def test_no_secret_is_left_anywhere_in_a_failure() -> None:
    error = VrgError("'hush-hush' is too short.", hint="Not 'hush-hush'.", api={"path": "/hush-hush", "status": 422})
    error.changes = ["said hush-hush"]
    told = Secrets(["hush-hush"]).scrub(_failure(error))
    assert "hush-hush" not in str(told)
    assert told["changes"] == ["said ********"] and told["api"]["status"] == 422


def test_a_secret_is_not_left_in_another_spelling() -> None:
    told = Secrets(["two  words\n", "", None]).scrub("'two words' is not 'two  words\\n'")
    assert told == "'********' is not '********'"


def test_a_failure_half_way_says_what_stands() -> None:
    error = VrgError("No.")
    assert _failure(error) == {"msg": "No."}
    error.changes = ["create tenant 'acme'"]
    assert _failure(error) == {"msg": "No.", "changed": True, "changes": ["create tenant 'acme'"]}
