# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From connection settings to a connected pyvergeos client, on a requests session of our own.

The SDK's own session is not used: it retries POST after any failure, and REQUESTS_CA_BUNDLE overrides its
``verify_ssl=False`` (API page 1.6).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from inspect import signature
from typing import Any, Union

from ._api import Api
from ._options import Settings
from ._version import VERSION

#: What a read is retried after; a write is never sent again for an answer (docs/decisions/0003).
_RETRIED_STATUS = (429, 502, 503, 504)
#: The most seconds that the platform may ask for before a read is sent again: an hour of silence tells nobody why.
_LONGEST_PAUSE = 60


@contextmanager
def connect(settings: Settings, how: str = "module") -> Iterator[Api]:
    """A connected Api, closed at the end; raises VrgError when host, certificate or login is refused.

    ``how`` ends the user agent and tells the ways of running apart.
    """
    session = open_session(settings, how)
    try:
        yield log_in(settings, session)
    finally:
        session.close()


def open_session(settings: Settings, how: str) -> Any:
    """A requests session with our TLS, proxy and retry rules; nothing is sent yet."""
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
    session.mount("https://", HTTPAdapter(max_retries=_retry(settings.retries), pool_connections=1))
    return session


def verification(settings: Settings) -> Union[bool, str]:
    """What requests takes as ``verify``: the options win over the environment, and both over the default."""
    if settings.insecure:
        return False
    if settings.ca_path:
        return settings.ca_path
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def log_in(settings: Settings, session: Any) -> Api:
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
    api = Api(client, now=int(time.time()), quiet_tls=settings.insecure)

    def note_time(response: Any, *args: Any, **kwargs: Any) -> None:
        api.now = _time_of(response.headers.get("Date"))

    session.hooks["response"].append(note_time)
    with api.failures_are_told("GET", "system", f"connect to {settings.host}"):
        client.connect()
    return api


def _time_of(date: Any) -> int:
    try:
        return int(parsedate_to_datetime(date).timestamp())
    except (TypeError, ValueError):
        return int(time.time())


def _retry(retries: int) -> Any:
    """Reads are sent again after a broken connection or a busy answer, writes only where no connection was made."""
    from urllib3.util.retry import Retry

    rules: dict[str, Any] = {
        "total": retries,
        # A certificate or TLS failure stays one; only what may pass is tried again.
        "other": 0,
        "allowed_methods": ("GET",),
        "status_forcelist": _RETRIED_STATUS,
        "backoff_factor": 0.3,
        # The last answer is wanted as it is: the SDK turns it into its own error.
        "raise_on_status": False,
    }
    # What older versions of urllib3 do not know, they do without.
    newer: dict[str, Any] = {"backoff_jitter": 0.3, "retry_after_max": _LONGEST_PAUSE}
    known = signature(Retry).parameters
    return Retry(**rules, **{name: value for name, value in newer.items() if name in known})
