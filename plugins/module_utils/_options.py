# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that modules share, and where the connection's come from when a task does not give them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional
from urllib.parse import urlsplit

from ._model.errors import VrgError

CONNECTION: dict[str, dict[str, Any]] = {
    "host": {"type": "str"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "api_key": {"type": "str", "no_log": True},
    "insecure": {"type": "bool"},
    "ca_path": {"type": "path"},
    "timeout": {"type": "int"},
    "retries": {"type": "int", "default": 3},
}

WAIT: dict[str, dict[str, Any]] = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 300},
}

_DEFAULT_TIMEOUT = 30
_MOST_RETRIES = 100
#: The longest that anything can be waited for, in seconds: some three years, which every clock can count.
_LONGEST_WAIT = 100_000_000
#: More than anything that is counted.
_ANY = 2.0**63
#: Options that name who asks.
_LOGIN = ("username", "password", "api_key")
_TRUE = ("1", "true", "yes", "on", "y", "t")
_FALSE = ("0", "false", "no", "off", "n", "f")


@dataclass(frozen=True)
class Settings:
    """A complete, checked connection. ``host`` is name or name:port; ``timeout`` is in seconds."""

    host: str
    username: Optional[str] = None
    password: Optional[str] = field(default=None, repr=False)
    api_key: Optional[str] = field(default=None, repr=False)
    insecure: bool = False
    ca_path: Optional[str] = None
    timeout: int = _DEFAULT_TIMEOUT
    retries: int = 3

    @property
    def secrets(self) -> list[str]:
        """What must never be seen."""
        return [secret for secret in (self.password, self.api_key) if secret]


def check_wait(params: Mapping[str, Any]) -> None:
    """Raises VrgError when wait_timeout is not a time that can be waited, before anything is sent."""
    timeout = params.get("wait_timeout")
    if timeout is not None and not 0 <= timeout <= _LONGEST_WAIT:
        raise VrgError(
            f"wait_timeout is not between 0 and {_LONGEST_WAIT} seconds.", hint="Give seconds, 300 for five minutes."
        )


def check_numbers(params: Mapping[str, Any], limits: Mapping[str, tuple[float, Optional[float]]]) -> None:
    """Raises VrgError for an option that is no number between its least and its most; null is not given."""
    for name, (least, most) in limits.items():
        value = params.get(name)
        # Written so that what is no number at all is out of range, too.
        if value is not None and not (least <= value <= (_ANY if most is None else most)):
            allowed = f"from {least} on" if most is None else f"from {least} to {most}"
            raise VrgError(f"{name} {value} is not a number {allowed}.", hint="Leave it out for its default.")


def settings(params: Mapping[str, Any], environ: Mapping[str, str], folder: str = "") -> Settings:
    """The connection from a module's options, then the environment; relative paths begin in ``folder``.

    An empty variable counts as unset. The names that vrg and the SDK use (VERGE_*) count only when the host comes
    from VERGE_HOST too, so that one system's login never goes to another.

    Raises VrgError when something is missing or makes no sense.
    """
    host = params.get("host") or environ.get("VERGEOS_HOST")
    vrg_names = not host
    host = host or environ.get("VERGE_HOST")
    if not host:
        raise VrgError(
            "No VergeOS system is named.",
            hint="Set the option host, in the task or in module_defaults, or the environment variable VERGEOS_HOST.",
        )

    def given(option: str, variable: str, vrg_variable: str = "") -> Any:
        if params.get(option) not in (None, ""):
            return params[option]
        return environ.get(variable) or (environ.get(vrg_variable) if vrg_names and vrg_variable else None) or None

    # A login, or a certificate authority, that the task names itself is not undone by the environment's.
    own_login = params.get("username") and params.get("password")
    found = Settings(
        host=_address(str(host)),
        username=given("username", "VERGEOS_USERNAME", "VERGE_USERNAME"),
        password=given("password", "VERGEOS_PASSWORD", "VERGE_PASSWORD"),
        api_key=_key(params.get("api_key") if own_login else given("api_key", "VERGEOS_API_KEY", "VERGE_TOKEN")),
        insecure=_insecure(params, environ, vrg_names),
        ca_path=_path(given("ca_path", "VERGEOS_CA_PATH"), folder),
        timeout=_seconds(given("timeout", "VERGEOS_TIMEOUT", "VERGE_TIMEOUT")),
        retries=_not_negative("retries", params.get("retries", 3)),
    )
    if not found.api_key and not (found.username and found.password):
        raise VrgError(
            f"No complete login for {found.host} is given.",
            hint="Set username and password, or api_key, as options or as VERGEOS_USERNAME, VERGEOS_PASSWORD, "
            "VERGEOS_API_KEY.",
        )
    return found


def beside(own: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """The connection of one system of a list, with what is given for all of them where it says nothing itself.

    Two logins never mix: with an API key and a password the key is used, and it would be another system's.
    """
    rest = dict(shared)
    if own.get("api_key") or (own.get("username") and own.get("password")):
        rest.update(dict.fromkeys(_LOGIN))
    if own.get("ca_path"):
        rest["insecure"] = None
    found = {name: rest.get(name) if own.get(name) is None else own[name] for name in CONNECTION}
    return {name: value for name, value in found.items() if value is not None}


def _address(host: str) -> str:
    """Name, name:port or URL as name or name:port."""
    try:
        url = urlsplit(host.strip() if "://" in host else f"https://{host.strip()}")
        # Asking for the port is what checks it.
        plain = url.scheme == "https" and url.path in ("", "/") and not url.query and not url.username and url.port != 0
        if plain and url.hostname and not re.search(r"\s", url.netloc):
            return url.netloc
    except ValueError:
        pass
    raise VrgError(
        "host holds a login." if "@" in host else f"host '{host}' is not a name, name:port or https URL.",
        hint="Write it like vergeos.example.com, vergeos.example.com:8443 or https://vergeos.example.com.",
    )


def _path(path: Optional[str], folder: str) -> Optional[str]:
    """A path as a shell would take it, from whichever folder it is used."""
    return None if path is None else os.path.join(folder, os.path.expanduser(os.path.expandvars(path)))


def _insecure(params: Mapping[str, Any], environ: Mapping[str, str], vrg_names: bool) -> bool:
    if params.get("insecure") is not None:
        return bool(params["insecure"])
    if params.get("ca_path"):
        return False
    if environ.get("VERGEOS_INSECURE"):
        return flag("VERGEOS_INSECURE", environ["VERGEOS_INSECURE"])
    if vrg_names and environ.get("VERGE_VERIFY_SSL"):
        return not flag("VERGE_VERIFY_SSL", environ["VERGE_VERIFY_SSL"])
    return False


def _key(text: Optional[str]) -> Optional[str]:
    """An API key as it can be sent: a file that it was read from may end in a newline."""
    key = (text or "").strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise VrgError("api_key holds characters that no key has.", hint="Check where it comes from.")
    return key or None


def flag(variable: str, text: str) -> bool:
    """A text that means true or false. Raises VrgError for others."""
    if text.strip().lower() in _TRUE:
        return True
    if text.strip().lower() in _FALSE:
        return False
    raise VrgError(f"{variable} is '{text}', which is neither true nor false.", hint="Write true or false.")


def _seconds(value: Any) -> int:
    try:
        seconds = int(_DEFAULT_TIMEOUT if value is None else value)
    except ValueError:
        seconds = 0
    if not 1 <= seconds <= _LONGEST_WAIT:
        raise VrgError(f"timeout '{value}' is not a number of seconds.", hint="Give a whole number from 1 up.")
    return seconds


def _not_negative(option: str, value: Any) -> int:
    number = int(value)
    if not 0 <= number <= _MOST_RETRIES:
        raise VrgError(f"{option} is not between 0 and {_MOST_RETRIES}.", hint="0 turns retries off.")
    return number
