"""The customs fields of an international e-waybill, from the record (contract §5.12). Pure.

The platform's own types check every field; what they refuse becomes a finding. DDU and DDP go out
as they are: the vendor's comment explains them the wrong way round, so no meaning is read into
them. Our accounts with carriers are never part of the document.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from apps.baidiyun.errors import InvalidRequest
from apps.baidiyun.products.customs_parts import (
    CustomsLine,
    ForeignParty,
    IntlAccount,
    Invoice,
    Package,
    Payer,
)
from apps.baidiyun.products.international import InternationalRequest
from apps.customs.choices import DocumentKind, IncotermCode, PartyKind, SendReason
from apps.customs.documents.built import Built, DocumentRefused, blocking
from apps.customs.documents.json_form import build_json
from apps.customs.documents.needs import form_findings
from apps.customs.documents.parts import gross_grams
from apps.customs.record import Line, Party, Record

PURPOSES = {
    SendReason.SALE.value: "SOLD",
    SendReason.GIFT.value: "GIFT",
    SendReason.SAMPLE.value: "SAMPLE",
    SendReason.RETURN.value: "REPAIR_AND_RETURN",
    SendReason.DOCUMENT.value: "NOT_SOLD",
    SendReason.OTHER.value: "NOT_SOLD",
}
UNITS = {"PCS": "PCS", "PRS": "PRS", "PR": "PRS", "PAIR": "PRS", "KG": "KG"}
_TAX_KINDS = ("br_cpf", "br_cnpj", "mx_rfc", "mx_curp", "cl_rut", "ar_cuit", "co_nit", "ec_ci",
              "ec_ruc", "id_nik", "tr_tckn", "in_gstin", "kr_pccc", "us_ein", "cn_uscc",
              "other")  # fmt: skip


@dataclass(frozen=True, slots=True)
class EwaybillParts:
    """What the record says of an international order; who books adds account and carrier."""

    recipient: ForeignParty
    sender: ForeignParty
    packages: tuple[Package, ...]
    lines: tuple[CustomsLine, ...]
    weight_grams: int
    is_document: bool
    purpose: str
    value: Decimal
    currency: str
    trade_term: str
    duties: Payer | None
    invoice: Invoice | None
    cargo: str
    battery: str
    remark: str = ""

    def request(
        self, *, account: IntlAccount, carrier: str, service: str = ""
    ) -> InternationalRequest:
        """Return the order for a carrier, to be built by `products.international`."""
        return InternationalRequest(
            account=account,
            carrier=carrier,
            recipient=self.recipient,
            sender=self.sender,
            cargo=self.cargo,
            weight_grams=self.weight_grams,
            packages=self.packages,
            lines=self.lines,
            is_document=self.is_document,
            purpose=self.purpose,
            customs_value=None if self.is_document else self.value,
            currency=self.currency,
            trade_term=self.trade_term,
            service=service,
            duties=self.duties,
            invoice=self.invoice,
            battery=self.battery,
            remark=self.remark,
        )


def ewaybill_parts(record: Record) -> EwaybillParts:
    """Return the customs fields of a record. Raises DocumentRefused."""
    findings = form_findings(record, DocumentKind.EWAYBILL)
    grams = gross_grams(record)
    if findings or grams is None:
        raise DocumentRefused(findings)
    is_document = record.reason == SendReason.DOCUMENT.value
    battery = any(line.battery for line in record.lines)
    return EwaybillParts(
        recipient=_party(record.recipient, ioss=""),
        sender=_party(record.seller, ioss=record.ioss),
        packages=_packages(record, grams),
        lines=() if is_document else tuple(_line(line) for line in record.lines),
        weight_grams=grams,
        is_document=is_document,
        purpose=PURPOSES.get(record.reason, "NOT_SOLD"),
        value=record.total,
        currency=record.currency,
        trade_term=record.incoterm,
        duties=_duties(record),
        invoice=_invoice(record),
        cargo="文件" if is_document else "包裹",
        battery="1" if battery else "",
        remark=_remark(record),
    )


def build_ewaybill(record: Record) -> Built:
    """Return the fields as the platform names them, as JSON. Raises DocumentRefused."""
    parts = ewaybill_parts(record)
    try:
        data = {
            "recMan": parts.recipient.fields("recipient"),
            "sendMan": parts.sender.fields("sender"),
            "cargo": parts.cargo,
            "count": len(parts.packages),
            "weight": parts.weight_grams / 1000,
            "customsValue": None if parts.is_document else float(parts.value),
            "currency": parts.currency,
            "tradeTerm": parts.trade_term,
            "packageInfos": [one.fields() for one in parts.packages],
            "exportInfos": [one.fields() for one in parts.lines],
            "customsClearance": {"purpose": parts.purpose, "isDocument": parts.is_document},
            "dutiesPaymentType": parts.duties.fields() if parts.duties else None,
            "invoiceInfo": parts.invoice.fields() if parts.invoice else None,
            "butterFlag": parts.battery,
        }
    except InvalidRequest as error:
        wrong = blocking("ewaybill", str(error.field or "record"), detail=str(error))
        raise DocumentRefused((wrong,)) from error
    return build_json("ewaybill", data)


def _party(party: Party, *, ioss: str) -> ForeignParty:
    address = party.address
    tax = next((one for one in party.identifiers if one.kind in _TAX_KINDS), None)
    company = party.kind == PartyKind.COMPANY.value
    return ForeignParty(
        name=party.name or party.local_name,
        address=address.street,
        city=address.city,
        country=address.country,
        postcode=address.postcode,
        mobile=party.phone,
        province=address.region.removeprefix(f"{address.country}-"),
        district=address.district,
        company=(party.name or party.local_name) if company else "",
        email=party.email,
        state=_state(party),
        tax_id=tax.value if tax else "",
        tax_type=tax.kind.split("_", 1)[-1].upper() if tax else "",
        vat_number=party.identifier("eu_vat", "gb_vat"),
        eori_number=party.identifier("eori", "gb_eori"),
        ioss_number=ioss,
    )


def _remark(record: Record) -> str:
    """The FDA's prior notices travel in the remark: the form has no field of their own."""
    notices = (line.fda.prior_notice for line in record.lines if line.fda is not None)
    return " ".join(f"PN {number}" for number in dict.fromkeys(notices) if number)


def _state(party: Party) -> str:
    region = party.address.region.removeprefix(f"{party.address.country}-").upper()
    return region if len(region) in {2, 3} and region.isalpha() else ""


def _packages(record: Record, grams: int) -> tuple[Package, ...]:
    """One package with the whole weight, or as many as there are with an even share of it."""
    count = max(record.packages, 1)
    first, rest = grams // count + grams % count, grams // count
    return tuple(_package(record, rest if at else first) for at in range(count))


def _package(record: Record, grams: int) -> Package:
    sides = (record.length_mm, record.width_mm, record.height_mm)
    if not all(sides):
        return Package(weight_grams=grams)
    length, width, height = map(_cm, sides)
    return Package(weight_grams=grams, length_cm=length, width_cm=width, height_cm=height)


def _cm(side: int | None) -> Decimal:
    return Decimal(side or 0) / 10


def _line(line: Line) -> CustomsLine:
    return CustomsLine(
        description=line.description_en,
        quantity=line.quantity,
        unit_price=line.unit_price,
        net_weight_grams=line.net_grams or 0,
        origin=line.origin,
        unit=UNITS.get(line.unit.upper(), "PCS"),
        chinese_name=line.description_cn,
        english_name=line.description_en,
        sku=line.sku,
        gross_weight_grams=line.gross_grams or 0,
        import_hs_code=line.import_code or line.hs_code,
        export_hs_code=line.export_code,
        pieces=line.quantity,
    )


def _duties(record: Record) -> Payer | None:
    if record.incoterm == IncotermCode.DDP.value:
        return Payer("DDP")
    if record.incoterm in {IncotermCode.DAP.value, IncotermCode.DDU.value}:
        return Payer("DDU")
    return None


def _invoice(record: Record) -> Invoice | None:
    if not record.invoice_number or record.invoice_date is None:
        return None
    return Invoice(date=record.invoice_date, number=record.invoice_number)
