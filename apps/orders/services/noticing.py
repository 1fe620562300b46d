"""Callbacks about waybills, interceptions and rides, and where a rider is: kept as notices.

What a callback says of a ride that was booked here also moves the shipment (`ride_updates.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import InboxState, Topic
from apps.baidiyun.credentials import acting_for
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.models import InboxRow
from apps.baidiyun.products import intercept, samecity, waybill
from apps.baidiyun.topics import Applied, pushed_of
from apps.core import clock
from apps.core.masking import mask_text
from apps.orders.choices import NoticeTopic
from apps.orders.errors import NotAllowedNow
from apps.orders.models import CarrierNotice, Parcel
from apps.orders.platform_sources import HELD_BACK
from apps.orders.services.ride_updates import RideNews, apply_ride_news

TEXT_LENGTH, STATE_LENGTH = 300, 32
ABOUT_ANOTHER = "about another number"


def apply_notices(rows: Sequence[InboxRow]) -> list[Applied]:
    """Keep what callbacks of the topics waybill, intercept and samecity say of their parcels, and
    apply those about rides booked here.

    Runs inside the drain's transaction; the subject is a parcel. The same row again changes
    nothing, one about another number is kept aside. Raises MalformedPayload.
    """
    notices = [(row, _read(row)) for row in rows]
    subjects = {row.subject for row in rows if row.subject is not None}
    known = set(Parcel.objects.filter(pk__in=subjects).values_list("pk", flat=True))
    applied: list[Applied] = []
    kept: list[CarrierNotice] = []
    for row, (notice, number) in notices:
        why = _why_aside(row, number, known)
        if why:
            applied.append(Applied(row.pk, InboxState.ASIDE.value, row.subject, why))
            continue
        notice.parcel_id, notice.inbox_id = row.subject or 0, row.pk
        kept.append(notice)
        applied.append(Applied(row.pk, InboxState.APPLIED.value, row.subject))
    with transaction.atomic():
        CarrierNotice.objects.bulk_create(kept, ignore_conflicts=True)
        aside = apply_ride_news(news=_rides_among(rows, known))
    return [
        Applied(one.row_id, InboxState.ASIDE.value, one.subject, aside[one.row_id])
        if one.row_id in aside
        else one
        for one in applied
    ]


def note_rider_position(*, parcel_id: int, ride_id: str) -> CarrierNotice:
    """Ask where the rider of a ride is and keep it as a notice, in the system it was given in.

    ``ride_id`` is the platform's id of the same-city order. Call it outside a transaction. Raises
    NotAllowedNow where there is no answer: ``not_configured``, ``held_back`` or the platform's
    own code.
    """
    parcel = Parcel.objects.select_related("order").get(pk=parcel_id)
    try:
        with acting_for(parcel.order.merchant_id):
            reply = gateway.locate_rider(
                mode=parcel.order.mode, subject=parcel.pk, order_id=ride_id
            )
    except NotConfigured as error:
        message = _("There is no account at the platform.")
        raise NotAllowedNow(message, code="not_configured") from error
    if reply.code in HELD_BACK:
        message = _("The gateway is holding calls back just now.")
        raise NotAllowedNow(message, code="held_back")
    if reply.data is None:
        message = mask_text(reply.message)[:200] or _("The platform did not answer.")
        raise NotAllowedNow(message, code=reply.code or "no_answer")
    return CarrierNotice.objects.create(
        parcel=parcel,
        topic=NoticeTopic.RIDER.value,
        longitude=reply.data.longitude,
        latitude=reply.data.latitude,
        system=reply.data.system.value,
    )


def _rides_among(rows: Sequence[InboxRow], known: set[int]) -> list[RideNews]:
    return [
        RideNews(
            row.pk,
            row.subject,
            pushed_of(row, samecity.read_push, message="samecity.push"),
            row.request_id,
        )
        for row in rows
        if row.topic == Topic.SAMECITY.value and row.subject is not None and row.subject in known
    ]


def _why_aside(row: InboxRow, number: str, known: set[int]) -> str:
    if row.subject not in known:
        return "no such parcel"
    if number and row.number and number.strip().upper() != row.number.strip().upper():
        return ABOUT_ANOTHER
    return ""


def _read(row: InboxRow) -> tuple[CarrierNotice, str]:
    """Return an unsaved notice and the number it is about, "" where it names none."""
    if row.topic == Topic.SAMECITY.value:
        ride = pushed_of(row, samecity.read_push, message="samecity.push")
        words = " ".join(part for part in (ride.carrier, ride.words) if part)
        return _notice(NoticeTopic.SAMECITY, ride.state, words, at=ride.updated_at), ""
    if row.topic == Topic.INTERCEPT.value:
        stop = pushed_of(row, intercept.read_push, message="waybill.intercept.push")
        return _notice(NoticeTopic.INTERCEPT, stop.status, stop.message), stop.number
    told = pushed_of(row, waybill.read_push, message="waybill.push")
    return _notice(NoticeTopic.WAYBILL, told.status, told.message), told.number


def _notice(
    topic: NoticeTopic, state: str, words: str, *, at: dt.datetime | None = None
) -> CarrierNotice:
    return CarrierNotice(
        topic=topic.value,
        state=state[:STATE_LENGTH],
        text=mask_text(words)[:TEXT_LENGTH],
        at=at or clock.now(),
    )
