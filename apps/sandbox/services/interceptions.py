"""``interceptOrder``: a parcel on its way is really turned round or sent elsewhere (§5.3)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from apps.sandbox import carriers, world
from apps.sandbox.choices import PushKind
from apps.sandbox.envelopes import Refusal
from apps.sandbox.interception import (
    catching_node,
    is_going_back,
    redirected,
    turned_back,
)
from apps.sandbox.models import SandboxOrder, SandboxParcel
from apps.sandbox.places import Place
from apps.sandbox.plan import Node, Plan
from apps.sandbox.planner import read_destination
from apps.sandbox.services.lookups import bad
from apps.sandbox.services.notices import announce
from apps.sandbox.services.parcels import next_event_at, replace_plan
from apps.sandbox.services.subscriptions import is_callback_url
from apps.sandbox.wire import object_of, text_of

BACK = frozenset({"RETURN_SEND_STATION", "RETURN_SEND_ADDR"})
ELSEWHERE = "MODIFY_ADDR"
CALLBACK_REQUIRED = frozenset({"zhongtong", "jtexpress", "yuantong"})
ROLES = frozenset({"", "1", "2", "3"})
PAYERS = frozenset({"", "SHIPPER", "CONSIGNEE", "THIRDPARTY", "MONTHLY"})
LONGEST_SALT = 100
RUNNING, DONE, FAILED = ("1", "拦截中"), ("2", "拦截成功"), ("3", "拦截失败")
TOLD_AFTER_S, GIVEN_UP_AFTER_S = 120, 6 * 3600


def _carrier_says(words: str) -> Refusal:
    return Refusal("30005", f"快递公司返回异常：{words}")


@transaction.atomic
def intercept_parcel(*, param: dict[str, Any]) -> None:
    """Stop or redirect a parcel that is on its way and not signed; raises Refusal.

    It is caught at its next scan. Where there is none before it is signed, the interception
    fails: only the callback says so, for the request itself was taken.
    """
    wish = text_of(param, "interceptType").upper()
    if wish not in BACK | {ELSEWHERE}:
        raise bad("interceptType不正确")
    code, number = text_of(param, "kuaidicom").lower(), text_of(param, "kuaidinum").upper()
    if not code or not number:
        raise bad("kuaidicom和kuaidinum不能为空")
    url, salt = _read_callback(param, code)
    if text_of(param, "orderRole") not in ROLES or text_of(param, "interceptPayType") not in PAYERS:
        raise bad("orderRole或interceptPayType不正确")
    carrier = carriers.BY_CODE.get(code)
    if carrier is None:
        raise _carrier_says("该快递公司不支持拦截")
    place = _read_new_place(param, carrier) if wish == ELSEWHERE else None
    at = world.epoch(world.now())
    parcel, plan = _catchable(code, number, at)
    scan = catching_node(plan, at)
    if scan is not None:
        _follow(parcel, _changed(plan, scan, carrier, place))
    letter = {"url": url, "salt": salt, "order_id": text_of(param, "orderId", "orderid")}
    _tell(parcel, at, scan, **letter)


def _changed(plan: Plan, scan: Node, carrier: carriers.Carrier, place: Place | None) -> Plan:
    if place is None:
        return turned_back(plan, scan, seed=world.seed(), carrier=carrier)
    return redirected(plan, scan, seed=world.seed(), carrier=carrier, destination=place)


def _read_callback(param: dict[str, Any], code: str) -> tuple[str, str]:
    url, salt = text_of(param, "callbackUrl", "callBackUrl"), text_of(param, "salt")
    if code in CALLBACK_REQUIRED and not url:
        raise bad("callbackUrl不能为空")
    if url and not is_callback_url(url):
        raise bad("callbackUrl格式错误")
    if len(salt) > LONGEST_SALT:
        raise bad("salt长度不正确")
    return url, salt


def _read_new_place(param: dict[str, Any], carrier: carriers.Carrier) -> Place:
    person = object_of(param, "recManInfo")
    if not text_of(person, "name") or not text_of(person, "mobile", "tel"):
        raise bad("recManInfo的name和mobile不能为空")
    if not text_of(person, "printAddr"):
        raise bad("recManInfo.printAddr不能为空")
    destination = read_destination(carrier, text_of(person, "printAddr"))
    if destination is None or destination.place is None:
        raise bad("recManInfo.printAddr行政区解析失败")
    return destination.place


def _catchable(code: str, number: str, at: int) -> tuple[SandboxParcel, Plan]:
    parcel = (
        SandboxParcel.objects.select_for_update(of=("self",))
        .filter(carrier=code, number=number)
        .first()
    )
    plan = parcel.read_plan() if parcel is not None else None
    if parcel is None or plan is None:
        raise _carrier_says("运单不存在")
    if plan.country != "CN":
        raise _carrier_says("国际件不支持拦截")
    if not plan.is_picked_up(at):
        raise _carrier_says("快件未揽收，不能拦截")
    if plan.signed_at is not None and plan.signed_at <= at:
        raise _carrier_says("快件已签收，不能拦截")
    if plan.outcome == "intercepted" or is_going_back(plan, at):
        raise _carrier_says("快件已在退回途中，请勿重复提交")
    return parcel, plan


def _follow(parcel: SandboxParcel, plan: Plan) -> None:
    replace_plan(parcel=parcel, plan=plan)
    order = SandboxOrder.objects.filter(parcel=parcel).first()
    if order is not None:
        order.due_at = next_event_at(plan, order.told)
        order.save(update_fields=["due_at"])


def _tell(
    parcel: SandboxParcel, at: int, scan: Node | None, *, url: str, salt: str, order_id: str
) -> None:
    """The states of the interception, as assumed: their payload is documented nowhere."""
    ended = (scan.at + TOLD_AFTER_S, DONE) if scan else (at + GIVEN_UP_AFTER_S, FAILED)
    for moment, (status, words) in ((at + TOLD_AFTER_S // 2, RUNNING), ended):
        announce(
            kind=PushKind.INTERCEPT,
            parcel=parcel,
            url=url,
            salt=salt,
            value={
                "kuaidicom": parcel.carrier,
                "kuaidinum": parcel.number,
                "orderId": order_id,
                "status": status,
                "message": words,
            },
            at=moment,
        )
