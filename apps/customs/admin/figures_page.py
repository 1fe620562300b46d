"""The figures of customs: what people's work, completeness and clearance were, week by week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.choices import KeyMode
from apps.accounts.scoping import merchant_of
from apps.core import clock
from apps.core.region_names import country_name
from apps.core.shares import FEW, Rate
from apps.customs.admin.desk_export import csv_response
from apps.customs.choices import Direction
from apps.customs.desk_figures import (
    RECENT,
    WEEKS,
    Days,
    Figures,
    Lane,
    Week,
    desk_figures,
    summed,
)

if TYPE_CHECKING:
    from apps.customs.admin.consignments import ConsignmentAdmin

MOST_LANES = 60
Told = dict[str, Any]


def figures_view(model_admin: ConsignmentAdmin, request: HttpRequest) -> HttpResponse:
    """Show the figures, or send them as a table."""
    start = KeyMode.SANDBOX if clock.world() is not None else KeyMode.LIVE
    mode = request.GET.get("mode", start.value)
    mode = mode if mode in KeyMode.values() else KeyMode.LIVE.value
    found = desk_figures(now=clock.now(), mode=mode, merchant_id=merchant_of(request.user))
    if request.GET.get("format") == "csv":
        stamp = timezone.localtime(clock.now()).strftime("%Y%m%d")
        return csv_response(f"customs-figures-{mode}-{stamp}.csv", table_of(found))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Customs figures"),
        "mode": mode,
        "modes": [(one.value, one.label) for one in KeyMode],
        "cards": cards_of(found),
        "charts": charts_of(found),
        "lanes": [lane_told(lane) for lane in found.lanes[:MOST_LANES]],
        "left_out": max(0, len(found.lanes) - MOST_LANES),
        "is_empty": not any(week.declared or week.ended for week in found.weeks),
        "few": FEW,
        "recent": RECENT,
        "weeks": WEEKS,
    }
    return TemplateResponse(request, "customs/figures.html", context)


def cards_of(found: Figures) -> list[Told]:
    """Return the four questions of a manager: the last four weeks against those before."""
    now, then = summed(found.weeks[-RECENT:]), summed(found.weeks[:-RECENT])
    return [
        _share(_("complete when ordered"), now.complete_share, then.complete_share, now.declared),
        _share(_("released at first try"), now.first_share, then.first_share, now.judged),
        {
            "title": _("people's minutes for a declaration"),
            "value": _minutes(now),
            "before": _minutes(then),
            "n": now.ended,
            "few": now.ended < FEW,
            "more": _("%(n)d of %(all)d were touched at all") % {
                "n": now.touched, "all": now.ended,
            },
        },
    ]  # fmt: skip


def _share(title: str, now: Rate | None, then: Rate | None, count: int) -> Told:
    return {
        "title": title,
        "value": f"{now.percent:.0f} %" if now else "—",
        "before": f"{then.percent:.0f} %" if then else "—",
        "n": count,
        "few": count < FEW,
        "more": _("truly between %(low).0f and %(high).0f %%") % {"low": now.low, "high": now.high}
        if now
        else "",
    }


def _minutes(week: Week) -> str:
    return f"{week.minutes:.1f}" if week.minutes is not None else "—"


def charts_of(found: Figures) -> Told:
    """Return what the script draws: a line a figure, a gap where nothing was counted."""
    weeks = found.weeks

    def line(read: Callable[[Week], Any], count: Callable[[Week], int]) -> Told:
        return {"values": [read(week) for week in weeks], "counts": [count(week) for week in weeks]}

    def percent(rate: Rate | None) -> float | None:
        return round(rate.percent, 1) if rate else None

    return {
        "weeks": [week.monday.strftime("%m-%d") for week in weeks],
        "few": FEW,
        "words": {"few": _("few"), "of": _("of")},
        "shares": [
            {"label": _("complete when ordered")}
            | line(lambda week: percent(week.complete_share), lambda week: week.declared),
            {"label": _("released at first try")}
            | line(lambda week: percent(week.first_share), lambda week: week.judged),
        ],
        "minutes": [
            {"label": _("minutes for a declaration")}
            | line(
                lambda week: None if week.minutes is None else round(week.minutes, 2),
                lambda week: week.ended,
            )
        ],
    }


def lane_told(lane: Lane) -> Told:
    """Return one lane: the median where there are enough, else the range of all."""
    direction = Direction.parse(lane.direction)
    most = max([one.median or 0 for one in lane.weeks] + [0.001])
    return {
        "name": f"{country_name(lane.origin)} → {country_name(lane.destination)}",
        "direction": direction,
        "whole": lane.whole,
        "days": days_words(lane.whole),
        "recent": days_words(lane.recent),
        "before": days_words(lane.before),
        "recent_n": lane.recent.count,
        "before_n": lane.before.count,
        "unknown": lane.whole.released - lane.whole.count,
        "trend": trend_of(lane.recent, lane.before),
        "spark": [
            {"x": n * 7, "high": round(18 * (one.median or 0) / most, 1),
             "y": round(20 - 18 * (one.median or 0) / most, 1), "n": one.count}
            for n, one in enumerate(lane.weeks)
        ],
    }  # fmt: skip


def days_words(days: Days) -> str:
    """Return the median in days; of few the range, of none a dash."""
    if not days.count or days.median is None:
        return "—"
    if days.is_few:
        return f"{days.least:.1f}–{days.most:.1f}"
    return f"{days.median:.1f}"


def trend_of(now: Days, then: Days) -> str:
    """Return quicker, slower or same; nothing where either has too few to say."""
    if now.is_few or then.is_few or now.median is None or then.median is None:
        return ""
    if abs(now.median - then.median) < 0.05 * then.median:
        return "same"
    return "quicker" if now.median < then.median else "slower"


def table_of(found: Figures) -> Iterator[Sequence[Any]]:
    """Return the figures as rows: the weeks, then the lanes."""
    yield [
        _("week"), _("declared"), _("complete when ordered"), _("ended"), _("judged"),
        _("released at first try"), _("touched by people"), _("people's seconds"),
    ]  # fmt: skip
    for week in found.weeks:
        yield [
            week.monday.isoformat(), week.declared, week.complete, week.ended, week.judged,
            week.first_try, week.touched, week.seconds,
        ]  # fmt: skip
    yield []
    yield [
        _("from"), _("to"), _("direction"), _("released"), _("with a known entry"),
        _("median days"), _("90th percentile, days"), _("shortest"), _("longest"),
        _("median, last weeks"), _("median, weeks before"),
    ]  # fmt: skip
    for lane in found.lanes:
        whole = lane.whole
        yield [
            lane.origin, lane.destination, lane.direction, whole.released, whole.count,
            *(_number(one) for one in (whole.median, whole.high, whole.least, whole.most)),
            _number(lane.recent.median), _number(lane.before.median),
        ]  # fmt: skip


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
