"""One request: what counts as an answer, when it is asked again, and what a failure is put down to."""

from __future__ import annotations

import socket
import ssl
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from requests import exceptions as requests_errors
from urllib3 import exceptions as urllib3_errors

from plugins.module_utils._model.conditions import NOTHING
from plugins.module_utils._model.errors import Outcome, VrgError
from plugins.module_utils._model.query import Query, Write
from plugins.module_utils._model.secrets import Secrets
from plugins.module_utils._options import Settings
from plugins.module_utils._system import session
from plugins.module_utils._system.ahead import ahead
from plugins.module_utils._system.api import Api
from plugins.module_utils._system.failures import explain
from plugins.module_utils._tables.tenants import TENANT
from support import Clock, failure

NAMED = TENANT.only("name")
ACME = Query(NAMED, NAMED["name"].eq("acme"))


class Client:
    """The SDK's client, with answers in place of a transport."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.timeouts: list[float] = []
        self.asked: list[tuple[str, str]] = []

    def _request(self, method: str, endpoint: str, *, timeout: float, **more: Any) -> Any:
        self.asked.append((method, endpoint))
        self.timeouts.append(timeout)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def api(*answers: Any, **more: Any) -> tuple[Api, Client]:
    client = Client(*answers)
    made = Api(client, now=0, **more)
    made.clock = Clock()
    return made, client


BROKEN = requests_errors.ConnectionError("broken")
ROW = {"$key": "7", "name": "acme"}


def test_no_row_is_asked_for_where_none_can_match() -> None:
    asked, client = api([])
    assert asked.read(Query(NAMED, NOTHING)) == [] and client.asked == []


def test_F1_an_answer_is_a_list_of_rows_or_a_count_of_none() -> None:
    assert api([ROW])[0].read(ACME) == [{"$key": 7, "name": "acme"}]
    assert api({"$count": 0})[0].read(ACME) == []
    for answer in (
        None,
        {},
        {"$count": False},
        {"$count": 1},
        {"err": "locked"},
        [1, 2],
        [None],
        [{}],
        "text",
        0,
        True,
    ):
        asked, client = api(answer, retries=2)
        with pytest.raises(VrgError, match="Could not read tenants: the answer of table 'tenants' is none") as caught:
            asked.read(ACME)
        assert caught.value.outcome is Outcome.UNKNOWN and caught.value.api is not None
        assert len(client.asked) == 3, "it is asked again like after a broken connection"


def test_F1_an_answer_that_says_what_is_wrong_is_quoted_and_never_a_receipt() -> None:
    asked, _client = api({"err": "database is locked by s3cret"}, secrets=Secrets(["s3cret"]))
    for method in ("POST", "PUT", "DELETE"):
        with pytest.raises(VrgError, match=r"database is locked by \*\*\*\*") as caught:
            asked.write(Write(method, "tenants", None if method == "POST" else 7))
        assert caught.value.outcome is Outcome.UNKNOWN
    with pytest.raises(VrgError, match="the answer is no receipt"):
        api({"location": "/v4/tenants/7"})[0].write(Write("POST", "tenants"))
    assert api({"$key": "7"})[0].write(Write("POST", "tenants")) == 7
    assert api(None)[0].write(Write("POST", "tenant_actions")) is None
    assert api({})[0].write(Write("DELETE", "tenants", 7)) is None


def test_F2_a_read_that_breaks_off_is_asked_again_and_a_write_never_by_itself() -> None:
    asked, client = api(BROKEN, requests_errors.JSONDecodeError("cut", "{", 1), [ROW])
    assert len(asked.read(ACME)) == 1 and len(client.asked) == 3
    asked, client = api(BROKEN)
    with pytest.raises(VrgError) as caught:
        asked.write(Write("PUT", "tenants", 7, {"name": "new"}))
    assert len(client.asked) == 1 and caught.value.outcome is Outcome.UNKNOWN


def test_F15_a_request_has_no_more_time_than_whoever_waits_for_it() -> None:
    asked, client = api([ROW], timeout=30)
    asked.clock.sleep(100)
    for deadline, timeout in ((None, 30), (200, 30), (102, 2), (100, 0.5), (50, 0.5)):
        asked.read(ACME, deadline=deadline)
        assert client.timeouts[-1] == timeout


def test_F15_a_read_is_not_asked_again_once_nobody_waits_any_more() -> None:
    asked, client = api(BROKEN, timeout=30, retries=50)
    with pytest.raises(VrgError):
        asked.read(ACME, deadline=2)
    assert asked.clock.monotonic() <= 2 and 1 < len(client.asked) < 6


def test_no_pause_is_longer_than_somebody_can_watch() -> None:
    """A hundred retries, each after twice the time, would be longer than the world stands."""
    asked, client = api(BROKEN, retries=100)
    with pytest.raises(VrgError):
        asked.read(ACME)
    assert len(client.asked) == 101 and asked.clock.monotonic() <= 101 * 90


@pytest.mark.parametrize(("asks", "least", "most"), [(3.0, 3, 3), (100.0, 60, 60), (-5.0, 0, 0), (None, 1, 1.5)])
def test_F3_what_the_platform_asks_for_is_kept_within_limits(asks: float | None, least: float, most: float) -> None:
    asked, _client = api([])
    asked.retry_after = asks
    assert least <= asked.pause(1.0, failure(429)) <= most


# What a failure is put down to


def told(error: Exception) -> VrgError:
    return explain(error, "connect to host", {"method": "GET"}, Secrets(["s3cret"]))


def behind(cause: BaseException, error: Exception | None = None) -> Exception:
    """As requests raises what urllib3 has met."""
    pool = urllib3.HTTPSConnectionPool("host")
    return error or requests_errors.ConnectionError(urllib3_errors.MaxRetryError(pool, "/", cause))  # type: ignore[arg-type]


def new_connection() -> Exception:
    return urllib3_errors.NewConnectionError(None, "refused")  # type: ignore[arg-type]


def test_F22_a_proxy_is_not_the_system() -> None:
    """Whose name cannot be resolved, or who refuses: behind a proxy, it is the proxy."""
    resolving = urllib3_errors.ProxyError("Cannot connect to proxy.", socket.gaierror(-2, "unknown"))
    refusing = urllib3_errors.ProxyError("Cannot connect to proxy.", new_connection())
    for cause in (resolving, refusing):
        for error in (behind(cause), requests_errors.ProxyError(cause)):
            found = told(error)
            assert found.message == "Could not connect to host: the proxy cannot be reached, or does not pass it on."
            assert "HTTPS_PROXY" in found.hint and found.outcome is Outcome.UNSENT


@pytest.mark.parametrize(
    ("cause", "sentence", "outcome"),
    [
        (socket.gaierror(-2, "unknown"), "its name cannot be resolved", Outcome.UNSENT),
        (new_connection(), "the connection was refused, or there is no route to it", Outcome.UNSENT),
        (urllib3_errors.ConnectTimeoutError("late"), "it does not answer", Outcome.UNSENT),
        (urllib3_errors.ReadTimeoutError(None, "/", "late"), "no answer came in time", Outcome.UNKNOWN),  # type: ignore[arg-type]
        (ssl.SSLError("wrong version number"), "no TLS connection could be made", Outcome.UNKNOWN),
        (ConnectionResetError("reset"), "the connection broke before the answer came", Outcome.UNKNOWN),
    ],
)
def test_F22_what_a_failure_is_put_down_to(cause: Exception, sentence: str, outcome: Outcome) -> None:
    found = told(behind(cause))
    assert sentence in found.message and found.outcome is outcome and not found.permanent


def test_F22_an_answer_that_the_library_stumbles_over_is_none() -> None:
    found = told(KeyError("$key"))
    assert "its answer is not what VergeOS would say." in found.message
    assert found.outcome is Outcome.UNKNOWN and not found.permanent


def test_F22_a_certificate_stays_what_it_is() -> None:
    error = ssl.SSLCertVerificationError("failed")
    error.verify_message = "self-signed certificate"
    found = told(behind(error))
    assert "its certificate cannot be verified (self-signed certificate)" in found.message
    assert found.permanent and "ca_path" in found.hint


def test_F22_a_file_of_certificates_that_is_not_there_is_named() -> None:
    found = told(OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /nowhere.pem"))
    assert "named by ca_path, or by REQUESTS_CA_BUNDLE, does not exist" in found.message and found.permanent


def login(monkeypatch: pytest.MonkeyPatch, ca_path: Path) -> None:
    """Connect with this file, where the connection itself fails as TLS does without certificates."""

    def send(self: requests.Session, request: Any, **more: Any) -> Any:
        raise behind(ssl.SSLError("PEM lib"))

    monkeypatch.setattr(requests.Session, "send", send)
    settings = Settings("host.invalid", username="admin", password="s3cret", ca_path=str(ca_path), retries=0)
    with session.connect(settings):
        raise AssertionError("it connected")


def test_F22_a_file_without_certificates_is_not_the_systems_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    junk = tmp_path / "junk.pem"
    junk.write_text("no certificate")
    with pytest.raises(VrgError, match=r"junk.pem', which ca_path or REQUESTS_CA_BUNDLE names, holds no certificate"):
        login(monkeypatch, junk)
    # A folder may be empty: nothing is wrong with it.
    with pytest.raises(VrgError, match="no TLS connection could be made"):
        login(monkeypatch, tmp_path)


def test_F17_a_secret_is_blotted_out_before_a_sentence_is_cut() -> None:
    class Refused(Exception):
        status_code = 422

    found = told(Refused("x" * 497 + "s3cret"))
    assert "s3" not in found.message and found.outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(400, Outcome.REFUSED), (409, Outcome.REFUSED), (429, Outcome.BUSY), (500, Outcome.UNKNOWN), (503, Outcome.BUSY)],
)
def test_what_a_status_proves(status: int, outcome: Outcome) -> None:
    class Answered(Exception):
        status_code = status

    found = told(Answered("<html>no</html>"))
    assert (found.outcome, found.status) == (outcome, status)
    assert found.message == f"Could not connect to host: the platform answered HTTP {status}."


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (401, "Check username and password, or api_key."),
        (
            403,
            "The account, or the API key's address list, does not allow this; grant it the permission or use another.",
        ),
        (429, "The platform limits how often it may be asked; run again later, or with fewer forks."),
    ],
)
def test_what_helps_where_the_platform_refuses(status: int, hint: str) -> None:
    class Answered(Exception):
        status_code = status

    assert told(Answered("no")).hint.startswith(hint)


# The SDK


@pytest.mark.parametrize("version", ["1.2.2", "1.6.1", "1.7.0", "0.9", "1.7.0rc1"])
def test_F21_an_old_sdk_is_named_with_what_is_needed_and_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr("pyvergeos.__version__", version)
    with pytest.raises(VrgError) as caught:
        session.check_sdk()
    assert (
        caught.value.message == f"pyvergeos {version} is installed for {sys.executable}, and 1.7.1 or newer is needed."
    )
    assert caught.value.hint == f"Run: {sys.executable} -m pip install 'pyvergeos>=1.7.1'"
    with pytest.raises(VrgError, match="1.7.1 or newer is needed"), session.connect(_settings()):
        raise AssertionError("it connected")


def _settings() -> Settings:
    return Settings("host.invalid", username="a", password="b", retries=0)


@pytest.mark.parametrize("version", ["1.7.1", "1.7.10", "1.10.0", "2.0", "1.7.1.post1"])
def test_F21_a_new_sdk_is_fine(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr("pyvergeos.__version__", version)
    session.check_sdk()


def test_the_failure_of_an_environment_is_none_of_the_hosts() -> None:
    """Every option wins over the environment, and the environment over the default."""
    environment: Mapping[str, str] = {"REQUESTS_CA_BUNDLE": "/a.pem", "CURL_CA_BUNDLE": "/b.pem"}
    with pytest.MonkeyPatch.context() as patched:
        for name, value in environment.items():
            patched.setenv(name, value)
        assert session.verification(_settings()) == "/a.pem"
        assert session.verification(Settings("host", insecure=True)) is False
        assert session.verification(Settings("host", ca_path="/c.pem")) == "/c.pem"
        patched.delenv("REQUESTS_CA_BUNDLE")
        assert session.verification(_settings()) == "/b.pem"
        patched.delenv("CURL_CA_BUNDLE")
        assert session.verification(_settings()) is True


def test_two_reads_are_on_their_way_while_an_answer_is_worked_on() -> None:
    asked: list[int] = []

    def queries() -> Iterator[int]:
        for number in range(6):
            asked.append(number)
            yield number

    answers = ahead(lambda number: number * 10, queries())
    seen = []
    for answer in answers:
        seen.append(answer)
        # The one that is worked on, and two more while there are any.
        assert len(asked) == min(len(seen) + 2, 6)
    assert seen == [0, 10, 20, 30, 40, 50]
