"""Risk and partition months: small pure rules."""

# ruff: noqa: DTZ001 - hypothesis wants naive bounds and adds the zone itself
from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from apps.shipments.choices import TERMINAL_STATUSES, ShipmentStatus, Substatus
from apps.shipments.months import add_months, month_of, months_between, next_month, partition_name
from apps.shipments.risk import risk_of, silence_threshold

statuses = st.sampled_from(ShipmentStatus.values())
hours = st.integers(0, 10_000)


@given(statuses, st.sampled_from(Substatus.values()), hours)
def test_risk_lies_between_0_and_100(status: str, substatus: str, silent: int) -> None:
    value = risk_of(status=status, substatus=substatus, silent_for=dt.timedelta(hours=silent))
    assert 0 <= value <= 100
    assert (value == 0) or status not in TERMINAL_STATUSES


@given(statuses, hours, hours)
def test_longer_silence_is_never_less_risk(status: str, one: int, other: int) -> None:
    short, long = (
        risk_of(status=status, silent_for=dt.timedelta(hours=h)) for h in sorted([one, other])
    )
    assert short <= long


def test_an_exception_weighs_more_than_transit() -> None:
    assert risk_of(status="exception") > risk_of(status="in_transit")
    assert silence_threshold("out_for_delivery") < silence_threshold("customs")


@given(st.datetimes(dt.datetime(2000, 1, 2), dt.datetime(2099, 1, 1), timezones=st.just(dt.UTC)))
def test_a_moment_lies_in_its_month(moment: dt.datetime) -> None:
    month = month_of(moment)
    assert month <= moment.date() < next_month(month)
    assert add_months(next_month(month), -1) == month


def test_the_month_is_that_of_utc() -> None:
    china = dt.timezone(dt.timedelta(hours=8))
    assert month_of(dt.datetime(2026, 12, 1, 3, tzinfo=china)) == dt.date(2026, 11, 1)


def test_a_range_of_months_holds_both_ends() -> None:
    found = list(months_between(dt.date(2025, 11, 5), dt.date(2026, 1, 1)))
    assert [partition_name(month)[-6:] for month in found] == ["202511", "202512", "202601"]
