"""The cases of the past month, as the histories of their parcels and the rules of today tell them.

The replay of a trial says which cases the live rules would have opened and how long each would
have stood; `caseworkers` says what people made of them. Nothing is written here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from apps.exceptions.choices import CloseReason, Severity
from apps.exceptions.facts_rows import Subject
from apps.exceptions.findings import Finding
from apps.exceptions.history_rows import pasts_of
from apps.exceptions.live_rules import current_book
from apps.exceptions.rulebook.judging import judge, severity_at
from apps.exceptions.rulebook.replay import replay_all
from apps.shipments.models import Shipment
from config.seeding.caseworkers import Life, Told, life_of

SEED = 7
CHUNK = 500
TOGETHER = dt.timedelta(hours=3)
"""What came due within so long was found in one look."""
ENDS = {
    "delivered": CloseReason.DELIVERED,
    "returned": CloseReason.RETURNED,
    "cancelled": CloseReason.CANCELLED,
}


class Story(NamedTuple):
    """A case to be opened, how the parcel ended it, and what people made of it."""

    finding: Finding
    opened_at: dt.datetime
    ended_as: CloseReason
    life: Life

    @property
    def over_at(self) -> dt.datetime | None:
        """When it was closed by a person or by the parcel, None where it stands."""
        return self.life.closed_at or self.life.cleared_at


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found for a parcel; ``over_at`` is None where it holds still."""

    finding: Finding
    at: dt.datetime
    over_at: dt.datetime | None
    ended_as: CloseReason


def plan_stories(shipment_ids: Sequence[int], *, now: dt.datetime) -> list[Story]:
    """Return the cases of some shipments up to ``now``, in the order of their opening."""
    found = [
        one
        for start in range(0, len(shipment_ids), CHUNK)
        for one in _found(shipment_ids[start : start + CHUNK], now)
    ]
    found.sort(key=lambda one: (one.at, one.finding.subject.facts.number, one.finding.rule.rule_id))
    rng = Random(SEED)  # noqa: S311 - a repeatable demo, not a secret
    stories = []
    for at, group in _looks(found, now):
        for one in group:
            if one.over_at is None or one.over_at > at:
                life = life_of(_told(one, at), rng, now=now)
                stories.append(Story(one.finding, at, one.ended_as, life))
    return stories


def _found(shipment_ids: Sequence[int], now: dt.datetime) -> Iterable[Found]:
    book = current_book()
    rules = {rule.spec.code: rule for rule in book.rules if not rule.is_shadow}
    specs = [rule.spec for rule in rules.values()]
    rows = Shipment.objects.filter(pk__in=shipment_ids)
    merchants = dict(rows.values_list("pk", "merchant_id"))
    for past in pasts_of(shipment_ids):
        history = past.history
        for spec, held, facts in replay_all(specs, history, calendars=book.calendars, until=now):
            said = judge(spec, facts, now=held.start, calendars=book.calendars)
            subject = Subject(past.shipment_id, merchants[past.shipment_id], facts)
            severity = severity_at(spec, said, now=held.start)
            over = held.end if held.end < now else None
            ended_as = ENDS.get(history.facts.status, CloseReason.MOVED_ON)
            finding = Finding(subject, rules[spec.code], said, severity)
            yield Found(finding, held.start, over, ended_as)


def _looks(found: Sequence[Found], now: dt.datetime) -> Iterable[tuple[dt.datetime, list[Found]]]:
    """Yield what one look found, with its moment: that of the last it found."""
    group: list[Found] = []
    for one in found:
        if group and one.at - group[0].at > TOGETHER:
            yield group[-1].at, group
            group = []
        group.append(one)
    if group:
        yield min(group[-1].at, now), group


def _told(one: Found, at: dt.datetime) -> Told:
    finding = one.finding
    red_at = finding.said.red_at if finding.severity != Severity.RED.value else None
    return Told(finding.rule.spec.code, finding.severity, at, red_at, one.over_at)
