"""What verdicts teach: precision by kind, source, carrier and thresholds; agreement of persons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from apps.exceptions.choices import Decider, FaultKind, FlagState
from apps.exceptions.models import KindPolicy
from apps.exceptions.policies import why_not_itself
from apps.exceptions.selectors import RIGHT

MOST_VERDICTS = 50_000
GROUPED = """
SELECT kind, source, carrier, thresholds_version, count(*) FILTER (WHERE state = ANY(%(right)s)),
       count(*)
FROM (SELECT kind, source, carrier, thresholds_version, state FROM exceptions_verdict
      WHERE undone_at IS NULL AND NOT is_second_look AND decider = ANY(%(persons)s)
        AND state = ANY(%(judged)s)
      ORDER BY id DESC LIMIT %(most)s) AS newest
GROUP BY 1, 2, 3, 4 ORDER BY 6 DESC, 1, 2, 3, 4
"""
AGREED = """
SELECT second.kind, count(*) FILTER (WHERE first.state = second.state), count(*)
FROM (SELECT id, flag_id, kind, state FROM exceptions_verdict
      WHERE is_second_look AND undone_at IS NULL ORDER BY id DESC LIMIT %(most)s) AS second
JOIN LATERAL (SELECT state FROM exceptions_verdict
              WHERE flag_id = second.flag_id AND NOT is_second_look AND undone_at IS NULL
                AND id < second.id ORDER BY id DESC LIMIT 1) AS first ON true
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """How often flags of one kind, source, carrier and version were right; ``judged`` > 0."""

    kind: FaultKind
    source: str
    carrier: str
    version: int
    right: int
    judged: int

    @property
    def percent(self) -> float:
        """The share that was right, in percent."""
        return 100 * self.right / self.judged


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often a second, blind look said what the first had said."""

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
        """The share shown to a person all the same, in percent."""
        return 100 * float(self.policy.sample_share)


def lessons() -> list[Lesson]:
    """Return the newest 50,000 verdicts of persons counted by group, the most judged first."""
    given = {
        "right": sorted(RIGHT),
        "judged": [*sorted(RIGHT), FlagState.DISMISSED.value],
        "persons": [Decider.PERSON.value, Decider.BULK.value],
        "most": MOST_VERDICTS,
    }
    return [Lesson(FaultKind(kind), *more) for kind, *more in _rows(GROUPED, given)]


def agreements() -> list[Agreement]:
    """Return how often second looks agreed with the verdict they repeat, by kind."""
    return [
        Agreement(FaultKind(kind), same, looked)
        for kind, same, looked in _rows(AGREED, {"most": MOST_VERDICTS})
    ]


def handlings() -> list[Handling]:
    """Return the policy of every kind and whether it may decide itself."""
    policies = {policy.kind: policy for policy in KindPolicy.objects.all()}
    return [
        Handling(
            kind, policies.get(kind.value) or KindPolicy(kind=kind.value), why_not_itself(kind)
        )
        for kind in FaultKind
    ]


def _rows(query: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()
