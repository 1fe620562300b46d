"""Filters of the list of shipments."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.api.filters import ExactText, MomentFilter
from apps.shipments.api.references import numbered
from apps.shipments.choices import ShipmentMode, ShipmentStatus
from apps.shipments.models import Shipment, ShipmentChange


class ShipmentFilter(django_filters.FilterSet):
    """What a list of shipments can be narrowed to; all given filters must hold."""

    status = django_filters.MultipleChoiceFilter(
        choices=ShipmentStatus.choices(),
        help_text=_("One of these; give it several times for any of several."),
    )
    mode = django_filters.ChoiceFilter(
        choices=ShipmentMode.choices(), help_text=_("Live, sandbox or manual.")
    )
    carrier = ExactText(help_text=_("Carrier code, such as `yuantong`."))
    order_number = ExactText(
        field_name="reference", help_text=_("The merchant's order number, whole.")
    )
    tracking_number = ExactText(
        method="filter_number", help_text=_("The carrier's number of any leg, whole.")
    )
    created_after = MomentFilter(
        field_name="created_at", lookup_expr="gte", help_text=_("At this moment or later.")
    )
    created_before = MomentFilter(
        field_name="created_at", lookup_expr="lt", help_text=_("Before this moment.")
    )
    updated_since = MomentFilter(
        method="filter_updated",
        help_text=_("Status, events, carrier, number or promise changed at this moment or later."),
    )

    class Meta:
        model = Shipment
        fields: list[str] = []

    def filter_number(
        self, queryset: QuerySet[Shipment], name: str, value: str
    ) -> QuerySet[Shipment]:
        """Match any leg's number."""
        return queryset.filter(numbered(value))

    def filter_updated(
        self, queryset: QuerySet[Shipment], name: str, value: Any
    ) -> QuerySet[Shipment]:
        """Match shipments with a change row since then."""
        changes = ShipmentChange.objects.filter(shipment=OuterRef("pk"), at__gte=value)
        return queryset.filter(Exists(changes))
