"""The sentences read out on the telephone."""

from __future__ import annotations

import pytest
from django.utils import translation

from apps.accounts.admin_payloads import SHOWN_CHARACTERS, pretty_payload
from apps.shipments.admin.wording import NEXT_BY_SUBSTATUS, STEPS, step_of, what_happens_next
from apps.shipments.choices import ShipmentStatus


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


OVER = {ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED, ShipmentStatus.CANCELLED}


@pytest.mark.parametrize("status", [status for status in ShipmentStatus if status not in OVER])
def test_every_state_that_is_not_the_end_says_what_comes_next(status):
    assert what_happens_next(status=status.value, substatus="", number="YT1").endswith(".")


@pytest.mark.parametrize("status", sorted(OVER))
def test_where_nothing_more_happens_nothing_is_said(status):
    assert what_happens_next(status=status.value, substatus="", number="YT1") == ""


@pytest.mark.parametrize(("status", "substatus"), NEXT_BY_SUBSTATUS)
def test_a_known_detail_says_more_than_the_state_alone(status, substatus):
    more = what_happens_next(status=status, substatus=substatus, number="YT1")

    assert more != what_happens_next(status=status, substatus="", number="YT1")


def test_a_booked_parcel_without_a_number_says_that_the_number_follows():
    said = what_happens_next(status="awaiting_pickup", substatus="", number="")

    assert "the number follows" in said


@pytest.mark.parametrize("status", ShipmentStatus)
def test_every_state_has_exactly_one_station(status):
    assert sum(status in states for states in STEPS) == 1
    assert status in STEPS[step_of(status.value)]


def test_an_unknown_state_is_no_error():
    assert what_happens_next(status="teleported", substatus="", number="") == ""
    assert step_of("teleported") == 0


def test_a_payload_is_indented_and_masked():
    shown = pretty_payload('{"context":"快递员李明13712345678","nu":"YT1"}')

    assert '\n  "nu": "YT1"' in shown
    assert "13712345678" not in shown


def test_what_is_no_json_is_shown_masked_all_the_same():
    assert pretty_payload("电话13712345678") == "电话137****5678"


def test_an_endless_payload_is_cut():
    assert len(pretty_payload("x" * 1_000_000)) <= SHOWN_CHARACTERS + 2
