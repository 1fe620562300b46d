"""Exporters: who declares a shop's goods, written once for all its parcels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.models import Merchant
from apps.accounts.scoping import merchant_of
from apps.core import clock
from apps.core.region_names import country_choices, country_name
from apps.customs.choices import ExportMode, IdentifierKind, IncotermCode
from apps.customs.identifiers import check_identifier
from apps.customs.models import Exporter, ProductNews

NUMBERS: tuple[tuple[IdentifierKind, str], ...] = (
    (IdentifierKind.CN_USCC, "CN"),
    (IdentifierKind.CN_CUSTOMS, "CN"),
    (IdentifierKind.IOSS, ""),
    (IdentifierKind.EORI, ""),
    (IdentifierKind.EU_VAT, ""),
    (IdentifierKind.GB_EORI, "GB"),
    (IdentifierKind.GB_VAT, "GB"),
    (IdentifierKind.AU_ARN, "AU"),
    (IdentifierKind.AU_ABN, "AU"),
    (IdentifierKind.US_EIN, "US"),
    (IdentifierKind.FDA_FACILITY, "US"),
)
"""The numbers a firm is known by, and whose each is."""
PROBLEMS = {
    "format": _("This is not how such a number is written."),
    "length": _("This number has too many or too few signs."),
    "check_digit": _("The check digit is wrong: a sign is mistyped."),
    "country": _("This is a number of another country."),
    "placeholder": _("This is a placeholder, nobody's number."),
}
PERSON = ("name", "email", "phone", "street", "city", "postcode", "country")
IN_ADDRESS = frozenset({"street", "city", "postcode", "country"})


def number_field(kind: IdentifierKind) -> str:
    """Return the form's field of a kind of number."""
    return f"number_{kind.value}"


class ExporterForm(forms.ModelForm):
    """A firm with each of its numbers in a field of its own, checked as it is typed in."""

    class Meta:
        model = Exporter
        fields = (
            "merchant", "name_en", "name_cn", "street", "city", "region", "postcode", "country",
            "phone", "email", "customs_code", "port_code", "platform", "shop_url",
            "default_incoterm", "default_export_mode",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = {one["kind"]: one["value"] for one in self.instance.identifiers or ()}
        for kind, _country in NUMBERS:
            self.fields[number_field(kind)].initial = held.get(kind.value, "")
        self._person()
        self._choices("country", [("", "—"), *country_choices()])
        self._choices("default_incoterm", IncotermCode.choices())
        self._choices("default_export_mode", ExportMode.choices())

    def _person(self) -> None:
        held = self.instance.responsible or {}
        address = held.get("address", {})
        self._choices("responsible_country", [("", "—"), *country_choices()])
        for name in PERSON:
            part = address if name in IN_ADDRESS else held
            if f"responsible_{name}" in self.fields:
                self.fields[f"responsible_{name}"].initial = part.get(name, "")

    def _choices(self, name: str, choices: Any) -> None:
        if name in self.fields:
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label,
                choices=choices,
                required=self.fields[name].required,
                widget=UnfoldAdminSelectWidget,
            )

    def clean(self) -> dict[str, Any]:
        """Check every number; what is wrong is said beside it."""
        cleaned = super().clean() or self.cleaned_data
        for kind, country in NUMBERS:
            name = number_field(kind)
            text = str(cleaned.get(name) or "").strip()
            if not text:
                continue
            found = check_identifier(kind.value, text, country=country, on=clock.now().date())
            cleaned[name] = found.normal
            if not found.ok:
                said = PROBLEMS.get(found.problem, PROBLEMS["format"])
                self.add_error(name, forms.ValidationError(said))
        return cleaned

    def save(self, commit: bool = True) -> Exporter:
        """Write numbers and person as records take them; kinds this page does not show stay."""
        row: Exporter = super().save(commit=False)
        shown = {kind.value for kind, _country in NUMBERS}
        kept = [one for one in row.identifiers or () if one["kind"] not in shown]
        row.identifiers = kept + [
            {"kind": kind.value, "value": value, "country": country}
            for kind, country in NUMBERS
            if (value := self.cleaned_data.get(number_field(kind)))
        ]
        row.responsible = self._person_said()
        row.changed_at = clock.now()
        if commit:
            row.save()
        return row

    def _person_said(self) -> dict[str, Any] | None:
        said = {name: self.cleaned_data.get(f"responsible_{name}") or "" for name in PERSON}
        if not any(value for name, value in said.items() if name != "country"):
            return None
        address = {name: said[name] for name in PERSON if name in IN_ADDRESS and said[name]}
        person = {name: said[name] for name in PERSON if name not in IN_ADDRESS and said[name]}
        return person | {"address": address}


def _text(label: Any, most: int, field: type[forms.CharField] = forms.CharField) -> forms.Field:
    return field(label=label, required=False, max_length=most, widget=UnfoldAdminTextInputWidget())


ExporterForm.declared_fields |= {
    number_field(kind): _text(kind.label, 40) for kind, _country in NUMBERS
} | {
    "responsible_name": _text(_("name"), 120),
    "responsible_email": _text(_("e-mail"), 254, forms.EmailField),
    "responsible_phone": _text(_("phone"), 40),
    "responsible_street": _text(_("street"), 200),
    "responsible_city": _text(_("city"), 80),
    "responsible_postcode": _text(_("postcode"), 16),
    "responsible_country": _text(_("country"), 2),
    "shop_url": forms.URLField(
        label=_("shop's web address"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget(),
    ),
}


@admin.register(Exporter)
class ExporterAdmin(ScopedModelAdmin):
    """One firm for each shop; a merchant's user writes their own."""

    can_add = True
    form = ExporterForm
    list_display = ("name_shown", "merchant", "country_shown", "numbers_shown", "changed_at")
    list_select_related = ("merchant",)
    ordering = ("merchant_id",)
    search_exact = ("merchant__slug",)
    fieldsets = (
        (None, {"fields": ("merchant", ("name_en", "name_cn"), ("phone", "email"))}),
        (_("Address"), {"fields": ("street", ("city", "region"), ("postcode", "country"))}),
        (
            _("Registered numbers"),
            {
                "fields": (
                    ("number_cn_uscc", "number_cn_customs"),
                    ("number_ioss", "number_eori"),
                    ("number_eu_vat", "number_gb_eori"),
                    ("number_gb_vat", "number_au_arn"),
                    ("number_au_abn", "number_us_ein"),
                    "number_fda_facility",
                )
            },
        ),
        (
            _("Responsible person in the EU (GPSR)"),
            {
                "fields": (
                    ("responsible_name", "responsible_email"),
                    ("responsible_street", "responsible_city"),
                    ("responsible_postcode", "responsible_country"),
                    "responsible_phone",
                )
            },
        ),
        (
            _("What holds where an order says nothing"),
            {
                "fields": (
                    ("default_export_mode", "default_incoterm"),
                    ("customs_code", "port_code"),
                    ("platform", "shop_url"),
                )
            },
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A merchant's user does not choose whose it is."""
        found = super().get_fieldsets(request, obj)
        if merchant_of(request.user) is None:
            return found
        (title, first), *others = found
        return ((title, {"fields": first["fields"][1:]}), *others)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An exporter stays its shop's."""
        return ("merchant",) if obj is not None else ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A shop has one exporter."""
        own = merchant_of(request.user)
        if own is not None and Exporter.objects.filter(merchant=own).exists():
            return False
        return super().has_add_permission(request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer shops that have none yet."""
        if db_field.name == "merchant":
            kwargs["queryset"] = Merchant.objects.filter(exporter=None).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store it, then look again at what of this shop still waits."""
        own = merchant_of(request.user)
        if own is not None and not change:
            obj.merchant_id = own
        super().save_model(request, obj, form, change)
        ProductNews.objects.create(merchant_id=obj.merchant_id)

    @admin.display(description=_("exporter"))
    def name_shown(self, row: Exporter) -> str:
        """Its name in China, else in English."""
        return str(row)

    @admin.display(description=_("country"))
    def country_shown(self, row: Exporter) -> str:
        """Where it is."""
        return country_name(row.country)

    @admin.display(description=_("registered numbers"))
    def numbers_shown(self, row: Exporter) -> str:
        """Which numbers it has."""
        kinds = (IdentifierKind.parse(one["kind"]) for one in row.identifiers)
        return " · ".join(str(kind.label) for kind in kinds if kind) or "—"
