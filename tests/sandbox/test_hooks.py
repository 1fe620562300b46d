"""The receivers: webhooks recorded and checked, answers as configured, WeCom's robot."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from django.db import OperationalError

from apps.core import clock
from apps.sandbox.models import SandboxReceipt, SandboxReceiver, SandboxRobotMessage
from apps.sandbox.services import receivers, robots

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
BODY = '{"type":"shipment.delivered","data":{"state":"签收"}}'.encode()
KEY = "693a91f6-7aec-4bc4-97a0-0ec2sifa5aaa".replace("sif", "d1f")
REAL = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


def sent(base: str, *, body: bytes = BODY, secret: str = SECRET, webhook_id: str = "msg_1",
         **changes: str) -> requests.Response:  # fmt: skip
    stamp = str(int(clock.real_now().timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{webhook_id}.{stamp}.".encode() + body
    mine = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{mine}",
        "Content-Type": "application/json",
        **changes,
    }
    url = f"{base}/hooks/portal"
    return requests.post(url, data=body, headers=headers, timeout=10, allow_redirects=False)


def listed(base: str, query: str = "") -> dict[str, Any]:
    return requests.get(f"{base}/hooks/portal{query}", timeout=10).json()


def test_a_signed_webhook_is_recorded_with_its_hash_and_verified(gateway):
    requests.put(f"{gateway}/hooks/portal", json={"secret": SECRET}, timeout=10)
    assert sent(gateway, Authorization="Bearer x").status_code == 200
    (row,) = listed(gateway)["received"]
    assert (row["id"], row["event"], row["verified"]) == ("msg_1", "shipment.delivered", True)
    assert row["sha256"] == hashlib.sha256(BODY).hexdigest()
    assert abs(row["skew_seconds"]) <= 2
    assert row["headers"]["content-type"] == "application/json"
    assert "authorization" not in row["headers"]


def test_another_key_another_body_and_no_id_do_not_verify(gateway):
    receivers.set_receiver(name="portal", secret=SECRET)
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    sent(gateway, secret=other)
    sent(gateway, **{"webhook-signature": "v1,AAAA v1,BBBB"})
    sent(gateway, **{"webhook-id": ""})
    assert [row["verified"] for row in listed(gateway)["received"]] == [False] * 3


def test_one_of_two_signatures_is_enough_while_keys_rotate(gateway):
    receivers.set_receiver(name="portal", secret=SECRET)
    other = base64.b64encode(b"o" * 32).decode()
    first = sent(gateway)
    good = SandboxReceipt.objects.get().headers["webhook-signature"]
    stamp = SandboxReceipt.objects.get().headers["webhook-timestamp"]
    both = {"webhook-signature": f"v1,{other} {good}", "webhook-timestamp": stamp}
    assert first.status_code == sent(gateway, **both).status_code == 200
    assert [row["verified"] for row in listed(gateway)["received"]] == [True, True]


def test_without_a_secret_nothing_is_said_about_the_signature(gateway):
    assert sent(gateway).json() == {"ok": True}
    assert listed(gateway)["received"][0]["verified"] is None


def test_how_often_an_id_came_is_told_and_pages_follow_the_cursor(gateway):
    for webhook_id in ("a", "b", "a", "c", "a"):
        sent(gateway, webhook_id=webhook_id)
    first = listed(gateway, "?limit=2")
    assert [(row["id"], row["times"]) for row in first["received"]] == [("a", 3), ("b", 1)]
    rest = listed(gateway, f"?after={first['next']}")
    assert [row["id"] for row in rest["received"]] == ["a", "c", "a"]
    assert (rest["total"], rest["next"]) == (5, 0)


@pytest.mark.parametrize(
    ("answer", "status"), [("500", 500), ("410", 410), ("302", 302), ("429", 429), ("slow", 200)]
)
def test_a_receiver_answers_as_it_was_told(gateway, answer, status):
    settings = {"answers": {answer: 1}, "slow_seconds": 0.01}
    done = requests.put(f"{gateway}/hooks/portal", json=settings, timeout=10).json()
    assert done["answers"] == {answer: 1.0}
    assert sent(gateway).status_code == status
    row = SandboxReceipt.objects.get()
    assert (row.status, row.is_slow) == (status, answer == "slow")


def test_shares_are_kept_over_many_ids_and_a_repetition_is_drawn_anew(db, moving):
    receivers.set_receiver(name="portal", answers={"500": 0.3})

    def told(webhook_id: str) -> int:
        headers = {"webhook-id": webhook_id}
        return receivers.receive_webhook(name="portal", headers=headers, body=b"{}").status

    first = [told(f"m{number}") for number in range(200)]
    assert 40 <= first.count(500) <= 80
    again = [told(f"m{number}") for number in range(200) if first[number] == 500]
    assert again.count(200) > len(again) / 2


@pytest.mark.parametrize(
    "settings",
    [[], {"secret": 1}, {"answers": {"500": 2}}, {"answers": {"teapot": 1}}, {"secret": "\x00"},
     {"answers": {"500": 0.6, "410": 0.6}}, {"slow_seconds": 61}, {"slow_seconds": "1"}],
)  # fmt: skip
def test_settings_nobody_understands_are_refused_and_change_nothing(gateway, settings):
    receivers.set_receiver(name="portal", secret=SECRET)
    answer = requests.put(f"{gateway}/hooks/portal", json=settings, timeout=10)
    assert answer.status_code == 400
    kept = SandboxReceiver.objects.get()
    assert (kept.secret, kept.answers, kept.slow_seconds) == (SECRET, {}, 5)


def test_odd_requests_to_a_receiver_are_answered_in_words(gateway):
    assert requests.get(f"{gateway}/hooks/nobody", timeout=10).status_code == 404
    assert requests.post(f"{gateway}/hooks/Bad Name", timeout=10).status_code == 400
    assert requests.delete(f"{gateway}/hooks/portal", timeout=10).status_code == 405
    assert requests.put(f"{gateway}/hooks/portal", data=b"{", timeout=10).status_code == 400
    strange = {"webhook-timestamp": "9" * 40, "webhook-id": "i" * 400}
    assert sent(gateway, body=b"\xff\x00" * 10, **strange).status_code == 200
    forwarded = {"X-Forwarded-For": "203.0.113.5"}
    listing = requests.get(f"{gateway}/hooks/portal", headers=forwarded, timeout=10)
    assert listing.status_code == 403
    assert "sha256" not in listing.text


def test_receipts_are_capped(db, moving, monkeypatch):
    monkeypatch.setattr(receivers, "TRIM_EVERY", 1)
    monkeypatch.setattr(receivers, "MOST_KEPT", 3)
    for number in range(6):
        receivers.receive_webhook(name="portal", headers={"webhook-id": str(number)}, body=b"{}")
    kept = SandboxReceipt.objects.order_by("pk").values_list("webhook_id", flat=True)
    assert list(kept) == ["3", "4", "5"]
    assert SandboxReceiver.objects.get().received == 6


def robot(base: str, message: Any, key: str = KEY) -> dict[str, Any]:
    url = f"{base}/cgi-bin/webhook/send?key={key}"
    return requests.post(url, json=message, timeout=10).json()


def text(content: str = "你好", **more: Any) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content, **more}}


CARD = {
    "card_type": "text_notice",
    "main_title": {"title": "异常", "desc": "180 件"},
    "card_action": {"type": 1, "url": "https://portal.example/cases/1"},
}
ARTICLE = {"title": "日报", "url": "https://portal.example/1"}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text", {"content": "字" * 682, "mentioned_list": ["@all"]}),
        ("markdown", {"content": "x" * 4096}),
        ("markdown_v2", {"content": "# 标题"}),
        ("news", {"articles": [ARTICLE] * 8}),
        ("file", {"media_id": "3a8asd892asd8asd"}),
        ("template_card", CARD),
        ("image", {"base64": base64.b64encode(PNG).decode(),
                   "md5": hashlib.md5(PNG).hexdigest()}),
    ],
)  # fmt: skip
def test_the_robot_takes_every_kind_of_message_and_remembers_it(gateway, kind, content):
    message = {"msgtype": kind, kind: content}
    assert robot(gateway, message) == {"errcode": 0, "errmsg": "ok"}
    url = f"{gateway}/cgi-bin/webhook/recorded?key={KEY}"
    (row,) = requests.get(url, timeout=10).json()["messages"]
    assert (row["msgtype"], row["errcode"], row["body"]) == (kind, 0, message)


@pytest.mark.parametrize(
    ("message", "errcode"),
    [
        ({"msgtype": "poem", "poem": {}}, 40008),
        ({}, 40008),
        ({"msgtype": ["text"]}, 40008),
        (text(""), 44004),
        ({"msgtype": "text"}, 40058),
        (text("字" * 683), 40058),
        (text("a", mentioned_list="@all"), 40058),
        ({"msgtype": "markdown", "markdown": {"content": "x" * 4097}}, 40058),
        ({"msgtype": "markdown_v2", "markdown_v2": {}}, 44004),
        ({"msgtype": "news", "news": {"articles": [ARTICLE] * 9}}, 40058),
        ({"msgtype": "news", "news": {"articles": [{"title": "a"}]}}, 40058),
        ({"msgtype": "file", "file": {}}, 40007),
        ({"msgtype": "template_card", "template_card": {"card_type": "poem"}}, 40058),
        ({"msgtype": "template_card", "template_card": CARD | {"card_action": {}}}, 40058),
        ({"msgtype": "image", "image": {"base64": "!", "md5": ""}}, 40058),
        ({"msgtype": "image", "image": {"base64": base64.b64encode(PNG).decode()}}, 301019),
        ([text()], 47001),
    ],
)  # fmt: skip
def test_the_robot_refuses_with_the_documented_code(gateway, message, errcode):
    assert robot(gateway, message)["errcode"] == errcode
    assert SandboxRobotMessage.objects.get().errcode == errcode


@pytest.mark.parametrize("key", ["", "nobody", "00000000-0000-0000-0000-000000000000", "%00"])
def test_a_key_that_is_no_robots_is_93000(gateway, key):
    assert robot(gateway, text(), key)["errcode"] == 93000


def test_the_21st_message_within_a_real_minute_is_too_much(db, moving):
    body = json.dumps(text()).encode()
    with clock.scripted(REAL):
        codes = [robots.send_to_robot(key=KEY, body=body).errcode for _ in range(21)]
        other = robots.send_to_robot(key=KEY.replace("693a", "793a"), body=body)
    moving.forward(days=3)
    with clock.scripted(REAL + dt.timedelta(seconds=59)):
        assert robots.send_to_robot(key=KEY, body=body).errcode == 45009
    with clock.scripted(REAL + dt.timedelta(seconds=61)):
        assert robots.send_to_robot(key=KEY, body=body).errcode == 0
    assert codes == [0] * 20 + [45009]
    assert other.errcode == 0


def test_odd_bodies_never_bring_the_robot_down(gateway):
    url = f"{gateway}/cgi-bin/webhook/send?key={KEY}"
    odd = [b"", b"{", b"\xff", b"[" * 5000, b'{"msgtype":"text","text":{"content":"\\u0000"}}',
           b'{"msgtype":"text","text":{"content":"\\ud800"}}', b'{"msgtype":NaN}']  # fmt: skip
    answers = [requests.post(url, data=body, timeout=10) for body in odd]
    assert {answer.status_code for answer in answers} == {200}
    codes = [answer.json()["errcode"] for answer in answers]
    assert codes == [47001, 47001, 47001, 47001, 0, 0, 40008]
    assert SandboxRobotMessage.objects.count() == 7
    assert requests.get(url, timeout=10).json()["errcode"] == 47001


@pytest.fixture
def told(gateway: str) -> Callable[..., requests.Response]:
    """Tell the robot how to answer."""

    def tell(key: str = KEY, **values: Any) -> requests.Response:
        url = f"{gateway}/cgi-bin/webhook/recorded?key={key}"
        return requests.put(url, json=values, timeout=10)

    return tell


@pytest.mark.parametrize(("answer", "errcode"), [("dead", 93000), ("often", 45009), ("busy", -1)])
def test_a_robot_told_to_refuses_everything_until_told_otherwise(gateway, told, answer, errcode):
    assert told(answer=answer).status_code == 200
    assert robot(gateway, text())["errcode"] == errcode
    assert robot(gateway, text(), KEY.replace("693a", "793a"))["errcode"] == 0
    told(answer="usual")
    assert robot(gateway, text())["errcode"] == 0


def test_a_robot_told_to_fails_with_500_and_keeps_nothing(gateway, told):
    told(answer="500")
    url = f"{gateway}/cgi-bin/webhook/send?key={KEY}"
    assert requests.post(url, json=text(), timeout=10).status_code == 500
    assert not SandboxRobotMessage.objects.exists()


@pytest.mark.parametrize(
    "values", [{}, {"answer": "poem"}, {"answer": "slow", "slow_seconds": 61}, {"answer": ["500"]}]
)
def test_a_robot_is_not_told_what_nobody_understands(told, values):
    assert told(**values).status_code == 400


def test_the_robot_answers_without_its_table_and_writes_it_down_later(gateway, told, monkeypatch):
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as gone:
        gone.setattr(robots, "keep_message", away)
        codes = [robot(gateway, text(str(n)))["errcode"] for n in range(21)]
        assert not SandboxRobotMessage.objects.exists()
        url = f"{gateway}/cgi-bin/webhook/recorded?key={KEY}"
        assert len(requests.get(url, timeout=10).json()["messages"]) == 21
    assert codes == [0] * 20 + [45009]
    robot(gateway, text("back"), KEY.replace("693a", "793a"))
    rows = SandboxRobotMessage.objects.filter(key=KEY).order_by("pk")
    assert [row.body["text"]["content"] for row in rows] == [str(n) for n in range(21)]
