"""Comparing what we sent with what the sandbox's recording receiver got. Sandbox mode only."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from structlog import get_logger

from apps.core import clock
from apps.core.http import HttpFailure, Outbound
from apps.webhooks.choices import DeliveryState, EndpointMode
from apps.webhooks.models import Delivery, Endpoint

log = get_logger(__name__)
OWN = frozenset({"127.0.0.1", "localhost", "::1"})
RECORDED = "/hooks/"
BACK = dt.timedelta(hours=24)
PAGES = 200
TIMEOUT_SECONDS = 5.0
NAMED = 20
OUTBOUND = Outbound(allow_private=True)


@dataclass(frozen=True, slots=True)
class Compared:
    """Messages acknowledged in the last 24 real hours against what the receivers recorded.

    ``missing`` were acknowledged and never arrived, ``doubled`` arrived more than once;
    ``unanswered`` counts receivers that would not say. The first ids of each are named.
    """

    sent: int = 0
    received: int = 0
    missing: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    unanswered: int = 0

    def as_result(self) -> dict[str, Any]:
        """Return what a job's row keeps."""
        return {
            "sent": self.sent,
            "received": self.received,
            "missing": len(self.missing),
            "doubled": len(self.doubled),
            "unanswered": self.unanswered,
            "missing_ids": list(self.missing[:NAMED]),
            "doubled_ids": list(self.doubled[:NAMED]),
        }


def compare_with_receivers() -> Compared:
    """Ask every recording receiver of this machine what it got. Call it outside a transaction.

    Other endpoints cannot be asked: a merchant's system tells nobody what it received.
    """
    sent, received, unanswered = 0, 0, 0
    missing: list[str] = []
    doubled: list[str] = []
    for endpoint in Endpoint.objects.filter(mode=EndpointMode.SANDBOX.value).order_by("pk"):
        if not is_recording(endpoint.url):
            continue
        acknowledged = _acknowledged(endpoint)
        times = _recorded(endpoint.url)
        if times is None:
            unanswered += 1
            continue
        sent += len(acknowledged)
        received += sum(1 for uid in acknowledged if uid in times)
        missing += [uid for uid in acknowledged if uid not in times]
        doubled += [uid for uid in acknowledged if times.get(uid, 0) > 1]
    return Compared(sent, received, tuple(missing), tuple(doubled), unanswered)


def is_recording(url: str) -> bool:
    """Tell whether an address is a recording receiver of this machine."""
    parts = urlsplit(url)
    return parts.hostname in OWN and parts.path.startswith(RECORDED)


def _acknowledged(endpoint: Endpoint) -> list[str]:
    rows = Delivery.objects.filter(
        endpoint=endpoint,
        state=DeliveryState.SENT.value,
        acknowledged_at__gte=clock.real_now() - BACK,
    )
    return list(rows.order_by("-id").values_list("message__uid", flat=True)[: PAGES * 100])


def _recorded(url: str) -> dict[str, int] | None:
    """Return how often each id arrived; None where the receiver does not say."""
    times: dict[str, int] = {}
    after = 0
    for _ in range(PAGES):
        try:
            answer = OUTBOUND.get(url, {"after": str(after)}, timeout=TIMEOUT_SECONDS)
            page = json.loads(answer.text) if answer.status == 200 else None
        except (HttpFailure, ValueError) as error:
            log.warning("receiver not read", reason=str(error)[:200])
            return None
        if not isinstance(page, dict):
            return None
        times |= {row["id"]: int(row["times"]) for row in page["received"]}
        after = int(page["next"])
        if not after:
            break
    return times
