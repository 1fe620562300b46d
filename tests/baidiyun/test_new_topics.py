"""The way in for waybills, interceptions, rides, pickup codes and kd100's webhook."""

from __future__ import annotations

import json
from urllib.parse import urlencode, urlsplit

import pytest

from apps.baidiyun import topics
from apps.baidiyun.errors import InvalidRequest
from apps.baidiyun.models import InboxRow, Quarantine, Subscription
from apps.baidiyun.services import bind_return, drain_once, verify_quarantined
from tests.baidiyun import payloads
from tests.baidiyun.conftest import salt

pytestmark = pytest.mark.django_db
NUMBER = "YT6186594166532"
SIGNED = {
    "waybill": {"kuaidinum": NUMBER, "status": "200"},
    "intercept": {"kuaidinum": NUMBER, "status": "1", "message": "已拦截"},
    "work_order": {"consultId": "C1", "status": "2", "content": "已加急"},
    "samecity": {"orderId": "R1", "status": "310", "updateTime": "2026-11-22 16:00:00"},
}
CODE = json.dumps({"kuaidinum": NUMBER, "pickUpCode": "3-2-8014"})
WEBHOOK = json.dumps({"event": "tracking", "tracking_number": NUMBER, "items": []})


@pytest.mark.parametrize("topic", sorted(SIGNED))
def test_a_signed_push_is_stored_and_another_signature_refused(token_of, push, topic):
    subscription = token_of(topic)
    raw = json.dumps(SIGNED[topic], ensure_ascii=False)
    assert push(subscription, raw).status_code == 200
    assert (InboxRow.objects.get().topic, InboxRow.objects.get().param) == (topic, raw)
    bad = payloads.push_body(raw, "not the salt")
    assert push(subscription, body=bad).status_code == 403
    assert InboxRow.objects.count() == 1


@pytest.mark.parametrize("topic", sorted(SIGNED))
def test_an_unsigned_push_of_a_signed_topic_is_refused(token_of, push, topic):
    body = urlencode({"param": json.dumps(SIGNED[topic])}).encode()
    assert push(token_of(topic), body=body).status_code == 403
    assert Quarantine.objects.get().reason == "no_signature"


def test_a_pickup_code_comes_as_a_form_without_a_signature(token_of, push):
    body = urlencode({"param": CODE}).encode()
    assert push(token_of("pickup_code"), body=body).status_code == 200
    assert InboxRow.objects.get().param == CODE


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_the_webhook_of_kd100_is_a_json_body(token_of, push, kind):
    subscription = token_of("kd100")
    response = push(subscription, body=WEBHOOK.encode(), content_type=kind)
    assert response.status_code == 200
    assert InboxRow.objects.get().param == WEBHOOK


@pytest.mark.parametrize("topic", ["pickup_code", "kd100"])
def test_without_a_signature_a_token_must_be_ours_and_of_the_topic(token_of, push, topic):
    other = token_of("tracking")
    body = WEBHOOK.encode() if topic == "kd100" else urlencode({"param": CODE}).encode()
    for token in (other.token, "nobodygavethisout"):
        response = push(other, body=body, path=f"/callbacks/baidiyun/{topic}/k1/{token}")
        assert response.status_code == 403
    assert not InboxRow.objects.exists()
    assert set(Quarantine.objects.values_list("reason", flat=True)) == {"unknown_token"}
    assert verify_quarantined().replayed == 0
    assert not InboxRow.objects.exists()


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("kd100", b"{"), ("kd100", b"[]"), ("kd100", b"\xff\xfe"), ("kd100", b"{}"),
        ("pickup_code", b"param=%7B%7D"), ("pickup_code", b"param=x"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_goes_to_quarantine(token_of, push, topic, body):
    assert push(token_of(topic), body=body).status_code == 400
    assert Quarantine.objects.get().reason == "malformed"
    assert not InboxRow.objects.exists()


def test_a_return_address_is_made_once_and_leads_back(push, recorder):
    topics.register("waybill", recorder)
    given = {"subject": 7, "carrier": "yuantong", "number": NUMBER, "mode": "sandbox"}
    first = bind_return(topic="waybill", **given)
    assert bind_return(topic="waybill", **given) == first
    subscription = Subscription.objects.get()
    assert first.salt == salt(subscription)
    assert first.salt not in repr(first)
    body = payloads.push_body(json.dumps(SIGNED["waybill"]), first.salt)
    assert push(subscription, body=body, path=urlsplit(first.url).path).status_code == 200
    assert drain_once().applied == 1
    assert (recorder.rows[0].subject, recorder.rows[0].number) == (7, NUMBER)


def test_tracking_has_tokens_of_its_own(db):
    with pytest.raises(InvalidRequest):
        bind_return(topic="tracking", subject=1, carrier="jd", number="1", mode="sandbox")
