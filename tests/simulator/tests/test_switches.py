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
    unread = [name for name in SWITCHES if f'switches["{name}"]' not in SOURCES]
    assert unread == []


def test_every_switch_has_an_alternative_and_names_tables_that_exist() -> None:
    for switch in SWITCHES.values():
        assert switch.alternatives and len(set(switch.values)) == len(switch.values)
        assert set(switch.tables) <= {*TABLES, "*", "node_actions"}, switch.name
        assert switch.section.split()[0].replace(".", "").isdecimal(), switch.name


def test_every_row_of_section_8_that_a_client_can_notice_has_a_switch() -> None:
    covered = {int(s.section.partition("#")[2]) for s in SWITCHES.values() if s.section.startswith("8 #")}
    assert covered == set(range(1, 29))
