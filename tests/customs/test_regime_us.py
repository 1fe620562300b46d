"""Into the US: entry data with ten digits, the FDA's where due, prior notice for food (§1.6)."""

from __future__ import annotations

import pytest

from apps.customs.choices import DocumentKind as K
from tests.customs.crossing import FISH_OIL, NUMBER, SHIRT, send, shop

pytestmark = pytest.mark.usefixtures("books")


def test_supplements_wait_for_prior_notice_and_go_with_it():
    one = send(shop(), "US", SHIRT, FISH_OIL)
    assert one.waits == ["declaration"]
    assert one.asked == {("lines.fda.prior_notice", 2, "storefront")}
    assert one.regimes["import:US"][:2] == ("us_entry", "draft")
    one.supply({"lines.2.fda.prior_notice": "202611220001"})
    assert one.asked == set()
    assert one.regimes["import:US"] == ("us_entry", "complete", 100)
    assert one.waits == ["declaration"]
    one.release()
    assert one.waits == []
    one.book()
    data = one.make(K.US_ENTRY)
    assert (data["transport_document"], data["carrier"]) == (NUMBER, "emsguoji")
    assert data["entry"] == "formal_or_informal"
    assert data["consignee"]["name"] == "Erika Mustermann"
    assert data["consignee"]["address"] == {
        "street": "1 Main St", "city": "Springfield", "region": "IL", "postcode": "62701",
        "country": "US",
    }  # fmt: skip
    assert data["shipper"]["name"] == "Hangzhou Aoki Trading Co., Ltd."
    assert data["country_of_export"] == "CN"
    assert data["total_value"] == {"amount": "44", "currency": "USD"}
    assert data["fda_regulated"] is True
    shirt, oil = data["lines"]
    assert (shirt["hts"], shirt["country_of_origin"], shirt["net_weight_kg"]) == (
        "6109100012", "CN", "0.300",
    )  # fmt: skip
    assert shirt["description"] == "T-shirt, knitted, men's, 100% cotton, everyday wear"
    assert "fda" not in shirt
    assert oil["hts"] == "2106909998"
    assert oil["fda"] == {
        "product_code": "54FCC",
        "intended_use": "dietary supplement",
        "manufacturer": "Aoki Bio Ltd",
        "facility": "12345678901",
        "prior_notice": "202611220001",
    }


def test_shirts_need_no_fda_data_and_no_limit_lets_them_in_without_an_entry():
    one = send(shop(), "US")
    assert one.regimes["import:US"] == ("us_entry", "complete", 100)
    assert one.waits == []


def test_by_post_the_form_is_asked_for_as_well_and_the_entry_is_mail():
    one = send(shop(), "US", transport="post")
    assert one.regimes == {
        "export:CN": ("cn_postal", "complete", 100),
        "import:US": ("us_entry", "complete", 100),
    }
    one.book()
    assert one.make(K.US_ENTRY)["entry"] == "mail"
    assert "610910" in one.make(K.CN22)
