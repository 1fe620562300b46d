"""Exporters: a firm's numbers, each checked as it is typed in; thresholds and rates by date."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.customs.models import CurrencyRate, Exporter, ProductNews, Threshold
from tests.customs.factories import make_exporter
from tests.support.admin_pages import logged_in, text_of
from tests.support.people import make_merchant

LIST = "/admin/customs/exporter/"


@pytest.fixture
def merchant(db: None) -> Merchant:
    return make_merchant()


@pytest.fixture
def clerk(db: None) -> Client:
    return logged_in(Role.OPERATOR)


def values(**given: Any) -> dict[str, Any]:
    return {
        "name_en": "Hangzhou Aoki Trading Co., Ltd.",
        "country": "CN",
        "default_incoterm": "DAP",
        "default_export_mode": "9610",
        "number_cn_uscc": "91110000600037341L",
        **given,
    }


def test_an_exporter_is_written_with_its_numbers_and_person(
    merchant: Merchant, clerk: Client
) -> None:
    answer = clerk.post(
        f"{LIST}add/",
        values(
            merchant=merchant.pk,
            number_ioss=" im3720000789 ",
            responsible_name="Aoki EU GmbH",
            responsible_email="eu@aoki.example.org",
            responsible_country="DE",
        ),
    )
    assert answer.status_code == 302
    row = Exporter.objects.get(merchant=merchant)
    assert row.identifiers == [
        {"kind": "cn_uscc", "value": "91110000600037341L", "country": "CN"},
        {"kind": "ioss", "value": "IM3720000789", "country": ""},
    ]
    assert row.responsible == {
        "name": "Aoki EU GmbH",
        "email": "eu@aoki.example.org",
        "address": {"country": "DE"},
    }
    assert ProductNews.objects.filter(merchant=merchant, sku="").exists()


def test_a_mistyped_number_is_refused_beside_its_field(merchant: Merchant, clerk: Client) -> None:
    row = make_exporter(merchant)
    answer = clerk.post(f"{LIST}{row.pk}/change/", values(number_cn_uscc="91110000600037341M"))
    assert answer.status_code == 200
    assert "mistyped" in text_of(answer) or "not how such" in text_of(answer)
    row.refresh_from_db()
    assert row.identifiers[0]["value"] == "91330106MA2CG0000X"
    assert not ProductNews.objects.exists()


def test_numbers_of_kinds_the_page_does_not_show_stay(merchant: Merchant, clerk: Client) -> None:
    kept = {"kind": "other", "value": "7", "country": ""}
    row = make_exporter(merchant, identifiers=[kept])
    assert clerk.get(f"{LIST}{row.pk}/change/").status_code == 200
    assert clerk.post(f"{LIST}{row.pk}/change/", values()).status_code == 302
    row.refresh_from_db()
    assert kept in row.identifiers


def test_a_shops_person_writes_their_own_exporter_only(merchant: Merchant) -> None:
    own, other = make_exporter(merchant), make_exporter(make_merchant())
    client = logged_in(Role.MERCHANT, merchant)
    given = values(merchant=other.merchant_id, name_cn="改名")
    assert client.post(f"{LIST}{own.pk}/change/", given).status_code == 302
    assert client.post(f"{LIST}{other.pk}/change/", given).status_code == 404
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.name_cn, own.merchant_id) == ("改名", merchant.pk)
    assert other.name_cn != "改名"


def test_only_managers_write_what_the_law_names(db: None, clerk: Client) -> None:
    given = {"area": "EU", "kind": "h7_limit", "amount": "140", "currency": "eur",
             "valid_from": "2027-01-01", "source": "x"}  # fmt: skip
    assert clerk.post("/admin/customs/threshold/add/", given).status_code == 403
    manager = logged_in(Role.MANAGER)
    wrong = manager.post("/admin/customs/threshold/add/", given | {"currency": "EUX"})
    assert "no such currency" in text_of(wrong)
    assert manager.post("/admin/customs/threshold/add/", given).status_code == 302
    assert Threshold.objects.get(amount=140).currency == "EUR"
    rate = {"currency": "brl", "cny": "1.31", "valid_from": "2027-01-01", "source": "x"}
    assert manager.post("/admin/customs/currencyrate/add/", rate).status_code == 302
    assert CurrencyRate.objects.filter(currency="BRL", cny="1.31").exists()
    for page in ("threshold", "currencyrate"):
        assert manager.get(f"/admin/customs/{page}/").status_code == 200
