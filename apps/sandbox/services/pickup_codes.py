"""Pickup codes: asked for, or told by push once the parcel lies somewhere (contract §5.10)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from apps.sandbox import carriers, world
from apps.sandbox.choices import PushKind
from apps.sandbox.envelopes import Refusal
from apps.sandbox.models import SandboxAccount, SandboxCodeWatch, SandboxParcel
from apps.sandbox.phones import tail_of
from apps.sandbox.pickup_codes import TOLD_AFTER_S, code_row, stored_node
from apps.sandbox.rng import stream
from apps.sandbox.services.lookups import bad
from apps.sandbox.services.notices import announce
from apps.sandbox.services.parcels import find_or_invent
from apps.sandbox.services.subscriptions import is_callback_url
from apps.sandbox.wire import text_of

NO_PARCEL = Refusal("30005", "快递公司返回异常：运单不存在")


@transaction.atomic
def watch_code(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``register``: be told the code; asking again is the same task, told to the new address.

    The phone must be one of the parcel's where the world knows them. Raises Refusal.
    """
    parcel = _read_parcel(param)
    phone, url = text_of(param, "receiverPhone"), text_of(param, "callbackUrl", "callBackUrl")
    if not tail_of(phone):
        raise bad("receiverPhone不能为空")
    if not is_callback_url(url):
        raise bad("回调地址格式错误")
    if parcel.phone_tails and tail_of(phone) not in parcel.phone_tails.split(","):
        raise Refusal("30005", "快递公司返回异常：手机号与运单不匹配")
    watch, created = SandboxCodeWatch.objects.get_or_create(
        account=account,
        parcel=parcel,
        defaults={
            "task_id": _task_id(account, parcel),
            "callback_url": url,
            "registered_at": world.now(),
        },
    )
    if created:
        _tell(parcel, watch)
    else:
        watch.callback_url = url
        watch.save(update_fields=["callback_url"])
        parcel.pushes.filter(kind=PushKind.CODE, state="waiting").update(url=url)
    return {"taskId": watch.task_id}


def find_code(*, param: dict[str, Any]) -> dict[str, Any]:
    """``query``: the code as it is known now; raises Refusal."""
    plan = _read_parcel(param).read_plan()
    if plan is None:
        raise NO_PARCEL
    return code_row(plan, world.epoch(world.now()))


def _tell(parcel: SandboxParcel, watch: SandboxCodeWatch) -> None:
    plan = parcel.read_plan()
    stored = stored_node(plan) if plan is not None else None
    if plan is None or stored is None:
        return
    at = max(stored.at, world.epoch(watch.registered_at)) + TOLD_AFTER_S
    row = code_row(plan, at)
    if row["pickUpCode"]:
        value = {"taskId": watch.task_id, **row}
        url = watch.callback_url
        announce(kind=PushKind.CODE, parcel=parcel, url=url, salt="", value=value, at=at)


def _read_parcel(param: dict[str, Any]) -> SandboxParcel:
    code, number = text_of(param, "kuaidicom").lower(), text_of(param, "kuaidinum").upper()
    if not carriers.is_known_carrier(code):
        raise bad("kuaidicom不支持" if code else "kuaidicom不能为空")
    if not carriers.is_plausible(number):
        raise bad("kuaidinum不正确" if number else "kuaidinum不能为空")
    return find_or_invent(carrier=code, number=number, now=world.now())


def _task_id(account: SandboxAccount, parcel: SandboxParcel) -> str:
    rng = stream(world.seed(), "code-watch", account.key, parcel.carrier, parcel.number)
    return f"{rng.getrandbits(128):032X}"
