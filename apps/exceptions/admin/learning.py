"""The page that shows what verdicts teach: precision, agreement, inflow and capacity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.accounts.faces import EMPTY, badge
from apps.core import clock
from apps.exceptions.admin.wording import span_words
from apps.exceptions.choices import FaultKind
from apps.exceptions.learning import (
    DIMENSIONS,
    Day,
    Lesson,
    agreements,
    days,
    handlings,
    lessons,
    rule_samples,
    seconds_a_decision,
)
from apps.exceptions.models import BackTest, ThresholdSet
from apps.exceptions.selectors import capacity, disagreements
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import PositionSource

if TYPE_CHECKING:
    from apps.exceptions.admin.flags import FlagAdmin

VIEWS = {
    "kind": (gettext_lazy("By kind"), ("kind",)),
    "source": (gettext_lazy("By source"), ("source",)),
    "carrier": (gettext_lazy("By carrier"), ("carrier",)),
    "thresholds": (gettext_lazy("By set of thresholds"), ("thresholds_version",)),
    "all": (gettext_lazy("All four"), DIMENSIONS),
}
HEADS = {
    "kind": gettext_lazy("Kind"),
    "source": gettext_lazy("Source"),
    "carrier": gettext_lazy("Carrier"),
    "thresholds_version": gettext_lazy("Thresholds"),
}
MOST_ROWS = 100
HIGH, LEFT, STEP, BAR = 120, 44, 42, 15


def learning_page(model_admin: FlagAdmin, request: HttpRequest) -> HttpResponse:
    """Show what the verdicts teach."""
    chosen = request.GET.get("by", "kind")
    chosen = chosen if chosen in VIEWS else "kind"
    by = VIEWS[chosen][1]
    told = days()
    now = capacity(request.user)
    pace = seconds_a_decision()
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "title": _("What verdicts teach"),
        "tabs": [(name, label, name == chosen) for name, (label, _by) in VIEWS.items()],
        "heads": [HEADS[name] for name in by],
        "lessons": [_lesson(one) for one in lessons(*by)[:MOST_ROWS]],
        "agreements": agreements(),
        "samples": rule_samples(),
        "unsettled": disagreements(request.user).count(),
        "handlings": handlings(),
        "now": now,
        "waits": span_words(clock.now() - now.oldest_raised_at) if now.oldest_raised_at else "",
        "pace": pace,
        "drains": drain_words(now.raised_an_hour, now.decided_an_hour, now.waiting),
        "chart": chart_of(told),
        "active": ThresholdSet.objects.filter(is_active=True).first(),
        "newest_test": BackTest.objects.select_related("thresholds").first(),
    }
    return TemplateResponse(request, "exceptions/learning.html", context)


def drain_words(raised: float, decided: float, waiting: int) -> str:
    """Return whether the queue gets shorter at the pace of the last hour."""
    if not waiting:
        return _("The queue is empty.")
    if decided <= raised:
        return _("The queue grows: more comes in than is decided.")
    return _("At this pace the queue is empty in %(hours)d h.") % {
        "hours": max(1, round(waiting / (decided - raised))),
    }  # fmt: skip


def chart_of(told: Sequence[Day]) -> dict[str, Any]:
    """Return bars for each day: what came in, and what left by persons, rules and time."""
    most = max([1, *(max(day.raised, day.decided) for day in told)])
    bars = []
    for n, day in enumerate(told):
        left, top = LEFT + n * STEP, HIGH
        parts = []
        for way in ("persons", "rules", "expired"):
            height = round(getattr(day, way) * HIGH / most, 1)
            top -= height
            parts.append({"way": way, "x": left + BAR + 1, "y": round(top, 1), "high": height})
        high = round(day.raised * HIGH / most, 1)
        bars.append({"day": day, "x": left, "y": HIGH - high, "high": high, "parts": parts})
    empty = not any(day.raised or day.decided for day in told)
    width = LEFT + len(told) * STEP
    return {"bars": bars, "most": most, "bar": BAR, "width": width, "base": HIGH, "empty": empty}


def _lesson(one: Lesson) -> dict[str, Any]:
    weeks = [
        {
            "x": n * 9,
            "high": round(right * 20 / judged, 1) if judged else 0,
            "y": round(20 - right * 20 / judged, 1) if judged else 20,
            "hint": f"{day:%m-%d}: {right}/{judged}",
        }
        for n, (day, right, judged) in enumerate(one.weeks)
    ]
    return {"cells": [_cell(*part) for part in one.group.items()], "one": one, "weeks": weeks}


def _cell(dimension: str, value: Any) -> Any:
    """Return how a value of a dimension is shown."""
    if dimension == "kind":
        kind = FaultKind(value)
        return badge(kind.label, kind.colour)
    if dimension == "thresholds_version":
        return f"v{value}" if value else _("own")
    if dimension == "source":
        source = PositionSource.parse(value)
        return source.label if source else EMPTY
    return carrier_name(value, get_language() or "zh") if value else EMPTY
