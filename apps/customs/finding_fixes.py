"""What to do about a field that is missing, where more can be said than "supply it"."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

_EXPORTER = _("Enter it once on the exporter's page; it counts for every parcel of the shop.")
_PRODUCT = _("Enter it once with the product; it counts for every parcel with this SKU.")
_CONFIRM = _("Confirm a code for the product: take one of the suggestions or ask the broker.")
_ASK = _("Ask the recipient; customs there clears nothing without it.")
_RECEIPT = _("Send it with the order: the receipt goes to customs with the list.")
_FDA = _("Enter it with the product or the order: the FDA wants it at any value.")

FIXES_BY_FIELD: dict[str, Any] = {
    "seller.name": _EXPORTER,
    "seller.local_name": _EXPORTER,
    "seller.phone": _EXPORTER,
    "seller.identifiers": _EXPORTER,
    "seller.address.street": _EXPORTER,
    "seller.address.city": _EXPORTER,
    "seller.address.country": _EXPORTER,
    "platform": _EXPORTER,
    "customs_code": _EXPORTER,
    "port_code": _EXPORTER,
    "ioss": _("Enter the shop's IOSS number with the exporter, or the platform's with the order."),
    "recipient.identifiers": _ASK,
    "importer.identifiers": _ASK,
    "recipient.phone": _("Ask the recipient for a number where they can be reached."),
    "payment.number": _RECEIPT,
    "payment.firm": _RECEIPT,
    "payment.amount": _RECEIPT,
    "payment.currency": _RECEIPT,
    "payment.paid_at": _RECEIPT,
    "gross_grams": _("Weigh the parcel, or enter weights with the products."),
    "net_grams": _PRODUCT,
    "lines.net_grams": _PRODUCT,
    "lines.description_en": _PRODUCT,
    "lines.description_cn": _PRODUCT,
    "lines.material": _PRODUCT,
    "lines.model": _("Enter brand, model or material with the product."),
    "lines.unit": _PRODUCT,
    "lines.origin": _("Enter with the product where it was made, not where it is sent from."),
    "lines.battery.kind": _("Say with the product which battery is inside and how."),
    "lines.hs_code": _CONFIRM,
    "lines.import_code": _("Confirm the destination's whole code for the product."),
    "lines.export_code": _("Confirm China's ten digits for the product."),
    "lines.fda.product_code": _FDA,
    "lines.fda.intended_use": _FDA,
    "lines.fda.manufacturer": _FDA,
    "lines.fda.facility": _FDA,
    "lines.fda.prior_notice": _(
        "File prior notice with the FDA and enter its number before the parcel leaves."
    ),
}
