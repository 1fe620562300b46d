"""Another merchant's everything is 404, on every address of the API; a new one must be added."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from apps.accounts.choices import Role, Scope
from apps.core.actions import Actor
from apps.customs.services import save_product
from apps.exceptions.services import ContactDraft, NpsDraft, record_contact, record_nps
from apps.orders.drafts import ParcelDraft
from apps.orders.models import Order
from apps.shipments.models import Shipment
from tests.customs.factories import make_consignment
from tests.support.orders import body, make_order
from tests.support.people import client_of, client_with, make_key, make_user, session_of

PUBLIC = {"api-schema", "api-docs"}
LISTS = {
    "api-orders": "/api/v1/orders",
    "api-shipments": "/api/v1/shipments",
    "api-contacts": "/api/v1/contacts",
    "api-nps": "/api/v1/nps",
    "api-products": "/api/v1/products",
    "api-declarations": "/api/v1/declarations",
}
FIGURES = {"api-completeness": "/api/v1/completeness"}
WRITES = {
    "api-orders": "/api/v1/orders",
    "api-positions": "/api/v1/positions",
    "api-contacts": "/api/v1/contacts",
    "api-nps": "/api/v1/nps",
}
PUTS = {"api-product": "/api/v1/products/THEIRS-SKU"}
"""These make what is not there for the caller's own shop; see tests/customs/products/test_api."""
WAYS: dict[tuple[str, str], list[str]] = {
    ("api-order", "get"): ["/api/v1/orders/{order}", "/api/v1/orders/{number}"],
    ("api-order-cancel", "post"): [
        "/api/v1/orders/{order}/cancel",
        "/api/v1/orders/{number}/cancel",
    ],
    ("api-order-number", "post"): [
        "/api/v1/orders/{order}/number",
        "/api/v1/orders/{number}/number",
    ],
    ("api-product", "get"): ["/api/v1/products/THEIRS-SKU"],
    ("api-declaration", "get"): ["/api/v1/declarations/{declaration}"],
    ("api-declaration", "patch"): ["/api/v1/declarations/{declaration}"],
    ("api-documents", "get"): ["/api/v1/declarations/{declaration}/documents"],
    ("api-document", "get"): ["/api/v1/declarations/{declaration}/documents/invoice?draft=1"],
    ("api-shipment", "get"): [
        "/api/v1/shipments/{shipment}",
        "/api/v1/shipments/{number}",
        "/api/v1/shipments/{waybill}",
    ],
    ("api-shipment-track", "get"): [
        "/api/v1/shipments/{shipment}/track",
        "/api/v1/shipments/{waybill}/track",
    ],
    ("api-shipment-route", "post"): [
        "/api/v1/shipments/{shipment}/route",
        "/api/v1/shipments/{waybill}/route",
    ],
}
SCOPES = {
    ("api-orders", "get"): Scope.ORDERS_READ,
    ("api-orders", "post"): Scope.ORDERS_WRITE,
    ("api-order", "get"): Scope.ORDERS_READ,
    ("api-order-cancel", "post"): Scope.ORDERS_WRITE,
    ("api-order-number", "post"): Scope.ORDERS_WRITE,
    ("api-declarations", "get"): Scope.ORDERS_READ,
    ("api-declaration", "get"): Scope.ORDERS_READ,
    ("api-declaration", "patch"): Scope.ORDERS_WRITE,
    ("api-documents", "get"): Scope.ORDERS_READ,
    ("api-document", "get"): Scope.ORDERS_READ,
    ("api-products", "get"): Scope.PRODUCTS_READ,
    ("api-product", "get"): Scope.PRODUCTS_READ,
    ("api-product", "put"): Scope.PRODUCTS_WRITE,
    ("api-shipments", "get"): Scope.SHIPMENTS_READ,
    ("api-completeness", "get"): Scope.SHIPMENTS_READ,
    ("api-shipment", "get"): Scope.SHIPMENTS_READ,
    ("api-shipment-track", "get"): Scope.SHIPMENTS_READ,
    ("api-shipment-route", "post"): Scope.POSITIONS_WRITE,
    ("api-positions", "post"): Scope.POSITIONS_WRITE,
    ("api-contacts", "get"): Scope.CONTACTS_READ,
    ("api-contacts", "post"): Scope.CONTACTS_WRITE,
    ("api-nps", "get"): Scope.CONTACTS_READ,
    ("api-nps", "post"): Scope.CONTACTS_WRITE,
}
ROUTE = {"points": [[30.24, 120.15], [30.25, 120.16]]}
SUPPLY = {"values": {"lines.1.use": "theft"}}
NUMBER = {"carrier": "yuantong", "carrier_number": "YT9900000000001"}
CASES = [(name, method, way) for (name, method), ways in WAYS.items() for way in ways]


def patterns_of(resolver: URLResolver, above: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for entry in resolver.url_patterns:
        route = above + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += patterns_of(entry, route)
        else:
            found.append((route, entry))
    return found


def api_endpoints() -> set[tuple[str, str]]:
    """Name and method of every address below /api/v1/ that an API view answers."""
    found = set()
    for route, entry in patterns_of(get_resolver()):
        view = getattr(entry.callback, "cls", None)
        if not route.startswith("api/") or entry.callback.__name__ == "unknown_path":
            continue
        if view is None:
            assert entry.name in PUBLIC, f"{route} is no API view and not known to be public"
            continue
        found |= {
            (entry.name, m) for m in view.http_method_names if hasattr(view, m) and m != "head"
        }
    return found


@pytest.fixture
def theirs(other) -> dict[str, str]:
    """Another merchant's order on its way, by every name it has, and what was said about it."""
    box = ParcelDraft(weight_grams=500, carrier="yuantong", number="YT9900000000001")
    order = make_order(other, number="THEIRS-1", parcels=(box,))
    shipment = Shipment.objects.get()
    record_contact(
        shipment_id=shipment.pk,
        draft=ContactDraft(reason="late", channel="phone"),
        actor=Actor.system("test"),
    )
    save_product(merchant_id=other.pk, sku="THEIRS-SKU", values={}, actor=Actor.system("test"))
    record_nps(
        merchant_id=other.pk,
        drafts=[NpsDraft(score=9)],
        mode="sandbox",
        actor=Actor.system("test"),
    )
    consignment = make_consignment(other, shipment=shipment)
    return {
        "declaration": consignment.declarations.get().uid,
        "order": order.uid,
        "number": order.number,
        "shipment": shipment.uid,
        "waybill": "YT9900000000001",
    }


def ask(client, method: str, url: str):
    path = url.partition("?")[0]
    content = NUMBER if path.endswith("/number") else ROUTE if path.endswith("/route") else {}
    if method == "patch":
        content = SUPPLY
    if method == "get":
        return client.get(url)
    return getattr(client, method)(url, content, format="json")


def test_every_address_of_the_api_has_its_case():
    covered = (
        set(WAYS)
        | {(name, "get") for name in (*LISTS, *FIGURES)}
        | {(name, "post") for name in WRITES}
        | {(name, "put") for name in PUTS}
    )
    assert api_endpoints() == covered == set(SCOPES)


@pytest.mark.parametrize(("name", "method", "way"), CASES)
def test_another_merchants_key_gets_404(client, theirs, name, method, way):
    answer = ask(client, method, way.format(**theirs))
    assert answer.status_code == 404, answer.content
    assert answer.json()["code"] == "not_found"
    assert "candidates" not in answer.json()
    assert Order.objects.get(uid=theirs["order"]).cancelled_at is None


@pytest.mark.parametrize(("name", "method", "way"), CASES)
def test_another_merchants_user_gets_404(merchant, theirs, name, method, way):
    user = make_user(Role.MERCHANT, merchant=merchant)
    answer = ask(session_of(user), method, way.format(**theirs))
    assert answer.status_code == 404, answer.content
    assert Order.objects.get(uid=theirs["order"]).cancelled_at is None


@pytest.mark.parametrize(("name", "method", "way"), CASES)
def test_naming_the_other_merchant_does_not_help(client, theirs, name, method, way):
    way = way.format(**theirs)
    url = f"{way}{'&' if '?' in way else '?'}merchant=other-shop"
    assert ask(client, method, url).status_code == 404


@pytest.mark.parametrize(("name", "method", "way"), CASES)
def test_the_owner_reaches_it_by_each_of_these_names(other, theirs, name, method, way):
    assert ask(client_of(other), method, way.format(**theirs)).status_code == 200


@pytest.mark.parametrize("url", LISTS.values())
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?merchant=other-shop",
        "?order_number=THEIRS-1",
        "?number=THEIRS-1",
        "?tracking_number=YT9900000000001",
        "?cursor=cD05OTk5OTk5OTk%3D",
    ],
)
def test_lists_never_show_another_merchants_rows(client, theirs, url, query):
    answer = client.get(url + query)
    if answer.status_code == 400:
        assert answer.json()["code"] == "unknown_parameter"
    else:
        assert answer.json()["results"] == []


def test_a_cursor_of_another_merchant_opens_nothing(merchant, other):
    for _ in range(3):
        make_order(other)
    mine = make_order(merchant)
    cursor = client_of(other).get("/api/v1/orders?page_size=1").json()["next"].split("cursor=")[1]
    cursor = cursor.split("&")[0]
    rows = client_of(merchant).get(f"/api/v1/orders?cursor={cursor}").json()["results"]
    assert {row["id"] for row in rows} <= {mine.uid}


@pytest.mark.parametrize(("name", "method"), sorted(SCOPES))
def test_without_its_scope_every_address_is_forbidden(merchant, name, method):
    order = make_order(merchant)
    scopes = [scope for scope in Scope if scope != SCOPES[name, method]]
    _key, plain = make_key(merchant, scopes=scopes)
    ways = WAYS.get((name, method)) or [(LISTS | WRITES | FIGURES | PUTS)[name]]
    shipment = Shipment.objects.get()
    url = ways[0].format(order=order.uid, shipment=shipment.uid, declaration="dec_x")
    caller = client_with(plain)
    answer = (
        caller.get(url) if method == "get" else getattr(caller, method)(url, body(), format="json")
    )
    assert answer.status_code == 403, answer.content
    assert Order.objects.count() == 1


@pytest.mark.parametrize(("name", "method"), sorted(SCOPES))
def test_without_a_key_every_address_is_closed(db, name, method):
    from rest_framework.test import APIClient

    url = (WAYS.get((name, method)) or [(LISTS | WRITES | FIGURES | PUTS)[name]])[0].format(
        order="ord_x", shipment="shp_x", declaration="dec_x"
    )
    assert ask(APIClient(), method, url).status_code == 401
