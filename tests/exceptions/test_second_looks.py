"""Decided flags are shown once more, blind, to somebody else; a lead settles where two disagree."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.choices import Role
from apps.core.models import ActionLog
from apps.exceptions.errors import FlagTaken, FlagUnknown, VerdictStands
from apps.exceptions.learning import agreements, kappa
from apps.exceptions.models import Flag, KindPolicy, Verdict
from apps.exceptions.selectors import precision_of
from apps.exceptions.services import (
    claim_next,
    claim_second_look,
    decide_flag,
    decide_shown,
    flags_to_show,
    last_decision,
    release_claim,
    renew_claim,
    settle_disagreement,
    skip_flag,
    take_second_look,
    undo_verdict,
)
from tests.exceptions.flags import flag_rows, make_user, uses_of
from tests.shipments.builders import make_merchant
from tests.support.admin_pages import logged_in

REVIEW = "/admin/exceptions/flag/review/"


@pytest.fixture(autouse=True)
def _every_verdict_is_sampled(db) -> None:
    KindPolicy.objects.update(second_look_share=Decimal(1))


@pytest.fixture
def decided(shipment, ann) -> Flag:
    """A flag Ann has confirmed."""
    flag = flag_rows(shipment, 10, 14)
    decide_flag(flag_id=flag.pk, user=ann, state="confirmed")
    return flag


def look(flag: Flag, user, state: str = "dismissed", **more) -> Verdict:
    assert claim_second_look(user=user) == flag
    return take_second_look(flag_id=flag.pk, user=user, state=state, **more)


def test_a_second_look_changes_neither_fix_nor_flag(decided, shipment, ben) -> None:
    before = uses_of(shipment)
    second = look(decided, ben)
    decided.refresh_from_db()
    assert (decided.state, decided.is_sample, decided.claimed_by) == ("confirmed", False, None)
    assert uses_of(shipment) == before
    assert (second.is_second_look, second.agrees) == (True, False)
    assert second.repeats == Verdict.objects.get(user__username="ann")


def test_nobody_looks_twice_at_what_they_decided(decided, ann, ben) -> None:
    assert claim_second_look(user=ann) is None
    assert flags_to_show(user=ann, count=3) == []
    assert flags_to_show(user=ben, count=3) == [decided]


def test_none_of_the_share_of_nought_is_shown_again(shipment, ann, ben) -> None:
    KindPolicy.objects.update(second_look_share=Decimal(0))
    flag = flag_rows(shipment, 10, 14)
    decide_flag(flag_id=flag.pk, user=ann, state="confirmed")
    assert claim_second_look(user=ben) is None


def test_who_does_not_hold_it_says_nothing_about_it(decided, ben) -> None:
    with pytest.raises(FlagTaken):
        take_second_look(flag_id=decided.pk, user=ben, state="dismissed")
    assert Verdict.objects.count() == 1


def test_another_merchants_flag_is_not_shown_again(decided) -> None:
    stranger = make_user("eve", make_merchant("bob"))
    assert claim_second_look(user=stranger) is None


def test_the_page_does_not_tell_that_somebody_was_first(decided, ben) -> None:
    client = logged_in()

    def ask(name: str, **values):
        body = json.dumps(values)
        return client.post(f"{REVIEW}{name}/", body, content_type="application/json").json()

    [told] = ask("next", count=1)["flags"]
    assert (told["id"], told["state"], told["url"]) == (decided.pk, "open", "")
    assert {p["use"] for p in told["points"] if p["flagged"]} == {"held"}
    assert "ann" not in json.dumps(told)
    assert ask("renew", flags=[decided.pk]) == {"lost": {}}
    verdict = ask("decide", flag=decided.pk, state="dismissed")["verdict"]
    assert ask("undo", verdict=verdict) == {"flag": decided.pk}
    assert [f["id"] for f in [ask("show", flag=decided.pk)["flag"]]] == [decided.pk]
    assert ask("decide", flag=decided.pk, state="confirmed")["state"] == "confirmed"
    assert list(Verdict.objects.filter(undone_at=None, agrees=True).values_list("flag")) == [
        (decided.pk,)
    ]


def test_a_second_look_can_be_skipped_and_given_back(decided, ben) -> None:
    cat = make_user("cat")
    assert claim_second_look(user=ben) == decided
    renew_claim(user=ben, flag_id=decided.pk)
    skip_flag(user=ben, flag_id=decided.pk)
    assert claim_second_look(user=ben) is None
    assert claim_second_look(user=cat) == decided
    assert release_claim(user=cat) == 1
    assert Verdict.objects.count() == 1


def test_where_the_first_holds_nothing_changes(decided, shipment, ben) -> None:
    second, lead = look(decided, ben), make_user("lea")
    before = uses_of(shipment)
    settle_disagreement(verdict_id=second.pk, user=lead, second_holds=False, note="tunnel")
    assert uses_of(shipment) == before
    second.refresh_from_db()
    assert (second.settled_state, second.settled_by) == ("confirmed", lead)
    assert ActionLog.objects.get(action="exceptions.disagreement.settled").note == "tunnel"
    with pytest.raises(VerdictStands):
        settle_disagreement(verdict_id=second.pk, user=lead, second_holds=True, note="")


def test_where_the_second_holds_the_lead_has_decided(decided, shipment, ben) -> None:
    second, lead = look(decided, ben), make_user("lea")
    settle_disagreement(verdict_id=second.pk, user=lead, second_holds=True, note="he is right")
    assert set(uses_of(shipment)) == {"accepted"}
    decided.refresh_from_db()
    assert decided.state == "dismissed"
    assert decided.verdicts.get(undone_at=None, is_second_look=False).user == lead
    assert [(one.same, one.looked) for one in agreements()] == [(0, 1)]


def test_who_gave_one_of_the_two_does_not_settle(decided, ann, ben) -> None:
    second = look(decided, ben)
    for user in (ann, ben):
        with pytest.raises(VerdictStands):
            settle_disagreement(verdict_id=second.pk, user=user, second_holds=True, note="")
    stranger = make_user("eve", make_merchant("bob"))
    with pytest.raises(FlagUnknown):
        settle_disagreement(verdict_id=second.pk, user=stranger, second_holds=True, note="")


def test_agreement_is_nothing_to_settle(decided, ben) -> None:
    second = look(decided, ben, "repaired", repair="from_gcj02")
    assert second.agrees
    with pytest.raises(VerdictStands):
        settle_disagreement(verdict_id=second.pk, user=make_user("lea"), second_holds=True, note="")


def test_a_look_at_what_a_rule_decided_counts_as_precision(decided, ben) -> None:
    Verdict.objects.update(decider="rule", user=None)
    assert precision_of("drift").judged == 0
    look(decided, ben)
    assert (precision_of("drift").judged, precision_of("drift").right) == (1, 0)


def test_a_second_verdict_belongs_to_a_first(decided, ben) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.create(
            flag=decided, state="confirmed", decider="person", user=ben, kind="drift",
            is_second_look=True,
        )  # fmt: skip


def test_kappa_takes_out_what_chance_agrees_on() -> None:
    assert kappa({("right", "right"): 20, ("right", "wrong"): 5, ("wrong", "right"): 10,
                  ("wrong", "wrong"): 15}) == pytest.approx(0.4)  # fmt: skip
    assert kappa({("right", "right"): 10}) is None
    assert kappa({}) is None


def test_a_decision_sent_again_is_the_one_that_was_made(shipment, ann, ben) -> None:
    flag = flag_rows(shipment, 10, 14)
    first = decide_shown(flag_id=flag.pk, user=ann, state="confirmed")
    assert decide_shown(flag_id=flag.pk, user=ann, state="confirmed") == first
    for user, state in ((ann, "dismissed"), (ben, "confirmed")):
        with pytest.raises(FlagTaken):
            decide_shown(flag_id=flag.pk, user=user, state=state)
    assert Verdict.objects.count() == 1


def test_undo_finds_what_somebody_decided_last_on_the_server(shipment) -> None:
    client = logged_in()
    first, second = flag_rows(shipment, 2, 3), flag_rows(shipment, 10, 14)
    for flag in (first, second):
        decide_flag(flag_id=flag.pk, user=client.user, state="confirmed")

    def undo(**values):
        return client.post(f"{REVIEW}undo/", json.dumps(values), content_type="application/json")

    assert undo(flag=first.pk).json() == {"flag": first.pk}
    assert undo().json() == {"flag": second.pk}
    assert undo().status_code == 404
    assert set(uses_of(shipment)[10:15]) == {"held"}


def test_nobody_undoes_somebody_elses_decision_unawares(decided, ben) -> None:
    assert last_decision(user=ben) is None
    client = logged_in(Role.OPERATOR)
    answer = client.post(f"{REVIEW}undo/", "{}", content_type="application/json")
    assert answer.status_code == 404
    assert not Verdict.objects.exclude(undone_at=None).exists()


def test_the_next_open_flag_comes_first(decided, shipment, ben) -> None:
    waiting = flag_rows(shipment, 20, 21)
    assert flags_to_show(user=ben, count=2) == [waiting, decided]
    assert claim_next(user=ben) == waiting


def test_undoing_the_first_verdict_ends_the_wish_for_a_second(decided, ann, ben) -> None:
    undo_verdict(verdict_id=Verdict.objects.get().pk, user=ann)
    assert claim_second_look(user=ben) is None
