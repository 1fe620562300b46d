"""Requests made to be expensive or to fall between two layers."""

from __future__ import annotations

import json
import time

import pytest

from apps.accounts.choices import Role
from apps.orders.models import Order
from tests.support.orders import body
from tests.support.people import make_user, session_of

URL = "/api/v1/orders"
SECONDS = 5.0
"""Far above what is needed, far below what a quadratic rule would take."""


def post(client, data: str | bytes):
    started = time.monotonic()
    answer = client.post(URL, data, content_type="application/json")
    assert time.monotonic() - started < SECONDS
    assert not Order.objects.exists()
    return answer


def test_a_hundred_thousand_keys_with_one_twice_are_refused_quickly(client):
    keys = ",".join(f'"{n:x}":1' for n in range(100_000))
    answer = post(client, "{" + keys + ',"0":1}')
    assert (answer.status_code, answer.json()["code"]) == (400, "duplicate_key")
    assert answer.json()["keys"] == ["0"]


def test_a_hundred_thousand_unknown_fields_are_refused_quickly(client):
    answer = post(client, json.dumps({f"{n:x}": 1 for n in range(80_000)}))
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 100


@pytest.mark.parametrize(
    "number",
    ["1e9999999999999999999", "-1e9999999999999999999", "1e-9999999999999999999", "9" * 900_000],
)
def test_a_number_no_decimal_can_hold_is_refused(client, number):
    text = json.dumps(body(lines__0__unit_price="@")).replace('"@"', number)
    answer = post(client, text)
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"


def test_an_extreme_amount_is_named(client):
    text = json.dumps(body(lines__0__unit_price="@")).replace('"@"', "1e999999")
    assert [row["field"] for row in post(client, text).json()["errors"]] == ["lines.0.unit_price"]


@pytest.mark.parametrize(
    "charset", ["hex_codec", "bz2_codec", "utf-7", "utf-16", "nonsense", "\x00"]
)
@pytest.mark.parametrize("query", ["?number=%41%00", "?number=%E4%B8%AD", ""])
def test_a_strange_charset_is_never_a_failure(client, charset, query):
    answer = client.get(URL + query, CONTENT_TYPE=f"application/json; charset={charset}")
    assert answer.status_code in {200, 400}


@pytest.mark.parametrize("charset", ["hex_codec", "utf-16", "nonsense"])
def test_a_body_is_read_as_utf_8_whatever_its_charset_says(client, charset):
    content_type = f"application/json; charset={charset}"
    answer = client.generic("POST", URL, json.dumps(body()), content_type=content_type)
    assert answer.status_code == 201, answer.content


def test_a_thousand_query_parameters_are_refused(client):
    answer = client.get(URL + "?" + "&".join(f"a{n}=1" for n in range(1_100)))
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["number", "created_after", "cursor", "page_size", "merchant"])
def test_a_parameter_given_twice_is_refused_where_one_is_meant(client, name):
    answer = client.get(f"{URL}?{name}=1&{name}=2")
    assert (answer.status_code, answer.json()["code"]) == (400, "repeated_parameter")
    assert answer.json()["parameters"] == [name]


def test_an_answer_kept_for_the_merchant_is_not_repeated_to_staff_unmasked(client, merchant):
    headers = {"Idempotency-Key": "k-1"}
    assert client.post(URL, body(), format="json", headers=headers).status_code == 201
    staff = session_of(make_user(Role.OPERATOR))
    answer = staff.post(f"{URL}?merchant={merchant.slug}", body(), format="json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert "13812345678" not in answer.content.decode()


def test_staff_get_the_order_they_placed_masked(merchant):
    staff = session_of(make_user(Role.OPERATOR))
    answer = staff.post(f"{URL}?merchant={merchant.slug}", body(), format="json")
    assert answer.status_code == 201
    assert "13812345678" not in answer.content.decode()
    assert Order.objects.get().recipient_phone == "13812345678"


def test_a_compressed_body_is_not_unpacked(client):
    import gzip

    answer = client.post(
        URL,
        gzip.compress(json.dumps(body()).encode()),
        content_type="application/json",
        headers={"Content-Encoding": "gzip"},
    )
    assert answer.status_code == 400
    assert not Order.objects.exists()


def test_a_field_whose_name_cannot_be_written_is_named_readably(client):
    answer = post(client, '{"\\ud800\\u0000\\u202e": 1}')
    assert answer.status_code == 422
    assert "\ufffd\ufffd\ufffd" in [row["field"] for row in answer.json()["errors"]]
