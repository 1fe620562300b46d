"""What is said of duties and limits, in the reader's language, with whose word it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.region_names import country_name
from apps.customs.compliance.duties import Duty, duties_of
from apps.customs.compliance_live import read_stamp
from apps.customs.figures import Figures
from apps.customs.record import Record
from apps.customs.selectors import load_figures

WORDS: dict[str, Any] = {
    "item_duty": _("EU duty: %(amount)s %(currency)s for %(count)s distinct HS codes"),
    "ioss_used": _("Up to %(limit)s %(currency)s with IOSS: VAT was taken at the sale"),
    "ioss_missing": _("Up to %(limit)s %(currency)s without IOSS: VAT falls due at import"),
    "within_limit": _("%(country)s: within the limit of %(limit)s %(currency)s"),
    "above_limit": _("%(country)s: above %(limit)s %(currency)s, duty and tax fall due at import"),
    "to_company": _("%(country)s: a firm imports, duty and tax by its own declaration"),
    "duty_due": _("%(country)s: duty from %(limit)s %(currency)s on"),
    "tax_due": _("%(country)s: consumption tax from %(limit)s %(currency)s on"),
    "no_de_minimis": _("%(country)s: nothing is free, duty falls due at any value"),
    "limit_unknown": _("%(country)s: limit %(limit)s %(currency)s; the value cannot be compared"),
}
_kept: list[tuple[str, Figures]] = []


def told_duties(record: Record, *, at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """Return what is known of a record's duties, as pages and the API show it; one query.

    ``amount`` is a text in ``currency`` or None; ``is_quote`` is always False: carriers and
    customs count by their own rates.
    """
    found = duties_of(record, at=at or clock.now(), figures=_figures())
    return [_told(one) for one in found]


def without_duties(findings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return findings as a page shows them, without what is told as a duty beside them."""
    return [one for one in findings if one["code"] != "eu_item_duty"]


def _told(one: Duty) -> dict[str, Any]:
    row = one.row
    said = {
        "country": country_name(one.country),
        "limit": _plain(row.amount),
        "currency": row.currency,
        "amount": _plain(one.amount),
        "count": one.count,
    }
    return {
        "code": one.code,
        "text": str(WORDS[one.code]) % said,
        "amount": said["amount"] or None,
        "currency": row.currency,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "source": row.source,
        "source_checked_on": row.checked_on,
        "is_quote": False,
    }


def _plain(amount: Any) -> str:
    return "" if amount is None else f"{amount.normalize():f}"


def _figures() -> Figures:
    """Return the dated figures, read anew as soon as a row of theirs changed."""
    stamp = read_stamp(hold=False)
    if _kept and _kept[0][0] == stamp:
        return _kept[0][1]
    figures = load_figures()
    _kept[:] = [(stamp, figures)]
    return figures
