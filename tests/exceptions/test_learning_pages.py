"""Who may see and change what the detector goes by; what is said when that is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from apps.accounts.choices import Role
from apps.core.models import ActionLog
from apps.exceptions.errors import PolicyRefused
from apps.exceptions.models import BackTest, KindPolicy, ThresholdSet, Verdict
from apps.exceptions.services import (
    claim_second_look,
    decide_flag,
    run_back_tests,
    set_kind_policy,
    take_second_look,
    undo_kind_policy,
)
from apps.exceptions.threshold_fields import NUMBERS
from apps.exceptions.threshold_values import number_at, own_number, own_values, values_from
from tests.exceptions.flags import flag_rows
from tests.support.admin_pages import logged_in, text_of
from tests.support.query_counts import assert_query_count

SETS = "/admin/exceptions/thresholdset/"
POLICIES = "/admin/exceptions/kindpolicy/"
VERDICTS = "/admin/exceptions/verdict/"
PAGES = (SETS, POLICIES, VERDICTS, "/admin/exceptions/flag/learning/")


def asked(**changed: object) -> dict[str, object]:
    """What the form of new thresholds sends."""
    return {one.path: own_number(one) for one in NUMBERS} | {"days": 30, "note": "why", **changed}


def policy_asked(**changed: object) -> dict[str, object]:
    """What the form of a policy sends."""
    return {
        "is_raised": "on", "sample_share": "2.0", "second_look_share": "5.0",
        "expires_after_hours": 48, "note": "rain", **changed,
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CUSTOMER_SERVICE, Role.AUDITOR])
def test_who_may_not_change_looks_only(db, role) -> None:
    client = logged_in(role)
    row = KindPolicy.objects.get(kind="drift")
    assert [client.get(page).status_code for page in PAGES] == [200] * 4
    assert client.get(f"{SETS}draft/").status_code == 403
    assert client.post(f"{SETS}draft/", asked(top_speed=150)).status_code == 403
    assert client.post(f"{POLICIES}{row.pk}/do/change/", policy_asked()).status_code == 403
    assert not ThresholdSet.objects.exists()


def test_merchants_find_none_of_these_pages(merchant) -> None:
    client = logged_in(Role.MERCHANT, merchant)
    assert {client.get(page).status_code for page in (*PAGES, f"{SETS}draft/")} <= {403, 404}


def test_new_thresholds_are_drafted_tested_activated_and_taken_back(shipment) -> None:
    client = logged_in(Role.MANAGER)
    answer = client.post(f"{SETS}draft/", asked(top_speed=144, frozen_rows=5))
    row = ThresholdSet.objects.get()
    assert (answer.status_code, row.values) == (302, {"top_speed": 40.0, "frozen_rows": 5})
    page = f"{SETS}{row.pk}/"
    assert client.post(f"{page}do/activate/", {}).status_code == 422
    run_back_tests()
    said = text_of(client.get(f"{page}change/"))
    assert "Neither this set nor today's raises anything" in said
    assert "144 162 km/h" in said
    client.post(f"{page}do/activate/", {})
    row.refresh_from_db()
    assert row.is_active
    client.post(f"{page}do/restore/", {})
    row.refresh_from_db()
    assert not row.is_active


@pytest.mark.parametrize(
    "changed",
    [{"top_speed": 4000}, {"top_speed": "fast"}, {"top_speed": "nan"}, {"frozen_rows": 4.5},
     {"note": ""}, {"days": 0}, {"shift_sizes__drift__0": 1800}, {}],
)  # fmt: skip
def test_numbers_that_cannot_hold_are_refused(db, changed) -> None:
    answer = logged_in(Role.MANAGER).post(f"{SETS}draft/", asked(**changed))
    assert answer.status_code == 422
    assert not ThresholdSet.objects.exists()
    assert not BackTest.objects.exists()


def test_every_number_of_the_form_is_one_of_the_detector() -> None:
    for number in NUMBERS:
        assert number_at(own_values(), number.path) is not None
        assert number.least <= own_number(number) <= number.most


def test_a_set_holds_only_what_differs() -> None:
    same = {one.path: own_number(one) for one in NUMBERS}
    assert values_from(same, {}) == {}
    base = {"shift_sizes": {"drift": [200.0, 1500.0]}, "scan_speed": 300.0}
    kept = same | {"shift_sizes__drift__0": 200}
    assert values_from(kept, base) == base
    assert values_from(same, base) == {"scan_speed": 300.0}


def test_a_policy_is_changed_and_taken_back_one_step(db, ann) -> None:
    client, row = logged_in(Role.MANAGER), KindPolicy.objects.get(kind="drift")
    client.post(f"{POLICIES}{row.pk}/do/change/", policy_asked())
    row.refresh_from_db()
    assert (row.second_look_share, row.expires_after_hours) == (Decimal("0.050"), 48)
    assert ActionLog.objects.get(action="exceptions.policy.changed").note == "rain"
    client.post(f"{POLICIES}{row.pk}/do/undo/", {})
    row.refresh_from_db()
    assert (row.second_look_share, row.expires_after_hours) == (Decimal("0.020"), 24)
    with pytest.raises(PolicyRefused):
        undo_kind_policy(kind="jump", user=ann)


def test_the_form_says_why_a_kind_may_not_decide_itself(db) -> None:
    row = KindPolicy.objects.get(kind="drift")
    answer = logged_in(Role.MANAGER).post(
        f"{POLICIES}{row.pk}/do/change/", policy_asked(decides_itself="on")
    )
    assert "Only 0 of 200 verdicts of persons so far." in text_of(answer)
    row.refresh_from_db()
    assert (row.decides_itself, row.expires_after_hours) == (False, 24)


def test_going_back_does_not_bring_back_a_right_that_was_lost(shipment, ann) -> None:
    flag = flag_rows(shipment, 0, 1)
    said = [Verdict(flag=flag, state="confirmed", decider="person", user=ann, kind="drift")] * 200
    Verdict.objects.bulk_create(said)
    policy = set_kind_policy(kind="drift", user=ann, decides_itself=True)
    assert (policy.judged, policy.right) == (200, 200)
    set_kind_policy(kind="drift", user=ann, decides_itself=False)
    Verdict.objects.filter(pk__lte=Verdict.objects.earliest("pk").pk + 20).update(state="dismissed")
    with pytest.raises(PolicyRefused):
        undo_kind_policy(kind="drift", user=ann)
    assert not KindPolicy.objects.get(kind="drift").decides_itself


def test_a_lead_settles_on_the_page_and_others_cannot(shipment, ann, ben) -> None:
    set_kind_policy(kind="drift", user=ann, second_look_share=Decimal(1))
    flag = flag_rows(shipment, 10, 14)
    decide_flag(flag_id=flag.pk, user=ann, state="confirmed")
    claim_second_look(user=ben)
    second = take_second_look(flag_id=flag.pk, user=ben, state="dismissed")
    page = f"{VERDICTS}{second.pk}/do/second/"
    assert logged_in(Role.OPERATOR).post(page, {"reason": "x"}).status_code == 403
    lead = logged_in(Role.MANAGER)
    assert "1 disagreements to settle" in text_of(lead.get("/admin/exceptions/flag/learning/"))
    assert "ben" in text_of(lead.get(f"{VERDICTS}?twice=unsettled"))
    lead.post(page, {"reason": "tunnel"})
    flag.refresh_from_db()
    assert flag.state == "dismissed"
    for by in ("source", "carrier", "thresholds", "all"):
        assert lead.get(f"/admin/exceptions/flag/learning/?by={by}").status_code == 200


def test_the_list_of_sets_takes_a_constant_number_of_queries(db) -> None:
    client = logged_in(Role.MANAGER)

    def make(count: int) -> None:
        first = ThresholdSet.objects.count() + 1
        for version in range(first, first + count):
            row = ThresholdSet.objects.create(version=version, values={"top_speed": 40.0})
            BackTest.objects.create(thresholds=row, state="done")

    assert_query_count("admin.thresholds", make=make, visit=lambda: client.get(SETS))
