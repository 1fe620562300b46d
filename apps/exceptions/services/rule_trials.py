"""Running a rule over the stored history of shipments before it is let loose.

Chunk by chunk, each a transaction that writes how far it came: a worker that dies loses one chunk
and doubles nothing. No case is opened and nobody is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.locks import lock_keys
from apps.exceptions.choices import BACK_TESTS_AT_WORK, BackTestState
from apps.exceptions.errors import TrialRefused
from apps.exceptions.history_rows import Past, pasts_of
from apps.exceptions.live_rules import RuleBook, current_book
from apps.exceptions.models import Rule, RuleTrial
from apps.exceptions.models.learning import MOST_DAYS
from apps.exceptions.rule_checking import check_rule
from apps.exceptions.rule_reckoning import Outcome, Sum, add_to, empty_sum
from apps.exceptions.rule_rows import content_of
from apps.exceptions.rulebook.judging import RuleSpec, compile_rule
from apps.exceptions.rulebook.replay import replay
from apps.exceptions.services.working_off import do_chunk, work_off
from apps.shipments.choices import ShipmentMode

LOCK = "exceptions.rule_trials"
CHUNK = 1_000
WORK_SECONDS = 4.0
TRIAL_DAYS = 30
REAL, SANDBOX = "real", "sandbox"
IN_THE_DAYS = "FROM shipments_shipment WHERE created_at >= %s AND created_at <= %s"
COUNT = f"SELECT count(*) {IN_THE_DAYS}"
NEXT = f"SELECT id {IN_THE_DAYS} ORDER BY created_at, id LIMIT %s"
NEXT_AFTER = f"""
SELECT id {IN_THE_DAYS} AND (created_at, id) >
    (SELECT created_at, id FROM shipments_shipment WHERE id = %s)
ORDER BY created_at, id LIMIT %s
"""  # noqa: S608


def start_rule_trial(
    *,
    content: Mapping[str, Any],
    rule_id: int | None = None,
    days: int = TRIAL_DAYS,
    user: User | None = None,
) -> RuleTrial:
    """Ask for a trial of a rule's content over the shipments opened in the last days.

    A task works it out. Raises RuleInvalid for content that cannot be evaluated, TrialRefused for
    a number of days out of range and while one of the same rule is under way.
    """
    check_rule(content)
    if not 1 <= days <= MOST_DAYS:
        raise TrialRefused(_("Between 1 and %(most)d days can be tried.") % {"most": MOST_DAYS})
    with transaction.atomic():
        lock_keys("exceptions.rule_trial", [rule_id or 0])
        busy = RuleTrial.objects.filter(state__in=BACK_TESTS_AT_WORK)
        if rule_id is not None and busy.filter(rule_id=rule_id).exists():
            raise TrialRefused(_("A trial of this rule is under way."))
        trial = RuleTrial.objects.create(
            rule_id=rule_id, content=dict(content), days=days, created_by=user
        )
        if user is not None:
            record_action(
                action="exceptions.rule_trial.started", actor=Actor.user(user), subject=trial,
                after={"rule": content.get("code", ""), "days": days},
            )  # fmt: skip
    return trial


def try_rule(*, rule_id: int, days: int = TRIAL_DAYS, user: User | None = None) -> RuleTrial:
    """Ask for a trial of a rule as it is now; see `start_rule_trial`."""
    rule = Rule.objects.select_related("group").get(pk=rule_id)
    return start_rule_trial(content=content_of(rule), rule_id=rule_id, days=days, user=user)


def run_rule_trials(*, seconds: float = WORK_SECONDS) -> int:
    """Work on the oldest trial that is not done, for so many real seconds; return the shipments.

    One process at a time works. A trial that fails says why and makes room for the next.
    """
    return work_off(RuleTrial, _chunk, lock=LOCK, seconds=seconds)


def step_trial(*, trial_id: int) -> int:
    """Do one chunk of a trial, or finish it; returns how many shipments were replayed.

    What goes wrong is written down as the trial's error.
    """
    return do_chunk(RuleTrial, trial_id, _chunk)


def _chunk(trial: RuleTrial) -> int:
    if trial.state not in BACK_TESTS_AT_WORK:
        return 0
    if trial.state == BackTestState.WAITING.value:
        trial.state = BackTestState.RUNNING.value
        trial.total = _ids(COUNT, *_span(trial))[0]
    ids = _next_ids(trial)
    if ids:
        trial.result = _added(trial, ids)
        trial.done += len(ids)
        trial.cursor = ids[-1]
    else:
        _finish(trial)
    trial.save()
    return len(ids)


def _finish(trial: RuleTrial) -> None:
    trial.finished_at, trial.total = clock.now(), trial.done
    trial.state = (BackTestState.DONE if trial.done else BackTestState.FAILED).value
    trial.error = "" if trial.done else "no_shipments"


def _span(trial: RuleTrial) -> tuple[dt.datetime, dt.datetime]:
    return trial.created_at - dt.timedelta(days=trial.days), trial.created_at


def _next_ids(trial: RuleTrial) -> list[int]:
    """Return the shipments after the last one done, in the order they were opened in."""
    if trial.done:
        return _ids(NEXT_AFTER, *_span(trial), trial.cursor, CHUNK)
    return _ids(NEXT, *_span(trial), CHUNK)


def _ids(sql: str, *params: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [int(row[0]) for row in cursor.fetchall()]


def _added(trial: RuleTrial, ids: list[int]) -> dict[str, Sum]:
    """Return the result with one chunk of shipments added to it."""
    book, rule = current_book(), compile_rule(trial.content)
    result: dict[str, Sum] = trial.result or {REAL: empty_sum(), SANDBOX: empty_sum()}
    for past in pasts_of(ids):
        add_to(result[world_of(past)], outcome_of(past, rule, book, until=trial.created_at))
    return result


def world_of(past: Past) -> str:
    """Return to which figures a shipment belongs: the sandbox's stay apart."""
    is_sandbox = past.history.facts.mode == ShipmentMode.SANDBOX.value
    return SANDBOX if is_sandbox else REAL


def outcome_of(past: Past, rule: RuleSpec, book: RuleBook, *, until: dt.datetime) -> Outcome:
    """Return what a rule would have said of a shipment beside the rules that are live now."""
    facts = past.history.facts
    others = {
        one.spec.code: one.spec for one in book.rules
        if not one.is_shadow and one.spec.code != rule.code
    }  # fmt: skip
    cases = replay(rule, past.history, others=others, calendars=book.calendars, until=until)
    group = (facts.carrier, facts.lane_from, facts.lane_to)
    return Outcome(past.shipment_id, group, cases, past.complaints)
