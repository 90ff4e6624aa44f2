# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what the SDK, requests and urllib3 raise to one sentence, what it proves, and a cure."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Iterator
from typing import Any, Optional

from .._model.errors import Outcome, VrgError
from .._model.secrets import Secrets

_HINTS = {
    401: "Check username and password, or api_key. Repeated failures lock the account, so this was tried once only.",
    403: "The account, or the API key's address list, does not allow this; grant it the permission or use another.",
    429: "The platform limits how often it may be asked; run again later, or with fewer forks.",
}
_BUSY = (429, 503)
_LOOK_AT_HOST = "If that stays so: check that host is a VergeOS system, and what stands between."


def explain(error: Exception, attempted: str, api: dict[str, Any], secrets: Secrets) -> VrgError:
    """The failure of one request as a VrgError; ``attempted`` completes "Could not …".

    ``secrets`` are blotted out before anything is cut: half a secret could not be recognised.
    """
    status = _status(error)
    permanent = False
    if status is not None:
        sentence = _sentence(secrets.scrub(str(error)), status)
        outcome = Outcome.BUSY if status in _BUSY else Outcome.UNKNOWN if status >= 500 else Outcome.REFUSED
        hint = _HINTS.get(status, "")
    else:
        sentence, hint, outcome = _transport(error)
        sentence, permanent = secrets.scrub(sentence), outcome is Outcome.UNSENT and _is_lasting(error)
    return VrgError(
        f"Could not {attempted}: {sentence}",
        hint=hint,
        outcome=outcome,
        status=status,
        api=dict(api, status=status),
        sentence=sentence,
        permanent=permanent,
    )


def _status(error: Exception) -> Optional[int]:
    status = getattr(error, "status_code", None)
    if status is None:
        # The connection probe tells the status in words only (docs/platform.md#1.1).
        told = re.search(r"Unexpected response: HTTP (\d{3})", str(error))
        status = int(told.group(1)) if told else None
    return status


def _sentence(said: str, status: int) -> str:
    text = " ".join(said.split())
    if text.startswith("<") or "<html" in text.lower():
        text = ""
    text = text[:500] or f"the platform answered HTTP {status}"
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that is behind it: causes, urllib3's reasons, and what requests wraps as an argument."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, getattr(one, "reason", None), getattr(one, "original_error", None), *one.args]
        waiting.append(one.__context__)


def _is_lasting(error: Exception) -> bool:
    """A certificate, or a file of them, that is not accepted now is not accepted a second later."""
    return "invalid path" in str(error) or any(isinstance(one, ssl.SSLCertVerificationError) for one in _chain(error))


def _library_errors(module: Any, *names: str) -> tuple[type[BaseException], ...]:
    """The errors of those names that this version of a library has."""
    return tuple(getattr(module, name) for name in names if hasattr(module, name))


def _transport(error: Exception) -> tuple[str, str, Outcome]:
    """Sentence, hint and outcome of a request that got no answer that can be read."""
    from requests import exceptions as requests_errors
    from urllib3 import exceptions as urllib3_errors

    causes = list(_chain(error))

    def caused_by(*types: type[BaseException]) -> Optional[BaseException]:
        return next((one for one in causes if isinstance(one, types)), None)

    certificate = caused_by(ssl.SSLCertVerificationError)
    if isinstance(certificate, ssl.SSLCertVerificationError):
        return (
            f"its certificate cannot be verified ({certificate.verify_message or 'unknown issuer'}).",
            "Name the certificate authority's file in ca_path; insecure=true turns verification off altogether.",
            Outcome.UNSENT,
        )
    if isinstance(caused_by(OSError), OSError) and "invalid path" in str(error):
        return (
            "the certificate authority's file named by ca_path, or by REQUESTS_CA_BUNDLE, does not exist.",
            "Name an existing file or folder in ca_path.",
            Outcome.UNSENT,
        )
    # Before anything about names and connections: behind a proxy, these are the proxy's.
    if caused_by(urllib3_errors.ProxyError, requests_errors.ProxyError):
        return "the proxy cannot be reached, or does not pass it on.", "Check HTTPS_PROXY and NO_PROXY.", Outcome.UNSENT
    if caused_by(socket.gaierror, UnicodeError, *_library_errors(urllib3_errors, "NameResolutionError")):
        return "its name cannot be resolved.", "Check host (a name, name:port or URL).", Outcome.UNSENT
    if caused_by(urllib3_errors.NewConnectionError):
        return (
            "the connection was refused, or there is no route to it.",
            "Check host and its port, and that the system is up.",
            Outcome.UNSENT,
        )
    if caused_by(urllib3_errors.ConnectTimeoutError):
        return "it does not answer.", "Check host, and firewalls on the way.", Outcome.UNSENT
    if caused_by(urllib3_errors.ReadTimeoutError):
        return "no answer came in time.", "The option timeout sets how long an answer may take.", Outcome.UNKNOWN
    if caused_by(ssl.SSLError, urllib3_errors.SSLError):
        return "no TLS connection could be made, or it broke.", "Check that host speaks HTTPS.", Outcome.UNKNOWN
    if caused_by(requests_errors.TooManyRedirects):
        return (
            "it answers with a redirect, which is not followed, so that a login never goes to another host.",
            "Name the VergeOS system itself as host.",
            Outcome.REFUSED,
        )
    if caused_by(requests_errors.ChunkedEncodingError, urllib3_errors.ProtocolError):
        return "the connection broke before the whole answer had come.", "", Outcome.UNKNOWN
    if caused_by(json.JSONDecodeError, *_library_errors(requests_errors, "JSONDecodeError"), UnicodeDecodeError):
        return "its answer broke off, or is not what VergeOS would say.", _LOOK_AT_HOST, Outcome.UNKNOWN
    if caused_by(requests_errors.ConnectionError, OSError):
        return "the connection broke before the answer came.", "", Outcome.UNKNOWN
    return "its answer is not what VergeOS would say.", _LOOK_AT_HOST, Outcome.UNKNOWN
