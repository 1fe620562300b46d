"""Operators say what a code means: shown as a diff first, then for what comes and what was."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.actions import Actor
from apps.shipments import codes
from apps.shipments.errors import ReplayRefused
from apps.shipments.models import CodeMapping, Event, MappingReplay, Shipment
from apps.shipments.services import (
    apply_replay,
    apply_snapshots,
    draft_replay,
    drop_replay,
    recompute_shipment,
    run_replays,
    undo_replay,
)
from apps.shipments.services.mapping import refresh_mappings
from tests.shipments.builders import LIFE, at, inbox_row, make_shipment, node, push
from tests.support.people import make_merchant, make_user, session_of

ACTOR = Actor.system("test")
SOMETHING = "到达驿站，请凭码取件"


@pytest.fixture(autouse=True)
def builtin_table(db):
    codes.add_meanings({})
    yield
    codes.add_meanings({})


@pytest.fixture
def shipment(merchant: Merchant) -> Shipment:
    """In transit, with a newest node of a code nobody knows."""
    return told(make_shipment(merchant, number="YT8800000001"), "777")


def told(shipment: Shipment, code: str) -> Shipment:
    nodes = [*LIFE[:2], node(20, SOMETHING, code)]
    with clock.frozen(at(30)):
        apply_snapshots([inbox_row(shipment, push(shipment.number, nodes, state=code))])
    shipment.refresh_from_db()
    return shipment


def draft(
    status: str = "ready_for_pickup", substatus: str = "", code: str = "777"
) -> MappingReplay:
    with clock.frozen(at(31)):
        row = draft_replay(
            code=code, status=status, substatus=substatus, note="", actor=ACTOR, user_id=None
        )
        run_replays()
    row.refresh_from_db()
    return row


def applied(row: MappingReplay) -> MappingReplay:
    with clock.frozen(at(32)):
        apply_replay(replay_id=row.pk, actor=ACTOR)
        run_replays()
    row.refresh_from_db()
    return row


def test_the_preview_shows_the_diff_and_changes_nothing(shipment) -> None:
    before = (shipment.status, shipment.version)
    row = draft()
    assert row.state == "previewed"
    assert row.result["moves"] == [["in_transit", "", "ready_for_pickup", "", 1]]
    assert row.result["samples"][0][1] == [shipment.pk]
    shipment.refresh_from_db()
    assert (shipment.status, shipment.version) == before
    assert Event.objects.get(code="777").status == ""
    assert codes.meaning_of("777") is None
    assert not CodeMapping.objects.exists()


def test_applied_it_holds_for_history_and_says_so_in_a_change_row(shipment) -> None:
    row = applied(draft())
    shipment.refresh_from_db()
    assert row.state == "done"
    assert (shipment.status, shipment.unknown_codes) == ("ready_for_pickup", 0)
    change = shipment.changes.order_by("-id")[0]
    assert (change.from_status, change.to_status) == ("in_transit", "ready_for_pickup")
    assert recompute_shipment(shipment_id=shipment.pk).agrees


def test_applied_it_holds_for_what_comes(shipment, merchant) -> None:
    applied(draft())
    later = told(make_shipment(merchant, number="YT8800000002"), "777")
    assert later.status == "ready_for_pickup"


def test_history_and_what_comes_mean_the_same(shipment, merchant) -> None:
    applied(draft())
    later = told(make_shipment(merchant, number="YT8800000002"), "777")
    said = ("status", "substatus", "certainty", "code")
    old, new = (Event.objects.filter(shipment=one, code="777") for one in (shipment, later))
    assert list(old.values(*said)) == list(new.values(*said))


def test_given_back_to_the_built_in_table_history_is_as_before(shipment) -> None:
    before = list(Event.objects.order_by("id").values("status", "substatus", "certainty"))
    applied(draft())
    applied(draft(status=""))
    shipment.refresh_from_db()
    assert shipment.status == "in_transit"
    assert list(Event.objects.order_by("id").values("status", "substatus", "certainty")) == before


def test_another_process_learns_of_it_with_its_next_batch(shipment) -> None:
    applied(draft())
    codes.add_meanings({})
    refresh_mappings()
    assert codes.meaning_of("777") is None, "this process has loaded that version already"
    CodeMapping.objects.update(version=99)
    refresh_mappings()
    known = codes.meaning_of("777")
    assert known is not None
    assert known.status == "ready_for_pickup"


def test_a_built_in_meaning_can_be_overruled(shipment) -> None:
    row = applied(draft(status="exception", substatus="stuck", code="1002"))
    assert row.result["events"] >= 1
    assert Event.objects.get(shipment=shipment, code="1002").substatus == "stuck"


def test_dropped_it_is_gone(shipment) -> None:
    row = draft()
    drop_replay(replay_id=row.pk, actor=ACTOR)
    with pytest.raises(ReplayRefused):
        apply_replay(replay_id=row.pk, actor=ACTOR)
    assert not CodeMapping.objects.exists()


def test_applying_twice_is_refused(shipment) -> None:
    row = applied(draft())
    with pytest.raises(ReplayRefused):
        apply_replay(replay_id=row.pk, actor=ACTOR)


@pytest.mark.parametrize(
    ("code", "status", "substatus"),
    [
        ("", "exception", ""),
        ("7" * 65, "exception", ""),
        ("777", "lost in space", ""),
        ("777", "delivered", "stuck"),
        ("777", "", ""),
    ],
)
def test_what_makes_no_sense_is_refused(db, code, status, substatus) -> None:
    with pytest.raises(ReplayRefused):
        draft_replay(
            code=code, status=status, substatus=substatus, note="", actor=ACTOR, user_id=None
        )
    assert not MappingReplay.objects.exists()


def test_two_drafts_of_one_code_are_not_worked_out_at_once(shipment) -> None:
    draft_replay(code="777", status="refused", substatus="", note="", actor=ACTOR, user_id=None)
    with pytest.raises(ReplayRefused):
        draft_replay(code="777", status="lost", substatus="", note="", actor=ACTOR, user_id=None)
    with pytest.raises(ReplayRefused):
        draft_replay(
            code="777", status="returning", substatus="", note="", actor=ACTOR, user_id=None
        )
    assert MappingReplay.objects.count() == 1


def test_an_operator_drafts_sees_the_diff_and_lets_it_hold(shipment) -> None:
    client = session_of(make_user(Role.OPERATOR))
    page = reverse("admin:shipments_mappingreplay_draft")
    sent = {"code": "777", "status": "ready_for_pickup", "substatus": "", "note": "seen"}
    answer = client.post(page, sent)
    row = MappingReplay.objects.get()
    address = reverse("admin:shipments_mappingreplay_change", args=[row.pk])
    assert answer.headers["Location"] == address
    with clock.frozen(at(31)):
        run_replays()
    assert shipment.number in client.get(address).content.decode()
    client.post(reverse("admin:shipments_mappingreplay_do_apply", args=[row.pk]), {})
    row.refresh_from_db()
    assert row.state == "applying"


def test_a_wrong_draft_says_what_is_wrong_and_keeps_what_was_typed(shipment) -> None:
    client = session_of(make_user(Role.OPERATOR))
    sent = {"code": "777", "status": "delivered", "substatus": "stuck", "note": "my words"}
    answer = client.post(reverse("admin:shipments_mappingreplay_draft"), sent)
    assert answer.status_code == 422
    assert "my words" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.CUSTOMER_SERVICE, Role.AUDITOR])
def test_who_may_only_look_drafts_nothing(shipment, role) -> None:
    client = session_of(make_user(role))
    client.post(
        reverse("admin:shipments_mappingreplay_draft"), {"code": "777", "status": "refused"}
    )
    assert not MappingReplay.objects.exists()


def test_a_merchants_user_does_not_find_the_page(shipment) -> None:
    client = session_of(make_user(Role.MERCHANT, merchant=make_merchant()))
    assert client.get(reverse("admin:shipments_mappingreplay_draft")).status_code == 404


def test_what_was_applied_last_is_taken_back_by_a_draft_of_what_held_before(shipment: Shipment):
    first = draft()
    apply_replay(replay_id=first.pk, actor=ACTOR)
    run_replays()
    back = undo_replay(replay_id=first.pk, actor=ACTOR, user_id=None)
    assert (back.status, back.state) == ("", "previewing")
    run_replays()
    apply_replay(replay_id=back.pk, actor=ACTOR)
    run_replays()
    shipment.refresh_from_db()
    assert shipment.status == "in_transit"
    with pytest.raises(ReplayRefused):
        undo_replay(replay_id=first.pk, actor=ACTOR, user_id=None)
