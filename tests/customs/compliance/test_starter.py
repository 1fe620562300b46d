"""The starter set: each rule fires for what it names and only for that, and says what to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from apps.customs.compliance.content import RuleContent
from apps.customs.record import Battery, CertificateRef, FdaData, Party, Record
from tests.customs.compliance.samples import line, record
from tests.customs.compliance.starter import contents, fired
from tests.customs.hs.listings import listings

RULES = {rule.key: rule for content in contents() for rule in content.rules}
AFTER_REFORM = dt.datetime(2028, 4, 2, tzinfo=dt.UTC)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
ALONE, INSIDE = Battery("un3480", Decimal(37)), Battery("un3481_inside", Decimal(4))
STRONG = Battery("un3480", Decimal(160))
NAMED = Party("EU Rep GmbH")
Case = tuple[Record, Record]


def paper(kind: str, until: dt.date | None = None) -> tuple[CertificateRef, ...]:
    """Return a paper of a line."""
    return (CertificateRef(kind, "N-1", until),)


def of(
    to: str, *, way: str = "express", parcel: dict[str, Any] | None = None, **goods: Any
) -> Record:
    """Return a parcel with one line, answered for in the Union."""
    given = {"service": way, "responsible": NAMED} | (parcel or {})
    return record(line(**goods), to=to, **given)


CASES: dict[str, Case] = {
    "eu_vague_name": (of("DE", title="Gift"), of("DE", title="Gift box of paper")),
    "us_vague_name": (of("US", title="accessories"), of("US", title="Hair accessories of silk")),
    "eu_responsible_person": (
        of("DE", parcel={"responsible": None}),
        of("DE", parcel={"responsible": None}, goods_class="food"),
    ),
    "eu_animal_supplement": (
        of("FR", goods_class="supplement", material="vitamin D3, gelatine, soybean oil"),
        of("FR", goods_class="supplement", material="vitamin C, pectin"),
    ),
    "eu_animal_products": (of("DE", hs_code="040690"), of("DE", hs_code="040790")),
    "eu_toys_ce": (
        of("DE", hs_code="950300"),
        of("DE", hs_code="950300", certificates=paper("ce")),
    ),
    "us_toys_cpc": (
        of("US", hs_code="950300", certificates=paper("cpc", dt.date(2026, 1, 1))),
        of("US", hs_code="950300", certificates=paper("cpc", dt.date(2027, 1, 1))),
    ),
    "us_prior_notice_window": (
        of("US", hs_code="210690"),
        of("US", hs_code="210690", fda=FdaData(prior_notice="240123456789")),
    ),
    "kr_pccc_matches": (of("KR"), of("JP")),
    "gb_above_limit": (
        of("GB", parcel={"currency": "GBP", "total": Decimal("135.01")}),
        of("GB", parcel={"currency": "GBP", "total": Decimal(135)}),
    ),
    "au_above_limit": (
        of("AU", parcel={"currency": "AUD", "total": Decimal(1001)}),
        of("AU", parcel={"currency": "AUD", "total": Decimal(1000)}),
    ),
    "country_not_looked_at": (of("NG"), of("MC")),
    "embargoed_country": (of("KP"), of("KR")),
    "battery_alone_post": (
        of("US", way="post", battery=ALONE),
        of("US", way="post", battery=INSIDE),
    ),
    "power_bank_post": (
        of("US", way="post", title="Power-bank, 20000 mAh"),
        of("US", way="post", title="Bank of power tools"),
    ),
    "power_bank_unstated": (
        of("US", title="大容量充电宝 20000mAh"),
        of("US", title="大容量充电宝 20000mAh", battery=ALONE),
    ),
    "lithium_papers": (
        of("US", battery=INSIDE),
        of("US", battery=INSIDE, certificates=paper("un383")),
    ),
    "battery_over_100wh": (of("US", battery=STRONG), of("US", battery=ALONE)),
    "flammable_post": (
        of("JP", way="post", goods_class="aerosol"),
        of("JP", goods_class="aerosol"),
    ),
    "liquid_powder_post": (
        of("JP", way="post", goods_class="liquid"),
        of("JP", goods_class="liquid"),
    ),
    "magnets": (
        of("JP", goods_class="magnetic"),
        of("JP", goods_class="magnetic", certificates=paper("msds")),
    ),
    "blades": (
        of("GB", title="Throwing knives, set of 3"),
        of("GB", title="Knife block of bamboo"),
    ),
    "weapons": (of("US", title="Rifle scope 4x32"), of("US", title="Telescope for children")),
    "e_cigarettes": (of("US", hs_code="854340"), of("US", hs_code="854370")),
    "medicine": (of("JP", goods_class="medicine"), of("JP", goods_class="cosmetics")),
    "plants_papers": (
        of("JP", goods_class="plant"),
        of("JP", goods_class="plant", certificates=paper("health")),
    ),
    "brand_authorisation": (
        of("US", title="Nike running shoes"),
        of("US", title="Nike running shoes", certificates=paper("brand")),
    ),
    "value_floor": (
        of("US", unit_price=Decimal("0.10")),
        of("US", unit_price=Decimal("0.10"), parcel={"reason": "sample"}),
    ),
}


def keys(parcel: Record, at: dt.datetime = NOON) -> set[str]:
    """Return the rules that fire for a parcel."""
    return {one.rule.key for one in fired(parcel, at)}


@pytest.mark.parametrize("key", CASES)
def test_a_rule_fires_for_what_it_names_and_only_for_that(key: str) -> None:
    fires, silent = CASES[key]
    assert key in keys(fires)
    assert key not in keys(silent)
    assert not any(one.unjudged for one in fired(fires))


def test_every_rule_of_the_set_was_shown_to_fire() -> None:
    assert {*CASES, "jp_small_parcels_taxed"} == set(RULES)


@pytest.mark.parametrize("to", ["DE", "US", "GB", "JP", "AU", "BR"])
def test_sound_goods_go_everywhere(to: str) -> None:
    assert keys(of(to)) == set()


def test_of_good_titles_only_the_one_of_a_protected_brand_is_held() -> None:
    titles = [listing.query.title for listing in listings()]
    held = [title for title in titles if keys(of("US", title=title))]
    assert len(titles) > 300
    assert [title[:12] for title in held] == ["Nike Air Max"]


@pytest.mark.parametrize(
    ("moment", "fires"),
    [("2028-03-31T14:59:59+00:00", False), ("2028-03-31T15:00:00+00:00", True)],
)
def test_japans_reform_begins_at_midnight_in_tokyo(moment: str, fires: bool) -> None:
    small = of("JP", parcel={"currency": "JPY", "total": Decimal(9000)})
    assert ("jp_small_parcels_taxed" in keys(small, dt.datetime.fromisoformat(moment))) is fires
    dear = replace(small, total=Decimal(10001))
    assert "jp_small_parcels_taxed" not in keys(dear, AFTER_REFORM)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.key)
def test_a_rule_says_in_both_languages_what_to_do_by_whose_word_and_who_keeps_it(
    rule: RuleContent,
) -> None:
    texts = (
        rule.title_zh,
        rule.title_en,
        rule.message_zh,
        rule.message_en,
        rule.fix_zh,
        rule.fix_en,
    )
    assert all(texts)
    assert all(rule.message_zh.endswith("。") and text for text in texts)
    assert rule.legal_basis
    assert rule.owner
    assert rule.review_by is not None
    assert ("[K]" in rule.legal_basis) is (rule.source_checked_on is None)
    if rule.action in {"need_field", "need_document"}:
        assert rule.need
