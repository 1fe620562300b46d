"""Delays: how long the way from the carrier to the reader took, by stage, carrier and time."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_records import RecordAdmin
from apps.core.metrics.names import STAGES, Metric
from apps.core.models import MetricBucket
from apps.monitoring.delay_chart import draw
from apps.monitoring.delays import LENGTHS, OBJECTIVE_SECONDS, PROMISED, Span, course, stages


@admin.register(MetricBucket)
class DelayAdmin(RecordAdmin):
    """One page instead of rows of buckets."""

    merchant_path = None

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """There is nothing to filter."""
        return ()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the delays of an hour, a day or a week."""
        self._check_may_view(request)
        return self.timed(lambda: self._delay_page(request), request)

    def _delay_page(self, request: HttpRequest) -> HttpResponse:
        span = Span.parse(request.GET.get("span", "")) or Span.HOUR
        asked = Metric.parse(request.GET.get("stage", ""))
        metric = asked if asked in STAGES else Metric.CALLBACK_VISIBLE
        steps = course(metric, span)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Delays"),
            "span": span,
            "spans": list(Span),
            "metric": metric,
            "metrics": list(STAGES),
            "stages": stages(span),
            "objective": OBJECTIVE_SECONDS,
            "has_objective": metric in PROMISED,
            "with_hours": LENGTHS[span][0].days <= 1,
            "chart": draw(
                middle=[(start, delay.p50) for start, delay in steps],
                high=[(start, delay.p99) for start, delay in steps],
                limit=OBJECTIVE_SECONDS if metric in PROMISED else None,
            ),
        }
        return TemplateResponse(request, "monitoring/delays.html", context)
