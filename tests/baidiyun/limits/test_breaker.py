"""The breaker as values: when it opens, how it tries again, what an old report may say."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from apps.baidiyun.limits import breaker
from apps.baidiyun.limits.breaker import RULES, Breaker
from apps.baidiyun.limits.choices import BreakerState

NOW = 1_800_000_000.0


def after(*fates: bool, start: Breaker | None = None, now: float = NOW) -> Breaker:
    """A breaker after calls that failed (True) or not."""
    held = start or Breaker()
    for failed in fates:
        held = breaker.record(held, failed=failed, epoch=held.epoch, now=now)
    return held


def opened() -> Breaker:
    """A breaker that has just opened."""
    return after(*[True] * RULES.min_calls)


def test_a_few_failures_open_nothing():
    assert after(*[True] * (RULES.min_calls - 1)).state is BreakerState.CLOSED


def test_half_of_the_calls_failing_opens_it_for_the_first_pause():
    held = after(*[False] * 5, *[True] * 5)
    assert (held.state, held.pause) == (BreakerState.OPEN, RULES.first_pause)


def test_a_third_of_the_calls_failing_does_not():
    assert after(*[False, False, True] * 30).state is BreakerState.CLOSED


def test_failures_of_long_ago_are_forgotten():
    held = after(*[True] * 9)
    later = after(True, start=held, now=NOW + 2 * RULES.slice_seconds)
    assert later.state is BreakerState.CLOSED


def test_failures_of_the_last_slice_still_count():
    held = after(*[True] * 9)
    later = after(True, start=held, now=NOW + RULES.slice_seconds)
    assert later.state is BreakerState.OPEN


def test_while_open_nothing_goes_out():
    asked = breaker.admit(opened(), NOW + RULES.first_pause - 1)
    assert (asked.allowed, asked.wait) == (False, 1.0)


def test_after_the_pause_only_a_few_probes_go_out():
    held, allowed = opened(), []
    for _ in range(RULES.probes + 2):
        asked = breaker.admit(held, NOW + RULES.first_pause)
        held = asked.breaker
        allowed.append(asked.allowed)
    assert allowed == [True] * RULES.probes + [False] * 2
    assert held.state is BreakerState.HALF_OPEN


def half_open() -> Breaker:
    """A breaker with one probe out."""
    return breaker.admit(opened(), NOW + RULES.first_pause).breaker


def test_all_probes_passing_closes_it():
    held = after(*[False] * RULES.probes, start=half_open())
    assert (held.state, held.pause) == (BreakerState.CLOSED, 0.0)


def test_one_failing_probe_opens_it_for_twice_as_long():
    held = after(False, True, start=half_open())
    assert (held.state, held.pause) == (BreakerState.OPEN, 2 * RULES.first_pause)


def test_the_pause_stops_growing():
    held = opened()
    for _ in range(20):
        moment = held.since + held.pause
        held = after(True, start=breaker.admit(held, moment).breaker, now=moment)
    assert held.pause == RULES.longest_pause


def test_a_call_from_before_the_opening_says_nothing_about_the_probes():
    held = half_open()
    assert breaker.record(held, failed=True, epoch=0, now=NOW + 6) == held


def test_probes_that_never_report_are_replaced():
    held = replace(half_open(), probes=RULES.probes)
    asked = breaker.admit(held, held.since + RULES.probe_seconds)
    assert (asked.allowed, asked.breaker.probes) == (True, 1)


def test_a_probe_that_was_not_made_frees_its_place():
    held = half_open()
    assert breaker.void(held, epoch=held.epoch).probes == held.probes - 1
    assert breaker.void(held, epoch=held.epoch - 1) == held


@given(st.lists(st.tuples(st.sampled_from(["ask", "fine", "fail", "void"]), st.floats(0, 40))))
def test_whatever_happens_it_is_never_stuck(steps):
    held, now = Breaker(), NOW
    for what, wait in steps:
        now += wait
        if what == "ask":
            held = breaker.admit(held, now).breaker
        elif what == "void":
            held = breaker.void(held, epoch=held.epoch)
        else:
            held = breaker.record(held, failed=what == "fail", epoch=held.epoch, now=now)
    assert 0 <= held.probes <= RULES.probes
    assert breaker.admit(held, now + RULES.longest_pause + RULES.probe_seconds).allowed
