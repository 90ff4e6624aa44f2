from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.module_utils import _units


@given(st.integers(1, 1 << 20))
def test_whole_gib_survives_the_way_there_and_back(number: int) -> None:
    assert _units.WHOLE_GIB.decode(_units.WHOLE_GIB.encode(number)) == number


def test_provisioned_storage_is_floored_like_the_platform_does() -> None:
    assert _units.WHOLE_GIB.decode(int(1.9 * _units.GIB)) == 1


@given(st.integers(2048, 5242880))
def test_every_ram_size_of_the_platform_has_a_number_of_gigabytes(megabytes: int) -> None:
    assert _units.RAM_GB.encode(_units.RAM_GB.decode(megabytes)) == megabytes


@pytest.mark.parametrize(
    ("epoch", "text"), [(0, None), (None, None), (1893456000, "2030-01-01T00:00:00Z"), (1, "1970-01-01T00:00:01Z")]
)
def test_times(epoch: int | None, text: str | None) -> None:
    assert _units.TIME.decode(epoch) == text


@pytest.mark.parametrize(("key", "expected"), [("36", 36), (36, 36), ("ab12", "ab12"), (None, None)])
def test_keys_come_as_text_or_number(key: object, expected: object) -> None:
    assert _units.row_key(key) == expected


@pytest.mark.parametrize("written", ["tenants/5", "/v4/tenants/5"])
def test_owners_are_compared_on_their_last_two_segments(written: str) -> None:
    assert _units.owner_path(written) == "tenants/5"


def test_dedupe_ratio_is_a_ratio() -> None:
    assert _units.RATIO.decode(150) == 1.5
