"""Looking only when told finds the same as looking every quarter of an hour."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.exceptions.choices import Anchor, DayKind
from apps.exceptions.rulebook.business_time import Calendars, WorkCalendar
from apps.exceptions.rulebook.facts import Facts
from apps.exceptions.rulebook.judging import RuleSpec, compile_rule, judge_all, severity_at

START = dt.datetime(2026, 9, 28, 4, 0, tzinfo=dt.UTC)
QUARTER = dt.timedelta(minutes=15)
STEPS = 4 * 24 * 8
CALENDARS = Calendars(
    {"CN": WorkCalendar("CN", {dt.date(2026, 10, day): False for day in range(1, 8)})}
)
hours = st.integers(-12, 90).map(float)
moments = st.none() | st.integers(-100, 200).map(lambda n: START + n * QUARTER * 2)
ages = st.lists(
    st.fixed_dictionaries(
        {
            "field": st.sampled_from(["silence", "status_age", "since_promise"]),
            "op": st.sampled_from(["at_least", "at_most"]),
            "value": st.integers(0, 120).map(float),
        }
    ),
    max_size=2,
)
drafts = st.builds(
    lambda anchor, first, more, days, conditions, silenced: {
        "anchor": anchor, "hours": first, "red_hours": None if more is None else first + more,
        "days": days, "conditions": conditions, "severity": "amber",
        "suppressed_by": ["r0"] if silenced else [],
    },
    st.sampled_from([Anchor.LAST_SCAN.value, Anchor.STATUS_SINCE.value, Anchor.PROMISE_END.value]),
    hours, st.none() | st.integers(0, 48).map(float), st.sampled_from(DayKind.values()), ages,
    st.booleans(),
)  # fmt: skip


def seen(specs: list[RuleSpec], facts: Facts, now: dt.datetime) -> tuple[object, object]:
    """Return what is said at a moment, by rule, and when to look again."""
    said, again = judge_all(specs, facts, now=now, calendars=CALENDARS)
    return {
        spec.code: severity_at(spec, said[spec.code], now=now)
        for spec in specs
        if said[spec.code].holds
    }, again


@settings(max_examples=60, deadline=None)
@given(st.lists(drafts, min_size=1, max_size=4), moments, moments, moments)
def test_nothing_changes_between_two_looks(
    contents: list[dict[str, object]],
    last: dt.datetime | None,
    status_at: dt.datetime | None,
    promise_to: dt.datetime | None,
) -> None:
    specs = [
        compile_rule(
            content | {"code": f"r{n}", "suppressed_by": content["suppressed_by"] if n else []}
        )
        for n, content in enumerate(contents)
    ]
    facts = Facts(
        status="in_transit", created_at=START, last_event_at=last, status_at=status_at,
        promise_to=promise_to,
    )  # fmt: skip
    held, again = seen(specs, facts, START)
    for step in range(1, STEPS):
        now = START + step * QUARTER
        if isinstance(again, dt.datetime) and again <= now:
            held, again = seen(specs, facts, now)
        assert seen(specs, facts, now)[0] == held


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 60 * 24 * 30), st.integers(1, 60 * 24 * 9))
def test_working_hours_added_are_working_hours_measured(minute: int, length: int) -> None:
    office = CALENDARS.of("CN")
    start = START + dt.timedelta(minutes=minute)
    end = office.add(start, length / 60)
    assert abs(office.between(start, end) - length / 60) < 1e-6
    assert office.is_working((end - dt.timedelta(microseconds=1)).astimezone(office.zone).date())
    assert abs(office.between(office.add(end, -length / 60), end) - length / 60) < 1e-6
