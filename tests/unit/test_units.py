from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.module_utils._model import units


@given(st.integers(1, 1 << 20))
def test_whole_gib_survives_the_way_there_and_back(number: int) -> None:
    assert units.WHOLE_GIB.decode(units.WHOLE_GIB.encode(number)) == number


def test_provisioned_storage_is_floored_like_the_platform_does() -> None:
    assert units.WHOLE_GIB.decode(int(1.9 * units.GIB)) == 1


@given(st.integers(2048, 5242880))
def test_every_ram_size_of_the_platform_has_a_number_of_gigabytes(megabytes: int) -> None:
    assert units.RAM_GB.encode(units.RAM_GB.decode(megabytes)) == megabytes


@pytest.mark.parametrize(
    ("epoch", "text"), [(0, None), (None, None), (1893456000, "2030-01-01T00:00:00Z"), (1, "1970-01-01T00:00:01Z")]
)
def test_times(epoch: int | None, text: str | None) -> None:
    assert units.TIME.decode(epoch) == text


@pytest.mark.parametrize("epoch", [10**30, -(10**30), 10**13])
def test_a_time_that_no_calendar_has_is_never(epoch: int) -> None:
    assert units.TIME.decode(epoch) is None


@pytest.mark.parametrize(
    ("text", "epoch"),
    [
        ("2026-11-01", 1_793_491_200),
        ("2026-11-01T12:00:00Z", 1_793_534_400),
        ("2026-11-01 12:00", 1_793_534_400),
        ("2026-11-01T13:00:00.500+01:00", 1_793_534_400),
        (" 2026-11-01T07:00:00-05:00 ", 1_793_534_400),
        ("1793534400", 1_793_534_400),
        ("3d", 2_000_000_000 - 259_200),
        ("12h", 2_000_000_000 - 43_200),
        ("90m", 2_000_000_000 - 5_400),
        ("30s", 2_000_000_000 - 30),
        ("1w", 2_000_000_000 - 604_800),
        ("999999999w", 0),
    ],
)
def test_F47_moments(text: str, epoch: int) -> None:
    assert units.moment_of(text, 2_000_000_000) == epoch


@pytest.mark.parametrize(
    "text",
    [
        *("20261125", "0", "999999999", "100000000000", "9" * 5000, "١٧٩٣٥٣٤٤٠٠", "1793534400.5", "1e10"),
        *("inf", "-inf", "nan", "", " ", "d", "3", "3x", "3 d", "1d2h", "-3d", "1234567890d", "٣d"),
        # Newer Pythons read these, older ones do not.
        *("2026-W45", "2026-305", "20261101T120000", "2026-11-01T12", "2026-11-01T12:00:00.5"),
        *("2026-13-01", "2026-02-30", "2026-11-01T25:00", "2026-11-01T12:00:00+99:00", "0000-01-01"),
    ],
)
def test_F47_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        units.moment_of(text, 2_000_000_000)


@given(st.text(max_size=30))
def test_F47_any_text_is_a_moment_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(units.moment_of(text, 2_000_000_000), int)


@given(st.datetimes(timezones=st.just(timezone.utc)).map(lambda moment: moment.replace(microsecond=0)))
def test_a_time_is_read_as_it_is_written(moment: datetime) -> None:
    epoch = int(moment.timestamp())
    written = units.iso_utc(epoch)
    assert written is None if epoch == 0 else units.epoch_of(moment.isoformat()) == epoch


@pytest.mark.parametrize("value", [None, True, "5", float("nan"), float("inf"), float("-inf"), 2**64, 10**400, [], {}])
def test_F28_what_is_no_number(value: object) -> None:
    assert not units.INTEGER.accepts(value)


@pytest.mark.parametrize("value", [0, -1, 1.5, 2**63, -(2**63)])
def test_F28_what_is_a_number_can_be_shown(value: float) -> None:
    shown = [units.INTEGER, units.PERCENT, units.RAM_GB, units.USED_RAM_GB, units.WHOLE_GIB, units.USED_GIB, units.TIME]
    assert all(codec.accepts(value) for codec in shown)
    assert [codec.decode(value) for codec in shown]


@pytest.mark.parametrize(
    ("codec", "name", "key"),
    [
        (units.RAM_GB, "ram_gb", "ram_mb"),
        (units.USED_GIB, "used_gb", "used_bytes"),
        (units.PERCENT, "cpu_percent", "cpu_pct"),
        (units.INTEGER, "cores", "cores"),
        (units.TEXT, "thing_gb", "thing_gb"),
    ],
)
def test_a_row_key_names_the_unit_that_the_platform_uses(codec: units.Codec, name: str, key: str) -> None:
    assert codec.row_key(name) == key


@pytest.mark.parametrize(
    ("codec", "written", "usual"),
    [
        (units.ADDRESS, "2001:DB8::0001", "2001:db8::1"),
        (units.ADDRESS, "nothing", "nothing"),
        (units.ADDRESS, None, ""),
        (units.BLOCK, "2001:DB8::/32", "2001:db8::/32"),
        (units.BLOCK, "192.0.2.1/24", "192.0.2.1/24"),
        (units.HOSTNAME, " Web.Example.com. ", "web.example.com"),
        (units.OWNER, "/v4/tenants/5", "tenants/5"),
        (units.OWNER, None, None),
    ],
)
def test_spellings_of_one_value(codec: units.Codec, written: object, usual: object) -> None:
    assert (codec.spelling or codec.decode)(written) == usual


@pytest.mark.parametrize(
    ("size", "shown"), [(10**10, 9.31), (units.GIB, 1.0), ("1073741824", 1.0), (1, 0.0), (None, 0.0)]
)
def test_bytes_are_gib_with_two_digits_after_the_point(size: object, shown: float) -> None:
    assert units.gib(size) == shown and units.gib(size, 1) == round(shown, 1)


@pytest.mark.parametrize(("size", "shown"), [(1234, 1.21), (1024, 1.0), (None, 0.0)])
def test_megabytes_are_gb_with_two_digits_after_the_point(size: object, shown: float) -> None:
    assert units.gb(size) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(1, 3, 33.3), (0, 0, 0.0), (None, 5, 0.0), (5, None, 0.0), (3, 2, 150.0)]
)
def test_percents(part: object, whole: object, shown: float) -> None:
    assert units.percent(part, whole) == shown


@pytest.mark.parametrize(("value", "shown"), [(None, "-"), (2, "2"), (2.0, "2"), (2.55, "2.5"), (5120, "5120")])
def test_figures(value: object, shown: str) -> None:
    assert units.figure(value) == shown
