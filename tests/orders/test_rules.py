"""The pure rules: status, platform states, verdicts, slots."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from apps.baidiyun.choices import PickupState
from apps.core.phones import PhoneReason
from apps.orders.booking_states import STATES, Effect, find_state, replaces
from apps.orders.choices import BookingState, PhoneProblem
from apps.orders.order_status import ParcelState, order_status
from apps.orders.pickup_slots import CHINA, next_slot
from apps.orders.validation import FieldProblem
from apps.orders.verdicts import IDEMPOTENT_FOR, MAX_SENDS, Verdict, decide, delay_after
from apps.shipments.choices import ShipmentStatus

P = ParcelState


@pytest.mark.parametrize(
    ("parcels", "cancelled", "status"),
    [
        ([P("created", "ready")], False, "booking"),
        ([P("created", "sending")], False, "booking"),
        ([P("created", "held")], False, "blocked"),
        ([P("created", "failed"), P("created", "ready")], False, "blocked"),
        ([P("created", "unknown")], False, "blocked"),
        ([P("created", "booked")], False, "booked"),
        ([P("awaiting_pickup", "", True)], False, "booked"),
        ([P("created", "")], False, "received"),
        ([P("picked_up", "booked", True), P("created", "failed")], False, "in_progress"),
        ([P("delivered"), P("in_transit")], False, "partly_delivered"),
        ([P("delivered"), P("delivered")], False, "delivered"),
        ([P("returned")], False, "returned"),
        ([P("returned"), P("delivered")], False, "closed"),
        ([P("expired")], False, "closed"),
        ([P("delivered"), P("cancelled", "cancelled")], False, "delivered"),
        ([P("cancelled", "cancelled")], True, "cancelled"),
        ([P("created", "cancelling")], True, "cancelling"),
        ([P("in_transit", "booked", True)], True, "in_progress"),
        ([], False, "received"),
    ],
)
def test_the_status_of_an_order_follows_from_its_parcels(parcels, cancelled, status):
    assert order_status(parcels, cancelled=cancelled) == status


PARCELS = st.builds(
    ParcelState,
    st.sampled_from(ShipmentStatus.values()),
    st.sampled_from(["", *BookingState.values()]),
    st.booleans(),
)


@given(st.lists(PARCELS, max_size=6), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_parcels_does_not_matter(parcels, cancelled, random):
    shuffled = parcels.copy()
    random.shuffle(shuffled)
    assert order_status(parcels, cancelled=cancelled) == order_status(shuffled, cancelled=cancelled)


def test_every_state_of_the_contract_has_an_effect():
    assert set(STATES) == {state.value for state in PickupState}


@pytest.mark.parametrize("code", ["11", "201", "610"])
def test_a_failed_pickup_needs_a_person(code):
    state = find_state(code)
    assert state is not None
    assert (state.effect, state.attention) == (Effect.FAILED, True)


@given(st.lists(st.sampled_from(sorted(set(STATES) - {"166"})), max_size=12))
def test_without_a_revival_the_state_held_never_loses_rank(codes):
    held = ""
    for code in codes:
        if replaces(code, held):
            assert not held or STATES[code].rank >= STATES[held].rank
            held = code


def test_an_unknown_state_replaces_nothing():
    assert not replaces("777", "")


def test_after_a_revival_the_pickup_starts_over():
    assert replaces("166", "99")
    assert replaces("1", "166")


FOR_GOOD = {"outcome": "refused", "permanent": True}
IN_DOUBT = {"outcome": "not_sent", "maybe_sent": True}


def judge(**given):
    values = {
        "outcome": "unknown",
        "problem": "",
        "permanent": False,
        "sends": 1,
        "maybe_sent": False,
        "age": dt.timedelta(0),
    }
    return decide(**{**values, **given})


@pytest.mark.parametrize(
    ("given", "verdict", "problem"),
    [
        ({"outcome": "done"}, Verdict.BOOKED, ""),
        ({**FOR_GOOD, "problem": "no_balance"}, Verdict.FAILED, "no_balance"),
        ({**FOR_GOOD, "problem": "bad_address"}, Verdict.FAILED, "bad_address"),
        ({**FOR_GOOD, "problem": "refused"}, Verdict.FAILED, "refused"),
        ({**FOR_GOOD, "problem": "new_word"}, Verdict.FAILED, "refused"),
        ({"outcome": "not_sent"}, Verdict.AGAIN, ""),
        ({"outcome": "not_sent", "sends": MAX_SENDS}, Verdict.FAILED, "unavailable"),
        ({"outcome": "unknown"}, Verdict.AGAIN, ""),
        ({"outcome": "unknown", "age": IDEMPOTENT_FOR}, Verdict.UNKNOWN, "unknown"),
        ({"outcome": "unknown", "sends": MAX_SENDS}, Verdict.UNKNOWN, "unknown"),
        ({**IN_DOUBT, "age": IDEMPOTENT_FOR}, Verdict.UNKNOWN, "unknown"),
    ],
)  # fmt: skip
def test_an_answer_is_judged(given, verdict, problem):
    decision = judge(**given)
    assert (decision.verdict, decision.problem) == (verdict, problem)


@given(st.integers(0, 1000))
def test_the_delay_grows_to_its_limit_and_no_further(sends):
    assert delay_after(sends) <= delay_after(sends + 1) <= dt.timedelta(minutes=10)


@given(st.datetimes(timezones=st.just(dt.UTC)).filter(lambda moment: 1990 < moment.year < 9000))
def test_a_slot_is_long_enough_and_ends_two_hours_from_now(now):
    slot = next_slot(now)
    local = now.astimezone(CHINA)
    day = local.date() + dt.timedelta(days={"今天": 0, "明天": 1}[slot.day])
    start, end = (
        dt.datetime.combine(day, dt.time.fromisoformat(text), CHINA)
        for text in (slot.start, slot.end)
    )
    assert end - start >= dt.timedelta(hours=1)
    assert end - local >= dt.timedelta(hours=2)


def test_every_reason_against_a_phone_has_words():
    without = {PhoneReason.NONE.value, PhoneReason.EMPTY.value}
    assert {reason.value for reason in PhoneReason} - without == set(PhoneProblem.values())


def test_a_problem_says_in_words_why_a_phone_cannot_be_called():
    with override("en"):
        message = FieldProblem("recipient.phone", "not_a_phone", "too_short").message
    assert message == "This is not a telephone number that can be called. (too short)"
