"""Thresholds of the law and exchange rates: dated rows with their source, kept by managers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.faces import badge
from apps.core import clock
from apps.core.regions import CURRENCY_DIGITS
from apps.customs.figures import A_NUMBER
from apps.customs.models import CurrencyRate, Threshold


class CurrencyForm(forms.ModelForm):
    """Writes currencies as ISO 4217 does and knows no other."""

    def clean_currency(self) -> str:
        """Return the code in capitals; refuse what is no currency."""
        code = str(self.cleaned_data["currency"]).strip().upper()
        if code not in CURRENCY_DIGITS and code != A_NUMBER:
            raise forms.ValidationError(_("There is no such currency."))
        return code


@admin.register(Threshold)
class ThresholdAdmin(ScopedModelAdmin):
    """What the law names, from when to when, by whose word. A new law is a new row."""

    merchant_path = None
    can_add = True
    form = CurrencyForm
    list_display = ("area", "kind", "amount_shown", "valid_from", "valid_to", "holds", "source")
    list_filter = ("area", "kind")
    ordering = ("area", "kind", "-valid_from")
    fields = (
        ("area", "kind"), ("amount", "currency"), ("valid_from", "valid_to"), "source",
        "checked_on",
    )  # fmt: skip

    @display(description=_("amount"))
    def amount_shown(self, row: Threshold) -> str:
        """The amount with its currency; a bare number without."""
        amount = f"{row.amount.normalize():f}"
        return amount if row.currency == A_NUMBER else f"{amount} {row.currency}"

    @display(description=_("holds"))
    def holds(self, row: Threshold) -> Any:
        """Whether it holds today, by the portal's clock."""
        today = clock.now().date()
        if row.valid_from > today:
            return badge(_("in the future"), "info")
        if row.valid_to is not None and row.valid_to < today:
            return badge(_("over"), "default")
        return badge(_("today"), "success")


@admin.register(CurrencyRate)
class CurrencyRateAdmin(ScopedModelAdmin):
    """What a currency is in CNY from a day on. A new rate is a new row."""

    merchant_path = None
    can_add = True
    form = CurrencyForm
    list_display = ("currency", "cny", "valid_from", "source")
    list_filter = ("currency",)
    ordering = ("currency", "-valid_from")
    fields = (("currency", "cny"), "valid_from", "source")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new rate holds from today."""
        return {"valid_from": clock.now().date(), **super().get_changeform_initial_data(request)}
