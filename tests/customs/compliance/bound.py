"""Rules that bind for tests of checks: published by two people who only do that."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth import get_user_model

from apps.customs.compliance.content import Condition, RuleContent
from apps.customs.models import ComplianceCheck, Consignment, RuleSet, RuleSetVersion
from apps.orders.models import Order
from tests.customs.compliance.people import PUBLISHES, a_set, content, person, published, sound_rule
from tests.orders.builders import NOW

TO_GERMANY = Condition("destination", "in", ("DE",))
BEFORE = NOW - dt.timedelta(hours=1)


def rule(key: str = "no_germany", *also: Condition, **changes: Any) -> RuleContent:
    """Return a rule that stops what goes to Germany."""
    return sound_rule(key, **{"conditions": (TO_GERMANY, *also), **changes})


def bind(*rules: RuleContent, at: dt.datetime = BEFORE, code: str = "own") -> RuleSetVersion:
    """Have rules bind from a moment on, in place of what that set said before."""
    users = get_user_model().objects
    author = users.filter(username="ann").first() or person("ann", *PUBLISHES)
    approver = users.filter(username="bob").first() or person("bob", *PUBLISHES)
    rule_set = RuleSet.objects.filter(code=code).first() or a_set(code)
    said = content(*rules, code=code)
    return published(rule_set, said, author=author, approver=approver, at=at)


def consignment_of(order: Order) -> Consignment:
    """Return the consignment of an order's only parcel, fresh from the database."""
    return Consignment.objects.get(shipment__parcel__order=order)


def checks_of(order: Order) -> list[ComplianceCheck]:
    """Return the checks of an order's parcels, the oldest first."""
    rows = ComplianceCheck.objects.filter(consignment__shipment__parcel__order=order)
    return list(rows.order_by("id"))
