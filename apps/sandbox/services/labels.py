"""E-waybills (``label/order``): a number and a label, the same again for 48 hours, taken back."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.core.locks import lock_keys
from apps.sandbox import world
from apps.sandbox.booking_form import Parties, read_carrier, read_parties
from apps.sandbox.envelopes import Refusal
from apps.sandbox.models import SandboxAccount, SandboxOrder, SandboxParcel, SandboxPrint
from apps.sandbox.phones import tail_of
from apps.sandbox.places import Place, city_of, find_place
from apps.sandbox.planner import make_plan
from apps.sandbox.pricing import has_line, quote
from apps.sandbox.rng import stream
from apps.sandbox.services.effects import planted_effects
from apps.sandbox.services.lookups import bad
from apps.sandbox.services.maps import receipt_url
from apps.sandbox.services.orders import find_earlier, free_number, order_ids
from apps.sandbox.services.parcels import parcel_columns, replace_plan, under_outages
from apps.sandbox.services.subscriptions import phone_fits
from apps.sandbox.texts import Step, phrase
from apps.sandbox.wire import clean, is_true, object_of, text_of

PRINT_TYPES = frozenset({"NON", "HTML", "IMAGE", "CLOUD", "ORDERFIRST"})
WITH_LABEL = frozenset({"HTML", "IMAGE"})
LONGEST_REFERENCE = 40
LONGEST_TEMPLATE, MOST_VALUES, SHORT = 64, 100, 16
RECEIPT_NEEDS_PHONE = frozenset({"shunfeng", "debangkuaidi"})
PREFIX = "label:"
"""Own references of labels live apart from those of pickups, which have 48 hours of their own."""
CARRIER_REFUSED = "30005"
UNKNOWN_TASK = Refusal("30001", "参数错误：taskId不存在")


@transaction.atomic
def order_label(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``order``: a waybill number with its label.

    ``reorder`` false and an ``orderId``: the answer of the last 48 hours again, also when the
    content differs. A given ``kuaidinum`` of this world only gets its label. Raises Refusal.
    """
    print_type = text_of(param, "printType").upper()
    if print_type not in PRINT_TYPES:
        raise bad("printType不正确")
    reference = _reference(param)
    repeat = bool(reference) and not is_true(text_of(param, "reorder") or "true")
    if repeat:
        lock_keys("sandbox-label", [f"{account.key}:{reference}"])
        earlier = find_earlier(account, reference, world.now())
        if earlier is not None:
            return _reply(earlier, print_type)
    parties, phones = _read_parties(param)
    known = _known_parcel(parties, text_of(param, "kuaidinum").upper())
    if known is not None:
        return _reply(known, print_type)
    if not account.has_balance:
        raise Refusal("30004", "账号单量不足需要充值")
    if not has_line(parties.carrier, parties.destination):
        raise Refusal(CARRIER_REFUSED, "快递公司返回异常：收件地址超区")
    return _reply(_create(account, parties, phones, reference, param), print_type)


def reprint_label(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``printOld``: the label of a task again."""
    wanted = {"account": account, "task_id": text_of(param, "taskId")}
    found = SandboxOrder.objects.filter(**wanted).first() or (
        SandboxPrint.objects.filter(**wanted).first()
    )
    if found is None:
        raise UNKNOWN_TASK
    return {"taskId": found.task_id, "label": label_url(found.task_id)}


@transaction.atomic
def cancel_label(*, account: SandboxAccount, param: dict[str, Any]) -> None:
    """``cancel``: the number is given back, until the courier holds the parcel; repeatable."""
    code, number = text_of(param, "kuaidicom").lower(), text_of(param, "kuaidinum").upper()
    if not code or not number:
        raise bad("kuaidicom和kuaidinum不能为空")
    parcel = (
        SandboxParcel.objects.select_for_update(of=("self",))
        .filter(carrier=code, number=number, order__account=account)
        .first()
    )
    plan = parcel.read_plan() if parcel is not None else None
    if parcel is None or plan is None:
        raise Refusal(CARRIER_REFUSED, "快递公司返回异常：运单不存在")
    at = world.epoch(world.now())
    if plan.outcome == "cancelled":
        return
    if plan.is_picked_up(at):
        raise Refusal(CARRIER_REFUSED, "快递公司返回异常：快件已揽收，不能取消")
    replace_plan(parcel=parcel, plan=plan.cancelled(at, phrase(plan.carrier, Step.CANCELLED)))


@transaction.atomic
def print_custom(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``custom``: print a template of one's own with one's own values. Raises Refusal."""
    template, values = text_of(param, "tempId", "tempid"), object_of(param, "customParam")
    if not template or len(template) > LONGEST_TEMPLATE:
        raise bad("tempId不正确")
    if text_of(param, "printType").upper() not in PRINT_TYPES:
        raise bad("printType不正确")
    if not values:
        raise bad("customParam不能为空")
    kept = {name[:40]: text_of(values, name)[:200] for name in list(values)[:MOST_VALUES]}
    lock_keys("sandbox-print", [account.key])
    earlier = SandboxPrint.objects.filter(account=account).count()
    rng = stream(world.seed(), "print", account.key, earlier)
    made = SandboxPrint.objects.create(
        account=account,
        task_id=f"{rng.getrandbits(128):032X}",
        template=template,
        values={clean(name): value for name, value in kept.items()},
        printed_at=world.now(),
    )
    return {"taskId": made.task_id, "label": label_url(made.task_id)}


def find_print(short: str) -> SandboxPrint | None:
    """The own print behind a short address."""
    if len(short) != SHORT:
        return None
    return SandboxPrint.objects.filter(task_id__startswith=clean(short)).first()


def label_receipt(*, param: dict[str, Any]) -> dict[str, Any]:
    """``backOrder``: the image of the signed receipt, once there is a signature (§5.3)."""
    code, number = text_of(param, "kuaidicom").lower(), text_of(param, "kuaidinum").upper()
    if not code or not number or text_of(param, "imgType") not in {"", "1"}:
        raise bad("kuaidicom、kuaidinum或imgType不正确")
    phone = text_of(param, "phone")
    if code in RECEIPT_NEEDS_PHONE and not tail_of(phone):
        raise bad("phone不能为空")
    parcel = SandboxParcel.objects.filter(carrier=code, number=number).first()
    plan = parcel.read_plan() if parcel is not None else None
    if parcel is None or plan is None or not phone_fits(parcel, code, phone):
        raise Refusal(CARRIER_REFUSED, "快递公司返回异常：运单不存在")
    at = world.epoch(world.now())
    if plan.signed_at is None or plan.signed_at > at:
        raise Refusal(CARRIER_REFUSED, "快递公司返回异常：快件未签收，暂无回单")
    return {"imgUrl": [receipt_url(parcel)]}


def label_url(task_id: str) -> str:
    """The short address of a label, on the sandbox's own origin."""
    return f"{settings.BAIDIYUN['sandbox']['base_url'].rstrip('/')}/label/s/{task_id[:SHORT]}"


def find_label(short: str) -> SandboxOrder | None:
    """The order behind a short address."""
    if len(short) != SHORT:
        return None
    return (
        SandboxOrder.objects.filter(task_id__startswith=clean(short))
        .select_related("parcel")
        .first()
    )


def _reference(param: dict[str, Any]) -> str:
    own = text_of(param, "orderId", "orderid")
    if len(own.encode()) > LONGEST_REFERENCE:
        raise bad(f"orderId长度不能超过{LONGEST_REFERENCE}")
    return PREFIX + own if own else ""


def _read_parties(param: dict[str, Any]) -> tuple[Parties, tuple[str, str]]:
    """Carrier, lane, weight and both phones; every trouble with them is 30001."""
    people = []
    for who in ("sendMan", "recMan"):
        person = param.get(who)
        if not isinstance(person, dict):
            raise bad(f"{who}不能为空")
        if not text_of(person, "name"):
            raise bad(f"{who}.name不能为空")
        if not text_of(person, "mobile", "tel"):
            raise bad(f"{who}.mobile不能为空")
        people.append(person)
    sender, recipient = people
    flat = {
        "weight": text_of(param, "weight"),
        "sendManPrintAddr": text_of(sender, "printAddr"),
        "recManPrintAddr": text_of(recipient, "printAddr"),
    }
    try:
        parties = read_parties(flat, read_carrier(param))
    except Refusal as refused:
        raise Refusal("30001", refused.message) from refused
    return parties, (text_of(sender, "mobile", "tel"), text_of(recipient, "mobile", "tel"))


def _known_parcel(parties: Parties, number: str) -> SandboxOrder | None:
    if not number:
        return None
    order = (
        SandboxOrder.objects.filter(parcel__number=number, parcel__carrier=parties.carrier.code)
        .select_related("parcel")
        .first()
    )
    if order is None:
        raise Refusal(CARRIER_REFUSED, "快递公司返回异常：运单号不存在")
    return order


def _create(
    account: SandboxAccount,
    parties: Parties,
    phones: tuple[str, str],
    reference: str,
    param: dict[str, Any],
) -> SandboxOrder:
    now = world.now()
    digest = hashlib.blake2b(
        json.dumps(param, sort_keys=True, default=str).encode("utf-8", "replace"), digest_size=16
    ).hexdigest()
    number = free_number(parties.carrier, account.customer, f"{reference}:{digest}")
    plan = make_plan(
        seed=world.seed(),
        carrier=parties.carrier,
        number=number,
        origin=parties.origin,
        destination=parties.destination,
        booked_at=world.epoch(now),
        effects=planted_effects(),
    )
    cost = quote(
        carrier=parties.carrier,
        origin=parties.origin,
        destination=parties.destination,
        weight_grams=parties.weight_grams,
    )
    parcel = SandboxParcel.objects.create(
        carrier=parties.carrier.code,
        number=number,
        booked_at=now,
        phone_tails=",".join(dict.fromkeys(filter(None, map(tail_of, phones)))),
        **parcel_columns(under_outages(plan)),
    )
    task_id, order_id = order_ids(number)
    return SandboxOrder.objects.create(
        account=account,
        parcel=parcel,
        task_id=task_id,
        order_id=order_id,
        third_order_id=reference,
        request_digest=digest,
        weight_grams=parties.weight_grams,
        freight=cost.price,
        booked_at=now,
    )


def _reply(order: SandboxOrder, print_type: str) -> dict[str, Any]:
    plan = order.parcel.read_plan()
    origin = _city(plan.origin) if plan is not None else None
    destination = _city(plan.destination) if plan is not None else None
    return {
        "taskId": order.task_id,
        "kuaidinum": order.parcel.number,
        "childNum": "",
        "returnNum": "",
        "label": label_url(order.task_id) if print_type in WITH_LABEL else "",
        "bulkpen": destination.name if destination else "",
        "orgCode": origin.code[:6] if origin else "",
        "orgName": origin.name if origin else "",
        "destCode": destination.code[:6] if destination else "",
        "destName": destination.name if destination else "",
        "kdComOrderNum": order.order_id,
        "expressCode": "",
        "expressName": "",
    }


def _city(code: str) -> Place | None:
    place = find_place(code) if code else None
    return city_of(place) if place is not None else None
