"""Replaying a shipment's history: when a rule would have opened a case, and when cleared it.

The facts are put together anew after each thing that was heard, from what was known by then:
events by the moment they were heard at, not the one they happened at; an end that a newer snapshot
left out counts until then. Between two such moments the facts stand still, and the arithmetic of
`judging` says when a rule begins and ceases to hold. What nobody kept a history of (the state of
the booking, the doubt about a signature, the promise, the order's goods) is taken as it is now.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

from apps.exceptions.rulebook.business_time import Calendars
from apps.exceptions.rulebook.facts import Facts
from apps.exceptions.rulebook.judging import RuleSpec, judge
from apps.shipments.status import Happening, Outcome, Role, compute_each, compute_status

FOREVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
HOME = "CN"
ENDS = frozenset({"delivered", "returned", "cancelled"})
NO_SCANS = frozenset({"", "created", "awaiting_pickup", "cancelled", "expired"})
ALWAYS_THERE = tuple(one.name for one in fields(Facts))
MOMENTS_OF_SCANS = ("out_since", "customs_since", "signature_undone_at", "first_scan_at")
LATER = ("carrier_corrected_at", "flagged_at")
"""Facts that are a moment and not known before it."""
PRESENT_ONLY = frozenset({"booking_state", "booking_problem", "signed_score"})
"""Fields of conditions whose past nobody kept."""


class Told(NamedTuple):
    """One event of a history. ``role`` and ``place`` are those of its leg (`status.Happening`),
    ``area`` its division code; ``omitted_at`` since when the carrier no longer lists it."""

    occurred_at: dt.datetime
    key: bytes
    status: str
    substatus: str
    certainty: int
    heard_at: dt.datetime
    omitted_at: dt.datetime | None
    role: int
    area: str
    place: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """A shipment with everything it ever said, in the order in which that was stored.

    ``facts`` is the shipment as it is now. ``ended_at`` is when it got a status no event gives
    (a cancelled order), ``abroad`` the statuses in which a parcel for abroad is there.
    """

    facts: Facts
    told: Sequence[Told]
    ended_at: dt.datetime | None = None
    abroad: frozenset[str] = frozenset()


class Stretch(NamedTuple):
    """A rule holds from ``start`` to before ``end``; ``since`` is the moment it counts from."""

    start: dt.datetime
    end: dt.datetime
    since: dt.datetime


class Step(NamedTuple):
    """The facts as they were known from one moment on."""

    at: dt.datetime
    facts: Facts


def replay(
    rule: RuleSpec,
    history: History,
    *,
    others: Mapping[str, RuleSpec],
    calendars: Calendars,
    until: dt.datetime,
) -> list[Stretch]:
    """Return the cases a rule would have opened before ``until``, the earliest first.

    ``others`` are the rules that hold beside it, by code; those that suppress it are asked too.
    A case of a rule that does not clear itself lasts for good, and none follows it.
    """
    if not _may_hold(rule, history.facts):
        return []
    wants = _wants_scans(rule, others)
    steps = steps_of(history, scans=wants)
    left = tuple(one for one in rule.conditions if one.field.name not in _STANDING)
    asked = replace(rule, conditions=left)
    return _Asking(steps, others, calendars, until).cases(asked, above=())


def replay_all(
    rules: Sequence[RuleSpec], history: History, *, calendars: Calendars, until: dt.datetime
) -> list[tuple[RuleSpec, Stretch, Facts]]:
    """Return the cases all of these rules, beside each other, would have opened before ``until``.

    Each comes with the facts as they were known when it began. The history is put together once.
    """
    steps = steps_of(history)
    statuses = {step.facts.status for step in steps}
    asking = _Asking(steps, {rule.code: rule for rule in rules}, calendars, until)
    moments = [step.at for step in steps]
    found = []
    for rule in rules:
        if _may_hold(rule, history.facts) and any(map(rule.may_hold, statuses)):
            for one in asking.cases(rule, above=()):
                facts = steps[bisect_right(moments, one.start) - 1].facts
                found.append((rule, one, facts))
    return found


_FROM_SCANS = frozenset(
    {
        "out_since", "customs_since", "signature_undone_at", "scan_area", "signed_elsewhere",
        "scanned_at_address", "scan_before_payment",
    }
)  # fmt: skip
"""Anchors and fields of conditions that need more of the events than the status does."""


def _wants_scans(rule: RuleSpec, others: Mapping[str, RuleSpec]) -> bool:
    """Tell whether a rule, or one that silences it, asks where and since when it was scanned."""
    todo, seen = [rule], {rule.code}
    while todo:
        one = todo.pop()
        if one.anchor in _FROM_SCANS or any(c.field.name in _FROM_SCANS for c in one.conditions):
            return True
        more = [others[code] for code in one.suppressed_by - seen if code in others]
        seen.update(other.code for other in more)
        todo += more
    return False


@dataclass(frozen=True, slots=True)
class _Asking:
    """Rules asked of one shipment's steps."""

    steps: Sequence[Step]
    others: Mapping[str, RuleSpec]
    calendars: Calendars
    until: dt.datetime

    def cases(self, rule: RuleSpec, *, above: tuple[str, ...]) -> list[Stretch]:
        """Return a rule's cases; rules ``above`` are being asked already."""
        held = self.held(rule)
        for code in rule.suppressed_by.difference(above) if held else ():
            other = self.others.get(code)
            if other is not None:
                held = _without(held, self.says(other, above=(*above, rule.code)))
        if held and not rule.clears_itself:
            return [held[0]._replace(end=FOREVER)]
        return held

    def says(self, rule: RuleSpec, *, above: tuple[str, ...]) -> list[Stretch]:
        """Return when a rule keeps others silent: while it holds, or while its case stands."""
        said = self.held(rule)
        if said and not rule.clears_itself:
            said = said + self.cases(rule, above=above)
        return said

    def held(self, rule: RuleSpec) -> list[Stretch]:
        """Return when a rule holds; stretches that touch are one."""
        found: list[Stretch] = []
        last = len(self.steps) - 1
        for index, (at, facts) in enumerate(self.steps):
            if at >= self.until:
                break
            said = judge(rule, facts, now=at, calendars=self.calendars)
            if said.since is None or said.due_at is None:
                continue
            start = max(said.due_at, at)
            end = FOREVER if index == last else self.steps[index + 1].at
            if said.ends_at is not None:
                end = min(end, said.ends_at)
            if start >= end or start >= self.until:
                continue
            if found and found[-1].end == start:
                found[-1] = found[-1]._replace(end=end)
            else:
                found.append(Stretch(start, end, said.since))
        return found


def _without(held: Sequence[Stretch], silent: Iterable[Stretch]) -> list[Stretch]:
    """Return what is left of stretches while none of others lasts."""
    left = list(held)
    for other in silent:
        cut: list[Stretch] = []
        for one in left:
            if other.end <= one.start or one.end <= other.start:
                cut.append(one)
                continue
            if one.start < other.start:
                cut.append(one._replace(end=other.start))
            if other.end < one.end:
                cut.append(one._replace(start=other.end))
        left = cut
    return left


_STANDING = frozenset(
    {
        "carrier", "service", "merchant", "mode", "country", "lane_from", "lane_to", "currency",
        "goods", "address_area", "value", "is_domestic", "is_remote",
    }
)  # fmt: skip
"""Fields of conditions that are the same through a shipment's life."""


def _may_hold(rule: RuleSpec, facts: Facts) -> bool:
    """Tell whether what never changes of a shipment lets a rule hold at all."""
    return all(one.holds(facts) for one in rule.conditions if one.field.name in _STANDING)


def steps_of(history: History, *, scans: bool = True) -> list[Step]:
    """Return the facts after each thing that was heard, in the order of hearing.

    Without ``scans`` what only single scans tell is left out, which is much faster.
    """
    now = history.facts
    kept = {name: getattr(now, name) for name in ALWAYS_THERE} | dict.fromkeys(MOMENTS_OF_SCANS)
    outcomes = _Outcomes(history.told)
    steps: list[Step] = []
    undone: dt.datetime | None = None
    was = ""
    for at in _moments(history):
        numbered = bool(now.number) and (now.numbered_at is None or now.numbered_at <= at)
        known = outcomes.known(at)
        outcome = outcomes.at(at, known, base="awaiting_pickup" if numbered else "created")
        if outcome.delivered_at is not None:
            undone = None
        elif was == "delivered" != outcome.status and undone is None:
            undone = at
        was = outcome.status
        made = kept | _from_outcome(outcome, now, history.abroad)
        if scans:
            made |= _from_events(known, at)
        if outcome.delivered_at is None:
            undone = made["signature_undone_at"] or undone
            made["signature_undone_at"] = undone
        else:
            made["signature_undone_at"] = None
        made |= _from_desk(now, at, numbered)
        steps.append(Step(at, Facts(**made)))
    if history.ended_at is not None and steps and history.ended_at > steps[-1].at:
        steps.append(Step(history.ended_at, now))
    return steps


class _Outcomes:
    """The status after each thing that was heard, for one history."""

    def __init__(self, told: Sequence[Told]) -> None:
        self._told = sorted(told, key=_heard)
        self._heard_at = [one.heard_at for one in self._told]
        self._plain = all(one.omitted_at is None for one in told)
        self._each: dict[str, list[Outcome]] = {}

    def known(self, at: dt.datetime) -> Sequence[Told]:
        """Return the events that were known at a moment."""
        return self._told[: bisect_right(self._heard_at, at)]

    def at(self, at: dt.datetime, known: Sequence[Told], *, base: str) -> Outcome:
        """Return the status of the known events at a moment."""
        if not known or not self._plain:
            return compute_status([_happening(one, at) for one in known], base=base)
        if base not in self._each:
            every = [_happening(one, at) for one in self._told]
            self._each[base] = compute_each(every, base=base)
        return self._each[base][len(known) - 1]


def _moments(history: History) -> list[dt.datetime]:
    """Return when anything was heard; the first is the shipment's own beginning."""
    now = history.facts
    moments = {one.heard_at for one in history.told}
    moments.update(one.omitted_at for one in history.told if one.omitted_at is not None)
    for name in (*LATER, "numbered_at", "booking_problem_at"):
        moment = getattr(now, name)
        if moment is not None:
            moments.add(moment)
    begun = now.created_at
    return [begun, *sorted(at for at in moments if at > begun)]


def _happening(one: Told, at: dt.datetime) -> Happening:
    omitted = one.omitted_at is not None and one.omitted_at <= at
    return Happening(
        one.occurred_at, one.key, one.status, one.substatus, one.certainty, one.heard_at, omitted,
        one.role, one.place,
    )  # fmt: skip


def _from_outcome(outcome: Outcome, now: Facts, abroad: frozenset[str]) -> dict[str, Any]:
    status = outcome.status
    return {
        "status": status,
        "substatus": outcome.substatus,
        "status_at": outcome.status_at or now.created_at,
        "picked_up_at": outcome.picked_up_at,
        "last_event_at": outcome.last_event_at,
        "delivered_at": outcome.delivered_at,
        "region": now.country if now.country == HOME or status in abroad else HOME,
        "signed_score": now.signed_score if outcome.delivered_at is not None else None,
    }


def _from_desk(now: Facts, at: dt.datetime, numbered: bool) -> dict[str, Any]:
    """Return what people and the platform had said by a moment."""
    found: dict[str, Any] = {}
    for name in LATER:
        moment = getattr(now, name)
        found[name] = moment if moment is not None and moment <= at else None
    problem = now.booking_problem_at
    if problem is not None and problem > at:
        found |= {"booking_problem": "", "booking_problem_at": None}
    if not numbered:
        found |= {"number": "", "numbered_at": None}
    return found


def _from_events(known: Sequence[Told], at: dt.datetime) -> dict[str, Any]:
    """Return what `services.watching` reads from events, from those known at a moment."""
    said = [
        one for one in known
        if one.omitted_at is None or one.omitted_at > at or one.status not in ENDS
    ]  # fmt: skip
    said.sort(key=_when)
    first_scan = elsewhere = uncustomed = signed = None
    scan_area = signed_area = ""
    for one in said:
        happened, _key, status, substatus, _certainty, _heard, _omitted, role, area, _place = one
        if first_scan is None and status not in NO_SCANS:
            first_scan = happened
        if area:
            scan_area = area
        if status not in ("", "out_for_delivery", "delivered"):
            elsewhere = happened
        if status not in ("", "customs") or substatus == "cleared":
            uncustomed = happened
        if status == "delivered" and role == Role.FINAL:
            signed = signed or happened
            signed_area = area or signed_area
    return {
        "first_scan_at": first_scan,
        "scan_area": scan_area,
        "signed_area": signed_area,
        "out_since": _first(said, _is_out, elsewhere, touching=True),
        "customs_since": _first(said, _is_held, uncustomed),
        "signature_undone_at": _first(said, _undoes, signed) if signed is not None else None,
    }


def _first(
    said: Sequence[Told], fits: Any, after: dt.datetime | None, *, touching: bool = False
) -> dt.datetime | None:
    """Return the first moment of an event that fits and happened after (or at) another."""
    for one in said:
        if fits(one) and (
            after is None or one.occurred_at > after or (touching and one.occurred_at == after)
        ):
            return one.occurred_at
    return None


def _heard(one: Told) -> dt.datetime:
    return one.heard_at


def _when(one: Told) -> dt.datetime:
    return one.occurred_at


def _is_out(one: Told) -> bool:
    return one.status == "out_for_delivery"


def _is_held(one: Told) -> bool:
    return one.status == "customs" and one.substatus != "cleared"


def _undoes(one: Told) -> bool:
    ended = one.status in ("returning", "returned", "refused")
    return ended or one.substatus == "signature_withdrawn"
