"""What the home page makes of what it reads: the sentence, the pulse of a job, three figures."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from apps.monitoring.fire import Fire
from apps.monitoring.home.promises import promises
from apps.monitoring.home.pulse import Pulse, judge
from apps.monitoring.home.verdict import Verdict, verdict_of
from apps.monitoring.objectives import ObjectiveState

NOW = dt.datetime(2026, 11, 23, 19, 12, tzinfo=dt.UTC)
"""03:12 in the viewer's zone."""


def ago(**span: float) -> dt.datetime:
    return NOW - dt.timedelta(**span)


def fire(title: str, colour: str = "danger", **given: Any) -> Fire:
    return Fire(colour, "error", title, "", **given)


def said(*found: Fire, **given: Any) -> Verdict:
    with translation.override("en"):
        return verdict_of(found, now=NOW, calm_since=None, **given)


def test_one_thing_is_named_with_its_hour_and_its_length():
    assert said(fire("Redis is gone", since=ago(minutes=4))).sentence == (
        "Redis is gone, since 03:08 (4 min)"
    )


def test_yesterday_is_named_with_its_day():
    assert "11-23 23:12" in said(fire("Redis is gone", since=ago(hours=4))).sentence


def test_the_oldest_of_many_leads_and_the_others_are_counted():
    found = [fire("B", since=ago(minutes=1)), fire("A", since=ago(minutes=9)), fire("C")]
    verdict = said(*found)
    assert verdict.sentence == "A, since 03:03 (9 min); 2 more things are wrong"
    assert [str(each.title) for each in verdict.shown] == ["A", "B", "C"]


def test_what_can_wait_does_not_wake_anybody():
    verdict = said(fire("parked", "warning"), fire("codes", "warning"))
    assert (verdict.colour, verdict.sentence) == ("warning", "Nothing is on fire")
    assert verdict.below == "2 things can wait until morning."


def test_what_can_wait_stands_behind_what_cannot():
    found = [fire("parked", "warning", since=ago(days=3)), fire("Redis is gone")]
    assert said(*found).sentence == "Redis is gone"


def test_many_things_are_folded_behind_the_first_four():
    verdict = said(*(fire(str(n)) for n in range(6)))
    assert (len(verdict.shown), len(verdict.rest)) == (4, 2)


def test_an_unanswered_question_is_never_all_right():
    assert said(whole=False).colour == "danger"


def test_what_is_known_to_be_wrong_is_said_before_what_is_not_known():
    assert said(fire("Redis is gone"), whole=False).sentence == "Redis is gone"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"enabled": False}, Pulse.PAUSED),
        ({"good": ago(seconds=90)}, Pulse.FINE),
        ({"good": ago(minutes=10)}, Pulse.LATE),
        ({"good": ago(minutes=2), "bad": ago(minutes=1)}, Pulse.FAILING),
        ({"good": ago(minutes=1), "bad": ago(minutes=1)}, Pulse.FINE),
        ({}, Pulse.LATE),
        ({"began": ago(seconds=30)}, Pulse.UNSEEN),
        ({"every": 86_400.0}, Pulse.UNSEEN),
        ({"every": 3600.0, "good": ago(hours=2)}, Pulse.FINE),
        ({"every": None}, Pulse.UNSEEN),
    ],
)
def test_a_job_is_judged_by_its_own_period(given, expected):
    asked = {"enabled": True, "every": 2.0, "good": None, "bad": None, "now": NOW} | given
    assert judge(**asked) is expected


def state(key: str, value: float | None, *, target: float = 0.2, ok: bool | None = True) -> Any:
    row = SimpleNamespace(
        key=key, shown_name=key, shown_counts="", series="platform.p95", comparison="above"
    )
    since = ago(minutes=5) if ok is False else None
    return ObjectiveState(row, value, target, ok, since, 0.5, None, None, 10)


def test_a_figure_shows_the_part_that_uses_most_of_what_it_may():
    found = promises([state("platform_response", 0.15), state("api_response", 0.04)])
    assert found[0].worst is not None
    assert found[0].worst.label == "platform_response"
    assert not found[0].is_missed


def test_a_figure_is_missed_with_any_of_its_parts():
    found = promises([state("visible", 1.0, target=5.0), state("told", 9.0, target=5.0, ok=False)])
    assert found[2].is_missed
    assert found[2].since == ago(minutes=5)


def test_nothing_measured_is_neither_kept_nor_zero():
    (response, *_rest) = promises([state("platform_response", None, ok=None)])
    assert response.worst is None
    assert not response.is_missed
