"""Filters of the list of orders."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from apps.accounts.api.filters import ExactText, MomentFilter
from apps.orders.choices import OrderMode, OrderStatus
from apps.orders.models import Order


class OrderFilter(django_filters.FilterSet):
    """What a list of orders can be narrowed to; all given filters must hold."""

    status = django_filters.MultipleChoiceFilter(
        choices=OrderStatus.choices(),
        help_text=_("One of these; give it several times for any of several."),
    )
    mode = django_filters.ChoiceFilter(choices=OrderMode.choices(), help_text=_("Live or sandbox."))
    number = ExactText(help_text=_("The merchant's order number, whole."))
    created_after = MomentFilter(
        field_name="created_at", lookup_expr="gte", help_text=_("At this moment or later.")
    )
    created_before = MomentFilter(
        field_name="created_at", lookup_expr="lt", help_text=_("Before this moment.")
    )
    updated_since = MomentFilter(
        field_name="status_at",
        lookup_expr="gte",
        help_text=_("The status changed at this moment or later."),
    )

    class Meta:
        model = Order
        fields: list[str] = []
