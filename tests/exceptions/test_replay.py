"""Replaying history: a rule over what was known comes to the cases the engine really opened."""

from __future__ import annotations

import datetime as dt
import json
import random
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Merchant
from apps.core import clock
from apps.exceptions.history_rows import pasts_of
from apps.exceptions.live_rules import current_book
from apps.exceptions.models import Case, Contact, Rule, RuleTrial, Watch
from apps.exceptions.rule_reckoning import Outcome, add_to, empty_sum, summary_of
from apps.exceptions.rulebook.facts import Facts
from apps.exceptions.rulebook.replay import FOREVER, History, Stretch, Told, replay
from apps.exceptions.services import (
    judge_shipments,
    look_at_due,
    run_rule_trials,
    step_trial,
    try_rule,
)
from apps.exceptions.services import rule_trials as trials
from apps.exceptions.services.watching import refresh_watches
from apps.shipments.models import Leg, Shipment
from apps.shipments.services import recompute_shipment
from apps.shipments.status import Happening, compute_each, compute_status
from tests.exceptions.watched import DAY, HOUR, NOON
from tests.support.shipments import make_event, make_shipment

MINUTE = dt.timedelta(minutes=1)

# (hours after the opening when it happened, hours later it was heard, status, substatus)
HISTORIES: tuple[tuple[tuple[float, float, str, str], ...], ...] = (
    ((1, 0.1, "picked_up", ""), (9, 0.1, "in_transit", ""), (90, 0.2, "in_transit", ""),
     (99, 0.1, "out_for_delivery", ""), (130, 0.1, "delivered", "self")),
    ((30, 0.1, "picked_up", ""), (40, 70, "in_transit", ""), (120, 0.1, "delivered", "proxy")),
    ((2, 0.1, "picked_up", ""), (20, 0.1, "attempt_failed", "other"),
     (30, 0.1, "attempt_failed", "unreachable"), (60, 0.1, "out_for_delivery", ""),
     (70, 0.1, "delivered", "self"), (90, 0.1, "returning", "")),
    ((2, 0.1, "picked_up", ""), (10, 0.1, "customs", "processing"), (40, 0.1, "customs", "held"),
     (110, 0.1, "customs", "cleared"), (111, 0.1, "in_transit", "")),
    ((3, 0.1, "picked_up", ""), (5, 0.1, "exception", "damaged"), (9, 0.1, "refused", ""),
     (50, 0.1, "returning", ""), (140, 0.1, "returned", "")),
    ((1, 0.1, "awaiting_pickup", ""), (60, 0.1, "picked_up", ""), (61, 0.1, "cancelled", "")),
    (),
)  # fmt: skip


def lived(merchant: Merchant) -> list[Shipment]:
    """Make shipments with the histories above, opened an hour apart, as if nothing were heard."""
    made = []
    for index, history in enumerate(HISTORIES):
        opened = NOON + index * HOUR
        row = make_shipment(
            merchant, created_at=opened, status="awaiting_pickup", mode="live",
            destination_code="330100000000", origin_code="440300000000",
            promise_from=opened + 90 * HOUR, promise_to=opened + 100 * HOUR,
        )  # fmt: skip
        leg = Leg.objects.get(shipment=row)
        for happened, late, status, substatus in history:
            at = opened + happened * HOUR
            make_event(
                row, leg, occurred_at=at, heard_at=at + late * HOUR, status=status,
                substatus=substatus, certainty=3, text=f"{happened} {status}",
                area_code="CN330100000000",
            )  # fmt: skip
        made.append(row)
    return made


def live_through(shipments: list[Shipment], until: dt.datetime) -> None:
    """Let the engine see each history as it was heard, with the clock's looks between."""
    heard = [
        (event.heard_at, row, event)
        for row in shipments for event in row.events.all()
    ]  # fmt: skip
    Shipment.objects.first().events.model.objects.all().delete()
    openings = [(row.created_at, row, None) for row in shipments]
    for at, row, event in sorted([*openings, *heard], key=lambda one: one[0]):
        ticks(at)
        with clock.frozen(at):
            if event is not None:
                event.save(force_insert=True)
                recompute_shipment(shipment_id=row.pk, repair=True)
            refresh_watches(shipment_ids=[row.pk])
            judge_shipments(shipment_ids=[row.pk])
    ticks(until)


def ticks(until: dt.datetime) -> None:
    """Look whenever the watch says so, until a moment."""
    while True:
        due = Watch.objects.filter(next_check_at__lt=until).order_by("next_check_at").first()
        if due is None:
            return
        with clock.frozen(due.next_check_at):
            look_at_due()


@pytest.mark.django_db
def test_a_replay_comes_to_the_cases_the_engine_opened(merchant: Merchant) -> None:
    shipments, until = lived(merchant), NOON + 200 * HOUR
    live_through(shipments, until)
    book = current_book()
    specs = {rule.spec.code: rule.spec for rule in book.rules}
    pasts = pasts_of([row.pk for row in shipments])
    replayed = {
        (past.shipment_id, code, one.start, None if one.end > until else one.end)
        for past in pasts for code, spec in specs.items()
        for one in replay(
            spec, past.history, others=specs, calendars=book.calendars, until=until
        )
    }  # fmt: skip
    opened = set(Case.objects.values_list("shipment_id", "rule__code", "opened_at", "closed_at"))
    assert replayed == opened
    codes = {code for _pk, code, _at, _end in opened}
    assert codes >= {
        "stalled_domestic", "pickup_late", "delivery_late", "customs_problem", "damaged",
        "unreachable", "attempt_failed", "promise_missed", "returned_after_signature",
    }  # fmt: skip


def spec(code: str) -> Any:
    """A rule of the starter set, compiled without a database."""
    from apps.exceptions.rulebook.judging import compile_rule
    from apps.exceptions.starter_rules import RULES

    return compile_rule(next(one for one in RULES if one["code"] == code))


def history(*told: Told, **facts: Any) -> History:
    base = {"status": "in_transit", "number": "YT1", "created_at": NOON, "numbered_at": NOON}
    return History(Facts(**base | facts), told)


def scan(happened: dt.datetime, heard: dt.datetime, status: str = "in_transit") -> Told:
    return Told(happened, str(happened).encode(), status, "", 3, heard, None, 0, "")


def replayed(code: str, past: History) -> list[Stretch]:
    from apps.exceptions.rulebook.business_time import Calendars

    return replay(spec(code), past, others={}, calendars=Calendars(), until=NOON + 60 * DAY)


def test_what_was_heard_late_was_not_known_before() -> None:
    first = scan(NOON, NOON)
    late = scan(NOON + 40 * HOUR, NOON + 60 * HOUR)
    assert replayed("stalled_domestic", history(first, late)) == [
        Stretch(NOON + 48 * HOUR, NOON + 60 * HOUR, NOON),
        Stretch(NOON + 88 * HOUR, FOREVER, NOON + 40 * HOUR),
    ]
    prompt = late._replace(heard_at=late.occurred_at)
    assert replayed("stalled_domestic", history(first, prompt))[0].start == NOON + 88 * HOUR


def test_a_signature_counts_until_the_carrier_leaves_it_out() -> None:
    gone = scan(NOON + HOUR, NOON + HOUR, "delivered")._replace(omitted_at=NOON + 30 * HOUR)
    past = history(scan(NOON, NOON), gone)
    undone = replayed("returned_after_signature", past)
    assert [one.start for one in undone] == [NOON + 30 * HOUR]


def test_a_case_is_worth_what_the_customer_said_after_it() -> None:
    total = empty_sum()
    case = Stretch(NOON, NOON + DAY, NOON - DAY)
    lane = ("yuantong", "44", "33")
    add_to(total, Outcome(1, lane, [case], [NOON + 19 * HOUR]))
    add_to(total, Outcome(2, lane, [case], [NOON - HOUR]))
    add_to(total, Outcome(3, lane, [case], [NOON + 31 * DAY]))
    add_to(total, Outcome(4, lane, [], [NOON]))
    add_to(total, Outcome(5, lane, [case], []))
    said = summary_of(total)
    assert (said["cases"], said["complained_later"], said["complained_before"]) == (4, 1, 1)
    assert (said["complaints"], said["missed_complaints"]) == (4, 3)
    assert (said["lead_hours_median"], said["recall_percent"]) == (19, 25)
    assert total["groups"] == {"yuantong|44|33": [4, 1]}


def complain(shipment: Shipment, at: dt.datetime) -> None:
    Contact.objects.create(
        merchant_id=shipment.merchant_id, shipment=shipment, reason="late", channel="phone",
        is_complaint=True, at=at, **_mode(shipment),
    )  # fmt: skip


def _mode(shipment: Shipment) -> dict[str, Any]:
    named = {field.name for field in Contact._meta.get_fields()}
    return {"mode": shipment.mode} if "mode" in named else {}


@pytest.mark.django_db
def test_a_trial_goes_on_where_it_stopped_and_opens_nothing(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "CHUNK", 2)
    shipments = lived(merchant)
    for row in shipments:
        recompute_shipment(shipment_id=row.pk, repair=True)
    complain(shipments[0], NOON + 70 * HOUR)
    sandbox = make_shipment(merchant, created_at=NOON, mode="sandbox")
    rule = Rule.objects.get(code="stalled_domestic")
    with clock.frozen(NOON + 10 * DAY):
        trial = try_rule(rule_id=rule.pk, days=30)
        assert step_trial(trial_id=trial.pk) == 2
        trial.refresh_from_db()
        assert (trial.state, trial.done, trial.total) == ("running", 2, 8)
        run_rule_trials(seconds=60)
    trial.refresh_from_db()
    assert (trial.state, trial.done) == ("done", 8)
    real = summary_of(trial.result["real"])
    assert (real["shipments"], real["cases"], real["complained_later"]) == (7, 5, 1)
    assert real["lead_hours_median"] == 13
    assert {one["shipment"] for one in trial.result["real"]["examples"]}.isdisjoint({sandbox.pk})
    assert trial.result["sandbox"]["shipments"] == 1
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_the_command_runs_a_stored_rule_and_a_file_and_names_what_is_wrong(
    merchant: Merchant, tmp_path: Any
) -> None:
    lived(merchant)
    with clock.frozen(NOON + 10 * DAY):
        out = StringIO()
        call_command("backtest_rule", "pickup_late", stdout=out, stderr=StringIO())
        said = json.loads(out.getvalue())
        assert (said["rule"], said["real"]["shipments"]) == ("pickup_late", 7)
        path = tmp_path / "rule.json"
        path.write_text(json.dumps({"code": "x", "hours": "many"}))
        with pytest.raises(CommandError, match="hours"):
            call_command("backtest_rule", "--file", str(path), stderr=StringIO())
        with pytest.raises(CommandError, match="no rule"):
            call_command("backtest_rule", "nothing", stderr=StringIO())
    assert RuleTrial.objects.count() == 1


def test_one_pass_over_a_history_comes_to_what_each_beginning_comes_to() -> None:
    words = ("picked_up", "in_transit", "delivered", "returning", "refused", "", "cancelled",
             "expired", "out_for_delivery")  # fmt: skip
    lot = random.Random(7)
    for length in [*range(9)] * 30:
        heard = [
            Happening(
                NOON + (n if lot.random() < 0.9 else lot.randrange(9)) * HOUR, bytes([n]),
                lot.choice(words), lot.choice(("", "", "signature_withdrawn")),
                lot.choice((1, 2, 3)), NOON + n * HOUR, lot.random() < 0.1,
                lot.choice((0, 0, 1, 2)),
            )
            for n in range(length)
        ]  # fmt: skip
        each = [compute_status(heard[:n]) for n in range(1, length + 1)]
        assert compute_each(heard) == each
