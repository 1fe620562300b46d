"""How many open parcels a rule would hold for now: all looked at, or a fair sample of them."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection

from apps.core import clock
from apps.exceptions.facts_rows import facts_of
from apps.exceptions.live_rules import calendars_now
from apps.exceptions.rulebook.judging import RuleSpec, judge

MOST_LOOKED_AT = 20_000
SECONDS = 4.0
CHUNK = 1_000
OPEN = "SELECT count(*) FROM shipments_shipment WHERE closed_at IS NULL"
SAMPLE = """
SELECT id FROM shipments_shipment WHERE closed_at IS NULL AND mod(id * 48271, 1000003) %% %s = 0
ORDER BY mod(id * 48271, 1000003), id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """``holds`` of ``looked_at`` parcels, of ``open_parcels`` there are.

    Suppression is left aside, so that the number may be too high and never too low.
    """

    open_parcels: int
    looked_at: int
    holds: int

    @property
    def parcels(self) -> int:
        """For how many of all open parcels it would hold."""
        return round(self.open_parcels * self.share)

    @property
    def share(self) -> float:
        """The share of open parcels it would hold for, 0 to 1."""
        return self.holds / self.looked_at if self.looked_at else 0.0


def reach_of(rule: RuleSpec, *, seconds: float = SECONDS) -> Reach:
    """Return how far a rule reaches now; at most 20,000 parcels and so many real seconds."""
    until, now, calendars = time.monotonic() + seconds, clock.now(), calendars_now()
    total = _one(OPEN)
    ids = _ids(max(1, total // MOST_LOOKED_AT))
    looked = holds = 0
    for first in range(0, len(ids), CHUNK):
        facts = facts_of(ids[first : first + CHUNK])
        looked += len(facts)
        holds += sum(judge(rule, one, now=now, calendars=calendars).holds for one in facts.values())
        if time.monotonic() > until:
            break
    return Reach(max(total, looked), looked, holds)


def _one(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _ids(step: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE, [step, MOST_LOOKED_AT])
        return [int(row[0]) for row in cursor.fetchall()]
