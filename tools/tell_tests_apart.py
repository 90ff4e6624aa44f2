"""A plugin of pytest for tools/mutants.py: coverage keeps the lines of each test apart.

Coverage can tell functions apart by itself, but takes a function of hypothesis for the test.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from coverage import Coverage


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    measured = Coverage.current()
    assert measured is not None
    measured.switch_context(item.nodeid.partition("[")[0])
    try:
        return (yield)
    finally:
        measured.switch_context("")
