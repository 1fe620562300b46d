"""Into GB, Japan, Australia and Brazil: who is known by which number, from which value (§1.7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.customs.choices import DocumentKind as K
from apps.customs.models import Exporter, HsConfirmation
from apps.orders.drafts import TaxIdDraft
from tests.customs.crossing import SHIRT, Crossing, send, shop

pytestmark = pytest.mark.usefixtures("books")
DEAR = replace(SHIRT, unit_price=Decimal(600))
CPF = TaxIdDraft("br_cpf", "390.533.447-05", "BR", consent=True)


def goods_on(one: Crossing) -> tuple[str, dict[str, object]]:
    """The invoice's words and the e-waybill's line: the papers every country has."""
    one.book()
    waybill = one.make(K.EWAYBILL)
    (line,) = waybill["exportInfos"]
    return one.make(K.INVOICE), {**line, "to": waybill["recMan"]["countryCode"]}


def test_gb_up_to_135_pounds_knows_the_seller_by_its_vat_number():
    merchant = shop()
    one = send(merchant, "GB")
    assert one.regimes["import:GB"] == ("gb_import", "complete", 100)
    invoice, line = goods_on(one)
    for words in ("INV-7", "GB VAT GB980780684", "NW1 6XE", "20.00", "DAP", "6109100010"):
        assert words in invoice
    assert (line["to"], line["importCommodityCode"]) == ("GB", "6109100010")
    Exporter.objects.update(identifiers=[])
    found = send(merchant, "GB").asked
    assert ("seller.identifiers", None, "exporter") in found


def test_gb_above_the_limit_wants_ten_digits_and_of_a_firm_its_eori():
    merchant = shop()
    HsConfirmation.objects.filter(country="GB").delete()
    one = send(merchant, "GB", DEAR, company="Muster Ltd")
    assert one.asked == {
        ("recipient.identifiers", None, "recipient"),
        ("lines.import_code", 1, "customs_staff"),
    }
    assert one.waits == ["declaration"]


def test_japan_wants_phone_and_postcode_and_its_nine_digits_help():
    one = send(shop(), "JP")
    assert one.regimes["import:JP"] == ("jp_import", "complete", 100)
    invoice, line = goods_on(one)
    for words in ("100-8111", "+81312345678", "610910010", "China (CN)"):
        assert words in invoice
    assert (line["to"], line["manufacturingCountryCode"]) == ("JP", "CN")


def test_australia_up_to_1000_dollars_knows_the_vendor_by_its_arn():
    merchant = shop()
    one = send(merchant, "AU")
    assert one.regimes["import:AU"] == ("au_import", "complete", 100)
    invoice, line = goods_on(one)
    for words in ("AU ARN 300012345678", "Sydney", "61091000"):
        assert words in invoice
    assert line["to"] == "AU"
    HsConfirmation.objects.filter(country="AU").delete()
    assert send(merchant, "AU", DEAR).asked == {("lines.import_code", 1, "customs_staff")}


def test_brazil_clears_nothing_without_the_recipients_cpf():
    merchant = shop()
    one = send(merchant, "BR")
    assert one.asked == {("recipient.identifiers", None, "recipient")}
    assert one.waits == ["declaration"]
    one = send(merchant, "BR", tax_ids=(CPF,))
    assert one.regimes["import:BR"] == ("br_import", "complete", 100)
    assert one.waits == []
    invoice, line = goods_on(one)
    for words in ("São Paulo", "01310-100", "61091000"):
        assert words in invoice
    assert line["to"] == "BR"


def test_a_cpf_that_does_not_add_up_is_named():
    one = send(shop(), "BR", tax_ids=(replace(CPF, value="390.533.447-06"),))
    assert one.asked == {("recipient.identifiers", None, "recipient")}
