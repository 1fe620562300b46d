"""Why a parcel has its carrier, in words for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.orders.carrier_rules import ABROAD, ASKED, DEFAULT, RULE, STAFF

TEXTS: dict[str, Promise] = {
    ASKED: _("Asked for by the shop"),
    DEFAULT: _("The merchant's usual carrier"),
    ABROAD: _("The only one that goes abroad"),
    STAFF: _("Chosen by a person"),
}


def describe_reason(reason: str) -> str:
    """Return a booking's ``carrier_reason`` as a sentence, "" for none."""
    kind, _colon, rest = reason.partition(":")
    if kind != RULE:
        return str(TEXTS.get(reason, reason))
    number, _colon, note = rest.partition(":")
    if not note:
        return gettext("Rule %(id)s") % {"id": number}
    return gettext("Rule %(id)s: %(note)s") % {"id": number, "note": note}
