"""The command `vergesim`."""

from __future__ import annotations

import argparse
import gc
import json
import logging
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from vergesim import __version__
from vergesim.certificates import write_certificates
from vergesim.clock import MODES
from vergesim.http.control import switch_list
from vergesim.http.server import listen, make_server
from vergesim.refusal import Refusal
from vergesim.releases import DEFAULT, RELEASES
from vergesim.simulator import Options, Simulator
from vergesim.switches import SWITCHES
from vergesim.switches.file import read_switches


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vergesim", description="A VergeOS in one process, for testing its clients."
    )
    parser.add_argument(
        "--listen", default="127.0.0.1:8443", metavar="HOST:PORT", help="port 0 takes a free one"
    )
    parser.add_argument("--fixture", default="lab", help="lab, empty, lived or msp:N")
    parser.add_argument(
        "--cert-dir", type=Path, metavar="DIR", help="where the CA and the certificate are written"
    )
    parser.add_argument(
        "--release", choices=RELEASES, default=DEFAULT, help="which VergeOS: its versions and its switches"
    )
    parser.add_argument(
        "--switches", type=Path, metavar="FILE", help='JSON: {"switches": {NAME: VALUE}, "unknown": [NAME]}'
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="settings",
        help="a switch; wins over --switches, which wins over --release",
    )
    parser.add_argument(
        "--step", type=float, default=0.2, metavar="SECONDS", help="time of one transition, 0 at once"
    )
    parser.add_argument("--latency", type=float, default=0.0, metavar="MS", help="added to each answer")
    parser.add_argument(
        "--clock",
        choices=MODES,
        default="real",
        help="manual: moved by /sim/clock only; requests: a second with each request, from the same time on",
    )
    parser.add_argument("--list-switches", action="store_true", help="print every switch and end")
    parser.add_argument("--json", action="store_true", help="with --list-switches: as JSON")
    parser.add_argument("--version", action="version", version=f"vergesim {__version__}")
    return parser


def print_switches(as_json: bool) -> None:
    """Every switch, as a table or as JSON."""
    if as_json:
        print(json.dumps(switch_list(), indent=2))
        return
    heads = ("NAME", "DEFAULT", "ALTERNATIVES", "SECTION", "MEASURED", "MEANING")
    lines = [
        (s.name, s.default, ", ".join(s.alternatives), s.section, s.measured or "-", s.meaning)
        for s in SWITCHES.values()
    ]
    widths = [max(len(line[i]) for line in [heads, *lines]) for i in range(len(heads) - 1)]
    for line in [heads, *lines]:
        print("  ".join([*(text.ljust(width) for text, width in zip(line, widths, strict=False)), line[-1]]))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise Refusal(422, f"--listen takes HOST:PORT, not '{text}'")
    return host.strip("[]") or "127.0.0.1", int(port)


def _settings(given: Sequence[str]) -> dict[str, str]:
    settings = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise Refusal(422, f"--set takes NAME=VALUE, not '{each}'")
        settings[name] = value
    return settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the simulator until it is told to end."""
    given = _parser().parse_args(arguments)
    if given.list_switches:
        print_switches(given.json)
        return 0
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    try:
        if given.step < 0 or given.latency < 0:
            raise Refusal(422, "--step and --latency are numbers from 0 on")
        host, port = _address(given.listen)
        options = Options(
            fixture=given.fixture,
            step=given.step,
            latency=given.latency / 1000,
            clock=given.clock,
            release=given.release,
            switches={
                **(read_switches(given.switches) if given.switches else {}),
                **_settings(given.settings),
            },
        )
        simulator = Simulator(options)
        gc.freeze()  # The fixture stays; the collector need not walk it with every create.
        listener = listen(host, port)
    except (Refusal, OSError) as error:
        print(f"vergesim: {error}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="vergesim-") as scratch:
        return _serve(simulator, listener, host, given.cert_dir or Path(scratch))


def _serve(simulator: Simulator, listener: socket.socket, host: str, folder: Path) -> int:
    files = write_certificates(folder, host)
    port = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host

    def ready() -> None:
        credentials = simulator.options.credentials
        line = {
            "url": f"https://{shown}:{port}",
            "host": f"{shown}:{port}",
            "ca_path": str(files.ca.absolute()),
            "username": credentials.username,
            "password": credentials.password,
            "api_key": credentials.api_key,
        }
        print(json.dumps(line), flush=True)

    server = make_server(simulator, str(files.certificate), str(files.key), ready)
    server.run(sockets=[listener])
    return 0
