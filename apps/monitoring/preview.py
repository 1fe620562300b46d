"""What a rule would have done: it is judged again over what was measured, minute by minute.

The same judge, over the series as they were kept. What hides a rule, silences and acknowledgements
are left out: a preview says when it would have been wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.monitoring.burn import WINDOWS, Tally, both, burn_rate
from apps.monitoring.choices import Against, Comparison, RuleKind
from apps.monitoring.judging import (
    LONGEST_STEP,
    Move,
    Seen,
    Standing,
    Terms,
    Verdict,
    judge,
    verdict_of,
)
from apps.monitoring.looking import DAYS, MOST_LABELS, missing, terms_of
from apps.monitoring.models import AlertRule
from apps.monitoring.series import Point, one_look, series_of

WEEK = dt.timedelta(days=7)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
MOST_SHOWN = 100
Step = tuple[dt.datetime, Mapping[str, Seen]]


@dataclass(slots=True)
class Firing:
    """One alarm there would have been. ``until`` is None where it would still be open."""

    label: str
    since: dt.datetime
    value: float
    worst: float
    until: dt.datetime | None = None

    @property
    def seconds(self) -> float | None:
        """How long it would have lasted."""
        return None if self.until is None else (self.until - self.since).total_seconds()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would have done since a moment, oldest first; ``measured`` is the share of steps
    in which anything was measured, ``step`` how finely it was looked at."""

    since: dt.datetime
    step: dt.timedelta
    firings: tuple[Firing, ...]
    measured: float

    @property
    def count(self) -> int:
        """How many alarms there would have been."""
        return len(self.firings)


def preview_rule(rule: AlertRule, *, at: dt.datetime, back: dt.timedelta = WEEK) -> Preview:
    """Judge a rule (saved or not) over the week before a moment; reads, changes nothing.

    Looks at every minute; a rule that compares with last week at every hour, for minutes are not
    kept that long.
    """
    step = HOUR if rule.against == Against.LAST_WEEK.value else MINUTE
    since = at - back
    terms = terms_of(rule)
    with one_look():
        steps = list(_steps(rule, since, at, step))
    firings = _judged(terms, rule, steps, step)
    known = sum(any(seen.value is not None for seen in found.values()) for _, found in steps)
    return Preview(since, step, tuple(firings[:MOST_SHOWN]), known / max(len(steps), 1))


def _judged(terms: Terms, rule: AlertRule, steps: list[Step], step: dt.timedelta) -> list[Firing]:
    labels = sorted({label for _, found in steps for label in found})[:MOST_LABELS]
    absent = missing(rule)
    firings: list[Firing] = []
    for label in labels:
        firings += _judged_label(terms, label, steps, step, absent)
    return sorted(firings, key=lambda firing: firing.since)


def _judged_label(
    terms: Terms, label: str, steps: list[Step], step: dt.timedelta, absent: Seen
) -> list[Firing]:
    """Judge one label; within a step the judge looks as often as one look may count for."""
    looks = max(1, round(step.total_seconds() / LONGEST_STEP))
    worse = max if terms.comparison is Comparison.ABOVE else min
    standing: Standing | None = None
    firings: list[Firing] = []
    for start, found in steps:
        seen = found.get(label, absent)
        if standing is None and verdict_of(terms, seen, is_open=False) is not Verdict.WRONG:
            continue
        for number in range(1, looks + 1):
            at = start + step * number / looks
            standing, move = judge(terms, standing, seen, at=at)
            if move is Move.BEGINS:
                begun = at - dt.timedelta(seconds=standing.wrong_seconds)
                firings.append(Firing(label, begun, seen.value or 0.0, seen.value or 0.0))
            elif move is not Move.NOTHING:
                firings[-1].until = at
            elif standing.is_open and seen.value is not None:
                firings[-1].worst = worse(firings[-1].worst, seen.value)
        if standing is not None and standing.is_forgettable:
            standing = None
    return firings


def _steps(
    rule: AlertRule, since: dt.datetime, until: dt.datetime, step: dt.timedelta
) -> Iterator[Step]:
    if rule.is_burn:
        return _burn_steps(rule, since, until)
    if rule.kind == RuleKind.ABSENCE.value:
        return _absence_steps(rule, since, until)
    return _value_steps(rule, since, until, step)


def _value_steps(
    rule: AlertRule, since: dt.datetime, until: dt.datetime, step: dt.timedelta
) -> Iterator[Step]:
    series, window = series_of(rule.series), dt.timedelta(seconds=rule.window_seconds)
    asked = {"since": since, "until": until, "step": step, "where": rule.where}
    points = series.course(**asked, window=max(window, step), by=rule.group_by)
    usual: list[Point] = []
    if rule.kind == RuleKind.RELATIVE.value:
        usual = series.usual_course(
            **asked,
            window=max(window, step),
            days=DAYS[rule.against],
            by=rule.group_by,
        )
    for index, point in enumerate(points):
        before = usual[index].readings if index < len(usual) else {}
        yield (
            point.start,
            {
                label: Seen(
                    reading.value,
                    reading.count,
                    before[label].value if label in before else None,
                )
                for label, reading in point.readings.items()
            },
        )


def _absence_steps(rule: AlertRule, since: dt.datetime, until: dt.datetime) -> Iterator[Step]:
    """Walk through the minutes: how long nothing came, against the time before the last."""
    series, window = series_of(rule.series), rule.window_seconds // 60
    points = series.course(
        since=since - dt.timedelta(minutes=window), until=until, step=MINUTE, where=rule.where,
        by=rule.group_by,
    )  # fmt: skip
    labels = sorted({label for point in points for label in point.readings})
    counts = {
        label: [point.readings[label].count if label in point.readings else 0 for point in points]
        for label in labels
    }
    for index in range(window, len(points)):
        found = {label: _silence(counts[label], index, window) for label in labels}
        yield points[index].start, found


def _silence(counts: list[int], index: int, window: int) -> Seen:
    last = index
    while last >= 0 and not counts[last]:
        last -= 1
    if last < 0:
        return Seen(None)
    before = counts[max(0, last + 1 - window) : last + 1]
    while before and not before[0]:
        before = before[1:]
    longest = run = 0
    for count in before:
        run = 0 if count else run + 1
        longest = max(longest, run)
    rate = sum(before) / (60.0 * max(len(before), 1))
    return Seen(60.0 * (index - last), sum(before), usual=rate, gap=60.0 * longest)


def _burn_steps(rule: AlertRule, since: dt.datetime, until: dt.datetime) -> Iterator[Step]:
    """Slide both windows over the tallies of the minutes."""
    objective = rule.objective
    assert objective is not None  # noqa: S101 - a constraint of the table
    windows = WINDOWS[RuleKind(rule.kind)]
    begin = since - windows.long
    tallies = series_of(objective.series).tallies(
        since=begin, until=until, step=MINUTE, target=objective.target,
        comparison=Comparison(objective.comparison), where=objective.where,
    )  # fmt: skip
    sums = [Tally()]
    for tally in tallies:
        sums.append(sums[-1] + tally)
    long, short = (round(span / MINUTE) for span in (windows.long, windows.short))
    for end in range(long, len(sums)):
        parts = [
            Tally(sums[end].total - sums[end - n].total, sums[end].bad - sums[end - n].bad)
            for n in (long, short)
        ]
        rates = [burn_rate(part, objective.share) for part in parts]
        at = begin + MINUTE * (end - 1)
        yield at, {"": Seen(both(rates[0], rates[1]), parts[0].total)}
