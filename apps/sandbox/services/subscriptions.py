"""Subscribing (``POST /poll``) and deciding when to look next."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from apps.core.locks import lock_keys
from apps.sandbox import carriers, world
from apps.sandbox.cadence import RESUBSCRIBE_AFTER, SUBSCRIPTIONS_A_MONTH
from apps.sandbox.choices import SubscriptionProduct
from apps.sandbox.envelopes import Refusal
from apps.sandbox.foreign import read_country
from apps.sandbox.models import SandboxAccount, SandboxParcel, SandboxSubscription
from apps.sandbox.phones import tail_of
from apps.sandbox.places import read_address
from apps.sandbox.plan import CHINA_OFFSET
from apps.sandbox.ride_prices import CARRIERS as RIDING
from apps.sandbox.services.accounts import account_by_key
from apps.sandbox.services.parcels import find_or_invent
from apps.sandbox.services.scheduling import schedule
from apps.sandbox.wire import text_of

LEVELS = frozenset({"", "0", "1", "2", "4", "6", "8"})
MAP_LEVELS = frozenset({"", "3", "5", "7"})
LEVELS_OF = {SubscriptionProduct.POLL.value: LEVELS, SubscriptionProduct.MAP.value: MAP_LEVELS}
UNKNOWN = Refusal("600", "您不是合法的订阅者（即授权Key出错）")
EXPIRED = Refusal("601", "POLL:KEY已过期")
DUPLICATE = Refusal("501", "重复订阅")
LONGEST_URL, LONGEST_SALT = 400, 32


def is_callback_url(url: str, longest: int = LONGEST_URL) -> bool:
    """An absolute http or https address with a host, not too long (in bytes)."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and len(url.encode()) <= longest


def accept_subscription(
    *, param: dict[str, Any], product: str = SubscriptionProduct.POLL
) -> SandboxSubscription:
    """Subscribe as ``poll`` and ``pollmap`` do; raises Refusal with its code (§2.1, §3.2).

    A map needs to know from where to where: 400 where either is missing or is no place.
    """
    account = account_by_key(text_of(param, "key"), unknown=UNKNOWN, expired=EXPIRED)
    parameters = param.get("parameters")
    if not isinstance(parameters, dict):
        raise Refusal("700", "订阅数据错误")
    number = _read_number(param)
    carrier = _read_carrier(param, parameters, number)
    url = text_of(parameters, "callbackurl", "callbackUrl", "callBackUrl")
    if not is_callback_url(url):
        raise Refusal("700", "错误的回调地址")
    salt = text_of(parameters, "salt")
    level = text_of(parameters, "resultv2", "resultV2")
    if len(salt) > LONGEST_SALT or level not in LEVELS_OF[product]:
        raise Refusal("700", "订阅数据错误")
    phone = text_of(parameters, "phone")
    if carrier in carriers.PHONE_REQUIRED and not tail_of(phone):
        raise Refusal("700", "订阅数据错误：收、寄件人电话号码不能为空")
    if product == SubscriptionProduct.MAP:
        check_ends(param)
    return register_subscription(
        account=account,
        carrier=carrier,
        number=number,
        callback_url=url,
        salt=salt,
        resultv2=level,
        phone=phone,
        now=world.now(),
        product=product,
        is_international=text_of(parameters, "interCom") == "1",
    )


def check_ends(param: dict[str, Any]) -> None:
    """Refuse a map without two places; a destination abroad is a country."""
    for name in ("from", "to"):
        if not text_of(param, name):
            raise Refusal("400", f"无法解析：{name}不能为空")
        if (
            read_address(text_of(param, name)) is None
            and read_country(text_of(param, name)) is None
        ):
            raise Refusal("400", f"无法解析：{name}")


def _read_number(param: dict[str, Any]) -> str:
    number = text_of(param, "number", "num")
    if len(number.upper()) > carriers.MAX_NUMBER:
        raise Refusal("700", "订阅数据错误：单号为空或单号超长")
    if not carriers.MIN_NUMBER <= len(number) <= carriers.MAX_NUMBER:
        raise Refusal("700", "订阅数据错误：单号为空或单号超长")
    return number


def _read_carrier(param: dict[str, Any], parameters: dict[str, Any], number: str) -> str:
    if text_of(parameters, "autoCom") == "1":
        guesses = carriers.detect(number)
        if not guesses:
            raise Refusal("702", "POLL:识别不到该单号对应的快递公司")
        return guesses[0].code
    carrier = text_of(param, "company", "com").lower()
    if carrier in RIDING:
        raise Refusal("701", "拒绝订阅的快递公司")
    if not carriers.is_known_carrier(carrier):
        raise Refusal("700", "订阅数据错误：不支持的快递公司")
    return carrier


@transaction.atomic
def register_subscription(
    *,
    account: SandboxAccount | None,
    carrier: str,
    number: str,
    callback_url: str,
    salt: str,
    resultv2: str,
    phone: str,
    now: dt.datetime,
    product: str = SubscriptionProduct.POLL,
    is_international: bool = False,
) -> SandboxSubscription:
    """Subscribe a number with a product; 501 while one is live, within 30 minutes of its end,
    or for the fifth time in a month (China time). A wrong phone is only found out by seeing
    nothing.
    """
    lock_keys("sandbox-subscription", [f"{carrier}:{number}"])
    number = number.upper() if product != SubscriptionProduct.POLL else number
    _refuse_duplicate(account, carrier, number, product, now)
    parcel = find_or_invent(carrier=carrier, number=number, now=now)
    subscription = SandboxSubscription(
        account=account,
        parcel=parcel,
        carrier=carrier,
        number=number,
        product=product,
        callback_url=callback_url,
        salt=salt,
        resultv2=resultv2,
        is_blind=not phone_fits(parcel, carrier, phone),
        is_international=is_international,
        subscribed_at=now,
    )
    schedule(subscription, parcel.read_plan())
    subscription.save()
    return subscription


def _refuse_duplicate(
    account: SandboxAccount | None, carrier: str, number: str, product: str, now: dt.datetime
) -> None:
    china = now + dt.timedelta(seconds=CHINA_OFFSET)
    month = china.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    since = month - dt.timedelta(seconds=CHINA_OFFSET)
    earlier = list(
        SandboxSubscription.objects.filter(
            account=account, carrier=carrier, number=number, product=product
        ).values("state", "subscribed_at", "closed_at")
    )
    if any(row["state"] == "polling" for row in earlier):
        raise DUPLICATE
    gap = dt.timedelta(seconds=RESUBSCRIBE_AFTER)
    if any(row["closed_at"] and now - row["closed_at"] < gap for row in earlier):
        raise DUPLICATE
    if sum(row["subscribed_at"] >= since for row in earlier) >= SUBSCRIPTIONS_A_MONTH:
        raise DUPLICATE


def phone_fits(parcel: SandboxParcel, carrier: str, phone: str) -> bool:
    """Whether a carrier that asks for a phone would show this parcel to its caller."""
    if carrier not in carriers.PHONE_REQUIRED or not parcel.phone_tails:
        return True
    return tail_of(phone) in parcel.phone_tails.split(",")
