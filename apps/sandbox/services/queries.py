"""Real-time queries (``query.do``) with the platform's lock on numbers asked too often."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from apps.sandbox import carriers, world
from apps.sandbox.cadence import LOCK_FOR, QUERIES_A_DAY, QUERY_GAP
from apps.sandbox.envelopes import Refusal
from apps.sandbox.hours import DAY
from apps.sandbox.models import SandboxParcel, SandboxQuery
from apps.sandbox.phones import tail_of
from apps.sandbox.plan import Plan
from apps.sandbox.services.parcels import find_or_invent
from apps.sandbox.services.subscriptions import phone_fits
from apps.sandbox.snapshot import build_result, courier_info
from apps.sandbox.wire import is_true, text_of


@dataclass(frozen=True, slots=True)
class Sight:
    """What a question about a number may see: its parcel, its plan and up to when."""

    parcel: SandboxParcel
    plan: Plan
    at: int


def answer_query(*, param: dict[str, Any]) -> dict[str, Any]:
    """The reply of ``query.do`` to a checked request; raises Refusal (§1.5)."""
    level = text_of(param, "resultv2", "resultV2")
    sight = look_up(param=param, needs_end=level == "8")
    result = build_result(sight.plan, sight.at, level, order=text_of(param, "order").lower())
    return result | courier_of(param, sight)


def courier_of(param: dict[str, Any], sight: Sight) -> dict[str, Any]:
    """``courierInfo`` where the question asked for it, else nothing."""
    if not is_true(text_of(param, "needCourierInfo")):
        return {}
    return {"courierInfo": courier_info(sight.plan, sight.at)}


def look_up(*, param: dict[str, Any], needs_end: bool) -> Sight:
    """Check the question both query products ask and count it; raises Refusal (§1.5).

    A number asked again within 30 minutes, or more than 48 times a day, is answered with
    what was known at its last refresh (the vendor does not document it; see §1.6).
    """
    carrier = text_of(param, "com", "company").lower()
    number = text_of(param, "num", "number").upper()
    if not carriers.is_known_carrier(carrier):
        raise Refusal("400", "找不到对应公司")
    if not carriers.MIN_NUMBER <= len(number) <= carriers.MAX_NUMBER:
        raise Refusal("400", "提交的数据不完整，或者单号长度不正确")
    phone = text_of(param, "phone")
    if carrier in carriers.PHONE_REQUIRED and not tail_of(phone):
        raise Refusal("408", "快递公司参数异常：验证码错误")
    if needs_end and not text_of(param, "to"):
        raise Refusal("400", "提交的数据不完整：缺少目的地")
    now = world.now()
    parcel = find_or_invent(carrier=carrier, number=number, now=now)
    if not phone_fits(parcel, carrier, phone):
        raise Refusal("408", "快递公司参数异常：验证码错误")
    at, plan = _refresh(parcel=parcel, carrier=carrier, now=now)
    if plan is None or plan.count_at(at) == 0:
        raise Refusal("500", "查询无结果，请隔段时间再查")
    return Sight(parcel, plan, at)


@transaction.atomic
def _refresh(*, parcel: SandboxParcel, carrier: str, now: dt.datetime) -> tuple[int, Plan | None]:
    """Count a query; returns the moment (epoch seconds) whose state it may see, and the plan,
    read again because somebody may have changed it before our turn came."""
    row, created = SandboxQuery.objects.select_for_update().get_or_create(
        carrier=carrier,
        number=parcel.number,
        defaults={"refreshed_at": now, "window_start": now},
    )
    if not created:
        _count_query(row, now)
    parcel.refresh_from_db(fields=["plan"])
    return world.epoch(row.refreshed_at), parcel.read_plan()


def _count_query(row: SandboxQuery, now: dt.datetime) -> None:
    if now - row.window_start >= dt.timedelta(seconds=DAY):
        row.window_start, row.window_count = now, 0
    row.window_count += 1
    if row.window_count > QUERIES_A_DAY:
        row.locked_until = now + dt.timedelta(seconds=LOCK_FOR)
    locked = row.locked_until is not None and now < row.locked_until
    if not locked and now - row.refreshed_at >= dt.timedelta(seconds=QUERY_GAP):
        row.refreshed_at = now
    row.save()
