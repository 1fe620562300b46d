"""The form of a carrier rule, and the form that tries the rules on made-up facts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from apps.accounts.models import Merchant
from apps.customs.choices import GoodsClass
from apps.orders.admin.wording import every_carrier
from apps.orders.models import CarrierRule
from apps.orders.places import COUNTRIES, HOME

MOST_GRAMS = 1_000_000
AREA_HELP = _(
    "Digits of the division code: 44 is Guangdong, 4403 Shenzhen, 440305 Nanshan. Empty: anywhere."
)
HELP: dict[str, Any] = {
    "priority": _("The smallest number is tried first; the first rule that matches decides."),
    "merchant": _("Empty: every merchant."),
    "country": _("Two letters, such as CN or US. Empty: everywhere."),
    "area_prefix": AREA_HELP,
    "min_grams": _("Included. Empty: no lower end."),
    "max_grams": _("Included. Empty: no upper end."),
    "needs_reachability": _(
        "The carrier is asked before the booking; where it gives no clear yes, the next rule"
        " is tried."
    ),
    "max_price": _("Asked before the booking. Without a price the rule does not match."),
    "max_hours": _("From pickup to delivery, by the carrier's estimate."),
    "active": _("An inactive rule stays in the list and decides nothing."),
    "note": _("Shown with every booking this rule decides: say what it is for."),
}


class RuleForm(forms.ModelForm):
    """A rule with carriers and goods to choose from; what contradicts itself is refused."""

    carrier = forms.ChoiceField(
        label=_("carrier"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Who carries the parcels this rule speaks about."),
    )
    goods_classes = forms.MultipleChoiceField(
        label=_("goods classes"),
        required=False,
        choices=GoodsClass.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Matches parcels that hold at least one of these. None chosen: any goods."),
    )

    class Meta:
        model = CarrierRule
        fields = [
            "priority",
            "merchant",
            "country",
            "area_prefix",
            "min_grams",
            "max_grams",
            "goods_classes",
            "needs_reachability",
            "max_price",
            "max_hours",
            "carrier",
            "active",
            "note",
        ]
        help_texts = HELP

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "carrier" in self.fields:
            self.fields["carrier"].choices = every_carrier()  # type: ignore[attr-defined]

    def clean_country(self) -> str:
        """Refuse what is no country."""
        return country_of(self.cleaned_data["country"])

    def clean_area_prefix(self) -> str:
        """Refuse what is not the beginning of a division code."""
        return digits_of(self.cleaned_data["area_prefix"])

    def clean(self) -> dict[str, Any]:
        """Refuse ends of a range in the wrong order, and limits of nothing."""
        values = super().clean() or {}
        low, high = values.get("min_grams"), values.get("max_grams")
        if low is not None and high is not None and low > high:
            self.add_error("max_grams", _("This lies below the lower end."))
        for name in ("max_price", "max_hours"):
            if values.get(name) is not None and values[name] <= 0:
                self.add_error(name, _("This must be more than 0."))
        return values


class TrialForm(forms.Form):
    """An order number, or facts of a parcel nobody has ordered."""

    order = forms.CharField(label=_("order number or ID"), max_length=64, required=False)
    merchant = forms.ModelChoiceField(
        label=_("merchant"), queryset=Merchant.objects.order_by("name"), required=False
    )
    country = forms.CharField(label=_("country"), max_length=2, required=False, initial=HOME)
    address_code = forms.CharField(
        label=_("division code"), max_length=12, required=False, help_text=AREA_HELP
    )
    weight_grams = forms.IntegerField(
        label=_("weight (g)"), min_value=1, max_value=MOST_GRAMS, required=False, initial=1000
    )
    goods_class = forms.ChoiceField(label=_("goods class"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goods_class"].choices = [("", "—"), *GoodsClass.choices()]  # type: ignore[attr-defined]

    def clean_country(self) -> str:
        """Refuse what is no country."""
        return country_of(self.cleaned_data["country"])

    def clean_address_code(self) -> str:
        """Refuse what is no division code."""
        return digits_of(self.cleaned_data["address_code"])

    def clean(self) -> dict[str, Any]:
        """An order is enough; made-up facts need a merchant, whose usual carrier counts."""
        values = super().clean() or {}
        if not values.get("order") and not values.get("merchant") and "merchant" not in self.errors:
            self.add_error("merchant", _("Give an order, or choose a merchant."))
        return values


def country_of(text: str) -> str:
    """Return a country's two letters in capitals, "" for none."""
    code = text.strip().upper()
    if code and code not in COUNTRIES:
        raise ValidationError(_("There is no country of this code."))
    return code


def digits_of(text: str) -> str:
    """Return the beginning of a division code, "" for none."""
    digits = text.strip()
    if digits and not (digits.isascii() and digits.isdecimal()):
        raise ValidationError(_("A division code has digits only."))
    return digits
