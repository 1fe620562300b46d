"""The checker: sound ground passes, and each single defect makes it fail by its own words."""

from __future__ import annotations

import hashlib
import random

import orjson
import pytest
from django.db import connection

from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.actions import Actor
from apps.shipments.models import ShipmentChange
from apps.shipments.services import advance_reader
from apps.webhooks.choices import EndpointMode
from apps.webhooks.models import Delivery, Message
from apps.webhooks.services import add_endpoint
from config.bench.parcels import build_parcels
from config.chaos.batches import growing, poisoned
from config.chaos.checker import check
from config.chaos.ground import MERCHANT, MODE, READER
from config.chaos.ledger import Ledger, last_inbox_id
from config.chaos.working import drain_all, take_in

FIRST = 900_001
PARCELS = range(FIRST, FIRST + 2)


@pytest.fixture
def ledger(db):
    """Two parcels with growing tracks and a poison row: applied, read, told."""
    merchant = Merchant.objects.create(**MERCHANT)
    url, actor = "http://127.0.0.1:9/hook", Actor.system("test")
    add_endpoint(merchant=merchant, mode=EndpointMode.SANDBOX, url=url, actor=actor)
    build_parcels(connection.connection, first=FIRST, count=2, mode=MODE)
    ledger = Ledger(FIRST, PARCELS[-1], after=last_inbox_id())
    for kind in (growing, poisoned):
        batch = kind(random.Random(1), PARCELS)
        take_in([*batch.before, *batch.killed], ledger)
        drain_all(limit=2)
    changes = list(ShipmentChange.objects.order_by("id"))
    ledger.seen = [change.pk for change in changes]
    advance_reader(reader=READER, change=changes[-1])
    Delivery.objects.update(state="sent", acknowledged_at=clock.real_now())
    ledger.told = [
        (message.uid, hashlib.sha256(orjson.dumps(message.payload)).hexdigest())
        for message in Message.objects.order_by("id")
    ]
    return ledger


def run(sql):
    """Do one statement that must touch exactly one row."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount == 1, sql


def test_sound_ground_passes(ledger):
    assert check(ledger) == []
    assert (len(ledger.acked), len(ledger.seen) > 3, len(ledger.told) > 3) == (10, True, True)


ONE_EVENT = f"(SELECT min(key) FROM shipments_event WHERE shipment_id = {FIRST})"
DOUBLE = f"""
INSERT INTO shipments_event SELECT (event).* FROM (
    SELECT jsonb_populate_record(event, '{{"key": "\\\\x{"00" * 16}"}}') AS event
    FROM shipments_event AS event
    WHERE shipment_id = {FIRST} AND key = {ONE_EVENT}) AS copy
"""
DEFECTS = {
    "acknowledged, 0 times in the inbox":
        "DELETE FROM baidiyun_inboxrow WHERE id = (SELECT min(id) FROM baidiyun_inboxrow)",
    "acknowledged, but parked":
        "UPDATE baidiyun_inboxrow SET state = 'parked', applied_at = NULL, error = 'x'"
        " WHERE id = (SELECT min(id) FROM baidiyun_inboxrow)",
    "acknowledged, but applied":
        "UPDATE baidiyun_inboxrow SET state = 'applied', applied_at = now()"
        " WHERE state = 'aside'",
    "rows were never applied":
        "UPDATE baidiyun_inboxrow SET state = 'pending', applied_at = NULL"
        " WHERE id = (SELECT max(id) FROM baidiyun_inboxrow)",
    "lost event":
        f"DELETE FROM shipments_event WHERE shipment_id = {FIRST} AND key = {ONE_EVENT}",
    "event stored 2 times": DOUBLE,
    "event nobody told":
        "UPDATE shipments_event SET text = 'made up', original_text = ''"
        f" WHERE shipment_id = {FIRST} AND key = {ONE_EVENT}",
    "wrong state":
        f"UPDATE shipments_shipment SET unknown_codes = 7 WHERE id = {FIRST}",
    "with 1 change rows":
        f"DELETE FROM shipments_shipmentchange WHERE id = (SELECT max(id)"
        f" FROM shipments_shipmentchange WHERE shipment_id = {FIRST})",
    "do not lead to":
        "UPDATE shipments_shipmentchange SET from_status = 'exception' WHERE id ="
        f" (SELECT max(id) FROM shipments_shipmentchange WHERE shipment_id = {FIRST})",
    f"reader {READER} is behind":
        f"UPDATE shipments_readercursor SET txid = '1' WHERE reader = '{READER}'",
    "is ['pending']":
        "UPDATE webhooks_delivery SET state = 'pending', acknowledged_at = NULL"
        " WHERE id = (SELECT min(id) FROM webhooks_delivery)",
    "a message about no change, or twice":
        "INSERT INTO webhooks_message (uid, merchant_id, mode, kind, subject, payload,"
        " is_unheard, occurred_at, created_at) SELECT 'msg_other', merchant_id, mode, kind,"
        " subject, payload, is_unheard, occurred_at, created_at FROM webhooks_message LIMIT 1",
    "not in the one stored":
        "UPDATE webhooks_message SET payload = payload || '{\"x\": 1}'"
        " WHERE id = (SELECT min(id) FROM webhooks_message)",
}  # fmt: skip


@pytest.mark.parametrize("words", DEFECTS)
def test_a_defect_is_a_miss(ledger, words):
    run(DEFECTS[words])
    assert any(words in miss for miss in check(ledger)), check(ledger)


def test_a_message_that_was_never_written_is_a_miss(ledger):
    uid = ledger.told[0][0]
    Delivery.objects.filter(message__uid=uid).delete()
    Message.objects.filter(uid=uid).delete()
    misses = check(ledger)
    assert any("a changed status was not written down" in miss for miss in misses)
    assert any(f"told what is not stored: {uid}" in miss for miss in misses)


def test_a_change_no_reader_was_given_is_a_miss(ledger):
    lost = ledger.seen.pop(1)
    assert [miss for miss in check(ledger) if f"change {lost} " in miss and "seen 0" in miss]


def test_a_change_given_twice_is_a_miss(ledger):
    ledger.seen.append(ledger.seen[0])
    assert [miss for miss in check(ledger) if "seen 2 times" in miss]


def test_a_message_that_was_never_sent_is_a_miss(ledger):
    uid = ledger.told[0][0]
    ledger.told = ledger.told[1:]
    assert [miss for miss in check(ledger) if f"{uid} was told in 0 versions" in miss]


def test_a_message_sent_twice_under_its_one_id_is_none(ledger):
    ledger.told = [*ledger.told, ledger.told[0]]
    assert check(ledger) == []


def test_a_reader_that_never_registered_is_behind(ledger):
    ledger.readers = (READER, "nobody")
    assert check(ledger) == ["reader nobody is behind"]
