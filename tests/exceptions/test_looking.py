"""A look raises each fault once, holds its fixes, and comes to the same whatever came before."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.exceptions.models import Flag, KindPolicy
from apps.exceptions.services import (
    claim_next,
    decide_flag,
    look_at_wanted,
    look_at_whole,
    undo_verdict,
)
from apps.exceptions.services.looking import RECENT_ROWS, WHOLE_UP_TO
from apps.shipments.models import Position, Shipment, Track
from apps.shipments.services import claim_tracks
from apps.shipments.track_selectors import read_track
from tests.exceptions.flags import drive, flag_rows, rows_of, send, uses_of
from tests.shipments.builders import at, make_shipment

AWAY = {"lat": 30.35}
NOWHERE = {"lat": 0.0, "lon": 0.0}


@pytest.fixture
def parcel(merchant, midday) -> Shipment:
    return make_shipment(merchant, number="YT1000000099", created_at=at(0))


def stretches(shipment: Shipment) -> list[tuple[str, str, int, int]]:
    ids = [row.pk for row in rows_of(shipment)]
    flags = Flag.objects.filter(shipment=shipment).exclude(state="withdrawn").order_by("first_row")
    return [(f.kind, f.state, ids.index(f.first_row), ids.index(f.last_row)) for f in flags]


def faulty(count: int, *rows: int, **fault: Any) -> list[dict[str, Any]]:
    return drive(count, **{f"row_{n}": fault or AWAY for n in rows})


def test_a_clean_track_raises_nothing(shipment) -> None:
    looked = look_at_wanted()
    assert (looked.tracks, looked.raised) == (1, 0)
    assert not Flag.objects.exists()
    assert set(uses_of(shipment)) == {"accepted"}
    assert claim_tracks(limit=10) == []


def test_a_jump_becomes_one_flag_and_its_fix_is_held(parcel) -> None:
    send(parcel, faulty(30, 12))
    look_at_wanted()
    assert stretches(parcel) == [("jump", "open", 12, 12)]
    assert uses_of(parcel) == ["accepted"] * 12 + ["held"] + ["accepted"] * 17
    flag = Flag.objects.get()
    assert (flag.merchant_id, flag.rows, flag.numbers["row"]) == (parcel.merchant_id, 1, 12)
    assert flag.numbers["metres"] > 5_000
    assert len(read_track(parcel).points) == 29


def test_looking_again_changes_nothing(parcel) -> None:
    send(parcel, faulty(30, 12, 20, 21, **NOWHERE))
    look_at_wanted()
    before = list(Flag.objects.order_by("id").values())
    uses = uses_of(parcel)
    look_at_whole(shipment_ids=[parcel.pk])
    send(parcel, drive(30, first=30))
    look_at_wanted()
    assert list(Flag.objects.order_by("id").values()) == before
    assert uses_of(parcel)[:30] == uses


def test_a_stretch_that_goes_on_prolongs_its_flag(parcel) -> None:
    points = faulty(40, *range(15, 25), **NOWHERE)
    for first in range(0, 40, 4):
        send(parcel, points[first : first + 4])
        look_at_wanted()
    assert stretches(parcel) == [("zero", "open", 15, 24)]
    assert Flag.objects.count() == 1
    assert uses_of(parcel)[15:25] == ["held"] * 10


def test_a_decided_stretch_is_not_raised_again(parcel, ann) -> None:
    send(parcel, faulty(30, 12))
    look_at_wanted()
    decide_flag(flag_id=Flag.objects.get().pk, user=ann, state="dismissed")
    send(parcel, drive(10, first=30))
    look_at_wanted()
    look_at_whole(shipment_ids=[parcel.pk])
    assert stretches(parcel) == [("jump", "dismissed", 12, 12)]
    assert set(uses_of(parcel)) == {"accepted"}


def test_of_a_decided_stretch_that_grew_only_the_rest_is_raised(parcel, ann) -> None:
    points = faulty(40, *range(15, 30), **NOWHERE)
    send(parcel, points[:20])
    look_at_wanted()
    decide_flag(flag_id=Flag.objects.get().pk, user=ann, state="confirmed")
    send(parcel, points[20:])
    look_at_wanted()
    assert stretches(parcel) == [("zero", "confirmed", 15, 19), ("zero", "open", 20, 29)]
    assert uses_of(parcel)[15:30] == ["excluded"] * 5 + ["held"] * 10


def test_what_the_detector_takes_back_is_withdrawn_and_its_fixes_are_free(shipment) -> None:
    flag_rows(shipment, 10, 14)
    looked = look_at_wanted()
    assert looked.withdrawn == 1
    assert stretches(shipment) == []
    assert set(uses_of(shipment)) == {"accepted"}


def test_what_somebody_looks_at_is_not_withdrawn_under_their_eyes(shipment, ann) -> None:
    flag = flag_rows(shipment, 10, 14)
    claim_next(user=ann)
    assert look_at_wanted().withdrawn == 0
    assert stretches(shipment) == [("drift", "open", 10, 14)]
    assert uses_of(shipment)[10:15] == ["held"] * 5
    assert Flag.objects.get(pk=flag.pk).claimed_by == ann


def test_a_kind_that_is_not_shown_raises_nothing(parcel) -> None:
    KindPolicy.objects.update_or_create(kind="jump", defaults={"is_raised": False})
    send(parcel, faulty(30, 12))
    look_at_wanted()
    assert stretches(parcel) == []
    assert set(uses_of(parcel)) == {"accepted"}


def test_fixes_that_came_meanwhile_stay_wanted(parcel) -> None:
    send(parcel, drive(10))
    [wanted] = claim_tracks(limit=1)
    send(parcel, drive(10, first=10))
    Track.objects.update(claimed_until=None)
    look_at_wanted()
    assert Track.objects.get().looked_version == wanted.version + 1
    assert Track.objects.get().wanted_at is None


def test_of_a_long_track_only_the_newest_rows_are_loaded(parcel, ann) -> None:
    count = WHOLE_UP_TO + RECENT_ROWS
    send(parcel, faulty(count, 5, 12, count - 20))
    look_at_wanted()
    assert stretches(parcel) == [("jump", "open", count - 20, count - 20)]
    assert Flag.objects.get().numbers["row"] == count - 20
    look_at_whole(shipment_ids=[parcel.pk])
    assert [first for _, _, first, _ in stretches(parcel)] == [5, 12, count - 20]
    send(parcel, drive(5, first=count))
    look_at_wanted()
    assert [first for _, _, first, _ in stretches(parcel)] == [5, 12, count - 20]


def test_a_flag_that_began_before_the_window_is_prolonged(parcel) -> None:
    count = WHOLE_UP_TO + 50
    send(parcel, faulty(count, *range(100, count - 2), **NOWHERE))
    look_at_whole(shipment_ids=[parcel.pk])
    send(parcel, faulty(count + 10, *range(count - 2, count + 5), **NOWHERE)[count:])
    look_at_wanted()
    [(kind, _, first, last)] = stretches(parcel)[:1]
    assert (kind, first, last) == ("zero", 100, count - 3)


def test_a_track_that_cannot_be_looked_at_stops_no_other(parcel, shipment, monkeypatch) -> None:
    from apps.exceptions.services import looking

    send(parcel, faulty(30, 12))
    real = looking.detect_many

    def breaks(tracks: Any, **more: Any) -> Any:
        if any(track.lat[12] < 30.3 for track in tracks):
            raise ArithmeticError("broken")
        return real(tracks, **more)

    monkeypatch.setattr(looking, "detect_many", breaks)
    assert look_at_wanted().raised == 1
    assert Track.objects.get(shipment=parcel).wanted_at is None
    assert Track.objects.get(shipment=shipment).wanted_at is not None


@settings(
    max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(seed=st.integers(0, 10**6))
def test_however_batches_and_looks_fall_the_outcome_is_the_same(merchant, midday, seed) -> None:
    """One shipment gets all in one batch and one look, the other in pieces with looks between."""
    dice = random.Random(seed)
    rows = sorted(dice.sample(range(8, 36), 3))
    fault = dice.choice([AWAY, NOWHERE, {"lat": 120.15, "lon": 30.25}])
    points = faulty(42, *rows, **fault)
    one = make_shipment(merchant, number=f"YT2{seed:09d}", reference=f"A{seed}", created_at=at(0))
    two = make_shipment(merchant, number=f"YT3{seed:09d}", reference=f"B{seed}", created_at=at(0))
    send(one, points)
    look_at_wanted()
    while points:
        size = dice.randint(1, 20)
        send(two, points[:size])
        points = points[size:]
        for _ in range(dice.randint(0, 2)):
            look_at_wanted()
    look_at_wanted()
    look_at_whole(shipment_ids=[two.pk])
    assert stretches(one)
    assert stretches(two) == stretches(one)
    assert uses_of(two) == uses_of(one)
    for shipment in (one, two):
        Flag.objects.filter(shipment=shipment).delete()
        Position.objects.filter(shipment=shipment).delete()
        Track.objects.filter(shipment=shipment).delete()
        Shipment.objects.filter(pk=shipment.pk).update(closed_at=at(1))


def test_undoing_after_looks_restores_what_was(parcel, ann) -> None:
    send(parcel, faulty(30, 12))
    look_at_wanted()
    before = uses_of(parcel)
    verdict = decide_flag(flag_id=Flag.objects.get().pk, user=ann, state="confirmed")
    send(parcel, drive(5, first=30))
    look_at_wanted()
    undo_verdict(verdict_id=verdict.pk, user=ann)
    look_at_whole(shipment_ids=[parcel.pk])
    assert uses_of(parcel)[:30] == before
    assert stretches(parcel) == [("jump", "open", 12, 12)]


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_track_raise_one_flag(parcel) -> None:
    send(parcel, faulty(30, 12, 20))
    start = threading.Barrier(2)

    def work(_n: int) -> None:
        start.wait(5)
        try:
            look_at_whole(shipment_ids=[parcel.pk])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert [(kind, first) for kind, _, first, _ in stretches(parcel)] == [
        ("jump", 12),
        ("jump", 20),
    ]
    assert Flag.objects.count() == 2
