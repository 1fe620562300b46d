"""Pickup orders (``borderapi.do``): price, book, cancel, detail, modify."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from apps.core.locks import lock_keys
from apps.sandbox import carriers, world
from apps.sandbox.booking_form import (
    BookingForm,
    Slot,
    bad,
    read_booking,
    read_carrier,
    read_parties,
    read_slot,
)
from apps.sandbox.cadence import IDEMPOTENT_FOR
from apps.sandbox.envelopes import Refusal
from apps.sandbox.hours import DAY
from apps.sandbox.models import SandboxAccount, SandboxOrder, SandboxParcel
from apps.sandbox.phones import tail_of
from apps.sandbox.plan import Plan
from apps.sandbox.planner import make_plan
from apps.sandbox.pricing import as_text, has_line, quote
from apps.sandbox.rng import stream
from apps.sandbox.services.effects import planted_effects
from apps.sandbox.services.parcels import (
    next_event_at,
    order_status_at,
    parcel_columns,
    replace_plan,
    under_outages,
)
from apps.sandbox.services.subscriptions import is_callback_url, register_subscription
from apps.sandbox.texts import Step, phrase
from apps.sandbox.wire import text_of

NO_LINE = Refusal("500", "当前线路未设置价格")
NO_BALANCE = Refusal("500", "账户余额不足，请充值后再下单")
NOT_FOUND = Refusal("500", "订单不存在")
TOO_LATE = Refusal("500", "快件已揽收，不能取消订单")
MOST_CARRIERS = 15
SETTLED = 15
STANDARD = "标准快递"


def price_order(*, param: dict[str, Any]) -> dict[str, Any]:
    """``price``: one carrier, all amounts as text; 500 when there is no line."""
    carrier = read_carrier(param)
    parties = read_parties(param, carrier)
    if not has_line(carrier, parties.destination):
        raise NO_LINE
    cost = quote(
        carrier=carrier,
        origin=parties.origin,
        destination=parties.destination,
        weight_grams=parties.weight_grams,
    )
    return {
        "serviceType": text_of(param, "serviceType") or STANDARD,
        "kuaidiCom": carrier.code,
        "price": as_text(cost.price),
        "defPrice": as_text(cost.price),
        "firstPrice": as_text(cost.first),
        "overPrice": as_text(cost.over),
        "defFirstPrice": as_text(cost.first),
        "defOverPrice": as_text(cost.over),
    }


def price_batch(*, param: dict[str, Any]) -> list[dict[str, Any]]:
    """``batchPrice``: up to 15 carriers; a carrier without a line has a null price."""
    codes, services = _read_list(param, "kuaidiComList"), _read_list(param, "serviceTypeList")
    if not codes or len(codes) > MOST_CARRIERS:
        raise bad("kuaidiComList数量不正确")
    if services and len(services) != len(codes):
        raise Refusal("400", "kuaidiComList与serviceTypeList 参数不匹配")
    rows = []
    for position, code in enumerate(codes):
        service = services[position] if services else STANDARD
        try:
            row = price_order(param={**param, "kuaidicom": code, "serviceType": service})
        except Refusal:
            row = dict.fromkeys(("price", "defPrice", "firstPrice", "overPrice"))
            row |= {"kuaidiCom": code, "serviceType": service}
        rows.append({k: v for k, v in row.items() if not k.startswith(("defFirst", "defOver"))})
    return rows


def _read_list(param: dict[str, Any], name: str) -> list[str]:
    value = param.get(name)
    if isinstance(value, str):
        value = value.strip("[] ").replace('"', "").split(",")
    if not isinstance(value, list):
        return []
    return [str(item).strip() for item in value if str(item).strip()]


@transaction.atomic
def book_order(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``bOrder``: plan the parcel's life and answer with its numbers.

    The same ``thirdOrderId`` within 48 hours gets the same answer; with other content it is
    501. Raises Refusal.
    """
    form = read_booking(param)
    now = world.now()
    if form.reference:
        lock_keys("sandbox-order", [f"{account.key}:{form.reference}"])
        earlier = find_earlier(account, form.reference, now)
        if earlier is not None:
            if earlier.request_digest != form.digest:
                raise Refusal("501", "重复提交")
            return _booking_reply(earlier)
    if not account.has_balance:
        raise NO_BALANCE
    if not has_line(form.parties.carrier, form.parties.destination):
        raise NO_LINE
    order = _create_order(account, form, now)
    _subscribe_along(account, order, param, now)
    return _booking_reply(order)


def find_earlier(account: SandboxAccount, reference: str, now: dt.datetime) -> SandboxOrder | None:
    """The order of the same own reference within 48 hours, or None."""
    since = now - dt.timedelta(seconds=IDEMPOTENT_FOR)
    return (
        SandboxOrder.objects.filter(account=account, third_order_id=reference)
        .filter(booked_at__gt=since)
        .select_related("parcel")
        .order_by("-booked_at")
        .first()
    )


def _create_order(account: SandboxAccount, form: BookingForm, now: dt.datetime) -> SandboxOrder:
    parties, booked_at = form.parties, world.epoch(now)
    name = form.reference or f"{form.digest}:{booked_at}"
    number = free_number(parties.carrier, account.customer, name)
    plan = make_plan(
        seed=world.seed(),
        carrier=parties.carrier,
        number=number,
        origin=parties.origin,
        destination=parties.destination,
        booked_at=booked_at,
        effects=planted_effects(),
    )
    plan = under_outages(in_slot(plan, form.slot, booked_at))
    tails = ",".join(dict.fromkeys(filter(None, map(tail_of, form.phones))))
    parcel = SandboxParcel.objects.create(
        carrier=parties.carrier.code,
        number=number,
        booked_at=now,
        phone_tails=tails,
        **parcel_columns(plan),
    )
    cost = quote(
        carrier=parties.carrier,
        origin=parties.origin,
        destination=parties.destination,
        weight_grams=parties.weight_grams,
    )
    task_id, order_id = order_ids(number)
    return SandboxOrder.objects.create(
        account=account,
        parcel=parcel,
        task_id=task_id,
        order_id=order_id,
        third_order_id=form.reference,
        request_digest=form.digest,
        callback_url=form.callback_url,
        salt=form.salt,
        weight_grams=parties.weight_grams,
        freight=cost.price,
        slot_start=form.slot.start,
        slot_end=form.slot.end,
        booked_at=now,
        due_at=next_event_at(plan, 0),
    )


def free_number(carrier: carriers.Carrier, customer: str, name: str) -> str:
    """A number of the carrier that no parcel has; the same for the same name. Raises Refusal."""
    for attempt in range(100):
        rng = stream(world.seed(), "number", carrier.code, customer, name, attempt)
        number = carriers.make_number(carrier, rng)
        if not SandboxParcel.objects.filter(number=number).exists():
            return number
    raise Refusal("500", "服务器错误")


def order_ids(number: str) -> tuple[str, str]:
    """``taskId`` (32 upper-case hex digits) and ``orderId`` (digits) of a parcel number."""
    rng = stream(world.seed(), "order-ids", number)
    return f"{rng.getrandbits(128):032X}", str(rng.randrange(10**13, 10**14))


def in_slot(plan: Plan, slot: Slot, booked_at: int) -> Plan:
    """The plan with its pickup not before the slot, moved by whole days."""
    starts, picked = slot.starts_at(booked_at), plan.picked_up_at
    if starts is None or picked is None or picked >= starts:
        return plan
    return plan.postponed(booked_at + 600, -(-(starts - picked) // DAY) * DAY)


def _subscribe_along(
    account: SandboxAccount, order: SandboxOrder, param: dict[str, Any], now: dt.datetime
) -> None:
    url = text_of(param, "pollCallBackUrl", "pollCallbackUrl")
    if text_of(param, "op") != "1" or not is_callback_url(url):
        return
    level = {"3": "1"}.get(text_of(param, "resultv2"), text_of(param, "resultv2"))
    register_subscription(
        account=account,
        carrier=order.parcel.carrier,
        number=order.parcel.number,
        callback_url=url,
        salt=order.salt[:64],
        resultv2=level,
        phone=text_of(param, "recManMobile"),
        now=now,
    )


def _booking_reply(order: SandboxOrder) -> dict[str, Any]:
    late = carriers.BY_CODE[order.parcel.carrier].late_number
    return {
        "taskId": order.task_id,
        "orderId": order.order_id,
        "kuaidinum": "" if late else order.parcel.number,
        "attach": None,
        "pollToken": "",
        "eOrder": "",
    }


@transaction.atomic
def cancel_order(*, account: SandboxAccount, param: dict[str, Any]) -> None:
    """``cancel``: possible until the courier holds the parcel; repeating it is harmless."""
    order = _find_order(account, param, lock=True)
    plan, now = _plan_of(order), world.now()
    at = world.epoch(now)
    if plan.outcome == "cancelled":
        return
    if plan.is_picked_up(at):
        raise TOO_LATE
    text = phrase(plan.carrier, Step.CANCELLED)
    _change_plan(order, plan.cancelled(at, text))


@transaction.atomic
def modify_order(*, account: SandboxAccount, param: dict[str, Any]) -> None:
    """``modifyOrder``: another pickup window, until the courier holds the parcel."""
    order = _find_order(account, param, lock=True)
    slot = read_slot(param, required=True)
    plan, at = _plan_of(order), world.epoch(world.now())
    if plan.outcome == "cancelled" or plan.is_picked_up(at):
        raise Refusal("500", "当前订单状态不能修改预约时间")
    starts = slot.starts_at(at)
    if starts is not None and starts < at - DAY:
        raise bad("预约时间已过")
    picked = plan.picked_up_at
    if starts is not None and picked is not None and picked < starts:
        plan = plan.postponed(at, -(-(starts - picked) // DAY) * DAY)
    order.slot_start, order.slot_end = slot.start, slot.end
    _change_plan(order, plan)


@transaction.atomic
def pay_order(*, account: SandboxAccount, param: dict[str, Any]) -> None:
    """``synPay``: pay what was settled (status 15); repeating it is harmless. Raises Refusal."""
    order_id = text_of(param, "orderId", "orderid")
    if not order_id:
        raise bad("orderId不能为空")
    orders = SandboxOrder.objects.filter(account=account, order_id=order_id)
    order = orders.select_related("parcel").select_for_update(of=("self",)).first()
    if order is None:
        raise NOT_FOUND
    if not any(e.status == SETTLED and e.at <= world.epoch(world.now())
               for e in _plan_of(order).orders):  # fmt: skip
        raise Refusal("500", "订单未结算，不能支付")
    if not account.has_balance:
        raise Refusal("500", "账户余额不足")
    order.paid_at = order.paid_at or world.now()
    order.save(update_fields=["paid_at"])


def order_detail(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``detail`` by taskId or thirdOrderId (the newest of that reference)."""
    order = _find_order(account, param, lock=False)
    plan, now = _plan_of(order), world.now()
    status = order_status_at(order, plan, now)
    accepted = any(event.at <= world.epoch(now) for event in plan.orders)
    late = carriers.BY_CODE[plan.carrier].late_number
    picked = plan.is_picked_up(world.epoch(now))
    return {
        "status": str(status),
        "taskId": order.task_id,
        "orderId": order.order_id,
        "kuaidiCom": plan.carrier,
        "kuaidiNum": plan.number if accepted or not late else "",
        "thirdOrderId": order.third_order_id,
        "courierName": plan.pickup.name if accepted else "",
        "courierMobile": plan.pickup.phone if accepted else "",
        "freight": as_text(order.freight) if picked else "",
        "pickupStartTime": order.slot_start,
        "pickupEndTime": order.slot_end,
        "feeDetails": [],
        "payStatus": 1 if picked or order.paid_at else 0,
    }


def _find_order(account: SandboxAccount, param: dict[str, Any], *, lock: bool) -> SandboxOrder:
    orders = SandboxOrder.objects.filter(account=account).select_related("parcel")
    if lock:
        orders = orders.select_for_update(of=("self",))
    task_id, order_id = text_of(param, "taskId"), text_of(param, "orderId", "orderid")
    reference = text_of(param, "thirdOrderId")
    if not task_id and not reference:
        raise bad("taskId不能为空")
    if task_id:
        orders = orders.filter(task_id=task_id)
    if order_id:
        orders = orders.filter(order_id=order_id)
    if reference:
        orders = orders.filter(third_order_id=reference)
    found = orders.order_by("-booked_at").first()
    if found is None:
        raise NOT_FOUND
    return found


def _plan_of(order: SandboxOrder) -> Plan:
    plan = order.parcel.read_plan()
    if plan is None:
        raise NOT_FOUND
    return plan


def _change_plan(order: SandboxOrder, plan: Plan) -> None:
    replace_plan(parcel=order.parcel, plan=plan)
    order.due_at = next_event_at(plan, order.told)
    order.save()
