"""The list of switches itself."""

from __future__ import annotations

from importlib import resources

from vergesim.schema import TABLES
from vergesim.switches import SWITCHES

SOURCES = "".join(
    path.read_text()
    for folder in ("", "fixtures", "http", "query", "rules")
    for path in resources.files("vergesim").joinpath(folder).iterdir()
    if path.name.endswith(".py")
)


def test_every_switch_is_read_somewhere() -> None:
    ways = ('switches["{}"]', 'refuse_by(world, "{}"', 'yield "{}"')
    unread = [name for name in SWITCHES if not any(way.format(name) in SOURCES for way in ways)]
    assert unread == []


def test_every_switch_has_an_alternative_and_names_tables_that_exist() -> None:
    for switch in SWITCHES.values():
        assert switch.alternatives and len(set(switch.values)) == len(switch.values)
        assert set(switch.tables) <= {*TABLES, "*", "node_actions"}, switch.name
        assert switch.section.split()[0].replace(".", "").isdecimal(), switch.name


def test_what_live_runs_saw_is_told_beside_the_default() -> None:
    runs = {"CHG", "COL-P", "SDK", "SDK-T", "TF", "VRG-26.0"}
    measured = {switch.name: switch.measured for switch in SWITCHES.values() if switch.measured}
    assert {each for text in measured.values() for each in text.split(", ")} <= runs
    assert measured["address_outside_range"] == "SDK-T, VRG-26.0"


def test_every_row_of_section_8_that_a_client_can_notice_has_a_switch() -> None:
    covered = {int(s.section.partition("#")[2]) for s in SWITCHES.values() if s.section.startswith("8 #")}
    assert covered == {*range(1, 31), 37, 38, 39, 42, 43}
