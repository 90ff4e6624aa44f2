"""Citations of docs/platform.md lead to a section that it has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/platform.md"

#: Where citations stand. This file is left out: its own text is no citation.
FOLDERS = ["docs", "extensions", "playbooks", "plugins", "roles", "tests", "tools"]
SUFFIXES = {".html", ".j2", ".js", ".lark", ".md", ".py", ".rst", ".sh", ".yaml", ".yml"}
GENERATED = {"__pycache__", "build", "node_modules", "output"}

#: The page with one anchor, and further sections after it: "#1.3, 1.4" or "#3.11 to 3.13".
CITATION = re.compile(r"docs/platform\.md#([\w.-]*\w|)((?:(?:, | to | and )\d\.\d+)*)")


def files() -> Iterator[Path]:
    yield from ROOT.glob("*.md")
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            generated = GENERATED.intersection(path.relative_to(ROOT).parts)
            if path.suffix in SUFFIXES and path.is_file() and not generated and path != Path(__file__).resolve():
                yield path


def citations(text: str) -> list[str]:
    """List the anchors that a text cites."""
    return [anchor for first, further in CITATION.findall(text) for anchor in (first, *re.findall(r"\d\.\d+", further))]


def anchors() -> list[str]:
    return re.findall(r'^<a id="([^"]+)"></a>$', PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_citations_are_found_in_a_text() -> None:
    assert citations("See docs/platform.md#4.3. (docs/platform.md#8, row 6)") == ["4.3", "8"]
    assert citations("docs/platform.md#1.3, 1.4; docs/platform.md#3.11 to 3.13") == ["1.3", "1.4", "3.11", "3.13"]
    assert citations("docs/platform.md#power; docs/platform.md#") == ["power", ""]


def test_every_citation_names_a_section() -> None:
    cited = {path: citations(path.read_text(encoding="utf-8")) for path in files()}
    assert any(cited.values())
    known = set(anchors())
    wrong = {str(path.relative_to(ROOT)): sorted(set(names) - known) for path, names in cited.items()}
    assert {path: names for path, names in wrong.items() if names} == {}


def test_every_section_has_its_own_anchor() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name, count in Counter(anchors()).items() if count > 1] == []
    assert re.findall(r'^<a id="([^"]+)"></a>\n#{2,3} \1[. ]', text, re.MULTILINE) == anchors()
    assert len(anchors()) == len(re.findall(r"^#{2,3} ", text, re.MULTILINE))


def test_links_inside_of_the_page_lead_somewhere() -> None:
    links = set(re.findall(r"\]\(#([^)]*)\)", PAGE.read_text(encoding="utf-8")))
    assert links and links <= set(anchors())
