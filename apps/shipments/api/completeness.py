"""How complete carriers' pushes were, by hour: the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.filters import ExactText, MomentFilter
from apps.accounts.api.schema import COMMON, answers
from apps.accounts.api.views import ApiView
from apps.accounts.choices import Scope
from apps.core import clock
from apps.shipments.carriers import carrier_name
from apps.shipments.completeness import Completeness, HourFigures, floored, hourly, summed
from apps.shipments.models import CompletenessHour

USUAL = dt.timedelta(hours=24)
LONGEST = dt.timedelta(days=31)
EXAMPLE_FIGURES: dict[str, Any] = {
    "expected": 412,
    "missing": 3,
    "late": 5,
    "wrong": 0,
    "healed": 8,
    "unreachable": 1,
    "late_30m": 2,
    "late_2h": 3,
    "late_6h": 0,
    "late_24h": 0,
    "late_more": 0,
    "share": 0.9927,
}
EXAMPLE = OpenApiExample(
    "A day",
    value={
        "since": "2026-11-10T07:00:00Z",
        "totals": EXAMPLE_FIGURES,
        "hours": [
            {
                "hour": "2026-11-11T06:00:00Z",
                "carrier": "yuantong",
                "carrier_name": "YTO Express",
                "mode": "live",
                **EXAMPLE_FIGURES,
            }
        ],
    },
    response_only=True,
    status_codes=["200"],
)


class CompletenessFilter(django_filters.FilterSet):
    """What the figures can be narrowed to."""

    carrier = ExactText(help_text=_("Carrier code, such as `yuantong`."))
    since = MomentFilter(
        method="filter_since",
        help_text=_("From the hour of this moment on, at most 31 days; else the last 24 hours."),
    )

    class Meta:
        model = CompletenessHour
        fields: list[str] = []

    def filter_since(
        self, queryset: QuerySet[CompletenessHour], name: str, value: dt.datetime
    ) -> QuerySet[CompletenessHour]:
        """Keep the hours from that of the moment on."""
        return queryset.filter(hour__gte=floored(value))


class FiguresSerializer(serializers.Serializer[Any]):
    """Nodes of tracks, counted."""

    expected = serializers.IntegerField(help_text=_("Nodes heard, by push or by poll."))
    missing = serializers.IntegerField(help_text=_("Brought by a poll; no push ever came."))
    late = serializers.IntegerField(help_text=_("Brought by a poll; the push came afterwards."))
    wrong = serializers.IntegerField(help_text=_("Pushed, and withdrawn by the platform."))
    healed = serializers.IntegerField(help_text=_("Brought by a poll first: missing and late."))
    unreachable = serializers.IntegerField(help_text=_("Comparisons that were not answered."))
    late_30m = serializers.IntegerField(help_text=_("Late by up to 30 minutes."))
    late_2h = serializers.IntegerField(help_text=_("Late by up to 2 hours."))
    late_6h = serializers.IntegerField(help_text=_("Late by up to 6 hours."))
    late_24h = serializers.IntegerField(help_text=_("Late by up to 24 hours."))
    late_more = serializers.IntegerField(help_text=_("Late by more than 24 hours."))
    share = serializers.FloatField(
        allow_null=True, help_text=_("Share of nodes that pushes brought; null without nodes.")
    )


class HourSerializer(FiguresSerializer):
    """One hour of one carrier."""

    hour = serializers.DateTimeField(help_text=_("Beginning of the hour in which we knew."))
    carrier = serializers.CharField(help_text=_("Carrier code."))
    carrier_name = serializers.CharField(help_text=_("Carrier's name."))
    mode = serializers.CharField(help_text=_("Live, sandbox or manual."))


class CompletenessSerializer(serializers.Serializer[Any]):
    """The figures of a time."""

    since = serializers.DateTimeField(help_text=_("Beginning of the first hour counted."))
    totals = FiguresSerializer(help_text=_("All hours together."))
    hours = HourSerializer(many=True, help_text=_("By hour, newest first, carrier and mode."))


class CompletenessView(ApiView):
    """How complete the pushes about the caller's shipments were."""

    scopes = {"GET": Scope.SHIPMENTS_READ}
    queryset = CompletenessHour.objects.all()
    serializer_class = CompletenessSerializer
    filterset_class = CompletenessFilter
    pagination_class = None

    @extend_schema(
        operation_id="get_completeness",
        tags=["shipments"],
        summary=_("See how complete the carriers' pushes are"),
        description=_(
            "What reconciliation found about your shipments, by hour and carrier: what pushes "
            "never brought, what came late or was withdrawn, and what polls healed. Counted anew "
            "every ten minutes; a push that comes late changes the hour that missed it."
        ),
        parameters=COMMON,
        responses=answers({200: CompletenessSerializer}),
        examples=[EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        """Answer the figures."""
        now = clock.now()
        rows = self.scoped(CompletenessHour.objects.all())
        narrowed = self.filter_queryset(rows)
        asked = CompletenessFilter(request.query_params, queryset=rows)
        wanted = asked.form.cleaned_data["since"] if asked.is_valid() else None
        since = floored(max(wanted, now - LONGEST) if wanted else now - USUAL)
        found = hourly(narrowed, since=since)
        language = get_language() or "zh-hans"
        return Response(
            {
                "since": since,
                "totals": figures_of(summed(found)),
                "hours": [hour_of(part, language) for part in found],
            }
        )


def figures_of(figures: Completeness) -> dict[str, Any]:
    """Return counts and share as the API gives them."""
    share = figures.share
    counts = {name: getattr(figures, name) for name in Completeness.__dataclass_fields__}
    return {**counts, "share": None if share is None else round(share, 4)}


def hour_of(part: HourFigures, language: str) -> dict[str, Any]:
    """Return one hour as the API gives it."""
    return {
        "hour": part.hour,
        "carrier": part.carrier,
        "carrier_name": carrier_name(part.carrier, language),
        "mode": part.mode,
        **figures_of(part.figures),
    }
