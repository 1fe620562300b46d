"""What a rule would have done: it is judged again over what was measured, minute by minute.

The same judge, over the series as they were kept. What hides a rule, silences and acknowledgements
are left out: a preview says when it would have been wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from apps.core.metrics.spans import floored
from apps.monitoring.burn import WINDOWS, Tally, both, burn_rate
from apps.monitoring.choices import Against, Comparison, RuleKind
from apps.monitoring.judging import (
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
from apps.monitoring.series import Point, Reading, one_look, series_of

WEEK = dt.timedelta(days=7)
MINUTE, COARSE, HOUR = dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(hours=1)
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
    """What a rule would have done since a moment: how many alarms there would have been, and the
    newest of them, oldest first; ``measured`` is the share of steps in which anything was
    measured, ``step`` how finely it was looked at."""

    since: dt.datetime
    step: dt.timedelta
    count: int
    firings: tuple[Firing, ...]
    measured: float


def preview_rule(rule: AlertRule, *, at: dt.datetime, back: dt.timedelta = WEEK) -> Preview:
    """Judge a rule (saved or not) over the week before a moment; reads, changes nothing.

    Looks at every minute; where a rule makes an alarm of its own for every value of a dimension,
    at every five, except for absences. What a rule compares with last week is taken from the hours
    of that week, for minutes are not kept that long.
    """
    since, step = at - back, step_of(rule)
    terms = terms_of(rule)
    with one_look():
        steps = list(_steps(rule, since, at, step))
    firings = _judged(terms, rule, steps, step)
    known = sum(any(seen.value is not None for seen in found.values()) for _, found in steps)
    shown = tuple(firings[-MOST_SHOWN:])
    return Preview(since, step, len(firings), shown, known / max(len(steps), 1))


def step_of(rule: AlertRule) -> dt.timedelta:
    """Return how finely a preview looks at a rule: one look reads a week of all its labels."""
    apart = rule.group_by and rule.kind != RuleKind.ABSENCE.value
    return COARSE if apart else MINUTE


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
    """Judge one label. Where a step says something else than the one before, the judge looks at
    its beginning too, so that all of it counts."""
    worse = max if terms.comparison is Comparison.ABOVE else min
    standing: Standing | None = None
    firings: list[Firing] = []
    for start, found in steps:
        seen = found.get(label, absent)
        verdict = _verdict(terms, standing, seen)
        if standing is None and verdict is not Verdict.WRONG:
            continue
        is_new = standing is None or standing.verdict is not verdict
        for at in (start, start + step) if is_new else (start + step,):
            standing, move = judge(terms, standing, seen, at=at, longest=step.total_seconds())
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


def _verdict(terms: Terms, standing: Standing | None, seen: Seen) -> Verdict:
    if standing is None:
        return verdict_of(terms, seen, is_open=False)
    return verdict_of(terms, seen, is_open=standing.is_open, usual=standing.usual)


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
    window = max(dt.timedelta(seconds=rule.window_seconds), step)
    points = series_of(rule.series).course(
        since=since, until=until, step=step, window=window, where=rule.where, by=rule.group_by
    )
    usual = _usual(rule, since, until, window)
    for index, point in enumerate(points):
        before = usual(index, point.start)
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


def _usual(
    rule: AlertRule, since: dt.datetime, until: dt.datetime, window: dt.timedelta
) -> Callable[[int, dt.datetime], Mapping[str, Reading]]:
    """Return what tells what was usual at a step, by its number and beginning; of last week it
    is the hour the step lies in."""
    if rule.kind != RuleKind.RELATIVE.value:
        return lambda _index, _start: {}
    series, days = series_of(rule.series), DAYS[rule.against]
    asked = {"days": days, "where": rule.where, "by": rule.group_by}
    if rule.against != Against.LAST_WEEK.value:
        steps = series.usual_course(
            since=since, until=until, step=step_of(rule), window=window, **asked
        )
        return lambda index, _start: steps[index].readings if index < len(steps) else {}
    hours = series.usual_course(
        since=floored(since, HOUR), until=floored(until, HOUR) + HOUR, step=HOUR,
        window=max(window, HOUR), **asked,
    )  # fmt: skip
    if window < HOUR:
        hours = [series.rescaled(point, window / HOUR) for point in hours]
    by_hour = {point.start + dt.timedelta(days=days): point.readings for point in hours}
    return lambda _index, start: by_hour.get(floored(start, HOUR), {})


def _absence_steps(rule: AlertRule, since: dt.datetime, until: dt.datetime) -> Iterator[Step]:
    """Walk through the minutes: how long nothing came, against the time before the last."""
    series, window = series_of(rule.series), rule.window_seconds // 60
    points = series.course(
        since=since - dt.timedelta(minutes=window), until=until, step=MINUTE, where=rule.where,
        by=rule.group_by,
    )  # fmt: skip
    labels = sorted({label for point in points for label in point.readings})[:MOST_LABELS]
    last = dict.fromkeys(labels, -1)
    before: dict[str, Seen] = {}
    for index, point in enumerate(points):
        for label in labels:
            if label in point.readings and point.readings[label].count:
                last[label] = index
                before.pop(label, None)
        if index >= window:
            yield (
                point.start,
                {
                    label: _silence(points, label, (last[label], index), window, before)
                    for label in labels
                },
            )


def _silence(
    points: Sequence[Point],
    label: str,
    span: tuple[int, int],
    window: int,
    before: dict[str, Seen],
) -> Seen:
    """Return a label's silence from its last observation to a minute (``span``); ``before`` keeps
    what came before that, asked for only where a minute is silent."""
    last, index = span
    if last < 0:
        return Seen(None)
    if last == index:
        return Seen(0.0)
    if label not in before:
        readings = (
            point.readings.get(label) for point in points[max(0, last + 1 - window) : last + 1]
        )
        before[label] = _pace([one.count if one else 0 for one in readings])
    return replace(before[label], value=60.0 * (index - last))


def _pace(counts: Sequence[int]) -> Seen:
    """Return how many came a second in minutes that end with the last, and the longest gap."""
    first = next((n for n, count in enumerate(counts) if count), len(counts))
    longest = run = 0
    for count in counts[first:]:
        run = 0 if count else run + 1
        longest = max(longest, run)
    total = sum(counts)
    return Seen(0.0, total, usual=total / (60.0 * max(len(counts) - first, 1)), gap=60.0 * longest)


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
