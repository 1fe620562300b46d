"""Work orders (contract §5.11): opened, answered by the carrier after hours, closed at last."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.db import transaction

from apps.core.locks import lock_keys
from apps.sandbox import carriers, world
from apps.sandbox.choices import PushKind
from apps.sandbox.envelopes import Refusal
from apps.sandbox.hours import between, within
from apps.sandbox.models import SandboxAccount, SandboxWorkOrder, SandboxWorkReply
from apps.sandbox.rng import stream
from apps.sandbox.route import wall_text
from apps.sandbox.services.border import heed_words
from apps.sandbox.services.lookups import bad
from apps.sandbox.services.notices import announce
from apps.sandbox.services.parcels import find_or_invent
from apps.sandbox.services.subscriptions import is_callback_url
from apps.sandbox.wire import text_of
from apps.sandbox.work_words import CARRIER, MERCHANT, STATES, first_answer, next_answer

LONGEST_KIND, LONGEST_WORDS, LONGEST_SALT, LONGEST_NAME = 64, 2000, 100, 120
OFFICE = (9.0, 20.0)
FIRST_HOURS, NEXT_HOURS, CLOSED_HOURS = (2, 9), (1, 5), (24, 60)
SEEN_AFTER_S = 600
UNKNOWN = Refusal("30001", "参数错误：consultId不存在")
CLOSED = Refusal("30005", "工单已完结")


@transaction.atomic
def open_work_order(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``create``: a question about a number; every call is a work order of its own."""
    code, number = text_of(param, "kuaidicom").lower(), text_of(param, "kuaidinum").upper()
    kind, words = text_of(param, "type"), _read_words(param)
    if not carriers.is_known_carrier(code) or not carriers.is_plausible(number):
        raise bad("kuaidicom或kuaidinum不正确")
    if not kind or len(kind) > LONGEST_KIND:
        raise bad("type不正确")
    url, salt = text_of(param, "callbackUrl", "callBackUrl"), text_of(param, "salt")
    if (url and not is_callback_url(url)) or len(salt) > LONGEST_SALT:
        raise bad("回调地址格式错误")
    now = world.now()
    at = world.epoch(now)
    parcel = find_or_invent(carrier=code, number=number, now=now)
    lock_keys("sandbox-work-order", [f"{code}:{number}"])
    earlier = parcel.work_orders.count()
    rng = stream(world.seed(), "work-order", code, number, earlier)
    answered = within(at + between(rng, *FIRST_HOURS), OFFICE, rng)
    order = SandboxWorkOrder.objects.create(
        account=account,
        parcel=parcel,
        consult_id=f"{rng.randrange(10**15, 10**16)}",
        kind=kind,
        callback_url=url,
        salt=salt,
        opened_at=now,
        answered_at=world.moment(answered),
        closed_at=world.moment(answered + between(rng, *CLOSED_HOURS)),
    )
    _say(order, MERCHANT, words, at)
    answer = first_answer(parcel.read_plan(), answered, f"{kind} {words}")
    _answer(order, answer, answered)
    heed_words(parcel=parcel, words=f"{kind} {words}")
    return _row(order)


def work_order_state(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``status``: how it stands and everything said until now."""
    return _row(_find(account, param))


@transaction.atomic
def reply_work_order(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``reply``: say more; the carrier answers again and closes later. 30005 once closed."""
    order, words = _find(account, param, open_only=True), _read_words(param)
    _go_on(order, words)
    heed_words(parcel=order.parcel, words=words)
    return _row(order)


@transaction.atomic
def add_work_file(*, account: SandboxAccount, param: dict[str, Any]) -> dict[str, Any]:
    """``upload``: a file in base64; only its name is kept."""
    order = _find(account, param, open_only=True)
    name, content = text_of(param, "fileName"), text_of(param, "file")
    if not name or len(name) > LONGEST_NAME or not content:
        raise bad("fileName和file不能为空")
    try:
        base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise bad("file不是base64") from error
    _say(order, MERCHANT, f"[附件] {name}", world.epoch(world.now()))
    return _row(order)


def _find(
    account: SandboxAccount, param: dict[str, Any], *, open_only: bool = False
) -> SandboxWorkOrder:
    orders = SandboxWorkOrder.objects.filter(account=account).select_related("parcel")
    order = orders.filter(consult_id=text_of(param, "consultId")[:20]).first()
    if order is None:
        raise UNKNOWN
    if open_only and order.closed_at <= world.now():
        raise CLOSED
    return order


def _go_on(order: SandboxWorkOrder, words: str) -> None:
    at, said = world.epoch(world.now()), order.replies.count()
    rng = stream(world.seed(), "work-reply", order.consult_id, said)
    _say(order, MERCHANT, words, at)
    answered = within(at + between(rng, *NEXT_HOURS), OFFICE, rng)
    _answer(order, next_answer(said), answered)
    later = world.moment(answered + between(rng, *CLOSED_HOURS))
    order.closed_at = max(order.closed_at, later)
    order.save(update_fields=["closed_at"])


def _read_words(param: dict[str, Any]) -> str:
    words = text_of(param, "content")
    if not words or len(words) > LONGEST_WORDS:
        raise bad("content不正确")
    return words


def _say(order: SandboxWorkOrder, author: str, words: str, at: int) -> None:
    SandboxWorkReply.objects.create(
        work_order=order, author=author, content=words, said_at=world.moment(at)
    )


def _answer(order: SandboxWorkOrder, words: str, at: int) -> None:
    """What the carrier will say, and the push that brings it."""
    _say(order, CARRIER, words, at)
    value = {
        "consultId": order.consult_id,
        "kuaidicom": order.parcel.carrier,
        "kuaidinum": order.parcel.number,
        "status": "2",
        "statusDesc": STATES["2"],
        "content": words,
        "time": wall_text(at),
    }
    url, salt = order.callback_url, order.salt
    announce(kind=PushKind.WORK_ORDER, parcel=order.parcel, url=url, salt=salt, value=value, at=at)


def _row(order: SandboxWorkOrder) -> dict[str, Any]:
    now = world.now()
    status = "1" if (now - order.opened_at).total_seconds() >= SEEN_AFTER_S else "0"
    if order.answered_at <= now:
        status = "2"
    if order.closed_at <= now:
        status = "3"
    return {
        "consultId": order.consult_id,
        "status": status,
        "statusDesc": STATES[status],
        "replies": [
            {
                "author": reply.author,
                "content": reply.content,
                "time": wall_text(world.epoch(reply.said_at)),
            }
            for reply in order.replies.filter(said_at__lte=now)
        ],
    }
