"""Rules tried before they bind: on one parcel, and on those of the last days."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.accounts.choices import Role
from apps.core import clock
from apps.customs.choices import ImpactState
from apps.customs.compliance.content import Condition, NamedSet, SetContent, to_json
from apps.customs.compliance.judging import compile_sets, judge
from apps.customs.compliance.pasted import UnreadablePaste, read_paste
from apps.customs.compliance.trying import changed_rules, near_misses
from apps.customs.compliance_errors import ImpactRefused
from apps.customs.models import ComplianceCheck, ImpactRow, RuleImpact, RuleSet
from apps.customs.services import compliance_impact, override_finding
from apps.customs.services.compliance_impact import (
    cancel_impact,
    run_impacts,
    start_impact,
    step_impact,
)
from tests.customs.compliance import samples
from tests.customs.compliance.bound import bind, consignment_of, rule
from tests.customs.declarations.abroad import abroad
from tests.orders.builders import ACTOR
from tests.support.people import make_user

TO_DE = Condition("destination", "in", ("DE",))
LEATHER = Condition("hs", "starts_with", ("4202",))


def near(*rules: Any, parcel: Any) -> Any:
    ready = compile_sets(
        [SetContent("own", rules, (samples.EU,))],
        lists={},
        figures=samples.FIGURES,
        at=samples.NOON,
    )
    facts = samples.facts(parcel)
    return near_misses(ready, facts, judge(ready, facts, stages=("order",)))


def test_a_rule_one_condition_short_tells_which_and_what_was_there_instead() -> None:
    (one,) = near(samples.rule(TO_DE, LEATHER), parcel=samples.record())
    assert (one.missing.field, one.instead.fact, one.line) == ("hs", "392690", 1)
    assert [held.field for held in one.why] == ["destination"]


def test_what_fires_what_is_two_short_and_a_single_condition_are_not_near() -> None:
    fires, two = samples.rule(TO_DE, key="a"), samples.rule(TO_DE, LEATHER, key="b")
    alone = samples.rule(LEATHER, key="c")
    assert near(fires, parcel=samples.record()) == ()
    assert near(two, alone, parcel=samples.record(to="US")) == ()


def test_only_what_matters_for_a_parcel_counts_as_changed() -> None:
    kept, other = (
        samples.rule(TO_DE),
        samples.rule(Condition("destination", "in", ("@EU",)), key="s"),
    )
    before = SetContent("own", (kept, other), (NamedSet("EU", ("DE", "FR")),))
    owned = dataclasses.replace(before, rules=(dataclasses.replace(kept, owner="x"), other))
    assert changed_rules(before, owned)[1].rules == ()
    wider = dataclasses.replace(before, named_sets=(NamedSet("EU", ("DE", "FR", "IT")),))
    assert [one.key for one in changed_rules(before, wider)[1].rules] == ["s"]
    gone = dataclasses.replace(before, rules=(other,))
    assert [[one.key for one in side.rules] for side in changed_rules(before, gone)] == [["r1"], []]


def test_pasted_lines_become_a_parcel() -> None:
    parcel = read_paste(
        "Phone case, 3.50 USD, 40 g, 3926.90, DE\n\nTea，2，0.1kg\n", destination="", currency="USD"
    )
    first, second = parcel.lines
    assert (first.title, first.unit_price, first.net_grams, first.hs_code) == (
        "Phone case", Decimal("3.50"), 40, "392690",
    )  # fmt: skip
    assert (second.net_grams, parcel.total, parcel.gross_grams) == (100, Decimal("5.50"), 140)
    assert parcel.destination == "DE"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"), ("{nonsense", "no_json"), ('{"lines": "x"}', "no_lines"),
        ("[" * 5000, "no_json"), ("a, b", "bad_price"), ("a, NaN", "bad_price"),
        ("a, 1, heavy", "bad_weight"), (", 1", "no_title"), ("a, 1, 2, 3, Mars", "no_destination"),
        ("a,1,2,3,DE,6", "too_many_cells"), ('[{"title": {"a": 1}}]', "no_title"),
        ('{"subject": 1, "recipient": 2}', "no_record"), ("a\n" * 201, "too_many_lines"),
        ('[{"title": "a", "quantity": "1e9999"}]', "bad_quantity"),
    ],
)  # fmt: skip
def test_what_nobody_can_read_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(UnreadablePaste) as refused:
        read_paste(text, destination="DE", currency="USD")
    assert refused.value.code == code


PAGES = "/admin/customs/ruleset/"
usual = pytest.mark.usefixtures("platform", "business", "wall", "rules_only")


def drafted(*rules: Any) -> RuleSet:
    row = RuleSet.objects.get(code="own")
    row.draft = to_json(SetContent("own", rules))
    row.draft_version += 1
    row.save()
    return row


def worked_out(row: RuleSet) -> RuleImpact:
    run = start_impact(rule_set=row)
    while run_impacts():
        pass
    run.refresh_from_db()
    return run


def at_work(row: RuleSet) -> RuleImpact:
    return start_impact(rule_set=row)


@usual
def test_a_draft_tells_what_it_would_newly_hold_and_holds_nothing(shop: Any) -> None:
    bind(rule("leather", LEATHER, action="warn"))
    consignment = consignment_of(abroad(shop))
    checks = ComplianceCheck.objects.count()
    run = worked_out(drafted(rule("leather", LEATHER), rule("far", Condition("vague", "true"))))
    assert (run.state, run.done, run.blocked, run.freed) == ("done", 1, 1, 0)
    assert run.counts == {"leather": [0, 1]}
    found = ImpactRow.objects.get()
    assert (found.consignment_id, found.is_blocked, found.rule_keys) == (
        consignment.pk, True, ["leather"],
    )  # fmt: skip
    consignment.refresh_from_db()
    assert not consignment.held_by_rules
    assert ComplianceCheck.objects.count() == checks


@usual
def test_a_rule_taken_out_frees_only_what_no_other_rule_holds(shop: Any) -> None:
    bind(rule("leather", LEATHER), rule("germany"))
    order = abroad(shop)
    run = worked_out(drafted(rule("germany")))
    assert (run.freed, run.counts) == (0, {"leather": [1, 0]})
    override_finding(
        consignment=consignment_of(order), rule_key="germany", reason="known", role="manager",
        actor=ACTOR,
    )  # fmt: skip
    assert worked_out(drafted(rule("germany"))).freed == 1


@usual
def test_a_law_to_come_is_previewed_as_of_its_day(shop: Any) -> None:
    bind(rule("far", Condition("vague", "true")))
    abroad(shop)
    later = rule("law", LEATHER, effective_from=dt.date(2027, 7, 1))
    run = worked_out(drafted(rule("far", Condition("vague", "true")), later))
    assert (run.blocked, run.at.date()) == (1, dt.date(2027, 6, 30))


@usual
def test_a_run_goes_on_where_it_stopped_and_a_cancelled_one_does_not(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compliance_impact, "CHUNK", 1)
    bind(rule("far", Condition("vague", "true")))
    abroad(shop, number="A1")
    abroad(shop, number="A2")
    row = drafted(rule("leather", LEATHER))
    run = at_work(row)
    assert step_impact(impact_id=run.pk) == 1
    with pytest.raises(ImpactRefused):
        start_impact(rule_set=row)
    run_impacts()
    run.refresh_from_db()
    assert (run.done, run.blocked, ImpactRow.objects.count()) == (2, 2, 2)
    again = at_work(row)
    step_impact(impact_id=again.pk)
    assert cancel_impact(impact=again)
    assert step_impact(impact_id=again.pk) == 0
    again.refresh_from_db()
    assert (again.state, again.done) == (ImpactState.CANCELLED.value, 1)


@usual
def test_a_draft_that_only_changes_its_owner_has_no_impact(shop: Any) -> None:
    bind(rule("leather", LEATHER))
    with pytest.raises(ImpactRefused) as refused:
        start_impact(rule_set=drafted(rule("leather", LEATHER, owner="somebody")))
    assert refused.value.reason == "nothing_differs"


@usual
def test_the_box_tells_which_rules_fire_and_stores_nothing(shop: Any) -> None:
    bind(rule("far", Condition("vague", "true")))
    row = drafted(rule("leather", LEATHER), rule("near", Condition("hs", "starts_with", ("61",))))
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(make_user(Role.OPERATOR))
    body = {
        "text": "Leather bag, 20, 300 g, 420221, DE", "currency": "USD", "which": "draft",
        "day": clock.now().date().isoformat(), "number": "", "destination": "",
    }  # fmt: skip
    answer = client.post(f"{PAGES}{row.pk}/try/?rule=near", body)
    told = answer.context["told"]
    assert [one["key"] for one in told["fired"]] == ["leather"]
    assert [(one["key"], one["is_asked"]) for one in told["near"]] == [("near", True)]
    assert "写清材质和用途" in answer.content.decode()
    assert client.post(f"{PAGES}try/", {**body, "text": "a, b"}).status_code == 422
    assert client.post(f"{PAGES}try/", {**body, "number": "nobody's"}).status_code == 422
    assert ComplianceCheck.objects.count() == 0


@usual
def test_the_pages_of_impact_and_reports_and_who_may_not_see_them(shop: Any) -> None:
    bind(rule("far", Condition("vague", "true")), rule("same", Condition("vague", "true")))
    order = abroad(shop)
    type(shop).objects.update(name="=1+1")
    row = drafted(rule("leather", LEATHER))
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(Role.OPERATOR))
    client.post(f"{PAGES}{row.pk}/impact/", {"action": "start"})
    run_impacts()
    assert order.number in client.get(f"{PAGES}{row.pk}/impact/").content.decode()
    assert "'=1+1" in client.get(f"{PAGES}{row.pk}/impact/?csv=1").content.decode()
    found = client.get(f"{PAGES}reports/").context["reports"]
    rows = {one["code"]: len(one["rows"]) for one in found}
    assert (rows["overlap"], rows["quiet"]) == (1, 2)
    merchant = Client()
    merchant.force_login(make_user(Role.MERCHANT, merchant=shop))
    for page in (f"{row.pk}/impact/", f"{row.pk}/try/", "try/", "reports/"):
        assert merchant.get(PAGES + page).status_code in {403, 404}
