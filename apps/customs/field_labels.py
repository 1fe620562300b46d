"""What people call the fields of a record, by the path a finding names."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

_ROOTS: dict[str, Any] = {
    "seller": _("Seller"),
    "exporter": _("Exporter"),
    "recipient": _("Recipient"),
    "importer": _("Importer"),
    "responsible": _("Responsible person in the EU"),
    "payment": _("Receipt of payment"),
}
_OF_PARTY: dict[str, Any] = {
    "name": _("name"),
    "local_name": _("name in its own script"),
    "kind": _("person or firm"),
    "phone": _("phone"),
    "email": _("e-mail"),
    "identifiers": _("registered number"),
    "address.street": _("street"),
    "address.district": _("district"),
    "address.city": _("city"),
    "address.region": _("region"),
    "address.postcode": _("postcode"),
    "address.country": _("country"),
    "number": _("receipt number"),
    "firm": _("payment firm"),
    "amount": _("amount"),
    "currency": _("currency"),
    "paid_at": _("paid at"),
}
_OF_PARCEL: dict[str, Any] = {
    "reference": _("order number"),
    "number": _("number"),
    "carrier": _("carrier"),
    "export_mode": _("export mode"),
    "service": _("service"),
    "incoterm": _("incoterm"),
    "incoterm_place": _("place of the incoterm"),
    "reason": _("reason for sending"),
    "ioss": _("IOSS number"),
    "invoice_number": _("invoice number"),
    "invoice_date": _("invoice date"),
    "sold_at": _("sold at"),
    "platform": _("platform"),
    "platform_code": _("platform's customs number"),
    "port_code": _("port of exit (CN)"),
    "customs_code": _("customs office (CN)"),
    "transport_mode": _("transport mode (CN)"),
    "bonded_account": _("bonded account (CN)"),
    "bonded_operator": _("firm in the bonded area (CN)"),
    "currency": _("currency"),
    "total": _("paid for the goods"),
    "discount": _("discount"),
    "freight": _("freight"),
    "insurance": _("insurance"),
    "net_grams": _("net weight"),
    "gross_grams": _("gross weight"),
    "packages": _("packages"),
    "length_mm": _("length"),
    "width_mm": _("width"),
    "height_mm": _("height"),
    "shop_url": _("shop's web address"),
    "remarks": _("remarks"),
    "lines": _("lines"),
}
_OF_LINE: dict[str, Any] = {
    "position": _("position"),
    "title": _("title"),
    "hs_code": _("HS code"),
    "hs_edition": _("edition of the HS code"),
    "origin": _("made in"),
    "description_en": _("description, English"),
    "description_cn": _("description, Chinese"),
    "material": _("made of"),
    "use": _("used for"),
    "brand": _("brand"),
    "model": _("model"),
    "unit": _("unit"),
    "quantity": _("quantity"),
    "unit_price": _("price of a piece"),
    "total": _("line total"),
    "net_grams": _("net weight"),
    "gross_grams": _("gross weight"),
    "goods_class": _("goods class"),
    "import_code": _("destination's code (8–10 digits)"),
    "export_code": _("China's code (10–13 digits)"),
    "first_quantity": _("first statutory quantity"),
    "first_unit": _("first statutory unit"),
    "second_quantity": _("second statutory quantity"),
    "second_unit": _("second statutory unit"),
    "barcode": _("barcode"),
    "batch": _("batch"),
    "bonded_item": _("item number in the bonded account (CN)"),
    "produced_on": _("produced on"),
    "expires_on": _("expires on"),
    "certificates": _("certificate"),
    "battery.kind": _("battery"),
    "battery.watt_hours": _("watt-hours"),
    "battery.cells": _("cells"),
    "battery.batteries": _("batteries"),
    "fda.product_code": _("FDA product code"),
    "fda.intended_use": _("FDA intended use"),
    "fda.manufacturer": _("manufacturer"),
    "fda.facility": _("FDA facility registration"),
    "fda.prior_notice": _("FDA prior notice"),
}


def field_label(path: str) -> str:
    """Return a field's name in the reader's language ("Recipient: postcode"); else the path."""
    root, _dot, rest = path.partition(".")
    if root == "lines" and rest:
        return str(_OF_LINE.get(rest, rest))
    if root in _ROOTS:
        said = {"part": _ROOTS[root], "field": _OF_PARTY.get(rest, rest)}
        return _now("%(part)s: %(field)s") % said if rest else str(_ROOTS[root])
    return str(_OF_PARCEL.get(path, path))


def short_label(path: str) -> str:
    """Return a field's name without its part's, where the part stands above it ("postcode")."""
    root, _dot, rest = path.partition(".")
    if root in _ROOTS and rest:
        return str(_OF_PARTY.get(rest, rest))
    return field_label(path)


def known_fields() -> frozenset[str]:
    """Return every path that has a name."""
    of_roots = {f"{root}.{name}" for root in _ROOTS for name in _OF_PARTY}
    return frozenset({*_OF_PARCEL, *_ROOTS, *of_roots, *(f"lines.{name}" for name in _OF_LINE)})
