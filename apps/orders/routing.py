"""Which way a parcel goes: the sandbox, the live platform, or manual (the shop brings the number).

Pure. A test merchant or a sandbox key is the sandbox and nothing else. Everything real is live for
the raised share and manual otherwise; the sandbox is never where live falls back to. A share is
given by merchant and carrier; the most specific one counts. An order's place among ten thousand
buckets follows from its id and merchant alone, so the same order always gets the same answer and
raising a percentage only ever adds orders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from apps.shipments.choices import ShipmentMode

STEPS: tuple[int, ...] = (0, 1, 5, 10, 25, 50, 100)
BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage of real parcels that goes live; None and "" mean every merchant and carrier."""

    merchant_id: int | None
    carrier: str
    percent: int
    shadow: bool = False

    def covers(self, merchant_id: int | None, carrier: str) -> bool:
        """Whether this share speaks about parcels of that merchant and carrier."""
        return self.merchant_id in {None, merchant_id} and self.carrier in {"", carrier}

    @property
    def specific(self) -> tuple[bool, bool]:
        """How narrow it is; a merchant weighs more than a carrier."""
        return self.merchant_id is not None, self.carrier != ""


NOTHING_RAISED = Share(None, "", 0)


@dataclass(frozen=True, slots=True)
class Decision:
    """The route of a parcel, and the share (percent) that decided it."""

    route: ShipmentMode
    percent: int = 0


def decide_route(
    *,
    test_merchant: bool,
    sandbox_key: bool,
    merchant_id: int,
    carrier: str,
    order_uid: str,
    shares: Iterable[Share],
) -> Decision:
    """Return the route of a parcel. The same arguments, the same answer."""
    if test_merchant or sandbox_key:
        return Decision(ShipmentMode.SANDBOX)
    percent = share_for(shares, merchant_id=merchant_id, carrier=carrier).percent
    live = bucket_of(merchant_id, order_uid) < percent * BUCKETS // 100
    return Decision(ShipmentMode.LIVE if live else ShipmentMode.MANUAL, percent)


def share_for(shares: Iterable[Share], *, merchant_id: int | None, carrier: str) -> Share:
    """Return the most specific share that covers a merchant and carrier, or nothing raised."""
    covering = [share for share in shares if share.covers(merchant_id, carrier)]
    return max(covering, key=lambda share: share.specific, default=NOTHING_RAISED)


def bucket_of(merchant_id: int, order_uid: str) -> int:
    """Return the place of an order, 0 to 9,999, evenly spread and fixed for life."""
    digest = hashlib.sha256(f"{merchant_id}:{order_uid}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS


def next_step(percent: int) -> int | None:
    """Return the step after a percentage, None after the last."""
    return next((step for step in STEPS if step > percent), None)
