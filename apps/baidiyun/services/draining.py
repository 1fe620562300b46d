"""One round of the drain: claim, apply, mark, all in one transaction.

A row is claimed ``FOR UPDATE SKIP LOCKED``, so any number of drains may run. The applier owns
the topic; what it raises is pinned on a single row by halving the batch.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import structlog
from django.db import connection, transaction
from django.db.models.base import ModelState

from apps.baidiyun import hints
from apps.baidiyun.choices import InboxState, Topic
from apps.baidiyun.models import InboxRow
from apps.baidiyun.outcomes import DrainResult
from apps.baidiyun.services.asking import count_hygiene
from apps.baidiyun.services.delays import note_delays
from apps.baidiyun.services.pushes import note_pushes
from apps.baidiyun.topics import (
    Applied,
    Applier,
    applier_for,
    carry_raw,
    examine,
    examines,
    hygiene_of,
    param_of,
    registered_topics,
)
from apps.core import clock
from apps.core.bulk import Ahead, fetch, pack, unnest
from apps.core.context import carrying
from apps.core.errors import PortalError
from apps.core.logs import log_requests
from apps.core.telemetry.spans import is_on, span

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 6
GROWTH = 4
ERROR_LENGTH = 1_000
SETTLED = frozenset({InboxState.APPLIED.value, InboxState.ASIDE.value, InboxState.SKIPPED.value})
ANSWERS = SETTLED | {InboxState.PARKED.value}
CLAIMED = (
    "id", "topic", "source", "token", "subject", "carrier", "number", "mode", "received_at",
    "attempts", "next_at", "body_hash",
)  # fmt: skip
BOUND = frozenset({"subject", "carrier", "number", "mode"})
"""What a push has from the subscription its token names."""
CLAIM = f"""
SELECT {
    ", ".join(f"coalesce(s.{name}, r.{name})" if name in BOUND else f"r.{name}" for name in CLAIMED)
}, r.param
FROM baidiyun_inboxrow AS r LEFT JOIN baidiyun_subscription AS s
     ON r.source = 'push' AND s.token = r.token AND s.topic = r.topic
WHERE r.state = 'pending' AND r.next_at <= %s AND r.topic = ANY(%s)
ORDER BY r.next_at, r.id LIMIT %s FOR UPDATE OF r SKIP LOCKED
"""  # noqa: S608
KNOWN = "SELECT token FROM baidiyun_subscription WHERE token = ANY(%s)"
SETTLED_TYPES = (
    ("id", "bigint"),
    ("state", "text"),
    ("subject", "bigint"),
    ("carrier", "text"),
    ("number", "text"),
    ("mode", "text"),
    ("error", "text"),
)
WAITING_TYPES = (*SETTLED_TYPES, ("attempts", "int"), ("next_at", "timestamptz"))
MARK_SETTLED = f"""
UPDATE baidiyun_inboxrow AS r
SET state = v.state, subject = v.subject, carrier = v.carrier, number = v.number, mode = v.mode,
    error = v.error, applied_at = %s
FROM {unnest(SETTLED_TYPES, "v")} WHERE r.id = v.id
"""  # noqa: S608
MARK_WAITING = f"""
UPDATE baidiyun_inboxrow AS r
SET state = v.state, subject = v.subject, carrier = v.carrier, number = v.number, mode = v.mode,
    error = v.error, applied_at = NULL, attempts = v.attempts, next_at = v.next_at
FROM {unnest(WAITING_TYPES, "v")} WHERE r.id = v.id
"""  # noqa: S608
_settled_values = attrgetter(*(name for name, _ in SETTLED_TYPES))
_waiting_values = attrgetter(*(name for name, _ in WAITING_TYPES))


class Verdict(NamedTuple):
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
        follows = [row.request_id for row in rows] if is_on() else ()
        with span("drain", follows=follows, rows=len(rows)):
            _work_on(rows, topics)
        touched = sorted({row.topic for row in rows})
        transaction.on_commit(lambda: hints.rows_were_applied(touched))
        transaction.on_commit(lambda: _count_hygiene(rows))
        transaction.on_commit(lambda: note_delays(rows))
    _say(rows)
    return _count(rows)


def _work_on(rows: Sequence[InboxRow], topics: Sequence[str]) -> None:
    """Find out what becomes of claimed rows, and write it down."""
    verdicts = _put_aside([row for row in rows if row.subject is None])
    for topic in topics:
        of_topic = [row for row in rows if row.topic == topic and row.subject is not None]
        verdicts |= _judge(topic, of_topic)
    with Ahead() as ahead:
        ahead.begin()
        _mark(rows, verdicts)
        note_pushes([row for row in rows if row.state == InboxState.APPLIED.value])


def _claim(topics: Sequence[str], limit: int) -> list[InboxRow]:
    """Lock due rows, oldest first, and return them with whose push each is."""
    return [
        _held(values)
        for values in fetch(CLAIM, [clock.real_now(), list(topics), limit], raw_text=True)
    ]


def _held(values: tuple[Any, ...]) -> InboxRow:
    """Return a row as the model would make it, for a quarter of the time.

    What the drain writes anyway is not read, and the content of a track stays the bytes it is:
    most are never needed as text.
    """
    row = InboxRow.__new__(InboxRow)
    row._state = ModelState()
    row._state.adding, row._state.db = False, connection.alias
    row.__dict__.update(zip(CLAIMED, values, strict=False))
    carry_raw(row, values[-1])
    if row.topic != Topic.TRACKING.value:
        param_of(row)
    return row


def _put_aside(rows: Sequence[InboxRow]) -> dict[int, Verdict]:
    """Keep aside what is about nothing: its token is nobody's, or one of another topic."""
    if not rows:
        return {}
    known = {token for (token,) in fetch(KNOWN, [list({row.token for row in rows})])}
    return {
        row.id: Verdict(
            InboxState.ASIDE.value,
            note="wrong topic for its token" if row.token in known else "unknown token",
        )
        for row in rows
    }


def _judge(topic: str, rows: Sequence[InboxRow]) -> dict[int, Verdict]:
    """Keep aside what cannot be applied, hand the rest to the topic's owner."""
    verdicts: dict[int, Verdict] = {}
    good: list[InboxRow] = []
    is_examined = not examines(topic)
    for row in rows:
        if is_examined and (answer := examine(row)) is not None:
            verdicts[row.id] = Verdict(answer.state, row.subject, answer.note)
        else:
            good.append(row)
    applier = applier_for(topic)
    if applier is not None and good:
        with carrying(good[0].request_id if len(good) == 1 else ""):
            verdicts |= _apply(applier, good)
    return verdicts


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
        if answer is None or str(answer.state) not in ANSWERS:
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
        "baidiyun.row_failed",
        request_id=row.request_id,
        row=row.id,
        topic=row.topic,
        parked=parked,
        reason=note[:200],
    )
    state = InboxState.PARKED.value if parked else InboxState.PENDING.value
    return Verdict(state, row.subject, note, failed=True)


def _mark(rows: Sequence[InboxRow], verdicts: dict[int, Verdict]) -> None:
    """Write every row's fate onto the objects, and in a statement for each kind of fate."""
    now = clock.real_now()
    for row in rows:
        verdict = verdicts[row.id]
        row.state, row.subject, row.error = verdict.state, verdict.subject, verdict.note
        if verdict.failed:
            row.attempts += 1
            row.next_at = now + dt.timedelta(seconds=GROWTH ** (row.attempts - 1))
        row.applied_at = now if row.state in SETTLED else None
    settled = [_settled_values(row) for row in rows if row.state in SETTLED]
    waiting = [_waiting_values(row) for row in rows if row.state not in SETTLED]
    with connection.cursor() as cursor:
        if settled:
            cursor.execute(MARK_SETTLED, [now, *pack(SETTLED_TYPES, settled)])
        if waiting:
            cursor.execute(MARK_WAITING, pack(WAITING_TYPES, waiting))


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


def _say(rows: Sequence[InboxRow]) -> None:
    """Name in the log whose callbacks became what; what failed has said so already."""
    settled: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row.state in ANSWERS:
            settled[row.topic, row.state].append(row.request_id)
    for (topic, state), ids in sorted(settled.items()):
        log_requests(log, "baidiyun.drained", ids, topic=topic, state=state)


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
