"""What the services answer: small frozen records, so that callers need not catch anything."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from apps.baidiyun.choices import BookingOutcome, BookingProblem, QueryResult
from apps.baidiyun.products.pickup import PickupPush


@dataclass(frozen=True, slots=True)
class QueryOutcome:
    """How asking for a number ended; ``row_id`` is the inbox row that holds the answer.

    ``held_back``: the gateway sent nothing, ask again in ``retry_after`` seconds. ``cached``: it
    sent nothing either, but the row is the last we know, received at ``data_as_of`` (real time).
    """

    result: QueryResult
    row_id: int | None = None
    code: str = ""
    message: str = ""
    permanent: bool = False
    retry_after: float | None = None
    data_as_of: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class BookingAnswer:
    """What asking for a pickup brought.

    ``done``: the references are set. ``refused``: somebody must act, ``problem`` says on what.
    ``unknown``: the platform may have booked; ask by :func:`pickup_detail`, or send the same
    ``third_order_id`` again within 48 h. ``not_sent``: nothing left this machine, try again; where
    the gateway itself held the call back, in ``retry_after`` seconds.
    """

    outcome: BookingOutcome
    task_id: str = ""
    order_id: str = ""
    number: str = ""
    code: str = ""
    message: str = ""
    problem: BookingProblem = BookingProblem.NONE
    permanent: bool = False
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the pickup is booked (or cancelled, where that was asked)."""
        return self.outcome == BookingOutcome.DONE


@dataclass(frozen=True, slots=True)
class DetailAnswer:
    """What the platform says about a pickup order; ``update`` is None unless ``done``."""

    outcome: BookingOutcome
    update: PickupPush | None = None
    code: str = ""
    message: str = ""
    permanent: bool = False
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class SendResult:
    """What one round of sending subscriptions did."""

    sent: int = 0
    active: int = 0
    failed: int = 0
    postponed: int = 0


@dataclass(frozen=True, slots=True)
class DrainResult:
    """What one round of the drain did with the rows it claimed."""

    claimed: int = 0
    applied: int = 0
    aside: int = 0
    skipped: int = 0
    retried: int = 0
    parked: int = 0


@dataclass(frozen=True, slots=True)
class SeenCode:
    """A code without a meaning, as somebody came across it."""

    source: str
    code: str
    sample: str = ""
    count: int = 1
