"""What reads flags: one page's worth of evidence, and how the queue stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from apps.accounts.scoping import merchant_of, scope_to
from apps.core import clock
from apps.exceptions.choices import Decider, FaultKind, FlagState
from apps.exceptions.models import Flag, Verdict
from apps.shipments.models import Track

JUDGED = 200
MOST_COUNTED = 1_000
MOST_RECENT = 5_000
HOUR = dt.timedelta(hours=1)
RIGHT = frozenset({FlagState.CONFIRMED.value, FlagState.REPAIRED.value})
COUNT = """
SELECT kinds.kind, (SELECT count(*) FROM (
    SELECT 1 FROM exceptions_flag f WHERE f.state = 'open' AND f.kind = kinds.kind {scope}
    LIMIT %(most)s) AS open_ones)
FROM unnest(%(kinds)s::text[]) AS kinds(kind)
"""


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many flags of a kind wait; ``more`` says there are others beyond ``waiting``."""

    kind: str
    waiting: int
    more: bool


@dataclass(frozen=True, slots=True)
class Capacity:
    """Inflow against what is decided, both an hour of business time; ``more``: at least."""

    waiting: int
    more: bool
    raised_an_hour: float
    decided_an_hour: float
    oldest_raised_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Precision:
    """How often a kind was right among the last verdicts of persons."""

    judged: int
    right: int

    @property
    def share(self) -> float | None:
        """The share that was right, None where nobody has judged."""
        return self.right / self.judged if self.judged else None


def flags_seen_by(user: Any) -> QuerySet[Flag]:
    """Return the flags somebody may see."""
    return scope_to(user, Flag.objects.all())


def queue_counts(user: Any) -> list[KindCount]:
    """Return how many flags of each kind wait, at most 1,000 each: the cost is bounded."""
    merchant = merchant_of(user)
    scope = "" if merchant is None else "AND f.merchant_id = %(merchant)s"
    given: dict[str, Any] = {
        "most": MOST_COUNTED + 1,
        "kinds": FaultKind.values(),
        "merchant": merchant,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(scope=scope), given)
        rows = cursor.fetchall()
    return [KindCount(kind, min(n, MOST_COUNTED), n > MOST_COUNTED) for kind, n in rows if n]


def capacity(user: Any) -> Capacity:
    """Return what comes in, what is decided, what waits and since when; the cost is bounded."""
    counts = queue_counts(user)
    flags = flags_seen_by(user)
    verdicts = scope_to(
        user,
        Verdict.objects.filter(undone_at=None).exclude(decider=Decider.TIME.value),
        path="flag__merchant",
    )
    oldest = flags.filter(state=FlagState.OPEN.value).order_by("id")
    return Capacity(
        waiting=sum(count.waiting for count in counts),
        more=any(count.more for count in counts),
        raised_an_hour=_an_hour(flags, "raised_at"),
        decided_an_hour=_an_hour(verdicts, "at"),
        oldest_raised_at=oldest.values_list("raised_at", flat=True).first(),
    )


def precision_of(kind: str, *, last: int = JUDGED) -> Precision:
    """Return how often persons said a kind was right, over its last verdicts.

    A second look counts where it repeats what a rule has decided: no person had looked before.
    """
    states = list(
        Verdict.objects.filter(
            Q(is_second_look=False) | Q(repeats__decider=Decider.RULE.value),
            kind=kind,
            undone_at=None,
            decider__in=[Decider.PERSON.value, Decider.BULK.value],
            state__in=[*RIGHT, FlagState.DISMISSED.value],
        )
        .order_by("-id")
        .values_list("state", flat=True)[:last]
    )
    return Precision(len(states), sum(state in RIGHT for state in states))


def disagreements(user: Any) -> QuerySet[Verdict]:
    """Return second looks that contradict a standing first verdict and wait to be settled."""
    rows = Verdict.objects.filter(
        agrees=False, settled_at=None, undone_at=None, repeats__undone_at=None
    )
    return scope_to(user, rows, path="flag__merchant").order_by("-id")


def last_look() -> dt.datetime | None:
    """Return when the newest fix that was looked at had come in; None where none ever was."""
    looked = Track.objects.filter(looked_version__gt=0).order_by("-last_heard_at")
    return looked.values_list("last_heard_at", flat=True).first()


def _an_hour(rows: QuerySet[Any], field: str) -> float:
    """Return how many of the newest rows lie within the last hour, told from at most 5,000."""
    since = clock.now() - HOUR
    newest = rows.order_by("-id").values_list(field, flat=True)[:MOST_RECENT]
    moments = [moment for moment in newest if moment >= since]
    if len(moments) < MOST_RECENT:
        return float(len(moments))
    return len(moments) * HOUR / max(clock.now() - min(moments), dt.timedelta(seconds=1))
