"""The form of a product: groups a person understands; what fits is judged by the service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Merchant
from apps.core.region_names import country_choices
from apps.core.regions import CURRENCY_DIGITS
from apps.customs.choices import BatteryKind, CertificateKind, GoodsClass
from apps.customs.models import Product
from apps.customs.product_checking import FieldProblem
from apps.customs.product_fields import FIELDS, MOST_SKU, NAMES, UNITS, Kind

GROUPS: tuple[tuple[str, Any, Any], ...] = (
    ("names", _("What it is called"), ""),
    (
        "goods",
        _("What it is"),
        _("Customs asks: what is it, what is it made of, what is it for, where was it made."),
    ),
    ("amounts", _("Weight and value of one piece"), ""),
    ("battery", _("Battery"), _("Only where there is one, also inside a device.")),
    (
        "fda",
        _("For the United States (FDA)"),
        _("Food, supplements, cosmetics, medicine and medical devices need these at any value."),
    ),
)
HELP: dict[str, Any] = {
    "name_cn": _("As a declaration in China says it: 充电宝, not 爆款新品."),
    "name_en": _("What it is, not how it is advertised: Power bank 10000 mAh."),
    "material": _("For example: ABS, lithium-ion cell."),
    "use": _("For example: charging mobile phones."),
    "origin": _("Where it was made, not where it is sent from."),
    "net_grams": _("Without packaging. 0.25 kg may be written too."),
    "gross_grams": _("With its own packaging."),
    "value": _("What customers usually pay for one."),
    "watt_hours": _("Volts times ampere-hours; it stands on the battery."),
    "barcode": _("EAN, UPC or another."),
    "category": _("Where the shop shows it; helps to find the HS code."),
    "fda_product_code": _("Seven signs, from the FDA's product code builder."),
    "fda_facility": _("Eleven digits, of the maker."),
}
COMMON_CURRENCIES = ("CNY", "USD", "EUR", "GBP", "JPY")
EMPTY = [("", "—")]


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the form with its fields."""

    name: str
    title: Any
    explain: Any
    fields: list[forms.BoundField]
    is_open: bool


class ProductForm(forms.Form):
    """Every field of a product; all texts, checked when they are saved."""

    sku = forms.CharField(
        label=_("SKU"),
        max_length=MOST_SKU,
        help_text=_("As orders name it; never changes again."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        row: Product | None,
        choose_merchant: bool,
        may_change: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for one in FIELDS:
            self.fields[one.name] = _form_field(one.name, one.kind)
        if choose_merchant and row is None:
            merchants = Merchant.objects.filter(is_active=True).order_by("name")
            self.fields["merchant"] = forms.ModelChoiceField(merchants, label=_("merchant"))
            self.order_fields(["merchant"])
        if row is not None:
            del self.fields["sku"]
        for field in self.fields.values():
            field.disabled = not may_change

    def groups(self) -> list[Group]:
        """Return the form under its headings; what is rare is open only where it says something."""
        return [
            Group(name, title, explain, fields, self._is_open(name, fields))
            for name, title, explain in GROUPS
            if (fields := [self[one.name] for one in FIELDS if one.group == name])
        ]

    def values(self) -> dict[str, Any]:
        """Return what was given for the service; call after :meth:`is_valid`."""
        return {name: self.cleaned_data[name] for name in NAMES}

    def take(self, problems: Iterable[FieldProblem]) -> None:
        """Put each problem beside its field."""
        for problem in problems:
            name = problem.field if problem.field in self.fields else None
            self.add_error(name, problem.message)

    @staticmethod
    def _is_open(name: str, fields: list[forms.BoundField]) -> bool:
        return name not in {"battery", "fda"} or any(
            one.errors or one.value() not in (None, "") for one in fields
        )


class CodeForm(forms.Form):
    """An HS code somebody confirms."""

    hs_code = forms.CharField(
        label=_("HS code"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    hs_country = forms.ChoiceField(
        label=_("Country it is for"),
        required=False,
        choices=lambda: [("", _("Every country (six digits)")), *country_choices()],
    )
    evidence = forms.CharField(
        label=_("On what grounds"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: the broker's letter of 2026-11-02, a ruling, the tariff's note."),
    )


class PaperForm(forms.Form):
    """A certificate somebody adds."""

    kind = forms.ChoiceField(label=_("kind"), choices=CertificateKind.choices)
    number = forms.CharField(label=_("number"), max_length=80, required=False)
    valid_from = forms.DateField(
        label=_("valid from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    valid_to = forms.DateField(
        label=_("valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


def initial_of(row: Product) -> dict[str, Any]:
    """Return what the form shows of a stored product."""
    values = {name: getattr(row, name) for name in NAMES}
    return {name: "" if value is None else value for name, value in values.items()} | {
        "version": row.version
    }


def _form_field(name: str, kind: Kind) -> forms.Field:
    label = Product._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    shared: dict[str, Any] = {"label": label, "required": False, "help_text": HELP.get(name, "")}
    choices: Any = {
        Kind.COUNTRY: lambda: [*EMPTY, *country_choices()],
        Kind.CURRENCY: lambda: [*EMPTY, *((code, code) for code in _currencies())],
        Kind.UNIT: lambda: [(code, code) for code in sorted(UNITS, key=lambda one: one != "PCS")],
        Kind.GOODS: GoodsClass.choices,
        Kind.BATTERY: BatteryKind.choices,
    }.get(kind)
    if choices is not None:
        return forms.ChoiceField(choices=choices, **shared)
    if kind is Kind.YES_NO:
        return forms.BooleanField(**shared)
    is_number = kind in {Kind.GRAMS, Kind.COUNT, Kind.DECIMAL}
    attrs = {"inputmode": "decimal"} if is_number else {}
    return forms.CharField(max_length=500, widget=forms.TextInput(attrs=attrs), **shared)


def _currencies() -> list[str]:
    return [*COMMON_CURRENCIES, *sorted(CURRENCY_DIGITS.keys() - set(COMMON_CURRENCIES))]
