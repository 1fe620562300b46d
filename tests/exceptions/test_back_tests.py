"""Thresholds hold only after a test over stored tracks and past verdicts; one click goes back."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from django.db import IntegrityError, OperationalError, transaction

from apps.core import clock
from apps.core.models import ActionLog
from apps.exceptions.comparing import Judged, counts_of, examples_of
from apps.exceptions.errors import PolicyRefused, ThresholdsRefused
from apps.exceptions.models import BackTest, Flag, ThresholdSet
from apps.exceptions.policies import current_rules
from apps.exceptions.services import (
    activate_thresholds,
    backtesting,
    decide_flag,
    draft_thresholds,
    look_at_wanted,
    restore_thresholds,
    run_back_tests,
    start_back_test,
)
from apps.exceptions.stretches import Stretch
from tests.exceptions.flags import drive, send, uses_of
from tests.shipments.builders import at, make_shipment

AWAY = {"lat": 30.35}
DEAF = {"floor": 1e6, "impossible": 1e6, "top_speed": 1e6, "gate_metres": 1e9}
IDS = np.arange(100, 160, dtype=np.int64)


@pytest.fixture
def parcels(merchant, midday):
    """Three tracks: a jump in each of the first two."""
    made = [
        make_shipment(merchant, number=f"YT10000007{n:02d}", created_at=at(0)) for n in range(3)
    ]
    for n, shipment in enumerate(made):
        faults = {"row_12": AWAY} if n < 2 else {}
        send(shipment, drive(30, **faults), device=f"van-{n}")
    look_at_wanted()
    return made


def finished(user, values=None, **more) -> ThresholdSet:
    made = draft_thresholds(user=user, values=values or {"top_speed": 40.0}, note="try", **more)
    run_back_tests()
    made.refresh_from_db()
    return made


def test_a_draft_that_hears_nothing_misses_what_was_confirmed(parcels, ann) -> None:
    for flag, state in zip(Flag.objects.order_by("id"), ("confirmed", "dismissed"), strict=True):
        decide_flag(flag_id=flag.pk, user=ann, state=state)
    flags, uses = list(Flag.objects.values()), [uses_of(one) for one in parcels]
    made = finished(ann, DEAF)
    test = BackTest.objects.get()
    assert (test.state, test.total, test.done, test.result["points"]) == ("done", 3, 3, 90)
    assert test.result["today"]["jump"] == {
        "raised": 2, "right": 1, "wrong": 1, "new": 0, "missed": 0,
    }  # fmt: skip
    assert test.result["draft"].get("jump", {}).get("missed") == 1
    assert {one["why"] for one in test.result["examples"]} == {"missed", "spared"}
    assert made.tested_at is not None
    assert list(Flag.objects.values()) == flags
    assert [uses_of(one) for one in parcels] == uses
    assert current_rules().version == 0


def test_a_test_that_was_broken_off_goes_on_and_counts_nothing_twice(
    parcels, ann, monkeypatch
) -> None:
    monkeypatch.setattr(backtesting, "CHUNK", 1)
    draft_thresholds(user=ann, values={"top_speed": 40.0}, note="try")
    done = []
    while BackTest.objects.filter(state__in=["waiting", "running"]).exists():
        run_back_tests(seconds=0)
        done.append(BackTest.objects.get().done)
    test = BackTest.objects.get()
    assert done == [1, 2, 3, 3]
    assert (test.state, test.result["draft"]["jump"]["raised"]) == ("done", 2)


def test_only_the_tracks_of_its_days_are_looked_at(parcels, ann) -> None:
    with clock.frozen(at(30) + dt.timedelta(days=40)):
        finished(ann, days=30)
    test = BackTest.objects.get()
    assert (test.state, test.error) == ("failed", "no_tracks")


def test_a_test_that_fails_says_so_and_activates_nothing(parcels, ann, monkeypatch) -> None:
    def broken(*_args, **_more):
        raise RuntimeError("no memory")

    monkeypatch.setattr(backtesting, "findings_of", broken)
    made = finished(ann)
    assert BackTest.objects.get().error == "no memory"
    with pytest.raises(ThresholdsRefused):
        activate_thresholds(set_id=made.pk, user=ann)
    assert current_rules().version == 0


def test_a_deadlock_leaves_the_test_at_work_and_the_next_tick_finishes_it(
    parcels, ann, monkeypatch
) -> None:
    def deadlocked(*_args, **_more):
        raise OperationalError("deadlock detected")

    draft_thresholds(user=ann, values={"top_speed": 40.0}, note="try")
    with monkeypatch.context() as patch:
        patch.setattr(backtesting, "findings_of", deadlocked)
        with pytest.raises(OperationalError):
            run_back_tests()
    test = BackTest.objects.get()
    assert (test.state, test.error, test.done) == ("waiting", "", 0)
    run_back_tests()
    assert BackTest.objects.get().state == "done"


def test_a_tested_set_holds_at_once_and_one_step_goes_back(parcels, ann) -> None:
    first = finished(ann)
    activate_thresholds(set_id=first.pk, user=ann)
    assert (current_rules().version, current_rules().thresholds.top_speed) == (1, 40.0)
    second = finished(ann, {"top_speed": 35.0})
    assert BackTest.objects.latest("id").against == first
    activate_thresholds(set_id=second.pk, user=ann)
    assert current_rules().version == 2
    assert restore_thresholds(user=ann) == first
    assert current_rules().version == 1
    assert restore_thresholds(user=ann) is None
    assert current_rules().version == 0
    with pytest.raises(ThresholdsRefused):
        restore_thresholds(user=ann)
    said = ActionLog.objects.filter(action__startswith="exceptions.thresholds.").order_by("id")
    assert [(row.action.rpartition(".")[2], row.after.get("version")) for row in said] == [
        ("drafted", 1), ("activated", 1), ("drafted", 2), ("activated", 2),
        ("restored", 1), ("restored", 0),
    ]  # fmt: skip


def test_what_was_not_tested_never_holds(db, ann) -> None:
    made = draft_thresholds(user=ann, values={"top_speed": 40.0}, note="try")
    with pytest.raises(ThresholdsRefused):
        activate_thresholds(set_id=made.pk, user=ann)
    with pytest.raises(IntegrityError), transaction.atomic():
        ThresholdSet.objects.update(is_active=True)
    assert not ThresholdSet.objects.filter(is_active=True).exists()


@pytest.mark.parametrize(
    ("values", "note", "error"),
    [({"top_speed": 40.0}, " ", ThresholdsRefused), ({}, "x", ThresholdsRefused),
     ({"no_such": 1.0}, "x", PolicyRefused)],
)  # fmt: skip
def test_a_draft_needs_a_reason_and_other_numbers(db, ann, values, note, error) -> None:
    with pytest.raises(error):
        draft_thresholds(user=ann, values=values, note=note)
    assert not BackTest.objects.exists()


def test_one_test_of_a_set_at_a_time(db, ann) -> None:
    made = draft_thresholds(user=ann, values={"top_speed": 40.0}, note="try")
    with pytest.raises(ThresholdsRefused):
        start_back_test(set_id=made.pk, user=ann)
    for days in (0, 91):
        with pytest.raises(ThresholdsRefused):
            start_back_test(set_id=made.pk, user=ann, days=days)


def test_findings_are_counted_by_what_persons_said() -> None:
    judged = [
        Judged(1, "drift", True, 110, 112),
        Judged(2, "jump", False, 120, 120),
        Judged(3, "gcj", True, 150, 155),
        Judged(4, "zero", True, 130, 130),
    ]
    found = [Stretch("gcj", 9, 13, 1.0), Stretch("jump", 22, 22, 1.0), Stretch("jump", 30, 30, 1.0)]
    counts, met = counts_of(found, judged, IDS)
    assert counts["gcj"] == {"raised": 1, "right": 1, "wrong": 0, "new": 0, "missed": 1}
    assert counts["jump"] == {"raised": 2, "right": 0, "wrong": 1, "new": 1, "missed": 0}
    assert counts["zero"]["missed"] == 1
    assert met == {1, 2}


def test_examples_show_where_two_sets_differ() -> None:
    judged = [Judged(1, "drift", True, 110, 112), Judged(2, "jump", False, 120, 120)]
    today = [Stretch("drift", 10, 12, 1.0), Stretch("jump", 20, 20, 1.0)]
    draft = [Stretch("jump", 40, 41, 1.0)]
    found = examples_of(draft, today, judged, IDS)
    assert [(one.why, one.kind, one.first_row, one.flag_id) for one in found] == [
        ("missed", "drift", 110, 1), ("spared", "jump", 120, 2), ("new", "jump", 140, None),
    ]  # fmt: skip
    assert examples_of(today, today, judged, IDS) == []
