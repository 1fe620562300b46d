"""The older same-city interface (``sameCity/order``, contract §5.5): one shop's own carriers.

Only ``query`` and ``cancel`` have documented answers; the others follow the vendor's sample calls.
Addresses come without coordinates and are found by their district.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from apps.sandbox import world
from apps.sandbox.envelopes import Refusal
from apps.sandbox.models import SandboxAccount, SandboxRide
from apps.sandbox.phones import is_domestic_phone
from apps.sandbox.projections import GCJ02, Place, metres_between, to_lbs
from apps.sandbox.ride_form import RideForm, is_address
from apps.sandbox.ride_plan import DELIVERED, OVER, PICKED_UP, RidePlan
from apps.sandbox.ride_prices import CARRIERS, RideCarrier, reaches
from apps.sandbox.ride_push import OLDER, wall_time
from apps.sandbox.services.ride_rows import change_plan, create_ride, free_ids, plan_of, world_now
from apps.sandbox.streets import place_of
from apps.sandbox.wire import text_of

SHORT_CODES = {
    "shansong": "shansongtongcheng", "dada": "dadatongcheng", "fengniao": "fengniaotongcheng",
    "shunfengtongcheng": "shunfengtongcheng", "meituan": "meituantongcheng",
    "uupaotui": "uupaotui", "kfw": "gxdtongcheng",
}  # fmt: skip
LONGEST = {"recManName": 64, "sendManName": 64, "recManPrintAddr": 300, "sendManPrintAddr": 300}
LONGEST_SALT = 100


def bad(detail: str) -> Refusal:
    """400 with what is wrong."""
    return Refusal("400", f"参数错误：{detail}")


def authorise_shop(*, param: dict[str, Any]) -> dict[str, str]:
    """``auth``: the page on which a shop would grant access."""
    carrier, store = _carrier(param), text_of(param, "storeId")
    if not store:
        raise bad("storeId不能为空")
    if not is_address(text_of(param, "callbackUrl", "callBackUrl")):
        raise bad("回调地址错误")
    token = hashlib.blake2b(f"{carrier.code}:{store}".encode(), digest_size=8).hexdigest()
    return {"url": f"https://sandbox.invalid/auth/{carrier.code}?token={token}"}


@transaction.atomic
def order_older(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, str]:
    """``order``: a rider is looked for; addresses are the printed ones. Raises Refusal."""
    carrier, form = _carrier(param), _read(param)
    if not account.has_balance:
        raise Refusal("500", "账户余额不足，请充值后再下单")
    if not reaches(carrier, form.distance_m):
        raise Refusal("500", "该运力暂不支持该地址")
    ids = free_ids(account=account, param=param)
    ride = create_ride(account=account, form=form, carrier=carrier, ids=ids, is_older=True)
    return {"taskId": ride.task_id, "orderId": ride.order_id, "kuaidinum": ride.number}


def query_older(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``query``: the rider, the place and the state; texts but for the state."""
    ride = _find(account, param, lock=False)
    plan, now = plan_of(ride), world_now()
    rider, fix = plan.rider_at(now), plan.fix_at(now)
    lng, lat = to_lbs(fix.place, GCJ02) if fix is not None else (None, None)
    expected = plan.when(DELIVERED)
    return {
        "com": ride.carrier,
        "num": ride.number,
        "courierName": rider.name if rider else "",
        "courierPhone": rider.phone if rider else "",
        "predictDeliveryTime": wall_time(expected) if expected is not None else "",
        "lat": f"{lat:.6f}" if lat is not None else "",
        "lng": f"{lng:.6f}" if lng is not None else "",
        "traiUrl": "",
        "status": _status(plan, now),
    }


@transaction.atomic
def cancel_older(*, account: SandboxAccount, param: dict[str, Any]) -> None:
    """``cancel``: possible until the rider holds the goods; repeating it is harmless."""
    ride = _find(account, param, lock=True)
    if len(text_of(param, "cancelMsg")) > 255:
        raise bad("cancelMsg长度不正确")
    plan, now = plan_of(ride), world_now()
    picked = plan.when(PICKED_UP)
    if picked is not None and picked <= now:
        raise Refusal("500", "骑手已取货，不能取消订单")
    if plan.status_at(now) not in OVER:
        change_plan(ride, plan.cancelled(now))


def _status(plan: RidePlan, now: int) -> int:
    return OLDER[plan.status_at(now)]


def _carrier(param: dict[str, Any]) -> RideCarrier:
    code = text_of(param, "com", "kuaidicom").lower()
    carrier = CARRIERS.get(SHORT_CODES.get(code, code))
    if carrier is None:
        raise bad("com不支持" if code else "com不能为空")
    return carrier


def _read(param: dict[str, Any]) -> RideForm:
    for name, longest in LONGEST.items():
        if not text_of(param, name):
            raise bad(f"{name}不能为空")
        if len(text_of(param, name).encode()) > longest:
            raise bad(f"{name}长度不正确")
    for name, words in (("sendManMobile", "寄件人"), ("recManMobile", "收件人")):
        if not is_domestic_phone(text_of(param, name)):
            raise bad(f"{words}手机号格式不正确")
    url, salt = text_of(param, "callBackUrl", "callbackUrl"), text_of(param, "salt")
    if (url and not is_address(url)) or len(salt) > LONGEST_SALT:
        raise bad("回调地址错误")
    shop, buyer = _place(param, "sendManPrintAddr"), _place(param, "recManPrintAddr")
    return RideForm(
        shop=shop,
        buyer=buyer,
        lbs_type=GCJ02,
        weight_grams=_grams(param),
        distance_m=round(metres_between(shop, buyer) * 1.3),
        callback_url=url,
        salt=salt,
        third_id=text_of(param, "orderSourceNo")[:64],
        starts_at=None,
    )


def _place(param: dict[str, Any], name: str) -> Place:
    place = place_of(text_of(param, name), seed=world.seed())
    if place is None:
        raise Refusal("500", "地址解析失败，请填写完整的省市区")
    return place


def _grams(param: dict[str, Any]) -> int:
    try:
        kilograms = Decimal(text_of(param, "weight") or "1")
    except InvalidOperation as error:
        raise bad("weight格式不正确") from error
    if not kilograms.is_finite() or not 0 < kilograms <= 100:
        raise bad("weight超出范围")
    return max(1, int(kilograms * 1000))


def _find(account: SandboxAccount, param: dict[str, Any], *, lock: bool) -> SandboxRide:
    task_id, order_id = text_of(param, "taskId"), text_of(param, "orderId", "orderid")
    if not task_id or not order_id:
        raise bad("taskId和orderId不能为空")
    rides = SandboxRide.objects.filter(
        account=account, task_id=task_id, order_id=order_id, is_older=True
    )
    ride = (rides.select_for_update() if lock else rides).first()
    if ride is None:
        raise Refusal("500", "订单不存在")
    return ride
