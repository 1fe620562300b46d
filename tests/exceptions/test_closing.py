"""What decides itself, what expires, and who may say so."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from apps.core import clock
from apps.core.models import ActionLog
from apps.exceptions.choices import FaultKind
from apps.exceptions.errors import PolicyRefused
from apps.exceptions.models import Flag, KindPolicy, ThresholdSet, Verdict
from apps.exceptions.policies import current_rules, thresholds_of
from apps.exceptions.sampling import is_sample
from apps.exceptions.services import (
    claim_next,
    decide_by_rule,
    expire_flags,
    set_kind_policy,
    undo_verdict,
)
from tests.exceptions.flags import flag_rows, uses_of
from tests.shipments.builders import at


def judged(flag: Flag, user: object, right: int, wrong: int) -> None:
    """Past verdicts of a person, without their flags' lives."""
    Verdict.objects.bulk_create(
        Verdict(flag=flag, state=state, decider="person", user=user, kind=flag.kind)
        for state in ["confirmed"] * right + ["dismissed"] * wrong
    )


def test_every_kind_has_a_policy_and_none_decides_itself(db) -> None:
    assert set(KindPolicy.objects.values_list("kind", flat=True)) == set(FaultKind.values())
    assert not KindPolicy.objects.filter(decides_itself=True).exists()


def test_a_kind_without_a_history_may_not_decide_itself(shipment, ann) -> None:
    with pytest.raises(PolicyRefused, match=r"0.*200"):
        set_kind_policy(kind="drift", user=ann, decides_itself=True)
    assert not KindPolicy.objects.get(kind="drift").decides_itself
    assert not ActionLog.objects.filter(action="exceptions.policy.changed").exists()


@pytest.mark.parametrize(("right", "wrong", "may"), [(199, 1, True), (198, 2, False)])
def test_a_kind_may_decide_itself_when_it_was_right(shipment, ann, right, wrong, may) -> None:
    judged(flag_rows(shipment, 0, 1, kind="gcj"), ann, right, wrong)
    if may:
        assert set_kind_policy(kind="gcj", user=ann, decides_itself=True).decides_itself
        return
    with pytest.raises(PolicyRefused, match=r"99\.0 %"):
        set_kind_policy(kind="gcj", user=ann, decides_itself=True)


def test_a_settled_flag_of_a_provable_kind_decides_itself_and_can_be_undone(shipment, ann) -> None:
    set_kind_policy(kind="zero", user=ann, decides_itself=True, sample_share=Decimal(0))
    flag, other = flag_rows(shipment, 10, 11, kind="zero"), flag_rows(shipment, 20, 21)
    assert decide_by_rule() == {"decided": 1, "samples": 0}
    assert uses_of(shipment)[10:12] == ["excluded"] * 2
    verdict = Verdict.objects.get()
    assert (verdict.flag, verdict.decider, verdict.user) == (flag, "rule", None)
    other.refresh_from_db()
    assert other.state == "open"
    undo_verdict(verdict_id=verdict.pk, user=ann)
    assert uses_of(shipment)[10:12] == ["held"] * 2


def test_a_stretch_that_still_lasts_is_not_decided_by_a_rule(shipment, ann) -> None:
    set_kind_policy(kind="zero", user=ann, decides_itself=True)
    flag_rows(shipment, 28, 29, kind="zero")
    assert decide_by_rule()["decided"] == 0
    with clock.frozen(at(30) + dt.timedelta(minutes=3)):
        assert decide_by_rule()["decided"] == 1


def test_a_kind_that_is_wrong_lately_decides_nothing_any_more(shipment, ann) -> None:
    KindPolicy.objects.filter(kind="drift").update(decides_itself=True, judged=200, right=200)
    judged(flag_rows(shipment, 10, 11), ann, 150, 50)
    assert decide_by_rule()["decided"] == 0


def test_the_sample_is_the_same_for_ever_and_of_the_right_size() -> None:
    uids = [f"flg_{n}" for n in range(5_000)]
    chosen = [uid for uid in uids if is_sample(uid, Decimal("0.020"))]
    assert 70 <= len(chosen) <= 130
    assert chosen == [uid for uid in uids if is_sample(uid, Decimal("0.020"))]
    assert not any(is_sample(uid, Decimal(0)) for uid in uids)
    assert all(is_sample(uid, Decimal(1)) for uid in uids)


def test_what_nobody_decides_falls_into_the_safer_view(shipment) -> None:
    flag_rows(shipment, 10, 11, expires_at=at(29))
    later = flag_rows(shipment, 20, 21, expires_at=at(31))
    assert expire_flags() == 1
    assert uses_of(shipment)[10:12] == ["excluded"] * 2
    verdict = Verdict.objects.get()
    assert (verdict.state, verdict.decider) == ("expired", "time")
    later.refresh_from_db()
    assert later.state == "open"


def test_what_somebody_holds_does_not_expire_under_their_eyes(shipment, ann) -> None:
    flag_rows(shipment, 10, 11, expires_at=at(29))
    claim_next(user=ann)
    assert expire_flags() == 0
    assert not Verdict.objects.exists()


def test_the_active_thresholds_are_used_with_their_version(db) -> None:
    assert current_rules().version == 0
    ThresholdSet.objects.create(
        version=3, values={"top_speed": 30}, is_active=True, tested_at=at(0)
    )
    rules = current_rules()
    assert (rules.version, rules.thresholds.top_speed) == (3, 30.0)


@pytest.mark.parametrize(
    "values",
    [{"no_such": 1}, {"top_speed": "45"}, {"top_speed": float("nan")}, {"top_speed": True},
     {"frozen_rows": 4.5}, {"priors": 3}, {"priors": {"loop": 1}}, {"shift_sizes": {"drift": [1]}},
     {"top_speed": 1e300}],
)  # fmt: skip
def test_values_that_are_no_thresholds_are_refused(values) -> None:
    with pytest.raises(PolicyRefused):
        thresholds_of(values)


def test_tables_of_thresholds_are_merged() -> None:
    found = thresholds_of({"priors": {"gcj": -5}, "shift_sizes": {"drift": [200, 900]}})
    assert found.prior("gcj") == -5.0
    assert found.prior("jump") == thresholds_of({}).prior("jump")
    assert found.sizes("drift") == (200.0, 900.0)
