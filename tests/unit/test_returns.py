"""What modules document: results from the columns (``make returns``), each sentence for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from test_house import MODULES, documentation

from plugins.module_utils._model.resource import Access, Column, Resource
from tools.returns import described, documented, written

SOURCES = {path.stem: path.read_text() for path in MODULES}
#: A sentence that begins like this leans on another one, which may stand elsewhere: keys are sorted by the alphabet.
LEANS = re.compile(
    r"(whether |when |where |what |why |who |how many |how )?"
    r"(its?|they|their|them|these|those|this|that|his|the same|one of them)\b",
    re.IGNORECASE,
)


def test_returns_are_written_for_modules_that_there_are() -> None:
    assert described() and set(described()) <= set(SOURCES)


@pytest.mark.parametrize("module", described())
def test_the_return_of_a_module_is_that_of_its_columns(module: str) -> None:
    """What differs is mended by ``make returns``, never by hand."""
    results = described()[module]
    assert written(SOURCES[module], results) == SOURCES[module]
    read = {path.stem: documentation(path, "RETURN") for path in MODULES}[module]
    assert read == {name: documented(entry, name) for name, entry in results.items()}


def paragraphs(described: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Each paragraph about an option or a result, with its name."""
    for name, about in described.items():
        said = about["description"]
        yield from ((f"{path}{name}", paragraph) for paragraph in ([said] if isinstance(said, str) else said))
        yield from paragraphs(about.get("contains") or about.get("suboptions") or {}, f"{path}{name}.")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_each_sentence_about_a_result_stands_for_itself(module: Any) -> None:
    told = [
        (path, sentence)
        for path, paragraph in paragraphs(documentation(module, "RETURN"))
        for sentence in re.split(r"(?<=\.) ", paragraph)
    ]
    assert told and [(path, sentence) for path, sentence in told if LEANS.match(sentence)] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_each_paragraph_about_an_option_names_its_thing_first(module: Any) -> None:
    """And where the platform has a default, the text says which, or that nobody can read it."""
    told = list(paragraphs(documentation(module, "DOCUMENTATION")["options"]))
    assert told and [(path, paragraph) for path, paragraph in told if LEANS.match(paragraph)] == []
    assert [path for path, paragraph in told if re.search(r"platform's (own )?default\b", paragraph)] == []


def test_a_sentence_that_leans_is_seen() -> None:
    assert all(map(LEANS.match, ["Its name.", "Whether it is up.", "The same, in seconds.", "These machines."]))
    assert not any(map(LEANS.match, ["Name of the item.", "Whether items are up.", "The tenants, by name."]))


SOURCE = 'CODE = 1\n\nRETURN = r"""\nold: {}\n"""\n\nMORE = 2\n'


def results(says: str = "Name of the {kind}, beside RV(.size_gb).", sample: Any = "acme") -> dict[str, Any]:
    """A result made of a column that is shown and of one that is not."""
    hidden = Column("hidden", access=Access.HIDDEN)
    resource = Resource("thing", "things", (Column("name", says=says, sample=sample), hidden))
    contains = {"key": {"description": "Key.", "type": "int", "sample": 2}}
    return {"things": {"description": "All.", "type": "list", "columns": {resource: None}, "contains": contains}}


def test_a_column_is_documented_by_what_it_says() -> None:
    read = yaml.safe_load(written(SOURCE, results()).split('"""')[1])
    assert list(read["things"]["contains"]) == ["key", "name"]
    assert read["things"]["contains"]["name"] == {
        "description": "Name of the thing, beside RV(things[].size_gb).",
        "type": "str",
        "sample": "acme",
    }


def test_what_is_around_the_return_stays() -> None:
    text = written(SOURCE, results())
    assert text.startswith('CODE = 1\n\nRETURN = r"""\nthings:\n') and text.endswith('"""\n\nMORE = 2\n')
    assert written(text, results()) == text


@pytest.mark.parametrize("sample", ["a, b", "a: b", "- a", "it's", 'say "so"', "1.10", "null", "Ünïcödé", "[x]", "#1"])
def test_a_sample_is_read_as_it_was_written(sample: str) -> None:
    for one in (sample, [sample, sample], [{"name": sample}]):
        text = written(SOURCE, results(sample=one)).split('"""')[1] if '"""' not in sample else ""
        assert yaml.safe_load(text)["things"]["contains"]["name"]["sample"] == one


def test_long_text_is_folded_and_read_as_one() -> None:
    long = "Name of it: " + "words, and more words; " * 20 + "end."
    text = written(SOURCE, results(says=long)).split('"""')[1]
    assert max(map(len, text.splitlines())) <= 120
    assert yaml.safe_load(text)["things"]["contains"]["name"]["description"] == long


@pytest.mark.parametrize("missing", [{"says": ""}, {"sample": None}])
def test_a_column_that_says_nothing_is_refused(missing: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="column 'name' of a thing needs says and sample"):
        written(SOURCE, results(**missing))


def test_a_module_without_a_return_is_refused() -> None:
    with pytest.raises(ValueError, match="no RETURN"):
        written("RETURN = ''\n", results())
