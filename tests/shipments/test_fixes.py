"""A reported point is a fix, evidence of a fault, or refused with a code; it never crashes."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.geo.coordinates import wgs84_to_bd09_arrays, wgs84_to_gcj02_arrays
from apps.shipments.choices import PositionUse
from apps.shipments.fixes import Fix, Refusal, first_use, read_fix, to_wgs84

NOW = dt.datetime(2026, 11, 11, 6, 0, tzinfo=dt.UTC)
GOOD: dict[str, Any] = {
    "shipment": "A-1",
    "at": "2026-11-11T05:59:00Z",
    "lat": 30.25,
    "lon": 120.15,
}


def read(**changes: Any) -> Fix | Refusal:
    return read_fix(GOOD | changes, now=NOW)


def test_a_plain_fix_is_read_as_wgs84() -> None:
    fix = read()
    assert isinstance(fix, Fix)
    assert (fix.system, fix.device, fix.accuracy_m) == ("wgs84", "", None)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"lat": float("nan")}, "not_a_number", "lat"),
        ({"lon": "nan"}, "not_a_number", "lon"),
        ({"lat": True}, "not_a_number", "lat"),
        ({"lat": None}, "missing", "lat"),
        ({"lat": 181}, "out_of_range", "lat"),
        ({"lon": -1e300}, "out_of_range", "lon"),
        ({"lat": 10**400}, "not_a_number", "lat"),
        ({"at": "2026-11-11T05:59:00"}, "unreadable_time", "at"),
        ({"at": "gestern"}, "unreadable_time", "at"),
        ({"at": -5}, "time_out_of_range", "at"),
        ({"at": 1e18}, "unreadable_time", "at"),
        ({"at": "9999-01-01T00:00:00Z"}, "time_out_of_range", "at"),
        ({"shipment": ""}, "missing", "shipment"),
        ({"shipment": 7}, "not_text", "shipment"),
        ({"shipment": "x" * 65}, "too_long", "shipment"),
        ({"system": "mars"}, "unknown_system", "system"),
        ({"accuracy_m": -1}, "out_of_range", "accuracy_m"),
        ({"speed": 3}, "unknown_field", "speed"),
    ],
)
def test_what_is_no_fix_is_refused_with_its_code(changes, code, field) -> None:
    assert read(**changes) == Refusal(code, field)


@pytest.mark.parametrize(
    "changes",
    [
        {"lat": 120.15, "lon": 30.25},
        {"lat": 0, "lon": 0},
        {"at": "2027-11-11T05:59:00Z"},
        {"at": "2007-03-28T05:59:00Z"},
        {"lat": 91},
    ],
    ids=["swapped", "zero", "future", "rollover", "beyond the pole"],
)
def test_evidence_of_a_fault_is_kept_and_held(changes) -> None:
    fix = read(**changes)
    assert isinstance(fix, Fix)
    assert first_use(fix, now=NOW) is PositionUse.HELD


def test_a_fix_of_now_is_accepted() -> None:
    fix = read()
    assert isinstance(fix, Fix)
    assert first_use(fix, now=NOW) is PositionUse.ACCEPTED


def test_each_declared_system_leads_to_the_same_place() -> None:
    lat, lon = np.array([30.25]), np.array([120.15])
    given_gcj, given_bd = wgs84_to_gcj02_arrays(lat, lon), wgs84_to_bd09_arrays(lat, lon)
    fixes = [
        read(),
        read(lat=float(given_gcj[0][0]), lon=float(given_gcj[1][0]), system="gcj02"),
        read(lat=float(given_bd[0][0]), lon=float(given_bd[1][0]), system="BD09"),
    ]
    latitude, longitude = to_wgs84([fix for fix in fixes if isinstance(fix, Fix)])
    assert latitude == pytest.approx([30.25] * 3, abs=1e-8)
    assert longitude == pytest.approx([120.15] * 3, abs=1e-8)


def test_the_key_is_of_what_was_said_and_nothing_else() -> None:
    one, same, other = read(), read(), read(lat=30.26)
    keys = [fix.key for fix in (one, same, other) if isinstance(fix, Fix)]
    assert keys[0] == keys[1] != keys[2]
    assert {len(key) for key in keys} == {16}


@given(
    st.one_of(
        st.none(),
        st.text(),
        st.dictionaries(
            st.sampled_from([*GOOD, "system", "device", "accuracy_m", "sequence"]),
            st.one_of(
                st.none(), st.booleans(), st.floats(), st.integers(), st.text(), st.lists(st.none())
            ),
        ),
    )
)
def test_nothing_that_can_be_sent_raises(raw: Any) -> None:
    found = read_fix(raw, now=NOW)
    if isinstance(found, Fix):
        assert math.isfinite(found.latitude)
        assert abs(found.latitude) <= 180
