# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From connection settings to a connected pyvergeos client, on a requests session of our own.

The SDK's own session is not used: it retries POST after any failure, and REQUESTS_CA_BUNDLE overrides its
``verify_ssl=False`` (docs/platform.md#1.6).
"""

from __future__ import annotations

import os
import re
import ssl
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Optional, Union

from .._model.errors import VrgError
from .._model.secrets import Secrets
from .._options import Settings
from .._version import VERSION
from .api import Api

#: The oldest SDK whose managers refuse another tenant's rows, and its package on PyPI.
OLDEST_SDK = "1.7.1"
#: How many threads may share a session.
MOST_WORKERS = 16


@contextmanager
def connect(settings: Settings, how: str = "module", secrets: Optional[Secrets] = None) -> Iterator[Api]:
    """A connected Api, closed at the end; raises VrgError when host, certificate or login is refused.

    ``how`` ends the user agent and tells the ways of running apart.
    """
    session = open_session(settings, how)
    try:
        with quiet_tls(settings):
            yield log_in(settings, session, secrets)
    finally:
        session.close()


@contextmanager
def quiet_tls(settings: Settings) -> Iterator[None]:
    """Without a warning at each request where certificates are not checked: the option's documentation says it once."""
    with warnings.catch_warnings():
        if settings.insecure:
            warnings.filterwarnings("ignore", message="Unverified HTTPS request")
        yield


def open_session(settings: Settings, how: str) -> Any:
    """A requests session with our TLS and proxy rules; nothing is sent yet.

    It sends nothing twice: whether that may be done is known to whoever asked (docs/decisions/0007).
    """
    check_sdk()
    import pyvergeos
    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    # Proxies come from the environment; certificates only where no option names them, and ~/.netrc never.
    session.trust_env = False
    session.proxies.update(requests.utils.get_environ_proxies(f"https://{settings.host}/"))
    session.verify = verification(settings)
    # A redirect could carry a login to another host and turns a POST into a GET.
    session.max_redirects = 0
    session.headers["User-Agent"] = f"vergeio.vrg/{VERSION} pyvergeos/{pyvergeos.__version__} ({how})"
    session.mount("https://", HTTPAdapter(max_retries=0, pool_connections=1, pool_maxsize=MOST_WORKERS))
    return session


def verification(settings: Settings) -> Union[bool, str]:
    """What requests takes as ``verify``: the options win over the environment, and both over the default."""
    if settings.insecure:
        return False
    if settings.ca_path:
        return settings.ca_path
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def log_in(settings: Settings, session: Any, secrets: Optional[Secrets] = None) -> Api:
    """Connect a client over the session: one request, which proves host, certificate and login."""
    from pyvergeos import VergeClient

    client = VergeClient(
        settings.host,
        username=settings.username,
        password=settings.password,
        token=settings.api_key,
        timeout=settings.timeout,
        auto_connect=False,
        session=session,
    )
    api = Api(
        client,
        now=int(time.time()),
        timeout=settings.timeout,
        retries=settings.retries,
        secrets=secrets or Secrets(settings.secrets),
    )

    def note(response: Any, *args: Any, **kwargs: Any) -> None:
        api.now = _time_of(response.headers.get("Date"))
        api.retry_after = _seconds_of(response.headers.get("Retry-After"))

    def probe() -> None:
        with api.failures_are_told("GET", "system", f"connect to {settings.host}"):
            client.connect()

    session.hooks["response"].append(note)
    try:
        api.retried(probe)
    except VrgError as error:
        raise _of_the_bundle(session.verify) or error from error
    return api


def _time_of(date: Any) -> int:
    try:
        return _seconds_at(date)
    except (TypeError, ValueError):
        return int(time.time())


@lru_cache(maxsize=1)
def _seconds_at(date: Any) -> int:
    # Many answers come within one second.
    return int(parsedate_to_datetime(date).timestamp())


def _seconds_of(retry_after: Any) -> Optional[float]:
    try:
        return float(retry_after)
    except (TypeError, ValueError):
        return None if retry_after is None else max(_time_of(retry_after) - time.time(), 0.0)


def _of_the_bundle(verify: Any) -> Optional[VrgError]:
    """What is wrong with the file of certificates, which libraries report as the host's fault."""
    if not isinstance(verify, str) or not os.path.exists(verify):
        return None
    try:
        place = {"capath": verify} if os.path.isdir(verify) else {"cafile": verify}
        ssl.create_default_context(**place)  # type: ignore[arg-type]
    except (OSError, ValueError):
        return VrgError(
            f"'{verify}', which ca_path or REQUESTS_CA_BUNDLE names, holds no certificate that can be read.",
            hint="Name a file of certificates in PEM format.",
        )
    return None


def check_sdk() -> None:
    """Raises VrgError when the SDK is older than the engine needs."""
    import pyvergeos

    found = getattr(pyvergeos, "__version__", "0")
    if _numbers(found) < _numbers(OLDEST_SDK):
        raise VrgError(
            f"pyvergeos {found} is installed for {sys.executable}, and {OLDEST_SDK} or newer is needed.",
            hint=f"Run: {INSTALL_SDK}",
        )


#: What installs the SDK where the module runs.
INSTALL_SDK = f"{sys.executable} -m pip install 'pyvergeos>={OLDEST_SDK}'"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
