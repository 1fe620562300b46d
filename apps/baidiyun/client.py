"""The thin client: one call, one log row, one :class:`Answer`. It never repeats a call."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction

from apps.baidiyun.blame import blame_of_answer, blame_of_failure, carrier_in
from apps.baidiyun.choices import Mode, Product
from apps.baidiyun.credentials import (
    Credentials,
    acting_merchant,
    credentials_for,
    kd100_credentials,
)
from apps.baidiyun.endpoints import ENDPOINTS
from apps.baidiyun.envelopes import Answer, parse_answer
from apps.baidiyun.errors import CallFailed
from apps.baidiyun.limits import gate
from apps.baidiyun.limits.choices import Health, Priority
from apps.baidiyun.limits.health import Diagnosis, diagnose, read_retry_after
from apps.baidiyun.models import ApiCall
from apps.baidiyun.products.common import Signer
from apps.baidiyun.products.kd100 import JsonRequest
from apps.baidiyun.redact import anonymous, redact_request, redact_response
from apps.core import clock
from apps.core.context import request_id
from apps.core.http import HttpAnswer, HttpFailure, Outbound
from apps.core.metrics import observe_one
from apps.core.metrics.names import Metric, label_of
from apps.core.telemetry.spans import span

log = structlog.get_logger(__name__)


def address_of(product: Product, credentials: Credentials) -> str:
    """Return the URL of a product: one origin routed by path, or the vendor's own hosts."""
    endpoint = ENDPOINTS[product]
    return (credentials.base_url or endpoint.origin) + endpoint.path


def signer_for(credentials: Credentials) -> Signer:
    """Return who signs a form sent right now (real time)."""
    moment = str(int(clock.real_now().timestamp() * 1_000))
    return Signer(credentials.key, credentials.secret, moment)


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
    seconds = _seconds(product)
    return _send(
        lambda client: client.post_form(url, fields, timeout=seconds),
        product=product,
        mode=mode,
        fields=fields,
        subject=subject,
        priority=priority,
    )


def call_kd100(
    *,
    product: Product,
    mode: str,
    request: JsonRequest,
    subject: int | None = None,
    priority: Priority | None = None,
) -> tuple[Answer, str]:
    """Send one signed JSON request to kd100.com; otherwise as :func:`call`."""
    url = (kd100_credentials(mode).base_url or ENDPOINTS[product].origin) + ENDPOINTS[product].path
    seconds = _seconds(product)
    return _send(
        lambda client: client.post_json(
            url, request.body, timeout=seconds, headers=request.headers
        ),
        product=product,
        mode=mode,
        fields={"param": request.body.decode()},
        subject=subject,
        priority=priority,
    )


def _send(
    send: Callable[[Outbound], HttpAnswer],
    *,
    product: Product,
    mode: str,
    fields: Mapping[str, str],
    subject: int | None,
    priority: Priority | None,
) -> tuple[Answer, str]:
    ticket = gate.pass_gate(product=product, mode=mode, priority=priority)
    started = time.monotonic()
    entry = ApiCall(
        product=product.value,
        method=fields.get("method", "")[:24],
        mode=mode,
        url_path=ENDPOINTS[product].path,
        subject=subject,
        carrier=carrier_in(fields),
        merchant_id=acting_merchant(),
        at=clock.real_now(),
        request_id=request_id(),
    )
    entry.request, private = redact_request(fields)
    try:
        with span("call", product=product.value, mode=mode):
            reply = send(_outbound(mode))
    except HttpFailure as failure:
        seconds = time.monotonic() - started
        entry.ok, entry.error = False, str(failure)[:300]
        entry.blame, entry.duration_ms = blame_of_failure(failure).value, round(seconds * 1000)
        _write_down(entry)
        _measure(entry, seconds)
        gate.report(ticket, Diagnosis(Health.FAILED), seconds=seconds, reason=str(failure))
        if not failure.sent:
            gate.give_back(ticket)
        raise CallFailed(str(failure), sent=failure.sent) from failure
    answer = parse_answer(reply.status, reply.text, product=product)
    asked = read_retry_after(reply.headers.get("retry-after", ""), now=clock.real_now())
    found = diagnose(product, answer, status=reply.status, retry_after=asked)
    entry.blame = blame_of_answer(answer, found.health).value
    _describe(entry, reply, answer, private)
    _write_down(entry)
    seconds = reply.elapsed_ms / 1000
    _measure(entry, seconds)
    gate.report(ticket, found, seconds=seconds, reason=anonymous(f"{answer.code} {answer.message}"))
    return answer, reply.text


def _measure(entry: ApiCall, seconds: float) -> None:
    """Count the call under what it was about and whose fault its outcome was."""
    about = (entry.mode, entry.product, entry.carrier or "-", entry.merchant_id or "-", entry.blame)
    observe_one(Metric.CALL_ANSWERED, label_of(*about), seconds)


def _seconds(product: Product) -> float:
    return max(settings.BAIDIYUN_TIMEOUT_SECONDS, ENDPOINTS[product].seconds)


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
