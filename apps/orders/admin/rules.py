"""Carrier rules: listed in the order they are tried, changed by managers, tried by anybody."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.admin_filters import MerchantFilter
from apps.accounts.faces import EMPTY, badge
from apps.customs.choices import GoodsClass
from apps.orders.admin.page import named
from apps.orders.admin.rule_form import RuleForm
from apps.orders.admin.rule_trial_page import trial_page
from apps.orders.models import CarrierRule


@admin.register(CarrierRule)
class CarrierRuleAdmin(ScopedModelAdmin):
    """The first active rule that matches decides; without one the merchant's usual carrier."""

    merchant_path = None
    can_add = True
    form = RuleForm
    list_display = (
        "priority",
        "carrier_shown",
        "merchant_shown",
        "destination",
        "load",
        "needs",
        "note",
        "state",
    )
    list_display_links = ("priority", "carrier_shown")
    list_filter = (MerchantFilter, "active")
    list_select_related = ("merchant",)
    list_before_template = "orders/rule_box.html"
    ordering = ("priority", "id")
    fieldsets = (
        (None, {"fields": (("priority", "active"), ("carrier", "note"))}),
        (_("Which parcels"), {"fields": (
            "merchant", ("country", "area_prefix"), ("min_grams", "max_grams"), "goods_classes",
        )}),
        (_("What the carrier must offer"), {"fields": (
            "needs_reachability", ("max_price", "max_hours"),
        )}),
    )  # fmt: skip

    class Media:
        css = {"all": ("portal/shipment.css", "portal/routes.css")}

    def get_urls(self) -> list[URLPattern]:
        """Add the box that tries the rules."""
        view = self.admin_site.admin_view(self.try_view)
        return [path("try/", view, name=self.url_name("try")), *super().get_urls()]

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """Show which rule fires; changes nothing."""
        if not self.has_view_permission(request):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Try the carrier rules"),
            **trial_page(request),
        }
        return TemplateResponse(request, "orders/rule_trial.html", context)

    @display(description=_("carrier"))
    def carrier_shown(self, rule: CarrierRule) -> str:
        """The carrier's name."""
        return named(rule.carrier)

    @display(description=_("merchant"))
    def merchant_shown(self, rule: CarrierRule) -> Any:
        """The merchant, or everybody."""
        return rule.merchant.name if rule.merchant else _("All merchants")

    @display(description=_("destination"))
    def destination(self, rule: CarrierRule) -> str:
        """Country and division."""
        return " ".join(part for part in (rule.country, rule.area_prefix) if part) or EMPTY

    @display(description=_("load"))
    def load(self, rule: CarrierRule) -> str:
        """Weights and goods."""
        parts = [weights_of(rule)] if weights_of(rule) else []
        known = (GoodsClass.parse(value) for value in rule.goods_classes)
        goods = [str(word.label) for word in known if word]
        return " · ".join([*parts, *([", ".join(goods)] if goods else [])]) or EMPTY

    @display(description=_("must offer"))
    def needs(self, rule: CarrierRule) -> str:
        """Reachability, price and time."""
        found = [str(_("delivers for certain"))] if rule.needs_reachability else []
        if rule.max_price is not None:
            found.append(f"≤ {rule.max_price} CNY")
        if rule.max_hours is not None:
            found.append(f"≤ {rule.max_hours} h")
        return " · ".join(found) or EMPTY

    @display(description=_("state"))
    def state(self, rule: CarrierRule) -> Any:
        """Whether it counts."""
        return badge(_("Active"), "success") if rule.active else badge(_("Inactive"))


def weights_of(rule: CarrierRule) -> str:
    """Return the range of weights in grams, "" for any."""
    if rule.min_grams is None and rule.max_grams is None:
        return ""
    if rule.min_grams is None:
        return f"≤ {rule.max_grams} g"
    if rule.max_grams is None:
        return f"≥ {rule.min_grams} g"
    return f"{rule.min_grams}–{rule.max_grams} g"
