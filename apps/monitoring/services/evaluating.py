"""One look at all rules: what begins, what ends, who is told. Safe with any number of watches."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import structlog
from django.db import Error, connection, transaction
from django.db.models import Q

from apps.core import clock
from apps.core.locks import try_lock
from apps.monitoring.choices import AlarmEnd, RuleKind
from apps.monitoring.judging import Move, Seen, Verdict, judge
from apps.monitoring.judging import Standing as Judged
from apps.monitoring.looking import look, missing, terms_of
from apps.monitoring.models import Alarm, AlertRule, Standing
from apps.monitoring.order import in_order
from apps.monitoring.series import one_look, probing, series_of
from apps.monitoring.series.base import Probes
from apps.monitoring.services.reading_objectives import read_objectives
from apps.monitoring.services.telling import tell

log = structlog.get_logger(__name__)
LOCK = "monitoring.evaluate_rules"
READ_TIMEOUT = "SELECT set_config('statement_timeout', %s, true)"
LONGEST_READ = "2s"
LULL = dt.timedelta(seconds=60)
"""How long after its cause ended a consequence may still stand before it is told of."""
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one look came to: how many alarms began (``suppressed`` of them as consequences, told
    to nobody) and recovered, how many are open, the rules that could not be looked at, and how
    long it took. ``skipped``: another process was looking."""

    opened: int = 0
    recovered: int = 0
    suppressed: int = 0
    open: int = 0
    told: int = 0
    failed: tuple[str, ...] = ()
    took_ms: float = 0.0
    skipped: bool = False


def evaluate_rules(*, at: dt.datetime | None = None, probes: Probes | None = None) -> Evaluation:
    """Look at every rule once: open, renew and end alarms, queue what is told of them.

    ``at`` is the moment looked at (real time, now if not given); ``probes`` are what the caller
    measured itself: series key → value (``postgres.silence``, ``postgres.answer``,
    ``redis.silence``, in seconds), unknown where it is not given. One transaction, so alarms and
    notices come together or not at all; nothing is done while another process looks. A rule whose
    reading fails is unknown for this look, and named.
    """
    began = time.perf_counter()
    moment = at or clock.real_now()
    with try_lock(LOCK) as held:
        if not held:
            return Evaluation(skipped=True)
        with transaction.atomic(), one_look(), probing(probes):
            found = _Look(moment).run()
            read_objectives(at=moment)
    return replace(found, took_ms=round((time.perf_counter() - began) * 1000, 1))


@dataclass
class _Look:
    """One look: the rows as they were, and what becomes of them."""

    at: dt.datetime
    standings: dict[Key, Standing] = field(default_factory=dict)
    alarms: dict[Key, Alarm] = field(default_factory=dict)
    began: list[Alarm] = field(default_factory=list)
    ended: list[Alarm] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    pending: set[int] = field(default_factory=set)
    """Rules of which something is wrong and not open yet: what they may cause waits for them."""

    def run(self) -> Evaluation:
        """Judge every rule in the order of causes, write, and tell."""
        with connection.cursor() as cursor:
            cursor.execute(READ_TIMEOUT, [LONGEST_READ])
        self.standings = {(row.rule_id, row.label): row for row in Standing.objects.all()}
        open_now = Alarm.objects.filter(until=None).select_related("rule", "suppressed_by")
        self.alarms = {(row.rule_id, row.label): row for row in open_now.order_by("id")}
        rows = AlertRule.objects.filter(enabled=True).select_related("objective")
        rules = in_order(rows.prefetch_related("depends_on"))
        self._end_switched_off({rule.pk for rule in rules})
        kept: dict[Key, Judged] = {}
        for rule in rules:
            kept.update(self._judge_rule(rule))
        self._write(kept)
        told = tell(at=self.at, standing=list(self.alarms.values()), ended=self.ended, lull=LULL)
        return Evaluation(
            opened=len(self.began),
            suppressed=sum(alarm.suppressed_by_id is not None for alarm in self.began),
            recovered=len(self.ended),
            open=len(self.alarms),
            told=told,
            failed=tuple(self.failed),
        )

    def _judge_rule(self, rule: AlertRule) -> Iterator[tuple[Key, Judged]]:
        seen = self._look_at(rule)
        known = {label for pk, label in (*self.standings, *self.alarms) if pk == rule.pk}
        causes = {cause.pk for cause in rule.depends_on.all()}
        terms = terms_of(rule)
        for label in sorted({*seen, *known}):
            key = (rule.pk, label)
            alarm = self.alarms.get(key)
            before = _judged(self.standings.get(key), alarm, self.at)
            found = seen.get(label) or self._unseen(rule, alarm)
            may_begin = not (causes & self.pending)
            after, move = judge(terms, before, found, at=self.at, may_begin=may_begin)
            self._apply(rule, label, found, after, move)
            if after.verdict is Verdict.WRONG and not after.is_open:
                self.pending.add(rule.pk)
            yield key, after

    def _look_at(self, rule: AlertRule) -> dict[str, Seen]:
        """Return what is seen; nothing, and the rule named, where the reading fails.

        Whatever fails it: one rule that nobody can read must not silence all the others.
        """
        try:
            with transaction.atomic():
                return look(rule, at=self.at)
        except (Error, KeyError, ValueError) as error:
            log.warning("alert rule not readable", rule=rule.slug, reason=type(error).__name__)
        except Exception:
            log.exception("alert rule not readable", rule=rule.slug)
        self.failed.append(rule.slug)
        return {}

    def _unseen(self, rule: AlertRule, alarm: Alarm | None) -> Seen:
        if rule.slug in self.failed:
            return Seen(None)
        if rule.kind == RuleKind.ABSENCE.value and alarm is not None:
            silent = (self.at - alarm.since).total_seconds() + (rule.limit or 0.0)
            return Seen(max(silent, alarm.value))
        return missing(rule)

    def _apply(self, rule: AlertRule, label: str, seen: Seen, after: Judged, move: Move) -> None:
        key = (rule.pk, label)
        if move is Move.BEGINS:
            self.alarms[key] = self._begin(rule, label, seen, after)
            self.began.append(self.alarms[key])
        elif move in (Move.RECOVERS, Move.UNMEASURED):
            ended = AlarmEnd.RECOVERED if move is Move.RECOVERS else AlarmEnd.UNMEASURED
            self._end(self.alarms.pop(key), ended)
        elif key in self.alarms:
            self._renew(self.alarms[key], rule, seen)

    def _begin(self, rule: AlertRule, label: str, seen: Seen, after: Judged) -> Alarm:
        value = seen.value or 0.0
        cause = next(
            (self.alarms[key] for key in self.alarms
             if key[0] in {row.pk for row in rule.depends_on.all()}),
            None,
        )  # fmt: skip
        return Alarm.objects.create(
            rule=rule, label=label, severity=rule.severity,
            since=self.at - dt.timedelta(seconds=after.wrong_seconds), value=value, worst=value,
            usual=seen.usual, limit=terms_of(rule).limit, times=after.times,
            message=_message(rule), suppressed_by=cause,
        )  # fmt: skip

    def _renew(self, alarm: Alarm, rule: AlertRule, seen: Seen) -> None:
        """Take the newest measurement; what is unknown leaves the last one."""
        if seen.value is None:
            return
        worse = max if rule.comparison == "above" else min
        worst = worse(seen.value, alarm.worst if alarm.worst is not None else seen.value)
        message = _message(rule) or alarm.message
        now = (seen.value, worst, message)
        if now != (alarm.value, alarm.worst, alarm.message):
            alarm.value, alarm.worst, alarm.message = now
            alarm.save(update_fields=["value", "worst", "message"])

    def _end(self, alarm: Alarm, how: AlarmEnd) -> None:
        alarm.until, alarm.ended = max(self.at, alarm.since), how.value
        alarm.save(update_fields=["until", "ended"])
        self.ended.append(alarm)

    def _end_switched_off(self, enabled: set[int]) -> None:
        """End the alarms of rules that are switched off; whoever did that need not be told."""
        for key in [key for key in self.alarms if key[0] not in enabled]:
            alarm = self.alarms.pop(key)
            alarm.until, alarm.ended = max(self.at, alarm.since), AlarmEnd.SWITCHED_OFF.value
            alarm.save(update_fields=["until", "ended"])

    def _write(self, kept: dict[Key, Judged]) -> None:
        """Keep what must be remembered, forget the rest."""
        rows = [_row(key, judged) for key, judged in kept.items() if not judged.is_forgettable]
        Standing.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["rule", "label"],
            update_fields=["is_open", "verdict", "wrong_seconds", "right_seconds",
                           "unknown_seconds", "usual", "times", "judged_at"],
        )  # fmt: skip
        stays = {(row.rule_id, row.label) for row in rows}
        gone = [row.pk for key, row in self.standings.items() if key not in stays]
        if gone:
            Standing.objects.filter(Q(pk__in=gone)).delete()


def _judged(row: Standing | None, alarm: Alarm | None, at: dt.datetime) -> Judged | None:
    """Return what is remembered; the alarm's row has the last word on whether it is open."""
    if row is None:
        return None if alarm is None else Judged(at, is_open=True, usual=alarm.usual, times=1)
    return Judged(
        judged_at=row.judged_at,
        verdict=Verdict(row.verdict),
        is_open=alarm is not None,
        wrong_seconds=row.wrong_seconds,
        right_seconds=row.right_seconds,
        unknown_seconds=row.unknown_seconds,
        usual=row.usual,
        times=max(row.times, 1) if alarm is not None else row.times,
    )


def _row(key: Key, judged: Judged) -> Standing:
    return Standing(
        rule_id=key[0], label=key[1], is_open=judged.is_open, verdict=judged.verdict.value,
        wrong_seconds=judged.wrong_seconds, right_seconds=judged.right_seconds,
        unknown_seconds=judged.unknown_seconds, usual=judged.usual, times=judged.times,
        judged_at=judged.judged_at,
    )  # fmt: skip


def _message(rule: AlertRule) -> str:
    return "" if rule.is_burn else series_of(rule.series).message()[:300]
