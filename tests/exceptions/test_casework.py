"""What people do to cases: each move, who was first, and taking it back."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from apps.accounts.choices import Role
from apps.accounts.models import Merchant, User
from apps.core import clock
from apps.core.models import ActionLog
from apps.exceptions.case_filters import CaseFilters
from apps.exceptions.choices import CloseReason
from apps.exceptions.errors import (
    CaseChanged,
    CaseForbidden,
    CaseRefused,
    CaseStands,
    CaseTaken,
    CaseUnknown,
)
from apps.exceptions.models import Case, OwnerGroup
from apps.exceptions.services import (
    acknowledge_case,
    assign_case,
    claim_case,
    claim_next_case,
    dismiss_case,
    drop_expired_claims,
    escalate_cases,
    release_case,
    resolve_case,
    undo_case_action,
    wait_case,
    wake_case,
    wake_cases,
)
from apps.exceptions.services.case_moving import clear_cases
from apps.notifications.models import Notice
from apps.shipments.models import Shipment
from tests.exceptions.cases import OPENED, make_case, tallied
from tests.exceptions.watched import HOUR
from tests.support.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def opened() -> Iterator[None]:
    """Business time stands still, an hour after the case was opened; people read English."""
    with clock.frozen(OPENED + HOUR), translation.override("en"):
        yield


@pytest.fixture
def case(merchant: Merchant) -> Case:
    return make_case(merchant)


@pytest.fixture
def amy(db: None) -> User:
    return make_user(Role.OPERATOR, username="amy")


@pytest.fixture
def bob(db: None) -> User:
    return make_user(Role.CUSTOMER_SERVICE, username="bob")


def act(service: Callable[..., Any], case: Case, user: User, **more: Any) -> Case:
    """Call a service as somebody who has just looked at the case."""
    version = Case.objects.values_list("version", flat=True).get(pk=case.pk)
    found: Case = service(case_id=case.pk, user=user, version=version, **more)
    return found


def test_acknowledging_makes_it_somebodys(case: Case, amy: User) -> None:
    act(acknowledge_case, case, amy)
    case.refresh_from_db()
    assert (case.state, case.owner, case.acknowledged_at) == ("acknowledged", amy, clock.now())
    assert tallied() == {"acknowledged": 1}
    row = ActionLog.objects.get(action="exceptions.case.acknowledge")
    assert row.before["state"] == "open"
    assert row.after == {
        "state": "acknowledged", "owner_id": amy.pk, "acknowledged_at": clock.now().isoformat(),
        "version": 2,
    }  # fmt: skip


def test_the_second_hears_who_was_first_when_and_what(case: Case, amy: User, bob: User) -> None:
    act(acknowledge_case, case, amy)
    with pytest.raises(CaseChanged, match=r"amy was first, at \d\d:\d\d: Acknowledged") as told:
        resolve_case(case_id=case.pk, user=bob, version=1, reason="carrier_fixed")
    assert (told.value.who, told.value.what) == ("amy", "Acknowledged")
    case.refresh_from_db()
    assert (case.state, case.version) == ("acknowledged", 2)


def test_a_lost_answer_is_told_as_ones_own_doing(case: Case, amy: User) -> None:
    act(acknowledge_case, case, amy)
    with pytest.raises(CaseChanged, match="yourself"):
        acknowledge_case(case_id=case.pk, user=amy, version=1)


def test_the_parcel_may_be_first(case: Case, amy: User) -> None:
    clear_cases(reasons={case.pk: CloseReason.MOVED_ON})
    with pytest.raises(CaseChanged, match="parcel itself was first"):
        resolve_case(case_id=case.pk, user=amy, version=1, reason="carrier_fixed")


def test_waiting_stops_the_clock_and_waking_starts_it(case: Case, amy: User) -> None:
    act(wait_case, case, amy, waiting_for="carrier", until=clock.now() + 30 * HOUR)
    with clock.frozen(clock.now() + 10 * HOUR):
        woken = act(wake_case, case, amy)
    assert woken.resolve_by == case.resolve_by + 10 * HOUR
    assert (woken.state, woken.waited_seconds, woken.waiting_for) == ("acknowledged", 36_000, "")
    assert tallied() == {"acknowledged": 1}


def test_a_wait_ends_by_itself_at_its_moment(case: Case, amy: User) -> None:
    act(wait_case, case, amy, waiting_for="carrier", until=clock.now() + 2 * HOUR)
    assert wake_cases() == 0
    with clock.frozen(clock.now() + 9 * HOUR):
        assert wake_cases() == 1
    case.refresh_from_db()
    assert (case.state, case.waited_seconds) == ("acknowledged", 7_200)


@pytest.mark.parametrize(
    ("whom", "hours"), [("", 5), ("nobody", 5), ("carrier", -1), ("carrier", 24 * 61)]
)
def test_a_wait_needs_somebody_and_a_near_moment(
    case: Case, amy: User, whom: str, hours: int
) -> None:
    until = clock.now() + hours * HOUR
    with pytest.raises(CaseRefused):
        act(wait_case, case, amy, waiting_for=whom, until=until)
    assert tallied() == {"open": 1}


def test_closing_a_waiting_case_ends_its_wait(case: Case, amy: User) -> None:
    act(wait_case, case, amy, waiting_for="carrier")
    with clock.frozen(clock.now() + 3 * HOUR):
        done = act(resolve_case, case, amy, reason="carrier_fixed", note="phoned")
    assert (done.state, done.closer, done.close_reason) == ("resolved", "person", "carrier_fixed")
    assert (done.waited_seconds, done.waiting_since) == (10_800, None)
    assert tallied() == {}


@pytest.mark.parametrize(
    ("service", "reason", "note"),
    [
        (resolve_case, "false_alarm", ""), (resolve_case, "incident_over", ""),
        (resolve_case, "other", " "), (dismiss_case, "delivered", ""), (dismiss_case, "", ""),
    ],
)  # fmt: skip
def test_reasons_belong_to_their_move(
    case: Case, amy: User, service: Callable[..., Any], reason: str, note: str
) -> None:
    with pytest.raises(CaseRefused):
        act(service, case, amy, reason=reason, note=note)
    assert tallied() == {"open": 1}


def test_what_is_closed_is_not_moved_again(case: Case, amy: User) -> None:
    act(dismiss_case, case, amy, reason="false_alarm")
    with pytest.raises(CaseRefused, match="Dismissed"):
        act(acknowledge_case, case, amy)


def test_a_case_goes_to_a_person_and_another_group(case: Case, amy: User, bob: User) -> None:
    group = OwnerGroup.objects.exclude(pk=case.group_id).first()
    assert group is not None
    act(assign_case, case, amy, owner_id=bob.pk, group_id=group.pk)
    case.refresh_from_db()
    assert (case.owner, case.group) == (bob, group)
    assert tallied() == {"open": 1}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MERCHANT])
def test_nobody_gets_a_case_who_does_not_work_on_them(
    case: Case, amy: User, merchant: Merchant, role: Role
) -> None:
    other = make_user(role, merchant=merchant if role == Role.MERCHANT else None)
    with pytest.raises(CaseRefused):
        act(assign_case, case, amy, owner_id=other.pk)


@pytest.mark.parametrize(
    ("role", "error"), [(Role.AUDITOR, CaseForbidden), (Role.MERCHANT, CaseUnknown)]
)
def test_who_does_not_work_on_cases_changes_none(
    case: Case, merchant: Merchant, role: Role, error: type[Exception]
) -> None:
    user = make_user(role, merchant=merchant if role == Role.MERCHANT else None)
    with pytest.raises(error):
        act(acknowledge_case, case, user)
    with pytest.raises(error):
        undo_case_action(case_id=case.pk, user=user)
    with pytest.raises(error):
        claim_next_case(user=user)
    with pytest.raises(error):
        claim_case(user=user, case_id=case.pk)
    case.refresh_from_db()
    assert (case.version, case.claimed_by) == (1, None)


def test_the_dearest_is_claimed_first_and_two_never_hold_one(
    merchant: Merchant, amy: User, bob: User
) -> None:
    cheap = make_case(merchant, changes={"rank": 5})
    dear = make_case(merchant, changes={"rank": 9})
    assert claim_next_case(user=amy) == dear
    assert claim_next_case(user=bob) == cheap
    assert claim_next_case(user=amy) == dear
    assert claim_next_case(user=amy, exclude=[dear.pk]) is None
    with pytest.raises(CaseTaken, match="amy"):
        act(acknowledge_case, dear, bob)
    release_case(user=amy)
    assert claim_next_case(user=bob, exclude=[cheap.pk]) == dear


def test_a_claim_keeps_to_the_view_and_leaves_waiting_and_owned_ones(
    merchant: Merchant, amy: User, bob: User
) -> None:
    act(wait_case, make_case(merchant), bob, waiting_for="carrier")
    act(acknowledge_case, make_case(merchant), bob)
    wanted = make_case(merchant, carrier="shunfeng")
    make_case(merchant, changes={"rank": 999})
    assert claim_next_case(user=amy, filters=CaseFilters(carrier="shunfeng")) == wanted


def test_an_expired_claim_binds_nobody_and_is_dropped(case: Case, amy: User, bob: User) -> None:
    claim_case(user=amy, case_id=case.pk)
    passed = clock.real_now() - dt.timedelta(seconds=1)
    Case.objects.filter(pk=case.pk).update(claimed_until=passed)
    assert drop_expired_claims() == 1
    assert act(acknowledge_case, case, bob).owner == bob


def test_closing_can_be_taken_back_as_it_was(case: Case, amy: User) -> None:
    act(wait_case, case, amy, waiting_for="customs")
    before = Case.objects.values().get()
    with clock.frozen(clock.now() + 5 * HOUR):
        act(resolve_case, case, amy, reason="carrier_fixed")
        undo_case_action(case_id=case.pk, user=amy)
    after = Case.objects.values().get()
    mine = {"claimed_by_id", "claimed_until", "version"}
    assert {n: v for n, v in after.items() if n not in mine} == {
        n: v for n, v in before.items() if n not in mine
    }
    assert after["claimed_by_id"] == amy.pk
    assert tallied() == {"waiting": 1}


def test_undo_goes_back_step_by_step_and_then_stops(case: Case, amy: User) -> None:
    act(acknowledge_case, case, amy)
    act(wait_case, case, amy, waiting_for="customs")
    assert undo_case_action(case_id=case.pk, user=amy).state == "acknowledged"
    undone = undo_case_action(case_id=case.pk, user=amy)
    assert (undone.state, undone.owner_id) == ("open", None)
    with pytest.raises(CaseStands, match="nothing"):
        undo_case_action(case_id=case.pk, user=amy)


def test_nobody_takes_back_what_another_has_built_on(case: Case, amy: User, bob: User) -> None:
    act(acknowledge_case, case, amy)
    act(assign_case, case, bob, owner_id=bob.pk)
    with pytest.raises(CaseStands, match="bob has acted since"):
        undo_case_action(case_id=case.pk, user=amy)


def test_a_case_stays_closed_once_the_parcel_moved(case: Case, amy: User) -> None:
    act(resolve_case, case, amy, reason="customer_informed")
    Shipment.objects.filter(pk=case.shipment_id).update(last_event_at=clock.now())
    with pytest.raises(CaseStands, match="moved on"):
        undo_case_action(case_id=case.pk, user=amy)
    case.refresh_from_db()
    assert case.state == "resolved"


def test_a_case_stays_closed_beside_a_newer_one(case: Case, amy: User) -> None:
    act(resolve_case, case, amy, reason="customer_informed")
    newer = Case.objects.get(pk=case.pk)
    newer.pk, newer.uid, newer.state, newer.closed_at, newer.closer = None, "x", "open", None, ""
    newer.save()
    with pytest.raises(CaseStands, match="newer"):
        undo_case_action(case_id=case.pk, user=amy)


def test_what_nobody_acknowledged_is_escalated_once(case: Case, merchant: Merchant) -> None:
    rank = case.rank
    assert escalate_cases() == 0
    with clock.frozen(case.escalates_at or OPENED):
        assert escalate_cases() == 1
        assert escalate_cases() == 0
    case.refresh_from_db()
    assert case.escalated_at == case.escalates_at
    assert (case.rank > rank, case.version) == (True, 1)
    assert ActionLog.objects.filter(action="exceptions.case.escalate").count() == 1
    told = Notice.objects.get()
    assert (told.kind, told.mode) == ("cases.escalated", "sandbox")
    assert case.group.name_en in told.title_en


def test_a_group_is_told_of_its_escalated_cases_once_an_hour(merchant: Merchant) -> None:
    first = make_case(merchant)
    with clock.frozen((first.escalates_at or OPENED).replace(minute=10)) as now:
        for minutes, told in ((0, 1), (20, 1), (60, 2)):
            make_case(merchant, changes={"escalates_at": OPENED})
            with clock.frozen(now + dt.timedelta(minutes=minutes)):
                escalate_cases()
            assert Notice.objects.count() == told


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_first_and_the_other_hears_it(
    merchant: Merchant, amy: User, bob: User
) -> None:
    case = make_case(merchant)
    start = threading.Barrier(2)

    def work(user: User) -> str:
        start.wait(5)
        try:
            with clock.frozen(OPENED + HOUR):
                acknowledge_case(case_id=case.pk, user=user, version=1)
            return user.username
        except CaseChanged as told:
            return f"after {told.who}"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = set(pool.map(work, (amy, bob)))
    assert said in ({"amy", "after amy"}, {"bob", "after bob"})
    assert tallied() == {"acknowledged": 1}


@pytest.mark.django_db(transaction=True)
def test_two_who_claim_at_once_hold_different_cases(
    merchant: Merchant, amy: User, bob: User
) -> None:
    cases = {make_case(merchant).pk, make_case(merchant).pk}
    start = threading.Barrier(2)

    def work(user: User) -> int:
        start.wait(5)
        try:
            found = claim_next_case(user=user)
            return found.pk if found else 0
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(work, (amy, bob))) == cases
