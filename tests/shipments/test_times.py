"""Times without a zone: which moment they mean, never a day off."""

# ruff: noqa: DTZ001 - local times without a zone are the subject here
from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.shipments.times import read_local, to_utc, zone_for
from apps.shipments.zones import BY_COUNTRY, CHINA, zone_of_country, zone_of_place

ZONES = ["America/New_York", "Europe/London", "Australia/Sydney", "Asia/Shanghai", "Asia/Tokyo"]
locals_ = st.datetimes(dt.datetime(2001, 1, 1), dt.datetime(2099, 12, 31))


def at_edge(zone: str) -> st.SearchStrategy[dt.datetime]:
    """Local times within a few hours of a change of clocks."""
    edges = {
        "America/New_York": [dt.datetime(2026, 3, 8, 2), dt.datetime(2026, 11, 1, 1)],
        "Europe/London": [dt.datetime(2026, 3, 29, 1), dt.datetime(2026, 10, 25, 1)],
        "Australia/Sydney": [dt.datetime(2026, 10, 4, 2), dt.datetime(2026, 4, 5, 2)],
    }[zone]
    minutes = st.integers(-180, 180).map(lambda m: dt.timedelta(minutes=m))
    return st.builds(lambda edge, shift: edge + shift, st.sampled_from(edges), minutes)


zoned_edges = st.sampled_from(ZONES[:3]).flatmap(
    lambda zone: at_edge(zone).map(lambda local: (local, zone))
)


def test_domestic_times_are_china_time() -> None:
    local = read_local("2026-11-22 03:04:05")
    assert local is not None
    assert to_utc(local, CHINA) == dt.datetime(2026, 11, 21, 19, 4, 5, tzinfo=dt.UTC)


@given(locals_, st.sampled_from(ZONES))
def test_the_moment_shown_in_its_zone_is_never_a_day_off(local: dt.datetime, zone: str) -> None:
    shown = to_utc(local, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert abs(shown - local) <= dt.timedelta(hours=1)


@given(zoned_edges)
def test_around_a_change_of_clocks_the_answer_is_one_and_follows_the_rule(
    case: tuple[dt.datetime, str],
) -> None:
    local, zone = case
    moment = to_utc(local, zone)
    assert moment == to_utc(local.replace(fold=1), zone)
    back = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    assert back - local in {dt.timedelta(0), dt.timedelta(hours=1)}


def test_a_repeated_hour_is_the_first_of_the_two() -> None:
    moment = to_utc(dt.datetime(2026, 11, 1, 1, 30), "America/New_York")
    assert moment == dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC)


def test_a_skipped_hour_counts_on_from_before_the_gap() -> None:
    moment = to_utc(dt.datetime(2026, 3, 8, 2, 30), "America/New_York")
    assert moment == dt.datetime(2026, 3, 8, 7, 30, tzinfo=dt.UTC)


@given(locals_)
def test_the_platforms_own_format_is_read_exactly(local: dt.datetime) -> None:
    local = local.replace(microsecond=0)
    assert read_local(local.strftime("%Y-%m-%d %H:%M:%S")) == local


@pytest.mark.parametrize(
    "text", ["2026/11/2 3:04", "2026-11-02 03:04", "2026年11月02日 03:04:00", "2026-11-02T03:04:00"]
)
def test_near_relatives_of_the_format_are_read(text: str) -> None:
    assert read_local(text) == dt.datetime(2026, 11, 2, 3, 4)


@given(st.text(max_size=30))
def test_reading_never_raises(text: str) -> None:
    value = read_local(text)
    assert value is None or value.tzinfo is None


@pytest.mark.parametrize(
    "text", ["", "昨天", "2026-13-01 00:00:00", "0001-01-01 00:00:00", "2026-02-30 10:00:00"]
)
def test_what_is_no_time_is_not_read(text: str) -> None:
    assert read_local(text) is None


def test_a_domestic_carrier_reports_china_time_wherever_the_parcel_is() -> None:
    assert zone_for(carrier="yuantong", location="纽约") == CHINA


def test_an_international_carrier_reports_the_time_of_the_place() -> None:
    assert zone_for(carrier="ups", location="New York, US") == "America/New_York"
    assert zone_for(carrier="dhl", area_name="德国,法兰克福") == "Europe/Berlin"


def test_a_division_of_china_is_china_time_for_everybody() -> None:
    assert zone_for(carrier="ups", area_code="CN310000000000", location="New York") == CHINA


def test_an_unknown_place_abroad_takes_the_zone_of_the_leg() -> None:
    assert zone_for(carrier="ups", location="??", leg_zone="Europe/Paris") == "Europe/Paris"
    assert zone_of_place("美国") == ""
    assert zone_of_country("US") == ""


@pytest.mark.parametrize("zone", sorted(set(BY_COUNTRY.values())))
def test_every_zone_of_the_table_exists(zone: str) -> None:
    assert ZoneInfo(zone).key == zone
