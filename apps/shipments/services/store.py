"""The applier's statements: what it reads under lock and what it writes. Raw SQL, no objects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from django.db import connection

from apps.core import clock
from apps.core.bulk import fetch, pack, unnest
from apps.core.context import request_id
from apps.shipments.legs import BOOKED
from apps.shipments.months import month_of
from apps.shipments.nodes import Place, Row
from apps.shipments.services.event_rows import EVENT_COLUMNS, EventWriter
from apps.shipments.services.telling import tell

SHIPMENT_COLUMNS = (
    "id, merchant_id, mode, carrier, number, status, substatus, status_at, status_known_at,"
    " raw_state, risk, last_event_at, last_heard_at, poll_due_at, created_at, picked_up_at,"
    " delivered_at, closed_at, snapshot_hash, version, unknown_codes,"
    " promise_from, promise_to, promise_source, uid, reference"
)
LEG_COLUMNS = (
    "id, shipment_id, kind, carrier, carrier_before, number, sequence, zone, reach_back_days,"
    " opened_at, closed_at, snapshot_hash, snapshot_newest_at, snapshot_received_at, snapshot_print"
)
SHIPMENT_TYPES = (
    ("id", "bigint"),
    ("carrier", "text"),
    ("status", "text"),
    ("substatus", "text"),
    ("status_at", "timestamptz"),
    ("status_known_at", "timestamptz"),
    ("raw_state", "text"),
    ("risk", "smallint"),
    ("last_event_at", "timestamptz"),
    ("last_heard_at", "timestamptz"),
    ("poll_due_at", "timestamptz"),
    ("picked_up_at", "timestamptz"),
    ("delivered_at", "timestamptz"),
    ("closed_at", "timestamptz"),
    ("snapshot_hash", "bytea"),
    ("version", "int"),
    ("unknown_codes", "int"),
    ("promise_from", "timestamptz"),
    ("promise_to", "timestamptz"),
    ("promise_source", "text"),
)
HEARD_TYPES = tuple(
    pair for pair in SHIPMENT_TYPES if pair[0] in {"id", "risk", "last_heard_at", "poll_due_at"}
)
"""What changes where nothing new was said."""
LEG_TYPES = (
    ("id", "bigint"),
    ("carrier", "text"),
    ("carrier_before", "text"),
    ("closed_at", "timestamptz"),
    ("snapshot_hash", "bytea"),
    ("snapshot_newest_at", "timestamptz"),
    ("snapshot_received_at", "timestamptz"),
    ("snapshot_print", "bytea"),
)
CHAIN_TYPES = (
    ("id", "bigint"),
    ("sequence", "smallint"),
    ("handed_over_at", "timestamptz"),
    ("link_source", "text"),
    ("link_evidence", "text"),
    ("carrier", "text"),
    ("zone", "text"),
)
"""What changes where a shipment has several legs."""
LINK_COLUMNS = (
    "id, shipment_id, link_source, link_evidence, handed_over_at, claimed_number, unlinked_at"
)
REPEATED_TYPES = tuple(
    pair for pair in LEG_TYPES if pair[0] in {"id", "snapshot_received_at", "snapshot_print"}
)
"""What changes where the leg's latest snapshot was only said again."""
CHANGE_TYPES = (
    ("shipment_id", "bigint"),
    ("merchant_id", "bigint"),
    ("from_status", "text"),
    ("to_status", "text"),
    ("from_substatus", "text"),
    ("to_substatus", "text"),
    ("kinds", "text"),
    ("at", "timestamptz"),
    ("request_id", "text"),
)


def _update(table: str, types: Sequence[tuple[str, str]]) -> str:
    sets = ", ".join(f"{name} = new.{name}" for name, _ in types[1:])
    return f"UPDATE {table} AS old SET {sets} FROM {unnest(types, 'new')} WHERE old.id = new.id"  # noqa: S608


UPDATE_SHIPMENTS = _update("shipments_shipment", SHIPMENT_TYPES)
UPDATE_HEARD = _update("shipments_shipment", HEARD_TYPES)
UPDATE_LEGS = _update("shipments_leg", LEG_TYPES)
UPDATE_CHAIN = _update("shipments_leg", CHAIN_TYPES)
UPDATE_REPEATED = _update("shipments_leg", REPEATED_TYPES)
INSERT_CHANGES = (
    "INSERT INTO shipments_shipmentchange (shipment_id, merchant_id, from_status, to_status,"  # noqa: S608
    " from_substatus, to_substatus, kinds, at, request_id)"
    " SELECT shipment_id, merchant_id, from_status, to_status, from_substatus, to_substatus,"
    f" string_to_array(kinds, ','), at, request_id FROM {unnest(CHANGE_TYPES, 'new')}"
)


ESTIMATE_TYPES = (
    ("shipment_id", "bigint"),
    ("carrier", "text"),
    ("arrival_text", "text"),
    ("total_hours", "text"),
    ("answered_at", "timestamptz"),
    ("retry_at", "timestamptz"),
)
UPSERT_ESTIMATES = (
    "INSERT INTO shipments_carrierestimate (shipment_id, carrier, state, source, attempts,"  # noqa: S608
    " retry_at, answered_at, arrival_text, total_hours, task_id, return_code, message)"
    " SELECT shipment_id, carrier, 'answered', 'track', 0, retry_at, answered_at, arrival_text,"
    f" total_hours, '', '', '' FROM {unnest(ESTIMATE_TYPES, 'new')}"
    " ON CONFLICT (shipment_id) DO UPDATE SET carrier = EXCLUDED.carrier,"
    " state = EXCLUDED.state, source = EXCLUDED.source, answered_at = EXCLUDED.answered_at,"
    " arrival_text = EXCLUDED.arrival_text, total_hours = EXCLUDED.total_hours"
)


@dataclass(slots=True)
class LegState:
    """A leg while a batch works on it; the first fields are the columns in order.

    How it was linked is read only where a shipment has several legs.
    """

    id: int
    shipment_id: int
    kind: str
    carrier: str
    carrier_before: str
    number: str
    sequence: int
    zone: str
    reach_back_days: int
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    snapshot_hash: bytes
    snapshot_newest_at: dt.datetime | None
    snapshot_received_at: dt.datetime | None
    snapshot_print: bytes
    touched: bool = False
    repeated: bool = False
    link_source: str = BOOKED
    link_evidence: str = ""
    handed_over_at: dt.datetime | None = None
    claimed_number: str = ""
    unlinked_at: dt.datetime | None = None
    rechained: bool = False


@dataclass(slots=True)
class ShipmentState:
    """A locked shipment while a batch works on it, with its legs and, if needed, its events."""

    id: int
    merchant_id: int
    mode: str
    carrier: str
    number: str
    status: str
    substatus: str
    status_at: dt.datetime | None
    status_known_at: dt.datetime | None
    raw_state: str
    risk: int
    last_event_at: dt.datetime | None
    last_heard_at: dt.datetime | None
    poll_due_at: dt.datetime | None
    created_at: dt.datetime
    picked_up_at: dt.datetime | None
    delivered_at: dt.datetime | None
    closed_at: dt.datetime | None
    snapshot_hash: bytes
    version: int
    unknown_codes: int
    promise_from: dt.datetime | None
    promise_to: dt.datetime | None
    promise_source: str
    uid: str
    reference: str
    legs: list[LegState] = field(default_factory=list)
    events: dict[bytes, Row] = field(default_factory=dict)
    stored: set[bytes] = field(default_factory=set)
    written: dict[bytes, Row] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    heard: bool = False
    unmoved: bool = False
    """Whether what it is now is what is stored, give or take seconds."""
    estimate: tuple[str, str] | None = None
    dropped: set[bytes] | None = None
    """Events that moved to another leg and are to be deleted where they were stored."""
    request_id: str = ""
    """That of the latest callback that said something about it."""
    month: dt.date = field(init=False)
    """The partition of its events."""

    def __post_init__(self) -> None:
        self.month = month_of(self.created_at)

    def place(self, leg: LegState) -> Place:
        """Return where a node of one of its legs belongs."""
        return Place(self.month, self.id, leg.id, leg.carrier, leg.zone)

    def put(self, row: Row) -> None:
        """Add or replace an event, to be written at the end."""
        self.events[row.key] = row
        self.written[row.key] = row

    def drop(self, key: bytes) -> None:
        """Take an event away that stands on another leg from now on."""
        self.events.pop(key)
        self.written.pop(key, None)
        if key in self.stored:
            self.dropped = (self.dropped or set()) | {key}

    def telling_leg(self) -> LegState:
        """Return the leg whose snapshot speaks for the whole: the last that has any."""
        for leg in reversed(self.legs):
            if leg.snapshot_hash and leg.unlinked_at is None:
                return leg
        return self.legs[0]

    @property
    def is_linked(self) -> bool:
        """Whether it has a leg that something else than our own booking told of."""
        return len(self.legs) > 1 and any(leg.link_source != BOOKED for leg in self.legs)


_leg_values = attrgetter(*(name for name, _ in LEG_TYPES))
_chain_values = attrgetter(*(name for name, _ in CHAIN_TYPES))
_repeated_values = attrgetter(*(name for name, _ in REPEATED_TYPES))
_shipment_values = attrgetter(*(name for name, _ in SHIPMENT_TYPES))
_heard_values = attrgetter(*(name for name, _ in HEARD_TYPES))


def lock_shipments(ids: Iterable[int], *, numbers: Iterable[str] = ()) -> dict[int, ShipmentState]:
    """Lock shipments in the order of their ids and return them with their legs, two queries.

    With ``numbers`` those that ever had one of them are locked too. The lock is the one an UPDATE
    takes: rows that refer to a shipment may still be inserted.
    """
    sql = (
        f"SELECT {SHIPMENT_COLUMNS} FROM shipments_shipment WHERE id = ANY(ARRAY("  # noqa: S608
        "SELECT unnest(%s::bigint[]) UNION"
        " SELECT shipment_id FROM shipments_leg WHERE number = ANY(%s::text[])))"
        " ORDER BY id FOR NO KEY UPDATE"
    )
    wanted = [sorted(set(ids)), sorted(set(numbers))]
    found = {row[0]: ShipmentState(*row) for row in fetch(sql, wanted)}
    sql = (
        f"SELECT {LEG_COLUMNS} FROM shipments_leg WHERE shipment_id = ANY(%s)"  # noqa: S608
        " ORDER BY shipment_id, sequence"
    )
    for row in fetch(sql, [list(found)]):
        leg = LegState(*row)
        found[leg.shipment_id].legs.append(leg)
    several = {item.id: item for item in found.values() if len(item.legs) > 1}
    if several:
        _load_links(several)
    return found


def _load_links(shipments: dict[int, ShipmentState]) -> None:
    """Read how the legs of shipments with several were linked, in one query."""
    sql = f"SELECT {LINK_COLUMNS} FROM shipments_leg WHERE shipment_id = ANY(%s)"  # noqa: S608
    linked = {row[0]: row[2:] for row in fetch(sql, [list(shipments)])}
    for shipment in shipments.values():
        for leg in shipment.legs:
            (
                leg.link_source, leg.link_evidence, leg.handed_over_at, leg.claimed_number,
                leg.unlinked_at,
            ) = linked[leg.id]  # fmt: skip


def load_events(shipments: Iterable[ShipmentState]) -> None:
    """Read all events of the shipments in one query; the months pick the partitions."""
    wanted = {shipment.id: shipment for shipment in shipments}
    if not wanted:
        return
    months = sorted({shipment.month for shipment in wanted.values()})
    sql = (
        f"SELECT {EVENT_COLUMNS} FROM shipments_event"  # noqa: S608
        " WHERE shipment_month = ANY(%s) AND shipment_id = ANY(%s)"
    )
    for values in fetch(sql, [months, sorted(wanted)]):
        row = Row(*values)
        shipment = wanted[row.shipment_id]
        shipment.events[row.key] = row
        shipment.stored.add(row.key)


def write_legs(legs: Iterable[LegState]) -> None:
    """Update the columns of legs that a batch can change; fewer of what was only repeated."""
    whole, repeated, chained = [], [], []
    for leg in legs:
        if leg.rechained:
            chained.append(_chain_values(leg))
        if leg.touched:
            whole.append(_leg_values(leg))
        elif leg.repeated:
            repeated.append(_repeated_values(leg))
    _execute(UPDATE_LEGS, LEG_TYPES, whole)
    _execute(UPDATE_REPEATED, REPEATED_TYPES, repeated)
    _execute(UPDATE_CHAIN, CHAIN_TYPES, chained)


def write_shipments(
    shipments: Iterable[ShipmentState], *, changed: Container[int] = frozenset()
) -> None:
    """Update the columns of shipments that a batch can change; fewer where nothing ``changed``."""
    whole, heard = [], []
    for item in shipments:
        if item.id in changed:
            whole.append(_shipment_values(item))
        elif not item.unmoved:
            heard.append(_heard_values(item))
    _execute(UPDATE_SHIPMENTS, SHIPMENT_TYPES, whole)
    _execute(UPDATE_HEARD, HEARD_TYPES, heard)


def write_estimates(shipments: Sequence[ShipmentState], *, now: dt.datetime) -> None:
    """Keep the estimates that tracks brought, as given; whoever was to ask need not any more."""
    real = clock.real_now()
    rows = [
        (item.id, item.carrier, *item.estimate, now, real) for item in shipments if item.estimate
    ]
    _execute(UPSERT_ESTIMATES, ESTIMATE_TYPES, rows)


def write_all(
    shipments: Sequence[ShipmentState], *, before: dict[int, tuple[str, str]], now: dt.datetime
) -> list[int]:
    """Write what a batch changed, one statement a table; returns the shipments that changed.

    ``before`` holds status and substatus of every shipment that changed, as they were.
    """
    with EventWriter() as writer:
        for item in shipments:
            writer.add(item)
    write_legs(leg for item in shipments for leg in item.legs)
    write_shipments(shipments, changed=before)
    write_estimates([item for item in shipments if item.estimate], now=now)
    served = request_id()
    changes = [
        (
            item.id,
            item.merchant_id,
            before[item.id][0],
            item.status,
            before[item.id][1],
            item.substatus,
            ",".join(sorted(item.kinds)),
            now,
            item.request_id or served,
        )
        for item in shipments
        if item.id in before
    ]
    _execute(INSERT_CHANGES, CHANGE_TYPES, changes)
    tell(shipments, before=before, now=now)
    return [item.id for item in shipments if item.id in before]


def _execute(
    sql: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[object]]
) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(sql, pack(columns, rows))
