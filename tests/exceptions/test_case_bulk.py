"""One move for many cases: previewed, in chunks, undone as a whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from apps.accounts.choices import Role
from apps.accounts.models import Merchant, User
from apps.core import clock
from apps.exceptions.case_filters import CaseFilters
from apps.exceptions.choices import CaseMove
from apps.exceptions.errors import CaseForbidden, CaseRefused, CaseUnknown
from apps.exceptions.models import Case
from apps.exceptions.services import (
    acknowledge_case,
    claim_case,
    preview_bulk,
    start_bulk,
    undo_bulk,
    work_on_bulk,
)
from apps.exceptions.services import case_bulk as module
from tests.exceptions.cases import OPENED, make_case, tallied
from tests.exceptions.watched import HOUR
from tests.support.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "CHUNK", 2)
    with clock.frozen(OPENED + HOUR), translation.override("en"):
        yield


@pytest.fixture
def cases(merchant: Merchant) -> list[Case]:
    return [make_case(merchant) for _ in range(5)]


@pytest.fixture
def amy(db: None) -> User:
    return make_user(Role.OPERATOR, username="amy")


@pytest.fixture
def bob(db: None) -> User:
    return make_user(Role.OPERATOR, username="bob")


def test_a_preview_names_what_is_left_out_and_changes_nothing(
    cases: list[Case], amy: User, bob: User
) -> None:
    claim_case(user=bob, case_id=cases[0].pk)
    acknowledge_case(case_id=cases[1].pk, user=bob, version=1)
    told = preview_bulk(user=amy, move=CaseMove.ACKNOWLEDGE, filters=CaseFilters())
    assert told.chosen == tuple((case.pk, 1) for case in cases[2:])
    assert told.excluded[cases[1].pk] == "Acknowledged"
    assert "bob holds this case" in told.excluded[cases[0].pk]
    gone = preview_bulk(user=amy, move=CaseMove.ACKNOWLEDGE, case_ids=[10**9])
    assert gone.excluded == {10**9: "There is no such case."}
    assert tallied() == {"open": 4, "acknowledged": 1}


def test_many_are_closed_in_chunks_and_opened_again_as_a_whole(
    cases: list[Case], amy: User, bob: User
) -> None:
    chosen = preview_bulk(user=amy, move=CaseMove.RESOLVE, filters=CaseFilters()).chosen
    acknowledge_case(case_id=cases[3].pk, user=bob, version=1)
    bulk = start_bulk(
        user=amy, move=CaseMove.RESOLVE, chosen=chosen, values={"reason": "carrier_fixed"}
    )
    assert work_on_bulk(bulk_id=bulk.pk, seconds=0) == 2
    bulk.refresh_from_db()
    assert (bulk.done, bulk.total, bulk.state) == (2, 5, "running")
    assert work_on_bulk() == 3
    bulk.refresh_from_db()
    assert (bulk.done, len(bulk.changed), bulk.state) == (5, 4, "done")
    assert "bob was first" in bulk.refused[str(cases[3].pk)]
    assert set(Case.objects.filter(state="resolved").values_list("closer", flat=True)) == {"bulk"}
    assert tallied() == {"acknowledged": 1}
    undo_bulk(bulk_id=bulk.pk, user=amy)
    work_on_bulk()
    bulk.refresh_from_db()
    assert (bulk.state, bulk.undone, bulk.refused) == ("undone", 4, {})
    assert tallied() == {"open": 4, "acknowledged": 1}
    assert not Case.objects.filter(claimed_by=amy).exists()
    with pytest.raises(CaseRefused, match="already"):
        undo_bulk(bulk_id=bulk.pk, user=amy)


def test_what_somebody_touched_since_stays_as_it_is(
    cases: list[Case], amy: User, bob: User
) -> None:
    chosen = [(case.pk, 1) for case in cases]
    values = {"waiting_for": "carrier", "until": clock.now() + HOUR}
    bulk = start_bulk(user=amy, move=CaseMove.WAIT, chosen=chosen, values=values)
    work_on_bulk()
    Case.objects.filter(pk=cases[0].pk).update(version=9)
    undo_bulk(bulk_id=bulk.pk, user=amy)
    work_on_bulk()
    bulk.refresh_from_db()
    assert list(bulk.refused) == [str(cases[0].pk)]
    assert tallied() == {"open": 4, "waiting": 1}


def test_impossible_values_are_refused_before_anything_begins(cases: list[Case], amy: User) -> None:
    chosen = [(cases[0].pk, 1)]
    for move, values in (
        (CaseMove.RESOLVE, {"reason": "false_alarm"}), (CaseMove.WAIT, {}),
        (CaseMove.ASSIGN, {"owner_id": 10**9}), (CaseMove.WAKE, {"reason": "other"}),
        (CaseMove.STEP, {}), (CaseMove.RESOLVE, {"closer": "itself"}),
    ):  # fmt: skip
        with pytest.raises(CaseRefused):
            start_bulk(user=amy, move=move, chosen=chosen, values=values)
    with pytest.raises(CaseRefused, match="5,000"):
        start_bulk(user=amy, move=CaseMove.WAKE, chosen=[])


def test_only_ones_own_moves_are_taken_back_and_only_workers_make_them(
    cases: list[Case], amy: User, bob: User
) -> None:
    chosen = [(cases[0].pk, 1)]
    bulk = start_bulk(user=amy, move=CaseMove.ACKNOWLEDGE, chosen=chosen)
    with pytest.raises(CaseUnknown):
        undo_bulk(bulk_id=bulk.pk, user=bob)
    auditor = make_user(Role.AUDITOR)
    with pytest.raises(CaseForbidden):
        preview_bulk(user=auditor, move=CaseMove.ACKNOWLEDGE, filters=CaseFilters())
    with pytest.raises(CaseForbidden):
        start_bulk(user=auditor, move=CaseMove.ACKNOWLEDGE, chosen=chosen)
