"""Carriers use a number again. Which leg does an event under that number belong to?

The legs of one carrier number are ordered by the time they were opened; at most one of them is
open at a time. An event belongs to the leg that was open when it happened:

* the first leg reaches back ``reach_back`` before it was opened, since a number is often typed in
  after the parcel left (3 days for a parcel we booked, 60 for a number a shop brought); what
  happened before that is somebody else's and belongs to nobody here;
* between two legs the border is the later of the first one's closing and the second one's opening
  less its reach: an event at the border or before belongs to the earlier leg, so a signature at
  the closing moment stays where it was;
* after the last leg was closed events still belong to it: a return after delivery finds its
  shipment for as long as nobody else has the number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple


class Tenure(NamedTuple):
    """The time a leg has a number. ``closed_at`` is None while it is open."""

    leg_id: int
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    reach_back: dt.timedelta


def attribute(tenures: Sequence[Tenure], at: dt.datetime) -> int | None:
    """Return the leg an event of that moment belongs to, None if it is older than all of them.

    ``tenures`` are the legs of one carrier number in any order; the answer does not depend on it.
    """
    ordered = sorted(tenures, key=lambda tenure: (tenure.opened_at, tenure.leg_id))
    owner: int | None = None
    before: Tenure | None = None
    for tenure in ordered:
        border = _border(before, tenure)
        if before is None and at < border:
            return None
        if before is not None and at <= border:
            return owner
        owner, before = tenure.leg_id, tenure
    return owner


def _border(before: Tenure | None, tenure: Tenure) -> dt.datetime:
    """Return the moment from which an event is the tenure's and not its predecessor's."""
    reach = tenure.opened_at - tenure.reach_back
    if before is None:
        return reach
    closed = before.closed_at if before.closed_at is not None else tenure.opened_at
    return max(closed, reach)
