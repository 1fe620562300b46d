"""Rides within a city (``bsamecity/order``): price, order, tip, cancel, and where the rider is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from apps.sandbox import world
from apps.sandbox.envelopes import Refusal
from apps.sandbox.models import SandboxAccount, SandboxRide
from apps.sandbox.projections import to_lbs
from apps.sandbox.ride_form import RideForm, bad, read_carriers, read_ride
from apps.sandbox.ride_plan import (
    ACCEPTED,
    AT_SHOP,
    CANCELLED,
    DELIVERED,
    OVER,
    PICKED_UP,
    RidePlan,
)
from apps.sandbox.ride_prices import RideCarrier, RideQuote, reaches
from apps.sandbox.rng import stream
from apps.sandbox.services.ride_rows import (
    change_plan,
    create_ride,
    eager_plan,
    free_ids,
    plan_of,
    quote_of,
    world_now,
)
from apps.sandbox.wire import text_of

CARRIER_REFUSED = "30005"
OUT_OF_REACH = Refusal(CARRIER_REFUSED, "该运力暂不支持该地址")
NO_BALANCE = Refusal("30004", "账号单量不足需要充值")
NOT_FOUND = Refusal("30001", "订单不存在")
NO_POSITION = Refusal(CARRIER_REFUSED, "无法查询配送员位置!")
PICKED = Refusal(CARRIER_REFUSED, "骑手已取货，不能取消")
ENDED = Refusal(CARRIER_REFUSED, "订单已结束")
CANCEL_REASONS = frozenset("12345678")
LONGEST_MESSAGE = 255
MOST_TIPS = Decimal(500)
FEE_ACCEPTED, FEE_AT_SHOP = Decimal("2.00"), Decimal("5.00")
HASTE_S = 120


def price_ride(*, param: dict[str, Any]) -> dict[str, Any]:
    """``price`` of one carrier. Raises Refusal."""
    (carrier,) = read_carriers(param, batch=False)
    form = read_ride(param, now=world_now())
    if not reaches(carrier, form.distance_m):
        raise OUT_OF_REACH
    return _fees(form, quote_of(carrier, form))


def price_rides(*, param: dict[str, Any]) -> dict[str, Any]:
    """``batchPrice``: the carriers that ride there; 30005 when none does."""
    form, carriers = _reaching(param)
    return {
        "feeDetail": [
            {
                "kuaidiCom": carrier.code,
                "distance": form.distance_m,
                "discountFee": str(quote_of(carrier, form).discounted),
            }
            for carrier in carriers
        ]
    }


@transaction.atomic
def order_ride(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``order``: a rider is looked for. Repeating it sends a second one. Raises Refusal."""
    (carrier,) = read_carriers(param, batch=False)
    form = read_ride(param, now=world_now())
    if not account.has_balance:
        raise NO_BALANCE
    if not reaches(carrier, form.distance_m):
        raise OUT_OF_REACH
    ids = free_ids(account=account, param=param)
    ride = create_ride(account=account, form=form, carrier=carrier, ids=ids)
    return {
        "taskId": ride.task_id,
        "orderId": ride.order_id,
        "kuaidinum": ride.number,
        **_fees(form, quote_of(carrier, form)),
    }


@transaction.atomic
def order_rides(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``batchOrder``: all carriers are asked, the first to accept rides, the others end in 720."""
    if not account.has_balance:
        raise NO_BALANCE
    form, carriers = _reaching(param)
    ids = free_ids(account=account, param=param)
    winner = stream(world.seed(), "ride-winner", ids.order_id).choice(carriers)
    ride = create_ride(account=account, form=form, carrier=winner, ids=ids)
    plan = plan_of(ride)
    lost_at = plan.when(ACCEPTED) or plan.when(CANCELLED)
    for carrier in carriers:
        if carrier is not winner:
            create_ride(account=account, form=form, carrier=carrier, ids=ids, lost_at=lost_at)
    return {
        "taskId": ids.task_id,
        "orderId": ids.order_id,
        "fee": [
            {
                "kuaidiCom": carrier.code,
                "discountFee": str(quote_of(carrier, form).discounted),
                "deliveryDistance": form.distance_m,
            }
            for carrier in carriers
        ],
    }


def ask_cancel(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``precancel``: what cancelling now would cost. Raises Refusal."""
    rides = _find(account, param, lock=False)
    _check_reason(param)
    return {"cancelFee": str(max(_cancel_fee(plan_of(ride)) for ride in rides))}


@transaction.atomic
def cancel_ride(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``cancel``: possible until the rider holds the goods; repeating it is harmless."""
    rides = _find(account, param, lock=True)
    _check_reason(param)
    fee = max(_cancel_fee(plan_of(ride)) for ride in rides)
    for ride in rides:
        plan = plan_of(ride)
        if plan.status_at(world_now()) not in OVER:
            change_plan(ride, plan.cancelled(world_now()))
    return {"cancelFee": str(fee)}


@transaction.atomic
def tip_rider(*, account: SandboxAccount, param: dict[str, Any]) -> None:
    """``addfee``: raises the pay until somebody accepts, so that somebody does soon."""
    ride = _find(account, param, lock=True)[0]
    tips = _read_tips(param)
    plan, now = plan_of(ride), world_now()
    if plan.status_at(now) in OVER:
        raise ENDED
    picked = plan.when(PICKED_UP)
    if picked is not None and picked <= now:
        raise Refusal(CARRIER_REFUSED, "骑手已取货，不能加小费")
    ride.tips += tips
    accepted = plan.when(ACCEPTED)
    if accepted is None:
        change_plan(ride, eager_plan(ride))
    elif accepted > now:
        change_plan(ride, plan.hastened(now, min(HASTE_S, accepted - now - 1)))
    else:
        ride.save(update_fields=["tips"])


def locate_rider(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``queryCourier``: the last reported place, in the order's own system. Raises Refusal."""
    order_id = text_of(param, "orderId", "orderid")
    if not order_id:
        raise bad("orderId不能为空")
    rides = SandboxRide.objects.filter(account=account, order_id=order_id)
    found = [fix for ride in rides if (fix := plan_of(ride).fix_at(world_now())) is not None]
    if not found:
        raise NO_POSITION if rides else NOT_FOUND
    lng, lat = to_lbs(found[0].place, rides[0].lbs_type)
    return {
        "courierLat": f"{lat:.6f}",
        "courierLng": f"{lng:.6f}",
        "lbsType": rides[0].lbs_type,
    }


def _reaching(param: dict[str, Any]) -> tuple[RideForm, Sequence[RideCarrier]]:
    carriers = read_carriers(param, batch=True)
    form = read_ride(param, now=world_now())
    able = [carrier for carrier in carriers if reaches(carrier, form.distance_m)]
    if not able:
        raise OUT_OF_REACH
    return form, able


def _find(account: SandboxAccount, param: dict[str, Any], *, lock: bool) -> list[SandboxRide]:
    """The rides of an order, the accepted one first. Raises Refusal 30001."""
    order_id, task_id = text_of(param, "orderId", "orderid"), text_of(param, "taskId")
    if not order_id:
        raise bad("orderId不能为空")
    if not task_id:
        raise bad("taskId不能为空")
    rides = SandboxRide.objects.filter(account=account, order_id=order_id, task_id=task_id)
    found = list(rides.select_for_update() if lock else rides)
    if not found:
        raise NOT_FOUND
    return sorted(found, key=lambda ride: len(ride.plan["events"]), reverse=True)


def _check_reason(param: dict[str, Any]) -> None:
    if text_of(param, "cancelMsgType") not in CANCEL_REASONS:
        raise bad("cancelMsgType不正确")
    if len(text_of(param, "cancelMsg")) > LONGEST_MESSAGE:
        raise bad("cancelMsg长度不能超过255")


def _cancel_fee(plan: RidePlan) -> Decimal:
    now = world_now()
    status = plan.status_at(now)
    if status == CANCELLED:
        return Decimal("0.00")
    if status == DELIVERED:
        raise ENDED
    picked, there, accepted = (plan.when(state) for state in (PICKED_UP, AT_SHOP, ACCEPTED))
    if picked is not None and picked <= now:
        raise PICKED
    if there is not None and there <= now:
        return FEE_AT_SHOP
    return FEE_ACCEPTED if accepted is not None and accepted <= now else Decimal("0.00")


def _read_tips(param: dict[str, Any]) -> Decimal:
    try:
        tips = Decimal(text_of(param, "tips") or "0")
    except InvalidOperation as error:
        raise bad("tips格式不正确") from error
    if not tips.is_finite() or not 0 < tips <= MOST_TIPS:
        raise bad("tips必须大于0")
    return tips.quantize(Decimal("0.01"))


def _fees(form: RideForm, quote: RideQuote) -> dict[str, Any]:
    return {
        "deliveryDistance": form.distance_m,
        "deliverFee": str(quote.fee),
        "discountFee": str(quote.discounted),
        "estimateDeliveryTime": quote.seconds,
        "otherFee": [
            {"feeType": kind, "feeDesc": words, "amount": str(amount)}
            for kind, words, amount in quote.surcharges
        ],
    }
