"""A past for the world: parcels that are already under way, for the portal's seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from apps.core.errors import PortalError
from apps.sandbox import carriers, world
from apps.sandbox.effects import Effects
from apps.sandbox.models import SandboxOrder, SandboxParcel, SandboxSubscription
from apps.sandbox.order_push import OrderFacts, build_order_push
from apps.sandbox.phones import tail_of
from apps.sandbox.places import Place, find_place
from apps.sandbox.plan import Plan
from apps.sandbox.planner import Destination, destination_for, make_plan
from apps.sandbox.pricing import as_text, quote
from apps.sandbox.rng import stream
from apps.sandbox.services.accounts import ensure_account
from apps.sandbox.services.columns import insert_known_rows
from apps.sandbox.services.effects import planted_effects
from apps.sandbox.services.orders import order_ids
from apps.sandbox.services.parcels import next_event_at, order_status_at, parcel_columns
from apps.sandbox.services.scheduling import schedule
from apps.sandbox.services.wording import push_of


class HistoryRefused(PortalError):
    """A history parcel with a carrier or a place the world does not have."""

    code = "history_refused"
    permanent = True


@dataclass(frozen=True, slots=True)
class HistoryDraft:
    """A booking in the past. Codes are 6- or 12-digit adcodes; phones may be full numbers.

    ``destination_code`` is "" for a foreign ``destination_country`` (ISO-2).
    ``reference`` is the shop's ``thirdOrderId`` and makes the number repeatable.
    ``outcome`` forces an ending (see ``choices.Outcome``); "" draws one in realistic shares.
    """

    carrier: str
    origin_code: str
    destination_code: str
    booked_at: dt.datetime
    reference: str
    destination_country: str = "CN"
    destination_address: str = ""
    sender_phone: str = ""
    recipient_phone: str = ""
    weight_grams: int = 1000
    callback_url: str = ""
    salt: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class HistoryParcel:
    """What a history parcel is: its numbers, its order's status and how far it is at ``now``."""

    carrier: str
    number: str
    task_id: str
    order_id: str
    reference: str
    outcome: str
    order_status: int
    courier_name: str
    courier_phone: str
    booked_at: dt.datetime
    picked_up_at: dt.datetime | None
    signed_at: dt.datetime | None
    nodes: int


def plan_history_parcel(*, draft: HistoryDraft, now: dt.datetime) -> HistoryParcel:
    """One parcel of ``plan_history_parcels``."""
    return plan_history_parcels(drafts=[draft], now=now)[0]


@transaction.atomic
def plan_history_parcels(
    *, drafts: Sequence[HistoryDraft], now: dt.datetime
) -> list[HistoryParcel]:
    """Book parcels in the past and store their lives; callbacks up to ``now`` count as told.

    Returns one answer per draft, in order. ``picked_up_at`` and ``signed_at`` are None while
    they lie after ``now``. Raises HistoryRefused.
    """
    account = ensure_account()
    effects = planted_effects()
    numbers = _free_numbers(drafts, account.customer)
    pairs = [(d, _plan_draft(d, n, effects)) for d, n in zip(drafts, numbers, strict=True)]
    parcels = [_parcel_row(draft, plan) for draft, plan in pairs]
    insert_known_rows(parcels)
    orders = []
    for parcel, (draft, plan) in zip(parcels, pairs, strict=True):
        told = sum(event.at <= world.epoch(now) for event in plan.orders)
        task_id, order_id = order_ids(plan.number)
        orders.append(
            SandboxOrder(
                account=account,
                parcel=parcel,
                task_id=task_id,
                order_id=order_id,
                third_order_id=draft.reference,
                callback_url=draft.callback_url,
                salt=draft.salt,
                weight_grams=draft.weight_grams,
                freight=_freight(draft),
                booked_at=draft.booked_at,
                told=told,
                due_at=next_event_at(plan, told),
            )
        )
    insert_known_rows(orders)
    return [_describe(o, plan, now) for o, (_, plan) in zip(orders, pairs, strict=True)]


def is_of_this_world(draft: HistoryDraft) -> bool:
    """Tell whether the world has the draft's carrier and places."""
    try:
        _ends(draft)
    except HistoryRefused:
        return False
    return True


def _ends(draft: HistoryDraft) -> tuple[carriers.Carrier, Place, Destination]:
    carrier = carriers.BY_CODE.get(draft.carrier)
    origin = find_place(draft.origin_code)
    destination = destination_for(
        code=draft.destination_code,
        country=draft.destination_country,
        address=draft.destination_address,
    )
    if carrier is None or origin is None or destination is None:
        raise HistoryRefused(f"{draft.carrier}: carrier or place is not of this world.")
    return carrier, origin, destination


def _free_numbers(drafts: Sequence[HistoryDraft], customer: str) -> list[str]:
    """A number for each draft that no parcel has; the same for the same references."""
    numbers, waiting, attempt = [""] * len(drafts), list(range(len(drafts))), 0
    taken: set[str] = set()
    while waiting:
        wanted = {n: _number_of(drafts[n], customer, attempt) for n in waiting}
        known = SandboxParcel.objects.filter(number__in=wanted.values())
        taken.update(known.values_list("number", flat=True))
        for n, number in wanted.items():
            if number not in taken:
                numbers[n] = number
                taken.add(number)
        waiting = [n for n in waiting if not numbers[n]]
        attempt += 1
    return numbers


def _number_of(draft: HistoryDraft, customer: str, attempt: int) -> str:
    carrier, _, _ = _ends(draft)
    rng = stream(world.seed(), "number", carrier.code, customer, draft.reference, attempt)
    return carriers.make_number(carrier, rng)


def _plan_draft(draft: HistoryDraft, number: str, effects: Effects) -> Plan:
    carrier, origin, destination = _ends(draft)
    return make_plan(
        seed=world.seed(),
        carrier=carrier,
        number=number,
        origin=origin,
        destination=destination,
        booked_at=world.epoch(draft.booked_at),
        outcome=draft.outcome,
        effects=effects,
    )


def _parcel_row(draft: HistoryDraft, plan: Plan) -> SandboxParcel:
    tails = [tail_of(draft.sender_phone), tail_of(draft.recipient_phone)]
    return SandboxParcel(
        carrier=plan.carrier,
        number=plan.number,
        booked_at=draft.booked_at,
        phone_tails=",".join(dict.fromkeys(filter(None, tails))),
        **parcel_columns(plan),
    )


def _freight(draft: HistoryDraft) -> Decimal:
    carrier, origin, destination = _ends(draft)
    return quote(
        carrier=carrier,
        origin=origin,
        destination=destination,
        weight_grams=draft.weight_grams,
    ).price


def _describe(order: SandboxOrder, plan: Plan, now: dt.datetime) -> HistoryParcel:
    at = world.epoch(now)
    picked, signed = plan.picked_up_at, plan.signed_at
    return HistoryParcel(
        carrier=plan.carrier,
        number=plan.number,
        task_id=order.task_id,
        order_id=order.order_id,
        reference=order.third_order_id,
        outcome=plan.outcome,
        order_status=order_status_at(order, plan, now),
        courier_name=plan.pickup.name,
        courier_phone=plan.pickup.phone,
        booked_at=order.booked_at,
        picked_up_at=world.moment(picked) if picked is not None and picked <= at else None,
        signed_at=world.moment(signed) if signed is not None and signed <= at else None,
        nodes=plan.count_at(at),
    )


def snapshot_for(*, number: str, at: dt.datetime, resultv2: str = "4") -> str | None:
    """The exact ``param`` the world would push about a number at a moment: of a parcel abroad
    with what the carrier of the destination says.

    None while nothing has happened, or for a number without a parcel.
    """
    return snapshots_for(numbers=[number], at=at, resultv2=resultv2).get(number)


def snapshots_for(
    *, numbers: Iterable[str], at: dt.datetime, resultv2: str = "4"
) -> dict[str, str]:
    """``snapshot_for`` of many numbers in one query; numbers without news are left out."""
    rows = SandboxParcel.objects.filter(number__in=list(numbers)).exclude(plan={})
    snapshots = {}
    for parcel in rows.iterator(chunk_size=500):
        plan = Plan.from_json(parcel.plan)
        if plan.count_at(world.epoch(at)):
            snapshots[parcel.number] = push_of(plan, world.epoch(at), resultv2)
    return snapshots


def order_pushes_for(*, number: str, at: dt.datetime) -> list[tuple[dt.datetime, str]]:
    """All order callbacks of a booked parcel up to a moment: (when, exact ``param``)."""
    order = SandboxOrder.objects.select_related("parcel").get(parcel__number=number)
    plan = Plan.from_json(order.parcel.plan)
    facts = OrderFacts(order.order_id, order.weight_grams, as_text(order.freight))
    return [
        (world.moment(event.at), build_order_push(plan, event.status, facts))
        for event in plan.orders
        if event.at <= world.epoch(at)
    ]


@transaction.atomic
def subscribe_known(
    *,
    carrier: str,
    number: str,
    callback_url: str,
    salt: str,
    resultv2: str = "4",
    subscribed_at: dt.datetime,
    pushed_until: dt.datetime | None = None,
) -> bool:
    """Register a subscription of a known parcel without HTTP.

    ``pushed_until`` says up to when the subscriber already has everything; from there the
    world pushes what is new. Returns False for a parcel that is already over by then, or
    is subscribed already; such a one is not registered.
    """
    return bool(
        subscribe_known_many(
            rows=[(carrier, number, callback_url, salt)],
            resultv2=resultv2,
            subscribed_at=subscribed_at,
            pushed_until=pushed_until,
        )
    )


@transaction.atomic
def subscribe_known_many(
    *,
    rows: Sequence[tuple[str, str, str, str]],
    subscribed_at: dt.datetime,
    pushed_until: dt.datetime | None = None,
    resultv2: str = "4",
) -> int:
    """``subscribe_known`` for rows of (carrier, number, callback URL, salt) in two statements.

    Returns how many subscriptions now poll.
    """
    account = ensure_account()
    wanted = {(carrier, number): (url, salt) for carrier, number, url, salt in rows}
    parcels = SandboxParcel.objects.filter(number__in=[row[1] for row in rows]).exclude(plan={})
    subscriptions = []
    for parcel in parcels:
        plan = Plan.from_json(parcel.plan)
        signed = plan.signed_at
        if (parcel.carrier, parcel.number) not in wanted:
            continue
        if pushed_until and signed is not None and signed <= world.epoch(pushed_until):
            continue
        url, salt = wanted[parcel.carrier, parcel.number]
        subscription = SandboxSubscription(
            account=account,
            parcel=parcel,
            carrier=parcel.carrier,
            number=parcel.number,
            callback_url=url,
            salt=salt,
            resultv2=resultv2,
            subscribed_at=subscribed_at,
            pushed_at=pushed_until,
            is_international=plan.is_abroad,
            pushed_nodes=plan.count_at(world.epoch(pushed_until)) if pushed_until else 0,
        )
        schedule(subscription, plan)
        subscriptions.append(subscription)
    made = SandboxSubscription.objects.bulk_create(
        subscriptions, batch_size=500, ignore_conflicts=True
    )
    return len(made)
