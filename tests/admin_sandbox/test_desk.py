"""The sandbox's desk: it shows the world, turns it by role, and writes every turn down."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.accounts.choices import Role
from apps.core import clock
from apps.core.models import ActionLog
from apps.sandbox import services
from apps.sandbox.carriers import BY_CODE
from apps.sandbox.foreign import BY_CODE as COUNTRIES
from apps.sandbox.models import (
    SandboxControl,
    SandboxFault,
    SandboxOutage,
    SandboxParcel,
    SandboxPush,
    SandboxSubscription,
)
from apps.sandbox.places import find_place
from apps.sandbox.planner import Destination, make_plan
from apps.sandbox.questions import open_question
from apps.sandbox.services.parcels import parcel_columns
from tests.support.admin_pages import logged_in, text_of
from tests.support.people import make_merchant
from tests.support.query_counts import assert_query_count

PAGE = "/admin/sandbox/sandboxcontrol/"
ACT = f"{PAGE}act/"
NOW = dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC)
ADDRESS = "http://127.0.0.1:9/x"


@pytest.fixture(autouse=True)
def world_stands(db):
    """Business time stands, so that a page asked twice says the same."""
    with clock.frozen(NOW):
        yield


def make_push(n: int, **fields) -> SandboxPush:
    parcel, _ = SandboxParcel.objects.get_or_create(
        carrier="yuantong", number=f"YT{n:013d}", defaults={"booked_at": NOW}
    )
    subscription = SandboxSubscription.objects.create(
        parcel=parcel, carrier="yuantong", number=parcel.number, callback_url=ADDRESS,
        subscribed_at=NOW,
    )  # fmt: skip
    fields = {"kind": "tracking", "param": "{}", "due_at": NOW, **fields}
    return SandboxPush.objects.create(subscription=subscription, url=ADDRESS, **fields)


def test_an_empty_world_says_so_and_that_nobody_runs_it():
    page = text_of(logged_in(Role.OPERATOR).get(PAGE))
    assert "No parcels yet." in page
    assert "Nothing is on its way." in page
    assert "The world's process is not running" in page


def test_the_page_comes_in_chinese():
    page = text_of(logged_in(Role.OPERATOR, language="zh-hans").get(PAGE))
    for word in ("沙箱控制台", "世界中的包裹", "推送截断", "双11", "手工发送推送"):
        assert word in page
    assert "Parcels of the world" not in page


def test_the_desk_shows_pace_faults_hubs_and_pushes_with_their_answers():
    SandboxControl.objects.create(id=1, speed=600, port=8100, seed=7, seen_real_at=clock.real_now())
    services.set_faults(rates={"lost": 0.02})
    services.put_hub_out(hub="440100")
    make_push(1, attempts=2, http_status=503, answer="<b>busy</b>")
    make_push(2, state="done", attempts=1, http_status=200, answer='{"result":true}',
              finished_real_at=clock.real_now())  # fmt: skip
    response = logged_in(Role.OPERATOR).get(f"{PAGE}live/")
    page = text_of(response)
    for word in ("Pushes lost 2%", "广州市", "×600", "503", "2 attempts", "YT0000000000002"):
        assert word in page
    assert "<b>busy</b>" not in response.content.decode()


def test_the_desk_takes_the_same_number_of_queries_however_much_happens():
    client = logged_in(Role.OPERATOR)
    made = iter(range(10_000))
    assert_query_count(
        "admin.sandbox_desk",
        make=lambda count: [make_push(next(made)) for _ in range(count)],
        visit=lambda: client.get(f"{PAGE}live/"),
    )


@pytest.mark.parametrize(
    ("action", "fields", "logged"),
    [
        ("fault", {"name": "lost", "percent": "2"}, "sandbox.faults.set"),
        ("preset", {"name": "double11"}, "sandbox.faults.set"),
        ("preset", {"name": "hub_out"}, "sandbox.hub.out"),
        ("hub_out", {"hub": "440300", "hours": "12"}, "sandbox.hub.out"),
        ("speed", {"speed": "60"}, "sandbox.world.speed"),
        ("pause", {}, "sandbox.world.paused"),
        ("resume", {}, "sandbox.world.resumed"),
        ("jump", {"hours": "24"}, "sandbox.world.jumped"),
        ("jump", {"to": "2026-12-01T08:00"}, "sandbox.world.jumped"),
    ],
)
def test_every_turn_is_written_down_with_who_did_it(action, fields, logged):
    client = logged_in(Role.OPERATOR)
    answer = client.post(f"{ACT}{action}/", fields, headers={"X-Desk": "1"})
    assert answer.json()["ok"] is True
    row = ActionLog.objects.get()
    assert (row.action, row.actor_kind) == (logged, "user")


def test_a_push_by_hand_waits_for_the_worlds_next_step():
    make_push(1).delete()
    client = logged_in(Role.OPERATOR)
    fields = {"number": "YT0000000000001", "payload": '{"a":1}', "way": "wrong_salt"}
    assert client.post(f"{ACT}push/", fields, headers={"X-Desk": "1"}).json()["ok"] is True
    push = SandboxPush.objects.get()
    assert (push.param, push.is_forged, push.is_manual, push.state) == (
        '{"a":1}', True, True, "waiting"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("fault", {"name": "lsot", "percent": "2"}),
        ("fault", {"name": "lost", "percent": "nan"}),
        ("fault", {"name": "lost", "percent": "200"}),
        ("fault", {}),
        ("preset", {"name": "storm"}),
        ("speed", {"speed": "fast"}),
        ("jump", {"to": "2020-01-01T00:00"}),
        ("jump", {"to": "2026-99-01T00:00"}),
        ("hub_out", {"hub": "999999"}),
        ("push", {"number": "NOBODY"}),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence_and_changes_nothing(action, fields):
    client = logged_in(Role.OPERATOR)
    answer = client.post(f"{ACT}{action}/", fields, headers={"X-Desk": "1"})
    assert answer.status_code == 422
    assert answer.json()["text"]
    for model in (ActionLog, SandboxFault, SandboxOutage, SandboxPush):
        assert not model.objects.exists()


def test_calm_clears_the_faults_and_brings_the_hubs_back():
    services.set_faults(rates={"lost": 1})
    services.put_hub_out(hub="440100")
    logged_in(Role.MANAGER).post(f"{ACT}preset/", {"name": "calm"})
    assert not SandboxFault.objects.filter(rate__gt=0).exists()
    assert not SandboxOutage.objects.filter(ends_at__gt=NOW).exists()


def test_without_script_a_turn_leads_back_to_the_desk_with_its_sentence():
    client = logged_in(Role.OPERATOR)
    answer = client.post(f"{ACT}fault/", {"name": "lsot", "percent": "2"}, follow=True)
    assert answer.redirect_chain[-1][0] == PAGE
    assert "is no fault" in text_of(answer)


def test_looking_changes_nothing():
    client = logged_in(Role.OPERATOR)
    assert client.get(f"{ACT}pause/").status_code == 405
    assert client.post(f"{ACT}destroy/").status_code == 404
    assert not ActionLog.objects.exists()


def test_an_auditor_looks_and_turns_nothing():
    client = logged_in(Role.AUDITOR)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert f"{ACT}pause/" not in page.content.decode()
    assert client.post(f"{ACT}pause/").status_code == 403
    assert not ActionLog.objects.exists()


def test_customer_service_has_no_desk():
    client = logged_in(Role.CUSTOMER_SERVICE)
    for path in (PAGE, f"{PAGE}live/", f"{PAGE}future/?number=X"):
        assert client.get(path).status_code == 403
    assert client.post(f"{ACT}pause/").status_code == 403


def test_for_a_merchants_user_there_is_no_desk():
    client = logged_in(Role.MERCHANT, merchant=make_merchant())
    for path in (PAGE, f"{PAGE}live/", f"{PAGE}future/?number=X", f"{PAGE}1/change/"):
        assert client.get(path).status_code == 404
    assert client.post(f"{ACT}pause/").status_code == 404
    assert not ActionLog.objects.exists()


def test_the_future_of_a_number_the_world_does_not_know_is_said_safely():
    answer = logged_in(Role.OPERATOR).get(f"{PAGE}future/", {"number": "<script>x\x00"})
    assert "<script>x" not in answer.content.decode()
    assert "The world has no parcel" in text_of(answer)


def asked_parcel() -> SandboxParcel:
    """A parcel that Brazil's customs asked about an hour ago."""
    carrier = BY_CODE["disifang"]
    plan = make_plan(
        seed=7, carrier=carrier, number="4PX1234567890123CN", origin=find_place("440305"),
        destination=Destination(None, COUNTRIES["BR"]), booked_at=0, outcome="asked",
    )  # fmt: skip
    asked = next(n.at for n in plan.nodes if n.mark.startswith("asked") and n.location)
    plan = plan.postponed(-1, int(NOW.timestamp()) - asked - 3600)
    return SandboxParcel.objects.create(
        carrier=carrier.code, number=plan.number, booked_at=NOW - dt.timedelta(days=20),
        **parcel_columns(plan),
    )  # fmt: skip


def test_a_parcel_customs_asks_about_is_offered_and_answered_by_those_who_may():
    parcel = asked_parcel()
    page = text_of(logged_in(Role.AUDITOR).get(f"{PAGE}?number={parcel.number}"))
    assert page.count(parcel.number) >= 2
    assert "Customs asks for:" in page
    assert "Answer for the recipient" not in page
    answer = {"number": parcel.number}
    assert logged_in(Role.AUDITOR).post(f"{ACT}customs_answer/", answer).status_code == 403
    client = logged_in(Role.OPERATOR)
    assert client.post(f"{ACT}customs_answer/", answer, headers={"X-Desk": "1"}).json()["ok"]
    parcel.refresh_from_db()
    assert open_question(parcel.read_plan(), int(NOW.timestamp()) + 7 * 3600) is None
    assert ActionLog.objects.filter(action="sandbox.customs.answered").count() == 1
    again = client.post(f"{ACT}customs_answer/", {"number": "x"}, headers={"X-Desk": "1"})
    assert again.status_code == 422
