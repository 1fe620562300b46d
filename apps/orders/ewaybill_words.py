"""What a refused e-waybill means, in words: the platform's codes (contract §5.12) and fields."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.baidiyun.verdicts import BALANCE_WORDS
from apps.orders.choices import BookingProblem

BAD_FIELD = "30001"
CARRIER = "30005"
_PARTIES: dict[str, Any] = {
    "recMan": _("recipient"), "recipient": _("recipient"),
    "sendMan": _("sender"), "sender": _("sender"),
}  # fmt: skip
_PARTS: dict[str, Any] = {
    "name": _("name"), "mobile": _("phone"), "tel": _("phone"), "addr": _("street"),
    "address": _("street"), "city": _("city"), "countryCode": _("country"),
    "country": _("country"), "zipcode": _("postcode"), "postcode": _("postcode"),
    "stateOrProvinceCode": _("state or province"), "state": _("state or province"),
    "taxId": _("tax number"),
    "desc": _("description"), "quantity": _("quantity"),
    "quantityUnitOfMeasurement": _("unit"), "unitPrice": _("unit price"),
    "netWeight": _("net weight"), "manufacturingCountryCode": _("country of origin"),
    "importCommodityCode": _("HS code of import"), "exportCommodityCode": _("HS code of export"),
    "length": _("length"), "width": _("width"), "height": _("height"), "weight": _("weight"),
    "purpose": _("reason for sending"), "number": _("number"), "date": _("date"),
    "paymentType": _("who pays"),
}  # fmt: skip
_WHOLE: dict[str, Any] = {
    "partnerId": _("account with the carrier"), "kuaidicom": _("carrier"),
    "customsValue": _("declared value"), "currency": _("currency"), "cargo": _("goods"),
    "exportInfos": _("customs lines"), "packageInfos": _("packages"), "weight": _("weight"),
    "tradeTerm": _("incoterm"), "invoiceInfo": _("invoice"),
    "customsClearance": _("declaration"), "dutiesPaymentType": _("duties"),
    "routeId": _("route ID"), "lines": _("customs lines"), "packages": _("packages"),
}  # fmt: skip
_CODES: dict[str, Any] = {
    "30002": _("The platform refused our signature: look at the account at the platform."),
    "30003": _("The platform does not know our account."),
    "30004": _("The account at the platform has no balance, or its key has expired."),
    "30006": _("The platform could not read the order."),
    "not_configured": _("No key opens the account with the carrier: a manager enters it again."),
    "may_be_ordered": _(
        "Nobody knows whether the carrier has this parcel: the answer was lost and the platform"
        " cannot be asked. Look in the carrier's own account; booking again could make a second"
        " waybill."
    ),
}
_FIELD = re.compile(r"[A-Za-z]+(?:\.[A-Za-z]+)?")


def words_of_refusal(code: str, message: str) -> str:
    """Return what a code of the e-waybill means and who does what, "" for one that says it."""
    known, _colon, ours = code.partition(":")
    if known == "invalid_request":
        return _missing(ours)
    if known == BAD_FIELD:
        found = _FIELD.search(message)
        return _missing(found.group() if found else "")
    if known == CARRIER:
        said = message.rpartition("：")[2].strip()
        return (
            _now("The carrier refused the parcel: see what it says.")
            if said
            else _now(
                "The carrier refused the parcel without a word. DHL does so where a quantity is"
                " no whole number."
            )
        )
    return str(_CODES.get(known, ""))


def problem_of_refusal(code: str, message: str) -> BookingProblem:
    """Return the worklist's column for a refused e-waybill."""
    if code == "30004" or any(word in message for word in BALANCE_WORDS):
        return BookingProblem.NO_BALANCE
    field = code.partition(":")[2] if code.startswith("invalid_request") else message
    about = _FIELD.search(field)
    if about and about.group().partition(".")[0] in {"recMan", "recipient"}:
        return BookingProblem.BAD_ADDRESS
    return BookingProblem.REFUSED


def _missing(path: str) -> str:
    holder, _dot, part = path.partition(".")
    whole = _PARTIES.get(holder) or _WHOLE.get(holder)
    if whole is None:
        return _now("The platform misses a field of the order or cannot read it.")
    named = f"{whole} · {_PARTS[part]}" if part in _PARTS else str(whole)
    return _now("The platform misses or cannot read: %(field)s. Correct the declaration.") % {
        "field": named
    }
