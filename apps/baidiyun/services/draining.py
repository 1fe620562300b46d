"""One round of the drain: claim, bind, apply, mark, all in one transaction.

A row is claimed ``FOR UPDATE SKIP LOCKED``, so any number of drains may run. The applier owns
the topic; what it raises is pinned on a single row by halving the batch.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from django.db import connection, transaction

from apps.baidiyun import hints
from apps.baidiyun.choices import InboxState, Source, Topic
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.models import InboxRow, Subscription
from apps.baidiyun.outcomes import DrainResult
from apps.baidiyun.services.asking import count_hygiene
from apps.baidiyun.services.delays import note_delays
from apps.baidiyun.services.pushes import note_pushes
from apps.baidiyun.topics import (
    Applied,
    Applier,
    applier_for,
    booking_update_of,
    head_of,
    hygiene_of,
    registered_topics,
)
from apps.core import clock
from apps.core.errors import PortalError

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 6
GROWTH = 4
ERROR_LENGTH = 1_000
SETTLED = frozenset({InboxState.APPLIED.value, InboxState.ASIDE.value, InboxState.SKIPPED.value})
MARK = """
UPDATE baidiyun_inboxrow AS r
SET state = v.state, subject = v.subject, carrier = v.carrier, number = v.number, mode = v.mode,
    attempts = v.attempts, next_at = v.next_at, applied_at = v.applied_at, error = v.error
FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[],
            %s::int[], %s::timestamptz[], %s::timestamptz[], %s::text[])
     AS v(id, state, subject, carrier, number, mode, attempts, next_at, applied_at, error)
WHERE r.id = v.id
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is written back to one inbox row."""

    state: str
    subject: int | None = None
    note: str = ""
    failed: bool = False


def drain_once(*, limit: int = 200) -> DrainResult:
    """Apply up to ``limit`` due rows and return what became of them.

    Rows of topics nobody registered wait. A failing row is tried again after 1, 4, 16, 64 and
    256 seconds (real time) and parked after the sixth failure, at once for a permanent error.
    """
    topics = registered_topics()
    if not topics:
        return DrainResult()
    with transaction.atomic():
        rows = _claim(topics, limit)
        if not rows:
            return DrainResult()
        subscriptions = _bind(rows)
        verdicts: dict[int, Verdict] = {}
        for topic in topics:
            of_topic = [row for row in rows if row.topic == topic]
            verdicts |= _judge(topic, of_topic, subscriptions)
        _mark(rows, verdicts)
        note_pushes([row for row in rows if row.state == InboxState.APPLIED.value])
        touched = sorted({row.topic for row in rows})
        transaction.on_commit(lambda: hints.rows_were_applied(touched))
        transaction.on_commit(lambda: _count_hygiene(rows))
        transaction.on_commit(lambda: note_delays(rows))
    return _count(rows)


def _claim(topics: Sequence[str], limit: int) -> list[InboxRow]:
    return list(
        InboxRow.objects.select_for_update(skip_locked=True)
        .filter(state=InboxState.PENDING.value, next_at__lte=clock.real_now(), topic__in=topics)
        .order_by("next_at", "id")[:limit]
    )


def _bind(rows: Iterable[InboxRow]) -> dict[str, Subscription]:
    """Fill in whose push it is; returns the subscriptions by token."""
    pushes = [row for row in rows if row.source == Source.PUSH.value]
    found = {
        subscription.token: subscription
        for subscription in Subscription.objects.filter(token__in={row.token for row in pushes})
    }
    for row in pushes:
        subscription = found.get(row.token)
        if subscription is not None and subscription.topic == row.topic:
            row.subject = subscription.subject
            row.carrier = subscription.carrier
            row.number = subscription.number
            row.mode = subscription.mode
    return found


def _judge(
    topic: str, rows: Sequence[InboxRow], subscriptions: dict[str, Subscription]
) -> dict[int, Verdict]:
    """Keep aside what cannot be applied, hand the rest to the topic's owner."""
    verdicts: dict[int, Verdict] = {}
    good: list[InboxRow] = []
    for row in rows:
        verdict = _examine(row, subscriptions)
        if verdict is None:
            good.append(row)
        else:
            verdicts[row.id] = verdict
    applier = applier_for(topic)
    if applier is not None and good:
        verdicts |= _apply(applier, good)
    return verdicts


def _examine(row: InboxRow, subscriptions: dict[str, Subscription]) -> Verdict | None:
    if row.subject is None:
        why = "wrong topic for its token" if row.token in subscriptions else "unknown token"
        return Verdict(InboxState.ASIDE.value, note=why)
    try:
        if row.topic == Topic.BOOKING.value:
            booking_update_of(row)
            return None
        if row.topic != Topic.TRACKING.value:
            return None
        said = head_of(row).number
    except MalformedPayload as error:
        return Verdict(InboxState.PARKED.value, row.subject, f"malformed: {error}")
    if said and said.strip().upper() != row.number.strip().upper():
        return Verdict(InboxState.ASIDE.value, row.subject, f"about another number: {said[:64]}")
    return None


def _apply(applier: Applier, rows: Sequence[InboxRow]) -> dict[int, Verdict]:
    """Apply a batch in a savepoint; halve it on error until the poison row stands alone."""
    try:
        with transaction.atomic():
            return _read_answers(applier(rows), rows)
    except Exception as error:
        if _connection_is_gone():
            raise
        if len(rows) == 1:
            return {rows[0].id: _failure(rows[0], error)}
    middle = len(rows) // 2
    return {**_apply(applier, rows[:middle]), **_apply(applier, rows[middle:])}


def _read_answers(answers: Iterable[Applied], rows: Sequence[InboxRow]) -> dict[int, Verdict]:
    given = {answer.row_id: answer for answer in answers}
    verdicts: dict[int, Verdict] = {}
    for row in rows:
        answer = given.get(row.id)
        if answer is None or str(answer.state) not in SETTLED:
            raise LookupError(f"the applier gave no usable answer for row {row.id}")
        subject = row.subject if answer.subject is None else answer.subject
        verdicts[row.id] = Verdict(str(answer.state), subject, answer.note)
    return verdicts


def _connection_is_gone() -> bool:
    """Whether nothing more can be done in this transaction."""
    raw = connection.connection
    return connection.needs_rollback or raw is None or raw.closed


def _failure(row: InboxRow, error: Exception) -> Verdict:
    permanent = isinstance(error, PortalError) and error.permanent
    note = f"{type(error).__name__}: {error}"[:ERROR_LENGTH].replace("\x00", "")
    parked = permanent or row.attempts + 1 >= MAX_ATTEMPTS
    log.warning(
        "baidiyun.row_failed", row=row.id, topic=row.topic, parked=parked, reason=note[:200]
    )
    state = InboxState.PARKED.value if parked else InboxState.PENDING.value
    return Verdict(state, row.subject, note, failed=True)


def _mark(rows: Sequence[InboxRow], verdicts: dict[int, Verdict]) -> None:
    """Write every row's fate in one statement, and onto the objects."""
    now = clock.real_now()
    for row in rows:
        verdict = verdicts[row.id]
        row.state, row.subject, row.error = verdict.state, verdict.subject, verdict.note
        if verdict.failed:
            row.attempts += 1
            row.next_at = now + dt.timedelta(seconds=GROWTH ** (row.attempts - 1))
        row.applied_at = now if row.state in SETTLED else None
    names = (
        "id", "state", "subject", "carrier", "number", "mode", "attempts", "next_at",
        "applied_at", "error",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MARK, [[getattr(row, name) for row in rows] for name in names])


def _count_hygiene(rows: Sequence[InboxRow]) -> None:
    """Count what was cleaned and what deviates in settled rows, after the commit."""
    seen = [(row.topic, hygiene_of(row)) for row in rows if row.state in SETTLED]
    for topic in sorted({topic for topic, _ in seen}):
        of_topic = [hygiene for name, hygiene in seen if name == topic]
        count_hygiene(
            label=topic,
            cleaned=sum(hygiene.cleaned for hygiene in of_topic),
            findings=[finding for hygiene in of_topic for finding in hygiene.findings],
        )


def _count(rows: Sequence[InboxRow]) -> DrainResult:
    states = Counter(row.state for row in rows)
    return DrainResult(
        claimed=len(rows),
        applied=states[InboxState.APPLIED.value],
        aside=states[InboxState.ASIDE.value],
        skipped=states[InboxState.SKIPPED.value],
        retried=states[InboxState.PENDING.value],
        parked=states[InboxState.PARKED.value],
    )
