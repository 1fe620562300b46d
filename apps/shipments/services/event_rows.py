"""Writing events: new ones stream into the table while the batch is still being worked out.

Who writes events holds the shipment's lock and has read what is stored, so a new event cannot
meet another of its key: COPY takes it, the fastest way in there is. PostgreSQL stores the first
shipments of a batch while Python reads the next. Events that changed are upserted at the end.
"""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any

from django.db import connection

from apps.core.bulk import Ahead, copy_into, escaped, pack, unnest
from apps.shipments.nodes import Row

if TYPE_CHECKING:
    from apps.shipments.services.store import ShipmentState

EVENT_TYPES = (
    ("shipment_month", "date"),
    ("shipment_id", "bigint"),
    ("leg_id", "bigint"),
    ("key", "bytea"),
    ("occurred_at", "timestamptz"),
    ("original_time", "text"),
    ("zone", "text"),
    ("heard_at", "timestamptz"),
    ("text", "text"),
    ("original_text", "text"),
    ("code", "text"),
    ("status", "text"),
    ("substatus", "text"),
    ("certainty", "smallint"),
    ("area_code", "text"),
    ("area_name", "text"),
    ("location", "text"),
    ("longitude", "float8"),
    ("latitude", "float8"),
    ("sources", "smallint"),
    ("omitted_at", "timestamptz"),
)
EVENT_COLUMNS = ", ".join(name for name, _ in EVENT_TYPES)
_MERGED = [name for name, _ in EVENT_TYPES if name not in {"shipment_month", "shipment_id", "key"}]
UPSERT_EVENTS = (
    f"INSERT INTO shipments_event ({EVENT_COLUMNS}) SELECT {EVENT_COLUMNS}"  # noqa: S608
    f" FROM {unnest(EVENT_TYPES, 'heard')}"
    " ON CONFLICT (shipment_month, shipment_id, key) DO UPDATE SET "
    + ", ".join(f"{name} = EXCLUDED.{name}" for name in _MERGED)
)
DROP_TYPES = (("shipment_month", "date"), ("shipment_id", "bigint"), ("key", "bytea"))
DROP_EVENTS = (
    f"DELETE FROM shipments_event AS old USING {unnest(DROP_TYPES, 'gone')}"  # noqa: S608
    " WHERE old.shipment_month = gone.shipment_month AND old.shipment_id = gone.shipment_id"
    " AND old.key = gone.key"
)
COPY_EVENTS = copy_into("shipments_event", EVENT_COLUMNS)
LINES_AT_ONCE = 200
LINES_WHILE_BUSY = 450
"""So many are kept back while PostgreSQL may be busy: beginning a COPY waits for it."""
NULL = "\x1d"


class EventWriter:
    """Takes shipments whose events are settled; everything is written when the block ends.

    Between entering and leaving, the connection can do nothing else. ``ahead`` is settled before
    the first of them goes out.
    """

    def __init__(self, ahead: Ahead | None = None) -> None:
        self._ahead = ahead or Ahead()
        self._enough = LINES_WHILE_BUSY if self._ahead.is_busy else LINES_AT_ONCE
        self._lines: list[str] = []
        self._changed: list[Row] = []
        self._dropped: list[tuple[dt.date, int, bytes]] = []
        self._open = ExitStack()
        self._copy: Any = None

    def __enter__(self) -> EventWriter:
        return self

    def add(self, shipment: ShipmentState) -> None:
        """Write a shipment's new events now, its changed ones at the end, with what moved away."""
        stored = shipment.stored
        if shipment.dropped:
            gone = shipment.dropped - shipment.events.keys()
            self._dropped += [(shipment.month, shipment.id, key) for key in sorted(gone)]
            stored -= gone
            shipment.dropped = None
        for key in sorted(shipment.written):
            row = shipment.written[key]
            if key in stored:
                self._changed.append(row)
            else:
                self._lines.append(_line(row))
        shipment.stored.update(shipment.written)
        shipment.written.clear()
        if len(self._lines) >= self._enough:
            self._send()

    def add_lines(self, lines: list[str]) -> None:
        """Write events of a shipment that had none, as lines of COPY."""
        self._lines += lines
        if len(self._lines) >= self._enough:
            self._send()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._lines:
                self._send()
        finally:
            self._open.__exit__(kind, error, trace)
        if kind is None and self._dropped:
            with connection.cursor() as cursor:
                cursor.execute(DROP_EVENTS, pack(DROP_TYPES, self._dropped))
        if kind is None and self._changed:
            self._changed.sort(key=lambda row: (row.shipment_month, row.shipment_id, row.key))
            with connection.cursor() as cursor:
                cursor.execute(UPSERT_EVENTS, pack(EVENT_TYPES, self._changed))

    def _send(self) -> None:
        if self._copy is None:
            self._ahead.settle()
            self._enough = LINES_AT_ONCE
            cursor = self._open.enter_context(connection.cursor())
            self._open.enter_context(connection.wrap_database_errors)
            self._copy = self._open.enter_context(cursor.copy(COPY_EVENTS))
        self._copy.write("".join(self._lines))
        self._lines.clear()


def _line(row: Row) -> str:
    """Return an event as a line of COPY."""
    (
        month, shipment, leg, key, occurred, original_time, zone, heard, text, original, code,
        status, substatus, certainty, area_code, area_name, location, longitude, latitude, sources,
        omitted,
    ) = row  # fmt: skip
    who = f"{month}\x1e{shipment}\x1e{leg}\x1e\\\\x{key.hex()}\x1e{occurred}\x1e"
    point = f"{NULL}\x1e{NULL}" if longitude is None else f"{longitude}\x1e{latitude}"
    said = (
        f"{original_time}\x1e{zone}\x1e{_moment(heard)}\x1e{text}\x1e{original}\x1e{code}"
        f"\x1e{status}\x1e{substatus}\x1e{certainty}\x1e{area_code}\x1e{area_name}\x1e{location}"
        f"\x1e{point}\x1e{sources}\x1e{NULL if omitted is None else omitted}"
    )
    return f"{who}{escaped(said)}\n"


@lru_cache(maxsize=64)
def _moment(value: dt.datetime) -> str:
    """The moment of hearing is one for a whole batch."""
    return str(value)
