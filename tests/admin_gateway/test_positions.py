"""The ladder's step in the API's answers and in `status`."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from apps.monitoring.selectors import gateway_position
from tests.support.people import client_of, make_merchant

ORDERS = "/api/v1/orders"


def test_answers_of_the_api_name_the_step(stand_at):
    stand_at("only_risky")
    answer = client_of(make_merchant()).get(ORDERS)
    assert answer.status_code == 200
    assert answer.headers["X-Gateway-Step"] == "only_risky"


def test_at_full_service_there_is_no_header(stand_at):
    stand_at("full")
    assert "X-Gateway-Step" not in client_of(make_merchant()).get(ORDERS).headers


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/orders/unknown"])
def test_errors_of_the_api_name_it_too(stand_at, path):
    stand_at("cached")
    answer = client_of(make_merchant()).get(path)
    assert answer.status_code == 404
    assert answer.headers["X-Gateway-Step"] == "cached"


def test_pages_do_not_carry_it(stand_at, client):
    stand_at("cached")
    assert "X-Gateway-Step" not in client.get("/admin/login/").headers


def test_status_names_the_step_the_pin_and_open_breakers(stand_at, breaker):
    row = stand_at("widened")
    breaker("open", "query")
    breaker("half_open", "book")
    breaker("closed", "detect")
    assert gateway_position() == {
        "step": "widened",
        "since": row.since.isoformat(),
        "pinned": False,
        "open_breakers": ["sandbox book", "sandbox query"],
    }
    out = io.StringIO()
    call_command("status", stdout=out)
    assert "widened" in out.getvalue()
    assert "sandbox query" in out.getvalue()
