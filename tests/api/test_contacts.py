"""Storefronts tell what customers said: from outside, and by those who should not."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.accounts.choices import KeyMode
from apps.core import clock
from apps.core.models import ActionLog
from apps.exceptions.models import Contact, NpsAnswer
from apps.orders.drafts import ParcelDraft
from apps.orders.models import Order
from apps.shipments.models import Shipment
from tests.support.orders import make_order
from tests.support.people import client_of, make_merchant

NUMBER = "YT9900000000001"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def shipment(merchant) -> Shipment:
    box = ParcelDraft(weight_grams=500, carrier="yuantong", number=NUMBER)
    make_order(merchant, number="MINE-1", parcels=(box,))
    return Shipment.objects.get()


def contact(**changes):
    return {"parcel": NUMBER, "reason": "not_received", "words": "没有收到"} | changes


def post(client, *items, key="contacts", url="/api/v1/contacts", **headers):
    return client.post(url, {key: list(items)}, format="json", headers=headers)


def test_a_contact_is_linked_by_each_name_of_the_parcel(client, shipment):
    names = [shipment.uid, NUMBER.lower(), "MINE-1", Order.objects.get().uid]
    answer = post(client, *(contact(parcel=name) for name in names))
    assert answer.status_code == 200, answer.content
    assert [row["shipment"] for row in answer.json()["results"]] == [shipment.uid] * 4
    row = Contact.objects.first()
    assert (row.carrier, row.lane_to, row.mode) == ("yuantong", "44", "sandbox")
    assert row.is_complaint
    assert row.channel == "storefront"


def test_each_contact_is_written_down(client, shipment):
    post(client, contact())
    log = ActionLog.objects.get(action="exceptions.contact.recorded")
    assert log.after["reason"] == "not_received"
    assert log.actor_kind == "api_key"


def test_an_unknown_parcel_is_kept_as_said(client, shipment):
    (row,) = post(client, contact(parcel="  NOBODY-7 ")).json()["results"]
    assert (row["outcome"], row["shipment"]) == ("stored", None)
    assert Contact.objects.get().parcel_said == "NOBODY-7"


def test_another_merchants_parcel_is_not_found_and_never_linked(other, shipment):
    names = [shipment.uid, NUMBER, "MINE-1", Order.objects.get().uid]
    answer = post(client_of(other), *(contact(parcel=name) for name in names)).json()
    assert [row["shipment"] for row in answer["results"]] == [None] * 4
    assert not Contact.objects.filter(shipment__isnull=False).exists()


def test_a_live_key_does_not_find_a_sandbox_parcel(shipment):
    shop = make_merchant(slug="real-shop", is_test=False)
    Shipment.objects.update(merchant=shop)
    post(client_of(shop, mode=KeyMode.LIVE), contact())
    row = Contact.objects.get()
    assert (row.shipment_id, row.mode) == (None, "live")


def test_the_same_external_id_is_kept_once(client, shipment):
    first = post(client, contact(external_id="t-1"), contact(external_id="t-1")).json()
    again = post(client, contact(external_id="t-1", reason="late")).json()
    assert [row["outcome"] for row in first["results"]] == ["stored", "duplicate"]
    assert again["results"][0] == {**first["results"][0], "outcome": "duplicate"}
    assert Contact.objects.get().reason == "not_received"


def test_a_repeat_with_its_key_gets_the_first_answer(client, shipment):
    first = post(client, contact(), **{"Idempotency-Key": "k"})
    again = post(client, contact(), **{"Idempotency-Key": "k"})
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"reason": "angry"}, "reason", "invalid_choice"),
        ({"reason": None}, "reason", "null"),
        ({"reason": {"a": 1}}, "reason", "invalid_choice"),
        ({"channel": "smoke"}, "channel", "invalid_choice"),
        ({"words": "好" * 2001}, "words", "max_length"),
        ({"words": ["a"]}, "words", "invalid"),
        ({"words": "a\x00b"}, "words", "null_characters_not_allowed"),
        ({"parcel": 7}, "parcel", "invalid"),
        ({"parcel": "x" * 65}, "parcel", "max_length"),
        ({"at": "2026-11-11T08:00:00"}, "at", "invalid"),
        ({"at": "2019-11-11T08:00:00Z"}, "at", "too_old"),
        ({"external_id": "a\u202eb"}, "external_id", "invalid"),
        ({"merchant": "other-shop"}, "merchant", "unknown_field"),
    ],
)
def test_what_is_not_acceptable_is_named_and_the_rest_is_kept(
    client, shipment, changes, field, code
):
    body = post(client, contact(**changes), contact()).json()
    refused, stored = body["results"]
    assert refused["outcome"] == "refused"
    assert stored["outcome"] == "stored"
    assert [(row["field"], row["code"]) for row in refused["errors"]] == [(field, code)]
    assert Contact.objects.count() == 1


def test_nobody_wrote_later_than_now(client, shipment):
    tomorrow = (clock.now() + 24 * HOUR).isoformat()
    (row,) = post(client, contact(at=tomorrow)).json()["results"]
    assert row["errors"][0]["code"] == "in_the_future"
    assert not Contact.objects.exists()


@pytest.mark.parametrize("item", [None, 7, "x", [], True])
def test_an_item_that_is_no_object_spoils_itself_only(client, shipment, item):
    body = post(client, item, contact()).json()
    assert (body["refused"], body["stored"]) == (1, 1)
    assert body["results"][0]["errors"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ([], 422, "invalid"),
        ({}, 422, "invalid"),
        ({"contacts": {}}, 422, "invalid"),
        ({"contacts": []}, 422, "invalid"),
        ({"contacts": [{}], "more": 1}, 422, "invalid"),
        ({"contacts": [{}] * 101}, 413, "too_many_items"),
    ],
)
def test_a_batch_that_is_none_is_refused(client, shipment, body, status, code):
    answer = client.post("/api/v1/contacts", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Contact.objects.exists()


def test_markup_and_formulas_are_only_words(client, shipment):
    post(client, contact(words="=HYPERLINK(1)<script>x</script>", parcel="=1+1"))
    (row,) = client.get("/api/v1/contacts").json()["results"]
    assert row["words"] == "=HYPERLINK(1) x"
    assert row["parcel"] == "=1+1"


def test_the_list_is_paged_filtered_and_ones_own(client, other, shipment):
    post(client, contact(), contact(reason="late"), contact(parcel="", reason="other"))
    post(client_of(other), contact(parcel=""))
    page = client.get("/api/v1/contacts?page_size=2").json()
    assert [row["reason"] for row in page["results"]] == ["other", "late"]
    rest = client.get(page["next"]).json()["results"]
    assert [row["reason"] for row in rest] == ["not_received"]
    late = client.get(f"/api/v1/contacts?reason=late&shipment={shipment.uid}").json()
    assert [row["is_complaint"] for row in late["results"]] == [True]


def test_an_answer_is_kept_with_its_score(client, shipment):
    items = ({"parcel": NUMBER, "score": score} for score in (10, 11, "9", True, -1))
    body = post(client, *items, key="answers", url="/api/v1/nps").json()
    outcomes = [row["outcome"] for row in body["results"]]
    assert outcomes == ["stored", *["refused"] * 4]
    row = NpsAnswer.objects.get()
    assert (row.score, row.shipment_id, row.carrier) == (10, shipment.pk, "yuantong")
    (seen,) = client.get("/api/v1/nps").json()["results"]
    assert seen["score"] == 10
    assert seen["shipment"] == shipment.uid
