"""Why a parcel has its carrier, in words for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.orders.carrier_rules import (
    ABROAD,
    ASKED,
    CHEAPEST,
    DEFAULT,
    HOURS,
    PRICE,
    REACH,
    RULE,
    STAFF,
    split_reason,
)

TEXTS: dict[str, Promise] = {
    ASKED: _("Asked for by the shop"),
    DEFAULT: _("The merchant's usual carrier"),
    ABROAD: _("The only one that goes abroad"),
    STAFF: _("Chosen by a person"),
    CHEAPEST: _("The cheapest of those that ride there"),
}


FACTS: dict[str, Promise] = {
    REACH: _("reachability"),
    PRICE: _("price"),
    HOURS: _("delivery time"),
}


def describe_reason(reason: str) -> str:
    """Return a booking's ``carrier_reason`` as a sentence, "" for none.

    It ends with what could not be learnt, so that a rule passed over for that is seen.
    """
    missing, proper = split_reason(reason)
    said = _describe(proper)
    if not missing:
        return said
    named = ", ".join(
        gettext("%(fact)s for rule %(id)s") % {"fact": FACTS.get(fact, fact), "id": rule}
        for rule, fact in missing
    )
    return gettext("%(reason)s (not known: %(facts)s)") % {"reason": said, "facts": named}


def _describe(reason: str) -> str:
    kind, _colon, rest = reason.partition(":")
    if kind != RULE:
        return str(TEXTS.get(reason, reason))
    number, _colon, note = rest.partition(":")
    if not note:
        return gettext("Rule %(id)s") % {"id": number}
    return gettext("Rule %(id)s: %(note)s") % {"id": number, "note": note}
