"""One id from the callback to its inbox row, the drain's log, the change and the message."""

from __future__ import annotations

import pytest
import structlog
from celery import Celery
from django.db import connection
from structlog.testing import capture_logs

from apps.baidiyun import hints, topics
from apps.baidiyun.admin.finding import inbox_condition
from apps.baidiyun.choices import Product
from apps.baidiyun.client import call
from apps.baidiyun.models import ApiCall, InboxRow, Subscription
from apps.baidiyun.salts import derive_salt
from apps.baidiyun.services import drain_once
from apps.core import task_context
from apps.core.context import carrying, request_id
from apps.core.logs import REQUESTS_A_LINE, log_requests
from apps.shipments.models import ShipmentChange
from apps.shipments.services import apply_snapshots
from apps.webhooks.models import Message
from apps.webhooks.services import send_due
from tests.baidiyun import payloads
from tests.baidiyun.conftest import KEYS, platform  # noqa: F401
from tests.shipments.builders import LIFE, make_shipment
from tests.shipments.builders import push as report
from tests.webhooks.conftest import endpoint, merchant, receiver  # noqa: F401

NUMBER = "YT1000000001"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr(hints.Publisher, "publish", lambda self, channel, message="1": False)


@pytest.fixture
def bring(client, settings):
    """Push a report to the subscription of a parcel, as the platform does; returns the answer."""
    settings.BAIDIYUN_SALT_KEYS = KEYS

    def post(*nodes, param=""):
        held = Subscription.objects.get()
        text = param or report(NUMBER, nodes)
        body = payloads.push_body(text, derive_salt(KEYS[held.kid], held.token))
        return client.generic(
            "POST",
            f"/callbacks/baidiyun/{held.topic}/{held.kid}/{held.token}",
            body,
            content_type="application/x-www-form-urlencoded",
        )

    return post


@pytest.fixture
def parcel(merchant, monkeypatch):  # noqa: F811
    monkeypatch.setitem(topics._appliers, "tracking", apply_snapshots)
    shipment = make_shipment(merchant, NUMBER)
    Subscription.objects.update(state="active", kid="k1")
    return shipment


def test_the_id_of_a_callback_reaches_row_log_change_message_and_receiver(
    parcel,
    endpoint,  # noqa: F811
    receiver,  # noqa: F811
    bring,
):
    answer = bring(*LIFE[:2])
    number = answer["X-Request-ID"]
    row = InboxRow.objects.get()
    assert (answer.status_code, row.request_id) == (200, number)
    with capture_logs() as drained:
        drain_once()
    assert {"requests": [number], "topic": "tracking", "state": "applied"}.items() <= next(
        line for line in drained if line["event"] == "baidiyun.drained"
    ).items()
    assert ShipmentChange.objects.latest("id").request_id == number
    assert Message.objects.latest("id").request_id == number
    with capture_logs() as sent:
        send_due()
    [(headers, _)] = receiver.heard
    assert headers["x-request-id"] == number
    assert [(line["event"], line["message"]) for line in sent] == [
        ("webhooks.sent", headers["webhook-id"])
    ]


def test_the_same_push_again_has_the_same_id_and_another_one_another(parcel, bring):
    first, again, later = bring(*LIFE[:1]), bring(*LIFE[:1]), bring(*LIFE[:2])
    assert first["X-Request-ID"] == again["X-Request-ID"] != later["X-Request-ID"]


def test_a_callback_is_found_by_its_id_through_the_index_that_keeps_it_once(parcel, bring):
    number = bring(*LIFE[:1])["X-Request-ID"]
    bring(*LIFE[:2])
    found = InboxRow.objects.filter(inbox_condition(number))
    assert [row.request_id for row in found] == [number]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "baidiyun_inbox_once" in found.order_by().explain()


def test_a_refused_push_says_under_which_id_the_log_has_it(parcel, client):
    held = Subscription.objects.get()
    with capture_logs(processors=[_context]) as said:
        answer = client.generic(
            "POST",
            f"/callbacks/baidiyun/tracking/k1/{held.token}",
            "param=%7B%7D&sign=WRONG",
            content_type="application/x-www-form-urlencoded",
        )
    line = next(line for line in said if line["event"] == "baidiyun.push_refused")
    assert answer.status_code == 403
    assert line["request_id"] == answer["X-Request-ID"]
    assert not InboxRow.objects.exists()


def _context(logger, method, event):
    return {"request_id": request_id(), **event}


def test_a_call_to_the_platform_carries_the_id_of_what_asked_for_it(db, platform):  # noqa: F811
    platform.will_answer('{"result":true,"returnCode":"200"}')
    with carrying("asked-by-somebody"):
        call(product=Product.SUBSCRIBE, mode="sandbox", fields={"schema": "json"})
    assert ApiCall.objects.get().request_id == "asked-by-somebody"


@pytest.fixture
def app():
    """A Celery with one task that remembers under which id it ran."""
    made = Celery("telemetry", broker="memory://", set_as_current=False)
    seen: list[str] = []

    @made.task(name="telemetry.look")
    def look():
        seen.append(request_id())

    made.look, made.seen = look, seen
    return made


def test_a_task_sent_while_a_request_is_served_has_its_id_in_a_header():
    headers: dict[str, str] = {}
    with carrying("of-a-request-01"):
        task_context.send_along(headers=headers)
    assert headers == {"request_id": "of-a-request-01"}


def test_a_task_runs_under_the_id_in_its_header_and_leaves_none_behind(app):
    app.look.push_request(request_id="of-a-request-01")
    try:
        task_context.begin(task=app.look)
        assert request_id() == "of-a-request-01"
        task_context.end(task=app.look)
    finally:
        app.look.pop_request()
    assert request_id() == ""


def test_a_task_nobody_asked_for_has_an_id_of_its_own(app):
    app.look.apply()
    app.look.apply()
    assert len(set(app.seen)) == 2
    assert all(len(number) == 32 for number in app.seen)
    assert request_id() == ""


def test_a_header_that_is_no_harmless_id_is_not_taken_over(app):
    app.look.push_request(request_id="x\n{evil}")
    try:
        task_context.begin(task=app.look)
        assert len(request_id()) == 32
        task_context.end(task=app.look)
    finally:
        app.look.pop_request()


def test_a_batch_names_its_requests_a_hundred_a_line():
    with capture_logs() as said:
        numbers = [f"{n:032x}" for n in range(250)]
        log_requests(structlog.get_logger(), "batch", [*numbers, numbers[0], ""])
    assert [len(line["requests"]) for line in said] == [REQUESTS_A_LINE, REQUESTS_A_LINE, 50]
    assert [number for line in said for number in line["requests"]] == numbers
