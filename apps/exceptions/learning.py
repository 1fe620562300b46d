"""What verdicts teach: how often flags were right, whether persons agree, inflow and capacity."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.core import clock
from apps.exceptions.choices import Decider, FaultKind, FlagState
from apps.exceptions.models import KindPolicy
from apps.exceptions.policies import why_not_itself
from apps.exceptions.selectors import RIGHT

MOST_VERDICTS = 50_000
MOST_FLAGS = 100_000
WEEKS = 8
DAYS = 14
DIMENSIONS = ("kind", "source", "carrier", "thresholds_version")
PERSONS = [Decider.PERSON.value, Decider.BULK.value]
JUDGED = [*sorted(RIGHT), FlagState.DISMISSED.value]
GROUPED = """
SELECT kind, source, carrier, thresholds_version,
       date_trunc('week', at AT TIME ZONE %(zone)s)::date,
       count(*) FILTER (WHERE state = ANY(%(right)s)), count(*)
FROM (SELECT v.kind, v.source, v.carrier, v.thresholds_version, v.at, v.state
      FROM exceptions_verdict v LEFT JOIN exceptions_verdict first ON first.id = v.repeats_id
      WHERE v.undone_at IS NULL AND (v.repeats_id IS NULL OR first.decider = 'rule')
        AND v.decider = ANY(%(persons)s) AND v.state = ANY(%(judged)s)
      ORDER BY v.id DESC LIMIT %(most)s) AS newest
GROUP BY 1, 2, 3, 4, 5
"""
TWICE = """
SELECT second.kind, first.decider = 'rule', first.state, second.state, count(*)
FROM (SELECT * FROM exceptions_verdict WHERE is_second_look AND undone_at IS NULL
      ORDER BY id DESC LIMIT %(most)s) AS second
JOIN exceptions_verdict first ON first.id = second.repeats_id
WHERE first.undone_at IS NULL OR second.settled_at IS NOT NULL
GROUP BY 1, 2, 3, 4
"""
RAISED = """
SELECT (raised_at AT TIME ZONE %(zone)s)::date, count(*)
FROM (SELECT raised_at FROM exceptions_flag ORDER BY id DESC LIMIT %(most)s) AS newest
WHERE raised_at >= %(since)s GROUP BY 1
"""
DECIDED = """
SELECT (at AT TIME ZONE %(zone)s)::date, decider, count(*) FROM exceptions_verdict
WHERE at >= %(since)s AND undone_at IS NULL AND NOT is_second_look GROUP BY 1, 2
"""
PACE = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY took_ms)
FROM (SELECT took_ms FROM exceptions_verdict WHERE decider = 'person' AND took_ms > 0
      ORDER BY id DESC LIMIT 1000) AS newest
"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """How often flags of one group were right; ``judged`` > 0.

    ``group`` names it by dimension; ``weeks`` are the last eight, oldest first, as (Monday,
    right, judged).
    """

    group: Mapping[str, Any]
    right: int
    judged: int
    weeks: tuple[tuple[dt.date, int, int], ...]

    @property
    def percent(self) -> float:
        """The share that was right, in percent."""
        return 100 * self.right / self.judged

    @property
    def least_percent(self) -> float:
        """The lower end of Wilson's 95 % interval, in percent: what so few verdicts allow."""
        z, n = 1.96, self.judged
        share = self.right / n
        root = z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
        return max(0.0, 100 * (share + z * z / (2 * n) - root) / (1 + z * z / n))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often a second, blind look said what a person had said first.

    ``kappa`` is Cohen's: what is left of agreement after chance; None where it says nothing.
    """

    kind: FaultKind
    same: int
    looked: int
    kappa: float | None

    @property
    def percent(self) -> float:
        """The share that agreed, in percent."""
        return 100 * self.same / self.looked


@dataclass(frozen=True, slots=True)
class RuleSample:
    """How often persons agreed with what a kind's rule had decided."""

    kind: FaultKind
    same: int
    looked: int

    @property
    def percent(self) -> float:
        """The share that agreed, in percent."""
        return 100 * self.same / self.looked


@dataclass(frozen=True, slots=True)
class Handling:
    """How a kind is handled; ``why_not`` says why it may not decide itself, empty if it may."""

    kind: FaultKind
    policy: KindPolicy
    why_not: str

    @property
    def sample(self) -> float:
        """The share of the rule's decisions shown to a person all the same, in percent."""
        return 100 * float(self.policy.sample_share)

    @property
    def second_looks(self) -> float:
        """The share of persons' decisions shown to somebody else, in percent."""
        return 100 * float(self.policy.second_look_share)


@dataclass(frozen=True, slots=True)
class Day:
    """What came in and what became of flags on one day, by way of decision."""

    day: dt.date
    raised: int
    persons: int
    rules: int
    expired: int

    @property
    def decided(self) -> int:
        """All that left the queue."""
        return self.persons + self.rules + self.expired


def lessons(*by: str) -> list[Lesson]:
    """Return the newest 50,000 verdicts of persons counted by dimensions, the most judged first.

    Without dimensions by kind. A second look counts where a rule had decided first.
    """
    wanted = [DIMENSIONS.index(name) for name in by or ("kind",)]
    given = {"right": sorted(RIGHT), "judged": JUDGED, "persons": PERSONS, "most": MOST_VERDICTS}
    weeks: defaultdict[tuple[Any, ...], defaultdict[dt.date, list[int]]]
    weeks = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for *group, week, right, judged in _rows(GROUPED, given):
        counted = weeks[tuple(group[n] for n in wanted)][week]
        counted[0] += right
        counted[1] += judged
    found = [_lesson(by or ("kind",), values, told) for values, told in weeks.items()]
    return sorted(found, key=lambda one: (-one.judged, str(one.group)))


def agreements() -> list[Agreement]:
    """Return how often second looks agreed with the person they repeat, by kind."""
    return [
        Agreement(kind, _same(pairs), pairs.total(), kappa(pairs))
        for kind, pairs in _twice(by_rule=False)
    ]


def rule_samples() -> list[RuleSample]:
    """Return how often persons agreed with the rules of kinds that decide themselves."""
    return [RuleSample(kind, _same(pairs), pairs.total()) for kind, pairs in _twice(by_rule=True)]


def kappa(pairs: Mapping[tuple[str, str], int]) -> float | None:
    """Return Cohen's kappa of (first, second) judgements with their counts.

    (observed − expected) / (1 − expected), where expected is what the two would agree on by
    chance, given how often each says what. None where chance alone would always agree.
    """
    total = sum(pairs.values())
    first, second = Counter[str](), Counter[str]()
    for (one, other), count in pairs.items():
        first[one] += count
        second[other] += count
    chance = sum(first[word] * second[word] for word in first) / total**2 if total else 1.0
    if chance >= 1.0:
        return None
    return (_same(pairs) / total - chance) / (1 - chance)


def handlings() -> list[Handling]:
    """Return the policy of every kind and whether it may decide itself."""
    policies = {policy.kind: policy for policy in KindPolicy.objects.all()}
    return [
        Handling(
            kind, policies.get(kind.value) or KindPolicy(kind=kind.value), why_not_itself(kind)
        )
        for kind in FaultKind
    ]


def days() -> list[Day]:
    """Return the last fourteen days, today last: of at most the newest 100,000 flags."""
    today = timezone.localtime(clock.now()).date()
    first = today - dt.timedelta(days=DAYS - 1)
    since = timezone.make_aware(dt.datetime.combine(first, dt.time()))
    given = {"since": since, "most": MOST_FLAGS}
    raised = dict(_rows(RAISED, given))
    ways: defaultdict[dt.date, Counter[str]] = defaultdict(Counter)
    for day, decider, count in _rows(DECIDED, given):
        ways[day]["persons" if decider in PERSONS else decider] += count
    return [
        Day(day, raised.get(day, 0), ways[day]["persons"], ways[day]["rule"], ways[day]["time"])
        for day in (first + dt.timedelta(days=n) for n in range(DAYS))
    ]


def seconds_a_decision() -> float | None:
    """Return the median of the seconds the newest 1,000 single decisions took, None without."""
    [[took_ms]] = _rows(PACE, {})
    return None if took_ms is None else took_ms / 1000


def judgement(state: str) -> str:
    """Return what a verdict says about a flag: ``right``, ``wrong`` or ``unsure``."""
    if state in RIGHT:
        return "right"
    return "wrong" if state == FlagState.DISMISSED.value else "unsure"


def _lesson(
    by: tuple[str, ...], values: tuple[Any, ...], told: Mapping[dt.date, list[int]]
) -> Lesson:
    today = timezone.localtime(clock.now()).date()
    monday = today - dt.timedelta(days=today.weekday())
    mondays = [monday - dt.timedelta(weeks=n) for n in reversed(range(WEEKS))]
    weeks = tuple((day, *told[day]) if day in told else (day, 0, 0) for day in mondays)
    right = sum(right for right, _judged in told.values())
    judged = sum(judged for _right, judged in told.values())
    return Lesson(dict(zip(by, values, strict=True)), right, judged, weeks)  # type: ignore[arg-type]


def _twice(*, by_rule: bool) -> list[tuple[FaultKind, Counter[tuple[str, str]]]]:
    found: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for kind, rule, first, second, count in _rows(TWICE, {"most": MOST_VERDICTS}):
        if rule == by_rule:
            found[kind][judgement(first), judgement(second)] += count
    return [(FaultKind(kind), pairs) for kind, pairs in sorted(found.items())]


def _same(pairs: Mapping[tuple[str, str], int]) -> int:
    return sum(count for (first, second), count in pairs.items() if first == second)


def _rows(query: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    zone = timezone.get_current_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(query, {"zone": zone, **given})
        return cursor.fetchall()
