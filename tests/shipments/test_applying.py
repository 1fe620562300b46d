"""From inbox rows to events, status and change rows, against a real PostgreSQL."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Merchant
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.models import UnknownCode
from apps.core import clock
from apps.core.counters import counter_totals
from apps.shipments.models import Event, Leg, Shipment, ShipmentChange
from apps.shipments.services import apply_snapshots, recompute_shipment
from tests.shipments.builders import LIFE, at, inbox_row, make_shipment, node, push

pytestmark = pytest.mark.usefixtures("midday")


def events_of(shipment: Shipment) -> list[Event]:
    return list(Event.objects.filter(shipment=shipment).order_by("occurred_at"))


def apply(shipment: Shipment, *params: str, **more: object) -> list[str]:
    rows = [inbox_row(shipment, param, **more) for param in params]  # type: ignore[arg-type]
    return [str(answer.state) for answer in apply_snapshots(rows)]


def test_a_push_becomes_events_and_a_status(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)

    assert apply(shipment, push(shipment.number, LIFE)) == ["applied"]

    shipment.refresh_from_db()
    assert (shipment.status, shipment.substatus) == ("delivered", "self")
    assert shipment.delivered_at == at(26)
    assert shipment.picked_up_at == at(1)
    assert shipment.last_event_at == at(26)
    assert shipment.last_heard_at == at(30)
    assert shipment.closed_at == at(26)
    assert shipment.poll_due_at is None
    assert [event.occurred_at for event in events_of(shipment)] == [
        at(hours) for hours in (1, 5, 20, 24, 26)
    ]
    assert events_of(shipment)[0].text == "【杭州】已揽收"


def test_one_change_row_is_written_for_a_changed_shipment(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    ShipmentChange.objects.all().delete()

    apply(shipment, push(shipment.number, LIFE[:2]), push(shipment.number, LIFE))

    change = ShipmentChange.objects.get()
    assert (change.from_status, change.to_status) == ("awaiting_pickup", "delivered")
    assert change.kinds == ["events", "status"]
    assert change.merchant_id == merchant.pk


def test_an_unchanged_snapshot_is_skipped_but_heard(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply(shipment, push(shipment.number, LIFE[:3]))
    changes = ShipmentChange.objects.count()

    with (
        clock.frozen(at(33)),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        states = apply(shipment, push(shipment.number, LIFE[:3], status="updateall"))

    shipment.refresh_from_db()
    assert states == ["skipped"]
    assert shipment.last_heard_at == at(33)
    assert ShipmentChange.objects.count() == changes
    assert not [q for q in queries if "shipments_event" in q["sql"]]


def test_what_is_repeated_within_a_minute_leaves_the_shipment_unwritten(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply(shipment, push(shipment.number, LIFE[:3]))
    known = Shipment.objects.filter(pk=shipment.pk).values().get()
    received = shipment.legs.get().snapshot_received_at
    later = known["last_heard_at"] + dt.timedelta(seconds=59)

    with clock.frozen(later), CaptureQueriesContext(connection) as queries:
        states = apply(shipment, push(shipment.number, LIFE[:3], status="updateall"))

    assert states == ["skipped"]
    assert Shipment.objects.filter(pk=shipment.pk).values().get() == known
    assert not [q for q in queries if "UPDATE shipments_shipment" in q["sql"]]
    assert shipment.legs.get().snapshot_received_at > received


@pytest.mark.parametrize("column", ["poll_due_at", "risk"])
def test_what_is_repeated_at_once_still_puts_right_what_a_poll_has_set(
    merchant: Merchant, column: str
) -> None:
    shipment = make_shipment(merchant)
    apply(shipment, push(shipment.number, LIFE[:3]))
    rows = Shipment.objects.filter(pk=shipment.pk)
    known = rows.values("poll_due_at", "risk").get()
    wrong = {"poll_due_at": at(31), "risk": 77}[column]
    rows.update(**{column: wrong})

    apply(shipment, push(shipment.number, LIFE[:3], status="updateall"))

    assert rows.values("poll_due_at", "risk").get() == known


def test_a_delivered_shipment_is_heard_when_older_news_comes_again(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply(shipment, push(shipment.number, LIFE))

    with clock.frozen(at(50)):
        apply(shipment, push(shipment.number, LIFE[:2]))

    shipment.refresh_from_db()
    assert (shipment.status, shipment.last_heard_at) == ("delivered", at(50))


def test_a_push_about_another_number_is_kept_aside(merchant: Merchant) -> None:
    mine, other = make_shipment(merchant), make_shipment(merchant, "YT2000000002")

    assert apply(mine, push(other.number, LIFE)) == ["aside"]

    assert events_of(mine) == events_of(other) == []


def test_a_push_for_a_shipment_nobody_knows_is_kept_aside(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    row = inbox_row(shipment, push(shipment.number, LIFE))
    row.subject = shipment.pk + 999_999

    [answer] = apply_snapshots([row])

    assert answer.state == "aside"
    assert events_of(shipment) == []


def test_a_row_that_cannot_be_read_raises_and_changes_nothing(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    good = inbox_row(shipment, push(shipment.number, LIFE))
    bad = inbox_row(shipment, "[]")

    with pytest.raises(MalformedPayload):
        apply_snapshots([good, bad])

    assert events_of(shipment) == []


def test_the_order_of_arrival_does_not_matter(merchant: Merchant) -> None:
    snapshots = [LIFE[:1], LIFE[:3], LIFE[:4], LIFE, (*LIFE, node(28, "退回途中", "6"))]
    received = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    seen = set()
    for index, order in enumerate(itertools.permutations(range(5))):
        if index % 6:
            continue
        shipment = make_shipment(merchant, f"YT3{index:09d}")
        for position in order:
            param = push(shipment.number, snapshots[position])
            moment = received + dt.timedelta(hours=position)
            apply_snapshots([inbox_row(shipment, param, received_at=moment)])
        shipment.refresh_from_db()
        seen.add(
            (
                shipment.status,
                shipment.status_at,
                shipment.delivered_at,
                shipment.last_event_at,
                tuple((e.text, e.status, e.omitted_at is None) for e in events_of(shipment)),
            )
        )
    assert len(seen) == 1
    assert seen.pop()[0] == "returning"


def test_a_late_older_push_never_undoes_delivered(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply(shipment, push(shipment.number, LIFE))

    apply(shipment, push(shipment.number, LIFE[:4]))

    shipment.refresh_from_db()
    assert shipment.status == "delivered"
    assert not [event for event in events_of(shipment) if event.omitted_at]


def test_push_and_poll_about_one_node_are_one_event(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    bare = [{"time": n["time"], "context": n["context"]} for n in LIFE[:2]]
    rich = [
        {**n, "areaCode": "CN330100000000", "areaName": "浙江,杭州市", "areaCenter": "120.1,30.2"}
        for n in LIFE[:2]
    ]
    apply(shipment, push(shipment.number, bare, state="0"))
    apply(shipment, push(shipment.number, rich), source="poll")

    first, second = events_of(shipment)
    assert (first.code, second.code) == ("103", "1002")
    assert first.area_name == "浙江,杭州市"
    assert (first.longitude, first.latitude) == (120.1, 30.2)
    assert first.sources == 3


def test_the_overall_state_counts_for_the_newest_node_only(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    bare = [node(1, "杭州分部"), node(5, "深圳分部")]

    apply(shipment, push(shipment.number, bare, state="3"))

    assert [event.status for event in events_of(shipment)] == ["", "delivered"]


def test_a_node_that_later_snapshots_omit_stays_marked(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply(shipment, push(shipment.number, LIFE[:2]))

    apply(shipment, push(shipment.number, (LIFE[0], LIFE[2])))
    omitted = [event.omitted_at is not None for event in events_of(shipment)]
    apply(shipment, push(shipment.number, LIFE[:4]))

    assert omitted == [False, True, False]
    assert not [event for event in events_of(shipment) if event.omitted_at]


def test_a_signature_the_carrier_withdraws_undoes_delivered(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply(shipment, push(shipment.number, LIFE))

    apply(shipment, push(shipment.number, (*LIFE[:4], node(27, "重新派件", "5"))))

    shipment.refresh_from_db()
    assert (shipment.status, shipment.delivered_at, shipment.closed_at) == (
        "out_for_delivery",
        None,
        None,
    )
    assert shipment.poll_due_at is not None


def test_a_return_after_delivery_finds_the_closed_shipment(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply(shipment, push(shipment.number, LIFE))

    later = (*LIFE, node(28, "客户退货", "6"), node(29, "寄件人已签收", "4"))
    apply(shipment, push(shipment.number, later))

    shipment.refresh_from_db()
    assert shipment.status == "returned"
    assert shipment.closed_at == at(29)


def test_a_recycled_number_gives_every_event_to_the_shipment_open_then(merchant: Merchant) -> None:
    old = make_shipment(merchant, "YT7777777777")
    apply(old, push(old.number, LIFE))
    with clock.frozen(at(24 * 90)):
        new = make_shipment(merchant, old.number, reference="B-1", created_at=at(24 * 90))
        again = [node(24 * 90 + 2, "【上海】已揽收", "103")]
        late = node(29, "退回途中", "6")
        apply(new, push(new.number, [*LIFE, late, *again]))

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, new.status) == ("returning", "picked_up")
    assert [event.text for event in events_of(new)] == ["【上海】已揽收"]
    assert len(events_of(old)) == 6
    assert not [event for event in events_of(old) if event.omitted_at]


def test_a_corrected_carrier_moves_leg_and_shipment(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    before = ShipmentChange.objects.count()

    apply(
        shipment,
        push(shipment.number, [], status="abort", autoCheck="0", comOld="", comNew="zhongtong"),
    )
    shipment.refresh_from_db()
    leg = Leg.objects.get(shipment=shipment)
    assert (shipment.carrier, leg.carrier, leg.carrier_before) == (
        "zhongtong",
        "zhongtong",
        "yuantong",
    )
    assert shipment.status == "awaiting_pickup"
    assert ShipmentChange.objects.count() == before + 1
    assert ShipmentChange.objects.latest("id").kinds == ["carrier"]


def test_a_correction_to_a_number_open_elsewhere_is_not_made(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    make_shipment(merchant, shipment.number, carrier="zhongtong")
    row = inbox_row(shipment, push(shipment.number, LIFE[:1], comNew="zhongtong", autoCheck="1"))

    [answer] = apply_snapshots([row])

    shipment.refresh_from_db()
    assert shipment.carrier == "yuantong"
    assert "zhongtong" in answer.note
    assert shipment.status == "picked_up"


def test_an_abort_expires_until_a_later_node_is_known(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply(shipment, push(shipment.number, LIFE[:2], status="abort", message="60天无变化"))
    shipment.refresh_from_db()
    expired = (shipment.status, shipment.closed_at)

    apply(shipment, push(shipment.number, LIFE[:3]), source="poll")

    shipment.refresh_from_db()
    assert expired == ("expired", at(5))
    assert (shipment.status, shipment.closed_at) == ("at_destination", None)


def test_an_abort_without_any_node_gives_way_to_whatever_is_heard(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply(shipment, push(shipment.number, [], status="abort", message="3天查询无记录"))
    shipment.refresh_from_db()
    expired = shipment.status

    apply(shipment, push(shipment.number, LIFE[:1]), source="poll")

    shipment.refresh_from_db()
    assert (expired, shipment.status) == ("expired", "picked_up")


def test_an_empty_snapshot_omits_nothing(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply(shipment, push(shipment.number, LIFE[:2]))

    apply(shipment, push(shipment.number, []))

    assert not [event for event in events_of(shipment) if event.omitted_at]


def test_unknown_codes_are_kept_raw_and_counted(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    odd = (*LIFE[:2], node(7, "已签收", "211"), node(8, "怪", "X" * 80))

    apply(shipment, push(shipment.number, odd, state="999"))

    shipment.refresh_from_db()
    assert shipment.status == "in_transit"
    assert shipment.unknown_codes == 2
    assert [event.code for event in events_of(shipment)][2:] == ["211", "X" * 64]
    assert UnknownCode.objects.get(code="211").count == 1
    assert shipment.raw_state == "999"


def test_text_no_database_can_hold_is_stored_marked(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    strange = node(1, "已揽\x1e收\ud800 \u200b 完", "103", location="\x1d")
    row = inbox_row(shipment, "{}")
    row.param = json.dumps(
        json.loads(push(shipment.number, []))
        | {
            "lastResult": {
                "nu": shipment.number,
                "com": "yuantong",
                "state": "1",
                "data": [strange],
            }
        }
    )

    apply_snapshots([row])

    [event] = events_of(shipment)
    assert event.text == "已揽 收� 完"
    assert event.location == ""


def test_a_node_whose_time_cannot_be_read_is_left_out_and_noted(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    broken = {"time": "昨天", "context": "已揽收", "statusCode": "103"}
    row = inbox_row(shipment, push(shipment.number, (*LIFE[:1], broken)))

    [answer] = apply_snapshots([row])

    assert answer.note.startswith("1 nodes")
    assert counter_totals(name="shipments.nodes_unplaced") == {"yuantong": 1}
    assert len(events_of(shipment)) == 1


def test_the_number_of_queries_does_not_depend_on_the_batch(merchant: Merchant) -> None:
    counts = []
    for size in (1, 40):
        rows = []
        for index in range(size):
            shipment = make_shipment(merchant, f"YT{size}{index:09d}")
            rows.append(inbox_row(shipment, push(shipment.number, LIFE)))
        with CaptureQueriesContext(connection) as queries:
            apply_snapshots(rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 11


def test_what_is_stored_agrees_with_a_computation_from_scratch(merchant: Merchant) -> None:
    rng = random.Random(7)
    shipment = make_shipment(merchant)
    tail = [
        node(h, f"节点{h}", rng.choice(["5", "204", "301", "6", "1002"])) for h in range(30, 40)
    ]
    for end in rng.sample(range(1, 15), 8):
        apply(shipment, push(shipment.number, [*LIFE, *tail][:end]))

    assert recompute_shipment(shipment_id=shipment.pk).differences == {}


def test_a_wrong_column_is_found_and_repaired(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply(shipment, push(shipment.number, LIFE))
    Shipment.objects.filter(pk=shipment.pk).update(status="in_transit", closed_at=None)

    found = recompute_shipment(shipment_id=shipment.pk, repair=True)

    shipment.refresh_from_db()
    assert found.differences["status"] == ("in_transit", "delivered")
    assert (shipment.status, shipment.closed_at) == ("delivered", at(26))
    assert ShipmentChange.objects.latest("id").from_status == "in_transit"
