"""Placing orders."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connections

from apps.accounts.choices import KeyMode, Role
from apps.accounts.models import IdempotencyRecord
from apps.core.models import ActionLog
from apps.orders.models import Booking, LiveShare, Order, OrderLine, Parcel
from apps.shipments.models import Shipment
from tests.support.orders import body
from tests.support.people import (
    client_of,
    client_with,
    make_key,
    make_merchant,
    make_user,
    session_of,
)

URL = "/api/v1/orders"


def place(client, data=None, **headers):
    return client.post(URL, data or body(), format="json", headers=headers)


def fields_of(answer) -> list[str]:
    assert answer.status_code == 422, answer.content
    return [row["field"] for row in answer.json()["errors"]]


def test_an_order_is_placed_with_its_parcel_and_booking(client, merchant):
    answer = place(client)
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    order = Order.objects.get(uid=shown["id"])
    assert (order.merchant, order.number) == (merchant, "A-1001")
    assert shown["status"] == "booking"
    assert shown["value"] == "39.80"
    assert shown["recipient"]["district"] == "南山区"
    assert shown["recipient"]["street"] == "科技园南路18号3栋502"
    assert shown["parcels"][0]["booking"]["state"] == "ready"
    assert shown["parcels"][0]["shipment"]["id"] == Shipment.objects.get().uid
    assert (shown["holds"], shown["warnings"]) == ([], [])
    assert (OrderLine.objects.count(), Booking.objects.count()) == (1, 1)


def test_location_is_the_address_of_the_order(client):
    answer = place(client)
    assert answer["Location"] == f"{URL}/{answer.json()['id']}"
    assert client.get(answer["Location"]).json() == answer.json()


def test_the_key_that_placed_it_stands_in_the_action_log(merchant):
    key, plain = make_key(merchant)
    place(client_with(plain))
    entry = ActionLog.objects.get(action="orders.created")
    assert (entry.actor_kind, entry.actor_id) == ("api_key", str(key.pk))


def test_a_line_needs_nothing_but_a_title_and_a_quantity(client):
    answer = place(client, body(lines=[{"title": "茶", "quantity": 1}]))
    line = answer.json()["lines"][0]
    assert answer.status_code == 201, answer.content
    assert (line["unit_price"], line["weight_grams"]) == ("0.00", None)
    assert line["goods_class"] == "general"


def test_an_order_may_name_every_field_there_is(client):
    data = body(
        placed_at="2026-11-11T08:00:00+08:00",
        paid_at="2026-11-11T08:05:00+08:00",
        currency="EUR",
        carrier="dhlen",
        note="ring twice",
        recipient={
            "name": "Erika Mustermann",
            "phone": "+49 30 901820",
            "email": "erika@example.com",
            "country": "DE",
            "province": "Berlin",
            "city": "Berlin",
            "district": "Mitte",
            "street": "Unter den Linden 1",
            "postcode": "10117",
        },
        parcels=[{"weight_grams": 420, "length_mm": 250, "width_mm": 180, "height_mm": 90}],
    )
    data["lines"][0] |= {"sku": "T-1", "origin_country": "CN", "hs_code": "090210"}
    answer = place(client, data)
    shown = answer.json()
    assert answer.status_code == 201, answer.content
    assert shown["placed_at"] == "2026-11-11T00:00:00Z"
    assert shown["paid_at"] == "2026-11-11T00:05:00Z"
    assert shown["recipient"]["email"] == "erika@example.com"
    assert shown["parcels"][0]["length_mm"] == 250
    assert (shown["currency"], shown["lines"][0]["hs_code"]) == ("EUR", "090210")


def test_nothing_leaves_the_house_while_an_order_is_placed(client, monkeypatch):
    from apps.core import http

    monkeypatch.setattr(http.Outbound, "post_form", lambda *a, **k: pytest.fail("a call went out"))
    assert place(client).status_code == 201


def test_the_brought_number_is_tracked_and_nothing_is_booked(client):
    answer = place(client, body(carrier="shunfeng", carrier_number="SF1234567890123"))
    assert answer.status_code == 201, answer.content
    parcel = answer.json()["parcels"][0]
    assert parcel["shipment"]["tracking_number"] == "SF1234567890123"
    assert parcel["booking"] is None
    assert not Booking.objects.exists()


def test_a_brought_number_without_a_carrier_names_the_carrier(client):
    assert fields_of(place(client, body(carrier_number="SF1234567890123"))) == ["carrier"]
    assert not Order.objects.exists()


def test_one_number_for_several_parcels_is_refused(client):
    boxes = [{"weight_grams": 500}, {"weight_grams": 700}]
    data = body(carrier="shunfeng", carrier_number="SF1234567890123", parcels=boxes)
    assert fields_of(place(client, data)) == ["carrier_number"]


def test_several_parcels_may_each_bring_a_number(client):
    boxes = [
        {"weight_grams": 500, "carrier_number": "SF1234567890123"},
        {"weight_grams": 700, "carrier_number": "SF1234567890124"},
    ]
    answer = place(client, body(carrier="shunfeng", parcels=boxes))
    numbers = [row["tracking_number"] for row in answer.json()["shipments"]]
    assert numbers == ["SF1234567890123", "SF1234567890124"]


def test_a_number_given_twice_is_named_as_it_was_sent(client):
    boxes = [{"weight_grams": 500, "carrier_number": "SF1234567890123"}] * 2
    answer = place(client, body(carrier="shunfeng", parcels=boxes))
    assert fields_of(answer) == ["parcels.1.carrier_number"]


def test_what_was_cleaned_is_told_with_the_original(client):
    answer = place(client, body(recipient__phone="+86 138-1234-5678", recipient__name="李雷😀"))
    shown = answer.json()
    assert shown["recipient"]["phone"] == "13812345678"
    assert shown["recipient"]["name"] == "李雷"
    assert shown["originals"]["recipient.phone"] == "+86 138-1234-5678"
    assert shown["originals"]["recipient.name"] == "李雷😀"


def test_a_contradictory_address_blocks_the_order_and_says_what_to_fix(client):
    answer = place(client, body(recipient__address="浙江省深圳市南山区科技园南路18号"))
    shown = answer.json()
    assert answer.status_code == 201
    assert shown["status"] == "blocked"
    assert shown["holds"][0]["code"] == "address"
    assert shown["holds"][0]["message"]
    assert shown["holds"][0]["parcels"] == [1]
    assert all(field.startswith("recipient.") for field in shown["holds"][0]["fields"])
    assert shown["warnings"][0]["code"] == "contradiction"


def test_the_mode_is_the_keys_and_a_test_merchants_is_always_sandbox(db):
    shop = make_merchant(is_test=False)
    live = place(client_of(shop, mode=KeyMode.LIVE), body(number="L-1")).json()
    sandbox = place(client_of(shop, mode=KeyMode.SANDBOX), body(number="S-1")).json()
    assert (live["mode"], sandbox["mode"]) == ("live", "sandbox")


def test_a_live_order_without_credentials_is_held_and_says_so(db):
    LiveShare.objects.create(percent=100, note="test")
    shop = make_merchant(is_test=False)
    shown = place(client_of(shop, mode=KeyMode.LIVE)).json()
    assert (shown["status"], shown["holds"][0]["code"]) == ("blocked", "live_not_configured")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "x" * 65}, "number"),
        ({"number": "x" * 100_000}, "number"),
        ({"number": 1001}, "number"),
        ({"number": None}, "number"),
        ({"number": "A\r\nLocation: http://evil"}, "number"),
        ({"number": "A\x001"}, "number"),
        ({"number": "A\ud8001"}, "number"),
        ({"placed_at": "2026-11-11T08:00:00"}, "placed_at"),
        ({"placed_at": "yesterday"}, "placed_at"),
        ({"placed_at": 1762819200}, "placed_at"),
        ({"placed_at": "2026-02-30T08:00:00Z"}, "placed_at"),
        ({"currency": "XXY"}, "currency"),
        ({"currency": 1}, "currency"),
        ({"carrier": "pigeon"}, "carrier"),
        ({"carrier": ["yuantong"]}, "carrier"),
        ({"recipient": None}, "recipient"),
        ({"recipient": "李雷"}, "recipient"),
        ({"recipient": []}, "recipient"),
        ({"recipient__name": ""}, "recipient.name"),
        ({"recipient__name": "!!!"}, "recipient.name"),
        ({"recipient__phone": "12"}, "recipient.phone"),
        ({"recipient__phone": 13812345678}, "recipient.phone"),
        ({"recipient__phone": ""}, "recipient.phone"),
        ({"recipient__email": "nobody"}, "recipient.email"),
        (
            {"recipient__country": "ZZ", "recipient__phone": "+49 30 901820"},
            "recipient.country",
        ),
        ({"recipient__address": ""}, "recipient.address"),
        ({"recipient__address": "火星基地一号"}, "recipient.address"),
        ({"recipient__address": "广东省深圳市南山区"}, "recipient.street"),
        ({"recipient__address": "广东省深圳市南山区" + "a" * 201}, "recipient.street"),
        ({"recipient__postcode": "1"}, "recipient.postcode"),
        ({"recipient__planet": "Mars"}, "recipient.planet"),
        ({"lines": []}, "lines"),
        ({"lines": None}, "lines"),
        ({"lines": {}}, "lines"),
        ({"lines": [1]}, "lines.0"),
        ({"lines": [[]]}, "lines.0"),
        ({"lines__0__quantity": 0}, "lines.0.quantity"),
        ({"lines__0__quantity": -3}, "lines.0.quantity"),
        ({"lines__0__quantity": "2"}, "lines.0.quantity"),
        ({"lines__0__quantity": 1.5}, "lines.0.quantity"),
        ({"lines__0__quantity": True}, "lines.0.quantity"),
        ({"lines__0__quantity": 10**30}, "lines.0.quantity"),
        ({"lines__0__unit_price": "-1"}, "lines.0.unit_price"),
        ({"lines__0__unit_price": "1.999"}, "lines.0.unit_price"),
        ({"lines__0__unit_price": "9" * 30}, "lines.0.unit_price"),
        ({"lines__0__unit_price": "NaN"}, "lines.0.unit_price"),
        ({"lines__0__weight_grams": -1}, "lines.0.weight_grams"),
        ({"lines__0__weight_grams": 70_001}, "lines.0.weight_grams"),
        ({"lines__0__title": ""}, "lines.0.title"),
        ({"lines__0__goods_class": "nuclear"}, "lines.0.goods_class"),
        ({"lines__0__origin_country": "ZZ"}, "lines.0.origin_country"),
        ({"lines__0__hs_code": "abc"}, "lines.0.hs_code"),
        ({"lines__0__price": "1"}, "lines.0.price"),
        ({"parcels": [{"weight_grams": 0}]}, "parcels.0.weight_grams"),
        ({"parcels": [{"weight_grams": 70_001}]}, "parcels.0.weight_grams"),
        ({"parcels": [{}]}, "parcels.0.weight_grams"),
        ({"parcels": [{"weight_grams": 1, "length_mm": -1}]}, "parcels.0.length_mm"),
        ({"parcels": [{"weight_grams": 1}] * 21}, "parcels"),
        ({"note": {"a": 1}}, "note"),
        ({"note": "x" * 4_001}, "note"),
        ({"id": "ord_mine"}, "id"),
        ({"merchant": "other-shop"}, "merchant"),
        ({"mode": "live"}, "mode"),
        ({"status": "delivered"}, "status"),
    ],
)
def test_an_impossible_field_is_named_and_nothing_is_stored(client, changes, field):
    data = body(**changes)
    answer = client.post(URL, json.dumps(data), content_type="application/json")
    assert fields_of(answer) == [field]
    assert not Order.objects.exists()
    assert not Shipment.objects.exists()


def test_lines_that_weigh_too_much_together_are_named_as_lines(client):
    data = body(lines__0__quantity=1_000, lines__0__weight_grams=300)
    assert fields_of(place(client, data)) == ["lines"]


def test_every_wrong_field_is_named_in_one_answer(client):
    data = body(
        recipient__phone="12",
        currency="XXY",
        recipient__email="nobody",
        lines__0__quantity=-1,
        lines__0__goods_class="nuclear",
        lines__0__unit_price="-3",
    )
    assert set(fields_of(place(client, data))) == {
        "lines.0.quantity",
        "lines.0.goods_class",
        "lines.0.unit_price",
        "recipient.phone",
        "currency",
        "recipient.email",
    }


def test_each_error_has_a_code_and_a_sentence_in_the_language_asked_for(merchant):
    english = place(client_of(merchant, language="en"), body(recipient__phone="12"))
    chinese = place(client_of(merchant, language="zh-CN"), body(recipient__phone="12"))
    row, same = english.json()["errors"][0], chinese.json()["errors"][0]
    assert row["code"] == same["code"] == "not_a_phone"
    assert row["message"].isascii()
    assert not same["message"].isascii()


def test_thousands_of_wrong_fields_are_cut_to_a_hundred(client):
    data = body(**{f"wrong_{n}": 1 for n in range(5_000)})
    answer = place(client, data)
    problem = answer.json()
    assert (len(problem["errors"]), problem["more"]) == (100, True)


@pytest.mark.parametrize("data", ["[]", '"a"', "1", "null", "true"])
def test_a_body_that_is_no_object_is_refused(client, data):
    answer = client.post(URL, data, content_type="application/json")
    assert answer.status_code == 422
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("data", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "malformed_json"),
        ('{"number":"a","number":"b"}', "application/json", 400, "duplicate_key"),
        ("", "application/json", 422, "invalid"),
        (" ", "application/json", 400, "malformed_json"),
        ("number=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("<order/>", "application/xml", 415, "unsupported_media_type"),
        ("{}", "text/plain", 415, "unsupported_media_type"),
        (b"\xff\xfe", "application/json", 400, "malformed_json"),
        ("[" * 50_000, "application/json", 400, "malformed_json"),
        (b" " * 5_000_000, "application/json", 413, "body_too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(client, data, content_type, status, code):
    answer = client.post(URL, data, content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"


def test_five_megabytes_of_a_valid_order_are_refused(client):
    answer = place(client, body(note="x" * 5_000_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert not Order.objects.exists()


def test_a_repeated_number_is_a_conflict_that_names_the_order_there_is(client):
    first = place(client).json()
    answer = place(client, body(recipient__name="韩梅梅"))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "duplicate_order")
    assert problem["existing_id"] == first["id"]
    assert [row["field"] for row in problem["errors"]] == ["number"]
    assert Order.objects.count() == Parcel.objects.count() == Shipment.objects.count() == 1
    assert Order.objects.get().recipient_name == "李雷"


def test_two_merchants_may_use_one_number(client, other):
    assert place(client).status_code == 201
    assert place(client_of(other)).status_code == 201


def test_the_same_key_and_body_get_the_same_answer_and_one_order(client):
    first = place(client, **{"Idempotency-Key": "k-1"})
    again = place(client, **{"Idempotency-Key": "k-1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert again["Idempotent-Replayed"] == "true"
    assert not first.has_header("Idempotent-Replayed")
    assert Order.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(client):
    place(client, **{"Idempotency-Key": "k-1"})
    answer = place(client, body(number="A-1002"), **{"Idempotency-Key": "k-1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_a_key_whose_request_failed_may_be_used_again(client):
    wrong = place(client, body(recipient__phone="12"), **{"Idempotency-Key": "k-1"})
    right = place(client, **{"Idempotency-Key": "k-1"})
    assert (wrong.status_code, right.status_code) == (422, 201)


def test_two_merchants_may_use_one_idempotency_key(client, other):
    place(client, **{"Idempotency-Key": "k-1"})
    answer = place(client_of(other), **{"Idempotency-Key": "k-1"})
    assert answer.status_code == 201
    assert not answer.has_header("Idempotent-Replayed")


@pytest.mark.parametrize("key", ["x" * 256, "schlüssel", "a\tb"])
def test_an_unusable_idempotency_key_is_refused(client, key):
    answer = client.post(URL, body(), format="json", HTTP_IDEMPOTENCY_KEY=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")
    assert not Order.objects.exists()


def test_a_kept_answer_of_one_address_is_not_given_at_another(client):
    first = place(client, **{"Idempotency-Key": "k-1"}).json()
    answer = client.post(
        f"{URL}/{first['id']}/cancel", {}, format="json", headers={"Idempotency-Key": "k-1"}
    )
    assert answer.json()["code"] == "idempotency_key_reused"


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_key_place_one_order():
    _key, plain = make_key(make_merchant())
    answers = []

    def send():
        answers.append(place(client_with(plain), **{"Idempotency-Key": "k-1"}))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Order.objects.count() == IdempotencyRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_with_one_number_and_no_key_one_is_placed():
    _key, plain = make_key(make_merchant())
    statuses = []

    def send():
        statuses.append(place(client_with(plain)).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 409, 409, 409, 409, 409]
    assert Order.objects.count() == 1


def test_staff_must_name_the_merchant_they_write_for(merchant):
    client = session_of(make_user(Role.OPERATOR))
    answer = place(client)
    assert (answer.status_code, answer.json()["code"]) == (400, "merchant_required")
    named = client.post(f"{URL}?merchant={merchant.slug}", body(), format="json")
    assert named.status_code == 201
    assert Order.objects.get().merchant == merchant


@pytest.mark.parametrize("slug", ["nobody", "", "%00", "%F0%9F%98%80", "x" * 5_000])
def test_a_merchant_that_is_not_there_is_a_problem(merchant, slug):
    client = session_of(make_user(Role.OPERATOR))
    answer = client.post(f"{URL}?merchant={slug}", body(), format="json")
    assert answer.status_code in {400, 404}
    assert not Order.objects.exists()


def test_a_key_cannot_write_for_another_merchant(client, other):
    answer = client.post(f"{URL}?merchant={other.slug}", body(), format="json")
    assert answer.status_code == 404
    assert not Order.objects.exists()


def test_an_auditor_cannot_place_orders(merchant):
    client = session_of(make_user(Role.AUDITOR))
    assert client.post(f"{URL}?merchant={merchant.slug}", body(), format="json").status_code == 403


def test_a_session_needs_the_csrf_token_to_write(merchant):
    client = session_of(make_user(Role.MERCHANT, merchant=merchant), csrf=True)
    assert place(client).status_code == 403
    assert not Order.objects.exists()
    client.get("/api/v1/docs")
    token = client.cookies["csrftoken"].value
    assert place(client, **{"X-CSRFToken": token}).status_code == 201


def test_an_order_wrong_everywhere_is_told_everything_at_once(client):
    recipient = {"name": "王", "phone": "12", "address": "那里"}
    answer = place(client, {"number": "TOUR-2", "recipient": recipient, "lines": []})
    assert {"recipient.phone", "recipient.address", "lines"} <= set(fields_of(answer))
