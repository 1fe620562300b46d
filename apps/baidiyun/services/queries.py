"""Asking the platform: a number's track, a number's carrier."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db import connection

from apps.baidiyun import intake, verdicts
from apps.baidiyun.choices import Product, QueryResult, Topic
from apps.baidiyun.client import call
from apps.baidiyun.credentials import credentials_for
from apps.baidiyun.envelopes import Answer
from apps.baidiyun.errors import CallFailed, InvalidRequest, MalformedPayload, RefusedByPlatform
from apps.baidiyun.hints import inbox_has_news
from apps.baidiyun.limits.choices import Priority
from apps.baidiyun.limits.errors import HeldBack
from apps.baidiyun.models import NumberQuery, Subscription
from apps.baidiyun.outcomes import QueryOutcome
from apps.baidiyun.products.detection import Guess, build_detect, parse_detection
from apps.baidiyun.reading import load_object
from apps.baidiyun.redact import anonymous
from apps.baidiyun.selectors import newest_answer
from apps.baidiyun.services.subscriptions import phone_tail
from apps.baidiyun.tracks import Question, Send, prepare, read_track
from apps.core import clock

QUERY_SPACING = dt.timedelta(minutes=30, seconds=10)
"""At least this long between two queries of a number (contract §1.6: 30 minutes, ours measured at
its door); 48 fit into any 24 hours, which is its other limit."""
NOT_A_NUMBER = "201"
KD100_FLAVOUR = "K"
NOTHING_NEW = frozenset({QueryResult.TOO_SOON, QueryResult.HELD_BACK, QueryResult.UNREACHABLE})
CLAIM = """
INSERT INTO baidiyun_numberquery AS held (mode, carrier, number, last_at)
VALUES (%(mode)s, %(carrier)s, %(number)s, %(now)s)
ON CONFLICT (mode, carrier, number) DO UPDATE SET last_at = EXCLUDED.last_at
WHERE held.last_at <= %(limit)s OR held.last_at > EXCLUDED.last_at
RETURNING id
"""


def query_tracking(
    *,
    subject: int,
    carrier: str,
    number: str,
    mode: str,
    phone: str = "",
    from_: str = "",
    to: str = "",
    priority: Priority = Priority.WAITING,
) -> QueryOutcome:
    """Ask the carrier's provider for a number's track; the answer goes into the inbox (poll).

    A number asked for less than 30 minutes ago (business time, whoever asked) is refused with
    ``too_soon`` and nothing is sent: the platform would lock it. While the gateway holds queries
    back, somebody who waits gets the last we know (``cached``), and a poll ``held_back``. Whatever
    brought nothing new tells somebody who waits what we hold and since when (``row_id``,
    ``data_as_of``). Raises NotConfigured.
    """
    question = Question(
        subject=subject,
        carrier=carrier,
        number=number,
        mode=mode,
        phone=phone_tail(phone),
        from_=from_,
        to=to,
    )
    try:
        send = prepare(question)
    except InvalidRequest as error:
        return QueryOutcome(
            QueryResult.REFUSED, code=error.code, message=str(error), permanent=True
        )
    outcome = _ask(question, send, priority)
    if priority is not Priority.WAITING:
        return outcome
    return _with_last_known(outcome, subject=subject)


def detect_carrier(*, number: str, mode: str) -> tuple[Guess, ...]:
    """Return the carriers a number may belong to, best guess first, none if unknown.

    Raises NotConfigured, InvalidRequest, CallFailed, RefusedByPlatform, MalformedPayload.
    """
    fields = build_detect(key=credentials_for(mode).key, number=number)
    answer, _ = call(product=Product.DETECT, mode=mode, fields=fields)
    if answer.ok:
        return parse_detection(answer.data)
    if answer.code == NOT_A_NUMBER:
        return ()
    raise RefusedByPlatform(anonymous(answer.message), code=answer.code, permanent=answer.permanent)


def _ask(question: Question, send: Send, priority: Priority) -> QueryOutcome:
    claim = {"mode": question.mode, "carrier": question.carrier, "number": question.number}
    if not _claim_number(**claim):
        return QueryOutcome(QueryResult.TOO_SOON, message="asked less than 30 minutes ago")
    try:
        answer, body = send(priority)
    except HeldBack as error:
        _release_number(**claim)
        return QueryOutcome(
            QueryResult.HELD_BACK,
            code=error.code,
            message=str(error),
            retry_after=error.retry_after,
        )
    except CallFailed as error:
        if not error.sent:
            _release_number(**claim)
        return QueryOutcome(QueryResult.UNREACHABLE, code=error.code, message=str(error))
    if not answer.ok:
        return _explain(answer)
    return _store(subject=question.subject, body=body, **claim)


def _with_last_known(outcome: QueryOutcome, *, subject: int) -> QueryOutcome:
    """Add what we hold and since when to an outcome that brought nothing new."""
    if outcome.result not in NOTHING_NEW:
        return outcome
    row = newest_answer(subject=subject)
    if row is None:
        return outcome
    held_back = outcome.result is QueryResult.HELD_BACK
    result = QueryResult.CACHED if held_back else outcome.result
    return replace(outcome, result=result, row_id=row.id, data_as_of=row.received_at)


def _store(*, subject: int, carrier: str, number: str, mode: str, body: str) -> QueryOutcome:
    try:
        read_track(load_object(body))
    except MalformedPayload as error:
        return QueryOutcome(QueryResult.UNREACHABLE, code=error.code, message=str(error))
    row_id = intake.store_poll(
        topic=Topic.TRACKING.value,
        subject=subject,
        carrier=carrier,
        number=number,
        mode=mode,
        param=body.replace("\x00", ""),
        now=clock.real_now(),
    )
    settle_wanted(subject=subject, topic=Topic.TRACKING.value)
    if row_id is None:
        return QueryOutcome(QueryResult.UNCHANGED, code="200")
    inbox_has_news()
    return QueryOutcome(QueryResult.STORED, row_id=row_id, code="200")


def settle_wanted(*, subject: int, topic: str) -> int:
    """Take a subject off the list of those that wait for a poll; returns how many tokens."""
    waiting = Subscription.objects.filter(
        topic=topic, subject=subject, poll_wanted_at__isnull=False
    )
    return waiting.update(poll_wanted_at=None)


def _explain(answer: Answer) -> QueryOutcome:
    if answer.permanent:
        result = QueryResult.REFUSED
    elif answer.code == _nothing_found(answer):
        result = QueryResult.NO_RESULT
    else:
        result = QueryResult.UNREACHABLE
    return QueryOutcome(
        result, code=answer.code, message=anonymous(answer.message), permanent=answer.permanent
    )


def _nothing_found(answer: Answer) -> str:
    """The code of the answer's own provider for a number without a track."""
    return verdicts.KD100_NO_RESULT if answer.flavour == KD100_FLAVOUR else verdicts.NO_RESULT


def _claim_number(*, mode: str, carrier: str, number: str) -> bool:
    """Take the number's turn in one statement; False if somebody had it within 30 minutes.

    A last query in the future (the world's clock was set back) does not block.
    """
    now = clock.now()
    values: dict[str, Any] = {
        "mode": mode,
        "carrier": carrier,
        "number": number,
        "now": now,
        "limit": now - QUERY_SPACING,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return cursor.fetchone() is not None


def _release_number(*, mode: str, carrier: str, number: str) -> None:
    NumberQuery.objects.filter(mode=mode, carrier=carrier, number=number).delete()
