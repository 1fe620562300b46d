"""Asking for a track and reading the answer, whichever provider tracks the carrier.

``settings.TRACKING_PROVIDERS`` maps carrier codes to a provider; Baidiyun is everybody else's. Both
answers are kept raw in the inbox and become the same :class:`Snapshot`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.baidiyun.choices import Product
from apps.baidiyun.client import call, call_kd100
from apps.baidiyun.credentials import credentials_for, kd100_credentials
from apps.baidiyun.drift import Finding, observe
from apps.baidiyun.envelopes import Answer
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.limits.choices import Priority
from apps.baidiyun.products import kd100
from apps.baidiyun.products.tracking import Snapshot, build_query, read_query

BAIDIYUN, KD100 = "baidiyun", "kd100"
PROVIDERS = frozenset({BAIDIYUN, KD100})
Send = Callable[[Priority], tuple[Answer, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """Whose track is asked for, where; ``phone`` is the tail some carriers want."""

    subject: int
    carrier: str
    number: str
    mode: str
    phone: str = ""
    from_: str = ""
    to: str = ""


def provider_of(carrier: str) -> str:
    """Return who tracks a carrier. Raises NotConfigured for a provider nobody wrote."""
    name = settings.TRACKING_PROVIDERS.get(carrier, BAIDIYUN)
    if name not in PROVIDERS:
        raise NotConfigured(f"TRACKING_PROVIDERS names an unknown provider {name!r}")
    return str(name)


def prepare(question: Question) -> Send:
    """Return what sends the question to the carrier's provider.

    Raises InvalidRequest for one that cannot be asked, NotConfigured without credentials.
    """
    ask = _prepare_kd100 if provider_of(question.carrier) == KD100 else _prepare_baidiyun
    return ask(question)


def read_track(value: Mapping[str, Any]) -> tuple[Snapshot, list[Finding]]:
    """Return the track in a decoded answer and how it deviates from its contract.

    kd100's answer is an envelope with a ``code``, Baidiyun's names its number at the top. Raises
    MalformedPayload.
    """
    if "code" in value and "nu" not in value:
        data = value.get("data")
        return kd100.parse_realtime(data), observe("kd100.realtime.answer", data)
    return read_query(value), observe("query.answer", value)


def _prepare_baidiyun(question: Question) -> Send:
    who = credentials_for(question.mode)
    fields = build_query(
        key=who.key,
        customer=who.customer,
        carrier=question.carrier,
        number=question.number,
        phone=question.phone,
        from_=question.from_,
        to=question.to,
    )

    def send(priority: Priority) -> tuple[Answer, str]:
        return call(
            product=Product.QUERY,
            mode=question.mode,
            fields=fields,
            subject=question.subject,
            priority=priority,
        )

    return send


def _prepare_kd100(question: Question) -> Send:
    who = kd100_credentials(question.mode)
    request = kd100.build_realtime(
        api_key=who.key,
        secret=who.secret,
        carrier=question.carrier,
        number=question.number,
        phone=question.phone,
        from_=question.from_,
        to=question.to,
    )

    def send(priority: Priority) -> tuple[Answer, str]:
        return call_kd100(
            product=Product.KD100_QUERY,
            mode=question.mode,
            request=request,
            subject=question.subject,
            priority=priority,
        )

    return send
