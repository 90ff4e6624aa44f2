"""Fixtures of pytest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from driver import Driver, Server, serve


@pytest.fixture
def sim() -> Driver:
    """The lab, in process, on a clock that stands."""
    return Driver()


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One real server for all tests over HTTPS."""
    with serve("--step", "0", folder=tmp_path_factory.mktemp("certificates")) as server:
        yield server


@pytest.fixture
def server(lab_server: Server) -> Server:
    """The real server, as it was started."""
    assert lab_server.sim("POST", "reset").status_code == 200
    return lab_server
