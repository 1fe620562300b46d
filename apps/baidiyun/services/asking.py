"""One question to the platform: send, read, count what was cleaned and what deviates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import DatabaseError, transaction
from structlog import get_logger

from apps.baidiyun.choices import Product, ReplyOutcome
from apps.baidiyun.client import call
from apps.baidiyun.drift import Finding, observe
from apps.baidiyun.envelopes import Answer
from apps.baidiyun.errors import CallFailed, InvalidRequest
from apps.baidiyun.limits.choices import Priority
from apps.baidiyun.limits.errors import HeldBack
from apps.baidiyun.products.common import Reply, read_reply
from apps.baidiyun.services.drift import record_drift
from apps.core import counters

log = get_logger(__name__)
T = TypeVar("T")
CLEANED = "baidiyun.cleaned"


def ask(
    *,
    product: Product,
    mode: str,
    build: Callable[[], Mapping[str, str]],
    read: Callable[[Any], T],
    message: str = "",
    subject: int | None = None,
    priority: Priority | None = None,
) -> Reply[T]:
    """Return what asking brought; nothing but NotConfigured is raised.

    ``message`` names the contract's table for the data of the answer, "" where there is none.
    Without a ``priority`` the product's own counts.
    Call it outside a transaction; it never repeats a call.
    """
    try:
        answer, _ = call(
            product=product, mode=mode, fields=build(), subject=subject, priority=priority
        )
    except InvalidRequest as error:
        return refused_before_sending(error)
    except CallFailed as error:
        return unanswered(error)
    return settle(product=product, answer=answer, read=read, message=message)


def settle(*, product: Product, answer: Answer, read: Callable[[Any], T], message: str) -> Reply[T]:
    """Return the typed reply of an answer and count what was cleaned and what deviates."""
    reply = read_reply(answer, read)
    findings = observe(message, answer.data) if answer.ok and message and answer.data else []
    count_hygiene(label=product.value, cleaned=reply.cleaned, findings=findings)
    return reply


def count_hygiene(*, label: str, cleaned: int, findings: list[Finding]) -> None:
    """Count both; failing to count must not hide what the platform did."""
    if not cleaned and not findings:
        return
    try:
        with transaction.atomic():
            if cleaned:
                counters.count(CLEANED, label, cleaned)
            record_drift(findings=findings)
    except DatabaseError as error:
        log.warning("baidiyun.hygiene_not_counted", product=label, reason=str(error)[:200])


def refused_before_sending(error: InvalidRequest) -> Reply[Any]:
    """Return the reply of a request that breaks a limit of the contract."""
    code = f"{error.code}:{error.field}" if error.field else error.code
    return Reply(ReplyOutcome.REFUSED, None, code, str(error), permanent=True)


def unanswered(error: CallFailed) -> Reply[Any]:
    """Return the reply of a call without a usable answer."""
    outcome = ReplyOutcome.UNKNOWN if error.sent else ReplyOutcome.NOT_SENT
    wait = error.retry_after if isinstance(error, HeldBack) else None
    return Reply(outcome, None, error.code, str(error), retry_after=wait)
