"""A push that somebody makes by hand: genuine, forged on purpose, or broken on its way."""

from __future__ import annotations

import json

from django.db import transaction

from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.sandbox import world
from apps.sandbox.choices import PushKind, PushTrick
from apps.sandbox.models import SandboxOrder, SandboxParcel, SandboxPush, SandboxSubscription
from apps.sandbox.order_push import OrderFacts, build_order_push
from apps.sandbox.pricing import as_text
from apps.sandbox.services.faults import SYSTEM
from apps.sandbox.services.wording import kind_of, news_of

GENUINE, WRONG_SALT = "genuine", "wrong_salt"
WAYS = (GENUINE, WRONG_SALT, PushTrick.UNSIGNED.value, PushTrick.TRUNCATED.value)
LONGEST_PAYLOAD = 200_000


class NoPush(PortalError):
    """There is nothing to push, or nobody who would take it."""

    code = "no_push"
    permanent = True


@transaction.atomic
def push_by_hand(
    *, number: str, payload: str = "", way: str = GENUINE, actor: Actor = SYSTEM
) -> SandboxPush:
    """Queue one push about a parcel, sent once at the world's next step.

    ``payload`` is the exact ``param`` (JSON), or empty for what the platform would say now.
    ``way`` is one of ``WAYS``. It goes where the parcel's newest subscription wants it, else to
    its order's address. Raises NoPush with a sentence for the person.
    """
    if way not in WAYS:
        raise NoPush(f"“{way[:20]}” is no way to push. There are: {', '.join(WAYS)}.")
    parcel = SandboxParcel.objects.filter(number=number.strip().upper()[:32]).first()
    if parcel is None:
        raise NoPush(f"The world has no parcel {number.strip()[:32]}.")
    push = _of_subscription(parcel) or _of_order(parcel)
    if push is None:
        raise NoPush(f"Nobody subscribed to {parcel.number} and its order has no callback.")
    push.param = _checked(payload) if payload.strip() else push.param
    if not push.param:
        raise NoPush(f"Nothing has happened to {parcel.number} yet; paste a payload.")
    push.is_manual, push.is_forged = True, way == WRONG_SALT
    push.trick = way if PushTrick.parse(way) else ""
    push.due_at = world.now()
    push.save()
    record_action(
        action="sandbox.push.by_hand",
        actor=actor,
        subject=parcel,
        after={"number": parcel.number, "way": way, "pasted": bool(payload.strip())},
    )
    return push


def _checked(payload: str) -> str:
    if len(payload) > LONGEST_PAYLOAD:
        raise NoPush(f"The payload is longer than {LONGEST_PAYLOAD} characters.")
    try:
        json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise NoPush(f"The payload is not JSON: {error}") from error
    return payload.strip().replace("\x00", "")


def _of_subscription(parcel: SandboxParcel) -> SandboxPush | None:
    found = (
        SandboxSubscription.objects.filter(parcel=parcel)
        .select_related("parcel")
        .order_by("-subscribed_at", "-id")
        .first()
    )
    if found is None:
        return None
    plan, at = parcel.read_plan(), world.epoch(world.now())
    has_news = plan is not None and plan.count_at(at) > 0
    param = news_of(found, plan, at) if plan is not None and has_news else ""
    return SandboxPush(
        kind=kind_of(found), subscription=found, url=found.callback_url, salt=found.salt,
        param=param,
    )  # fmt: skip


def _of_order(parcel: SandboxParcel) -> SandboxPush | None:
    order = SandboxOrder.objects.filter(parcel=parcel).exclude(callback_url="").first()
    plan = parcel.read_plan()
    if order is None or plan is None:
        return None
    past = [event for event in plan.orders if event.at <= world.epoch(world.now())]
    facts = OrderFacts(order.order_id, order.weight_grams, as_text(order.freight))
    param = build_order_push(plan, past[-1].status, facts) if past else ""
    return SandboxPush(
        kind=PushKind.ORDER, order=order, url=order.callback_url, salt=order.salt, param=param
    )
