"""The contract's real payloads over real HTTP, with their signatures, through to the applier."""

from __future__ import annotations

import http.client
import json
import threading
from urllib.parse import urlsplit

import pytest
import requests

from apps.baidiyun import services, topics
from apps.baidiyun.models import InboxRow, Quarantine
from tests.baidiyun import payloads
from tests.baidiyun.conftest import address, salt

pytestmark = pytest.mark.django_db(transaction=True)

SUCCESS = {"result": True, "returnCode": "200", "message": "成功"}
REAL = [
    ("tracking", payloads.POLLING, "YT6186594166532"),
    ("tracking", payloads.ABORT, "4310508235533"),
    ("tracking", payloads.VECTOR_PUSH, "SANDBOX0001"),
    ("booking", payloads.ORDER_PUSH, ""),
]


def post(server, path: str, body: bytes, **headers):
    """A form over a real connection."""
    return requests.post(
        f"{server.url}{path}",
        data=body,
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", **headers},
        timeout=10,
    )


def test_real_payloads_travel_from_the_wire_to_their_applier(live_server, token_of, recorder):
    for topic, raw, number in REAL:
        subscription = token_of(topic, number=number)
        response = post(
            live_server, address(subscription), payloads.push_body(raw, salt(subscription))
        )
        assert (response.status_code, response.json()) == (200, SUCCESS)
        assert response.headers["Content-Type"].startswith("application/json")
    assert services.drain_once().applied == len(REAL)
    read = {topics.snapshot_of(row).number for row in recorder.rows if row.topic == "tracking"}
    assert read == {number for topic, _, number in REAL if topic == "tracking"}
    [booking] = [row for row in recorder.rows if row.topic == "booking"]
    assert topics.booking_update_of(booking).number == "SF42"


def test_the_same_payload_with_the_captured_salt_is_refused(live_server, token_of):
    response = post(live_server, address(token_of()), payloads.push_body(payloads.POLLING, "123"))
    assert response.status_code == 403
    assert response.json() == {"result": False, "returnCode": "503", "message": "验证签名失败"}
    assert not InboxRow.objects.exists()


def test_a_delivery_repeated_by_many_at_once_is_stored_once(live_server, token_of):
    subscription = token_of()
    body = payloads.push_body(payloads.POLLING, salt(subscription))
    answers = []

    def deliver():
        answers.append(post(live_server, address(subscription), body).json())

    threads = [threading.Thread(target=deliver) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert answers == [SUCCESS] * 6
    assert InboxRow.objects.count() == 1


def test_five_megabytes_over_the_wire_get_an_answer(live_server, token_of):
    subscription = token_of()
    response = post(live_server, address(subscription), b"param=" + b"x" * 5_000_000)
    assert response.status_code == 413
    assert response.json()["returnCode"] == "400"
    subscription.refresh_from_db()
    assert subscription.poll_wanted_at is not None
    assert Quarantine.objects.get().reason == "too_large"


def test_a_body_cut_short_on_the_wire_is_not_taken_for_a_push(live_server, token_of):
    subscription = token_of()
    body = payloads.push_body(payloads.POLLING, salt(subscription))
    connection = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=10)
    connection.putrequest("POST", address(subscription))
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.putheader("Content-Length", str(len(body) + 50))
    connection.endheaders(body)
    connection.sock.shutdown(1)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    assert (response.status, answer["result"]) == (400, False)
    assert not InboxRow.objects.exists()
    assert Quarantine.objects.get().reason == "cut_short"
