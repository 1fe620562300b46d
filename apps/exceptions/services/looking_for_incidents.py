"""The look for incidents: cases are counted by cause, an excess becomes one incident, its cases
come and go by themselves, and it is over when nothing is left of it.

One process at a time looks, by an advisory lock; a look costs what has changed since the last.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction

from apps.accounts.choices import KeyMode
from apps.core import clock
from apps.core.locks import try_lock
from apps.exceptions.cause_rows import (
    counts_at,
    first_due,
    loose_counts,
    moment_of,
    roll_up,
    seen_cases,
    sum_up_usual,
    usual_of,
)
from apps.exceptions.choices import IncidentState
from apps.exceptions.models import CauseLook, Incident
from apps.exceptions.rulebook.excess import (
    cells_of,
    find_excesses,
    greatest_excess,
    is_quiet,
    threshold,
)
from apps.exceptions.services.incident_cases import (
    attach_matching,
    let_strays_go,
    refresh_figures,
)
from apps.exceptions.services.incident_naming import cell_of, name_incidents
from apps.exceptions.services.incident_notices import WORSE, is_much_worse, tell_of
from apps.exceptions.services.resolving_incidents import end_by_itself

OVERLAP = dt.timedelta(minutes=10)
"""Cases whose transaction ended after a later look began are counted by the next one."""
QUIET_HOURS = 2
EASES_AFTER = dt.timedelta(minutes=30)
YOUNG = dt.timedelta(hours=24)
LEFT_SHARE = 0.02
"""What may be left of an incident's most cases when it ends by itself."""


@dataclass
class IncidentsLooked:
    """What one look came to."""

    opened: int = 0
    attached: int = 0
    detached: int = 0
    resolved: int = 0


@dataclass
class _Changes:
    """What moved during a look: cases attached by incident, and the first hour to count anew."""

    attached: Counter[int] = field(default_factory=Counter)
    detached: int = 0
    since: dt.datetime | None = None

    def note(self, moved: tuple[int, dt.datetime | None]) -> int:
        count, first = moved
        if first and (self.since is None or first < self.since):
            self.since = first
        return count


def look_for_incidents(*, now: dt.datetime | None = None) -> IncidentsLooked:
    """Look once, for live and for sandbox parcels apart. Does nothing while somebody else looks."""
    looked = IncidentsLooked()
    with try_lock("exceptions.look_for_incidents") as held:
        if held:
            moment = now or clock.now()
            looks = _looks(moment)
            _count(looks, moment)
            for look in looks:
                _look(look, moment, looked)
            CauseLook.objects.update(looked_at=moment)
    return looked


def _looks(now: dt.datetime) -> list[CauseLook]:
    return [
        CauseLook.objects.get_or_create(
            mode=mode.value, defaults={"began_at": now, "looked_at": now - YOUNG}
        )[0]
        for mode in KeyMode
    ]


def _count(looks: list[CauseLook], now: dt.datetime) -> None:
    """Count anew from the hour of the earliest case found since the last look."""
    last = min(now, *(look.looked_at for look in looks)) - OVERLAP
    roll_up(min(first_due(last) or last, last))


def _look(look: CauseLook, now: dt.datetime, looked: IncidentsLooked) -> None:
    sum_up_usual(look, now)
    changes = _Changes()
    for pk in _unresolved(look.mode):
        _keep_up(pk, changes)
    if changes.since:
        roll_up(changes.since)
    if _is_suspicious(look, now) or _has_grown(changes, now):
        looked.opened += _explain(look, now, changes)
        if changes.since:
            roll_up(changes.since)
    for pk in _unresolved(look.mode):
        looked.resolved += _follow(pk, look, now, changes)
    looked.attached += changes.attached.total()
    looked.detached += changes.detached


def _unresolved(mode: str) -> list[int]:
    rows = Incident.objects.exclude(state=IncidentState.RESOLVED.value).filter(mode=mode)
    return list(rows.order_by("id").values_list("id", flat=True))


def _keep_up(pk: int, changes: _Changes) -> None:
    """Let go what no longer matches and attach what came since; an easing incident takes no more,
    for what opens there now is usual."""
    with transaction.atomic():
        incident = Incident.objects.select_for_update().get(pk=pk)
        if incident.state == IncidentState.RESOLVED.value:
            return
        changes.detached += changes.note(let_strays_go(incident))
        if incident.state == IncidentState.OPEN.value:
            changes.attached[pk] += changes.note(attach_matching(incident))


def _is_suspicious(look: CauseLook, now: dt.datetime) -> bool:
    """Tell whether cases that no incident holds are more than usual anywhere."""
    counts = loose_counts(look.mode, now)
    if not counts:
        return False
    usual = usual_of(look, counts, now)
    limit = threshold(max(usual.cells, len(counts)))
    return greatest_excess(counts, usual, moment_of(now), limit=limit) is not None


def _has_grown(changes: _Changes, now: dt.datetime) -> bool:
    """Tell whether a young incident has grown: what explains it may have become plainer."""
    grown = [pk for pk, count in changes.attached.items() if count]
    return Incident.objects.filter(pk__in=grown, opened_at__gt=now - YOUNG).exists()


def _explain(look: CauseLook, now: dt.datetime, changes: _Changes) -> int:
    """Find what explains the excess of the last day best, and let incidents stand for just that."""
    seen = seen_cases(look.mode, now)
    usual = usual_of(look, {cell for row in seen for cell in cells_of(row)}, now)
    kept = {
        one.pk: cell_of(one)
        for one in Incident.objects.exclude(state=IncidentState.RESOLVED.value)
        .filter(mode=look.mode).select_related("rule")
    }  # fmt: skip
    found = find_excesses(seen, usual, moment_of(now), kept=kept)
    named = name_incidents(mode=look.mode, found=found, seen=seen, now=now)
    for pk, moved in named.attached.items():
        changes.attached[pk] += changes.note(moved)
    return named.opened


def _follow(pk: int, look: CauseLook, now: dt.datetime, changes: _Changes) -> int:
    """Bring one incident's figures up to date, let it ease, flare up, be told of or end."""
    with transaction.atomic():
        rows = Incident.objects.select_for_update(of=("self",)).select_related("rule")
        incident = rows.get(pk=pk)
        refresh_figures(incident)
        _ease(incident, look, now)
        if is_much_worse(incident, attached=changes.attached[pk]):
            tell_of(incident, WORSE)
        over = (
            incident.state == IncidentState.EASING.value
            and incident.cases_count <= LEFT_SHARE * incident.peak
        )
        if over:
            end_by_itself(incident, now=now)
        incident.save()
    return int(over)


def _ease(incident: Incident, look: CauseLook, now: dt.datetime) -> None:
    cell = cell_of(incident)
    counts = counts_at(look.mode, cell, now, back=QUIET_HOURS)
    usual = usual_of(look, [cell], now)
    if is_quiet([int(count) for count in counts], cell, usual, moment_of(now)):
        incident.quiet_since = incident.quiet_since or now
        if now - incident.quiet_since >= EASES_AFTER:
            incident.state = IncidentState.EASING.value
    else:
        incident.quiet_since = None
        incident.state = IncidentState.OPEN.value
