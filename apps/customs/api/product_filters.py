"""Filters of the list of products."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.api.filters import ExactText, MomentFilter
from apps.customs.choices import GoodsClass
from apps.customs.models import Product
from apps.customs.product_selectors import with_code, without_code

YES_NO = (("true", _("Yes")), ("false", _("No")))


class ProductFilter(django_filters.FilterSet):
    """What a list of products can be narrowed to; all given filters must hold."""

    sku = ExactText(help_text=_("The SKU, whole."))
    barcode = ExactText(help_text=_("The barcode, whole."))
    goods_class = django_filters.MultipleChoiceFilter(
        choices=GoodsClass.choices(),
        help_text=_("One of these; give it several times for any of several."),
    )
    has_hs_code = django_filters.ChoiceFilter(
        choices=YES_NO,
        method="narrow_codes",
        help_text=_("Whether a person has confirmed an HS code."),
    )
    active = django_filters.ChoiceFilter(
        choices=YES_NO, method="narrow_active", help_text=_("Whether it is still sold.")
    )
    changed_since = MomentFilter(
        field_name="changed_at",
        lookup_expr="gte",
        help_text=_("Changed at this moment or later."),
    )

    class Meta:
        model = Product
        fields: list[str] = []

    def narrow_codes(self, rows: QuerySet[Product], _name: str, value: str) -> QuerySet[Product]:
        """Keep products with a confirmed code, or those without."""
        return with_code(rows) if value == "true" else without_code(rows)

    def narrow_active(self, rows: QuerySet[Product], _name: str, value: str) -> QuerySet[Product]:
        """Keep what is sold, or what is not."""
        return rows.filter(is_active=value == "true")
