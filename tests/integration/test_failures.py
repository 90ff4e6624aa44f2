"""What users get to see when something is wrong with the connection: one sentence that says what to do."""

from __future__ import annotations

import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import ad_hoc
from vergesim_process import Vergesim


@pytest.fixture(scope="module")
def sim() -> Iterator[Vergesim]:
    with Vergesim("lab", 0) as running:
        yield running


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"VERGEOS_PASSWORD": "wrong-password"}, "Check username and password"),
        ({"VERGEOS_HOST": "no-such-host.invalid"}, "its name cannot be resolved. Check host"),
        ({"VERGEOS_HOST": "127.0.0.1:9"}, "the connection was refused"),
        ({"VERGEOS_CA_PATH": ""}, "certificate cannot be verified"),
        ({"VERGEOS_CA_PATH": "/nowhere/ca.pem"}, "named by ca_path"),
        ({"VERGEOS_HOST": ""}, "No VergeOS system is named. Set the option host"),
        ({"VERGEOS_USERNAME": ""}, "No complete login for"),
        ({"VERGEOS_HOST": "http://127.0.0.1"}, "is not a name, name:port or https URL"),
    ],
    ids=["password", "name", "port", "certificate", "ca_path", "host", "login", "scheme"],
)
def test_a_connection_that_cannot_be_made(sim: Vergesim, changes: dict[str, str], says: str) -> None:
    result = ad_hoc(sim, **changes)
    assert result["failed"] if "failed" in result else "FAILED!" in result["printed"]
    assert says in result["msg"]
    assert "wrong-password" not in result["printed"]


def test_insecure_wins_over_the_bundle_of_the_environment(sim: Vergesim) -> None:
    bundle = {"REQUESTS_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt", "VERGEOS_CA_PATH": ""}
    assert "certificate cannot be verified" in ad_hoc(sim, **bundle)["msg"]
    trusting = ad_hoc(sim, **bundle, VERGEOS_INSECURE="true")
    assert trusting["tenants"] == []
    assert "InsecureRequestWarning" not in trusting["printed"]


def test_ca_path_wins_over_the_bundle_of_the_environment(sim: Vergesim) -> None:
    assert ad_hoc(sim, REQUESTS_CA_BUNDLE="/nowhere.pem", CURL_CA_BUNDLE="/nowhere.pem")["tenants"] == []


def test_the_bundle_of_the_environment_counts_where_no_option_does(sim: Vergesim) -> None:
    assert ad_hoc(sim, REQUESTS_CA_BUNDLE=sim.ready["ca_path"], VERGEOS_CA_PATH="")["tenants"] == []


def test_the_names_of_vrg_serve_too(sim: Vergesim) -> None:
    vrg = {name: value for name, value in sim.vrg_environment().items() if name.startswith(("VERGE_", "REQUESTS"))}
    mine = {name: "" for name in ("VERGEOS_HOST", "VERGEOS_USERNAME", "VERGEOS_PASSWORD", "VERGEOS_CA_PATH")}
    assert ad_hoc(sim, **mine, **vrg)["tenants"] == []


def test_an_api_key_serves_and_wins(sim: Vergesim) -> None:
    assert ad_hoc(sim, VERGEOS_API_KEY=sim.ready["api_key"], VERGEOS_PASSWORD="unused")["tenants"] == []


def test_netrc_is_never_used(sim: Vergesim, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password else\n")
    assert ad_hoc(sim, HOME=str(tmp_path), ANSIBLE_HOME=str(tmp_path / "ansible"))["tenants"] == []


def test_without_pyvergeos_the_missing_package_is_named(sim: Vergesim, tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    result = ad_hoc(sim, variables={"ansible_python_interpreter": str(tmp_path / "bare/bin/python")})
    assert "Failed to import the required Python library (pyvergeos)" in result["msg"]
