"""Shops read declarations and supply what they lack; nobody else's, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.core.models import ActionLog
from apps.customs.models import Consignment, Declaration
from apps.customs.selectors import current_record
from apps.orders.services import follow_customs
from tests.customs.declarations.abroad import BRAZIL, abroad
from tests.orders.builders import booking_of, make_merchant
from tests.support.customs import bag, ready_to_export
from tests.support.orders import body
from tests.support.people import client_of, client_with, make_key, make_user, session_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform", "business", "wall")]
URL = "/api/v1/declarations"
CPF = "111.444.777-35"
TAX_ID = {"recipient.identifiers": [{"kind": "br_cpf", "value": CPF, "country": "BR"}]}
RECIPIENT = {
    "name": "Maria Souza", "phone": "+5511987654321", "country": "BR", "city": "São Paulo",
    "province": "SP", "street": "Avenida Paulista 1000", "postcode": "01310-100",
}  # fmt: skip


@pytest.fixture
def client(shop: Merchant) -> APIClient:
    return client_of(shop)


def order_body(**customs: Any) -> dict[str, Any]:
    goods = bag()
    line = {"sku": goods.sku, "title": goods.title, "quantity": 2, "unit_price": "12.50",
            "weight_grams": 180}  # fmt: skip
    return body(recipient=RECIPIENT, lines=[line], currency="USD", customs=customs)


def supply(client: APIClient, uid: str, values: Any, **more: Any) -> Any:
    return client.patch(f"{URL}/{uid}", {"values": values, **more}, format="json")


def import_of(order: Any) -> Declaration:
    return Declaration.objects.get(consignment__shipment__parcel__order=order, direction="import")


def test_an_order_says_what_customs_still_needs(client: APIClient) -> None:
    shown = client.post("/api/v1/orders", order_body(incoterm="DDP"), format="json").json()
    assert shown["status"] == "blocked"
    assert [hold["code"] for hold in shown["holds"]] == ["declaration"]
    border = next(one for one in shown["declarations"] if one["direction"] == "import")
    assert (border["country"], border["state"], border["parcel"]) == ("BR", "draft", 1)
    missing = border["missing"][0]
    assert (missing["field"], missing["supplier"]) == ("recipient.identifiers", "recipient")
    assert missing["message"]
    assert missing["fix"]
    assert (shown["customs"]["incoterm"], shown["customs"]["tax_ids"]) == ("DDP", [])


def test_a_tax_number_given_with_the_order_is_never_shown_in_full(client: APIClient) -> None:
    tax_id = {"kind": "br_cpf", "value": CPF, "country": "BR", "consent": True}
    answer = client.post("/api/v1/orders", order_body(tax_ids=[tax_id]), format="json")
    assert answer.status_code == 201, answer.content
    uid = answer.json()["declarations"][0]["id"]
    pages = [
        answer,
        client.get(f"{URL}/{uid}"),
        client.get(f"/api/v1/orders/{answer.json()['id']}"),
    ]
    for page in pages:
        assert "777" not in page.content.decode()
    assert answer.json()["customs"]["tax_ids"][0]["value"] == "***35"
    assert answer.json()["status"] == "booking"


def test_a_domestic_order_with_customs_data_is_refused(client: APIClient) -> None:
    answer = client.post("/api/v1/orders", body(customs={"incoterm": "DDP"}), format="json")
    assert answer.status_code == 422
    assert [(row["field"], row["code"]) for row in answer.json()["errors"]] == [
        ("customs", "no_border")
    ]


def test_what_is_missing_is_supplied_by_path_and_the_parcel_goes(
    client: APIClient, shop: Merchant
) -> None:
    order = abroad(shop, BRAZIL)
    row = import_of(order)
    answer = supply(client, row.uid, TAX_ID, version=1)
    assert answer.status_code == 200, answer.content
    shown = answer.json()
    assert (shown["state"], shown["complete"], shown["version"]) == ("complete", True, 2)
    follow_customs()
    assert booking_of(order).state == "ready"
    entry = ActionLog.objects.get(action="customs.record.supplied")
    assert entry.actor_kind == "api_key"
    assert "777" not in str(entry.after)


def test_a_code_a_shop_gives_is_only_stated(client: APIClient, shop: Merchant) -> None:
    order = abroad(shop, lines=(bag(sku="NEW-1"),))
    supply(client, import_of(order).uid, {"lines.1.hs_code": "420292"})
    line = current_record(Consignment.objects.get()).lines[0]
    assert (line.hs_code, line.hs_source, line.hs_confirmed_by) == ("420292", "stated", "")


def test_an_older_version_than_the_newest_is_a_conflict(client: APIClient, shop: Merchant) -> None:
    uid = import_of(abroad(shop)).uid
    assert supply(client, uid, {"lines.1.use": "sport"}, version=1).status_code == 200
    answer = supply(client, uid, {"lines.1.use": "work"}, version=1)
    assert (answer.status_code, answer.json()["code"]) == (409, "version_changed")


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"nothing": 1}, {"values.nothing"}),
        ({"lines.1.unit_price": "0.01"}, {"values.lines.1.unit_price"}),
        ({"lines.1.hs_source": "confirmed"}, {"values.lines.1.hs_source"}),
        ({"lines.1.origin": ["CN"]}, {"values.lines.1.origin"}),
        ({"recipient.identifiers": {"kind": "br_cpf"}}, {"values.recipient.identifiers"}),
        ({"lines.99999.title": "x"}, {"values.lines.99999.title"}),
        ({"__class__": "x", "lines.1.__dict__": "y"},
         {"values.__class__", "values.lines.1.__dict__"}),
        ({}, {"values"}),
        ([], {"values"}),
        ("x", {"values"}),
        ({f"p{n}": 1 for n in range(401)}, {"values"}),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_named_and_nothing_is(
    client: APIClient, shop: Merchant, values: Any, fields: set[str]
) -> None:
    row = import_of(abroad(shop))
    answer = supply(client, row.uid, values)
    assert answer.status_code == 422, answer.content
    assert {one["field"].split(".p")[0] for one in answer.json()["errors"]} == fields
    assert row.consignment.versions.count() == 1


def test_an_oversized_body_is_refused(client: APIClient, shop: Merchant) -> None:
    answer = supply(client, import_of(abroad(shop)).uid, {"remarks": "x" * 3_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("uid", ["dec_nothing", "1", "x" * 500, "dec_%00", "..%2f..%2fetc", "é"])
def test_an_id_that_is_nobodys_is_not_found(client: APIClient, uid: str) -> None:
    assert client.get(f"{URL}/{uid}").status_code == 404


def test_another_shops_declaration_is_not_there(client: APIClient) -> None:
    theirs = make_merchant()
    ready_to_export(theirs)
    row = import_of(abroad(theirs))
    assert client.get(f"{URL}/{row.uid}").status_code == 404
    assert supply(client, row.uid, {"lines.1.use": "theft"}).status_code == 404
    assert client.get(URL).json()["results"] == []
    assert row.consignment.versions.count() == 1


def test_a_key_that_may_only_read_supplies_nothing(shop: Merchant) -> None:
    _key, plain = make_key(shop, scopes=["orders:read"])
    row = import_of(abroad(shop))
    assert client_with(plain).get(f"{URL}/{row.uid}").status_code == 200
    assert supply(client_with(plain), row.uid, {"lines.1.use": "x"}).status_code == 403


def test_staff_see_people_masked(shop: Merchant) -> None:
    row = import_of(abroad(shop, BRAZIL))
    session = session_of(make_user(Role.OPERATOR))
    shown = session.get(f"{URL}/{row.uid}").content.decode()
    for part in ("Souza", "Paulista", "987654321"):
        assert part not in shown


def test_declarations_are_listed_by_state_order_and_shipment(
    client: APIClient, shop: Merchant
) -> None:
    order = abroad(shop, BRAZIL)
    abroad(shop)
    drafts = client.get(f"{URL}?state=draft").json()["results"]
    assert [one["country"] for one in drafts] == ["BR"]
    assert len(client.get(f"{URL}?reference={order.number}").json()["results"]) == 2
    assert len(client.get(f"{URL}?shipment={drafts[0]['shipment']}").json()["results"]) == 2
    assert client.get(f"{URL}?state=lost").status_code in {400, 422}
