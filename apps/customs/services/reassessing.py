"""Products and exporters change: what holds them and was not handed in is drafted again."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.core import clock
from apps.core.actions import Actor
from apps.core.locks import try_lock
from apps.customs.choices import StepSource
from apps.customs.models import Consignment, Declaration, ProductNews
from apps.customs.record import from_json
from apps.customs.selectors import current_version, load_figures
from apps.customs.services.rewriting import drafted_again, lock_consignment, rewrite
from apps.customs.services.storing import UNSENT

PRODUCTS = Actor.system("products")
RULES = Actor.system("rules")


def reassess_changed(*, limit: int = 500) -> int:
    """Draft waiting consignments of changed products again; returns how many were looked at.

    Each consignment is a transaction of its own. Changes of one merchant that are equally far are
    worked on together, the oldest first; how far they are is kept, and they go when all their
    consignments are done: a crash repeats at most one. A second caller does nothing.
    """
    with try_lock("customs.reassess_changed") as held:
        first = ProductNews.objects.order_by("id").first() if held else None
        if first is None:
            return 0
        group = ProductNews.objects.filter(merchant=first.merchant_id, done_to=first.done_to)
        news = list(group.order_by("id")[:limit])
        rows = _waiting(first.merchant_id, {one.sku for one in news}, after=first.done_to)
        ids = list(rows.values_list("pk", flat=True)[:limit])
        these = ProductNews.objects.filter(pk__in=[one.pk for one in news])
        for pk in ids:
            with transaction.atomic():
                _draft_again(pk)
                these.update(done_to=pk)
        if len(ids) < limit:
            these.delete()
    return len(ids)


def recheck_waiting(*, limit: int = 2_000) -> int:
    """Judge what was not handed in by today's rules; returns how many were looked at.

    Papers expire and figures change while a parcel waits. Nothing is drafted again.
    """
    figures, on = load_figures(), clock.now().date()
    ids = list(_unsent().order_by("-pk").values_list("pk", flat=True)[:limit])
    for pk in ids:
        with transaction.atomic():
            row = lock_consignment(pk)
            record = from_json(current_version(row).record)
            rewrite(row, record, source=StepSource.PORTAL, actor=RULES, figures=figures, on=on)
    return len(ids)


def _draft_again(consignment_id: int) -> None:
    row = lock_consignment(consignment_id)
    rewrite(row, drafted_again(row), source=StepSource.PORTAL, actor=PRODUCTS)


def _waiting(merchant_id: int, skus: set[str], *, after: int) -> QuerySet[Consignment]:
    rows = _unsent().filter(merchant_id=merchant_id, pk__gt=after)
    named = rows if "" in skus else rows.filter(skus__overlap=sorted(skus))
    return named.order_by("pk")


def _unsent() -> QuerySet[Consignment]:
    unsent = Declaration.objects.filter(consignment=OuterRef("pk"), state__in=UNSENT)
    return Consignment.objects.filter(Exists(unsent))
