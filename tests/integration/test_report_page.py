"""The page of the role estate_report in a real browser: nothing overflows, overlaps or is cut, and all can be read.
And where it is written to.

REPORT_SHOTS=folder pytest tests/integration/test_report_page.py     keeps the screenshots and the printed page there
make report-pictures                                                 makes those of the documentation
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page, sync_playwright

from support import environment
from vergesim_process import Vergesim

pytestmark = pytest.mark.journey

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
  const hidden = element => element.closest('title, style, head, script') || !element.checkVisibility();
  if (document.documentElement.scrollWidth > width) wrong.push('the page scrolls');
  for (const element of document.body.querySelectorAll('*')) {
    if (hidden(element)) continue;
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    if (box.width && (box.left < -0.5 || box.right > width + 0.5)) tell('beyond the page', element);
    const within = !element.closest('svg') && element.parentElement.closest('summary > *, .card, .headline div');
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
    for (const word of element.closest('.card, .headline, .attention h2') ? node.data.matchAll(/\S+/g) : []) {
      range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length);
      const tops = [...range.getClientRects()].map(box => box.top);
      if (Math.max(...tops) - Math.min(...tops) > 4) tell(`broken, ${word[0]}`, element);
    }
  }
  const letters = element => parseFloat(getComputedStyle(element).fontSize);
  for (const element of document.querySelectorAll('summary :is(.quiet, .problem, .partial, .pill)')) {
    if (letters(element) > letters(element.closest('summary'))) tell('larger than its own text', element);
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


PRICES = {"currency": "EUR", "ram_gb": "4.50", "core": 2, "address": "3", "tiers": {"1": 0.1, "3": "0.03"}}
#: What is done to the system, past every rule: a table, a key, and columns.
TENANT, REDUCED, DRIVE = 5, 9, 3


def spoil(sim: Vergesim) -> None:
    """Have one of each kind of fault, beside those that the system has from the start."""
    for tenant, status, state in ((TENANT, "error", "error"), (REDUCED, "reduced", "warning")):
        (row,) = [row for row in sim.rows("tenant_status") if row["tenant"] == tenant]
        sim.control("PUT", f"/sim/tables/tenant_status/{row['$key']}", {"status": status, "state": state})
    (tier,) = [row for row in sim.rows("storage_tiers") if row["tier"] == 1]
    sim.control("PUT", f"/sim/tables/storage_tiers/{tier['$key']}", {"used": tier["capacity"] * 81 // 100})
    sim.control("PUT", f"/sim/tables/machine_drive_phys/{DRIVE}", {"vsan_write_errors": 7})
    snapshot = sim.rows("cloud_snapshots")[0]
    late = {"expires": int(sim.control("GET", "/sim/clock")["now"]) - 3600}
    sim.control("PUT", f"/sim/tables/cloud_snapshots/{snapshot['$key']}", late)
    alarm = {"owner": "nodes/2", "owner_type": "nodes", "alarm_type": "fabric_path", "level": "warning"}
    sim.control("POST", "/sim/tables/alarms", {**alarm, "status": "No path between nodes"})


def ailing(sim: Vergesim) -> set[tuple[str, str]]:
    """What needs attention by the tables, as kind and object, and alarms by what they say."""
    names = {row["$key"]: row["name"] for row in sim.rows("tenants") if not row["is_snapshot"]}
    now = int(sim.control("GET", "/sim/clock")["now"])
    drives = {row["$key"]: row for row in sim.rows("machine_drives")}
    nodes = {row["machine"]: row["name"] for row in sim.rows("nodes")}

    def place(row: Any) -> str:
        drive = drives[row["parent_drive"]]
        return f"{nodes[drive['machine']]}/{drive['name']}"

    return {
        *(
            ("tenant", names[row["tenant"]])
            for row in sim.rows("tenant_status")
            if row["tenant"] in names and row["status"] in ("error", "nodesoffline", "reduced")
        ),
        *(
            ("tier", f"tier {row['tier']}")
            for row in sim.rows("storage_tiers")
            if row["capacity"] and row["used"] >= 0.8 * row["capacity"]
        ),
        *(
            ("drive", place(row))
            for row in sim.rows("machine_drive_phys")
            if row["vsan_read_errors"] + row["vsan_write_errors"] + row["vsan_repairing"] or row["wear_level"] >= 90
        ),
        *(("snapshot", row["name"]) for row in sim.rows("cloud_snapshots") if 0 < row["expires"] < now - 300),
        *(("alarm", row["status"]) for row in sim.rows("alarms") if row["snooze"] <= now),
    }


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, set[tuple[str, str]]]]:
    """A report of three hundred tenants with faults, and of a system that is not there; and what ails by the tables."""
    folder = tmp_path_factory.mktemp("report")
    with Vergesim("msp:300", 0) as sim:
        for key, name in NAMES.items():
            sim.control("PUT", f"/sim/tables/tenants/{key}", {"name": name})
        spoil(sim)
        hosts = {"Zürich <1>": {"vergeos_host": sim.ready["host"]}, "nowhere": {"vergeos_host": "127.0.0.1:1"}}
        (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}, allow_unicode=True))
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(folder / "hosts.yml")]
        command += [str(ROOT / "playbooks/estate_report.yml"), "-e", "estate_report_hosts=all"]
        given = {"estate_report_prices": PRICES, "estate_report_tenant_pages": [NAMES[7]]}
        told = subprocess.run(
            [*command, "-e", f"estate_report_folder={folder}", "-e", json.dumps(given)],
            env={**environment(), **sim.connection(), "ANSIBLE_SHOW_CUSTOM_STATS": "true"},
            capture_output=True,
            text=True,
            check=False,
        )
        expected = ailing(sim)
    # The system that cannot be read fails, after the report is written.
    assert told.returncode == 2 and "127.0.0.1:1" in told.stdout, told.stdout[-3000:] + told.stderr[-1000:]
    assert "The report names it, and tells of the rest." in told.stdout
    assert re.search(r"ok=\d+ .*failed=0.*\n.*failed=1", told.stdout.split("PLAY RECAP")[1]), told.stdout[-500:]
    assert re.search(
        r"1 of 2 systems read; 300 tenants, \d+ online; \d+ red and \d+ amber problems; 1 not read; EUR", told.stdout
    )
    assert '"verdict": "red"' in told.stdout.split("CUSTOM STATS")[1]
    yield folder, expected


@pytest.fixture(scope="module")
def folder(report: tuple[Path, set[tuple[str, str]]]) -> Path:
    return report[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def new_page(browser: Browser, **how: Any) -> Page:
    """A page with the time that a busy machine takes."""
    page = browser.new_context(**how).new_page()
    page.set_default_timeout(300_000)
    return page


@pytest.mark.parametrize(("width", "scheme", "media"), VIEWS)
def test_F44_nothing_overflows_overlaps_or_is_cut(
    folder: Path, browser: Browser, width: int, scheme: Any, media: Any
) -> None:
    page = new_page(browser, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.emulate_media(media=media, color_scheme=scheme)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((folder / "estate.html").as_uri())
    # One tenant of each page of the list is open.
    page.evaluate(
        "document.querySelectorAll('#tenants > li:nth-child(50n + 2) details').forEach(one => one.open = true)"
    )
    shots = Path(os.environ.get("REPORT_SHOTS", folder))
    page.screenshot(path=shots / f"{width}-{scheme}-{media}.png", full_page=True)
    found = page.evaluate(MEASURE)
    page.close()
    assert found["wrong"] == []
    assert found["texts"] > 1000
    assert requests == [(folder / "estate.html").as_uri()]


def test_F44_what_needs_attention_comes_first_with_its_object_and_nothing_else_does(
    report: tuple[Path, set[tuple[str, str]]], browser: Browser
) -> None:
    folder, expected = report
    page = new_page(browser)
    page.goto((folder / "estate.html").as_uri())
    rows = page.locator(".problems li")
    found = set()
    for row in rows.all():
        kind, says = row.get_attribute("data-kind"), str(row.locator(".what").text_content())
        name = str(row.get_attribute("data-object"))
        assert all(part in says for part in name.split("/"))
        found.add((kind, says.removeprefix(f"{name}: ") if kind == "alarm" else name))
    assert found == expected and rows.count() == len(expected) > 20
    kinds = {kind for kind, _name in expected}
    assert kinds == {"tenant", "tier", "drive", "snapshot", "alarm"}
    first = page.evaluate("document.querySelector('main').firstElementChild.className")
    assert first == "attention error"
    page.close()


def test_every_name_is_shown_as_it_is_and_without_a_script(folder: Path, browser: Browser) -> None:
    page = new_page(browser, java_script_enabled=False)
    page.goto((folder / "estate.html").as_uri())
    names = page.locator("#tenants .name").all_text_contents()
    assert len(names) == 300 and set(NAMES.values()) <= set(names)
    assert page.locator("#tenants > li:visible").count() == 300 and not page.locator("#tools").is_visible()
    page.locator("#tenants summary").first.click()
    assert page.locator("#tenants .detail").first.is_visible()
    assert page.locator("h2").all_text_contents()[-2].startswith("nowhere")
    # Every picture says what it shows.
    assert page.locator("svg[role=img] > title").count() == page.locator("svg").count() > 600
    page.pdf(path=Path(os.environ.get("REPORT_SHOTS", folder)) / "printed.pdf", format="A4")
    page.close()


def test_tenants_are_searched_filtered_and_sorted(folder: Path, browser: Browser) -> None:
    page = new_page(browser)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.goto((folder / "estate.html").as_uri())
    shown = page.locator("#tenants > li:visible")
    assert shown.count() == 100 and "300 of 300 tenants, the first 100 shown" in page.locator("#count").inner_text()
    page.locator("#more").click()
    assert shown.count() == 300 and not page.locator("#more").is_visible()
    page.fill("[name=search]", "株式会社 zürich")
    assert page.locator("#tenants > li:visible .name").all_text_contents() == [NAMES[7]]
    page.fill("[name=search]", "")
    page.select_option("[name=which]", "attention")
    assert 2 < shown.count() < 100
    page.select_option("[name=which]", "all")
    page.select_option("[name=sort]", "amount")
    amounts = [float(one) for one in shown.evaluate_all("rows => rows.map(row => row.dataset.amount)")]
    assert amounts == sorted(amounts, reverse=True) and amounts[0] > amounts[-1]
    assert errors == []
    page.close()


def test_a_name_runs_nothing(folder: Path, browser: Browser) -> None:
    """Were one not made safe, the page's own policy would still keep it from running."""
    page = new_page(browser)
    spoiled = folder / "spoiled.html"
    told = (folder / "estate.html").read_text()
    spoiled.write_text(told.replace("<main>", "<main><script>document.title = 'run'</script>"))
    page.goto(spoiled.as_uri())
    assert page.title().startswith("VergeOS estate")
    page.close()


def test_the_page_of_a_tenant_has_nothing_of_others(folder: Path, browser: Browser) -> None:
    page = new_page(browser, viewport={"width": 390, "height": 900})
    page.goto((folder / "estate.html").as_uri())
    (link,) = page.locator("#tenants a").all()
    page.goto((folder / str(link.get_attribute("href"))).as_uri())
    assert page.locator("h1").text_content() == NAMES[7]
    assert page.evaluate(MEASURE)["wrong"] == []
    text = page.locator("body").inner_text()
    assert "tenant-0" not in text and "Zürich" not in text and "EUR" in text
    page.close()


def test_the_invoice_is_the_same_in_each_form(folder: Path, browser: Browser) -> None:
    bill = json.loads((folder / "estate_invoice.json").read_text())
    with open(folder / "estate_invoice.csv", newline="") as file:
        cells = list(csv.DictReader(file))
    assert [[str(line[name]) for name in cells[0]] for line in bill["lines"]] == [
        [cell.removeprefix("'") for cell in row.values()] for row in cells if row["amount"]
    ]
    page = new_page(browser)
    page.goto((folder / "estate.html").as_uri())
    shown = page.locator("#tenants .total strong").all_text_contents()
    assert shown == [f"EUR {one['amounts']['EUR']}" for one in bill["tenants"]]
    page.close()


#: Pictures of the documentation: their width, colours, what they begin with, and their height.
PICTURES = {
    "estate_report": (1280, "light", ".top", 1750),
    "estate_report_tenants": (1280, "dark", "#all-tenants", 1150),
    "estate_report_phone": (390, "light", ".headline", 1300),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures(folder: Path, browser: Browser, name: str) -> None:
    width, scheme, begin, height = PICTURES[name]
    page = new_page(browser, viewport={"width": width, "height": 900}, color_scheme=scheme)
    # As of a system that is there, and with names that anybody can read.
    page.goto((folder / "estate.html").as_uri())
    page.evaluate("document.querySelectorAll('#tenants > li:nth-child(3) details').forEach(one => one.open = true)")
    top = page.evaluate("name => document.querySelector(name).getBoundingClientRect().top + scrollY - 40", begin)
    picture = Path(os.environ.get("REPORT_PICTURES", folder)) / f"{name}.png"
    page.screenshot(path=picture, full_page=True, clip={"x": 0, "y": max(top, 0), "width": width, "height": height})
    page.close()
    assert 10_000 < picture.stat().st_size < 400_000


def test_the_measuring_finds_what_is_wrong(folder: Path, browser: Browser) -> None:
    page = new_page(browser, viewport={"width": 390, "height": 900})
    page.goto((folder / "estate.html").as_uri())
    spoil = "h1 { min-width: 500px } .name { margin-bottom: -20px } .quiet { color: #999 } .pill { font-size: 2rem }"
    page.add_style_tag(
        content=spoil
        + ".name { overflow: hidden; white-space: nowrap; display: block; max-width: 50px } .use { width: 150% }"
        + " .card dt { width: 1rem } .card .bars { width: 140% } .bars strong { margin-top: -20px }"
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
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "vergeio.vrg.estate_report"]
    told = subprocess.run(
        [*command, "-e", f"estate_report_folder={folder}", *options]
        + ["-e", "vergeos_host=127.0.0.1:1 vergeos_api_key=none"],
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
    assert "changed=2 " in first and "failed=0" in first, first[-2000:]
    assert "changed=0 " in again and "failed=0" in again, again[-2000:]
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("estate*")}
    (month,) = {Path(path).parent.name for path in found} - {Path(there).name}
    files = [f"estate{name}" for name in (".html", ".json", "_capacity.csv", "_tenants.csv")]
    assert found == {f"{there}/{name}" for name in files} | {f"{there}/{month}/{name}" for name in files}


@pytest.mark.parametrize("folder", ["", " ", None])
def test_without_a_folder_nothing_is_read_nor_written(tmp_path: Path, folder: str | None) -> None:
    told = write("x", tmp_path, "-e", json.dumps({"estate_report_folder": folder}))
    assert "failed=1" in told and "estate_report_folder" in told and "127.0.0.1:1" not in told, told[-2000:]
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize("blank", [None, "", " "])
def test_what_a_survey_leaves_blank_is_not_given(tmp_path: Path, blank: str | None) -> None:
    names = ("period", "prices", "tenant_pages", "fail_on_unreadable", "mode")
    told = write("reports", tmp_path, "-e", json.dumps({f"estate_report_{name}": blank for name in names}))
    assert "failed=1" in told and "The report names it" in told, told[-2000:]
    assert (tmp_path / "work/reports/estate.json").stat().st_mode & 0o777 == 0o640


def test_check_mode_does_not_say_that_it_wrote(tmp_path: Path) -> None:
    told = write("reports", tmp_path, "--check")
    assert "failed=1" in told and "127.0.0.1:1" in told
    assert "The report names it" in told and "written" not in told
    assert list(tmp_path.rglob("estate*")) == []


def test_F33_what_was_read_is_kept_where_a_part_or_a_system_is_not_read_later(tmp_path: Path) -> None:
    def run(*options: str) -> str:
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(tmp_path / "hosts.yml")]
        command += ["vergeio.vrg.estate_report", "-e", "estate_report_hosts=all", *options]
        told = subprocess.run(
            [*command, "-e", f"estate_report_folder={tmp_path / 'reports'}"],
            env={**environment(), **sim.connection()},
            capture_output=True,
            text=True,
            check=False,
        )
        return told.stdout

    def system(name: str) -> Any:
        report = json.loads((tmp_path / "reports/estate.json").read_text())
        return next(found for found in report["systems"] if found["name"] == name)

    with Vergesim("lived", 0) as sim:
        hosts = {name: {"vergeos_host": sim.ready["host"]} for name in ("cloud-a", "cloud-b")}
        (tmp_path / "hosts.yml").write_text(json.dumps({"all": {"hosts": hosts}}))
        assert "failed=0" in run()
        before = system("cloud-a")
        assert before["tenants"][0]["p95"] and before["not_read"] == []
        # The history is not answered; everything else is, of one system.
        fault = {"kind": "status", "table": "tenant_stats_history_long", "method": "GET", "status": 500, "times": 0}
        sim.control("POST", "/sim/faults", fault)
        told = run("--limit", "cloud-a")
        assert "failed=1" in told and "statistics: Could not read tenant stats history long" in told, told[-3000:]
        after, other = system("cloud-a"), system("cloud-b")
        assert [found["part"] for found in after["not_read"]] == ["statistics"] and after["old"].keys() == {
            "trend",
            "forecast",
        }
        assert [row["p95"] for row in after["tenants"]] == [row["p95"] for row in before["tenants"]]
        assert after["trend"] == before["trend"] and after["clusters"][0]["ram"]["promised_gb"]
        assert other["tenants"] and "not part of the last run" in other["error"]
    # And now it is not there at all.
    assert "failed=2" in (told := run()) or told.count("failed=1") == 2, told[-2000:]
    assert [row["p95"] for row in system("cloud-a")["tenants"]] == [row["p95"] for row in before["tenants"]]
