"""Products through the API: put, read, listed, and what an attacker gets."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.core.actions import Actor
from apps.core.models import ActionLog
from apps.customs.api.product_examples import REQUEST, REQUEST_FOOD
from apps.customs.models import Product
from apps.customs.services import confirm_hs
from tests.support.people import client_of, make_merchant, make_user, session_of

URL = "/api/v1/products"
pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant(slug="west-lake-tea")


@pytest.fixture
def client(merchant: Merchant) -> APIClient:
    return client_of(merchant)


def put(client: APIClient, sku: str = "PB-10", /, **body: Any) -> Any:
    """Put a product."""
    return client.put(f"{URL}/{sku}", body, format="json")


def test_the_example_of_the_documentation_makes_a_product_and_again_changes_nothing(
    client: APIClient,
) -> None:
    first, again = put(client, **REQUEST), put(client, **REQUEST)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert {name: first.json()[name] for name in REQUEST if name != "certificates"} == {
        name: value for name, value in REQUEST.items() if name != "certificates"
    }
    assert ActionLog.objects.filter(action="customs.product.changed").count() == 0


def test_what_is_left_out_stays_and_null_empties(client: APIClient) -> None:
    put(client, **REQUEST)
    changed = put(client, battery=None, brand=None, value=None, goods_class="general").json()
    assert (changed["battery"], changed["brand"], changed["value"]) == (None, "", None)
    assert changed["material"] == REQUEST["material"]
    assert len(changed["certificates"]) == 1
    assert put(client, certificates=[]).json()["certificates"] == []


def test_fda_data_of_a_supplement_is_kept(client: APIClient) -> None:
    assert put(client, "FISH/120", **REQUEST_FOOD).json()["fda"] == REQUEST_FOOD["fda"]
    assert client.get(f"{URL}/FISH/120").json()["sku"] == "FISH/120"


def test_everything_that_is_wrong_is_named_in_one_problem_and_nothing_is_stored(
    client: APIClient,
) -> None:
    answer = put(client, name_en="=1+1", net_grams=300, gross_grams=200, origin="XX")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert {(row["field"], row["code"]) for row in answer.json()["errors"]} == {
        ("name_en", "formula"),
        ("origin", "unknown_country"),
        ("net_grams", "net_above_gross"),
    }
    assert not Product.objects.exists()


def test_a_paper_of_an_unknown_kind_is_named_by_its_place_and_stores_nothing(
    client: APIClient,
) -> None:
    papers = [{"kind": "msds"}, {"kind": "passport"}]
    answer = put(client, name_en="Power bank", certificates=papers)
    assert [row["field"] for row in answer.json()["errors"]] == ["certificates.1.kind"]
    assert not Product.objects.exists()


BODIES = [
    ({"hs_codes": ["850760"]}, 422),
    ({"name_en": 5}, 422),
    ({"net_grams": "100"}, 422),
    ({"net_grams": True}, 422),
    ({"value": "1e5"}, 422),
    ({"battery": {"kind": "un3480", "volts": 5}}, 422),
    ({"certificates": [{"kind": "msds", "valid_to": "2027-02-30"}]}, 422),
    ({"certificates": [{"kind": "msds"}] * 51}, 422),
    ({"name_en": "x" * 1_000_001}, 413),
    ([], 422),
]


@pytest.mark.parametrize(("body", "status"), BODIES)
def test_a_body_of_another_shape_is_refused(client: APIClient, body: Any, status: int) -> None:
    answer = client.put(f"{URL}/PB-10", body, format="json")
    assert answer.status_code == status, answer.content
    assert not Product.objects.exists()


def test_a_sku_that_cannot_be_is_a_problem_and_not_a_product(client: APIClient) -> None:
    assert put(client, "x" * 65).json()["errors"][0]["field"] == "sku"
    assert client.get(f"{URL}/{'x' * 65}").status_code == 404
    assert client.get(f"{URL}/%00").status_code == 404


def test_putting_another_shops_sku_makes_ones_own_and_leaves_theirs(client: APIClient) -> None:
    put(client_of(make_merchant(slug="other-shop")), brand="theirs")
    assert client.get(f"{URL}/PB-10").status_code == 404
    assert put(client, brand="mine").status_code == 201
    assert client.put(f"{URL}/PB-10?merchant=other-shop", {}, format="json").status_code == 404
    assert Product.objects.get(merchant__slug="other-shop").brand == "theirs"


def test_staff_must_name_the_merchant_where_several_have_the_sku(client: APIClient) -> None:
    put(client_of(make_merchant(slug="other-shop")))
    put(client)
    staff = session_of(make_user(Role.OPERATOR))
    assert staff.get(f"{URL}/PB-10").json()["code"] == "ambiguous_reference"
    found = staff.get(f"{URL}/PB-10?merchant=other-shop").json()
    assert found["merchant"] == "other-shop"


def test_customer_service_reads_products_and_cannot_put_them(merchant: Merchant) -> None:
    person = session_of(make_user(Role.CUSTOMER_SERVICE))
    assert person.get(URL).status_code == 200
    answer = person.put(f"{URL}/PB-10?merchant={merchant.slug}", {}, format="json")
    assert answer.status_code == 403


def test_the_list_pages_by_cursor_with_as_many_queries_for_many_as_for_one(
    client: APIClient, merchant: Merchant, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        put(client, f"S-{number}", **REQUEST)
    row = Product.objects.get(sku="S-2")
    confirm_hs(product=row, code="850760", actor=Actor.system("test"), evidence="x")
    with django_assert_max_num_queries(7):
        page = client.get(f"{URL}?page_size=3").json()
    assert [one["sku"] for one in page["results"]] == ["S-3", "S-2", "S-1"]
    assert [one["sku"] for one in client.get(page["next"]).json()["results"]] == ["S-0"]
    coded = client.get(f"{URL}?has_hs_code=true").json()["results"]
    assert [(one["sku"], one["hs_codes"][0]["code"]) for one in coded] == [("S-2", "850760")]
    assert "confirmed_by" not in coded[0]["hs_codes"][0]


@pytest.mark.parametrize("query", ["has_hs_code=maybe", "colour=red", "page_size=0"])
def test_a_filter_that_means_nothing_is_a_400(client: APIClient, query: str) -> None:
    assert client.get(f"{URL}?{query}").status_code == 400
