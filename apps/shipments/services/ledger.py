"""Writing the ledger: in the transaction that applies a polled snapshot or a late push.

Pushes that bring what no poll had brought cost nothing here: no statement, no look.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from apps.core.bulk import pack, unnest
from apps.shipments.choices import EventSource, LedgerVerdict
from apps.shipments.nodes import Row
from apps.shipments.services.store import LegState, ShipmentState

PUSH, POLL = EventSource.PUSH.value, EventSource.POLL.value
ENTRY_TYPES = (
    ("shipment_id", "bigint"),
    ("leg_id", "bigint"),
    ("carrier", "text"),
    ("verdict", "text"),
    ("push_status", "text"),
    ("push_newest_at", "timestamptz"),
    ("push_nodes", "int"),
    ("poll_status", "text"),
    ("poll_newest_at", "timestamptz"),
    ("poll_nodes", "int"),
    ("healed_events", "int"),
    ("wrong_events", "int"),
    ("happened_at", "timestamptz"),
    ("known_at", "timestamptz"),
)
ENTRY_NAMES = ", ".join(name for name, _ in ENTRY_TYPES)
WRITE_ENTRIES = (
    f"INSERT INTO shipments_ledgerentry AS old ({ENTRY_NAMES}, kind, merchant_id, mode, run_id,"  # noqa: S608
    " late_events, note, changed_at, closed_at)"
    f" SELECT {', '.join('new.' + name for name, _ in ENTRY_TYPES)},"
    " 'tracking', item.merchant_id, item.mode,"
    " (SELECT max(run.id) FROM shipments_reconciliationrun AS run"
    "   WHERE run.claimed_at = item.last_polled_at),"
    " 0, '', new.known_at,"
    " CASE WHEN new.verdict = 'push_missing' THEN NULL ELSE new.known_at END"
    f" FROM {unnest(ENTRY_TYPES, 'new')} JOIN shipments_shipment AS item"
    " ON item.id = new.shipment_id"
    " ON CONFLICT (leg_id, known_at) DO UPDATE SET"
    " healed_events = old.healed_events + EXCLUDED.healed_events,"
    " wrong_events = old.wrong_events + EXCLUDED.wrong_events,"
    " poll_status = EXCLUDED.poll_status, poll_nodes = EXCLUDED.poll_nodes,"
    " poll_newest_at = EXCLUDED.poll_newest_at,"
    " verdict = CASE WHEN old.verdict = 'push_missing' OR EXCLUDED.verdict = 'agreed'"
    "  THEN old.verdict ELSE EXCLUDED.verdict END,"
    " closed_at = CASE WHEN old.verdict = 'push_missing' OR EXCLUDED.verdict = 'push_missing'"
    "  THEN NULL ELSE old.closed_at END"
)
LATE_TYPES = (("leg_id", "bigint"), ("heard_at", "timestamptz"), ("n", "int"))
CLOSE_LATE = (
    "UPDATE shipments_ledgerentry AS old SET"  # noqa: S608
    " late_events = least(old.healed_events, old.late_events + late.n),"
    " late_by_s = greatest(0, extract(epoch FROM %s - old.known_at))::int,"
    " verdict = CASE WHEN old.late_events + late.n >= old.healed_events"
    "  THEN 'push_late' ELSE old.verdict END,"
    " closed_at = CASE WHEN old.late_events + late.n >= old.healed_events THEN %s END,"
    f" changed_at = %s FROM {unnest(LATE_TYPES, 'late')}"
    " WHERE old.leg_id = late.leg_id AND old.known_at = late.heard_at"
    " AND old.verdict = 'push_missing'"
)
CLOSE_REPEATED = (
    "UPDATE shipments_ledgerentry SET late_events = healed_events, verdict = 'push_late',"
    " late_by_s = greatest(0, extract(epoch FROM %s - known_at))::int,"
    " closed_at = %s, changed_at = %s"
    " WHERE verdict = 'push_missing' AND leg_id = ANY(%s)"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What one side said of a leg: the newest node's status and time, and how many nodes."""

    status: str = ""
    newest_at: dt.datetime | None = None
    nodes: int | None = None


class Ledger:
    """What a batch learns about its pushes and polls; written at its end.

    ``now`` is the batch's moment: nodes a poll brings first are heard at it, which is how a later
    push finds the entry that missed it.
    """

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self._entries: list[tuple[object, ...]] = []
        self._late: Counter[tuple[int, dt.datetime]] = Counter()
        self._repeated: set[int] = set()

    def compare(
        self, shipment: ShipmentState, leg: LegState, listed: Mapping[bytes, Row], *, latest: bool
    ) -> None:
        """Enter what a polled snapshot lists against what was held before it is applied."""
        held = [row for row in shipment.events.values() if row.leg_id == leg.id]
        pushed = [row for row in held if row.sources & PUSH]
        new = [row for key, row in listed.items() if key not in shipment.events]
        wrong = [
            row
            for row in pushed
            if latest
            and not row.sources & POLL
            and row.omitted_at is None
            and row.key not in listed
        ]
        verdict = LedgerVerdict.AGREED
        if new:
            verdict = LedgerVerdict.PUSH_MISSING
        elif wrong:
            verdict = LedgerVerdict.PUSH_WRONG
        elif not latest and held:
            verdict = LedgerVerdict.POLL_BEHIND
        happened = max((row.occurred_at for row in new or wrong), default=None)
        said = said_by(pushed), said_by(listed.values())
        self._enter(leg, verdict, said, (len(new), len(wrong), happened))

    def agree(self, shipment: ShipmentState, leg: LegState) -> None:
        """Enter a poll that says what the leg's latest snapshot said; its nodes are not read."""
        said = Said(shipment.status, leg.snapshot_newest_at)
        self._enter(leg, LedgerVerdict.AGREED, (said, said), (0, 0, None))

    def came_late(self, stored: Row) -> None:
        """Note that a push has brought a node that a poll had brought before."""
        self._late[stored.leg_id, stored.heard_at] += 1

    def repeated(self, leg: LegState) -> None:
        """Note a push that says what the leg's latest snapshot said, whoever had brought that."""
        self._repeated.add(leg.id)

    def write(self) -> None:
        """Write the entries, then settle those whose pushes have come."""
        if not self._entries and not self._late and not self._repeated:
            return
        with connection.cursor() as cursor:
            for batch in self._apart():
                cursor.execute(WRITE_ENTRIES, pack(ENTRY_TYPES, batch))
            if self._late:
                late = [(*place, count) for place, count in sorted(self._late.items())]
                cursor.execute(CLOSE_LATE, [*([self.now] * 3), *pack(LATE_TYPES, late)])
            if self._repeated:
                legs = sorted(self._repeated)
                cursor.execute(CLOSE_REPEATED, [self.now, self.now, self.now, legs])

    def _enter(
        self,
        leg: LegState,
        verdict: LedgerVerdict,
        said: tuple[Said, Said],
        dispute: tuple[int, int, dt.datetime | None],
    ) -> None:
        push, poll = said
        self._entries.append(
            (leg.shipment_id, leg.id, leg.carrier, verdict.value,
             push.status, push.newest_at, push.nodes, poll.status, poll.newest_at, poll.nodes,
             *dispute, self.now)
        )  # fmt: skip

    def _apart(self) -> Iterable[Sequence[tuple[object, ...]]]:
        """Give the entries out so that no statement touches the same one twice."""
        waiting = self._entries
        while waiting:
            seen: set[object] = set()
            now: list[tuple[object, ...]] = []
            later: list[tuple[object, ...]] = []
            for entry in waiting:
                (later if entry[1] in seen else now).append(entry)
                seen.add(entry[1])
            yield now
            waiting = later


def said_by(rows: Iterable[Row]) -> Said:
    """Return what nodes say together; the newest one that means anything gives the status."""
    known = list(rows)
    newest = max((row.occurred_at for row in known), default=None)
    telling = [row for row in known if row.status]
    last = max(telling, key=lambda row: (row.occurred_at, row.key), default=None)
    return Said(last.status if last else "", newest, len(known))
