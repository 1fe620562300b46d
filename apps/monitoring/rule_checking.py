"""Whether a rule can be evaluated: every field that stands in the way is named, with why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.monitoring.choices import Against, Comparison, RuleKind, Unit
from apps.monitoring.errors import FieldProblem
from apps.monitoring.models import AlertRule
from apps.monitoring.models.rule import BURNS
from apps.monitoring.order import closes_a_circle
from apps.monitoring.runbook import has_page
from apps.monitoring.series import SERIES, Series
from apps.monitoring.series.gauge import Gauge
from apps.monitoring.series.measured import Number

LONGEST_WINDOW, LONGEST_WAIT = 7 * 86_400, 86_400
MOST_VALUES = 50
WORDS = ("name", "name_en", "meaning", "meaning_en")


def problems_of(content: Mapping[str, Any], *, rule: AlertRule | None = None) -> list[FieldProblem]:
    """Return what is wrong with a rule's content (fields as `AlertRule`, ``depends_on`` a list of
    rules), empty where it can be evaluated. ``rule`` is the saved one it is to replace."""
    found = [*_words(content, rule), *_waits(content), *_causes(content, rule)]
    if content.get("kind") in BURNS:
        return [*found, *_burn(content)]
    if content.get("kind") not in RuleKind.values():
        return [*found, FieldProblem("kind", _("Choose one."))]
    series = SERIES.get(content.get("series") or "")
    if series is None:
        return [*found, FieldProblem("series", _("There is no such series."))]
    return [*found, *_dims(content, series), *_terms(content, series)]


def _words(content: Mapping[str, Any], rule: AlertRule | None) -> Iterator[FieldProblem]:
    for name in WORDS:
        if not str(content.get(name) or "").strip():
            yield FieldProblem(name, _("It is needed in both languages."))
    slug = content.get("slug") or ""
    taken = AlertRule.objects.filter(slug=slug)
    if rule is None and taken.exists():
        yield FieldProblem("slug", _("There is a rule of this name already."))
    if not has_page(content.get("runbook") or ""):
        yield FieldProblem("runbook", _("The runbook has no such page."))


def _waits(content: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for name in ("for_seconds", "calm_seconds"):
        value = content.get(name)
        if value is None or not 0 <= value <= LONGEST_WAIT:
            yield FieldProblem(name, _("Between 0 and a day."))
    window = content.get("window_seconds")
    if window is None or not 60 <= window <= LONGEST_WINDOW:
        yield FieldProblem("window_seconds", _("Between a minute and 7 days."))


def _causes(content: Mapping[str, Any], rule: AlertRule | None) -> Iterator[FieldProblem]:
    causes = list(content.get("depends_on") or [])
    if rule is not None and closes_a_circle(rule.pk, causes):
        yield FieldProblem("depends_on", _("It would come to hide itself."))


def _burn(content: Mapping[str, Any]) -> Iterator[FieldProblem]:
    if content.get("objective") is None:
        yield FieldProblem("objective", _("Say whose error budget it watches."))
    elif not content["objective"].enabled:
        yield FieldProblem("objective", _("This objective is switched off."))
    for name in ("where", "group_by"):
        if content.get(name):
            yield FieldProblem(name, _("An objective says itself what counts."))


def _dims(content: Mapping[str, Any], series: Series) -> Iterator[FieldProblem]:
    known = ", ".join(series.dims) or "—"
    group_by = content.get("group_by") or ""
    if group_by and group_by not in series.dims:
        yield FieldProblem("group_by", _("This series knows: %(dims)s.") % {"dims": known})
    where = content.get("where") or {}
    if not isinstance(where, Mapping):
        yield FieldProblem("where", _("Write one dimension a line: name = value, value."))
        return
    for dim, values in where.items():
        if dim not in series.dims:
            yield FieldProblem("where", _("This series knows: %(dims)s.") % {"dims": known})
        elif not isinstance(values, list) or not 0 < len(values) <= MOST_VALUES:
            yield FieldProblem("where", _("Name 1 to %(n)s values.") % {"n": MOST_VALUES})


def _terms(content: Mapping[str, Any], series: Series) -> Iterator[FieldProblem]:
    yield from _numbers(content)
    kind, limit = content["kind"], content.get("limit")
    if kind == RuleKind.RELATIVE.value:
        yield from _relative(content)
    elif limit is None:
        yield FieldProblem("limit", _("Say from where on it is wrong."))
    if kind == RuleKind.ABSENCE.value:
        yield from _absence(content, series)
    elif isinstance(series, Gauge) and (content.get("least") or 0) > 1:
        yield FieldProblem("least", _("This series is one figure, not many observations."))
    is_share = series.unit is Unit.SHARE and kind == RuleKind.THRESHOLD.value
    if is_share and limit is not None and not 0 <= limit <= 1:
        yield FieldProblem("limit", _("A share lies between 0 and 1 (0.05 is 5 %)."))
    yield from _way_back(content)


def _numbers(content: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for name in ("limit", "ends_at", "factor"):
        value = content.get(name)
        if value is not None and not math.isfinite(value):
            yield FieldProblem(name, _("This is no number."))
    if content.get("comparison") not in Comparison.values():
        yield FieldProblem("comparison", _("Choose one."))


def _relative(content: Mapping[str, Any]) -> Iterator[FieldProblem]:
    factor, above = content.get("factor"), content.get("comparison") == Comparison.ABOVE.value
    if content.get("against") not in Against.values():
        yield FieldProblem("against", _("Say what is usual."))
    if factor is None or factor <= 0:
        yield FieldProblem("factor", _("Say how many times what is usual."))
    elif above and factor <= 1:
        yield FieldProblem("factor", _("“More than” needs more than 1 times what is usual."))
    elif not above and factor >= 1:
        yield FieldProblem("factor", _("“Less than” needs less than 1 times what is usual."))


def _absence(content: Mapping[str, Any], series: Series) -> Iterator[FieldProblem]:
    if not isinstance(series, Number):
        yield FieldProblem("series", _("Only what comes in by itself can stop coming: a number."))
    if not content.get("least"):
        yield FieldProblem("least", _("Say how many should have come, at least 1."))
    limit = content.get("limit")
    if limit is not None and limit < 10:
        yield FieldProblem("limit", _("At least 10 seconds."))


def _way_back(content: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """An alarm that ends on the wrong side of its beginning would flutter."""
    limit, ends_at = content.get("limit"), content.get("ends_at")
    if ends_at is None or limit is None:
        return
    above = content.get("comparison") == Comparison.ABOVE.value
    if (above and ends_at > limit) or (not above and ends_at < limit):
        yield FieldProblem("ends_at", _("It must lie on the right side of the limit."))
