"""Pickup orders at the platform. Nothing here repeats a call: `bOrder` may have booked.

The caller sends the same ``third_order_id`` again (within 48 h that is harmless) or asks by
:func:`pickup_detail`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.baidiyun import verdicts
from apps.baidiyun.choices import (
    BookingOutcome,
    BookingProblem,
    Product,
    SubscriptionState,
    Topic,
)
from apps.baidiyun.client import call, signer_for
from apps.baidiyun.credentials import credentials_for
from apps.baidiyun.envelopes import Answer
from apps.baidiyun.errors import CallFailed, InvalidRequest, MalformedPayload
from apps.baidiyun.limits.errors import HeldBack
from apps.baidiyun.models import Subscription
from apps.baidiyun.outcomes import BookingAnswer, DetailAnswer
from apps.baidiyun.products import pickup
from apps.baidiyun.redact import anonymous
from apps.baidiyun.salts import current_kid
from apps.baidiyun.services.sending import callback_url, fresh_salt
from apps.core import clock
from apps.core.ids import new_token


def book_pickup(*, request: pickup.PickupRequest, mode: str) -> BookingAnswer:
    """Book a pickup and return what is known after it; see BookingAnswer for the outcomes.

    ``request.subject`` is bound to a token of its own before anything is sent, so that pushes
    find it even if the answer is lost. Call it outside a transaction. Raises NotConfigured.
    """
    credentials = credentials_for(mode)
    subscription = bind_booking(subject=request.subject, carrier=request.carrier, mode=mode)
    salt = fresh_salt(subscription)
    try:
        fields = pickup.build_order(
            signer=signer_for(credentials),
            request=request,
            callback_url=callback_url(
                topic=Topic.BOOKING.value, kid=subscription.kid, token=subscription.token
            ),
            salt=salt,
        )
    except InvalidRequest as error:
        return _invalid(error)
    try:
        answer, _ = call(product=Product.BOOK, mode=mode, fields=fields, subject=request.subject)
    except CallFailed as error:
        return _unanswered(error)
    booked = _read_booking(answer)
    _settle(subscription, booked)
    return booked


def cancel_pickup(
    *, subject: int, task_id: str, order_id: str, reason: str, mode: str
) -> BookingAnswer:
    """Cancel a booked pickup; ``done`` means the platform agreed. Raises NotConfigured."""
    credentials = credentials_for(mode)
    try:
        fields = pickup.build_cancel(
            signer=signer_for(credentials),
            task_id=task_id,
            order_id=order_id,
            reason=reason,
        )
        answer, _ = call(product=Product.CANCEL, mode=mode, fields=fields, subject=subject)
    except InvalidRequest as error:
        return _invalid(error)
    except CallFailed as error:
        return _unanswered(error)
    if answer.ok:
        return BookingAnswer(
            BookingOutcome.DONE, task_id=task_id, order_id=order_id, message=answer.message
        )
    return _refusal(answer)


def pickup_detail(
    *, subject: int, mode: str, task_id: str = "", third_order_id: str = ""
) -> DetailAnswer:
    """Ask what became of a pickup order, by their reference or ours.

    ``refused`` and permanent means the platform knows no such order. Raises NotConfigured.
    """
    credentials = credentials_for(mode)
    try:
        fields = pickup.build_detail(
            signer=signer_for(credentials),
            task_id=task_id,
            third_order_id=third_order_id,
        )
        answer, _ = call(product=Product.DETAIL, mode=mode, fields=fields, subject=subject)
        if answer.ok:
            update = pickup.parse_detail(answer.data)
            return DetailAnswer(BookingOutcome.DONE, update, answer.code, answer.message)
    except InvalidRequest as error:
        return DetailAnswer(BookingOutcome.REFUSED, None, error.code, str(error), permanent=True)
    except CallFailed as error:
        outcome = BookingOutcome.UNKNOWN if error.sent else BookingOutcome.NOT_SENT
        later = error.retry_after if isinstance(error, HeldBack) else None
        return DetailAnswer(outcome, None, error.code, str(error), retry_after=later)
    except MalformedPayload as error:
        return DetailAnswer(BookingOutcome.UNKNOWN, None, error.code, str(error))
    outcome = BookingOutcome.REFUSED if answer.permanent else BookingOutcome.UNKNOWN
    return DetailAnswer(outcome, None, answer.code, answer.message, permanent=answer.permanent)


def _read_booking(answer: Answer) -> BookingAnswer:
    if not answer.ok:
        return _refusal(answer)
    try:
        booked = pickup.parse_order(answer.data)
    except MalformedPayload as error:
        return BookingAnswer(
            BookingOutcome.UNKNOWN,
            code=error.code,
            message=str(error),
            problem=BookingProblem.UNAVAILABLE,
        )
    return BookingAnswer(
        BookingOutcome.DONE,
        task_id=booked.task_id,
        order_id=booked.order_id,
        number=booked.number,
        code=answer.code,
        message=answer.message,
    )


def _refusal(answer: Answer) -> BookingAnswer:
    outcome = BookingOutcome.REFUSED if answer.permanent else BookingOutcome.UNKNOWN
    return BookingAnswer(
        outcome,
        code=answer.code,
        message=answer.message,
        problem=verdicts.booking_problem(answer.code, answer.message),
        permanent=answer.permanent,
    )


def _invalid(error: InvalidRequest) -> BookingAnswer:
    address = error.field.endswith(".address")
    return BookingAnswer(
        BookingOutcome.REFUSED,
        code=f"{error.code}:{error.field}",
        message=str(error),
        problem=BookingProblem.BAD_ADDRESS if address else BookingProblem.REFUSED,
        permanent=True,
    )


def _unanswered(error: CallFailed) -> BookingAnswer:
    return BookingAnswer(
        BookingOutcome.UNKNOWN if error.sent else BookingOutcome.NOT_SENT,
        code=error.code,
        message=str(error),
        problem=BookingProblem.UNAVAILABLE,
        retry_after=error.retry_after if isinstance(error, HeldBack) else None,
    )


def bind_booking(*, subject: int, carrier: str, mode: str) -> Subscription:
    """Return the one subscription of a booking, committed before anything is sent."""
    wanted = {"topic": Topic.BOOKING.value, "subject": subject}
    now = clock.now()
    try:
        with transaction.atomic():
            found, _ = Subscription.objects.update_or_create(
                **wanted,
                defaults={"carrier": carrier, "mode": mode},
                create_defaults={
                    "carrier": carrier,
                    "mode": mode,
                    "token": new_token(),
                    "kid": current_kid(settings.BAIDIYUN_SALT_KEYS),
                    "created_at": now,
                    "next_at": now,
                    "retry_at": clock.real_now(),
                },
            )
    except IntegrityError:
        return Subscription.objects.get(**wanted)
    return found


def _settle(subscription: Subscription, booked: BookingAnswer) -> None:
    values: dict[str, object] = {
        "return_code": booked.code[:32],
        "message": anonymous(booked.message),
        "attempts": subscription.attempts + 1,
    }
    if booked.ok:
        values |= {"state": SubscriptionState.ACTIVE.value, "subscribed_at": clock.now()}
        values |= {"number": booked.number[:64]} if booked.number else {}
    Subscription.objects.filter(id=subscription.id).update(**values)
