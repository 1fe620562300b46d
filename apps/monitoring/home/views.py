"""What the home page's script asks for: how it is now, and one chart."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from apps.accounts.scoping import merchant_of
from apps.baidiyun.limits.selectors import watched_mode
from apps.core.metrics.names import LONGEST_PART
from apps.monitoring.home.chart_json import as_json
from apps.monitoring.home.charts import draw
from apps.monitoring.home.page import HOME_SECONDS, MODES, state_of
from apps.monitoring.home.patience import patience
from apps.monitoring.home.promises import LIMITS
from apps.monitoring.home.reach import By, Reach, Shown
from apps.monitoring.models import Objective

PARTS = {
    "hm-verdict": "monitoring/home_verdict.html",
    "hm-figures": "monitoring/home_figures.html",
    "hm-board": "monitoring/home_board.html",
    "hm-day": "monitoring/home_day.html",
}
OF_STAFF = frozenset(PARTS) - {"hm-day"}


@never_cache
@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """Answer the page's parts as they are now: ``{"at", "sentence", "colour", "parts":
    {id: HTML}}``, 304 without a body where nothing has changed since the ``If-None-Match``.

    A merchant's user is answered their own day and nothing of the portal.
    """
    context = state_of(request)
    is_staff = context["home_merchant"] is None
    wanted = [name for name in PARTS if is_staff or name not in OF_STAFF]
    parts = {name: render_to_string(PARTS[name], context, request) for name in wanted}
    tag = f'"{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]}"'
    at = context["home_at"]
    headers = {"ETag": tag, "X-Shown-Clock": timezone.localtime(at).strftime("%H:%M:%S")}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    verdict = context.get("home_verdict")
    told: dict[str, Any] = {
        "at": at.isoformat(),
        "sentence": verdict.sentence if verdict else "",
        "colour": verdict.colour if verdict else "",
        "parts": parts,
    }
    return JsonResponse(told, headers=headers)


@never_cache
@require_GET
def chart(request: HttpRequest) -> HttpResponse:
    """Answer one chart for the staff (see `chart_json`); 404 for anybody else, 503 with words
    where the database does not answer in time."""
    if merchant_of(request.user) is not None or not request.user.has_perm("core.view_metricbucket"):
        raise Http404
    shown = Shown.parse(request.GET.get("of", "")) or Shown.RESPONSE
    reach = Reach.parse(request.GET.get("reach", "")) or Reach.HOUR
    by = By.parse(request.GET.get("by", "")) or By.ALL

    def told() -> dict[str, Any]:
        wanted = request.GET.get("mode", "")
        mode = wanted if wanted in MODES else watched_mode()
        drawn = draw(shown=shown, reach=reach, by=by, mode=mode, key=_key(request))
        limit = _target(LIMITS.get(shown, ""))
        return as_json(request, drawn, limit=limit, mode=mode)

    with patience(HOME_SECONDS) as asked:
        answer = asked.ask("chart", told)
    if answer is None:
        said = _("The database takes too long to answer: try a shorter time.")
        return JsonResponse({"late": said}, status=503)
    return JsonResponse(answer)


def _key(request: HttpRequest) -> str | None:
    """Return the line that is to stand alone, None for all; it may hold whatever was sent."""
    key = request.GET.get("key")
    return key and key.replace("\x00", "")[:LONGEST_PART]


def _target(key: str) -> float | None:
    """Return the target of an objective, None where there is none of that key."""
    rows = Objective.objects.filter(key=key, enabled=True).values_list("target", flat=True)
    return rows.first()
