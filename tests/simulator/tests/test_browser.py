"""The page in headless Chromium (Debian package chromium)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from driver import Server


def chromium(server: Server, folder: Path, *options: str) -> str:
    """What Chromium makes of the page after three seconds of its own time."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors"]
    # It would otherwise look for updates and services of its maker.
    command += [
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    command += [f"--user-data-dir={folder}", "--virtual-time-budget=3000", *options]
    done = subprocess.run(
        [*command, server.ready["url"] + "/sim/"], capture_output=True, text=True, timeout=90, check=True
    )
    return done.stdout


def test_the_page_shows_what_there_is(server: Server, tmp_path: Path) -> None:
    server.sim("POST", "reset", json={"fixture": "msp:30"})
    server.api("POST", "tenants", json={"name": "<b>bold</b>"})
    server.api("GET", "tenants", params={"fields": "name"})
    page = chromium(server, tmp_path, "--dump-dom")
    tables = dict(re.findall(r'<table id="(\w+)">(.*?)</table>', page, re.DOTALL))
    assert tables["tenants"].count("<tr>") == 1 + 31
    assert 'class="reduced">reduced<' in tables["tenants"] and "&lt;b&gt;bold" in tables["tenants"]
    assert tables["nodes"].count('class="running"') == 6
    assert tables["tiers"].count("<tr>") == 1 + 3
    assert tables["requests"].index("GET") < tables["requests"].index("POST")
    assert re.search(r'id="lost"[^>]*></small>', page)


def test_dark_and_light_differ(server: Server, tmp_path: Path) -> None:
    shots = []
    for number, scheme in enumerate(("1", "0")):
        shot = tmp_path / f"{number}.png"
        chromium(server, tmp_path, f"--blink-settings=preferredColorScheme={scheme}", f"--screenshot={shot}")
        shots.append(shot.read_bytes())
    assert shots[0] != shots[1]
