"""International e-waybills, calls to the sender's door, quotes (contract §5.12)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.core.locks import lock_keys
from apps.sandbox import carriers, world
from apps.sandbox.carriers import Carrier
from apps.sandbox.envelopes import Refusal
from apps.sandbox.foreign import BY_CODE as COUNTRIES
from apps.sandbox.foreign import read_country
from apps.sandbox.intl_form import (
    IntlForm,
    bad,
    check_partner,
    read_intl_carrier,
    read_order,
    read_origin,
    read_packages,
    read_person,
)
from apps.sandbox.models import SandboxAccount, SandboxCall, SandboxOrder, SandboxParcel
from apps.sandbox.paper import pdf_base64
from apps.sandbox.phones import tail_of
from apps.sandbox.places import all_places
from apps.sandbox.planner import Destination, make_plan
from apps.sandbox.pricing import as_text, quote
from apps.sandbox.rng import stream
from apps.sandbox.route import CHINA, WALL
from apps.sandbox.services.effects import planted_effects
from apps.sandbox.services.labels import label_url
from apps.sandbox.services.orders import free_number, order_ids
from apps.sandbox.services.parcels import parcel_columns, under_outages
from apps.sandbox.wire import text_of

NO_CALL = Refusal("30005", "快递公司返回异常：取件预约不存在")
PRICED_FROM = "310115"
FUEL = Decimal("0.18")
LATEST_CALL_DAYS = 30


@transaction.atomic
def order_intl(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``apiCall``: a parcel abroad with its label and, where wished, its invoice.

    What is declared is kept with the order; the gravest of its gaps is what customs will ask.
    Raises Refusal: 30001 for a customs field that is missing, 30005 where the carrier refuses.
    """
    form = read_order(param)
    if not account.has_balance:
        raise Refusal("30004", "账号单量不足需要充值")
    order = _create(account, form, param)
    number = order.parcel.number
    lines = (form.carrier.code.upper(), number, f"{form.weight_grams} g", f"1/{form.packages}")
    label = {"type": "PDF", "content": pdf_base64(lines), "url": label_url(order.task_id)}
    content = pdf_base64(("COMMERCIAL INVOICE", number)) if form.needs_invoice else ""
    subs = [f"{number}-{index}" for index in range(1, form.packages)]
    return {
        "kuaidinum": number,
        "label": label,
        "invoice": {"type": "PDF" if content else "", "content": content, "url": ""},
        "pkgNums": ",".join([number, *subs]),
        "subNums": ",".join(subs),
    }


def _create(account: SandboxAccount, form: IntlForm, param: dict[str, Any]) -> SandboxOrder:
    now = world.now()
    digest = hashlib.blake2b(
        json.dumps(param, sort_keys=True, default=str).encode("utf-8", "replace"), digest_size=16
    ).hexdigest()
    name = f"intl:{digest}:{world.epoch(now)}"
    number = free_number(form.carrier, account.customer, name)
    plan = make_plan(
        seed=world.seed(),
        carrier=form.carrier,
        number=number,
        origin=form.origin,
        destination=form.destination,
        booked_at=world.epoch(now),
        effects=planted_effects(),
        question=next(iter(form.declared.weak), ""),
    )
    cost = quote(
        carrier=form.carrier,
        origin=form.origin,
        destination=form.destination,
        weight_grams=form.weight_grams,
    )
    parcel = SandboxParcel.objects.create(
        carrier=form.carrier.code,
        number=number,
        booked_at=now,
        phone_tails=",".join(dict.fromkeys(filter(None, map(tail_of, form.phones)))),
        **parcel_columns(under_outages(plan)),
    )
    task_id, order_id = order_ids(number)
    return SandboxOrder.objects.create(
        account=account,
        parcel=parcel,
        task_id=task_id,
        order_id=order_id,
        request_digest=digest,
        weight_grams=form.weight_grams,
        freight=cost.price,
        customs=form.declared.to_json(),
        booked_at=now,
    )


@transaction.atomic
def call_intl(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``pickUp``: the carrier comes at a time; raises Refusal."""
    check_partner(param)
    carrier = read_intl_carrier(param)
    read_origin(read_person(param, "sendMan"))
    read_person(param, "recMan")
    read_packages(param)
    ready = _read_ready(text_of(param, "pickupTimestamp"))
    _check_closing(text_of(param, "pickupLocationCloseTime"), ready)
    lock_keys("sandbox-call", [account.key])
    earlier = SandboxCall.objects.filter(account=account).count()
    rng = stream(world.seed(), "call", account.key, carrier.code, earlier)
    call = SandboxCall.objects.create(
        account=account,
        carrier=carrier.code,
        confirmation=f"{carrier.code[:3].upper()}{rng.randrange(10**9, 10**10)}",
        ready_at=ready,
    )
    return {"pickupConfirmationNumber": call.confirmation}


@transaction.atomic
def cancel_intl_call(*, account: SandboxAccount, param: dict[str, Any]) -> None:
    """``cancelPickUp``: until the courier has come; repeating it is harmless."""
    check_partner(param)
    carrier = read_intl_carrier(param)
    number = text_of(param, "pickupConfirmationNumber")
    if not number or not text_of(param, "pickUpDate"):
        raise bad("pickUpDate和pickupConfirmationNumber不能为空")
    calls = SandboxCall.objects.select_for_update().filter(account=account, carrier=carrier.code)
    call = calls.filter(confirmation=number[:20]).first()
    if call is None or call.ready_at.astimezone(CHINA).date().isoformat() != text_of(
        param, "pickUpDate"
    ):
        raise NO_CALL
    if call.cancelled_at is not None:
        return
    if call.ready_at <= world.now():
        raise Refusal("30005", "快递公司返回异常：已上门取件，不能取消")
    call.cancelled_at = world.now()
    call.save(update_fields=["cancelled_at"])


def price_intl(*, param: dict[str, Any]) -> dict[str, Any]:
    """``queryPrice``: what a parcel of a weight costs to a country; amounts as text."""
    carrier = _read_priced(param)
    country = COUNTRIES.get(text_of(param, "recCountry").upper())
    country = country or read_country(text_of(param, "recCountry"))
    if country is None:
        raise bad("recCountry不支持")
    try:
        grams = int(Decimal(text_of(param, "weight") or "1") * 1000)
    except (ArithmeticError, ValueError) as error:
        raise bad("weight格式不正确") from error
    if not 0 < grams <= 1_000_000:
        raise bad("weight超出范围")
    origin = all_places()[PRICED_FROM]
    destination = Destination(None, country)
    cost = quote(carrier=carrier, origin=origin, destination=destination, weight_grams=grams)
    fuel = cost.price * FUEL
    return {
        "firstPrice": as_text(cost.first),
        "overPriceUnit": as_text(cost.over),
        "price": as_text(cost.price + fuel),
        "defPrice": as_text(cost.price + fuel),
        "shippingFee": as_text(cost.price),
        "fuelAdditionalFee": as_text(fuel),
        "resourceAdjustmentFee": "0.0",
    }


def _read_priced(param: dict[str, Any]) -> Carrier:
    """圆通国际 is the documented one; it flies as the post does in this world."""
    if text_of(param, "kuaidiCom", "kuaidicom").lower() == "yuantongguoji":
        return carriers.BY_CODE["youzhengguoji"]
    return read_intl_carrier(param)


def _read_ready(text: str) -> dt.datetime:
    try:
        ready = dt.datetime.strptime(text, WALL).replace(tzinfo=CHINA)
    except ValueError as error:
        raise bad("pickupTimestamp格式不正确") from error
    now = world.now()
    if not now - dt.timedelta(hours=1) <= ready <= now + dt.timedelta(days=LATEST_CALL_DAYS):
        raise bad("pickupTimestamp超出范围")
    return ready


def _check_closing(text: str, ready: dt.datetime) -> None:
    try:
        closes = dt.time.fromisoformat(text)
    except ValueError as error:
        raise bad("pickupLocationCloseTime格式不正确") from error
    if closes <= ready.astimezone(CHINA).time():
        raise bad("pickupLocationCloseTime早于取件时间")
