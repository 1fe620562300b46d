"""The scripted storm: down the ladder, nothing lost, the budget held, and back."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from apps.baidiyun.limits.bucket import Rate
from apps.baidiyun.limits.choices import LadderStep
from apps.baidiyun.limits.models import DailySpend, LadderMove
from apps.baidiyun.models import ApiCall, Subscription
from apps.baidiyun.storm import checks


@pytest.mark.django_db
def test_a_storm_costs_service_but_no_parcel_and_leaves_no_trace():
    out = io.StringIO()
    call_command("gateway_storm", stdout=out)
    summary = json.loads(out.getvalue().splitlines()[-1])
    assert summary["violations"] == []
    assert summary["booked"] == summary["bookings"] > 100
    assert summary["people"]["cached"] > 0
    assert not LadderMove.objects.exists()
    assert not ApiCall.objects.exists()
    assert not Subscription.objects.exists()
    assert not DailySpend.objects.exists()


def test_it_is_refused_where_the_clock_is_real(settings):
    settings.WORLD_CLOCK_ALLOWED = False
    with pytest.raises(CommandError):
        call_command("gateway_storm")


def test_calls_over_the_rate_are_found():
    assert checks.over_the_rate([0.0, 0.1, 0.2], Rate(1.0, 2)) == 1
    assert checks.rate_violations([("query", 0.0)] * 3, {"query": Rate(1.0, 2)})


def test_a_lost_and_a_double_booking_are_found():
    found = checks.booking_violations(
        wanted=["a", "b"], booked={"a": "O1"}, orders={"a": "O2", "c": "O3"}
    )
    assert len(found) == 3


def test_a_number_asked_twice_in_half_an_hour_is_found():
    assert checks.spacing_violations({"YT1": [0.0, 1_799.0]})
    assert not checks.spacing_violations({"YT1": [0.0, 1_800.0]})


def test_a_budget_exceeded_or_miscounted_is_found():
    calls = [("query", 0.0)] * 3
    assert checks.budget_violations(spent={"query": 3}, arrivals=calls, budgets={"query": 2})
    assert checks.budget_violations(spent={"query": 2}, arrivals=calls, budgets={})


@pytest.mark.parametrize(
    "steps",
    [
        [LadderStep.FULL],
        [LadderStep.FULL, LadderStep.CACHED, LadderStep.FULL],
        [LadderStep.FULL, LadderStep.WIDENED, LadderStep.ONLY_RISKY, LadderStep.CACHED],
    ],
)
def test_a_ladder_that_stays_jumps_or_does_not_come_back_is_found(steps):
    assert checks.ladder_violations(steps)
