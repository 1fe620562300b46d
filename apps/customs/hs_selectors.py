"""What became of suggested HS codes: counts for a window, and where people disagreed most."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Left

from apps.core import clock
from apps.customs.choices import OfferOutcome
from apps.customs.models import HsOffer

WINDOW_DAYS = 90
FEW = 30
"""Below so many decisions shares are not shown: they would say more than is known."""
MOST_PAIRS = 8
RANKS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class OfferFigures:
    """Counts of one window. `ranks` are acceptances at rank 1 to 5.

    `decided` are those accepted, overridden and refused; `corrected` those of them for which
    customs later insisted on another code.
    """

    offered: int
    decided: int
    ranks: tuple[int, ...]
    overridden: int
    none: int
    undone: int
    corrected: int

    @property
    def accepted(self) -> int:
        """How often one of the five was taken."""
        return sum(self.ranks)

    def share(self, part: int) -> float | None:
        """`part` in per cent of the decided; None where too few were decided to say."""
        return None if self.decided < FEW else 100 * part / self.decided


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A code offered first, the code people took instead, and how often."""

    offered: str
    taken: str
    times: int


def offer_figures(offers: QuerySet[HsOffer], *, days: int = WINDOW_DAYS) -> OfferFigures:
    """Count what became of offers made within the last `days`; one query."""
    taken = Q(outcome=OfferOutcome.ACCEPTED.value)
    counts = _within(offers, days).aggregate(
        offered=Count("pk"),
        overridden=Count("pk", filter=Q(outcome=OfferOutcome.OVERRIDDEN.value)),
        none=Count("pk", filter=Q(outcome=OfferOutcome.NONE.value)),
        undone=Count("pk", filter=Q(outcome=OfferOutcome.UNDONE.value)),
        corrected=Count("pk", filter=~Q(corrected_code="")),
        **{f"rank{rank}": Count("pk", filter=taken & Q(chosen_rank=rank)) for rank in RANKS},
    )
    ranks = tuple(counts.pop(f"rank{rank}") for rank in RANKS)
    decided = sum(ranks) + counts["overridden"] + counts["none"]
    return OfferFigures(ranks=ranks, decided=decided, **counts)


def disagreements(offers: QuerySet[HsOffer], *, days: int = WINDOW_DAYS) -> list[Disagreement]:
    """The first suggestions people replaced most often: where an everyday word is missing."""
    rows = (
        _within(offers, days)
        .filter(outcome__in=(OfferOutcome.ACCEPTED.value, OfferOutcome.OVERRIDDEN.value))
        .annotate(first=F("codes__0"), taken=Left("chosen_code", 6))
        .exclude(first=F("taken"))
        .values("first", "taken")
        .annotate(times=Count("pk"))
        .order_by("-times", "first", "taken")[:MOST_PAIRS]
    )
    return [Disagreement(row["first"] or "", row["taken"], row["times"]) for row in rows]


def _within(offers: QuerySet[HsOffer], days: int) -> QuerySet[HsOffer]:
    return offers.filter(offered_at__gte=clock.now() - dt.timedelta(days=days)).order_by()
