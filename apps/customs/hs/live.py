"""The suggester of this process, fed from the portal's rows and renewed when they change.

Rows are looked at every few seconds (three index reads). Where taking them up is quick it is done
at once; where it is not, the old suggester answers while a thread builds the next one, and the
wait until the next look grows with the time it took, so that a busy house is not always building.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Max

from apps.customs.choices import OfferOutcome
from apps.customs.hs.base import base
from apps.customs.hs.learned import Confirmed
from apps.customs.hs.query import Query
from apps.customs.hs.ranking import Suggester, build_suggester
from apps.customs.hs.sources import Alias
from apps.customs.models import HsAlias, HsConfirmation, HsOffer, Product

LOOK_SECONDS = 5.0
QUICK_SECONDS = 0.1  # of processor time; what takes longer is built beside the questions
PATIENCE = 20  # looks wait at least this many times the time of a build
MOST_CONFIRMED = 20_000
MOST_OFFERS = 5_000
TAKEN = (OfferOutcome.ACCEPTED.value, OfferOutcome.OVERRIDDEN.value)


@dataclass
class _Kept:
    """What the process holds; guarded by the lock."""

    suggester: Suggester | None = None
    version: tuple[Any, ...] = ()
    look_at: float = 0.0
    took: float = 0.0
    building: bool = False


_kept = _Kept()
_lock = threading.Lock()


def suggester() -> Suggester:
    """The suggester as fresh as the rows were a few seconds ago."""
    with _lock:
        if _kept.suggester is not None and (_kept.building or time.monotonic() < _kept.look_at):
            return _kept.suggester
        version = rows_version()
        if _kept.suggester is not None and version == _kept.version:
            _kept.look_at = time.monotonic() + LOOK_SECONDS
            return _kept.suggester
        if _kept.suggester is not None and _kept.took > QUICK_SECONDS:
            _kept.building = True
            threading.Thread(target=_rebuild_aside, args=(version,), daemon=True).start()
            return _kept.suggester
        return _rebuild(version)


def forget() -> None:
    """Look at the rows again at the next question, as after a restart."""
    with _lock:
        _kept.suggester, _kept.version, _kept.look_at, _kept.took = None, (), 0.0, 0.0


def look_now() -> None:
    """Let the next question look at the rows, however recent the last look was."""
    _kept.look_at = 0.0


def rows_version() -> tuple[Any, ...]:
    """What changes whenever a confirmation, a choice or an alias does."""
    confirmations = HsConfirmation.objects.aggregate(Max("id"), Max("withdrawn_at"))
    offers = HsOffer.objects.aggregate(Max("decided_at"))
    aliases = HsAlias.objects.aggregate(Count("id"), Max("changed_at"))
    return (*confirmations.values(), *offers.values(), *aliases.values())


def _rebuild(version: tuple[Any, ...]) -> Suggester:
    base()
    started = time.thread_time()
    made = build_suggester(confirmed=[*_confirmed(), *_chosen()], aliases=_aliases())
    _kept.took = time.thread_time() - started
    _kept.suggester, _kept.version = made, version
    _kept.look_at = time.monotonic() + max(LOOK_SECONDS, PATIENCE * _kept.took)
    return made


def _rebuild_aside(version: tuple[Any, ...]) -> None:
    try:
        _rebuild(version)
    finally:
        _kept.building = False
        connection.close()


def query_of(product: Product) -> Query:
    """What the product master says about a product, as a question."""
    return Query(
        title=product.name_en,
        title_cn=product.name_cn,
        material=product.material,
        use=product.use,
        category=product.category,
        merchant_id=product.merchant_id,
    )


def _confirmed() -> list[Confirmed]:
    rows = (
        HsConfirmation.objects.filter(withdrawn_at=None)
        .select_related("product")
        .order_by("-id")[:MOST_CONFIRMED]
    )
    return [Confirmed(query_of(row.product), row.code[:6]) for row in rows]


def _chosen() -> list[Confirmed]:
    rows = HsOffer.objects.filter(
        outcome__in=TAKEN, product=None, decided_at__isnull=False
    ).order_by("-decided_at")[:MOST_OFFERS]
    return [
        Confirmed(
            Query(title=row.text, merchant_id=row.merchant_id),
            (row.corrected_code or row.chosen_code)[:6],
            binding=False,
        )
        for row in rows
    ]


def _aliases() -> list[Alias]:
    codes: dict[str, list[str]] = defaultdict(list)
    notes: dict[str, str] = {}
    rows = HsAlias.objects.filter(is_active=True).order_by("id")
    for word, code, note in rows.values_list("word", "code", "note"):
        codes[word].append(code)
        notes.setdefault(word, note)
    return [Alias(word, tuple(found), notes[word]) for word, found in codes.items()]
