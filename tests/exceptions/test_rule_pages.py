"""The rule desk: who may change what, and that nobody needs to write code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.accounts.choices import Role
from apps.core import clock
from apps.core.models import ActionLog
from apps.exceptions.models import CalendarDay, CannedReply, Case, Rule, RuleTrial, ShadowHit
from apps.exceptions.rule_asking import ask_rule
from apps.exceptions.rule_figures import rule_figures, shadow_figures
from apps.exceptions.services import run_rule_trials
from tests.exceptions.test_rule_editing import content
from tests.exceptions.watched import DAY, HOUR, NOON
from tests.support.admin_pages import logged_in, text_of
from tests.support.shipments import make_shipment

RULES = "/admin/exceptions/rule/"
DAYS = "/admin/exceptions/calendarday/"
TRIALS = "/admin/exceptions/ruletrial/"
PAGES = (
    RULES, DAYS, TRIALS, "/admin/exceptions/casetarget/", "/admin/exceptions/ownergroup/",
    "/admin/exceptions/cannedreply/",
)  # fmt: skip
pytestmark = pytest.mark.django_db


def asked(**changes: Any) -> dict[str, Any]:
    """What the form of a rule sends."""
    said = content()
    lists = {name: json.dumps(said.pop(name)) for name in ("conditions", "limits")}
    said["clears_itself"] = "on"
    return said | lists | {"max_percent": "5", "note": "why", "version": 1} | changes


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CUSTOMER_SERVICE, Role.AUDITOR])
def test_who_may_not_change_rules_looks_only(role) -> None:
    client, rule = logged_in(role), Rule.objects.get(code="stalled_domestic")
    assert [client.get(page).status_code for page in PAGES] == [200] * 6
    assert client.get(f"{RULES}{rule.pk}/change/").status_code == 200
    posts = {
        f"{RULES}draft/": asked(), f"{RULES}{rule.pk}/edit/": asked(),
        f"{RULES}{rule.pk}/back/": {"version": 1, "to": 1},
        f"{RULES}{rule.pk}/do/off/": {"version": 1, "was": "live"},
        f"{RULES}{rule.pk}/do/trial/": {"days": 30},
        f"{DAYS}set/": {"first": "2026-12-01", "kind": "off", "name": "x"},
        f"{DAYS}import/": {"text": "2026-12-01, off, x"},
    }  # fmt: skip
    assert [client.post(page, sent).status_code for page, sent in posts.items()] == [403] * 7
    rule.refresh_from_db()
    assert (rule.version, rule.state) == (1, "live")
    assert not RuleTrial.objects.exists()
    assert not CalendarDay.objects.filter(day="2026-12-01").exists()


def test_merchants_find_none_of_these_pages(merchant) -> None:
    client, rule = logged_in(Role.MERCHANT, merchant), Rule.objects.get(code="refused")
    more = (f"{RULES}{rule.pk}/change/", f"{RULES}draft/", f"{RULES}try/", f"{DAYS}set/")
    assert {client.get(page).status_code for page in (*PAGES, *more)} <= {403, 404}


def test_a_rule_is_drafted_switched_changed_and_gone_back_to(merchant) -> None:
    client = logged_in(Role.MANAGER)
    assert client.post(f"{RULES}draft/", asked()).status_code == 302
    rule = Rule.objects.get(code="silent_sf")
    page = f"{RULES}{rule.pk}/"
    client.post(f"{page}do/live/", {"version": 1, "was": "draft", "note": "go"})
    stale = client.post(f"{page}do/off/", {"version": 1, "was": "draft"})
    assert (stale.status_code, "Somebody was first" in text_of(stale)) == (422, True)
    assert client.post(f"{page}edit/", asked(hours=30)).status_code == 302
    late = client.post(f"{page}edit/", asked(hours=40))
    assert (late.status_code, "was first" in text_of(late)) == (422, True)
    client.post(f"{page}back/", {"version": 2, "to": 1})
    rule.refresh_from_db()
    assert (rule.version, rule.hours, rule.state) == (3, 24, "live")
    shown = text_of(client.get(f"{page}change/"))
    assert "Back to version 1" in shown
    assert "Carrier is one of SF Express" in shown
    assert ActionLog.objects.filter(action="exceptions.rule.switched").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"hours": "nan"}, {"hours": "1e400"}, {"red_hours": "1"}, {"conditions": "{"},
     {"conditions": '{"field": "status"}'}, {"conditions": "[" * 5_000},
     {"conditions": "[" + "1," * 40_000 + "1]"}, {"limits": '[{"carrier": "shunfeng"}]'},
     {"max_percent": "0"}, {"note": ""}, {"sentence": "{ghost}"}, {"group": "x"}],
)  # fmt: skip
def test_a_form_that_cannot_hold_is_shown_again_with_its_field(wrong) -> None:
    answer = logged_in(Role.MANAGER).post(f"{RULES}draft/", asked(**wrong))
    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.context["form"].errors
    assert not Rule.objects.filter(code="silent_sf").exists()


def test_a_parcel_shows_which_condition_does_not_hold_and_when_next(merchant) -> None:
    client = logged_in(Role.AUDITOR)
    with clock.frozen(NOON + 10 * HOUR):
        parcel = make_shipment(
            merchant, created_at=NOON - DAY, last_event_at=NOON, status_at=NOON, carrier="shunfeng"
        )
        draft = asked(hours=6, parcel=parcel.number)
        fires = text_of(client.post(f"{RULES}try/", draft))
        other = asked(
            parcel=parcel.number,
            conditions=json.dumps([{"field": "carrier", "op": "is", "value": ["yunda"]}]),
        )
        quiet = text_of(client.post(f"{RULES}try/", other))
        stored = Rule.objects.get(code="stalled_domestic")
        waits = text_of(client.post(f"{RULES}try/", {"rule": stored.pk, "parcel": parcel.number}))
    assert "It fires" in fires
    assert "SF Express silent for 10 h" in fires
    assert "It does not fire" in quiet
    assert "Looked at next 2026-11-05 12:00" in waits
    assert "No parcel" in text_of(client.post(f"{RULES}try/", asked(parcel="nothing' OR 1=1")))
    assert not Case.objects.exists()


def test_of_two_conditions_on_one_field_each_is_told_by_itself(merchant) -> None:
    parcel = make_shipment(merchant, carrier="shunfeng")
    asked_twice = [
        {"field": "carrier", "op": "is_not", "value": [code]} for code in ("shunfeng", "yunda")
    ]
    answer = ask_rule(content(conditions=asked_twice), parcel)
    assert [line.holds for line in answer.lines] == [False, True]


def test_a_trial_shows_how_far_it_is_and_what_it_found(merchant) -> None:
    client, rule = logged_in(Role.MANAGER), Rule.objects.get(code="stalled_domestic")
    make_shipment(merchant, created_at=clock.now() - 9 * DAY, mode="live")
    assert client.post(f"{RULES}{rule.pk}/do/trial/", {"days": 30}).status_code == 302
    page = f"{TRIALS}{RuleTrial.objects.get().pk}/change/"
    assert "data-at-work" in client.get(page).content.decode()
    assert client.post(f"{RULES}{rule.pk}/do/trial/", {"days": 30}).status_code == 422
    run_rule_trials()
    shown = text_of(client.get(page))
    assert "0 cases" in shown
    assert "On 0 of 1 parcels" in shown


def make_case(shipment: Any, rule: Rule, **fields: Any) -> Case:
    now = fields.pop("opened_at")
    return Case.objects.create(
        merchant_id=shipment.merchant_id, shipment=shipment, rule=rule, severity="amber",
        group=rule.group, anchored_at=now - DAY, opened_at=now, acknowledge_by=now,
        resolve_by=now, **fields,
    )  # fmt: skip


def test_figures_say_what_was_right_and_keep_the_sandbox_apart(merchant) -> None:
    rule = Rule.objects.get(code="stalled_domestic")
    now, closed = clock.now(), {"closed_at": clock.now(), "closer": "person"}
    ends: tuple[dict[str, Any], ...] = (
        {"complained_at": now - 10 * HOUR},
        {"complained_at": now - 9 * DAY},
        {"state": "dismissed", "close_reason": "false_alarm", **closed},
        {"state": "resolved", "close_reason": "carrier_fixed", **closed},
        {"state": "resolved", "close_reason": "moved_on", **closed, "closer": "itself"},
    )
    for one in ends:
        make_case(make_shipment(merchant, mode="live"), rule, opened_at=now - 2 * DAY, **one)
    make_case(make_shipment(merchant, mode="sandbox"), rule, opened_at=now - DAY)
    real, sandbox = (rule_figures(world=world)[rule.pk] for world in ("real", "sandbox"))
    assert (real.cases, real.later, real.before, real.open_now) == (5, 1, 1, 2)
    assert (real.judged, real.confirmed, real.lead_hours) == (2, 1, 38)
    assert (sandbox.cases, sandbox.open_now, sandbox.never_leads) == (1, 1, False)


def test_a_shadow_is_compared_with_what_live_rules_said(merchant) -> None:
    rule, live = Rule.objects.get(code="delivery_late"), Rule.objects.get(code="stalled_domestic")
    Rule.objects.filter(pk=rule.pk).update(state="shadow")
    now = clock.now()
    both, alone = make_shipment(merchant, mode="live"), make_shipment(merchant, mode="live")
    make_case(both, live, opened_at=now - 3 * DAY)
    for one in (both, alone):
        ShadowHit.objects.create(
            rule=rule, shipment=one, merchant_id=one.merchant_id, severity="amber",
            anchored_at=now - 2 * DAY, fired_at=now - DAY,
        )  # fmt: skip
    found = shadow_figures(rule_id=rule.pk, world="real")
    assert (found.hits, found.said, found.alone) == (2, 1, 1)
    assert found.beside == (("stalled_domestic", 1, 1),)
    shown = text_of(logged_in(Role.AUDITOR).get(f"{RULES}{rule.pk}/change/"))
    assert "It would have opened 2 cases on 2 parcels" in shown


def test_days_are_set_pasted_and_given_back() -> None:
    client = logged_in(Role.MANAGER)
    there = {"region": "DE", "year": "2027"}
    text = "2027-12-25, off, Weihnachten\n\n2027-12-26，休，=1+1"
    assert client.post(f"{DAYS}import/", there | {"text": text}).status_code == 302
    bad = client.post(f"{DAYS}import/", there | {"text": "2027-12-24, off, x\nsoon, off, y"})
    assert (bad.status_code, "Line 2" in text_of(bad)) == (422, True)
    stretch = {"first": "2027-05-01", "last": "2027-05-03", "kind": "worked", "name": "Messe"}
    client.post(f"{DAYS}set/", there | stretch)
    client.post(f"{DAYS}set/", there | {"first": "2027-05-02", "kind": "usual"})
    held = CalendarDay.objects.filter(region="DE").values_list("day", "is_working")
    assert [(str(day), worked) for day, worked in held] == [
        ("2027-05-01", True), ("2027-05-03", True), ("2027-12-25", False), ("2027-12-26", False),
    ]  # fmt: skip
    assert "=1+1" in text_of(client.get(DAYS, there))


def test_a_canned_reply_with_an_unknown_placeholder_is_refused() -> None:
    client, page = logged_in(Role.MANAGER), "/admin/exceptions/cannedreply/add/"
    sent = {"code": "late", "title": "晚了", "title_en": "Late", "text": "您好，{number}晚了。",
            "text_en": "{ghost}", "rules": ["stalled_domestic"], "is_active": "on"}  # fmt: skip
    assert "no {ghost}" in text_of(client.post(page, sent))
    client.post(page, sent | {"text_en": "{number} is late."})
    row = CannedReply.objects.get(code="late")
    shown = text_of(client.get(f"/admin/exceptions/cannedreply/{row.pk}/change/"))
    assert "YT2811203391847 is late." in shown
