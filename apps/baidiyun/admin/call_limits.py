"""Call limits as rows: how fast and how often a product may be called in a mode."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.admin_records import time_column
from apps.accounts.faces import badge_column
from apps.baidiyun.admin.gateway_page import product_label
from apps.baidiyun.choices import Mode, Product
from apps.baidiyun.limits.models import OVERALL, ProductLimit
from apps.baidiyun.limits.rates import forget_limits

FASTEST = 10_000


class LimitForm(forms.ModelForm):
    """A limit; the mode and the product of one that exists stay as they are."""

    class Meta:
        model = ProductLimit
        fields = ("mode", "product", "per_second", "burst", "daily_budget", "source")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "product" in self.fields:
            labels = [(value, product_label(value)) for value in (OVERALL, *Product.values())]
            self.fields["product"] = forms.ChoiceField(
                label=_("interface"), choices=labels, widget=UnfoldAdminSelectWidget
            )
        if "per_second" not in self.fields:
            return
        self.fields["burst"].help_text = _("How many calls may go out in one moment after a pause.")
        self.fields["daily_budget"].help_text = _("By the business day; 0 means none was agreed.")
        self.fields["source"].help_text = _("The contract's clause, or why this value.")

    def clean_per_second(self) -> float:
        """Keep the rate within what the table takes."""
        rate = float(self.cleaned_data["per_second"])
        if not 0 < rate <= FASTEST:
            raise forms.ValidationError(
                _("A rate lies above 0 and is at most %(most)s calls a second."),
                params={"most": FASTEST},
            )
        return rate

    def clean_burst(self) -> int:
        """At least one call at once."""
        burst = int(self.cleaned_data["burst"])
        if burst < 1:
            raise forms.ValidationError(_("At least one call at once."))
        return burst


@admin.register(ProductLimit)
class ProductLimitAdmin(ScopedModelAdmin):
    """What the gateway lets through; every process knows a change within five seconds."""

    merchant_path = None
    can_add = True
    form = LimitForm
    list_display = (
        "product_shown",
        "which_mode",
        "per_second",
        "burst",
        "daily_budget",
        "source",
        "updated_when",
    )
    list_filter = (("mode", ChoicesDropdownFilter),)
    ordering = ("mode", "product")
    which_mode = badge_column("mode", Mode, _("mode"))
    updated_when = time_column("updated_at", _("changed at"))
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("mode", "product"),
                    ("per_second", "burst", "daily_budget"),
                    "source",
                )
            },
        ),
    )

    class Media:
        css = {"all": ("portal/shipment.css",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What a limit is for does not change."""
        return ("mode", "product") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and read the limits anew in this process."""
        super().save_model(request, obj, form, change)
        forget_limits()

    @display(description=_("interface"))
    def product_shown(self, row: ProductLimit) -> str:
        """The product in words."""
        return str(product_label(row.product))
