"""kd100.com over real HTTP: JSON, header signature, own codes, unsigned webhooks."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import requests

from apps.baidiyun.drift import observe
from apps.sandbox.models import SandboxAccount, SandboxSubscription
from tests.sandbox.clients import md5
from tests.sandbox.conftest import run_until

NUMBER = "YT6186594166533"
ASKED = {"carrier_id": "yuantong", "tracking_number": NUMBER}


def call(base: str, path: str, body: str | bytes, **headers: str) -> dict:
    raw = body.encode() if isinstance(body, str) else body
    signature = md5(raw.decode("latin-1" if not raw.isascii() else "ascii") + "testKeytestSecret")
    sent = {
        "Content-Type": "application/json", "API-Key": "testKey", "signature": signature, **headers,
    }  # fmt: skip
    return requests.post(f"{base}/api/v1/{path}", data=raw, headers=sent, timeout=10).json()


def ask(base: str, path: str, param: dict, **headers: str) -> dict:
    return call(base, path, json.dumps(param), **headers)


def test_a_number_is_recognised(gateway):
    answer = ask(gateway, "carriers/detect", {"tracking_number": NUMBER})
    assert answer == {
        "code": 200, "message": "OK",
        "data": [{"carrier_id": "yuantong", "carrier_name": "圆通速递"}],
    }  # fmt: skip
    assert ask(gateway, "carriers/detect", {"tracking_number": "ABCD12345"})["code"] == 406
    assert ask(gateway, "carriers/detect", {})["code"] == 105


def test_a_track_is_told_in_kd100s_own_words(gateway, moving):
    assert ask(gateway, "tracking/realtime", ASKED)["code"] in {200, 60101}
    moving.forward(days=20)
    answer = ask(gateway, "tracking/realtime", {**ASKED, "area_show": 1})
    data = answer["data"]
    assert (answer["code"], data["carrier_id"], data["tracking_number"]) == (
        200,
        "yuantong",
        NUMBER,
    )
    assert data["items"][0]["order_status_code"] == data["order_status_code"]
    times = [item["time"] for item in data["items"]]
    assert times == sorted(times, reverse=True)
    assert observe("kd100.realtime.answer", data) == []
    plain = ask(gateway, "tracking/realtime", {**ASKED, "area_show": 0, "order": "asc"})["data"]
    assert "area_name" not in plain["items"][0]
    assert plain["items"][0]["time"] == times[-1]


def test_a_number_nobody_has_is_60101(gateway):
    answer = ask(gateway, "tracking/realtime", {**ASKED, "tracking_number": "YT12"})
    assert answer["code"] == 105
    answer = ask(gateway, "tracking/realtime", {**ASKED, "tracking_number": "XX0000000"})
    assert answer == {"code": 60101, "message": "No result found"}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"signature": "0" * 32}, 104), ({"signature": ""}, 102), ({"API-Key": ""}, 102),
        ({"API-Key": "nobody"}, 404), ({"Content-Type": "text/plain"}, 102),
    ],
)  # fmt: skip
def test_who_may_not_ask_is_told_why(gateway, headers, code):
    assert ask(gateway, "tracking/realtime", ASKED, **headers)["code"] == code


def test_wrong_verbs_bodies_and_parameters_have_their_codes(gateway):
    assert requests.get(f"{gateway}/api/v1/tracking/create", timeout=10).json()["code"] == 101
    assert call(gateway, "tracking/realtime", "{not json")["code"] == 103
    assert call(gateway, "tracking/realtime", "[1]")["code"] == 103
    assert ask(gateway, "tracking/realtime", {**ASKED, "carrier_id": "nobody"})["code"] == 405
    assert ask(gateway, "tracking/realtime", {**ASKED, "carrier_id": "shunfeng"})["code"] == 105


def test_an_account_without_quota_is_401(gateway):
    SandboxAccount.objects.update(is_expired=True)
    assert ask(gateway, "tracking/realtime", ASKED)["code"] == 401


def test_a_subscription_is_told_by_webhook_until_it_is_over(gateway, moving, receiver):
    wish = {**ASKED, "webhook_url": receiver.url}
    assert ask(gateway, "tracking/create", wish) == {"code": 200, "message": "OK"}
    assert ask(gateway, "tracking/create", wish)["code"] == 60201
    run_until(moving, moving.at + dt.timedelta(days=20))
    pushes = receiver.params()
    assert pushes[-1]["event"] == "shutdown"
    assert {push["event"] for push in pushes[:-1]} <= {"polling"}
    assert all(set(raw) == {"path", "param"} for raw in receiver.got)
    findings = [finding for push in pushes for finding in observe("kd100.webhook", push)]
    assert findings == []


def test_a_refused_webhook_comes_again_after_half_an_hour(gateway, moving, receiver):
    receiver.answers = [(500, "no"), (200, "anything")]
    ask(gateway, "tracking/create", {**ASKED, "webhook_url": receiver.url})
    run_until(moving, moving.at + dt.timedelta(days=20))
    assert receiver.got[0] == receiver.got[1]


def test_a_number_without_a_parcel_is_given_up_after_three_days(gateway, moving, receiver):
    wish = {"carrier_id": "yuantong", "tracking_number": "XX0000000", "webhook_url": receiver.url}
    ask(gateway, "tracking/create", wish)
    run_until(moving, moving.at + dt.timedelta(days=4))
    assert [(p["event"], p["items"]) for p in receiver.params()] == [("abort", [])]
    assert SandboxSubscription.objects.get().state == "abort"


def test_without_an_address_nobody_is_told(gateway):
    assert ask(gateway, "tracking/create", {**ASKED, "webhook_url": "ftp://x"})["code"] == 105
    assert not SandboxSubscription.objects.exists()
