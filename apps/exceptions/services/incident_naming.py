"""Which incident stands for which excess: opened, kept, named anew, merged, reopened."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from apps.exceptions.cause_rows import HOUR, hour_of
from apps.exceptions.choices import IncidentState, Severity
from apps.exceptions.incident_words import message_for
from apps.exceptions.models import Incident, Rule
from apps.exceptions.rulebook.excess import SAME_SHARE, Excess, Seen
from apps.exceptions.rulebook.usual import Cell
from apps.exceptions.services.incident_cases import (
    Moved,
    attach_matching,
    let_strays_go,
    move_all,
    refresh_figures,
)
from apps.exceptions.services.incident_changes import PORTAL, log_incident
from apps.exceptions.services.incident_notices import MOST_TOLD, OPENED, tell_of

FLARES_UP_WITHIN = dt.timedelta(hours=6)
HALF = 0.5


@dataclass
class Named:
    """What naming came to: how many incidents are new, and the cases each of them got."""

    opened: int = 0
    attached: dict[int, Moved] = field(default_factory=dict)


def cell_of(incident: Incident) -> Cell:
    """Return the cell an incident stands for."""
    return Cell(incident.cause, incident.key, incident.rule.code if incident.rule else "")


def name_incidents(
    *, mode: str, found: Sequence[Excess], seen: Sequence[Seen], now: dt.datetime
) -> Named:
    """Let one incident stand for each excess and attach its cases, all in one transaction.

    An excess keeps the incident of its place, else takes over the one half of whose cases it
    explains, else reopens one of its place that ended within six hours, else opens one. Incidents
    of which it explains four fifths are merged into it.
    """
    named, taken = Named(), set[int]()
    totals: Counter[int] = Counter()
    for row in seen:
        totals[row.incident] += row.cases
    with transaction.atomic():
        for excess in sorted(found, key=lambda one: -one.weight):
            incident, is_new = _stand_for(excess, mode, taken, totals, now)
            taken.add(incident.pk)
            merged = _merge(excess, incident, taken, totals, now)
            taken.update(merged)
            others = [pk for pk in excess.held if pk and pk not in taken]
            let_strays_go(incident)
            named.attached[incident.pk] = attach_matching(incident, taken_from=others)
            refresh_figures(incident)
            if is_new:
                named.opened += 1
                tell_of(incident, OPENED)
            incident.save()
    return named


def _stand_for(
    excess: Excess, mode: str, taken: set[int], totals: Counter[int], now: dt.datetime
) -> tuple[Incident, bool]:
    rule = Rule.objects.filter(code=excess.cell.rule).first() if excess.cell.rule else None
    held = _unresolved_of(excess, mode) or _taken_over(excess, taken, totals)
    if held is not None:
        _name(held, excess, rule, now)
        return held, False
    gone = _reopened(excess, mode, now)
    if gone is not None:
        _name(gone, excess, rule, now)
        return gone, False
    return _open(excess, mode, rule, now), True


def _unresolved_of(excess: Excess, mode: str) -> Incident | None:
    rows = Incident.objects.select_for_update(of=("self",)).select_related("rule")
    return (
        rows.exclude(state=IncidentState.RESOLVED.value)
        .filter(mode=mode, cause=excess.cell.cause, key=excess.cell.key)
        .order_by("id")
        .first()
    )


def _taken_over(excess: Excess, taken: set[int], totals: Counter[int]) -> Incident | None:
    """Return the incident most of whose recent cases the excess explains; the oldest of several."""
    explained = [
        pk for pk, cases in excess.held.items()
        if pk and pk not in taken and cases >= HALF * totals[pk]
    ]  # fmt: skip
    rows = Incident.objects.select_for_update(of=("self",)).select_related("rule")
    return rows.filter(pk__in=explained).order_by("id").first()


def _reopened(excess: Excess, mode: str, now: dt.datetime) -> Incident | None:
    rows = Incident.objects.select_for_update(of=("self",)).select_related("rule")
    incident = (
        rows.filter(
            mode=mode, cause=excess.cell.cause, key=excess.cell.key,
            state=IncidentState.RESOLVED.value, closed_at__gt=now - FLARES_UP_WITHIN,
        ).order_by("-id").first()
    )  # fmt: skip
    if incident is None:
        return None
    incident.state, incident.closed_at, incident.quiet_since = IncidentState.OPEN.value, None, None
    log_incident(incident, "reopened", PORTAL, after=figures_of(excess))
    return incident


def _name(incident: Incident, excess: Excess, rule: Rule | None, now: dt.datetime) -> None:
    """Let an incident stand for an excess; of one place under two rules it stands for all. Words
    somebody has edited stay."""
    same_place = (incident.cause, incident.key) == (excess.cell.cause, excess.cell.key)
    wanted = rule if not same_place or incident.rule_id == (rule and rule.pk) else None
    before, said = cell_of(incident), _messages(incident)
    incident.since = min(incident.since, _since(excess, now))
    incident.cause, incident.key, incident.rule = excess.cell.cause, excess.cell.key, wanted
    incident.observed = max(incident.observed, excess.observed)
    incident.odds = min(incident.odds, excess.odds)
    if cell_of(incident) == before:
        incident.save()
        return
    incident.expected = excess.expected
    if (incident.message, incident.message_en) == said:
        incident.message, incident.message_en = _messages(incident)
    incident.save()
    log_incident(incident, "renamed", PORTAL, before=before._asdict(), after=figures_of(excess))


def _open(excess: Excess, mode: str, rule: Rule | None, now: dt.datetime) -> Incident:
    incident = Incident(
        mode=mode, cause=excess.cell.cause, key=excess.cell.key, rule=rule,
        severity=Severity.AMBER.value, expected=excess.expected, observed=excess.observed,
        odds=excess.odds, since=_since(excess, now), opened_at=now,
    )  # fmt: skip
    incident.message, incident.message_en = _messages(incident)
    incident.save()
    log_incident(incident, "opened", PORTAL, after=figures_of(excess))
    return incident


def _merge(
    excess: Excess, into: Incident, taken: set[int], totals: Counter[int], now: dt.datetime
) -> list[int]:
    """Give the cases of incidents the excess explains as well to the one that stands for it."""
    explained = [
        pk for pk, cases in excess.held.items()
        if pk and pk not in taken and cases >= SAME_SHARE * totals[pk]
    ]  # fmt: skip
    for other in Incident.objects.select_for_update().filter(pk__in=explained).order_by("id"):
        move_all(source=other, target=into)
        into.told = min(into.told + other.told, MOST_TOLD)
        other.state, other.closed_at, other.cases_count = IncidentState.RESOLVED.value, now, 0
        other.save()
        log_incident(other, "merged", PORTAL, after={"into": into.uid})
        log_incident(into, "took_in", PORTAL, after={"from": other.uid, "cases": other.peak})
    return explained


def _messages(incident: Incident) -> tuple[str, str]:
    return message_for(incident, "zh-hans"), message_for(incident, "en")


def _since(excess: Excess, now: dt.datetime) -> dt.datetime:
    return hour_of(now) - (excess.hours - 1) * HOUR


def figures_of(excess: Excess) -> dict[str, object]:
    """Return an excess as the log keeps it."""
    return {
        **excess.cell._asdict(),
        "observed": excess.observed,
        "expected": round(excess.expected, 2),
        "hours": excess.hours,
        "odds": round(excess.odds, 1),
    }
