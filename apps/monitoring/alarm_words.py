"""What an alarm says, in the reader's language; the row keeps numbers and codes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.baidiyun.choices import Product, Refusal
from apps.core import clock
from apps.monitoring.choices import Against, Comparison, RuleKind, Unit
from apps.monitoring.models import Alarm, AlertRule
from apps.monitoring.series import SERIES
from apps.monitoring.templatetags.durations import duration
from apps.shipments.carriers import carrier_name

NAMED = 4
RUNBOOK = "/admin/runbook/{}/"


def title_of(alarm: Alarm, labels: Sequence[str] = ()) -> str:
    """Return what an alarm is called: its rule's name, and which of them it is about."""
    names = [label_words(alarm.rule, label) for label in (labels or [alarm.label]) if label]
    if not names:
        return alarm.rule.shown_name
    shown = _(", ").join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    return _("%(what)s: %(which)s") % {"what": alarm.rule.shown_name, "which": shown}


def label_words(rule: AlertRule, label: str) -> str:
    """Return the value of a dimension as people call it."""
    if rule.group_by == "product":
        product = Product.parse(label)
        return str(product.label) if product else label
    if rule.group_by == "carrier":
        return carrier_name(label, "en" if (get_language() or "").startswith("en") else "zh")
    return label


def sentence_of(alarm: Alarm) -> str:
    """Return in one sentence what is measured against what is allowed, and since when."""
    rule = alarm.rule
    told = {
        "what": series_label(rule),
        "value": amount(rule, alarm.value),
        "limit": amount(rule, alarm.limit),
        "since": when_words(alarm.since),
    }
    if rule.is_burn:
        said = _("%(what)s: the budget goes %(value)s times too fast since %(since)s.")
    elif rule.kind == RuleKind.ABSENCE.value:
        said = _("%(what)s: nothing for %(value)s, since %(since)s.")
    elif rule.kind == RuleKind.RELATIVE.value:
        told["usual"] = amount(rule, alarm.usual)
        said = _("%(what)s: %(value)s, usually %(usual)s, since %(since)s.")
    elif not alarm.limit:
        said = _("%(what)s: %(value)s, since %(since)s.")
    else:
        said = _("%(what)s: %(value)s, the limit is %(limit)s, since %(since)s.")
    return said % told


def detail_of(alarm: Alarm) -> str:
    """Return the codes of what was seen with their labels; empty for most."""
    counted, _sign, keys = alarm.message.partition("; ")
    said = ", ".join(_labelled(part) for part in counted.split(", "))
    return f"{said} · {keys}" if keys else said


def terms_words(rule: AlertRule) -> str:
    """Return a rule's condition in one line: what of which series is wrong."""
    told = {
        "what": series_label(rule),
        "side": str(Comparison(rule.comparison).label),
        "limit": amount(rule, rule.limit),
        "factor": f"{rule.factor or 0:g}",
        "against": str(Against(rule.against).label) if rule.against else "",
        "over": duration(rule.window_seconds),
    }
    if rule.is_burn:
        return _("%(what)s: the error budget burns") % told
    if rule.kind == RuleKind.ABSENCE.value:
        return _("%(what)s: nothing for %(limit)s") % told
    if rule.kind == RuleKind.RELATIVE.value:
        return _("%(what)s over %(over)s: %(side)s %(factor)s times %(against)s") % told
    return _("%(what)s: %(side)s %(limit)s") % told


def series_label(rule: AlertRule) -> str:
    """Return what is measured, or the objective's name."""
    if rule.objective is not None:
        return rule.objective.shown_name
    known = SERIES.get(rule.series)
    said = str(known.label) if known else rule.series
    kept = ", ".join(str(value) for values in rule.where.values() for value in values)
    return f"{said} ({kept})" if kept else said


def amount(rule: AlertRule, value: float | None) -> str:
    """Return a value in the unit of a rule's series."""
    if rule.is_burn:
        return "—" if value is None else f"{value:.1f}"
    known = SERIES.get(rule.series)
    unit = Unit.SECONDS if rule.kind == RuleKind.ABSENCE.value else known.unit if known else ""
    return amount_in(unit, value)


def amount_in(unit: str, value: float | None) -> str:
    """Return a value in a unit, as short as a glance allows."""
    if value is None or math.isnan(value):
        return "—"
    if unit == Unit.SECONDS.value:
        return duration(value)
    if unit == Unit.SHARE.value:
        return f"{value * 100:.3g} %"
    if math.isinf(value):
        return "∞"
    return f"{value:,.0f}" if value == int(value) else f"{value:.1f}"


def runbook_path(rule: AlertRule) -> str:
    """Return the address of the page that says what to do."""
    return RUNBOOK.format(rule.runbook)


def when_words(moment: dt.datetime) -> str:
    """Return a moment as a sentence names it: the hour, with the day where it is another."""
    local, now = timezone.localtime(moment), timezone.localtime(clock.real_now())
    return local.strftime("%H:%M" if local.date() == now.date() else "%m-%d %H:%M")


def _labelled(part: str) -> str:
    code, _sign, number = part.rpartition(" ")
    reason = Refusal.parse(code)
    return f"{reason.label} {number}" if reason else part
