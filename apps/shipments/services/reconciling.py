"""Reconciliation: ask where it matters most, and keep what became of asking.

The answers go through the inbox; the applier writes what they changed into the ledger and finds
the run by the moment its parcels were chosen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from apps.baidiyun.choices import QueryResult
from apps.core import clock
from apps.shipments.choices import LedgerKind, LedgerVerdict
from apps.shipments.models import LedgerEntry, ReconciliationRun, Shipment
from apps.shipments.services.polling import claim_risky, poll_each

ANSWERED = frozenset(
    {QueryResult.STORED.value, QueryResult.UNCHANGED.value, QueryResult.NO_RESULT.value}
)
NOT_ASKED = frozenset(
    {QueryResult.HELD_BACK.value, QueryResult.TOO_SOON.value, QueryResult.CACHED.value}
)


def reconcile(*, slot: dt.datetime, budget: int, lanes: int = 1) -> dict[str, int]:
    """Compare up to ``budget`` open parcels with the platform, ``lanes`` at a time, for one half
    hour of business time.

    Returns ``{"asked", "answered", "failed", "held_back"}``. A slot that was begun and not
    finished is begun again. Call it outside a transaction, guarded by `run_job`.
    """
    now = clock.now()
    run, _ = ReconciliationRun.objects.update_or_create(
        slot=slot,
        defaults={
            "claimed_at": now,
            "budget": budget,
            "started_at": clock.real_now(),
            "finished_at": None,
        },
    )
    answered, held_back, failures = 0, 0, {}
    for target, result in poll_each(targets=claim_risky(limit=budget, at=now), lanes=lanes):
        if result in ANSWERED:
            answered += 1
        elif result in NOT_ASKED:
            held_back += 1
        else:
            failures[target.shipment_id] = result
    figures = {
        "asked": answered + len(failures),
        "answered": answered,
        "failed": len(failures),
        "held_back": held_back,
    }
    with transaction.atomic():
        _enter_failures(run, failures)
        ReconciliationRun.objects.filter(pk=run.pk).update(finished_at=clock.real_now(), **figures)
    return figures


def enter_booking(
    *, shipment_id: int, verdict: LedgerVerdict, ours: str, theirs: str, note: str = ""
) -> None:
    """Enter the comparison of a booking's state here (``ours``) with the platform's.

    A mismatch that was healed is ``push_missing`` with one healed fact: no callback had told it.
    """
    shipment, now = Shipment.objects.get(pk=shipment_id), clock.now()
    is_healed = verdict is LedgerVerdict.PUSH_MISSING
    LedgerEntry.objects.create(
        kind=LedgerKind.BOOKING.value,
        shipment=shipment,
        merchant_id=shipment.merchant_id,
        mode=shipment.mode,
        carrier=shipment.carrier,
        verdict=verdict.value,
        push_status=ours[:40],
        poll_status=theirs[:40],
        healed_events=1 if is_healed else 0,
        note=note[:200],
        known_at=now,
        changed_at=now,
        closed_at=now,
    )


def _enter_failures(run: ReconciliationRun, failures: Mapping[int, str]) -> None:
    """Enter the parcels the platform did not answer for."""
    now = run.claimed_at
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            kind=LedgerKind.TRACKING.value,
            shipment=shipment,
            merchant_id=shipment.merchant_id,
            mode=shipment.mode,
            carrier=shipment.carrier,
            run=run,
            verdict=LedgerVerdict.UNREACHABLE.value,
            push_status=shipment.status,
            push_newest_at=shipment.last_event_at,
            note=failures[shipment.pk][:200],
            known_at=now,
            changed_at=now,
            closed_at=now,
        )
        for shipment in Shipment.objects.filter(pk__in=failures)
    )
