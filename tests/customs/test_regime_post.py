"""Postal items: CN22 up to 300 SDR and five kinds of goods, CN23 above; ITMATT beside (§1.2)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.customs.choices import DocumentKind as K
from apps.orders.drafts import TaxIdDraft
from tests.customs.crossing import FISH_OIL, SHIRT, send, shop

pytestmark = pytest.mark.usefixtures("books")


def test_a_small_postal_item_has_a_cn22_and_its_data():
    one = send(shop(), "NO", transport="post")
    assert one.regimes == {
        "export:CN": ("cn_postal", "complete", 100),
        "import:NO": ("cn22", "complete", 100),
    }
    assert one.waits == []
    one.book()
    paper = one.make(K.CN22)
    for words in (
        "CN 22", "T-shirt, knitted, men's", "610910", "CN", "0.300", "0.500", "20.00", "USD",
        "RR473124829CN",
    ):  # fmt: skip
        assert words in paper
    data = one.make(K.ITMATT)
    assert (data["item_id"], data["origin_country"], data["destination_country"]) == (
        "RR473124829CN", "CN", "NO",
    )  # fmt: skip
    assert data["nature_of_transaction"] == "sale_of_goods"
    assert (data["gross_weight_kg"], data["total_value"]) == (
        "0.500", {"amount": "20", "currency": "USD"},
    )  # fmt: skip
    assert data["sender"]["name"] == "Hangzhou Aoki Trading Co., Ltd."
    assert data["addressee"]["address"]["postcode"] == "0154"
    (piece,) = data["pieces"]
    assert {name: piece[name] for name in ("quantity", "net_weight_kg", "hs_code",
                                           "origin_country")} == {
        "quantity": 2, "net_weight_kg": "0.300", "hs_code": "610910", "origin_country": "CN",
    }  # fmt: skip
    assert "T-shirt, knitted, men's" in piece["description"]


def test_a_dear_postal_item_has_a_cn23():
    dear = replace(SHIRT, unit_price=Decimal(300))
    one = send(shop(), "NO", dear, transport="post", freight=Decimal("12.30"))
    assert one.regimes["import:NO"] == ("cn23", "complete", 100)
    one.book()
    paper = one.make(K.CN23)
    for words in (
        "CN 23", "Hangzhou Aoki Trading Co., Ltd.", "Wensan Rd 90", "Erika Mustermann",
        "Karl Johans gate 1", "0154", "Oslo", "+4722345678", "T-shirt, knitted, men's",
        "610910", "600.00", "12.30", "INV-7", "RR473124829CN",
    ):  # fmt: skip
        assert words in paper


def test_a_cn23_names_the_importers_number_and_the_goods_papers():
    cpf = TaxIdDraft("br_cpf", "390.533.447-05", "BR", consent=True)
    oil = replace(FISH_OIL, quantity=20)
    one = send(shop(), "BR", oil, transport="post", tax_ids=(cpf,))
    assert one.regimes["import:BR"] == ("br_import", "complete", 100)
    one.book()
    paper = one.make(K.CN23)
    for words in ("390.533.447-05", "H-2026-1", "210690", "São Paulo", "4.000", "480.00"):
        assert words in paper
    assert one.make(K.ITMATT)["certificates"] == ["H-2026-1"]


def test_six_kinds_of_goods_do_not_fit_a_cn22():
    lines = [replace(SHIRT, title=f"T恤 {n}", quantity=1) for n in range(6)]
    one = send(shop(), "NO", *lines, transport="post")
    assert one.regimes["import:NO"][0] == "cn23"


def test_a_gift_of_a_firm_is_no_gift():
    one = send(shop(), "NO", transport="post", reason="gift", payment=None)
    assert ("reason", None, "storefront") in one.asked
    assert one.waits == ["declaration"]
