"""The page of what customers say: complaint rate and recommendations by week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.choices import KeyMode
from apps.accounts.models import Merchant
from apps.accounts.scoping import merchant_of
from apps.core import clock
from apps.core.geo import full_name
from apps.exceptions.voice_figures import BY, WEEKS, default_mode, summed, weekly_voice
from apps.exceptions.voice_math import Voice
from apps.shipments.carriers import carrier_name

VIEWS = {"carrier": _("By carrier"), "lane": _("By lane"), "merchant": _("By merchant")}
MOST_ROWS = 60
WIDE, HIGH, LEFT = 640.0, 120.0, 40.0
STEP = (WIDE - LEFT) / WEEKS
Told = dict[str, Any]


def voice_page(request: HttpRequest) -> Told:
    """Return the template's context: twelve weeks as pictures, and a row a carrier or lane."""
    own = merchant_of(request.user)
    is_simulated = clock.world() is not None
    mode = request.GET.get("mode", default_mode(is_world_simulated=is_simulated))
    mode = mode if mode in KeyMode.values() else KeyMode.LIVE.value
    by = request.GET.get("by", "carrier")
    views = {name: label for name, label in VIEWS.items() if own is None or name != "merchant"}
    by = by if by in views and by in BY else "carrier"
    found = weekly_voice(now=clock.now(), mode=mode, by=by, merchant_id=own)
    names = _names(by, list(found.by_key))
    rows = [_row(names[key], parts) for key, parts in found.by_key.items()]
    rows.sort(key=lambda row: (-row["sum"].complaints, -row["sum"].delivered))
    return {
        "mode": mode,
        "modes": [(one.value, one.label) for one in KeyMode],
        "by": by,
        "views": views.items(),
        "total": summed(found.total),
        "this_week": found.total[-1],
        "last_week": found.total[-2],
        "rates": bars_of(found.weeks, found.total),
        "scores": line_of(found.weeks, found.total),
        "rows": rows[:MOST_ROWS],
        "left_out": max(0, len(rows) - MOST_ROWS),
        "is_empty": not any(one.delivered or one.contacts or one.answers for one in found.total),
    }


def bars_of(weeks: Sequence[Any], parts: Sequence[Voice]) -> Told:
    """Return a bar a week: complaints for a hundred parcels delivered, with its interval."""
    shown = [one.rate for one in parts]
    most = max([0.5, *(rate.percent for rate in shown if rate)]) * 1.15
    bars = []
    for n, (week, voice, rate) in enumerate(zip(weeks, parts, shown, strict=True)):
        high = round(min(rate.percent / most, 1) * HIGH, 1) if rate else 0.0
        bars.append(
            {
                "week": week,
                "voice": voice,
                "rate": rate,
                "x": round(LEFT + n * STEP + STEP * 0.2, 1),
                "middle": round(LEFT + n * STEP + STEP * 0.5, 1),
                "wide": round(STEP * 0.6, 1),
                "high": high,
                "y": round(HIGH - high, 1),
                "top": round(HIGH - min(rate.high / most, 1) * HIGH, 1) if rate else None,
                "foot": round(HIGH - min(rate.low / most, 1) * HIGH, 1) if rate else None,
            }
        )
    return {"bars": bars, "most": most, "wide": WIDE, "high": HIGH, "left": LEFT}


def line_of(weeks: Sequence[Any], parts: Sequence[Voice]) -> Told:
    """Return a point a week: the net promoter score from -100 to 100, with its interval."""
    points: list[Told] = []
    path: list[str] = []
    for n, (week, voice) in enumerate(zip(weeks, parts, strict=True)):
        score = voice.nps
        if score is None:
            continue
        x, y = round(LEFT + (n + 0.5) * STEP, 1), _place(score.percent)
        path.append(f"{'L' if path else 'M'}{x} {y}")
        edges = {"top": _place(score.high), "foot": _place(score.low)}
        points.append({"week": week, "voice": voice, "score": score, "x": x, "y": y, **edges})
    return {"points": points, "path": "".join(path), "zero": HIGH / 2}


def _place(percent: float) -> float:
    return round(HIGH / 2 - percent / 100 * HIGH / 2, 1)


def _row(name: str, parts: Sequence[Voice]) -> Told:
    total = summed(parts)
    most = max([0.5, *(one.rate.percent for one in parts if one.rate)])
    spark = [
        {
            "x": n * 7,
            "high": (high := round(one.rate.percent / most * 20, 1) if one.rate else 0.0),
            "y": round(20 - high, 1),
        }
        for n, one in enumerate(parts)
    ]
    return {"name": name, "sum": total, "spark": spark}


def _names(by: str, keys: Sequence[str]) -> dict[str, str]:
    if by == "merchant":
        found = {str(pk): name for pk, name in Merchant.objects.values_list("pk", "name")}
        return {key: found.get(key, key) for key in keys}
    if by == "carrier":
        language = get_language() or "zh-hans"
        return {key: carrier_name(key, language) or str(_("Parcel unknown")) for key in keys}
    return {key: lane_name(key) for key in keys}


def lane_name(key: str) -> str:
    """Return a lane such as "44>33" in words; what is unknown stays as it is."""
    ends = [_end(code) for code in key.split(">")]
    return " → ".join(ends) if any(end != "—" for end in ends) else str(_("Parcel unknown"))


def _end(code: str) -> str:
    name = full_name(code.ljust(12, "0")) if code.isdigit() else code
    return name or code or "—"
