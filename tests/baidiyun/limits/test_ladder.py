"""The ladder's row: moves by itself with its reason, pinned by hand with a note."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import Error, connection, transaction

from apps.baidiyun import tasks
from apps.baidiyun.limits import gate
from apps.baidiyun.limits.choices import Health, LadderStep
from apps.baidiyun.limits.errors import NoteRequired
from apps.baidiyun.limits.models import LadderMove, LadderState
from apps.baidiyun.limits.selectors import current_step, forget_step, watched_mode
from apps.baidiyun.limits.services import move_ladder, pin_ladder, unpin_ladder
from apps.baidiyun.limits.store import Report
from apps.core import clock
from apps.core.actions import Actor
from apps.core.models import ActionLog

pytestmark = pytest.mark.django_db
ACTOR = Actor("user", "1", "alice")
START = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)


def calls(fine: int, failed: int) -> None:
    """Reports of calls in the last moments."""
    for health, number in ((Health.FINE, fine), (Health.FAILED, failed)):
        for _ in range(number):
            gate.stores().shared.report("sandbox", "query", Report(health, epoch=99))


def look(script, *, after: float) -> LadderStep | None:
    """Look at the figures some seconds later."""
    script.now += after
    moment = START + dt.timedelta(seconds=script.now - 1_800_000_000.0)
    with clock.scripted(moment):
        return move_ladder()


@pytest.fixture(autouse=True)
def _since_yesterday(script):
    LadderState.objects.update_or_create(id=1, defaults={"since": START - dt.timedelta(days=1)})
    forget_step()


def test_errors_move_it_down_with_reason_and_figures(script):
    calls(fine=70, failed=30)
    assert look(script, after=0) is LadderStep.WIDENED
    move = LadderMove.objects.get()
    assert (move.from_step, move.to_step, move.reason) == ("full", "widened", "errors")
    assert (move.figures["calls"], move.figures["error_rate"]) == (100, 0.3)
    assert current_step() is LadderStep.WIDENED


def test_it_moves_once_in_ten_seconds(script):
    calls(fine=70, failed=30)
    look(script, after=0)
    assert look(script, after=5) is None
    assert look(script, after=5) is LadderStep.ONLY_RISKY


def test_after_the_window_it_climbs_back_by_single_steps(script):
    calls(fine=80, failed=20)
    look(script, after=0)
    look(script, after=10)
    assert look(script, after=60) is None
    assert look(script, after=121) is LadderStep.WIDENED
    assert look(script, after=30) is None
    assert look(script, after=60) is LadderStep.FULL
    assert LadderMove.objects.count() == 4


def test_pinned_it_stays_whatever_happens(script):
    pin_ladder(step=LadderStep.ONLY_RISKY, note="盘点", actor=ACTOR)
    calls(fine=0, failed=100)
    assert look(script, after=600) is None
    assert current_step() is LadderStep.ONLY_RISKY
    row = LadderState.objects.get()
    assert (row.pinned_by, row.pin_note) == ("alice", "盘点")


def test_pinning_and_releasing_are_in_the_action_log(script):
    pin_ladder(step=LadderStep.CACHED, note="vendor maintenance", actor=ACTOR)
    unpin_ladder(note="maintenance over", actor=ACTOR)
    actions = ActionLog.objects.order_by("id").values_list("action", "note", "actor_name")
    assert list(actions) == [
        ("baidiyun.ladder.pinned", "vendor maintenance", "alice"),
        ("baidiyun.ladder.unpinned", "maintenance over", "alice"),
    ]
    assert LadderState.objects.get().pinned_by == ""
    assert current_step() is LadderStep.CACHED


def test_pinning_needs_a_note(script):
    with pytest.raises(NoteRequired):
        pin_ladder(step=LadderStep.CACHED, note="  ", actor=ACTOR)
    assert not LadderMove.objects.exists()
    assert current_step() is LadderStep.FULL


def test_moves_can_only_be_added(script):
    pin_ladder(step=LadderStep.CACHED, note="x", actor=ACTOR)
    with pytest.raises(Error), transaction.atomic():
        LadderMove.objects.update(reason="other")
    with pytest.raises(Error), transaction.atomic():
        LadderMove.objects.all().delete()


def test_the_step_is_read_once_a_second(script, django_assert_num_queries):
    current_step()
    with django_assert_num_queries(0):
        current_step()


def test_the_tick_makes_the_row_if_it_is_gone(script):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM baidiyun_ladderstate")
    assert tasks.move_ladder() == ""
    assert LadderState.objects.get().step == "full"


def test_test_shipments_never_move_what_real_ones_depend_on(script, settings):
    settings.BAIDIYUN = {
        **settings.BAIDIYUN,
        "live": {"base_url": "", "key": "k", "customer": "c", "secret": "s"},
    }
    calls(fine=0, failed=100)
    assert watched_mode() == "live"
    assert look(script, after=0) is None
