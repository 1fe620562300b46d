"""The clock of a case stops while it waits; what helped is told by how it ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.exceptions.case_clock import Target, due_times
from apps.exceptions.case_moves import (
    DISMISSES,
    FROM,
    RESOLVES,
    Standing,
    acknowledged,
    closed,
    has_helped,
    waiting,
    woken,
)
from apps.exceptions.choices import CaseMove, CaseState, Closer, CloseReason, StepKind
from apps.exceptions.rulebook.business_time import WorkCalendar

FRIDAY = dt.datetime(2026, 11, 6, 4, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
OFFICE = WorkCalendar("CN")
BUSINESS = Target(24, 72, 0, business=True)
WALL = Target(24, 72, 0, business=False)
hours = st.floats(0, 400, allow_nan=False)


def standing(target: Target = BUSINESS) -> Standing:
    due = due_times(target, start=FRIDAY, office=OFFICE)
    return Standing("open", due.acknowledge_by, due.resolve_by)


def after_wait(held: Standing, begin: dt.datetime, end: dt.datetime, target: Target) -> Standing:
    waits = waiting(held, whom="carrier", until=None, now=begin)
    return woken(waits, target=target, office=OFFICE, now=end)


def test_only_live_cases_move_and_only_waiting_ones_wake() -> None:
    assert FROM[CaseMove.WAKE] == {"waiting"}
    assert FROM[CaseMove.ACKNOWLEDGE] == {"open"}
    closed_states = {CaseState.RESOLVED.value, CaseState.DISMISSED.value}
    assert all(not states & closed_states for states in FROM.values())


def test_every_reason_a_person_may_give_belongs_somewhere() -> None:
    by_people = set(CloseReason) - {CloseReason.NONE, CloseReason.INCIDENT_OVER}
    assert by_people == {*RESOLVES, *DISMISSES}
    assert {CloseReason.OTHER} == set(RESOLVES) & set(DISMISSES)


def test_whoever_lets_it_wait_has_acknowledged_it() -> None:
    waits = waiting(standing(), whom="customs", until=None, now=FRIDAY + HOUR)
    assert (waits.state, waits.acknowledged_at) == ("waiting", FRIDAY + HOUR)
    assert acknowledged(waits, now=FRIDAY + 5 * HOUR).acknowledged_at == FRIDAY + HOUR


def test_waiting_for_somebody_else_keeps_the_wait_running() -> None:
    waits = waiting(standing(), whom="customs", until=None, now=FRIDAY)
    again = waiting(waits, whom="carrier", until=FRIDAY + 9 * HOUR, now=FRIDAY + 3 * HOUR)
    assert (again.waiting_since, again.waiting_for) == (FRIDAY, "carrier")
    assert again.wakes_at == FRIDAY + 9 * HOUR


def test_a_weekend_waited_moves_nothing_on_the_business_clock() -> None:
    midnight = dt.datetime(2026, 11, 6, 16, 0, tzinfo=dt.UTC)
    woke = after_wait(standing(), midnight, midnight + 48 * HOUR, BUSINESS)
    assert woke.resolve_by == standing().resolve_by
    assert woke.waited_seconds == 48 * 3600


def test_all_hours_count_where_the_target_says_so() -> None:
    woke = after_wait(standing(WALL), FRIDAY, FRIDAY + 48 * HOUR, WALL)
    assert woke.resolve_by == standing(WALL).resolve_by + 48 * HOUR


def test_what_was_missed_before_the_wait_stays_missed() -> None:
    late = replace(standing(WALL), acknowledge_by=FRIDAY - HOUR)
    assert after_wait(late, FRIDAY, FRIDAY + 9 * HOUR, WALL).acknowledge_by == FRIDAY - HOUR


@given(first=hours, gap=hours, second=hours, target=st.sampled_from([BUSINESS, WALL]))
def test_time_left_is_the_same_after_any_waits(
    first: float, gap: float, second: float, target: Target
) -> None:
    """What is left to do at the end plus what was worked is what there was."""
    held = replace(standing(target), resolve_by=OFFICE.add(FRIDAY, 2_000))
    one = after_wait(held, FRIDAY, FRIDAY + first * HOUR, target)
    begin = FRIDAY + (first + gap) * HOUR
    two = after_wait(one, begin, begin + second * HOUR, target)
    end = begin + second * HOUR

    def left(due: dt.datetime, now: dt.datetime) -> float:
        return OFFICE.between(now, due) if target.business else (due - now) / HOUR

    worked = left(begin, FRIDAY + first * HOUR)
    assert left(held.resolve_by, FRIDAY) == pytest.approx(left(two.resolve_by, end) + worked)
    assert two.waited_seconds == pytest.approx((first + second) * 3600, abs=2)
    assert (two.state, two.waiting_since, two.wakes_at) == ("acknowledged", None, None)


def test_a_closed_case_says_when_by_whom_and_why() -> None:
    done = closed(
        standing(), state=CaseState.RESOLVED, closer=Closer.BULK,
        reason=CloseReason.CARRIER_FIXED, now=FRIDAY,
    )  # fmt: skip
    assert (done.closed_at, done.closer, done.close_reason) == (FRIDAY, "bulk", "carrier_fixed")
    assert done.acknowledged_at == FRIDAY


@pytest.mark.parametrize(
    ("kind", "state", "said", "reason", "helped"),
    [
        ("urge", "done", None, "moved_on", True),
        ("urge", "done", None, "compensated", False),
        ("urge", "refused", None, "moved_on", False),
        ("urge", "done", False, "moved_on", False),
        ("urge", "refused", True, "other", True),
        ("resend", "done", None, "sent_again", True),
        ("intercept", "done", None, "returned", True),
        ("work_order", "done", None, "false_alarm", None),
        ("compensate", "done", None, "incident_over", None),
    ],
)
def test_what_helped_is_said_or_follows_from_the_end(
    kind: str, state: str, said: bool | None, reason: str, helped: bool | None
) -> None:
    assert has_helped(kind=kind, state=state, said=said, reason=reason) is helped


def test_every_kind_of_step_can_help() -> None:
    ends = [reason.value for reason in RESOLVES]
    for kind in StepKind.values():
        assert any(has_helped(kind=kind, state="done", said=None, reason=end) for end in ends)
