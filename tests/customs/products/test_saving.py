"""Products, their codes and papers: saved, confirmed, told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from apps.accounts.models import Merchant
from apps.core.actions import Actor
from apps.core.models import ActionLog
from apps.customs.models import HsConfirmation, Product, ProductNews
from apps.customs.product_errors import InvalidProduct, ProductChanged
from apps.customs.product_selectors import products_by_sku
from apps.customs.services import add_certificate, confirm_hs, save_product, withdraw_hs
from tests.orders.builders import make_merchant

LIN = Actor("user", "7", "lin")
pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant()


def saved(merchant: Merchant, sku: str = "PB-10", **values: Any) -> Product:
    """Save a power bank."""
    given = {"name_cn": "充电宝", "origin": "CN", **values}
    return save_product(merchant_id=merchant.pk, sku=sku, values=given, actor=LIN).product


def test_saving_the_same_again_changes_nothing_and_logs_nothing(merchant: Merchant) -> None:
    row = saved(merchant)
    again = save_product(
        merchant_id=merchant.pk, sku=" PB-10 ", values={"name_cn": "充电宝"}, actor=LIN
    )
    assert (again.created, again.changed, again.product.pk) == (False, (), row.pk)
    assert again.product.version == 1
    assert ActionLog.objects.filter(action__startswith="customs.product").count() == 1


def test_replacing_returns_what_is_not_given_to_its_default(merchant: Merchant) -> None:
    saved(merchant, material="ABS")
    done = save_product(
        merchant_id=merchant.pk, sku="PB-10", values={"name_cn": "充电宝"}, actor=LIN, replace=True
    )
    assert done.changed == ("material", "origin")
    assert (done.product.material, done.product.version) == ("", 2)


def test_a_product_that_somebody_changed_meanwhile_is_not_overwritten(merchant: Merchant) -> None:
    saved(merchant)
    saved(merchant, material="ABS")
    with pytest.raises(ProductChanged):
        save_product(
            merchant_id=merchant.pk, sku="PB-10", values={"material": "PC"}, actor=LIN,
            expected_version=1,
        )  # fmt: skip
    assert Product.objects.get().material == "ABS"


def test_an_impossible_product_is_refused_whole_with_every_field(merchant: Merchant) -> None:
    with pytest.raises(InvalidProduct) as refused:
        saved(merchant, sku="=1", name_en="<b>", net_grams="x")
    assert [one.field for one in refused.value.problems] == ["sku", "name_en", "net_grams"]
    assert not Product.objects.exists()


def test_a_newer_confirmation_withdraws_the_one_before_for_its_country_only(
    merchant: Merchant,
) -> None:
    row = saved(merchant)
    for code, country in (("850760", ""), ("8507.60.0020", "US"), ("850440", "")):
        confirm_hs(product=row, code=code, country=country, actor=LIN, evidence="broker's letter")
    facts = products_by_sku(merchant.pk, ["PB-10", "unknown"])["PB-10"]
    assert {code.country: code.code for code in facts.codes.values()} == {
        "": "850440",
        "US": "8507600020",
    }
    assert HsConfirmation.objects.filter(withdrawn_by="lin").get().code == "850760"
    assert facts.hs6 is not None
    assert facts.hs6.code == "850440"
    assert facts.code_for("DE") == facts.hs6
    assert facts.codes["US"].evidence == "broker's letter"


def test_confirming_the_same_code_again_is_the_same_confirmation(merchant: Merchant) -> None:
    row = saved(merchant)
    first = confirm_hs(product=row, code="850760", actor=LIN, evidence="a")
    assert confirm_hs(product=row, code="8507.60", actor=LIN, evidence="b").pk == first.pk


BAD_CODES = [
    ("85076", "", "2022", "hs_zero_lost"),
    ("8507", "", "2022", "hs_shape"),
    ("85o760", "", "2022", "hs_shape"),
    ("999999", "", "2022", "hs_unknown"),
    ("8507600020", "", "2022", "hs_needs_country"),
    ("850760", "XX", "2022", "unknown_country"),
    ("850760", "", "2017", "hs_edition"),
]


@pytest.mark.parametrize(("code", "country", "edition", "problem"), BAD_CODES)
def test_a_code_that_cannot_be_is_never_confirmed(
    merchant: Merchant, code: str, country: str, edition: str, problem: str
) -> None:
    row = saved(merchant)
    with pytest.raises(InvalidProduct) as refused:
        confirm_hs(product=row, code=code, country=country, edition=edition, actor=LIN, evidence="")
    assert [one.code for one in refused.value.problems] == [problem]
    assert not HsConfirmation.objects.exists()


def test_a_withdrawn_code_counts_no_longer_and_stays_to_be_read(merchant: Merchant) -> None:
    row = saved(merchant)
    made = confirm_hs(product=row, code="850760", actor=LIN, evidence="")
    withdraw_hs(confirmation=made, actor=LIN)
    withdraw_hs(confirmation=made, actor=Actor("user", "8", "wang"))
    assert products_by_sku(merchant.pk, ["PB-10"])["PB-10"].hs6 is None
    assert HsConfirmation.objects.get().withdrawn_by == "lin"


def test_a_paper_is_there_once_and_takes_its_new_date(merchant: Merchant) -> None:
    row = saved(merchant)
    for year in (2027, 2028):
        day = dt.date(year, 1, 31)
        add_certificate(product=row, kind="un383", number="T-1", valid_to=day, actor=LIN)
    (paper,) = products_by_sku(merchant.pk, ["PB-10"])["PB-10"].certificates
    assert (paper.kind, paper.number, paper.valid_to) == ("un383", "T-1", dt.date(2028, 1, 31))
    with pytest.raises(InvalidProduct):
        add_certificate(product=row, kind="passport", number="=1", actor=LIN)


def test_facts_of_many_skus_take_three_queries(
    merchant: Merchant, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        row = saved(merchant, sku=f"S-{number}", battery="un3481_inside", watt_hours="3.7")
        confirm_hs(product=row, code="850760", actor=LIN, evidence="")
    with django_assert_num_queries(3):
        found = products_by_sku(merchant.pk, [f"S-{number}" for number in range(5)])
    assert {one.battery.kind for one in found.values() if one.battery} == {"un3481_inside"}


def test_another_merchants_sku_is_not_found(merchant: Merchant) -> None:
    saved(make_merchant(name="别家"))
    assert products_by_sku(merchant.pk, ["PB-10"]) == {}


def test_every_change_is_noted_for_who_drafts_and_no_change_is_not(merchant: Merchant) -> None:
    row = saved(merchant)
    confirm_hs(product=row, code="850760", actor=LIN, evidence="")
    saved(merchant)
    noted = ProductNews.objects.values_list("merchant", "sku")
    assert list(noted) == [(merchant.pk, "PB-10")] * 2
