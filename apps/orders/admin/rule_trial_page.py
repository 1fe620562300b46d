"""The box that tries the carrier rules: which one fires for a parcel, and why the others do not."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Merchant
from apps.orders.admin.page import named
from apps.orders.admin.rule_form import TrialForm
from apps.orders.carrier_rules import ASKED, HOURS, PRICE, REACH, Choice, Facts, choose_carrier
from apps.orders.models import Booking, Order, Parcel
from apps.orders.places import HOME
from apps.orders.reasons import describe_reason
from apps.orders.rule_trial import Trial, try_rules
from apps.orders.selectors import find_order
from apps.orders.services.choosing import Table, load_table, or_abroad

WORDS: dict[str, Any] = {
    "merchant": _("another merchant"),
    "country": _("another country"),
    "area": _("another division"),
    "weight": _("another weight"),
    "goods": _("other goods"),
    REACH: _("does not deliver there for certain"),
    PRICE: _("above the price"),
    HOURS: _("takes too long"),
}
UNKNOWN_WORDS: dict[str, Any] = {
    REACH: _("reachability not asked yet"),
    PRICE: _("price not asked yet"),
    HOURS: _("time not asked yet"),
}


def trial_page(request: HttpRequest) -> dict[str, Any]:
    """Return the template's context: the form, and the outcome once something was asked."""
    asked = bool(request.GET)
    form = TrialForm(request.GET) if asked else TrialForm()
    context: dict[str, Any] = {"form": form, "asked": asked, "outcomes": []}
    if not asked or not form.is_valid():
        return context
    values = form.cleaned_data
    if not values["order"]:
        return context | {"outcomes": [outcome_of_facts(values)]}
    order = find_order(request.user, values["order"].strip())
    if order is None:
        form.add_error("order", _("No order, or more than one, has this number."))
        return context
    return context | {"order": order, "outcomes": outcomes_of_order(order)}


def outcome_of_facts(values: dict[str, Any]) -> dict[str, Any]:
    """Return what the rules say about made-up facts."""
    merchant: Merchant = values["merchant"]
    goods = {values["goods_class"]} - {""}
    facts = Facts(
        merchant_id=merchant.pk,
        country=values["country"] or HOME,
        address_code=values["address_code"],
        weight_grams=values["weight_grams"] or 1,
        goods_classes=frozenset(goods),
    )
    return outcome(facts, merchant, load_table(merchant=merchant, mode=""), title="")


def outcomes_of_order(order: Order) -> list[dict[str, Any]]:
    """Return what the rules of now say about every parcel of an order."""
    table = load_table(merchant=order.merchant, mode="")
    goods = frozenset(line.goods_class for line in order.lines.all())
    return [
        outcome(
            facts_of(order, parcel, goods),
            order.merchant,
            table,
            asked=order.carrier_wish,
            title=_("Parcel %(n)s") % {"n": parcel.position},
            now=latest(parcel),
        )
        for parcel in order.parcels.all()
    ]


def facts_of(order: Order, parcel: Parcel, goods: frozenset[str]) -> Facts:
    """Return what is known about a parcel, with what carriers already said about it."""
    booking = latest(parcel)
    kept: dict[str, Any] = booking.carrier_facts if booking else {}
    return Facts(
        merchant_id=order.merchant_id,
        country=order.country,
        address_code=order.address_code,
        weight_grams=parcel.weight_grams,
        goods_classes=goods,
        reachable=kept.get(REACH, {}),
        prices={carrier: money(text) for carrier, text in kept.get(PRICE, {}).items()},
        hours=kept.get(HOURS, {}),
    )


def money(text: Any) -> Decimal | None:
    """Return a kept price; None where the carrier has no such line."""
    try:
        return Decimal(str(text)) if text else None
    except InvalidOperation:
        return None


def latest(parcel: Parcel) -> Booking | None:
    """Return the latest attempt of a parcel."""
    return max(parcel.bookings.all(), key=lambda booking: booking.attempt, default=None)


def outcome(
    facts: Facts,
    merchant: Merchant,
    table: Table,
    *,
    title: Any,
    asked: str = "",
    now: Booking | None = None,
) -> dict[str, Any]:
    """Return the carrier that would be chosen, why, and every rule with what it says."""
    chosen = Choice(asked, ASKED)
    if not asked:
        chosen = choose_carrier(table.rules, facts, default=merchant.default_carrier)
    final = or_abroad(chosen, facts.country)
    trials = try_rules(table.rules, facts)
    return {
        "title": title,
        "carrier": named(final.carrier),
        "reason": describe_reason(final.reason),
        "overruled": bool(asked),
        "now": named(now.carrier) if now else "",
        "now_reason": describe_reason(now.carrier_reason) if now else "",
        "rules": [trial_row(trial) for trial in trials],
    }


def trial_row(trial: Trial) -> dict[str, Any]:
    """Return one rule with its words."""
    said = [WORDS[name] for name in trial.misses]
    said += [UNKNOWN_WORDS[name] for name in trial.unknown]
    return {
        "rule": trial.rule,
        "carrier": named(trial.rule.carrier),
        "decides": trial.decides,
        "matches": not said,
        "said": said,
    }
