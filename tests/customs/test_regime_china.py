"""Exports from China by each mode: order, receipt, waybill and list, field by field (§1.4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.customs.choices import DocumentKind as K
from apps.customs.documents.built import DocumentRefused
from apps.orders.drafts import TaxIdDraft
from tests.customs.crossing import SHIRT, send, shop

pytestmark = pytest.mark.usefixtures("books")
FIRM = {
    "company": "Muster GmbH",
    "tax_ids": (TaxIdDraft("eori", "DE123456789012345", "DE"),),
}
FIRMS = {"ebpCode": "3301960ABC", "ebpName": "Aoki Store", "ebcCode": "3301960ABC",
         "ebcName": "杭州青木贸易有限公司"}  # fmt: skip
COMMON = {"appType": "1", "appTime": "20261122100000", "appStatus": "2"}


def without_guid(fields: dict[str, object]) -> dict[str, object]:
    assert len(str(fields.pop("guid"))) == 36
    return fields


def test_9610_retail_sends_order_receipt_waybill_and_list():
    one = send(shop(), "US", SHIRT, freight=Decimal("4.50"), insurance=Decimal("0.50"))
    assert one.regimes["export:CN"] == ("cn_9610", "complete", 100)
    assert one.waits == []
    number = one.order.number
    one.book()
    order = without_guid(one.make(K.CEB_ORDER))
    (goods,) = order.pop("lines")
    assert order == COMMON | FIRMS | {
        "orderType": "E", "orderNo": number, "goodsValue": "20", "freight": "4.5",
        "currency": "502",
    }  # fmt: skip
    assert goods == {
        "gnum": "1", "itemNo": "TS-1", "itemName": "针织男式T恤衫", "itemDescribe": "纯棉T恤",
        "barCode": "无", "unit": "011", "currency": "502", "qty": "2", "price": "10",
        "totalPrice": "20",
    }  # fmt: skip
    receipt = without_guid(one.make(K.CEB_RECEIPT))
    assert receipt == COMMON | FIRMS | {
        "lines": [], "orderNo": number, "payNo": "PAY-7781",
        "payName": "支付宝(中国)网络技术有限公司", "charge": "20", "currency": "502",
        "accountingDate": "20261122100000",
    }  # fmt: skip
    waybill = one.make(K.CEB_WAYBILL)
    assert waybill["logisticsNo"] == "RR473124829CN"
    assert (waybill["freight"], waybill["insuredFee"], waybill["grossWeight"]) == (
        "4.5", "0.5", "0.5",
    )  # fmt: skip
    made = without_guid(one.make(K.CEB_LIST))
    (line,) = made.pop("lines")
    assert len(made.pop("copNo")) <= 30
    assert made == COMMON | FIRMS | {
        "customsCode": "2900", "orderNo": number, "logisticsCode": "EMSGUOJI",
        "logisticsName": "emsguoji", "logisticsNo": "RR473124829CN", "ieFlag": "E",
        "portCode": "2910", "ieDate": "20261122", "statisticsFlag": "B",
        "ownerCode": "91110000600037341L", "ownerName": "杭州青木贸易有限公司",
        "tradeMode": "9610", "trafMode": "5", "country": "502", "POD": "502",
        "freight": "4.5", "fCurrency": "502", "fFlag": "3",
        "insuredFee": "0.5", "iCurrency": "502", "iFlag": "3",
        "wrapType": "2", "packNo": "1", "grossWeight": "0.5", "netWeight": "0.3",
    }  # fmt: skip
    assert line == {
        "gnum": "1", "itemNo": "TS-1", "itemName": "针织男式T恤衫", "gcode": "6109100010",
        "gname": "针织男式T恤衫",
        "gmodel": "品牌:Aoki|型号:TS-1|材质:100% cotton|用途:everyday wear",
        "barCode": "无", "country": "142", "currency": "502", "qty": "2", "qty1": "2",
        "unit": "011", "unit1": "011", "price": "10", "totalPrice": "20",
    }  # fmt: skip


def test_9610_without_a_receipt_is_held_and_names_the_shop():
    one = send(shop(), "US", payment=None)
    assert one.waits == ["declaration"]
    assert one.asked == {
        (f"payment.{name}", None, "storefront")
        for name in ("number", "firm", "amount", "currency", "paid_at")
    }


@pytest.mark.parametrize("mode", ["9710", "9810"])
def test_trade_modes_go_to_a_firm_without_a_receipt(mode):
    one = send(shop(), "DE", SHIRT, export_mode=mode, payment=None, **FIRM)
    assert one.regimes == {
        "export:CN": (f"cn_{mode}", "complete", 100),
        "import:DE": ("eu_h1", "complete", 100),
    }
    one.book()
    made = one.make(K.CEB_LIST)
    assert (made["tradeMode"], made["country"]) == (mode, "304")
    assert "iacCode" not in made
    assert one.make(K.CEB_ORDER)["orderNo"] == one.order.number


def test_1210_needs_the_account_of_the_bonded_area_and_each_lines_number_in_it():
    one = send(shop(), "DE", SHIRT, replace(SHIRT, title="T恤 B"), export_mode="1210", **FIRM)
    assert one.asked == {
        ("bonded_account", None, "customs_staff"),
        ("bonded_operator", None, "customs_staff"),
        ("lines.bonded_item", 1, "customs_staff"),
        ("lines.bonded_item", 2, "customs_staff"),
    }
    one.supply(
        {
            "bonded_account": "T3301W000123",
            "bonded_operator": "3301W60001",
            "lines.1.bonded_item": "12",
            "lines.2.bonded_item": "13",
        }
    )
    assert one.regimes["export:CN"] == ("cn_1210", "complete", 100)
    one.release()
    one.book()
    made = one.make(K.CEB_LIST)
    assert (made["tradeMode"], made["emsNo"], made["iacCode"]) == (
        "1210", "T3301W000123", "3301W60001",
    )  # fmt: skip
    assert [line["itemRecordNo"] for line in made["lines"]] == ["12", "13"]


def test_what_only_the_booking_brings_keeps_the_list_back_not_the_parcel():
    one = send(shop(), "US")
    assert one.waits == []
    with pytest.raises(DocumentRefused) as refused:
        one.make(K.CEB_LIST)
    missing = {finding.field for finding in refused.value.findings}
    assert missing >= {"number", "lines.first_quantity", "lines.first_unit"}
