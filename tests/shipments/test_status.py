"""The status is a function of the set of events."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.shipments.choices import Certainty, ShipmentStatus
from apps.shipments.status import Happening, Outcome, Role, compute_status

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
UNDOING = {"returning", "returned", "refused"}


def happening(minute: int, status: str, substatus: str = "", **more: object) -> Happening:
    moment = START + dt.timedelta(minutes=minute)
    key = f"{minute}{status}{substatus}{sorted(more.items())}".encode()
    return Happening(moment, key, status, substatus, heard_at=moment, **more)  # type: ignore[arg-type]


events = st.builds(
    happening,
    st.integers(0, 60),
    st.sampled_from(["", *ShipmentStatus.values()]),
    certainty=st.sampled_from([c.value for c in Certainty]),
    omitted=st.booleans(),
    role=st.sampled_from([r.value for r in Role]),
)
plain = st.builds(happening, st.integers(0, 60), st.sampled_from(["", *ShipmentStatus.values()]))


def status_of(*items: Happening) -> tuple[str, str]:
    outcome = compute_status(items)
    return outcome.status, outcome.substatus


@given(st.lists(events, max_size=14), st.randoms())
def test_neither_order_nor_repetition_matters(items: list[Happening], rng: random.Random) -> None:
    shuffled = items + rng.choices(items, k=5) if items else []
    rng.shuffle(shuffled)
    assert compute_status(shuffled) == compute_status(items)


@given(st.lists(plain, max_size=10))
def test_what_happened_earlier_never_undoes_delivered(items: list[Happening]) -> None:
    earlier = [item for item in items if item.status not in {"returned", "refused"}]
    outcome = compute_status([*earlier, happening(61, "delivered", "self")])
    assert outcome.status == "delivered"


@given(st.lists(plain, max_size=6))
def test_of_later_events_only_a_return_or_refusal_undoes_delivered(items: list[Happening]) -> None:
    delivered = happening(-1, "delivered", "self")
    outcome = compute_status([delivered, *items])
    if not UNDOING & {item.status for item in items}:
        assert outcome.status == "delivered"
        assert outcome.delivered_at == delivered.occurred_at


@pytest.mark.parametrize("later", sorted(UNDOING))
def test_a_later_return_or_refusal_undoes_delivered(later: str) -> None:
    outcome = compute_status([happening(1, "delivered"), happening(2, later)])
    assert (outcome.status, outcome.delivered_at) == (later, None)


@given(st.lists(events, max_size=10))
def test_a_delivered_time_exists_exactly_while_delivered(items: list[Happening]) -> None:
    outcome = compute_status(items)
    assert (outcome.delivered_at is not None) == (outcome.status == "delivered")


def test_in_the_same_second_the_signature_counts_as_the_last() -> None:
    assert status_of(happening(1, "delivered"), happening(1, "returning"))[0] == "delivered"


def test_a_signature_withdrawn_in_words_falls_back() -> None:
    items = [
        happening(1, "out_for_delivery"),
        happening(2, "delivered"),
        happening(3, "in_transit", "signature_withdrawn", certainty=Certainty.TEXT.value),
    ]
    outcome = compute_status(items)
    assert (outcome.status, outcome.substatus) == ("in_transit", "signature_withdrawn")
    assert outcome.delivered_at is None


def test_a_signature_after_a_withdrawn_one_counts() -> None:
    items = [
        happening(2, "delivered"),
        happening(3, "in_transit", "signature_withdrawn"),
        happening(9, "delivered", "self"),
    ]
    outcome = compute_status(items)
    assert (outcome.status, outcome.substatus) == ("delivered", "self")
    assert outcome.delivered_at == START + dt.timedelta(minutes=9)


def test_an_end_the_carrier_no_longer_claims_does_not_count() -> None:
    items = [happening(1, "in_transit"), happening(2, "delivered", omitted=True)]
    assert status_of(*items)[0] == "in_transit"


def test_delivered_twice_is_delivered_since_the_first() -> None:
    outcome = compute_status([happening(1, "delivered", "locker"), happening(5, "delivered")])
    assert (outcome.status, outcome.substatus) == ("delivered", "locker")
    assert outcome.delivered_at == outcome.status_at == START + dt.timedelta(minutes=1)


def test_scans_on_the_way_back_stay_returning_until_the_sender_has_it() -> None:
    back = [happening(1, "refused"), happening(2, "returning"), happening(3, "in_transit")]
    assert status_of(*back)[0] == "returning"
    assert status_of(*back, happening(4, "returned"))[0] == "returned"
    assert status_of(*back, happening(4, "returned"), happening(5, "delivered"))[0] == "returned"


def test_a_coarse_refusal_on_the_way_back_is_the_senders_signature() -> None:
    back = [happening(1, "refused"), happening(2, "returning")]
    assert status_of(*back)[0] == "returning"
    assert status_of(*back, happening(3, "refused"))[0] == "returned"


def test_a_coarse_refusal_at_the_door_is_a_refusal() -> None:
    assert status_of(happening(1, "out_for_delivery"), happening(2, "refused"))[0] == "refused"


def test_an_exact_refusal_on_the_way_back_is_not_the_senders_signature() -> None:
    exact = happening(3, "refused", certainty=Certainty.ADVANCED.value)
    assert status_of(happening(2, "returning"), exact)[0] == "returning"


def test_a_return_called_off_ends_in_a_delivery_if_a_code_says_so() -> None:
    back = happening(2, "returning")
    coded = happening(4, "delivered", certainty=Certainty.BASIC.value)
    guessed = happening(4, "delivered", certainty=Certainty.TEXT.value)
    assert status_of(back, coded)[0] == "delivered"
    assert status_of(back, guessed)[0] == "returning"


def test_a_guess_never_undoes_delivered() -> None:
    guess = happening(4, "returning", certainty=Certainty.TEXT.value)
    assert status_of(happening(1, "delivered"), guess)[0] == "delivered"


def test_a_parcel_that_moves_after_cancelling_is_moving() -> None:
    assert status_of(happening(1, "cancelled"), happening(2, "picked_up"))[0] == "picked_up"
    assert status_of(happening(1, "cancelled"), happening(2, "expired"))[0] == "cancelled"


def test_a_signature_on_a_leg_that_others_follow_is_a_hand_over() -> None:
    handed = happening(1, "delivered", role=Role.THROUGH.value)
    assert status_of(handed) == ("in_transit", "")


def test_a_signature_on_a_return_leg_is_returned() -> None:
    moving = happening(1, "in_transit", role=Role.RETURN.value)
    signed = happening(2, "delivered", role=Role.RETURN.value)
    assert status_of(moving)[0] == "returning"
    assert status_of(moving, signed)[0] == "returned"


def test_nothing_happened_is_the_base() -> None:
    assert compute_status([], base="awaiting_pickup") == Outcome("awaiting_pickup")


def test_an_event_without_a_meaning_moves_only_the_last_event() -> None:
    outcome = compute_status([happening(1, "in_transit"), happening(9, "")])
    assert outcome.status == "in_transit"
    assert outcome.last_event_at == START + dt.timedelta(minutes=9)
