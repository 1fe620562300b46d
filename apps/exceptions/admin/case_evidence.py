"""The evidence of a case in words: its figures, what its rule said, and where the parcel is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.core.language import spoken
from apps.customs.choices import GoodsClass
from apps.exceptions.admin.case_rows import rule_name
from apps.exceptions.admin.wording import moment_words
from apps.exceptions.choices import Anchor
from apps.exceptions.models import Case, RuleVersion, Watch
from apps.exceptions.rulebook.durations import say_limit
from apps.exceptions.rulebook.signed import say_parts
from apps.orders.choices import BookingProblem
from apps.shipments.choices import ShipmentStatus, Substatus

Say = Callable[[Any, Mapping[str, Any]], str]
Pairs = list[tuple[str, str]]


def _moment(value: Any, _found: Mapping[str, Any]) -> str:
    return moment_words(dt.datetime.fromisoformat(str(value)))


def _plain(value: Any, _found: Mapping[str, Any]) -> str:
    return str(value)


def _word(words: Any) -> Say:
    return lambda value, _found: str(one.label) if (one := words.parse(str(value))) else str(value)


def _goods(value: Any, _found: Mapping[str, Any]) -> str:
    return ", ".join(_word(GoodsClass)(one, {}) for one in value)


def _limit(value: Any, found: Mapping[str, Any]) -> str:
    return say_limit(float(value), business=bool(found.get("business")), language=spoken())


def _worth(value: Any, found: Mapping[str, Any]) -> str:
    return f"{float(value):,.2f} {found.get('currency', '')}".strip()


FIGURES: dict[str, tuple[Any, Say]] = {
    "since": (gettext_lazy("Counted from"), _moment),
    "hours": (gettext_lazy("Limit"), _limit),
    "due": (gettext_lazy("Limit passed"), _moment),
    "last": (gettext_lazy("Last sign of life"), _moment),
    "area_name": (gettext_lazy("Last seen at"), _plain),
    "out_since": (gettext_lazy("Out for delivery since"), _moment),
    "delivered_at": (gettext_lazy("Delivered on"), _moment),
    "signed_name": (gettext_lazy("Signed for at"), _plain),
    "address_name": (gettext_lazy("Goes to"), _plain),
    "signed_score": (gettext_lazy("Doubt about the signature"), lambda v, _f: f"{v} / 100"),
    "promise_to": (gettext_lazy("Promised until"), _moment),
    "first_scan_at": (gettext_lazy("First scan"), _moment),
    "paid_at": (gettext_lazy("Paid"), _moment),
    "booking_problem": (gettext_lazy("Booking problem"), _word(BookingProblem)),
    "status": (gettext_lazy("Status at that time"), _word(ShipmentStatus)),
    "substatus": (gettext_lazy("More exactly"), _word(Substatus)),
    "goods": (gettext_lazy("Goods"), _goods),
    "value": (gettext_lazy("Value of the order"), _worth),
}
"""The figures a reader is told, in their order: name in the evidence → label and words."""


def figures_of(case: Case) -> Pairs:
    """Return (label, words) of the figures the case was opened with, and what speaks against
    the signature where one is in doubt."""
    found = dict(case.evidence)
    if not found.get("hours"):
        found = {**found, "hours": None, "due": None}
    return [
        (str(label), say(found[name], found))
        for name, (label, say) in FIGURES.items()
        if found.get(name) not in (None, "", [])
    ] + (doubts_of(case) if found.get("signed_score") else [])


def doubts_of(case: Case) -> Pairs:
    """Return (points, sentence) of each part of the doubt about a parcel's signature."""
    parts = Watch.objects.filter(pk=case.shipment_id).values_list("signed_parts", flat=True).first()
    said = say_parts(parts or {}, get_language() or "zh-hans")
    return [(f"{points:+d}", sentence) for points, sentence in said]


def rule_of(case: Case) -> dict[str, Any]:
    """Return what the rule said when it opened the case; one query."""
    version = RuleVersion.objects.filter(rule_id=case.rule_id, version=case.rule_version).first()
    content: dict[str, Any] = version.content if version else {}
    return {
        "name": rule_name(case),
        "version": case.rule_version,
        "says": _says(content),
        "conditions": len(content.get("conditions", ())),
        "newer": case.rule.version if case.rule.version > case.rule_version else 0,
        "url": _rule_url(case),
    }


def _says(content: Mapping[str, Any]) -> str:
    anchor = Anchor.parse(str(content.get("anchor", "")))
    if anchor is None:
        return ""
    business = content.get("days") == "business"
    limit = _limit(content.get("hours") or 0, {"business": business})
    said = _("%(limit)s after “%(anchor)s”") % {"limit": limit, "anchor": anchor.label}
    if (content.get("hours") or 0) < 0:
        said = _("%(limit)s before “%(anchor)s”") % {"limit": limit, "anchor": anchor.label}
    elif not content.get("hours"):
        said = _("at once: “%(anchor)s”") % {"anchor": anchor.label}
    red = content.get("red_hours")
    if red is None:
        return said
    turns = _("red after %(limit)s") % {"limit": _limit(red, {"business": business})}
    return f"{said}; {turns}"


def _rule_url(case: Case) -> str:
    try:
        return reverse("admin:exceptions_rule_change", args=[case.rule_id])
    except NoReverseMatch:
        return ""
