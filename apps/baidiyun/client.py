"""The thin client: one call, one log row, one :class:`Answer`. It never repeats a call."""

from __future__ import annotations

import time
from collections.abc import Mapping

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction

from apps.baidiyun.choices import Mode, Product
from apps.baidiyun.credentials import Credentials, credentials_for
from apps.baidiyun.envelopes import Answer, parse_answer
from apps.baidiyun.errors import CallFailed
from apps.baidiyun.limits import gate
from apps.baidiyun.limits.choices import Health, Priority
from apps.baidiyun.limits.health import Diagnosis, diagnose, read_retry_after
from apps.baidiyun.models import ApiCall
from apps.baidiyun.redact import anonymous, redact_request, redact_response
from apps.core import clock
from apps.core.http import HttpAnswer, HttpFailure, Outbound

log = structlog.get_logger(__name__)

POLL_ORIGIN = "https://poll.kuaidi100.com"
PATHS: dict[Product, str] = {
    Product.SUBSCRIBE: "/poll",
    Product.QUERY: "/poll/query.do",
    Product.DETECT: "/autonumber/auto",
    Product.BOOK: "/order/borderapi.do",
    Product.CANCEL: "/order/borderapi.do",
    Product.DETAIL: "/order/borderapi.do",
}
LIVE_ORIGINS: dict[Product, str] = {Product.DETECT: "https://www.kuaidi100.com"}


def address_of(product: Product, credentials: Credentials) -> str:
    """Return the URL of a product: one origin routed by path, or the vendor's own hosts."""
    origin = credentials.base_url or LIVE_ORIGINS.get(product, POLL_ORIGIN)
    return origin + PATHS[product]


def call(
    *,
    product: Product,
    mode: str,
    fields: Mapping[str, str],
    subject: int | None = None,
    priority: Priority | None = None,
) -> tuple[Answer, str]:
    """Send one request and return the answer with its raw text. Raises CallFailed, NotConfigured.

    Every call passes the gate first; one that is held back raises HeldBack (a CallFailed that was
    not sent) and leaves no log row. Call it outside a transaction: it may take the time limit.
    """
    url = address_of(product, credentials_for(mode))
    ticket = gate.pass_gate(product=product, mode=mode, priority=priority)
    started = time.monotonic()
    entry = ApiCall(
        product=product.value,
        method=fields.get("method", ""),
        mode=mode,
        url_path=PATHS[product],
        subject=subject,
        at=clock.real_now(),
    )
    entry.request, private = redact_request(fields)
    try:
        reply = _outbound(mode).post_form(url, fields, timeout=settings.BAIDIYUN_TIMEOUT_SECONDS)
    except HttpFailure as failure:
        entry.ok, entry.error = False, str(failure)[:300]
        _write_down(entry)
        seconds = time.monotonic() - started
        gate.report(ticket, Diagnosis(Health.FAILED), seconds=seconds, reason=str(failure))
        if not failure.sent:
            gate.give_back(ticket)
        raise CallFailed(str(failure), sent=failure.sent) from failure
    answer = parse_answer(reply.status, reply.text, product=product)
    _describe(entry, reply, answer, private)
    _write_down(entry)
    _report(ticket, answer, reply)
    return answer, reply.text


def _report(ticket: gate.Ticket, answer: Answer, reply: HttpAnswer) -> None:
    asked = read_retry_after(reply.headers.get("retry-after", ""), now=clock.real_now())
    found = diagnose(ticket.product, answer, status=reply.status, retry_after=asked)
    seconds = reply.elapsed_ms / 1000
    gate.report(ticket, found, seconds=seconds, reason=anonymous(f"{answer.code} {answer.message}"))


def _describe(entry: ApiCall, reply: HttpAnswer, answer: Answer, private: frozenset[str]) -> None:
    entry.response = redact_response(reply.text, private)
    entry.http_status = reply.status
    entry.return_code = answer.code
    entry.ok = answer.ok
    entry.permanent = answer.permanent
    entry.duration_ms = reply.elapsed_ms


def _write_down(entry: ApiCall) -> None:
    """Keep the log row; a failing log must not hide what the platform did."""
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except DatabaseError as error:
        log.warning("baidiyun.call_not_logged", product=entry.product, reason=str(error)[:200])


_clients: dict[str, Outbound] = {}


def _outbound(mode: str) -> Outbound:
    """Return this process's client; only the sandbox may live at a private address."""
    if mode not in _clients:
        _clients[mode] = Outbound(allow_private=mode == Mode.SANDBOX.value)
    return _clients[mode]
