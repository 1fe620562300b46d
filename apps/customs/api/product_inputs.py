"""What a storefront sends of a product: shapes and types. What it means is judged by the domain."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.api.fields import Code, Money, StrictSerializer, Text, Whole
from apps.customs.choices import CertificateKind, GoodsClass
from apps.customs.product_fields import BATTERY_KINDS, MOST_CELLS, MOST_GRAMS

MAX_TEXT = 500
MAX_CERTIFICATES = 50
BATTERY_FIELDS = {"kind": "battery", "watt_hours": "watt_hours", "cells": "cells",
                  "batteries": "batteries"}  # fmt: skip
FDA_FIELDS = {"product_code": "fda_product_code", "intended_use": "fda_intended_use",
              "manufacturer": "fda_manufacturer", "facility": "fda_facility"}  # fmt: skip
RENAMED = {"active": "is_active"}
PARTS = {"battery": BATTERY_FIELDS, "fda": FDA_FIELDS}


def text(help_text: Any) -> Text:
    """Return a text that may be left out, empty or null."""
    return Text(
        required=False, allow_blank=True, allow_null=True, max_length=MAX_TEXT, help_text=help_text
    )


def whole(help_text: Any, most: int) -> Whole:
    """Return a whole number that may be left out or null."""
    return Whole(required=False, allow_null=True, min_value=1, max_value=most, help_text=help_text)


class Day(serializers.DateField):
    """A calendar day: ``2027-01-31``."""

    default_error_messages = {"invalid": _("A day such as 2027-01-31 is needed.")}

    def to_internal_value(self, value: Any) -> dt.date:
        """Return the day; a moment or anything else is none."""
        try:
            day = parse_date(value) if isinstance(value, str) and len(value) <= 10 else None
        except ValueError:
            day = None
        if day is None:
            self.fail("invalid")
        return day


class BatteryInput(StrictSerializer):
    """The lithium inside."""

    kind = Code(
        choices=BATTERY_KINDS,
        help_text=_("Kind of battery by its UN number."),
    )
    watt_hours = Money(required=False, allow_null=True, help_text=_("Of one battery, Wh."))
    cells = whole(_("Cells in it."), MOST_CELLS)
    batteries = whole(_("Batteries in a piece."), MOST_CELLS)


class FdaInput(StrictSerializer):
    """What the United States' FDA asks about food, supplements, cosmetics and devices."""

    product_code = text(_("FDA product code."))
    intended_use = text(_("What it is meant for."))
    manufacturer = text(_("Who made it."))
    facility = text(_("Registration number of the facility."))


class CertificateInput(StrictSerializer):
    """A paper that goes with the goods."""

    kind = Code(choices=CertificateKind.values(), help_text=_("What paper it is."))
    number = text(_("Its number."))
    valid_from = Day(required=False, allow_null=True, help_text=_("First day it holds."))
    valid_to = Day(required=False, allow_null=True, help_text=_("Last day it holds."))


class ProductInput(StrictSerializer):
    """Everything a storefront knows of a SKU. What is left out stays as it is."""

    name_cn = text(_("Name in Chinese, as a declaration in China says it."))
    name_en = text(_("Name in English: what it is, not how it is advertised."))
    brand = text(_("Brand."))
    model = text(_("Model or type."))
    barcode = text(_("EAN, UPC or another."))
    category = text(_("Where your shop shows it."))
    material = text(_("What it is made of."))
    use = text(_("What it is for."))
    origin = text(_("Where it was made, ISO 3166 code of two letters."))
    goods_class = Code(
        choices=GoodsClass.values(),
        required=False,
        help_text=_("What it is as far as carriers and customs care."),
    )
    net_grams = whole(_("Net weight of a piece."), MOST_GRAMS)
    gross_grams = whole(_("Gross weight of a piece."), MOST_GRAMS)
    value = Money(
        required=False, allow_null=True, help_text=_("Usual value of a piece, major units.")
    )
    currency = text(_("ISO 4217 code of the value."))
    unit = text(_("What a piece is counted in: PCS, PR, SET, KG …"))
    battery = BatteryInput(required=False, allow_null=True, help_text=_("Null: there is none."))
    fda = FdaInput(required=False, allow_null=True, help_text=_("Null empties it."))
    certificates = CertificateInput(
        many=True,
        required=False,
        help_text=_("All papers there are, at most 50; left out, they stay as they are."),
    )
    active = serializers.BooleanField(required=False, help_text=_("Whether it is still sold."))

    def validate_certificates(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse a list no product has."""
        if len(rows) > MAX_CERTIFICATES:
            raise serializers.ValidationError(_("A product has at most 50 papers."), code="max")
        return rows


def values_of_input(data: dict[str, Any]) -> dict[str, Any]:
    """Return a checked body as the fields of `save_product`."""
    values = {
        RENAMED.get(name, name): "" if value is None and name != "value" else value
        for name, value in data.items()
        if name not in {*PARTS, "certificates"}
    }
    for part, fields in PARTS.items():
        if part not in data:
            continue
        given = data[part] or {}
        values |= {field: given.get(name) or "" for name, field in fields.items()}
    return values


def field_as_sent(field: str) -> str:
    """Return the name a request has for a field of the domain."""
    for part, fields in PARTS.items():
        for name, own in fields.items():
            if own == field:
                return f"{part}.{name}"
    return {own: name for name, own in RENAMED.items()}.get(field, field)
