"""The starter set through real orders: what it holds says what to do, what is sound goes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Merchant
from apps.core import clock
from apps.customs.compliance_live import binding_versions, content_of
from apps.customs.compliance_problems import draft_problems
from apps.customs.compliance_selectors import holding_findings, said
from apps.customs.models import Exporter, KeywordListVersion
from apps.customs.services import recheck_due
from apps.customs.services.keyword_storing import terms_of_version
from apps.orders.api.customs import declarations_of
from apps.orders.models import Order
from tests.customs.compliance.bound import checks_of, consignment_of
from tests.customs.declarations.abroad import GERMANY, abroad
from tests.orders.builders import NOW, booking_of
from tests.support.customs import bag, ready_to_export
from tests.support.starter import plant_starter

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("platform", "business", "wall", "starter"),
]
JAPAN = GERMANY | {
    "to_country": "JP",
    "to_street": "2-8-1 Nishi-Shinjuku",
    "to_city": "Tokyo",
    "to_province": "Tokyo",
    "to_postcode": "163-8001",
    "to_phone": "+81353211111",
}
REFORM = dt.datetime(2028, 3, 31, 15, tzinfo=dt.UTC)
"""Midnight of 1 April 2028 in Tokyo."""


@pytest.fixture
def starter(db: None) -> None:
    """The rules a new portal begins with."""
    plant_starter()


@pytest.fixture
def seller(shop: Merchant) -> Merchant:
    """The shop, with somebody in the Union who answers for its goods."""
    Exporter.objects.filter(merchant=shop).update(
        responsible={"name": "EU Rep GmbH", "kind": "company", "address": {"country": "DE"}}
    )
    return shop


def fired(order: Order) -> set[str]:
    """Return the rules of the starter set that fired in the latest check."""
    found = checks_of(order)[-1].findings.filter(set_code__in=["law", "carriage"])
    return {one.rule_key for one in found}


def test_the_sets_are_sound_but_for_the_sources_nobody_checked() -> None:
    versions = binding_versions(NOW)
    assert [(one.rule_set.code, one.number, one.approver) for one in versions] == [
        ("carriage", 1, "portal"),
        ("law", 1, "portal"),
    ]
    for version in versions:
        content = content_of(version)
        problems = draft_problems(content, at=NOW)
        assert [one for one in problems if one.stops] == []
        unchecked = {one.key for one in content.rules if one.source_checked_on is None}
        assert {one.rule_key for one in problems} == unchecked


def test_the_lists_are_whole_and_what_a_set_was_published_with() -> None:
    for version in KeywordListVersion.objects.all():
        assert version.terms_count == len(list(terms_of_version(version)))
    named = {ref.key: ref for one in binding_versions(NOW) for ref in content_of(one).lists}
    there = {one.keyword_list.key: one.digest for one in KeywordListVersion.objects.all()}
    assert {key: ref.digest for key, ref in named.items()} == there


def test_sound_goods_are_booked_at_once(seller: Merchant) -> None:
    order = abroad(seller)
    assert fired(order) == set()
    assert booking_of(order).state == "ready"


@pytest.mark.parametrize(
    ("key", "product", "field"),
    [
        ("eu_animal_supplement", {"goods_class": "supplement", "material": "gelatine"},
         "material"),
        ("lithium_papers", {"battery": "un3481_inside", "watt_hours": "4"}, "certificates"),
        ("brand_authorisation", {"name_en": "Nike tote bag of cotton"}, "certificates"),
        ("e_cigarettes", {"name_cn": "一次性电子烟"}, "title"),
    ],
)  # fmt: skip
def test_what_a_rule_holds_waits_and_says_what_to_do(
    seller: Merchant, key: str, product: dict[str, Any], field: str
) -> None:
    ready_to_export(seller, **product)
    order = abroad(seller)
    (found,) = holding_findings(consignment_of(order).pk)
    assert (found.rule_key, found.field, found.line) == (key, field, 1)
    assert said(found, "fix")["zh"]
    assert "compliance" in booking_of(order).hold_reasons


def test_nobody_in_the_union_answers_for_the_goods(shop: Merchant) -> None:
    order = abroad(shop)
    (found,) = holding_findings(consignment_of(order).pk)
    assert (found.rule_key, found.field, found.line) == (
        "eu_responsible_person", "responsible.name", None,
    )  # fmt: skip


def test_a_law_of_a_future_day_is_told_from_midnight_of_its_place_on(seller: Merchant) -> None:
    with clock.frozen(REFORM - dt.timedelta(seconds=1)):
        before = abroad(seller, JAPAN, lines=(bag(),))
        assert "jp_small_parcels_taxed" not in fired(before)
    with clock.frozen(REFORM):
        assert "jp_small_parcels_taxed" in fired(abroad(seller, JAPAN, lines=(bag(),)))
        recheck_due()
        assert "jp_small_parcels_taxed" in fired(before)
        assert [one.versions["law"]["number"] for one in checks_of(before)] == [1, 1]


def test_the_order_tells_its_duties_by_whose_word_and_as_no_quote(seller: Merchant) -> None:
    order = abroad(seller)
    told = {one["direction"]: one["duties"] for one in declarations_of(order)}
    assert told["export"] == []
    duty, vat = told["import"]
    assert (duty["code"], duty["amount"], duty["currency"]) == ("item_duty", "3", "EUR")
    assert (duty["is_quote"], duty["source_checked_on"]) == (False, dt.date(2026, 11, 22))
    assert vat["code"] == "ioss_missing"


def test_the_page_tells_the_unions_duty_once(seller: Merchant, admin_client: Client) -> None:
    row = consignment_of(abroad(seller))
    url = reverse("admin:customs_consignment_change", args=[row.pk])
    page = admin_client.get(url, headers={"accept-language": "en"}).content.decode()
    assert page.count("distinct HS codes") == 1
    assert "HS codes, 3" not in page
