"""The platform as the source of prices and labels: questions of ours into calls, answers back.

Both act for the merchant of the question, so that its own account is used where it has one. Call
them outside a transaction. Prices wait for no token (their product's priority is that of work
rows); for a label somebody is waiting.
"""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import gettext as _

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import ReplyOutcome, Topic
from apps.baidiyun.credentials import acting_for
from apps.baidiyun.errors import CallFailed, NotConfigured
from apps.baidiyun.limits.errors import BreakerOpen, HeldBack, SteppedBack, Throttled
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.waybill import Person, WaybillRequest
from apps.orders.choices import LabelKind
from apps.orders.labels import LabelAnswer, LabelQuestion
from apps.orders.models import Parcel
from apps.orders.quoting import PriceAnswer, PriceQuestion

T = TypeVar("T")
HELD_BACK = frozenset({HeldBack.code, Throttled.code, BreakerOpen.code, SteppedBack.code})
LATER_SECONDS = 60.0
CARGO_LENGTH = 60
PRINT_TYPES = {
    LabelKind.IMAGE.value: "IMAGE",
    LabelKind.HTML.value: "HTML",
    LabelKind.CLOUD.value: "CLOUD",
}


def ask_price(question: PriceQuestion) -> PriceAnswer:
    """Ask what a carrier takes for a line, CNY.

    A refusal is an answer. Raises HeldBack where the gateway sent nothing, CallFailed without an
    answer, NotConfigured.
    """
    with acting_for(question.merchant_id):
        reply = gateway.price_pickup(
            mode=question.mode,
            carrier=question.carrier,
            sender_address=question.sender_address,
            recipient_address=question.recipient_address,
            weight_grams=question.weight_grams,
        )
    if reply.data is None:
        refuse_silence(reply)
        return PriceAnswer(ok=False, code=reply.code or "refused", message=reply.message)
    return PriceAnswer(
        ok=True,
        price=reply.data.price,
        service_type=reply.data.service_type,
        code=reply.code,
        message=reply.message,
    )


def refuse_silence(reply: Reply[T]) -> None:
    """Raise HeldBack or CallFailed for a reply that is no answer of the platform."""
    if reply.code in HELD_BACK:
        raise HeldBack(reply.message, retry_after=LATER_SECONDS)
    if reply.outcome in {ReplyOutcome.UNKNOWN, ReplyOutcome.NOT_SENT}:
        sent = reply.outcome == ReplyOutcome.UNKNOWN
        raise CallFailed(f"{reply.code} {reply.message}".strip(), sent=sent)


def ask_label(question: LabelQuestion) -> LabelAnswer:
    """Order the label of a parcel's number, or print an earlier one again; raises nothing.

    ``code`` of an answer without a label is ``not_configured``, ``held_back``, ``no_answer`` or
    the platform's own. The same label ordered twice within 48 h is the same one.
    """
    try:
        with acting_for(question.merchant_id):
            return _reprint(question) if question.task_id else _order(question)
    except NotConfigured as error:
        return LabelAnswer(
            ok=False, code=error.code, message=_("There is no account at the platform.")
        )


def waybill_request(parcel: Parcel, question: LabelQuestion) -> WaybillRequest:
    """Return what the platform is asked for: the label of the number the parcel has already."""
    order, merchant = parcel.order, parcel.order.merchant
    return WaybillRequest(
        order_id=f"{parcel.shipment.uid}-{question.kind}"[:32],
        carrier=question.carrier,
        number=question.number,
        recipient=Person(order.recipient_name, order.address, mobile=order.recipient_phone),
        sender=Person(merchant.sender_name, merchant.sender_address, mobile=merchant.sender_phone),
        cargo=order.goods[:CARGO_LENGTH],
        weight_grams=parcel.weight_grams,
        print_type=PRINT_TYPES.get(question.kind, "IMAGE"),
    )


def _order(question: LabelQuestion) -> LabelAnswer:
    parcel = Parcel.objects.select_related("order__merchant", "shipment").get(pk=question.parcel_id)
    back = gateway.bind_return(
        topic=Topic.WAYBILL.value,
        subject=parcel.pk,
        carrier=question.carrier,
        number=question.number,
        mode=question.mode,
    )
    reply = gateway.order_waybill(
        mode=question.mode,
        subject=parcel.pk,
        request=waybill_request(parcel, question),
        callback_url=back.url,
        salt=back.salt,
    )
    if reply.data is None:
        return _no_label(reply)
    return LabelAnswer(ok=True, url=reply.data.label, task_id=reply.data.task_id)


def _reprint(question: LabelQuestion) -> LabelAnswer:
    reply = gateway.reprint_waybill(
        mode=question.mode, subject=question.parcel_id, task_id=question.task_id
    )
    if reply.data is None:
        return _no_label(reply)
    return LabelAnswer(ok=True, url=reply.data.label, task_id=reply.data.task_id)


def _no_label(reply: Reply[T]) -> LabelAnswer:
    if reply.code in HELD_BACK:
        return LabelAnswer(
            ok=False, code=HeldBack.code, message=_("The gateway is holding calls back just now.")
        )
    if reply.outcome in {ReplyOutcome.UNKNOWN, ReplyOutcome.NOT_SENT}:
        return LabelAnswer(ok=False, code="no_answer", message=_("The platform did not answer."))
    return LabelAnswer(ok=False, code=reply.code or "refused", message=reply.message)
