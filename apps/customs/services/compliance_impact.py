"""What a draft would change for the parcels of the last days, before anybody publishes it.

Only the rules that differ are asked. Chunk by chunk, each a transaction that writes how far it
came: a worker that dies loses one chunk and doubles nothing. No check is stored, nothing is held.
"""

from __future__ import annotations

import datetime as dt
import time

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.locks import try_lock
from apps.customs.choices import IMPACTS_AT_WORK, ImpactState
from apps.customs.compliance.binding import starts_at
from apps.customs.compliance.content import SetContent, to_json
from apps.customs.compliance.trying import changed_rules
from apps.customs.compliance_errors import ImpactRefused
from apps.customs.compliance_live import binding_versions, compile_contents, content_of
from apps.customs.impact_asking import Difference, differences_of, next_consignments, span_of
from apps.customs.models import ImpactRow, RuleImpact, RuleSet
from apps.customs.services.compliance_editing import draft_content

log = structlog.get_logger(__name__)
LOCK = "customs.rule_impacts"
CHUNK = 2_000
WORK_SECONDS = 4.0
DAYS = 30


def start_impact(
    *, rule_set: RuleSet, at: dt.datetime | None = None, user: User | None = None
) -> RuleImpact:
    """Ask what a set's draft would change; a task works it out.

    ``at`` is the moment rules, figures and lists are taken of: by default the latest beginning of
    a changed rule, if that is to come, else now. Raises ImpactRefused where nothing that matters
    for a parcel differs, where the draft cannot be evaluated and while one is under way.
    """
    after = draft_content(rule_set)
    before, changed = changed_rules(_base(rule_set), after)
    if not before.rules and not changed.rules:
        raise ImpactRefused("nothing_differs")
    moment = at or _moment(changed)
    try:
        compile_contents([changed], at=moment)
    except ValueError as error:
        raise ImpactRefused("unreadable") from error
    with transaction.atomic():
        RuleSet.objects.select_for_update().get(pk=rule_set.pk)
        if RuleImpact.objects.filter(rule_set=rule_set, state__in=IMPACTS_AT_WORK).exists():
            raise ImpactRefused("under_way")
        run = RuleImpact.objects.create(
            rule_set=rule_set, before=to_json(before), after=to_json(changed), at=moment,
            draft_version=rule_set.draft_version, days=DAYS, created_by=user,
        )  # fmt: skip
        if user is not None:
            record_action(
                action="customs.rule_impact.started", actor=Actor.user(user), subject=run,
                after={"rule_set": rule_set.code, "rules": len(changed.rules)},
            )  # fmt: skip
    return run


def cancel_impact(*, impact: RuleImpact) -> bool:
    """Stop a run; what it found so far stays. Returns False where it was over already."""
    at_work = RuleImpact.objects.filter(pk=impact.pk, state__in=IMPACTS_AT_WORK)
    return bool(at_work.update(state=ImpactState.CANCELLED.value, finished_at=clock.now()))


def run_impacts(*, seconds: float = WORK_SECONDS) -> int:
    """Work on the oldest run that is not done, for so many real seconds; return the parcels.

    One process at a time works. A run that fails says why and makes room for the next.
    """
    until, done = time.monotonic() + seconds, 0
    with try_lock(LOCK) as mine:
        while mine:
            waiting = RuleImpact.objects.filter(state__in=IMPACTS_AT_WORK).order_by("id")
            pk = waiting.values_list("pk", flat=True).first()
            if pk is None:
                break
            done += step_impact(impact_id=pk)
            if time.monotonic() > until:
                break
    return done


def step_impact(*, impact_id: int) -> int:
    """Do one chunk of a run, or finish it; returns how many consignments were looked at.

    What goes wrong is written down as the run's error. Raises OperationalError or InterfaceError
    for a deadlock or a lost connection: the next tick takes the same chunk again.
    """
    try:
        with transaction.atomic():
            return _chunk(RuleImpact.objects.select_for_update().get(pk=impact_id))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("the impact of a draft could not be worked out", pk=impact_id)
        RuleImpact.objects.filter(pk=impact_id).update(
            state=ImpactState.FAILED.value, error=str(error)[:500], finished_at=clock.now()
        )
        return 0


def _chunk(run: RuleImpact) -> int:
    if run.state not in IMPACTS_AT_WORK:
        return 0
    if run.state == ImpactState.WAITING.value:
        run.state = ImpactState.RUNNING.value
        run.cursor, run.total = span_of(run)
    ids = next_consignments(run, limit=CHUNK)
    if ids:
        _add(run, differences_of(run, ids))
        run.done += len(ids)
        run.cursor = ids[-1]
    else:
        run.state, run.total, run.finished_at = ImpactState.DONE.value, run.done, clock.now()
    run.save()
    return len(ids)


def _add(run: RuleImpact, found: Difference) -> None:
    for key, (before, after) in found.counts.items():
        was = run.counts.get(key, [0, 0])
        run.counts[key] = [was[0] + before, was[1] + after]
    run.blocked += len(found.blocked)
    run.freed += len(found.freed)
    both = [(True, one) for one in found.blocked.items()]
    both += [(False, one) for one in found.freed.items()]
    ImpactRow.objects.bulk_create(
        [
            ImpactRow(impact=run, consignment_id=pk, is_blocked=blocked, rule_keys=sorted(keys))
            for blocked, (pk, keys) in both
        ],
        batch_size=1_000,
    )


def _base(rule_set: RuleSet) -> SetContent | None:
    binding = {one.rule_set_id: one for one in binding_versions(clock.now())}
    version = binding.get(rule_set.pk)
    return content_of(version) if version else None


def _moment(changed: SetContent) -> dt.datetime:
    begins = [start for rule in changed.rules if rule.enabled and (start := starts_at(rule))]
    return max([clock.now(), *begins])
