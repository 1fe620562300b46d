"""From an order to its documents: a shop that exports, parcels sent by the real services."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pypdfium2 as pdfium
from lxml import etree

from apps.accounts.models import Merchant
from apps.core.actions import Actor
from apps.customs.choices import DocumentKind
from apps.customs.models import Certificate, Consignment, Exporter, HsConfirmation, Product
from apps.customs.record import Record, from_json
from apps.customs.selectors import current_version
from apps.customs.services import follow_shipments, supply_missing
from apps.customs.services.documents import make_document
from apps.orders.drafts import CustomsDraft, LineDraft, PaymentDraft
from apps.orders.models import Order
from apps.orders.services import follow_customs, send_ready_bookings
from tests.orders.builders import NOW, booking_of, make_merchant, make_order

STAFF = Actor.system("customs.staff")
SHIRT = LineDraft(title="纯棉T恤", sku="TS-1", quantity=2, unit_price=Decimal("10.00"))
FISH_OIL = LineDraft(title="深海鱼油", sku="FO-1", quantity=1, unit_price=Decimal("24.00"))
PAID = PaymentDraft("PAY-7781", "支付宝（中国）网络技术有限公司", None, "USD", NOW)
PLACES: dict[str, dict[str, str]] = {
    "DE": {"street": "Heidestraße 17", "city": "Köln", "postcode": "51147",
           "phone": "+4915112345678"},
    "US": {"street": "1 Main St", "city": "Springfield", "province": "IL", "postcode": "62701",
           "phone": "+12175550123"},
    "GB": {"street": "221B Baker St", "city": "London", "postcode": "NW1 6XE",
           "phone": "+442079460000"},
    "JP": {"street": "1-1 Chiyoda", "city": "Tokyo", "postcode": "100-8111",
           "phone": "+81312345678"},
    "AU": {"street": "1 George St", "city": "Sydney", "province": "NSW", "postcode": "2000",
           "phone": "+61292345678"},
    "BR": {"street": "Av Paulista 1", "city": "São Paulo", "province": "SP",
           "postcode": "01310-100", "phone": "+5511987654321"},
    "NO": {"street": "Karl Johans gate 1", "city": "Oslo", "postcode": "0154",
           "phone": "+4722345678"},
}  # fmt: skip
CODES = {
    "": "610910", "CN": "6109100010", "US": "6109100012", "EU": "6109100010",
    "GB": "6109100010", "JP": "610910010", "AU": "61091000", "BR": "61091000",
}  # fmt: skip
NUMBER = "RR473124829CN"


def shop() -> Merchant:
    """A merchant whose exporter and products lack nothing a person has to enter once."""
    merchant = make_merchant(currency="USD")
    Exporter.objects.create(
        merchant=merchant,
        name_en="Hangzhou Aoki Trading Co., Ltd.", name_cn="杭州青木贸易有限公司",
        street="Wensan Rd 90", city="Hangzhou", region="Zhejiang", postcode="310012", country="CN",
        phone="+8657112345678", email="trade@aoki.example.org",
        identifiers=[
            {"kind": "cn_uscc", "value": "91110000600037341L", "country": "CN"},
            {"kind": "cn_customs", "value": "3301960ABC", "country": "CN"},
            {"kind": "ioss", "value": "IM3720000789"},
            {"kind": "gb_vat", "value": "GB980780684", "country": "GB"},
            {"kind": "au_arn", "value": "300012345678", "country": "AU"},
        ],
        responsible={
            "name": "Aoki EU GmbH", "kind": "company", "email": "eu@aoki.example.org",
            "address": {"street": "Am Markt 1", "city": "Bremen", "country": "DE"},
        },
        customs_code="2900", port_code="2910", platform="Aoki Store",
        shop_url="https://aoki.example.org",
    )  # fmt: skip
    shirt = Product.objects.create(
        merchant=merchant, sku="TS-1", name_en="T-shirt, knitted, men's", name_cn="针织男式T恤衫",
        material="100% cotton", use="everyday wear", brand="Aoki", model="TS-1", origin="CN",
        net_grams=150, gross_grams=170,
    )  # fmt: skip
    oil = Product.objects.create(
        merchant=merchant, sku="FO-1", name_en="Fish oil softgel capsules", name_cn="鱼油软胶囊",
        material="fish oil, gelatin", use="dietary supplement", brand="Aoki", origin="CN",
        net_grams=200, gross_grams=240, goods_class="supplement", fda_product_code="54FCC",
        fda_intended_use="dietary supplement", fda_manufacturer="Aoki Bio Ltd",
        fda_facility="12345678901",
    )  # fmt: skip
    Certificate.objects.create(product=oil, kind="health", number="H-2026-1")
    rows = [(shirt, country, code) for country, code in CODES.items()]
    rows += [(oil, "", "210690"), (oil, "CN", "2106909090"), (oil, "US", "2106909998")]
    HsConfirmation.objects.bulk_create(
        HsConfirmation(product=product, country=country, code=code, confirmed_by="user:lin")
        for product, country, code in rows
    )
    return merchant


@dataclass(frozen=True, slots=True)
class Crossing:
    """One order of one parcel, and what customs knows of it."""

    order: Order

    @property
    def consignment(self) -> Consignment:
        """Return the consignment as it stands now."""
        return Consignment.objects.get(shipment__parcel__order=self.order)

    @property
    def record(self) -> Record:
        """Return the record that counts."""
        return from_json(current_version(self.consignment).record)

    @property
    def regimes(self) -> dict[str, tuple[str, str, int]]:
        """Return regime, state and score of each border, "import:US" by name."""
        rows = self.consignment.declarations.order_by("pk")
        return {f"{row.direction}:{row.country}": (row.regime, row.state, row.score)
                for row in rows}  # fmt: skip

    @property
    def asked(self) -> set[tuple[str, int | None, str]]:
        """Return what keeps the parcel here: field, line, who supplies it."""
        return {
            (one["field"], one["line"], one["supplier"])
            for one in current_version(self.consignment).findings
            if one["severity"] == "block"
        }

    @property
    def waits(self) -> list[str]:
        """Return why the parcel is not booked."""
        return list(booking_of(self.order).hold_reasons)

    def supply(self, values: dict[str, Any]) -> None:
        """Write values by path, as staff do."""
        supply_missing(consignment=self.consignment, changes=values, actor=STAFF)

    def release(self) -> None:
        """Let orders hear that customs lacks nothing any more."""
        follow_customs()

    def book(self) -> None:
        """Book it, let customs hear its number, and supply the statutory units (piece: 011)."""
        send_ready_bookings()
        follow_shipments()
        units: dict[str, Any] = {}
        for line in self.record.lines:
            units[f"lines.{line.position}.first_quantity"] = str(line.quantity)
            units[f"lines.{line.position}.first_unit"] = "011"
        self.supply(units)

    def make(self, kind: DocumentKind) -> Any:
        """Return a document as data: fields of XML or JSON, the text of a paper's pages."""
        made = make_document(consignment=self.consignment, kind=kind, actor=STAFF)
        if made.content_type.endswith("json"):
            return json.loads(made.content)
        if made.content_type.endswith("xml"):
            return fields_of(made.content)
        return text_of(made.content)


def send(merchant: Merchant, country: str, *lines: LineDraft, **said: Any) -> Crossing:
    """Place an order to a country by the real service; ``said`` is what the shop says."""
    goods = lines or (SHIRT,)
    total = sum((line.unit_price * line.quantity for line in goods), Decimal(0))
    values: dict[str, Any] = {"transport": "express", "invoice_number": "INV-7"}
    paid = PaymentDraft(PAID.number, PAID.firm, total, "USD", NOW)
    place = {f"to_{name}": value for name, value in PLACES[country].items()}
    order = make_order(
        merchant,
        lines=goods,
        currency="USD",
        to_name="Erika Mustermann",
        to_address="",
        to_country=country,
        **place,
        customs=CustomsDraft(**values | {"payment": paid} | said),
    )
    return Crossing(order)


def fields_of(xml: bytes) -> dict[str, Any]:
    """Return the head of a message by element, its lines as a list under "lines"."""
    found: dict[str, Any] = {"lines": []}
    body = etree.fromstring(xml)[0]
    for part in body:
        own = {etree.QName(leaf).localname: leaf.text for leaf in part}
        if etree.QName(part).localname.endswith("Head"):
            found.update(own)
        elif own:
            found["lines"].append(own)
        else:
            found[etree.QName(part).localname] = part.text
    return found


def text_of(pdf: bytes) -> str:
    """Return the words of every page, one space between them."""
    document = pdfium.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split())
