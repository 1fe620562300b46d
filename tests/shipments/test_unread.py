"""Rows the applier reads itself: known by their bytes, parked or kept aside in their turn."""

from __future__ import annotations

import json

import pytest

from apps.accounts.models import Merchant
from apps.baidiyun import topics
from apps.baidiyun.models import InboxRow
from apps.shipments.models import Event, Leg, Shipment
from apps.shipments.services import applying
from apps.shipments.services.applying import apply_unread
from tests.shipments.builders import LIFE, at, inbox_row, make_shipment, push

pytestmark = pytest.mark.usefixtures("midday")


def said(shipment: Shipment, *, status: str = "polling", bill: str = "got", **more: str) -> str:
    """A push written the way the platform writes it, without spaces."""
    value = json.loads(push(shipment.number, LIFE[:3], **more))
    return json.dumps(
        {"status": status, "billstatus": bill, "message": "", "lastResult": value["lastResult"]},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def states(*rows: InboxRow) -> list[str]:
    return [str(answer.state) for answer in apply_unread(rows)]


def test_a_repetition_is_known_by_its_bytes_and_never_read(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment = make_shipment(merchant)
    assert states(inbox_row(shipment, said(shipment), received_at=at(30))) == ["applied"]
    monkeypatch.setattr(topics, "load_object", None)
    again = inbox_row(
        shipment, said(shipment, status="updateall", bill="sending"), received_at=at(40)
    )

    assert states(again) == ["skipped"]

    assert Leg.objects.get(shipment=shipment).snapshot_received_at == at(40)
    assert Event.objects.filter(shipment=shipment).count() == 3


def test_an_end_has_another_fingerprint_than_a_routine_push(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    routine, end = (
        topics.fingerprint_of(inbox_row(shipment, said(shipment, status=status)))
        for status in ("polling", "shutdown")
    )
    assert routine != end


def test_what_cannot_be_read_is_parked_and_the_rest_is_applied(merchant: Merchant) -> None:
    shipments = [make_shipment(merchant, f"YT880000000{n}") for n in range(3)]
    rows = [inbox_row(shipment, said(shipment)) for shipment in shipments]
    rows[1].param = '{"lastResult":[]}'

    assert states(*rows) == ["applied", "parked", "applied"]

    silent = Shipment.objects.get(pk=shipments[1].pk)
    assert (silent.last_heard_at, silent.events.count()) == (None, 0)


def test_a_push_about_another_number_is_kept_aside_and_not_heard(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    other = make_shipment(merchant, "YT1000000002")

    [answer] = apply_unread([inbox_row(shipment, said(other))])

    assert (answer.state, answer.note) == ("aside", "about another number: YT1000000002")
    assert not Event.objects.exists()
    assert Shipment.objects.get(pk=shipment.pk).last_heard_at is None


def test_what_is_written_in_parts_is_what_is_written_at_once(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "AT_ONCE", 2)
    shipments = [make_shipment(merchant, f"YT880000000{n}") for n in range(5)]
    rows = [inbox_row(shipment, said(shipment)) for shipment in shipments]
    rows += [inbox_row(item, push(item.number, LIFE), received_at=at(50)) for item in shipments]

    assert states(*rows) == ["applied"] * 10

    found = Shipment.objects.filter(pk__in=[item.pk for item in shipments])
    assert [(item.status, item.events.count()) for item in found] == [("delivered", 5)] * 5
    assert {item.changes.filter(to_status="delivered").count() for item in found} == {1}
