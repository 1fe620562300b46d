"""What a push of a subscription says, by the product it was subscribed with."""

from __future__ import annotations

import json

from apps.sandbox import kd100
from apps.sandbox.choices import PushKind, SubscriptionProduct
from apps.sandbox.envelopes import dump
from apps.sandbox.models import SandboxSubscription
from apps.sandbox.plan import Plan
from apps.sandbox.services.maps import trail_url
from apps.sandbox.snapshot import MAP_BASE, build_abort, build_push, build_result, map_extra


def kind_of(subscription: SandboxSubscription) -> PushKind:
    """How the push travels: a signed form, or the JSON of kd100.com."""
    is_kd100 = subscription.product == SubscriptionProduct.KD100
    return PushKind.KD100 if is_kd100 else PushKind.TRACKING


def news_of(subscription: SandboxSubscription, plan: Plan, at: int) -> str:
    """``param`` of a push that brings the whole track at a moment (epoch seconds)."""
    if subscription.product == SubscriptionProduct.KD100:
        return kd100.build_webhook(plan, at)
    level, extra = subscription.resultv2, None
    if subscription.product == SubscriptionProduct.MAP:
        url = trail_url(parcel=subscription.parcel, plan=plan, at=at)
        level, extra = MAP_BASE[level], map_extra(plan, at, level, url)
    push = build_push(plan, at, level, corrected_from=subscription.corrected_from, extra=extra)
    return _with_destination(push, plan, at, level) if subscription.is_international else push


def push_of(plan: Plan, at: int, level: str) -> str:
    """``param`` of a plain tracking push, or of ``interCom=1`` for a parcel abroad."""
    push = build_push(plan, at, level)
    return _with_destination(push, plan, at, level) if plan.is_abroad else push


def _with_destination(push: str, plan: Plan, at: int, level: str) -> str:
    """The push of ``interCom=1``: what the carrier of the destination says stands beside it."""
    value = {k: v for k, v in json.loads(push).items() if k not in {"comOld", "comNew"}}
    own = plan.last_mile_plan() if plan.known_last_mile(at) is not None else None
    if own is not None:
        value["destResult"] = build_result(own, at, level)
    return dump(value)


def abort_of(
    subscription: SandboxSubscription, plan: Plan | None, at: int, *, corrected: str
) -> str:
    """``param`` of a push that gives up; ``corrected`` names the carrier it goes on with."""
    carrier, number = subscription.carrier, subscription.number
    if subscription.product == SubscriptionProduct.KD100:
        return kd100.build_abort(plan, carrier=carrier, number=number, at=at)
    level = subscription.resultv2
    if subscription.product == SubscriptionProduct.MAP:
        level = MAP_BASE[level]
    return build_abort(
        plan, carrier=carrier, number=number, at=at, resultv2=level, corrected=corrected
    )
