"""Rules of hand-overs: whom a carrier gives its parcels to in a country, kept by managers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.faces import badge
from apps.core.actions import Actor
from apps.shipments.carriers import carrier_name, find_carrier
from apps.shipments.models import CarrierHandover
from apps.shipments.services import save_hand_over


class HandOverForm(forms.ModelForm):
    """Writes codes as the tables do and knows no other carrier."""

    def clean_carrier(self) -> str:
        """Return the code of the carrier that gives."""
        return _known(self.cleaned_data["carrier"])

    def clean_partner(self) -> str:
        """Return the code of the carrier that takes over."""
        return _known(self.cleaned_data["partner"])

    def clean_country(self) -> str:
        """Return the country in capitals."""
        return str(self.cleaned_data["country"]).strip().upper()

    def clean_number_pattern(self) -> str:
        """Return the pattern in capitals, as numbers are kept."""
        return str(self.cleaned_data["number_pattern"]).strip().upper()


def _known(code: str) -> str:
    code = code.strip().lower()
    if find_carrier(code) is None:
        raise forms.ValidationError(_("There is no such carrier."))
    return code


@admin.register(CarrierHandover)
class CarrierHandoverAdmin(ScopedModelAdmin):
    """Asked where neither the platform nor a person says who took a parcel over."""

    merchant_path = None
    can_add = True
    form = HandOverForm
    list_display = ("carrier_shown", "country", "number_pattern", "partner_shown", "when", "state")
    list_display_links = ("carrier_shown",)
    list_filter = ("is_active",)
    ordering = ("carrier", "country", "priority", "id")
    fields = (
        ("carrier", "country"), ("number_pattern", "trigger"), ("partner", "kind"),
        ("keeps_number", "is_active", "priority"), "note",
    )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store it through the service, which writes down what it said before."""
        save_hand_over(rule=obj, actor=Actor.user(request.user))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The service has written it down."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The service has written it down."""

    @display(description=_("carrier"))
    def carrier_shown(self, rule: CarrierHandover) -> str:
        """Who gives."""
        return carrier_name(rule.carrier, get_language() or "zh-hans")

    @display(description=_("takes over"))
    def partner_shown(self, rule: CarrierHandover) -> str:
        """Who takes."""
        return carrier_name(rule.partner, get_language() or "zh-hans")

    @display(description=_("when"))
    def when(self, rule: CarrierHandover) -> Any:
        """The moment that decides."""
        return rule.get_trigger_display()

    @display(description=_("state"))
    def state(self, rule: CarrierHandover) -> Any:
        """Whether it counts."""
        return badge(_("Active"), "success") if rule.is_active else badge(_("Inactive"))
