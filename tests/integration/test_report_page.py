"""The page of the role estate_report in a real browser: nothing overflows, overlaps or is cut, and all can be read.
And where it is written to.

REPORT_SHOTS=folder pytest tests/integration/test_report_page.py     keeps the screenshots there
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, sync_playwright

from support import environment
from vergesim_process import Vergesim

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
NAMES = {
    1: '<b>bold</b> & "quoted" {{ 7 * 7 }} {% raw %}',
    2: "=cmd|' /C calc'!A0",
    6: "a-name-of-one-hundred-and-twenty-characters-" + "x" * 76,
    7: "株式会社 例 – Ünïcödé 🚀",
}
#: Screen sizes, and an A4 page within its margins.
VIEWS = [(1280, "light", "screen"), (1280, "dark", "screen"), (390, "light", "screen"), (390, "dark", "screen")]
VIEWS += [(320, "light", "screen"), (768, "light", "screen"), (688, "light", "print")]

#: What is wrong with the page that is shown, as sentences.
MEASURE = r"""
() => {
  const wrong = [], width = document.documentElement.clientWidth;
  const tell = (what, element) => wrong.push(`${what}: <${element.tagName} class="${element.getAttribute('class')}"> ` +
    element.textContent.trim().replace(/\s+/g, ' ').slice(0, 80));
  const hidden = element => element.closest('title, style, head') || getComputedStyle(element).clipPath !== 'none' ||
    (element.closest('thead') && getComputedStyle(element.closest('thead')).clipPath !== 'none');
  if (document.documentElement.scrollWidth > width) wrong.push('the page scrolls');
  for (const element of document.body.querySelectorAll('*')) {
    if (hidden(element)) continue;
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    if (box.width && (box.left < -0.5 || box.right > width + 0.5)) tell('beyond the page', element);
    const within = !element.closest('svg') && element.parentElement.closest('td, th, .card, .headline div');
    const right = within && within.getBoundingClientRect().right - parseFloat(getComputedStyle(within).paddingRight);
    if (within && box.right > right + 1) tell('beyond its box', element);
    if (style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1) tell('cut', element);
    if (style.overflowY !== 'visible' && element.scrollHeight > element.clientHeight + 1) tell('cut', element);
  }

  const colour = text => { const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number); return {r, g, b, a}; };
  const linear = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = c => { const [r, g, b] = [c.r, c.g, c.b].map(linear);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = element => { for (let e = element; e; e = e.parentElement) {
    const c = colour(getComputedStyle(e).backgroundColor); if (c.a === 1) return c; }
    return {r: 255, g: 255, b: 255}; };
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.data.trim() || hidden(element)) continue;
    const [one, two] = [light(colour(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
    if ((one + 0.05) / (two + 0.05) < 4.5) tell('hard to read', element);
    const range = document.createRange(); range.selectNodeContents(node);
    for (const box of range.getClientRects()) texts.push({box, element});
    for (const word of element.closest('.card, .headline, thead') ? node.data.matchAll(/\S+/g) : []) {
      range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length);
      const tops = [...range.getClientRects()].map(box => box.top);
      if (Math.max(...tops) - Math.min(...tops) > 4) tell(`broken, ${word[0]}`, element);
    }
  }
  const letters = element => parseFloat(getComputedStyle(element).fontSize);
  for (const element of document.querySelectorAll('table :is(.quiet, .problem, .partial, .pill)')) {
    if (letters(element) > letters(element.closest('td, th'))) tell('larger than the text that it belongs to', element);
  }
  texts.sort((a, b) => a.box.top - b.box.top);
  for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
    const a = texts[i].box, b = texts[j].box;
    // Lines of text may touch: their boxes are higher than their letters.
    if (b.top > a.bottom - 4) break;
    if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1) tell('overlaps', texts[j].element);
  }
  return {wrong, texts: texts.length};
}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A report of a hundred tenants, and of a system that is not there."""
    folder = tmp_path_factory.mktemp("report")
    with Vergesim("msp:100") as sim:
        for key, name in NAMES.items():
            sim.control("PUT", f"/sim/tables/tenants/{key}", {"name": name})
        hosts = {"Zürich <1>": {"vergeos_host": sim.ready["host"]}, "nowhere": {"vergeos_host": "127.0.0.1:1"}}
        (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}, allow_unicode=True))
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(folder / "hosts.yml")]
        command += [str(ROOT / "playbooks/estate_report.yml"), "-e", "estate_report_hosts=all"]
        told = subprocess.run(
            [*command, "-e", f"estate_report_folder={folder}"],
            env={**environment(), **sim.connection()},
            capture_output=True,
            text=True,
            check=False,
        )
    # The system that cannot be read fails, after the report is written.
    assert told.returncode == 2 and "127.0.0.1:1" in told.stdout, told.stdout[-3000:] + told.stderr[-1000:]
    assert "The report names it, and tells of the rest." in told.stdout
    assert re.search(r"ok=\d+ .*failed=0.*\n.*failed=1", told.stdout.split("PLAY RECAP")[1]), told.stdout[-500:]
    yield folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize(("width", "scheme", "media"), VIEWS)
def test_nothing_overflows_overlaps_or_is_cut(
    folder: Path, browser: Browser, width: int, scheme: Any, media: Any
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.emulate_media(media=media, color_scheme=scheme)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((folder / "estate.html").as_uri())
    shots = Path(os.environ.get("REPORT_SHOTS", folder))
    page.screenshot(path=shots / f"{width}-{scheme}-{media}.png", full_page=True)
    found = page.evaluate(MEASURE)
    page.close()
    assert found["wrong"] == []
    assert found["texts"] > 1000
    assert requests == [(folder / "estate.html").as_uri()]


def test_every_name_is_shown_as_it_is(folder: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto((folder / "estate.html").as_uri())
    names = page.locator("tbody .name").all_text_contents()
    assert len(names) == 100 and set(NAMES.values()) <= set(names)
    assert page.locator("h2").all_text_contents()[-2:] == ["Zürich <1>", "nowhere"]
    # Every picture says what it shows, every cell stands under a heading.
    assert page.locator("svg[role=img] > title").count() == page.locator("svg").count() > 200
    assert page.get_by_role("columnheader").count() == 5
    assert page.get_by_role("rowheader").count() == 100
    page.close()


def test_the_measuring_finds_what_is_wrong(folder: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto((folder / "estate.html").as_uri())
    spoil = "h1 { min-width: 500px } .name { margin-bottom: -20px } .quiet { color: #999 } .pill { font-size: 2rem }"
    page.add_style_tag(
        content=spoil
        + ".name { overflow: hidden; white-space: nowrap } .pairs { width: 120% } .card dt { width: 1rem }"
    )
    wrong = "\n".join(page.evaluate(MEASURE)["wrong"])
    kinds = ["the page scrolls", "beyond the page", "beyond its box", "overlaps", "cut", "hard to read"]
    kinds += ["broken", "larger than"]
    assert [kind for kind in kinds if kind not in wrong] == []
    page.close()


def write(folder: str, home: Path, *options: str) -> str:
    """Report on a system that is not there, from the folder ``home/work``."""
    work = home / "work"
    work.mkdir(exist_ok=True)
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "vergeio.vrg.estate_report", *options]
    told = subprocess.run(
        [*command, "-e", "vergeos_host=127.0.0.1:1 vergeos_api_key=none", "-e", f"estate_report_folder={folder}"],
        # The shell's own word for where it is may be an old one.
        env={**environment(), "HOME": str(home), "PWD": "/", "REPORTS": "by-variable"},
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout


@pytest.mark.parametrize(
    ("folder", "there"),
    [
        ("reports", "work/reports"),
        ("~/$REPORTS", "by-variable"),
    ],
)
def test_a_folder_is_where_a_shell_would_find_it(tmp_path: Path, folder: str, there: str) -> None:
    first, again = (write(folder, tmp_path, "-e", "estate_report_fail_on_unreadable=false") for _run in range(2))
    assert "changed=4 " in first and "failed=0" in first, first[-2000:]
    assert "changed=0 " in again and "failed=0" in again, again[-2000:]
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("estate*")}
    assert found == {f"{there}/estate{name}" for name in (".html", ".json", "_capacity.csv", "_tenants.csv")}


def test_check_mode_does_not_say_that_it_wrote(tmp_path: Path) -> None:
    told = write("reports", tmp_path, "--check")
    assert "failed=1" in told and "127.0.0.1:1" in told
    assert "The report names it" in told and "written" not in told
    assert list(tmp_path.rglob("estate*")) == []
