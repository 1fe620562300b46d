"""The number under which a carrier of the destination takes a parcel over has the same life."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.sandbox import services, world
from apps.sandbox.envelopes import Refusal
from apps.sandbox.models import SandboxParcel
from apps.sandbox.plan import Plan
from apps.sandbox.planner import invent_plan
from apps.sandbox.services.parcels import find_or_invent, replace_plan

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def original(moving, account) -> Plan:
    """A parcel abroad whose carrier hands it over to another one with a number of its own."""
    for k in range(60):
        number = f"YW1{k:012d}"
        at = world.epoch(moving.at)
        plan = invent_plan(seed=7, carrier_code="yw56", number=number, seen_at=at)
        if plan and plan.last_mile and plan.country != "CN" and plan.signed_at:
            find_or_invent(carrier="yw56", number=number, now=moving.at)
            return plan
    raise AssertionError("nothing is handed over")


def seen(carrier: str, number: str) -> list[tuple[str, str]]:
    answer = services.answer_query(param={"com": carrier, "num": number, "resultv2": "4"})
    return [(row["time"], row["context"]) for row in answer["data"]]


def test_the_new_number_tells_what_the_first_one_tells_from_the_handing_over_on(original, moving):
    leg = original.last_mile
    moving.at = world.moment(original.last_at) + MINUTE
    whole = seen(original.carrier, original.number)
    own = seen(leg.carrier, leg.number)
    assert own == whole[: len(own)]
    assert 2 < len(own) < len(whole)


def test_before_the_handing_over_nobody_has_heard_of_the_new_number(original, moving):
    moving.at = world.moment(original.last_mile.known_at) - MINUTE
    assert seen(original.carrier, original.number)
    with pytest.raises(Refusal):
        seen(original.last_mile.carrier, original.last_mile.number)


def test_a_number_nobody_took_over_has_a_life_of_its_own(original, moving):
    leg = original.last_mile
    other = find_or_invent(carrier="japanpost", number=leg.number, now=moving.at)
    plan = other.read_plan()
    assert plan is None or plan.nodes != original.last_mile_plan().nodes


def test_when_the_first_parcel_is_held_up_the_new_number_is_held_up_with_it(original, moving):
    leg = original.last_mile
    taken = find_or_invent(carrier=leg.carrier, number=leg.number, now=moving.at)
    later = original.postponed(leg.known_at, 3600)
    replace_plan(parcel=SandboxParcel.objects.get(number=original.number), plan=later)
    taken.refresh_from_db()
    assert taken.read_plan() == later.last_mile_plan()
    assert taken.signed_at == world.moment(original.signed_at) + dt.timedelta(hours=1)
