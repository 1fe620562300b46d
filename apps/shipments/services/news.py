"""Pushes nobody signs: pickup codes are kept, a webhook of kd100.com is only a hint to look."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from apps.baidiyun.choices import InboxState
from apps.baidiyun.models import InboxRow
from apps.baidiyun.products import pickup_code
from apps.baidiyun.products.pickup_code import PickupCode
from apps.baidiyun.services import want_poll
from apps.baidiyun.topics import Applied, pushed_of
from apps.core import clock
from apps.shipments.models import PickupSpot, Shipment

ASIDE = InboxState.ASIDE.value


def apply_pickup_codes(rows: Sequence[InboxRow]) -> list[Applied]:
    """Keep where parcels wait and their codes, oldest first; what says nothing new is skipped.

    Runs inside the drain's transaction; the subject is a shipment. A push about another number
    is kept aside. Raises MalformedPayload.
    """
    said = [
        (row, pushed_of(row, pickup_code.read_push, message="pickup_code.push")) for row in rows
    ]
    known = _known(rows)
    with transaction.atomic():
        return [_keep(row, news, known) for row, news in said]


def apply_webhooks(rows: Sequence[InboxRow]) -> list[Applied]:
    """Queue the parcels of kd100.com's webhooks for a poll of ours; their content is kept aside.

    The webhook is not signed (contract §6), so no event is made of it: the confirming poll
    brings the track. Runs inside the drain's transaction; the subject is a shipment.
    """
    known = _known(rows)
    applied = []
    for row in rows:
        if row.subject is None or row.subject not in known:
            note = "no such shipment"
        elif want_poll(subject=row.subject):
            note = "not signed: a confirming poll is queued"
        else:
            note = "not signed: a poll is queued already, or nothing is followed"
        applied.append(Applied(row.pk, ASIDE, row.subject, note))
    return applied


def _known(rows: Sequence[InboxRow]) -> set[int]:
    subjects = {row.subject for row in rows if row.subject is not None}
    return set(Shipment.objects.filter(pk__in=subjects).values_list("pk", flat=True))


def _keep(row: InboxRow, news: PickupCode, known: set[int]) -> Applied:
    if row.subject is None or row.subject not in known:
        return Applied(row.pk, ASIDE, row.subject, "no such shipment")
    if news.number.strip().upper() != row.number.strip().upper():
        return Applied(row.pk, ASIDE, row.subject, "about another number")
    given = {
        "code": news.code[:40],
        "station": news.station[:120],
        "address": news.address[:200],
    }
    told = {name: value for name, value in given.items() if value}
    if not told:
        return Applied(row.pk, InboxState.SKIPPED.value, row.subject, "no code yet")
    PickupSpot.objects.update_or_create(
        shipment_id=row.subject, defaults={**told, "heard_at": clock.now()}
    )
    return Applied(row.pk, InboxState.APPLIED.value, row.subject)
