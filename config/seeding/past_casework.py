"""The past month's cases: opened when they came due, worked on by people, closed.

All through the services, with the clock frozen at the moment. Two processes share the cases: each
case is a story of its own.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import groupby
from multiprocessing import get_context
from typing import Any

from django.db import connections, transaction

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor
from apps.exceptions.choices import Channel, CloseReason, Severity
from apps.exceptions.models import Case
from apps.exceptions.services import (
    ContactDraft,
    acknowledge_case,
    add_note,
    clear_cases,
    dismiss_case,
    escalate_cases,
    open_cases,
    record_contact,
    redden_cases,
    resolve_case,
    wait_case,
    wake_cases,
)
from apps.shipments.models import Shipment
from config.seeding.past_cases import TOGETHER, Story, plan_stories

WORKERS = 2
DESK, SERVICE = "operator", "service"
OF_SERVICE = frozenset({"damaged", "refused", "unreachable", "return_started"})
DISMISSED = frozenset({CloseReason.FALSE_ALARM.value, CloseReason.DUPLICATE.value})
CALLED = "客户来电催问，已答复。"
Held = tuple[Case, Story]


def work_past(*, now: dt.datetime) -> int:
    """Open, work on and close the cases of the past; returns how many there were."""
    ids = list(Shipment.objects.order_by("created_at", "pk").values_list("pk", flat=True))
    half = len(ids) // 2
    connections.close_all()
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as pool:
        made = sum(pool.map(partial(work_on, now=now), (ids[:half], ids[half:])))
    with clock.frozen(now):
        wake_cases()
        escalate_cases()
    return made


def work_on(shipment_ids: Sequence[int], *, now: dt.datetime) -> int:
    """Live through the cases of some shipments up to ``now``; returns how many were opened."""
    made = 0
    for turn in turns(plan_stories(shipment_ids, now=now)):
        with transaction.atomic():
            held = _open(turn)
            _redden(held, now)
            people = {one.username: one for one in User.objects.filter(merchant=None)}
            for case, story in held:
                code = story.finding.rule.spec.code
                _work(case, story, people[SERVICE if code in OF_SERVICE else DESK])
            _clear(held)
            made += len(held)
    return made


def turns(stories: Iterable[Story]) -> list[list[Story]]:
    """Part cases so that no parcel has two of one rule in a turn: the first come first."""
    seen: Counter[tuple[int, int]] = Counter()
    found: defaultdict[int, list[Story]] = defaultdict(list)
    for one in stories:
        found[seen[one.finding.key]].append(one)
        seen[one.finding.key] += 1
    return [found[turn] for turn in sorted(found)]


def _open(stories: Sequence[Story]) -> list[Held]:
    """Open a look's cases together; what somebody closed for good stays closed."""
    made: list[int] = []
    for at, group in groupby(stories, key=lambda one: one.opened_at):
        with clock.frozen(at):
            made += open_cases(findings=[one.finding for one in group])
    cases = {(case.shipment_id, case.rule_id): case for case in Case.objects.filter(pk__in=made)}
    return [(cases[one.finding.key], one) for one in stories if one.finding.key in cases]


def _redden(held: Iterable[Held], now: dt.datetime) -> None:
    """Turn red what turned red before it was over."""
    for case, story in held:
        at, over_at = story.finding.said.red_at, story.over_at or now
        if case.severity != Severity.RED.value and at is not None and at < over_at:
            with clock.frozen(at):
                redden_cases(cases={case.pk: story.finding})


def _clear(held: Iterable[Held]) -> None:
    """Close what the parcel put right by itself."""
    due = [(one[1].life.cleared_at, one) for one in held if one[1].life.cleared_at is not None]
    for at, group in _together(due):
        with clock.frozen(at):
            clear_cases(reasons={case.pk: story.ended_as for case, story in group})


def _together(due: Iterable[tuple[dt.datetime, Held]]) -> Iterator[tuple[dt.datetime, list[Held]]]:
    """Yield what fell due within one look, with the moment of the last."""
    group: list[Held] = []
    first = last = None
    for at, one in sorted(due, key=lambda pair: (pair[0], pair[1][0].pk)):
        if first is not None and last is not None and at - first > TOGETHER:
            yield last, group
            group, first = [], None
        first, last = first or at, at
        group.append(one)
    if last is not None:
        yield last, group


def _work(case: Case, story: Story, user: User) -> None:
    """Do what people did to one case, each thing at its time."""
    life = story.life
    if life.seen_at is None:
        return
    common: dict[str, Any] = {"case_id": case.pk, "user": user}
    version = case.version
    if life.is_acknowledged and life.wait_at is None:
        with clock.frozen(life.seen_at):
            version = acknowledge_case(**common, version=version).version
    if life.wait_at is not None:
        with clock.frozen(life.wait_at):
            version = wait_case(
                **common, version=version, waiting_for=life.waits_for, until=life.wait_until
            ).version
    if life.note:
        with clock.frozen(life.wait_at or life.seen_at):
            add_note(**common, text=life.note)
    if life.called_at is not None:
        _call(case, life.called_at, life.called_about, user)
    if life.closed_at is not None:
        end = dismiss_case if life.end in DISMISSED else resolve_case
        with clock.frozen(life.closed_at):
            end(**common, version=version, reason=life.end)


def _call(case: Case, at: dt.datetime, about: str, user: User) -> None:
    draft = ContactDraft(reason=about, channel=Channel.PHONE.value, words=CALLED, at=at)
    with clock.frozen(at):
        record_contact(
            shipment_id=case.shipment_id, draft=draft, actor=Actor.user(user), user_id=user.pk
        )
