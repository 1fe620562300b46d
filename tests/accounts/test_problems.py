"""Problem documents: what they say, what they never say."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client
from rest_framework.exceptions import ErrorDetail
from rest_framework.test import APIClient

from apps.accounts.api.problems import flatten, printable
from tests.support.people import client_of, make_key, make_merchant

URL = "/api/v1/shipments"
pytestmark = pytest.mark.django_db


def assert_problem(answer, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"/problems/{code}"
    assert body["title"]
    assert body["request_id"] == answer["X-Request-ID"]
    return body


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/orders", "/api/x/y"]
)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
def test_an_unknown_path_is_a_problem_for_every_method(path, method):
    assert_problem(getattr(Client(), method)(path), 404, "unknown_path")


def test_outside_the_api_an_unknown_path_is_a_page():
    answer = Client().get("/nothing-here")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_another_method_is_a_problem_that_names_what_is_possible():
    answer = client_of(make_merchant()).delete(URL)
    assert_problem(answer, 405, "method_not_allowed")
    assert answer["Allow"].startswith("GET")


@pytest.mark.parametrize("path", ["/api/v1/schema", "/api/v1/docs"])
def test_the_description_takes_no_other_method_either(path):
    answer = Client(enforce_csrf_checks=True).post(path)
    assert_problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD"


def test_an_answer_nobody_can_accept_is_a_problem():
    answer = client_of(make_merchant()).get(URL, HTTP_ACCEPT="application/xml")
    assert_problem(answer, 406, "not_acceptable")


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_a_header_cannot_turn_one_method_into_another(header):
    client = client_of(make_merchant())
    answer = client.get(URL, headers={header: "DELETE"})
    assert answer.status_code == 200
    assert client.post(URL, headers={header: "GET"}).status_code == 405


def test_what_nobody_expected_is_a_problem_without_detail(monkeypatch):
    from apps.shipments.api.views import ShipmentList

    def fail(*args):
        raise RuntimeError("the password is 12345")

    monkeypatch.setattr(ShipmentList, "get_queryset", fail)
    _key, plain = make_key(make_merchant())
    client = APIClient(raise_request_exception=False)
    answer = client.get(URL, HTTP_AUTHORIZATION=f"Bearer {plain}")
    body = assert_problem(answer, 500, "server_error")
    assert "detail" not in body
    assert b"12345" not in answer.content
    assert b"Traceback" not in answer.content


def test_a_failure_outside_the_views_is_a_problem_too(monkeypatch):
    from apps.accounts.middleware import ViewerTimezone

    def fail(*args):
        raise RuntimeError("the password is 12345")

    monkeypatch.setattr(ViewerTimezone, "__call__", fail)
    answer = Client(raise_request_exception=False).get(URL)
    body = assert_problem(answer, 500, "server_error")
    assert "detail" not in body


def test_a_database_that_is_gone_is_said_to_be_temporary(monkeypatch):
    from apps.shipments.api.views import ShipmentList

    def fail(*args):
        raise OperationalError("connection to 10.0.0.1 refused")

    monkeypatch.setattr(ShipmentList, "get_queryset", fail)
    answer = client_of(make_merchant()).get(URL)
    assert_problem(answer, 503, "unavailable")
    assert answer["Retry-After"] == "5"
    assert b"10.0.0.1" not in answer.content


def test_a_host_we_do_not_serve_is_a_problem():
    assert_problem(Client().get(URL, HTTP_HOST="evil.example"), 400, "bad_request")


@pytest.mark.parametrize(
    ("language", "detail"),
    [("en", "There is nothing here."), ("zh-CN,zh;q=0.9", "这里什么都没有。")],
)
def test_a_problem_speaks_the_language_of_the_request(language, detail):
    answer = client_of(make_merchant(), language=language).get(f"{URL}/unknown")
    assert assert_problem(answer, 404, "not_found")["detail"] == detail


def test_fields_are_named_by_their_dotted_path():
    refusal = ErrorDetail("no", code="bad")
    detail = {"lines": {0: {"sku": [refusal]}}, "recipient": {"non_field_errors": [refusal]}}
    assert [row["field"] for row in flatten(detail)] == ["lines.0.sku", "recipient"]


def test_names_from_the_client_are_cut_and_made_printable():
    assert printable("a\x00b\ud800c") == "a\ufffdb\ufffdc"
    assert len(printable("x" * 10_000)) == 100
