from __future__ import annotations

import pytest

from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._options import check_wait, settings

LOGIN = {"username": "admin", "password": "secret-word"}


def test_options_win_over_the_environment() -> None:
    found = settings({"host": "a", **LOGIN}, {"VERGEOS_HOST": "b", "VERGEOS_USERNAME": "other"})
    assert (found.host, found.username) == ("a", "admin")


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("vergeos.example.com", "vergeos.example.com"),
        ("vergeos.example.com:8443", "vergeos.example.com:8443"),
        ("https://vergeos.example.com:8443/", "vergeos.example.com:8443"),
        ("[2001:db8::1]:443", "[2001:db8::1]:443"),
    ],
)
def test_ways_to_write_a_host(written: str, host: str) -> None:
    assert settings({"host": written, **LOGIN}, {}).host == host


@pytest.mark.parametrize("written", ["http://a", "https://a/api/v4", "a b", "a:port", "ftp://a", "[::1"])
def test_what_is_no_host_is_said(written: str) -> None:
    with pytest.raises(VrgError, match="is not a name, name:port or https URL"):
        settings({"host": written, **LOGIN}, {})


def test_a_login_in_the_host_is_not_repeated() -> None:
    with pytest.raises(VrgError, match="host holds a login") as raised:
        settings({"host": "https://me:pw-of-mine@a", **LOGIN}, {})
    assert "pw-of-mine" not in str(raised.value)


def test_a_key_from_a_file_ends_in_a_newline() -> None:
    assert settings({"host": "a", "api_key": "k\n"}, {}).api_key == "k"


@pytest.mark.parametrize("written", ["абв", "two words", "two\nlines", "k\x00"])
def test_what_is_no_key_is_not_sent(written: str) -> None:
    with pytest.raises(VrgError, match="api_key holds characters that no key has") as raised:
        settings({"host": "a", "api_key": written}, {})
    assert written not in str(raised.value)


def test_what_a_task_names_itself_is_not_undone_by_the_environment() -> None:
    environment = {"VERGEOS_API_KEY": "of another system", "VERGEOS_INSECURE": "true"}
    found = settings({"host": "a", **LOGIN, "ca_path": "/ca.pem"}, environment)
    assert (found.api_key, found.insecure) == (None, False)
    assert settings({"host": "a", **LOGIN, "api_key": "k"}, {}).api_key == "k"


def test_an_empty_variable_counts_as_unset() -> None:
    with pytest.raises(VrgError, match="No VergeOS system is named"):
        settings(LOGIN, {"VERGEOS_HOST": ""})


def test_the_login_of_vrg_goes_only_to_the_host_of_vrg() -> None:
    vrg = {"VERGE_HOST": "b", "VERGE_USERNAME": "u", "VERGE_PASSWORD": "p", "VERGE_VERIFY_SSL": "false"}
    with pytest.raises(VrgError, match="No complete login for a"):
        settings({"host": "a"}, vrg)
    with pytest.raises(VrgError, match="No complete login for a"):
        settings({}, {"VERGEOS_HOST": "a", **vrg})
    assert not settings({"host": "a", **LOGIN}, vrg).insecure
    found = settings({}, vrg)
    assert (found.host, found.username, found.password, found.insecure) == ("b", "u", "p", True)


def test_an_api_key_is_a_complete_login() -> None:
    assert settings({"host": "a", "api_key": "k"}, {}).api_key == "k"
    assert settings({}, {"VERGE_HOST": "a", "VERGE_TOKEN": "k"}).api_key == "k"


@pytest.mark.parametrize(
    ("text", "insecure"), [("true", True), ("1", True), ("no", False), ("FALSE", False), ("", False)]
)
def test_insecure_from_the_environment(text: str, insecure: bool) -> None:
    assert settings({"host": "a", **LOGIN}, {"VERGEOS_INSECURE": text}).insecure is insecure


def test_nonsense_in_a_variable_is_said_by_its_name() -> None:
    with pytest.raises(VrgError, match="VERGEOS_INSECURE is 'maybe'"):
        settings({"host": "a", **LOGIN}, {"VERGEOS_INSECURE": "maybe"})
    with pytest.raises(VrgError, match="timeout 'soon'"):
        settings({"host": "a", **LOGIN}, {"VERGEOS_TIMEOUT": "soon"})


def test_secrets_are_not_in_the_representation() -> None:
    assert "secret-word" not in repr(settings({"host": "a", **LOGIN}, {}))


@pytest.mark.parametrize("timeout", [-1, 10**9, 10**400])
def test_F19_a_wait_that_no_clock_can_count_is_refused_before_anything_is_sent(timeout: int) -> None:
    with pytest.raises(VrgError, match="wait_timeout is not between 0 and 100000000 seconds") as raised:
        check_wait({"wait_timeout": timeout})
    assert len(str(raised.value)) < 200
    for fine in (None, 0, 300, 3600):
        check_wait({"wait_timeout": fine})
    check_wait({})


@pytest.mark.parametrize("timeout", [0, -5, 10**400, "soon"], ids=["none", "below", "too long", "no number"])
def test_F19_a_timeout_that_is_none_is_refused(timeout: object) -> None:
    with pytest.raises(VrgError, match="is not a number of seconds"):
        settings({"host": "a", **LOGIN, "timeout": timeout}, {})


def test_F19_a_path_is_taken_as_a_shell_would_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/srv/me")
    monkeypatch.setenv("PLACE", "/etc/pki")
    for given in ({"ca_path": "~/ca.pem"}, {}):
        found = settings({"host": "a", **LOGIN, **given}, {"VERGEOS_CA_PATH": "~/ca.pem"}, "/play")
        assert found.ca_path == "/srv/me/ca.pem"
    assert settings({"host": "a", **LOGIN, "ca_path": "$PLACE/ca.pem"}, {}, "/play").ca_path == "/etc/pki/ca.pem"
    assert settings({"host": "a", **LOGIN, "ca_path": "ca.pem"}, {}, "/play").ca_path == "/play/ca.pem"
    assert settings({"host": "a", **LOGIN}, {}, "/play").ca_path is None
