"""What somebody tries who does not read the documentation."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from apps.orders.models import Order
from tests.support.orders import body, make_order
from tests.support.shipments import make_shipment

LISTS = ["/api/v1/orders", "/api/v1/shipments"]
SINGLE = ["/api/v1/orders/", "/api/v1/shipments/"]


def encoded(text: str) -> str:
    return quote(base64.b64encode(text.encode()).decode(), safe="")


def refused(answer, code: str) -> dict:
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    return answer.json()


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize(
    "size", ["0", "-1", "201", "9" * 50, "1e2", "", "x", "%00", "١٠", "²", " 5"]
)
def test_a_page_size_that_is_not_offered_is_refused(client, url, size):
    assert (
        refused(client.get(f"{url}?page_size={size}"), "bad_page_size")["parameter"] == "page_size"
    )


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "!!!",
        "%00",
        "cD0",
        "é",
        "a" * 10_000,
        encoded("p=abc"),
        encoded("p="),
        encoded("p=-1"),
        encoded("p=1.5"),
        encoded("p=1 OR 1=1"),
        encoded("p=" + "9" * 40),
        encoded("o=5"),
        encoded("r=1"),
        encoded("p=1&x=2"),
        encoded("p=\x00"),
        encoded("p=²"),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(client, merchant, url, cursor):
    make_order(merchant)
    refused(client.get(f"{url}?cursor={cursor}"), "bad_cursor")


@pytest.mark.parametrize("url", LISTS)
def test_a_misspelt_filter_is_refused_and_not_ignored(client, url):
    problem = refused(client.get(f"{url}?statuss=delivered"), "unknown_parameter")
    assert problem["parameters"] == ["statuss"]
    assert "status" in problem["known"]


@pytest.mark.parametrize(
    "query", ["format=xml", "page=2", "offset=5", "limit=1", "fields=id", "ordering=id", "search=x"]
)
def test_parameters_of_other_apis_are_refused(client, query):
    refused(client.get(f"/api/v1/shipments?{query}"), "unknown_parameter")


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "gone"),
        ("status", "delivered,returned"),
        ("status", "%00"),
        ("mode", "test"),
        ("created_after", "yesterday"),
        ("created_after", "2026-11-11"),
        ("created_after", "2026-11-11T00:00:00"),
        ("created_after", "2026-13-45T00:00:00Z"),
        ("created_before", "0000-00-00T00:00:00Z"),
        ("created_before", "9" * 500),
        ("updated_since", "%00"),
        ("updated_since", "1' OR '1'='1"),
    ],
)
def test_an_unusable_filter_is_refused_and_named(client, url, name, value):
    problem = refused(client.get(f"{url}?{name}={value}"), "bad_parameter")
    assert [row["field"] for row in problem["errors"]] == [name]


@pytest.mark.parametrize(
    "query",
    ["order_number=%00", "tracking_number=%00", "carrier=%00", f"order_number={'x' * 101}"],
)
def test_an_unusable_text_is_refused(client, query):
    refused(client.get(f"/api/v1/shipments?{query}"), "bad_parameter")


@pytest.mark.parametrize("url", SINGLE)
@pytest.mark.parametrize(
    "ref",
    [
        "%00",
        "a%00b",
        "%ff%fe",
        "%ED%A0%80",
        "x" * 5_000,
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e",
        "' OR 1=1 --",
        "%25",
        "_",
        "*",
        "%E2%80%AEpihs",
        "%E2%80%8B",
        "%F0%9F%98%80",
        "ord_%E1%B5%83",
        "shp_",
        "ord_",
        "null",
        "undefined",
        "1",
        "-1",
        "9" * 60,
        "%0d%0aSet-Cookie:%20a=b",
        "%3Cscript%3E",
        "{{7*7}}",
        "A-1%20",
        "Ꭺ-1",
    ],
)
def test_a_strange_reference_is_404_and_never_a_failure(client, merchant, url, ref):
    make_shipment(merchant, reference="B-1", number="YT0000000000001")
    answer = client.get(url + ref)
    assert answer.status_code == 404, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not answer.has_header("Set-Cookie") or "a=b" not in answer["Set-Cookie"]


def test_invisible_characters_do_not_make_a_second_order_of_one_number(client):
    first = client.post("/api/v1/orders", body(number="A-1001"), format="json")
    again = client.post("/api/v1/orders", body(number="A-\u200b1001"), format="json")
    wide = client.post("/api/v1/orders", body(number="Ａ－１００１"), format="json")
    assert first.status_code == 201
    assert (again.status_code, wide.status_code) == (409, 409)
    assert Order.objects.count() == 1


def test_location_holds_our_id_and_nothing_the_client_wrote(client):
    answer = client.post("/api/v1/orders", body(number="A/../B#x:y"), format="json")
    assert answer.status_code == 201, answer.content
    assert answer["Location"] == f"/api/v1/orders/{answer.json()['id']}"


def test_the_links_of_a_page_lead_to_the_host_that_was_asked(client, merchant):
    for _ in range(2):
        make_shipment(merchant)
    forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = client.get("/api/v1/shipments?page_size=1", headers=forged)
    assert answer.json()["next"].startswith("http://testserver/api/v1/shipments?")


def test_an_answer_is_never_kept_by_a_cache(client, merchant):
    row = make_shipment(merchant)
    for url in ("/api/v1/shipments", f"/api/v1/shipments/{row.uid}", "/api/v1/shipments/none"):
        assert client.get(url)["Cache-Control"] == "private, no-store"


def test_markup_comes_back_as_text_and_the_answer_is_no_page(client):
    answer = client.post("/api/v1/orders", body(note="<script>alert(1)</script>"), format="json")
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "<script>" not in answer.json()["note"]


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("url", [*LISTS, "/api/v1/orders/x", "/api/v1/shipments/x"])
def test_methods_that_are_not_offered_are_405(client, url, method):
    answer = getattr(client, method)(url)
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"


def test_an_extremely_long_list_of_candidates_is_cut(client, merchant):
    for _ in range(25):
        make_shipment(merchant, reference="A-5")
    problem = client.get("/api/v1/shipments/A-5").json()
    assert (len(problem["candidates"]), problem["more"]) == (20, True)
