"""A question about a stretch of time is answered by rows that cover it once."""

from __future__ import annotations

import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from apps.core.metrics.spans import DAY, HOUR, KEPT, MINUTE, UNITS, stretches

NOW = dt.datetime(2026, 11, 11, 6, 20, 30, tzinfo=dt.UTC)
minutes_ago = st.integers(0, 100 * 24 * 60).map(lambda n: NOW - dt.timedelta(minutes=n))


@given(minutes_ago, minutes_ago, st.sampled_from([MINUTE, HOUR, DAY]))
def test_stretches_follow_one_another_without_gap_or_overlap(one, other, coarsest) -> None:
    since, until = min(one, other), max(one, other)
    parts = stretches(since, until, now=NOW, coarsest=coarsest)
    for before, after in itertools.pairwise(parts):
        assert before.until == after.since
    if parts:
        assert parts[0].since <= since
        assert parts[-1].until >= until


@given(minutes_ago, minutes_ago)
def test_every_stretch_begins_and_ends_with_a_whole_unit(one, other) -> None:
    for part in stretches(min(one, other), max(one, other), now=NOW):
        unit = UNITS[part.grain].total_seconds()
        assert part.since.timestamp() % unit == part.until.timestamp() % unit == 0
        assert part.since < part.until


@given(minutes_ago)
def test_while_minutes_are_kept_an_answer_is_exact_to_the_minute(since) -> None:
    parts = stretches(since, NOW, now=NOW)
    if since > NOW - KEPT[MINUTE]:
        assert parts[0].since == since.replace(second=0)
    else:
        assert since - parts[0].since < dt.timedelta(days=1)


@given(minutes_ago, st.sampled_from([MINUTE, HOUR]))
def test_the_steps_of_a_course_are_never_shorter_than_its_rows(since, coarsest) -> None:
    found = stretches(since, NOW, now=NOW, coarsest=coarsest)
    allowed = {MINUTE} if coarsest == MINUTE else {MINUTE, HOUR}
    if since > NOW - KEPT[HOUR]:
        assert {part.grain for part in found} <= allowed


def test_no_time_is_no_stretch() -> None:
    now = NOW.replace(second=0)
    assert stretches(now, now, now=now) == []
    assert stretches(now, now - dt.timedelta(hours=1), now=now) == []


def test_what_is_not_summed_up_yet_is_read_from_minutes() -> None:
    *_, last = stretches(NOW - dt.timedelta(days=3), NOW, now=NOW)
    assert last.grain == MINUTE
    assert last.since == dt.datetime(2026, 11, 11, 5, tzinfo=dt.UTC)
