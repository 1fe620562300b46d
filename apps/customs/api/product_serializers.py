"""A product as it looks to the outside."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.customs.api.product_inputs import BATTERY_FIELDS, FDA_FIELDS
from apps.customs.choices import CertificateKind, GoodsClass
from apps.customs.models import Certificate, HsConfirmation, Product
from apps.customs.product_fields import BATTERY_KINDS


class BatterySerializer(serializers.Serializer[Any]):
    """The lithium inside."""

    kind = serializers.ChoiceField(
        choices=BATTERY_KINDS,
        help_text=_("Kind of battery by its UN number."),
    )
    watt_hours = serializers.DecimalField(
        max_digits=8, decimal_places=2, allow_null=True, help_text=_("Of one battery, Wh.")
    )
    cells = serializers.IntegerField(allow_null=True, help_text=_("Cells in it."))
    batteries = serializers.IntegerField(allow_null=True, help_text=_("Batteries in a piece."))


class FdaSerializer(serializers.Serializer[Any]):
    """What the United States' FDA asks about food, supplements, cosmetics and devices."""

    product_code = serializers.CharField(help_text=_("FDA product code."))
    intended_use = serializers.CharField(help_text=_("What it is meant for."))
    manufacturer = serializers.CharField(help_text=_("Who made it."))
    facility = serializers.CharField(help_text=_("Registration number of the facility."))


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    """A paper that goes with the goods."""

    kind = serializers.ChoiceField(
        choices=CertificateKind.values(), help_text=_("What paper it is.")
    )

    class Meta:
        model = Certificate
        fields = ["kind", "number", "valid_from", "valid_to"]
        extra_kwargs = {
            "number": {"help_text": _("Its number.")},
            "valid_from": {"help_text": _("First day it holds.")},
            "valid_to": {"help_text": _("Last day it holds.")},
        }


class HsCodeSerializer(serializers.ModelSerializer[HsConfirmation]):
    """An HS code that a person confirmed."""

    class Meta:
        model = HsConfirmation
        fields = ["code", "country", "edition", "evidence", "confirmed_at"]
        extra_kwargs = {
            "code": {"help_text": _("6 digits, or more where a country is named.")},
            "country": {"help_text": _("Who wants these digits; empty is every country.")},
            "edition": {"help_text": _("Year of the nomenclature.")},
            "evidence": {"help_text": _("On what grounds it was confirmed.")},
            "confirmed_at": {"help_text": _("When it was confirmed.")},
        }


PLAIN = ("sku", "name_cn", "name_en", "brand", "model", "barcode", "category", "material", "use",
         "origin", "goods_class", "net_grams", "gross_grams", "value", "currency",
         "unit")  # fmt: skip


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A product with its papers and confirmed codes."""

    merchant = serializers.CharField(source="merchant.slug", help_text=_("Slug of the merchant."))
    goods_class = serializers.ChoiceField(
        choices=GoodsClass.values(),
        help_text=_("What it is as far as carriers and customs care."),
    )
    value = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        allow_null=True,
        help_text=_("Usual value of a piece, major units."),
    )
    battery = serializers.SerializerMethodField(help_text=_("Null: there is none."))
    fda = serializers.SerializerMethodField(help_text=_("Null where nothing is known."))
    certificates = CertificateSerializer(many=True, help_text=_("Papers."))
    hs_codes = HsCodeSerializer(
        source="counting_codes",
        many=True,
        help_text=_("Codes a person confirmed; only these are filled into declarations."),
    )
    active = serializers.BooleanField(source="is_active", help_text=_("Whether it is sold."))

    class Meta:
        model = Product
        fields = ["merchant", *PLAIN, "battery", "fda", "certificates", "hs_codes", "active",
                  "version", "created_at", "changed_at"]  # fmt: skip
        extra_kwargs = {
            "sku": {"help_text": _("Your article number, unique in your shop.")},
            "name_cn": {"help_text": _("Name in Chinese.")},
            "name_en": {"help_text": _("Name in English.")},
            "brand": {"help_text": _("Brand.")},
            "model": {"help_text": _("Model or type.")},
            "barcode": {"help_text": _("EAN, UPC or another.")},
            "category": {"help_text": _("Where your shop shows it.")},
            "material": {"help_text": _("What it is made of.")},
            "use": {"help_text": _("What it is for.")},
            "origin": {"help_text": _("Where it was made, ISO 3166 code of two letters.")},
            "net_grams": {"help_text": _("Net weight of a piece.")},
            "gross_grams": {"help_text": _("Gross weight of a piece.")},
            "currency": {"help_text": _("ISO 4217 code of the value.")},
            "unit": {"help_text": _("What a piece is counted in.")},
            "version": {"help_text": _("Grows with every change.")},
            "created_at": {"help_text": _("When we first heard of it.")},
            "changed_at": {"help_text": _("When it last changed.")},
        }
        read_only_fields = fields

    @extend_schema_field(BatterySerializer(allow_null=True))
    def get_battery(self, row: Product) -> Any:
        """Return what lithium is inside."""
        if not row.battery:
            return None
        return BatterySerializer(
            {name: getattr(row, field) for name, field in BATTERY_FIELDS.items()}
        ).data

    @extend_schema_field(FdaSerializer(allow_null=True))
    def get_fda(self, row: Product) -> Any:
        """Return what the FDA wants to know, None where nothing is known."""
        given = {name: getattr(row, field) for name, field in FDA_FIELDS.items()}
        return FdaSerializer(given).data if any(given.values()) else None
