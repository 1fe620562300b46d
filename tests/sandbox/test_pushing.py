"""Pushes over real HTTP to a receiver, with a clock that only tests move."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest

from apps.sandbox import services
from apps.sandbox.engine import outbound_send
from apps.sandbox.models import (
    SandboxFault,
    SandboxOrder,
    SandboxPush,
    SandboxSubscription,
)
from apps.sandbox.planner import invent_plan
from apps.sandbox.services.history import HistoryDraft
from tests.sandbox.conftest import run_until


def of_orders(receiver) -> list[dict]:
    return [param["data"] for param in receiver.params() if "data" in param]


def of_tracks(receiver) -> list[dict]:
    return [param for param in receiver.params() if "lastResult" in param]


def test_an_order_is_told_accepted_picked_up_and_signed_in_that_order(book, moving, receiver):
    parcel = book()
    plan = parcel.read_plan()
    run_until(moving, moving.at + dt.timedelta(days=12))
    assert [data["status"] for data in of_orders(receiver)] == [e.status for e in plan.orders]
    assert of_orders(receiver)[0]["courierName"] == plan.pickup.name
    assert SandboxOrder.objects.get().due_at is None


def test_every_push_is_signed_over_its_exact_bytes_with_the_salt_given(
    book, subscribe, moving, receiver
):
    parcel = book()
    subscribe(parcel.carrier, parcel.number)
    run_until(moving, moving.at + dt.timedelta(days=2))
    assert len(receiver.got) > 3
    for push in receiver.got:
        expected = hashlib.md5((push["param"] + "salt123").encode()).hexdigest().upper()
        assert push["sign"] == expected
        assert push["path"] == "/callback?orderId=123"


def test_a_push_without_a_salt_is_signed_too(book, moving, receiver):
    book(salt="")
    run_until(moving, moving.at + dt.timedelta(hours=1))
    push = receiver.got[0]
    assert push["sign"] == hashlib.md5(push["param"].encode()).hexdigest().upper()


def test_the_last_tracking_push_is_shutdown_and_nothing_follows(book, subscribe, moving, receiver):
    parcel = book()
    subscribe(parcel.carrier, parcel.number)
    run_until(moving, parcel.signed_at + dt.timedelta(hours=5))
    tracks = of_tracks(receiver)
    assert [track["status"] for track in tracks[:-1]] == ["polling"] * (len(tracks) - 1)
    assert tracks[-1]["status"] == "shutdown"
    assert len(tracks[-1]["lastResult"]["data"]) == len(parcel.read_plan().nodes)
    count = len(receiver.got)
    run_until(moving, moving.at + dt.timedelta(days=3))
    assert of_tracks(receiver) == tracks
    assert len(receiver.got) >= count
    assert SandboxSubscription.objects.get().state == "shutdown"


def test_no_push_tells_the_future(book, subscribe, moving, receiver):
    parcel = book()
    subscribe(parcel.carrier, parcel.number)
    china = dt.timezone(dt.timedelta(hours=8))
    send = outbound_send()
    for _ in range(40):
        moving.forward(hours=1)
        seen = len(receiver.got)
        services.push_due(now=moving.now(), send=send)
        for track in [p for p in receiver.params()[seen:] if "lastResult" in p]:
            newest = dt.datetime.strptime(
                track["lastResult"]["data"][0]["time"], "%Y-%m-%d %H:%M:%S"
            ).replace(tzinfo=china)
            assert newest <= moving.at


@pytest.mark.parametrize(
    "refusal",
    [
        (500, "oops"),
        (200, '{"result":false,"returnCode":"500","message":"later"}'),
        (200, "<html>"),
        (200, '{"result":true,"returnCode":"500","message":"later"}'),
    ],
)
def test_a_push_is_sent_four_times_half_an_hour_apart_and_then_given_up(
    book, moving, receiver, refusal
):
    book()
    accepted = SandboxOrder.objects.get().due_at
    receiver.answers = [refusal] * 4
    send = outbound_send()
    for minutes, expected in ((0, 1), (29, 1), (30, 2), (60, 3), (90, 4), (120, 4), (600, 4)):
        moving.at = accepted + dt.timedelta(minutes=minutes)
        SandboxOrder.objects.update(due_at=None if expected > 1 or minutes else accepted)
        services.push_due(now=moving.now(), send=send)
        assert len(receiver.got) == expected
    assert len({push["param"] for push in receiver.got}) == 1
    push = SandboxPush.objects.get()
    assert push.state == "abandoned"
    assert push.attempts == 4


def test_a_push_taken_at_the_second_attempt_is_not_sent_again(book, moving, receiver):
    book()
    moving.at = SandboxOrder.objects.get().due_at
    receiver.answers = [(503, "busy")]
    send = outbound_send()
    services.push_due(now=moving.now(), send=send)
    SandboxOrder.objects.update(due_at=None)
    run_until(moving, moving.at + dt.timedelta(hours=4))
    assert len(receiver.got) == 2
    assert SandboxPush.objects.get().state == "done"


def test_a_receiver_that_is_down_is_tried_again(book, moving, receiver):
    book()
    moving.at = SandboxOrder.objects.get().due_at
    SandboxOrder.objects.update(callback_url="http://127.0.0.1:9/gone")
    services.push_due(now=moving.now(), send=outbound_send())
    push = SandboxPush.objects.get()
    assert (push.state, push.attempts, push.http_status) == ("waiting", 1, 0)
    assert push.due_at == moving.at.replace(microsecond=0) + dt.timedelta(minutes=30)


def unseen_number(at: dt.datetime) -> str:
    """A yunda number whose parcel never turns up."""
    for serial in range(10_000):
        number = f"46{serial:013d}"
        if invent_plan(seed=7, carrier_code="yunda", number=number, seen_at=int(at.timestamp())):
            continue
        return number
    raise AssertionError("every number has a parcel")


def test_a_number_without_a_record_is_aborted_after_three_days(subscribe, moving, receiver):
    subscribe("yunda", unseen_number(moving.at))
    start = moving.at
    run_until(moving, start + dt.timedelta(days=2, hours=23))
    assert receiver.got == []
    run_until(moving, start + dt.timedelta(days=3, minutes=1))
    (abort,) = of_tracks(receiver)
    assert abort["status"] == "abort"
    assert abort["message"] == "3天查询无记录"
    assert abort["lastResult"]["status"] == "201"
    assert abort["lastResult"]["data"] == []
    assert SandboxSubscription.objects.get().state == "abort"


def test_a_parcel_that_never_changes_again_is_aborted_after_sixty_days(account, moving, receiver):
    lost = services.plan_history_parcel(
        draft=HistoryDraft(
            carrier="yuantong", origin_code="440305", destination_code="110105",
            booked_at=moving.at - dt.timedelta(days=10), reference="lost-1", outcome="lost",
        ),
        now=moving.at,
    )  # fmt: skip
    services.subscribe_known(
        carrier=lost.carrier, number=lost.number, callback_url=receiver.url, salt="",
        subscribed_at=moving.at,
    )  # fmt: skip
    run_until(moving, moving.at + dt.timedelta(days=61))
    tracks = of_tracks(receiver)
    assert [track["status"] for track in tracks] == ["polling", "abort"]
    assert tracks[-1]["message"] == "60天无变化"
    assert tracks[-1]["lastResult"]["state"] == "202"


def test_a_wrong_carrier_is_corrected_and_the_right_one_followed(subscribe, moving, receiver):
    subscribe("yunda", "YT6186594166532")
    run_until(moving, moving.at + dt.timedelta(days=4))
    first, second = of_tracks(receiver)[:2]
    assert (first["status"], first["autoCheck"], first["comNew"]) == ("abort", "0", "yuantong")
    assert (second["autoCheck"], second["comOld"], second["comNew"]) == ("1", "yunda", "yuantong")
    assert second["lastResult"]["com"] == "yuantong"


def test_a_wrong_phone_sees_nothing(book, subscribe, moving, receiver):
    parcel = book(kuaidicom="zhongtong")
    subscribe("zhongtong", parcel.number, phone="13811112222")
    run_until(moving, moving.at + dt.timedelta(days=4))
    (abort,) = of_tracks(receiver)
    assert abort["status"] == "abort"
    assert abort["lastResult"]["data"] == []


def test_a_cancelled_order_is_told_and_its_parcel_never_moves(book, account, moving, receiver):
    parcel = book()
    order = SandboxOrder.objects.get()
    moving.forward(minutes=15)
    services.cancel_order(account=account, param={"taskId": order.task_id})
    run_until(moving, moving.at + dt.timedelta(days=6))
    assert [data["status"] for data in of_orders(receiver)][-2:] == [9, 99]
    parcel.refresh_from_db()
    assert parcel.picked_up_at is None


def test_a_lost_push_never_arrives_and_the_next_one_has_everything(
    book, subscribe, moving, receiver
):
    SandboxFault.objects.create(name="lost", rate=1)
    parcel = book()
    subscribe(parcel.carrier, parcel.number)
    run_until(moving, moving.at + dt.timedelta(days=1))
    assert receiver.got == []
    assert SandboxPush.objects.filter(state="lost").exists()
    SandboxFault.objects.update(rate=0)
    run_until(moving, moving.at + dt.timedelta(days=1))
    known = parcel.read_plan().count_at(int(moving.at.timestamp()))
    assert len(of_tracks(receiver)[-1]["lastResult"]["data"]) >= known - 3


def test_a_duplicated_push_arrives_twice_with_the_same_bytes(book, moving, receiver):
    SandboxFault.objects.create(name="duplicate", rate=1)
    book()
    run_until(moving, SandboxOrder.objects.get().due_at + dt.timedelta(minutes=20))
    first, second = receiver.got
    assert first["param"] == second["param"]
    assert first["sign"] == second["sign"]


def test_a_late_push_arrives_hours_later(book, moving, receiver):
    SandboxFault.objects.create(name="late", rate=1)
    book()
    due = SandboxOrder.objects.get().due_at
    run_until(moving, due + dt.timedelta(hours=1, minutes=59))
    assert receiver.got == []
    run_until(moving, due + dt.timedelta(hours=12, minutes=1))
    assert len(receiver.got) >= 1


def test_a_forged_push_has_a_signature_that_does_not_verify_and_is_not_repeated(
    book, moving, receiver
):
    SandboxFault.objects.create(name="forged", rate=1)
    book()
    receiver.answers = [(200, '{"result":false}')] * 2
    moving.at = SandboxOrder.objects.get().due_at
    services.push_due(now=moving.now(), send=outbound_send())
    good = [
        push["sign"] == hashlib.md5((push["param"] + "salt123").encode()).hexdigest().upper()
        for push in receiver.got
    ]
    assert sorted(good) == [False, True]
    assert SandboxPush.objects.get(is_forged=True).state == "abandoned"
    assert SandboxPush.objects.get(is_forged=False).state == "waiting"


def test_claims_of_a_process_that_died_are_sent_again(book, moving, receiver):
    book()
    moving.at = SandboxOrder.objects.get().due_at
    services.advance_orders(now=moving.now())
    services.claim_pushes(now=moving.now(), limit=10)
    assert services.claim_pushes(now=moving.now(), limit=10) == []
    assert services.release_claims() == 1
    services.push_due(now=moving.now(), send=outbound_send())
    assert len(receiver.got) == 1


def test_an_order_push_has_a_numeric_status_and_text_amounts(book, moving, receiver):
    book()
    run_until(moving, moving.at + dt.timedelta(days=2))
    picked = next(data for data in of_orders(receiver) if data["status"] == 10)
    assert isinstance(picked["status"], int)
    assert float(picked["freight"]) > 0
    assert isinstance(picked["weight"], str)
    assert receiver.got[0]["taskId"] == SandboxOrder.objects.get().task_id
    assert json.loads(receiver.got[0]["param"])["status"] == "200"
