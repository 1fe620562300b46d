"""What one look measures for a rule: its series' readings in the form the judge takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from apps.monitoring.burn import WINDOWS, Tally, both, burn_rate
from apps.monitoring.choices import Against, Comparison, RuleKind
from apps.monitoring.judging import Seen, Terms
from apps.monitoring.models import AlertRule
from apps.monitoring.models.alarm import MOST_LABEL
from apps.monitoring.models.objective import Objective
from apps.monitoring.series import Series, series_of
from apps.monitoring.series.base import MINUTE, once

MOST_LABELS = 50
"""Labels of one rule that are judged apart, the worst first."""
DAYS = {Against.LAST_WEEK.value: 7, Against.LAST_DAY.value: 1}


def terms_of(rule: AlertRule) -> Terms:
    """Return what a rule says as the judge takes it; the limit of a burn is the workbook's."""
    kind = RuleKind(rule.kind)
    limit = WINDOWS[kind].rate if kind in WINDOWS else rule.limit
    return Terms(
        kind=kind,
        comparison=Comparison(rule.comparison),
        limit=limit,
        ends_at=rule.ends_at,
        factor=rule.factor,
        least=rule.least,
        for_seconds=rule.for_seconds,
        calm_seconds=rule.calm_seconds,
    )


def look(rule: AlertRule, *, at: dt.datetime) -> dict[str, Seen]:
    """Return what is seen of a rule now, by label ("" where it makes one alarm), the worst
    labels only. Raises KeyError for a series nobody has, ValueError for a dimension it lacks."""
    found = _seen(rule, at)
    if len(found) <= MOST_LABELS:
        return found
    sign = -1.0 if rule.comparison == Comparison.ABOVE.value else 1.0
    ranked = sorted(found.items(), key=lambda pair: sign * (pair[1].value or 0.0))
    return dict(ranked[:MOST_LABELS])


def missing(rule: AlertRule) -> Seen:
    """Return what is seen of a label that the look did not bring."""
    stands_for = None if rule.is_burn else series_of(rule.series).stands_for
    return Seen(stands_for, 0 if stands_for is None else 1)


def burn_seen(objective: Objective, kind: RuleKind, *, at: dt.datetime, least: int = 0) -> Seen:
    """Return the lower burn rate of a kind's two windows; unknown where too little happened in
    the short one."""
    windows = WINDOWS[kind]
    long, short = tally_of(objective, at, windows.long), tally_of(objective, at, windows.short)
    rates = burn_rate(long, objective.share), burn_rate(short, objective.share)
    return Seen(both(*rates), long.total)


def tally_of(objective: Objective, at: dt.datetime, window: dt.timedelta) -> Tally:
    """Return what happened over a window and how much of it was bad; asked once in a look."""
    return once(
        ("tally", objective.pk, at, window),
        lambda: series_of(objective.series).tally(
            since=at - window,
            until=at,
            target=objective.target,
            comparison=Comparison(objective.comparison),
            where=objective.where,
        ),
    )


def _seen(rule: AlertRule, at: dt.datetime) -> dict[str, Seen]:
    if rule.is_burn:
        assert rule.objective is not None  # noqa: S101 - a constraint of the table
        return {"": burn_seen(rule.objective, RuleKind(rule.kind), at=at)}
    series = series_of(rule.series)
    if rule.kind == RuleKind.ABSENCE.value:
        return _absence(rule, series, at)
    window = dt.timedelta(seconds=rule.window_seconds)
    found = series.read(at=at, window=window, where=rule.where, by=rule.group_by)
    usual: Mapping[str, float | None] = {}
    if rule.kind == RuleKind.RELATIVE.value:
        before = series.usual(
            at=at, window=window, days=DAYS[rule.against], where=rule.where, by=rule.group_by
        )
        usual = {label: reading.value for label, reading in before.items()}
    return {
        label[:MOST_LABEL]: Seen(reading.value, reading.count, usual.get(label))
        for label, reading in found.items()
    }


def _absence(rule: AlertRule, series: Series, at: dt.datetime) -> dict[str, Seen]:
    """Return how long nothing came, how much usually comes a second, and the longest gap."""
    window = dt.timedelta(seconds=rule.window_seconds)
    found: dict[str, Seen] = {}
    for label, last in series.last_seen(at=at, where=rule.where, by=rule.group_by).items():
        where = {**rule.where, rule.group_by: [label]} if rule.group_by else rule.where
        found[label[:MOST_LABEL]] = _silence(series, where, last, at, window)
    return found


def _silence(
    series: Series, where: Mapping[str, list[str]], last: dt.datetime, at: dt.datetime,
    window: dt.timedelta,
) -> Seen:  # fmt: skip
    """Return one label's silence against the minutes before its last observation."""
    points = series.course(since=last - window, until=last, step=MINUTE, where=where)
    counts = [point.readings[""].count if "" in point.readings else 0 for point in points]
    while counts and not counts[0]:
        counts.pop(0)
    silence = max((at - last).total_seconds(), 0.0)
    if not counts:
        return Seen(silence)
    longest = run = 0
    for count in counts:
        run = 0 if count else run + 1
        longest = max(longest, run)
    return Seen(silence, sum(counts), usual=sum(counts) / (60.0 * len(counts)), gap=60.0 * longest)
