"""Into the EU: H7 with IOSS up to EUR 150, else H1, field by field (§1.5)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.customs.choices import DocumentKind as K
from apps.customs.documents.built import DocumentRefused
from apps.customs.models import HsConfirmation
from apps.customs.selectors import current_version
from apps.orders.drafts import TaxIdDraft
from tests.customs.crossing import NUMBER, SHIRT, send, shop

pytestmark = pytest.mark.usefixtures("books")
DEAR = replace(SHIRT, unit_price=Decimal(200))


def test_h7_has_the_ioss_number_six_digits_and_the_goods():
    one = send(shop(), "DE", SHIRT, freight=Decimal("4.50"))
    assert one.regimes["import:DE"] == ("eu_h7", "complete", 100)
    assert one.waits == []
    one.book()
    data = one.make(K.H7)
    assert data["declaration"] == "H7"
    assert data["additional_procedures"] == ["C07", "F48"]
    assert data["fiscal_references"] == [{"role": "FR5", "number": "IM3720000789"}]
    assert data["transport_document"] == NUMBER
    assert data["exporter"]["name"] == "Hangzhou Aoki Trading Co., Ltd."
    assert data["exporter"]["address"] == {
        "street": "Wensan Rd 90", "city": "Hangzhou", "region": "Zhejiang",
        "postcode": "310012", "country": "CN",
    }  # fmt: skip
    assert data["importer"]["name"] == "Erika Mustermann"
    assert data["importer"]["address"]["postcode"] == "51147"
    assert data["responsible_person"]["name"] == "Aoki EU GmbH"
    assert (data["country_of_dispatch"], data["country_of_destination"]) == ("CN", "DE")
    assert data["gross_mass_kg"] == "0.500"
    assert data["intrinsic_value"] == {"amount": "20", "currency": "USD"}
    assert data["transport_costs"] == {"amount": "4.5", "currency": "USD"}
    (item,) = data["items"]
    assert item["commodity_code"] == "610910"
    assert (item["country_of_origin"], item["net_mass_kg"], item["quantity"]) == ("CN", "0.300", 2)
    assert item["description"].startswith("T-shirt, knitted, men's")
    assert data["distinct_hs6"] == 1


def test_the_duty_per_code_is_told_with_the_order():
    one = send(shop(), "DE")
    (told,) = [f for f in current_version(one.consignment).findings if f["code"] == "eu_item_duty"]
    assert told["severity"] == "info"
    assert told["detail"] == {"codes": "1", "amount": "3.00", "currency": "EUR"}


def test_a_firm_takes_the_goods_in_by_h1_with_its_eori_and_ten_digits():
    firm = {"company": "Muster GmbH", "tax_ids": (TaxIdDraft("eori", "DE123456789012345", "DE"),)}
    one = send(shop(), "DE", DEAR, **firm)
    assert one.regimes["import:DE"] == ("eu_h1", "complete", 100)
    one.book()
    data = one.make(K.H1)
    assert (data["declaration"], data["procedure"]) == ("H1", "4000")
    assert data["nature_of_transaction"] == "11"
    assert data["importer"]["name"] == "Muster GmbH"
    assert {"kind": "eori", "value": "DE123456789012345", "country": "DE"} in (
        data["importer"]["identifiers"]
    )
    assert data["incoterm"] == {"code": "DAP", "place": "Köln"}
    assert data["invoice"] == {
        "number": "INV-7", "date": "2026-11-22", "total": {"amount": "400", "currency": "USD"},
    }  # fmt: skip
    (item,) = data["items"]
    assert item["commodity_code"] == "6109100010"
    assert item["unit_price"] == {"amount": "200", "currency": "USD"}


def test_above_the_limit_the_tariffs_whole_code_is_asked_of_staff():
    merchant = shop()
    HsConfirmation.objects.filter(country="EU").delete()
    one = send(merchant, "DE", DEAR)
    assert one.regimes["import:DE"][:2] == ("eu_h1", "draft")
    assert one.asked == {("lines.import_code", 1, "customs_staff")}
    with pytest.raises(DocumentRefused):
        one.make(K.H1)


def test_a_bare_word_the_union_refuses_holds_the_parcel():
    merchant = shop()
    merchant.products.filter(sku="TS-1").update(name_en="Clothing")
    one = send(merchant, "DE")
    assert one.asked == {("lines.description_en", 1, "storefront")}
    assert one.waits == ["declaration"]
