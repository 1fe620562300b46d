"""Parcels abroad whose carrier goes by the international e-waybill: decided, ordered once, kept.

The platform has no idempotence here and no way to ask (contract §5.12): what may have been ordered
is never ordered again. The row that says so is committed before anything is sent.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace

import structlog
from django.db import transaction

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import BookingOutcome
from apps.baidiyun.choices import BookingProblem as GatewayProblem
from apps.baidiyun.errors import InvalidRequest
from apps.baidiyun.models import CarrierAccount
from apps.baidiyun.outcomes import BookingAnswer
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.customs_parts import IntlAccount
from apps.baidiyun.products.international import (
    InternationalRequest,
    InternationalWaybill,
    Sheet,
)
from apps.core import clock
from apps.core.regions import HOME
from apps.customs.documents.built import DocumentRefused
from apps.customs.documents.ewaybill import EwaybillParts, ewaybill_parts
from apps.customs.models import Consignment
from apps.customs.record import from_json
from apps.customs.selectors import current_version
from apps.orders.choices import BookingState, CallState, LabelKind, PickupReason
from apps.orders.ewaybill_rows import Ewaybill, LabelSheet
from apps.orders.ewaybill_sheets import address_of, read_sheet
from apps.orders.ewaybill_words import problem_of_refusal
from apps.orders.models import Booking, Label
from apps.orders.services.common import lock_booking

log = structlog.get_logger(__name__)
MAY_BE_ORDERED = BookingAnswer(BookingOutcome.UNKNOWN, code="may_be_ordered")
TAKEN_OVER = BookingAnswer(BookingOutcome.NOT_SENT, code="taken_over")
NUMBER_LENGTH, MOST_NUMBERS = 64, 50
SHORTEST_SECRET = 4
HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an e-waybill is ordered with: whose account, and the record's fields of a version."""

    account: CarrierAccount
    version: int
    parts: EwaybillParts


def ewaybill_of(booking: Booking) -> Ewaybill | None:
    """Return the e-waybill of a booking; one that stays at home pays no query."""
    if booking.parcel.shipment.destination_country == HOME:
        return None
    return Ewaybill.objects.select_related("account").filter(booking=booking).first()


def plan_ewaybill(booking: Booking) -> Plan | PickupReason | None:
    """Return what a booking's e-waybill is ordered with, or why it is booked as a pickup.

    None for a parcel that stays at home. Only a complete record is told to a carrier this way: one
    a manager let go incomplete goes as it went before.
    """
    parcel = booking.parcel
    if parcel.shipment.destination_country == HOME:
        return None
    account = gateway.find_carrier_account(
        merchant_id=parcel.order.merchant_id, carrier=booking.carrier, mode=parcel.order.mode
    )
    if account is None:
        return PickupReason.NO_ACCOUNT
    consignment = Consignment.objects.filter(shipment_id=parcel.shipment_id).first()
    if consignment is None or not consignment.is_complete:
        return PickupReason.INCOMPLETE
    version = current_version(consignment)
    try:
        parts = ewaybill_parts(from_json(version.record))
        _check_fields(parts)
    except (DocumentRefused, InvalidRequest) as error:
        log.info("no e-waybill", booking=booking.third_order_id, code=error.code)
        return PickupReason.UNFIT
    return Plan(account, version.number, parts)


def request_of(plan: Plan, account: IntlAccount) -> InternationalRequest:
    """Return what the platform is asked for."""
    row = plan.account
    request = plan.parts.request(account=account, carrier=row.carrier, service=row.service)
    return replace(request, route_id=row.route)


def ask_for_ewaybill(booking: Booking, plan: Plan) -> BookingAnswer:
    """Order the e-waybill of a claimed booking, at most once in its life.

    Call it outside a transaction, acting for the merchant. Raises NotConfigured.
    """
    account = gateway.open_carrier_account(plan.account)
    if not _begin(booking, plan):
        return TAKEN_OVER
    reply = gateway.order_international(
        mode=booking.parcel.order.mode, subject=booking.pk, request=request_of(plan, account)
    )
    if reply.data is not None:
        _keep(booking, reply.data, calls=plan.account.calls_pickup)
    return _answer_of(reply, account)


def known_outcome(waybill: Ewaybill) -> BookingAnswer:
    """Return what is known of an e-waybill whose sender died: its number, or nothing."""
    if waybill.number:
        return BookingAnswer(BookingOutcome.DONE, number=waybill.number)
    return MAY_BE_ORDERED


def book_as_pickup(booking: Booking, reason: PickupReason) -> None:
    """Note that a claimed booking goes as a pickup after all, and why where that surprises."""
    Ewaybill.objects.filter(booking=booking).delete()
    way = "" if reason is PickupReason.NO_ACCOUNT else reason.value
    if booking.carrier_facts.get("way", "") != way:
        booking.carrier_facts = {**booking.carrier_facts, "way": way}
        Booking.objects.filter(pk=booking.pk).update(carrier_facts=booking.carrier_facts)


def _check_fields(parts: EwaybillParts) -> None:
    """Write every part once, so that what the contract forbids is known before a claim is spent."""
    parts.recipient.fields("recipient")
    parts.sender.fields("sender")
    for package in parts.packages:
        package.fields()
    for line in parts.lines:
        line.fields()


def _begin(booking: Booking, plan: Plan) -> bool:
    """Write down what is about to be sent and renew the claim, if it is still ours."""
    with transaction.atomic():
        _order, row = lock_booking(booking.pk)
        if row.state != BookingState.SENDING.value or row.claimed_at != booking.claimed_at:
            return False
        row.claimed_at = clock.real_now()
        row.save(update_fields=["claimed_at"])
        Ewaybill.objects.update_or_create(
            booking=row,
            defaults={"account": plan.account, "record_version": plan.version},
        )
    booking.claimed_at = row.claimed_at
    return True


def _keep(booking: Booking, waybill: InternationalWaybill, *, calls: bool) -> None:
    """Keep number, packages and sheets at once: the outcome is known even if we die now."""
    number = waybill.number[:NUMBER_LENGTH]
    numbers = [one[:NUMBER_LENGTH] for one in waybill.package_numbers[:MOST_NUMBERS]]
    with transaction.atomic():
        Ewaybill.objects.filter(booking=booking).update(
            number=number,
            package_numbers=numbers,
            call_state=CallState.WANTED.value if calls else CallState.NONE.value,
            call_at=clock.real_now() if calls else None,
        )
        for kind, sheet in ((LabelKind.SHEET, waybill.label), (LabelKind.INVOICE, waybill.invoice)):
            if sheet is not None:
                _keep_sheet(booking, number, kind, sheet)


def _keep_sheet(booking: Booking, number: str, kind: LabelKind, sheet: Sheet) -> None:
    found, address = read_sheet(sheet), address_of(sheet)
    if found is None and not address:
        log.warning("no sheet", booking=booking.third_order_id, kind=kind.value)
        return
    label, _made = Label.objects.update_or_create(
        parcel_id=booking.parcel_id,
        kind=kind.value,
        carrier=booking.carrier,
        number=number.upper(),
        defaults={"url": address},
    )
    if found is not None:
        content, content_type = found
        digest = hashlib.sha256(content).hexdigest()
        values = {"content": content, "content_type": content_type, "sha256": digest}
        LabelSheet.objects.update_or_create(label=label, defaults=values)


def _answer_of(reply: Reply[InternationalWaybill], account: IntlAccount) -> BookingAnswer:
    """Return the reply as what a booking's answer is judged by, without a word of the account."""
    message = without_account(reply.message, account)
    refused = reply.outcome.value == BookingOutcome.REFUSED.value
    problem = problem_of_refusal(reply.code, message) if refused else None
    return BookingAnswer(
        BookingOutcome(reply.outcome.value),
        number=reply.data.number if reply.data else "",
        code=reply.code,
        message=message,
        problem=GatewayProblem(problem.value) if problem else GatewayProblem.NONE,
        permanent=reply.permanent,
        retry_after=reply.retry_after,
    )


def without_account(message: str, account: IntlAccount) -> str:
    """Return a platform's message without what it repeats of the account with the carrier."""
    for part in fields(account):
        secret = getattr(account, part.name)
        if len(secret) >= SHORTEST_SECRET:
            message = message.replace(secret, HIDDEN)
    return message
