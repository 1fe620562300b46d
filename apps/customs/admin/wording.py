"""How the pages of customs say things: findings, spans of time, borders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.region_names import country_name
from apps.customs.admin.record_sheet import anchor_of, path_of
from apps.customs.choices import Direction, IdentifierKind, Severity, Supplier
from apps.customs.field_labels import field_label, short_label
from apps.customs.finding_words import words_of
from apps.customs.findings import Finding
from apps.customs.models import Declaration

Told = dict[str, Any]
ICONS = {
    Supplier.STOREFRONT.value: "storefront",
    Supplier.RECIPIENT.value: "person",
    Supplier.CUSTOMS_STAFF.value: "badge",
    Supplier.EXPORTER.value: "apartment",
    Supplier.CARRIER.value: "local_shipping",
    Supplier.PORTAL.value: "smart_toy",
}
MOST_NAMED = 30
"""So many findings of one supplier are named at the top; all stand beside their fields."""
BORDER = {
    Direction.EXPORT.value: gettext_lazy("out of %(country)s"),
    Direction.IMPORT.value: gettext_lazy("into %(country)s"),
}


def span_words(span: dt.timedelta) -> str:
    """Return a span in its two largest units, a clerk counts hours: "3 d 4 h", "2 h 10 min"."""
    minutes = max(int(span.total_seconds() // 60), 0)
    hours, days = minutes // 60, minutes // 1440
    if days:
        return _("%(d)d d %(h)d h") % {"d": days, "h": hours % 24}
    if hours:
        return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes % 60}
    return _("%(m)d min") % {"m": minutes}


def work_words(seconds: int) -> str:
    """Return how long people worked; below a minute in seconds."""
    if seconds < 60:
        return _("%(s)d s") % {"s": seconds}
    return span_words(dt.timedelta(seconds=seconds))


def moment_words(moment: dt.datetime | None, *, now: dt.datetime) -> str:
    """Return when something is, in the viewer's zone; of today the time alone."""
    if moment is None:
        return "—"
    local = timezone.localtime(moment)
    same = local.date() == timezone.localtime(now).date()
    return local.strftime("%H:%M" if same else "%m-%d %H:%M")


def left_of(moment: dt.datetime | None, *, now: dt.datetime) -> Told:
    """Return how long there is until a moment: ``text``, ``tone`` and the moment as ``hint``."""
    if moment is None:
        return {"text": _("no cut-off"), "tone": "default", "hint": "", "at": ""}
    at = moment_words(moment, now=now)
    left = moment - now
    if left < dt.timedelta(0):
        text = _("%(span)s past") % {"span": span_words(-left)}
        return {"text": text, "tone": "danger", "hint": at, "at": at}
    tone = "danger" if left < dt.timedelta(hours=1) else "info"
    tone = "warning" if dt.timedelta(hours=1) <= left < dt.timedelta(hours=12) else tone
    return {"text": span_words(left), "tone": tone, "hint": at, "at": at}


def border_words(declaration: Declaration) -> str:
    """Return which border it is: "into Germany"."""
    return str(BORDER[declaration.direction]) % {"country": country_name(declaration.country)}


def label_of(path: str) -> str:
    """Return what people call a path: "line 2: HS code"."""
    names = path.split(".")
    if names[0] != "lines" or len(names) < 3:
        return field_label(path)
    said = {"line": names[1], "field": field_label("lines." + ".".join(names[2:]))}
    return _("line %(line)s: %(field)s") % said


def finding_told(finding: Finding, *, now: dt.datetime) -> Told:
    """Return one finding as a page shows it; ``kinds`` are the numbers any of which would do."""
    path = path_of(finding)
    kinds = kinds_of(finding)
    name = label_of(path)
    if kinds:
        name = " / ".join(str(kind.label) for kind in kinds)
    words = words_of(finding)
    return {
        "code": finding.code,
        "path": path,
        "anchor": anchor_of(path),
        "line": finding.line,
        "name": name,
        "message": words.message,
        "said": words_of(finding, name=_short(finding, kinds)).message,
        "fix": words.fix,
        "blocks": finding.severity is Severity.BLOCK,
        "severity": finding.severity,
        "colour": finding.severity.colour,
        "supplier": finding.supplier,
        "icon": ICONS.get(finding.supplier.value, "help"),
        "until": left_of(finding.until, now=now) if finding.until else None,
        "kinds": [kind.value for kind in kinds],
        "borders": [key.partition(":")[2] for key in finding.borders],
    }


def _short(finding: Finding, kinds: Sequence[IdentifierKind]) -> str:
    """Return what stands above the field anyway, so that the words beside it are short."""
    if kinds:
        return " / ".join(str(kind.label) for kind in kinds)
    return short_label(finding.field if finding.line is None else line_field(finding))


def line_field(finding: Finding) -> str:
    """Return the field of a line's finding as labels know it."""
    return f"lines.{finding.field.removeprefix('lines.')}"


def kinds_of(finding: Finding) -> list[IdentifierKind]:
    """Return the kinds of numbers a finding asks for, in its order."""
    named = finding.detail.get("kinds", "")
    found = (IdentifierKind.parse(one.strip()) for one in named.replace("/", ",").split(","))
    return [kind for kind in found if kind is not None]


def by_supplier(findings: Iterable[Told]) -> list[Told]:
    """Return findings grouped by who can supply them, the blocking ones first."""
    rows = sorted(findings, key=lambda one: (not one["blocks"], one["line"] or 0))
    groups = []
    for supplier in Supplier:
        own = [one for one in rows if one["supplier"] is supplier]
        if own:
            blocks = sum(one["blocks"] for one in own)
            groups.append(
                {
                    "supplier": supplier,
                    "icon": ICONS[supplier.value],
                    "rows": own[:MOST_NAMED],
                    "more": max(0, len(own) - MOST_NAMED),
                    "blocks": blocks,
                }
            )
    groups.sort(key=lambda group: -group["blocks"])
    return groups


def chips_of(findings: Sequence[Told], most: int = 4) -> Told:
    """Return the blocking findings of a row of the desk, the rest counted."""
    blocking = [one for one in findings if one["blocks"]]
    return {"rows": blocking[:most], "more": max(0, len(blocking) - most)}


def who_words(who: str) -> str:
    """Return a person's name from what rows hold ("user:lin"); systems keep their kind."""
    kind, _sep, name = who.partition(":")
    return name if kind == "user" and name else who
