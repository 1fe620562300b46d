"""What the customs desk lists: incomplete before the cut-off, asked, held, let go.

Every list starts from a partial index that holds only what is open, so it costs what is open and
not what was ever declared. ``viewer`` narrows all of them to a merchant's user's own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet

from apps.accounts.scoping import scope_to
from apps.core.paging import capped_count
from apps.customs.choices import DeclarationState
from apps.customs.desk_ages import AT_CUSTOMS, SHORTEST
from apps.customs.models import Consignment, Declaration

KEPT_DAYS = dt.timedelta(days=30)
"""How long what a manager let go stays on the desk."""


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How much there is of each; capped where counting stopped (`capped_count`)."""

    incomplete: int
    late: int
    soon: int
    asked: int
    held: int
    silent: int
    let_go: int


def incomplete(viewer: Any) -> QuerySet[Consignment]:
    """Return what misses something it must have, the first to leave first, without a cut-off last.

    What was cancelled or has passed its borders is not waited for.
    """
    draft = Declaration.objects.filter(
        consignment=OuterRef("pk"), state=DeclarationState.DRAFT.value
    )
    rows = Consignment.objects.filter(is_complete=False, overridden_at__isnull=True)
    return scope_to(viewer, rows.filter(Exists(draft))).order_by(
        F("cut_off").asc(nulls_last=True), "pk"
    )


def asked(viewer: Any) -> QuerySet[Declaration]:
    """Return what customs wants to know, the first to be answered first."""
    rows = Declaration.objects.filter(
        held_since__isnull=False, state=DeclarationState.INFORMATION_REQUIRED.value
    )
    return scope_to(viewer, rows).order_by(F("answer_due").asc(nulls_last=True), "held_since")


def held(viewer: Any) -> QuerySet[Declaration]:
    """Return what customs holds without a question, the longest held first."""
    rows = Declaration.objects.filter(held_since__isnull=False, state=DeclarationState.HELD.value)
    return scope_to(viewer, rows).order_by("held_since", "pk")


def silent(viewer: Any, *, now: dt.datetime) -> QuerySet[Declaration]:
    """Return what has been at customs for a day or longer without a word, the oldest first."""
    rows = Declaration.objects.filter(state__in=AT_CUSTOMS, state_at__lte=now - SHORTEST)
    return scope_to(viewer, rows).order_by("state_at", "pk")


def let_go(viewer: Any, *, now: dt.datetime) -> QuerySet[Consignment]:
    """Return what managers let go incomplete in thirty days, the newest first."""
    rows = Consignment.objects.filter(overridden_at__gte=now - KEPT_DAYS)
    return scope_to(viewer, rows).order_by("-overridden_at")


def desk_counts(viewer: Any, *, now: dt.datetime) -> DeskCounts:
    """Return how much of each there is; ``soon`` leaves within a day, ``late`` should have left."""
    open_rows = incomplete(viewer)
    return DeskCounts(
        incomplete=capped_count(open_rows),
        late=capped_count(open_rows.filter(cut_off__lt=now)),
        soon=capped_count(open_rows.filter(cut_off__gte=now, cut_off__lt=now + SHORTEST)),
        asked=capped_count(asked(viewer)),
        held=capped_count(held(viewer)),
        silent=capped_count(silent(viewer, now=now)),
        let_go=capped_count(let_go(viewer, now=now)),
    )


def with_borders(rows: QuerySet[Consignment]) -> QuerySet[Consignment]:
    """Load a page of consignments with all a row shows: two queries for the page."""
    borders = Declaration.objects.order_by("direction", "country")
    light = rows.defer("snapshot").select_related("merchant", "shipment")
    return light.prefetch_related(Prefetch("declarations", queryset=borders))


def with_consignment(rows: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """Load a page of declarations with all a row shows: one query."""
    light = rows.defer("consignment__snapshot")
    return light.select_related("merchant", "consignment", "consignment__shipment")
