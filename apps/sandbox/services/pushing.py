"""Pushes: made when they are due, sent until somebody says true, given up after three retries."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from apps.core import clock
from apps.sandbox import carriers, world
from apps.sandbox.cadence import retry_at
from apps.sandbox.choices import (
    PushKind,
    PushState,
    PushTrick,
    SubscriptionProduct,
    SubscriptionState,
)
from apps.sandbox.envelopes import answered_true, dump
from apps.sandbox.faults import decide
from apps.sandbox.faults.formats import change_format, is_any_on
from apps.sandbox.models import SandboxOrder, SandboxPush, SandboxSubscription
from apps.sandbox.order_push import OrderFacts, build_order_push
from apps.sandbox.plan import Plan
from apps.sandbox.pricing import as_text
from apps.sandbox.services.columns import insert_rows, write_columns
from apps.sandbox.services.faults import fault_rates
from apps.sandbox.services.parcels import find_or_invent, next_event_at
from apps.sandbox.services.scheduling import schedule
from apps.sandbox.services.wording import abort_of, kind_of, news_of
from apps.sandbox.signing import sign_callback

KEPT_FOR = dt.timedelta(hours=6)
FORGED_SALT = "not-the-salt"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said: HTTP status (0 without an answer) and the body's text."""

    status: int
    text: str


Send = Callable[[str, Mapping[str, str] | str], Answer]


@transaction.atomic
def advance_orders(*, now: dt.datetime, limit: int = 300) -> int:
    """Make the callbacks of orders whose next event is due; returns how many were made."""
    due = list(
        SandboxOrder.objects.filter(due_at__lte=now)
        .prefetch_related("parcel")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("due_at")[:limit]
    )
    rates = fault_rates() if due else {}
    pushes: list[SandboxPush] = []
    for order in due:
        plan = order.parcel.read_plan()
        if plan is None or order.told >= len(plan.orders):
            order.due_at = None
            continue
        event = plan.orders[order.told]
        if order.callback_url:
            facts = OrderFacts(order.order_id, order.weight_grams, as_text(order.freight))
            push = SandboxPush(
                kind=PushKind.ORDER,
                order=order,
                url=order.callback_url,
                param=build_order_push(plan, event.status, facts),
                salt=order.salt,
                due_at=world.moment(event.at),
            )
            name = f"order:{plan.number}:{event.at}:{event.status}"
            pushes += with_faults(push, name, rates)
        order.told += 1
        order.due_at = next_event_at(plan, order.told)
    write_columns(due, ["told", "due_at"])
    insert_rows(pushes)
    return len(pushes)


@transaction.atomic
def advance_subscriptions(*, now: dt.datetime, limit: int = 300) -> int:
    """Look at the subscriptions that are due and make their pushes; returns how many."""
    due = list(
        SandboxSubscription.objects.filter(due_at__lte=now)
        .prefetch_related("parcel")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("due_at")[:limit]
    )
    rates = fault_rates() if due else {}
    pushes: list[SandboxPush] = []
    for subscription in due:
        looked_at = world.epoch(subscription.due_at or now)
        param = _look(subscription, looked_at)
        if param is None:
            continue
        push = SandboxPush(
            kind=kind_of(subscription),
            subscription=subscription,
            url=subscription.callback_url,
            param=param,
            salt=subscription.salt,
            due_at=world.moment(looked_at),
        )
        name = f"track:{subscription.number}:{looked_at}"
        pushes += with_faults(push, name, rates)
    fields = ["parcel", "carrier", "corrected_from", "state", "pushed_at", "pushed_nodes",
              "due_at", "closed_at"]  # fmt: skip
    write_columns(due, fields)
    insert_rows(pushes)
    return len(pushes)


def _look(subscription: SandboxSubscription, at: int) -> str | None:
    """Move a subscription past one look; the push's param, or None when nothing is new."""
    plan = subscription.parcel.read_plan()
    seen = None if subscription.is_blind else plan
    count = seen.count_at(at) if seen is not None else 0
    if seen is None or count <= subscription.pushed_nodes:
        if not schedule(subscription, plan) or world.epoch(subscription.due_at or world.now()) > at:
            return None
        return _give_up(subscription, seen, at)
    param = news_of(subscription, seen, at)
    subscription.pushed_at, subscription.pushed_nodes = world.moment(at), count
    signed = seen.signed_at
    if signed is not None and signed <= at:
        _close(subscription, SubscriptionState.SHUTDOWN, at)
    else:
        schedule(subscription, plan)
    return param


def _give_up(subscription: SandboxSubscription, plan: Plan | None, at: int) -> str:
    """Abort, or hand the subscription to the carrier the number really belongs to."""
    guesses = carriers.detect(subscription.number) if not subscription.pushed_nodes else []
    corrected = guesses[0].code if guesses and guesses[0].code != subscription.carrier else ""
    if (
        subscription.corrected_from
        or subscription.is_blind
        or subscription.product == SubscriptionProduct.KD100
        or _is_subscribed(subscription, corrected)
    ):
        corrected = ""
    param = abort_of(subscription, plan, at, corrected=corrected)
    if not corrected:
        _close(subscription, SubscriptionState.ABORT, at)
        return param
    now = world.moment(at)
    subscription.corrected_from, subscription.carrier = subscription.carrier, corrected
    subscription.parcel = find_or_invent(carrier=corrected, number=subscription.number, now=now)
    subscription.subscribed_at, subscription.pushed_at = now, None
    schedule(subscription, subscription.parcel.read_plan())
    return param


def _is_subscribed(subscription: SandboxSubscription, carrier: str) -> bool:
    return SandboxSubscription.objects.filter(
        account=subscription.account_id,
        carrier=carrier,
        number=subscription.number,
        product=subscription.product,
        state=SubscriptionState.POLLING,
    ).exists()


def _close(subscription: SandboxSubscription, state: SubscriptionState, at: int) -> None:
    subscription.state = state
    subscription.closed_at = world.moment(at)
    subscription.due_at = None


def with_faults(push: SandboxPush, name: str, rates: Mapping[str, float]) -> list[SandboxPush]:
    """The rows of a push and of the copies faults add to it, unsaved."""
    if not any(rates.values()):
        return [push]
    rows = []
    push.param = _reshape(push.param, name, rates)
    for fate in decide(seed=world.seed(), name=name, rates=rates):
        rows.append(
            SandboxPush(
                kind=push.kind,
                subscription=push.subscription,
                order=push.order,
                parcel=push.parcel,
                ride=push.ride,
                url=push.url,
                param=_forge(push.param) if fate.forged else push.param,
                salt=push.salt,
                is_forged=fate.forged,
                trick=PushTrick.TRUNCATED if fate.truncated else "",
                state=PushState.LOST if fate.lost else PushState.WAITING,
                due_at=push.due_at + dt.timedelta(seconds=fate.delay),
                finished_real_at=clock.real_now() if fate.lost else None,
            )
        )
    return rows


def _reshape(param: str, name: str, rates: Mapping[str, float]) -> str:
    """The push in the format of the day; its signature covers what is sent."""
    if not is_any_on(rates):
        return param
    value = change_format(json.loads(param), seed=world.seed(), name=name, rates=rates)
    return dump(value)


def _forge(param: str) -> str:
    return param.replace('"ischeck":"0"', '"ischeck":"1"').replace('"polling"', '"shutdown"', 1)


def push_fields(push: SandboxPush) -> dict[str, str] | str:
    """The form fields of a push: param, its signature, and the task of an order or a ride.

    kd100.com posts the JSON itself and signs nothing: a text then. What is cut off on its way
    arrives whole when it is sent again.
    """
    is_cut = push.trick == PushTrick.TRUNCATED and push.attempts == 0
    param = push.param[: len(push.param) // 2] if is_cut else push.param
    if push.kind == PushKind.KD100:
        return param
    salt = FORGED_SALT if push.is_forged else push.salt
    fields = {"param": param}
    if push.trick != PushTrick.UNSIGNED:
        fields["sign"] = sign_callback(push.param, salt)
    if push.order is not None:
        fields["taskId"] = push.order.task_id
    if push.ride is not None:
        fields["taskId"] = push.ride.task_id
    return fields


@transaction.atomic
def claim_pushes(*, now: dt.datetime, limit: int) -> list[SandboxPush]:
    """Take due pushes for sending; they stay ``sending`` until ``record_answers``."""
    pushes = list(
        SandboxPush.objects.filter(state=PushState.WAITING, due_at__lte=now)
        .select_related("order", "ride")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("due_at", "id")[:limit]
    )
    ids = [push.pk for push in pushes]
    SandboxPush.objects.filter(pk__in=ids).update(state=PushState.SENDING)
    return pushes


def record_answers(
    *, answers: Iterable[tuple[SandboxPush, Answer]], now: dt.datetime, retry_floor: int = 0
) -> None:
    """Write what receivers said: done when they took it, else retry, at last give up.

    A push that is forged or made by hand is never repeated. The half hour to a retry counts
    from when the push was due, so that it does not depend on how fast the answer came;
    ``retry_floor`` is the least distance from now, in world seconds.
    """
    changed = []
    for push, answer in answers:
        push.attempts += 1
        push.http_status, push.answer = answer.status, answer.text.replace("\x00", "")[:300]
        told = push.kind == PushKind.KD100 or answered_true(answer.text)
        taken = answer.status == 200 and told
        again = (
            None
            if taken or push.is_forged or push.is_manual
            else _retry_at(push, world.epoch(now) + retry_floor)
        )
        if again is not None:
            push.state, push.due_at = PushState.WAITING, world.moment(again)
        else:
            push.state = PushState.DONE if taken else PushState.ABANDONED
            push.finished_real_at = clock.real_now()
        changed.append(push)
    write_columns(
        changed, ["attempts", "http_status", "answer", "state", "due_at", "finished_real_at"]
    )


def _retry_at(push: SandboxPush, earliest: int) -> int | None:
    due = world.epoch(push.due_at)
    return retry_at(due, push.attempts, floor=earliest - due)


def release_claims() -> int:
    """Put back what an earlier process was sending when it ended; it may be sent twice."""
    return SandboxPush.objects.filter(state=PushState.SENDING).update(state=PushState.WAITING)


def forget_old_pushes() -> int:
    """Delete finished pushes of more than six real hours ago."""
    before = clock.real_now() - KEPT_FOR
    return SandboxPush.objects.filter(finished_real_at__lt=before).delete()[0]
