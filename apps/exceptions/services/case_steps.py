"""What is done about a case by ourselves: send again, compensate; and the frame of every step.

A step is written before anything goes out, under the ``key`` of the request that asked: a
repeated request finds it and does nothing twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor
from apps.exceptions.choices import CaseMove, StepKind, StepState
from apps.exceptions.errors import CaseForbidden, CaseRefused
from apps.exceptions.models import Case, CaseStep
from apps.exceptions.services.case_changes import case_to_change, change_case, locked_case
from apps.orders.drafts import LineDraft, OrderDraft, ParcelDraft, RecipientDraft
from apps.orders.models import Order, Parcel
from apps.orders.services import create_order

APPROVES = "exceptions.approve_compensation"
RESENDS = "orders.change_order"
MOST_MONEY = Decimal(1_000_000)
CENT = Decimal("0.01")
LONGEST_KEY, LONGEST_REFERENCE = 40, 64


@dataclass(frozen=True, slots=True)
class Asker:
    """Who takes a step: the person, the version of the case they saw, the request's key."""

    user: User
    version: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """A step that was written; ``is_new`` is False where the same request came before."""

    step: CaseStep
    is_new: bool


def begin_step(
    *,
    case: Case,
    asker: Asker,
    kind: StepKind,
    details: Mapping[str, Any],
    state: StepState = StepState.ASKED,
    reference: str = "",
) -> CaseStep:
    """Write a step on a case that `case_for_step` gave, in the same transaction."""
    step = CaseStep.objects.create(
        case=case, kind=kind.value, state=state.value, by=asker.user,
        key=asker.key[:LONGEST_KEY], reference=reference[:LONGEST_REFERENCE],
        details=dict(details),
        answered_at=clock.now() if state == StepState.DONE else None,
    )  # fmt: skip
    change_case(
        case=case,
        move=CaseMove.STEP,
        actor=Actor.user(asker.user),
        values={"owner_id": case.owner_id or asker.user.pk},
        details={"step": step.pk, "kind": kind.value, **details},
    )
    return step


def case_for_step(*, case_id: int, asker: Asker) -> tuple[Case, CaseStep | None]:
    """Return the locked case for a step, or with the step the same request wrote before.

    Raises CaseUnknown, CaseForbidden, CaseChanged, CaseTaken, CaseRefused.
    """
    case = locked_case(user=asker.user, case_id=case_id)
    if asker.key:
        before = case.steps.filter(key=asker.key[:LONGEST_KEY]).first()
        if before is not None:
            return case, before
    case = case_to_change(
        user=asker.user, case_id=case_id, version=asker.version, move=CaseMove.STEP
    )
    return case, None


def resend_order(
    *, case_id: int, user: User, version: int, key: str = "", reference: str = ""
) -> Begun:
    """Send the goods again: a new order to the same address, booked as any other.

    With a ``reference`` the shop has sent them again itself and only its new order's number is
    kept. Raises as `case_for_step`, CaseForbidden without the permission to change orders,
    CaseRefused where the order cannot be copied, and what `create_order` refuses.
    """
    asker = Asker(user, version, key)
    with transaction.atomic():
        case, before = case_for_step(case_id=case_id, asker=asker)
        if before is not None:
            return Begun(before, is_new=False)
        details: dict[str, Any] = {"by_hand": True}
        if not reference.strip():
            order = _sent_again(case, user)
            reference, details = order.number, {"order": order.uid}
        step = begin_step(
            case=case, asker=asker, kind=StepKind.RESEND, state=StepState.DONE,
            reference=reference.strip(), details=details,
        )  # fmt: skip
    return Begun(step, is_new=True)


def compensate_case(
    *,
    case_id: int,
    user: User,
    version: int,
    amount: Decimal | str,
    currency: str,
    key: str = "",
    reference: str = "",
) -> Begun:
    """Keep what the customer is compensated with, ``amount`` in major units of ``currency``.

    What one case has come to above `CASE_COMPENSATION_LIMITS`, or in a currency it does not
    list, is a manager's to give (CaseForbidden). Raises as `case_for_step`, CaseRefused for an
    amount that is none.
    """
    money, code = _money(amount, currency)
    asker = Asker(user, version, key)
    with transaction.atomic():
        case, before = case_for_step(case_id=case_id, asker=asker)
        if before is not None:
            return Begun(before, is_new=False)
        _refuse_too_much(case, money, code, user)
        step = begin_step(
            case=case, asker=asker, kind=StepKind.COMPENSATE, state=StepState.DONE,
            reference=reference.strip(), details={"amount": str(money), "currency": code},
        )  # fmt: skip
    return Begun(step, is_new=True)


def _money(amount: Decimal | str, currency: str) -> tuple[Decimal, str]:
    try:
        money = Decimal(str(amount).strip())
    except InvalidOperation:
        money = Decimal("NaN")
    if not money.is_finite() or not 0 < money <= MOST_MONEY or money != money.quantize(CENT):
        raise CaseRefused(_("Say an amount of money with at most two decimals."), code="amount")
    code = currency.strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise CaseRefused(_("Say the currency by its three letters."), code="currency")
    return money.quantize(CENT), code


def _refuse_too_much(case: Case, money: Decimal, currency: str, user: User) -> None:
    if user.has_perm(APPROVES):
        return
    given = case.steps.filter(kind=StepKind.COMPENSATE.value, details__currency=currency)
    held = sum((Decimal(step.details["amount"]) for step in given), Decimal(0))
    limit = settings.CASE_COMPENSATION_LIMITS.get(currency)
    if limit is None:
        raise CaseForbidden(
            _("Compensation in %s is a manager's to give.") % currency, code="needs_manager"
        )
    if held + money > limit:
        said = {"limit": limit, "currency": currency, "sum": held + money}
        raise CaseForbidden(
            _("Above %(limit)s %(currency)s a manager gives it; this case would come to %(sum)s.")
            % said,
            code="needs_manager",
        )


def _sent_again(case: Case, user: User) -> Order:
    """Create the order again for the same address; its number tells which it repeats."""
    if not user.has_perm(RESENDS):
        raise CaseForbidden(_("Your role does not change orders."))
    rows = Parcel.objects.select_related("order__merchant")
    parcel = rows.filter(shipment_id=case.shipment_id).first()
    if parcel is None:
        raise CaseRefused(_("No order is known: give the number of the new one."), code="reference")
    order = parcel.order
    if order.parcels.count() > 1 or hasattr(parcel, "ride"):
        raise CaseRefused(
            _("This order cannot be copied: send it again in the shop and give its number."),
            code="reference",
        )
    return create_order(
        merchant=order.merchant, draft=_copy(order, parcel), mode=order.mode,
        actor=Actor.user(user),
    )  # fmt: skip


def _copy(order: Order, parcel: Parcel) -> OrderDraft:
    again = Order.objects.filter(
        merchant_id=order.merchant_id, number__startswith=f"{order.number}-R"
    )
    number = f"{order.number[:58]}-R{again.count() + 1}"
    recipient = RecipientDraft(
        name=order.recipient_name, phone=order.recipient_phone, country=order.country,
        province=order.province, city=order.city, district=order.district, street=order.street,
        postcode=order.postcode, email=order.recipient_email,
    )  # fmt: skip
    lines = tuple(
        LineDraft(
            title=line.title, quantity=line.quantity, sku=line.sku, unit_price=line.unit_price,
            weight_grams=line.weight_grams, goods_class=line.goods_class,
            origin_country=line.origin_country, hs_code=line.hs_code,
        )
        for line in order.lines.order_by("position")
    )  # fmt: skip
    box = ParcelDraft(
        weight_grams=parcel.weight_grams, length_mm=parcel.length_mm, width_mm=parcel.width_mm,
        height_mm=parcel.height_mm,
    )  # fmt: skip
    return OrderDraft(
        number=number, recipient=recipient, lines=lines, parcels=(box,), currency=order.currency,
        value=order.value, buyer_name=order.buyer_name, goods=order.goods,
        carrier=order.carrier_wish,
    )  # fmt: skip


def asked_ago(step: CaseStep) -> dt.timedelta:
    """Return how long ago (real time) a step went out."""
    said = step.details.get("asked_at")
    moment = dt.datetime.fromisoformat(said) if said else clock.real_now()
    return clock.real_now() - moment
