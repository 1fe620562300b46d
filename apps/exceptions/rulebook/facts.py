"""What a rule may know of a shipment at one moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One shipment as rules see it. Moments are aware; an empty text or None is "not known".

    ``value`` is the order's in major units of ``currency``. ``goods`` are the classes of the
    order's lines. Lanes are two characters: a province of China or an ISO country code.
    ``scan_area`` and ``signed_area`` are division codes of the last and of the signing scan,
    ``address_area`` the recipient's. ``signed_score`` (0–100) is how much speaks against the
    signature. ``export_since`` and ``import_since`` are when declarations still open entered
    customs, ``customs_waits_since`` since when customs asks or holds, ``papers_by`` the cut-off of
    a parcel whose papers are incomplete. ``export_pace`` and ``import_pace`` are the hours in which
    nine of ten parcels of its lane got through. ``region`` is the country whose calendar counts for
    the parcel now.
    """

    status: str
    substatus: str = ""
    carrier: str = ""
    service: str = ""
    merchant: str = ""
    mode: str = ""
    number: str = ""
    country: str = "CN"
    region: str = "CN"
    lane_from: str = ""
    lane_to: str = ""
    value: float | None = None
    currency: str = ""
    goods: frozenset[str] = frozenset()
    booking_state: str = ""
    booking_problem: str = ""
    scan_area: str = ""
    signed_area: str = ""
    address_area: str = ""
    signed_score: int | None = None
    created_at: dt.datetime
    paid_at: dt.datetime | None = None
    numbered_at: dt.datetime | None = None
    first_scan_at: dt.datetime | None = None
    picked_up_at: dt.datetime | None = None
    last_event_at: dt.datetime | None = None
    status_at: dt.datetime | None = None
    customs_since: dt.datetime | None = None
    out_since: dt.datetime | None = None
    delivered_at: dt.datetime | None = None
    promise_to: dt.datetime | None = None
    booking_problem_at: dt.datetime | None = None
    carrier_corrected_at: dt.datetime | None = None
    signature_undone_at: dt.datetime | None = None
    flagged_at: dt.datetime | None = None
    export_since: dt.datetime | None = None
    import_since: dt.datetime | None = None
    customs_waits_since: dt.datetime | None = None
    papers_by: dt.datetime | None = None
    export_pace: float | None = None
    import_pace: float | None = None

    @property
    def last_scan_at(self) -> dt.datetime:
        """The last sign of life; the parcel's own beginning where there was none."""
        return self.last_event_at or self.numbered_at or self.created_at
