"""The applier of topic ``tracking``: inbox rows become events, status and change rows.

One transaction (the drain's), a fixed number of statements whatever the size of the batch:
find, lock, legs, events; events, legs, shipments, changes, unknown codes. A snapshot whose content
is already the leg's latest costs no event at all.

*The latest snapshot of a leg* is the one with the newest node; among equals the one received
later; among equals the greater hash. A node the latest snapshot does not list is marked omitted,
one that it lists is not; a snapshot that is not the latest adds nodes (as omitted) and marks
nothing. A snapshot without nodes says nothing. The mark is thus a function of the set of snapshots
and the times they were received, not of the order in which they are applied; only the moment
written into ``omitted_at`` is that of applying.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction

from apps.baidiyun.choices import InboxState, Source
from apps.baidiyun.models import InboxRow
from apps.baidiyun.outcomes import SeenCode
from apps.baidiyun.products.push_rules import PushOutcome, judge_push
from apps.baidiyun.services import record_unknown_codes
from apps.baidiyun.topics import Applied, fingerprint_of
from apps.core import clock, counters
from apps.core.bulk import Ahead
from apps.shipments import codes, nodes, texts
from apps.shipments.choices import ChangeKind, EventSource, PromiseSource
from apps.shipments.legs import RETURN
from apps.shipments.models import Shipment
from apps.shipments.numbers import Tenure, attribute
from apps.shipments.promises import may_promise, read_arrival, window_of
from apps.shipments.services import store
from apps.shipments.services.folding import (
    base_status,
    hear,
    latest_of,
    outcome_of,
    take_outcome,
    unknown_codes_in,
)
from apps.shipments.services.fresh import read_first
from apps.shipments.services.ledger import Ledger
from apps.shipments.services.linking import Linker
from apps.shipments.services.mapping import refresh_mappings
from apps.shipments.services.moving import claim_node, reread_leg
from apps.shipments.services.reports import ABORT, Report, Share, marks_of
from apps.shipments.services.sifting import POLLED, Sifter
from apps.shipments.services.store import LegState, ShipmentState
from apps.shipments.services.unmapped import Unmapped, record_unmapped
from apps.shipments.signals import shipments_changed
from apps.shipments.status import Outcome

AT_ONCE = 125
"""So many reports are written together while the next are read."""
UNPLACED = "shipments.nodes_unplaced"
"""Counts nodes, by carrier, that were left in the inbox: their time or their parcel is unknown."""
SOURCES = {Source.PUSH.value: EventSource.PUSH.value, Source.POLL.value: EventSource.POLL.value}
PUSH, POLL = EventSource.PUSH.value, EventSource.POLL.value
HEARD = PUSH | POLL


def apply_snapshots(rows: Sequence[InboxRow]) -> list[Applied]:
    """Apply inbox rows of topic ``tracking``, oldest first, and say what became of each.

    A report about another number than its shipment's is answered ``aside``, an unchanged one
    ``skipped``. Raises MalformedPayload for a row that cannot be read.
    """
    return _apply_rows(rows, is_read=True)


def apply_unread(rows: Sequence[InboxRow]) -> list[Applied]:
    """Do the same with rows nobody has examined (`topics.examine`): what is unreadable is parked.

    A row is read when its turn comes, while PostgreSQL stores what came before; one whose bytes
    say what its leg's latest snapshot said is not read at all.
    """
    return _apply_rows(rows, is_read=False)


def _apply_rows(rows: Sequence[InboxRow], *, is_read: bool) -> list[Applied]:
    if not rows:
        return []
    with transaction.atomic():
        refresh_mappings()
        return _Batch(rows, is_read=is_read).run()


class _Batch:
    """The work on one batch, with everything it has locked."""

    def __init__(self, rows: Sequence[InboxRow], *, is_read: bool) -> None:
        self.rows = rows
        self.now = clock.now()
        self.ledger = Ledger(self.now)
        self.sifter = Sifter(rows, is_read=is_read, now=self.now, ledger=self.ledger)
        self.linker = Linker(self.sifter, now=self.now)
        self.shipments: dict[int, ShipmentState] = {}
        self.unknown: list[SeenCode] = []
        self.unmapped: list[Unmapped] = []
        self.before: dict[int, tuple[str, str]] = {}
        self.strays: Counter[str] = Counter()
        self.left: Counter[int] = Counter()
        """How many reports about each shipment are still to be applied."""
        self.settled: list[ShipmentState] = []
        self.changed: list[int] = []

    def run(self) -> list[Applied]:
        """Read, lock, apply, write."""
        self.sifter.lock()
        self.shipments = self.sifter.shipments
        fresh = self.sifter.sift()
        self.linker.link(fresh)
        store.load_events(self._shipments_of(fresh))
        self._reread(self.linker.moved)
        self.left = Counter(leg.shipment_id for report in fresh for leg in report.candidates)
        with Ahead() as ahead:
            for start in range(0, len(fresh), AT_ONCE):
                with store.EventWriter(ahead) as writer:
                    for report in fresh[start : start + AT_ONCE]:
                        self._take_report(report, writer)
                ahead.begin()
                self._write_settled()
            ahead.begin()
            self._write_rest()
            ahead.settle()
        self.linker.subscribe()
        self._write_notes()
        return [self.sifter.answers[row.id] for row in self.rows]

    def _take_report(self, report: Report, writer: store.EventWriter) -> None:
        """Apply one report, and finish the shipments nothing more is said about."""
        left = self.left
        if self.sifter.read(report):
            report.shipment.request_id = report.row.request_id
            if left[report.shipment.id] == 1 and self._apply_first(report, writer):
                return
            self._apply(report)
        for leg in report.candidates:
            left[leg.shipment_id] -= 1
            if not left[leg.shipment_id]:
                self._finish(self.shipments[leg.shipment_id], writer)

    def _shipments_of(self, reports: Iterable[Report]) -> list[ShipmentState]:
        wanted = {leg.shipment_id for report in reports for leg in report.candidates}
        return [self.shipments[shipment_id] for shipment_id in sorted(wanted)]

    def _apply_first(self, report: Report, writer: store.EventWriter) -> bool:
        """Apply a plain first push about a shipment (`fresh.py`); False if it is anything else.

        It must be the batch's only report about the shipment.
        """
        shipment, leg = report.shipment, report.leg
        if (
            report.row.source == POLLED
            or shipment.events
            or shipment.kinds
            or leg.snapshot_newest_at
            or len(shipment.legs) > 1
            or len(report.candidates) > 1
            or leg.kind == RETURN
        ):
            return False
        snapshot = report.snapshot
        if snapshot.push_status == ABORT or snapshot.corrected_carrier:
            return False
        first = read_first(
            snapshot,
            place=shipment.place(leg),
            source=PUSH,
            heard_at=self.now,
            since=leg.opened_at - dt.timedelta(days=leg.reach_back_days),
            base=base_status(shipment.number),
            marks=marks_of(snapshot),
        )
        if first is None:
            return False
        writer.add_lines(first.lines)
        report.known_hash = first.hash
        shipment.kinds.add(ChangeKind.EVENTS.value)
        self._remember(report, leg, first.hash, first.newest)
        shipment.snapshot_hash = first.hash
        shipment.raw_state = snapshot.state[:16]
        self._promise(report)
        self._settle(shipment, first.outcome)
        self.sifter.answer(report.row, InboxState.APPLIED.value, shipment.id, report.note)
        return True

    def _apply(self, report: Report) -> None:
        """Bring one snapshot into the events of its shipment (and of the number's former users)."""
        self._correct_carrier(report)
        strays = 0
        own: list[nodes.Row] = []
        for share in report.shares():
            told, left = self._apply_share(report, share)
            strays += left
            own = told
        if judge_push(report.snapshot).outcome is PushOutcome.ABORTED:
            self._expire(report, own)
        if strays:
            self.strays[report.leg.carrier] += strays
            report.note = f"{strays} nodes could not be placed {report.note}".strip()
        self.sifter.answer(report.row, InboxState.APPLIED.value, report.shipment.id, report.note)

    def _apply_share(self, report: Report, share: Share) -> tuple[list[nodes.Row], int]:
        """Bring in what is said of one leg; returns the rows told of it and the nodes left over."""
        told, built, strays = self._build(report, share)
        own = {row.key: row for row in built if row.leg_id == share.leg.id}
        newest = max((row.occurred_at for row in told), default=None)
        is_latest = newest is not None and self._is_latest(report, share, newest)
        if report.row.source == POLLED:
            self.ledger.compare(report.shipment, share.leg, own, latest=is_latest)
        for row in built:
            self._take(row, omitted=row.leg_id == share.leg.id and not is_latest)
        if is_latest or (not share.nodes and not share.leg.snapshot_newest_at):
            if is_latest:
                self._mark_omitted(report.shipment, share.leg, set(own))
            self._remember(report, share.leg, share.hash, newest)
            share.leg.snapshot_print = share.fingerprint
            self._speak(report.shipment, share.leg, share.state)
        if is_latest and share.leg is report.leg:
            self._promise(report)
        return told, strays

    def _build(self, report: Report, share: Share) -> tuple[list[nodes.Row], list[nodes.Row], int]:
        """Return the rows told of a leg, the rows to store, and how many nodes belong nowhere.

        They differ where a linked leg has a node too, with the same time and words: it is that
        leg's then, since carriers list what the next one does.
        """
        dated, strays = nodes.date_nodes(share.nodes)
        newest = nodes.newest_index(dated)
        overall = nodes.state_meaning(share.state, is_signed=share.is_signed)
        source = SOURCES[report.row.source]
        owner = self._owner(share.candidates)
        place = report.shipment.place(share.leg)
        is_linked = report.shipment.is_linked
        told, built = [], []
        for index, item in enumerate(dated):
            state = overall if index == newest else None
            row = nodes.build_row(
                item, place=place, heard_at=self.now, source=source, overall=state
            )
            leg = owner(row.occurred_at)
            if leg is None:
                strays += 1
                continue
            if leg is share.leg:
                told.append(row)
                if is_linked:
                    leg = claim_node(report.shipment, leg, item, now=self.now)
            if leg is not share.leg:
                row = self._row(leg, item, source, state)
            built.append(row)
        return told, built, strays

    def _row(
        self,
        leg: LegState,
        item: nodes.Dated,
        source: int,
        overall: tuple[str, codes.Meaning] | None,
    ) -> nodes.Row:
        place = self.shipments[leg.shipment_id].place(leg)
        return nodes.build_row(item, place=place, heard_at=self.now, source=source, overall=overall)

    def _owner(self, candidates: list[LegState]) -> Callable[[dt.datetime], LegState | None]:
        """Return the rule that says which leg had the number at a moment."""
        tenures = [
            Tenure(leg.id, leg.opened_at, leg.closed_at, dt.timedelta(days=leg.reach_back_days))
            for leg in candidates
        ]
        legs = {leg.id: leg for leg in candidates}

        def owner(moment: dt.datetime) -> LegState | None:
            found = attribute(tenures, moment)
            return None if found is None else legs[found]

        return owner

    def _take(self, row: nodes.Row, *, omitted: bool) -> None:
        """Add a node, or merge what is new about one we have."""
        shipment = self.shipments[row.shipment_id]
        stored = shipment.events.get(row.key)
        if stored is None:
            if row.code and not row.status:
                self.unknown.append(SeenCode(codes.BAIDIYUN, row.code, row.text[:300]))
                carrier = next(leg.carrier for leg in shipment.legs if leg.id == row.leg_id)
                self.unmapped.append(
                    Unmapped(codes.BAIDIYUN, row.code, carrier, row.text, shipment.id)
                )
            shipment.put(row._replace(omitted_at=self.now) if omitted else row)
        else:
            if row.sources == PUSH and stored.sources & HEARD == POLL:
                self.ledger.came_late(stored)
            leg = next(leg for leg in shipment.legs if leg.id == row.leg_id)
            merged = nodes.merge_rows(stored, row, carrier=leg.carrier, leg_zone=leg.zone)
            if merged is stored:
                return
            shipment.put(merged)
        shipment.kinds.add(ChangeKind.EVENTS.value)

    def _is_latest(self, report: Report, share: Share, newest: dt.datetime) -> bool:
        leg = share.leg
        if leg.snapshot_newest_at is None or leg.snapshot_received_at is None:
            return True
        mine = (newest, report.row.received_at, share.hash)
        return mine >= (leg.snapshot_newest_at, leg.snapshot_received_at, leg.snapshot_hash)

    def _mark_omitted(self, shipment: ShipmentState, leg: LegState, listed: set[bytes]) -> None:
        """Set and clear the mark on the leg's heard nodes; expiry is our own conclusion."""
        for row in list(shipment.events.values()):
            if row.leg_id != leg.id or not row.sources & HEARD or row.status == nodes.EXPIRED:
                continue
            is_listed = row.key in listed
            if is_listed != (row.omitted_at is None):
                shipment.put(row._replace(omitted_at=None if is_listed else self.now))
                shipment.kinds.add(ChangeKind.EVENTS.value)

    def _remember(
        self, report: Report, leg: LegState, digest: bytes, newest: dt.datetime | None
    ) -> None:
        """Keep what makes this the leg's latest snapshot."""
        leg.snapshot_hash = digest
        leg.snapshot_print = fingerprint_of(report.row)
        leg.snapshot_newest_at = newest
        leg.snapshot_received_at = report.row.received_at
        leg.touched = True

    def _speak(self, shipment: ShipmentState, leg: LegState, state: str) -> None:
        """Let the snapshot of the last leg that has any be the shipment's."""
        if leg is shipment.telling_leg():
            shipment.snapshot_hash = leg.snapshot_hash
            shipment.raw_state = state[:16]

    def _promise(self, report: Report) -> None:
        """Take the carrier's estimate out of the track, while the promise is the carrier's."""
        snapshot, shipment = report.snapshot, report.shipment
        arrives_at = read_arrival(snapshot.arrival_time) if snapshot.arrival_time else None
        closed = shipment.closed_at is not None or snapshot.is_signed
        if arrives_at is None or not may_promise(shipment.promise_source, closed=closed):
            return
        window = window_of(arrives_at, ordered_at=shipment.created_at)
        if window is None:
            return
        given = (snapshot.arrival_time[:40], snapshot.total_time[:20])
        shipment.estimate = (texts.storable(given[0]), texts.storable(given[1]))
        if (shipment.promise_from, shipment.promise_to) != (window.start, window.end):
            shipment.promise_from, shipment.promise_to = window.start, window.end
            shipment.promise_source = PromiseSource.CARRIER.value
            shipment.kinds.add(ChangeKind.PROMISE.value)

    def _expire(self, report: Report, own: list[nodes.Row]) -> None:
        newest = max(own, key=lambda row: (row.occurred_at, row.key), default=None)
        row = nodes.expiry_row(
            place=report.shipment.place(report.leg),
            newest=newest,
            opened_at=report.leg.opened_at,
            heard_at=self.now,
            text=report.snapshot.message,
        )
        self._take(row, omitted=False)

    def _correct_carrier(self, report: Report) -> None:
        """Move leg and shipment to the carrier the platform found, and re-read its times."""
        leg, shipment = report.leg, report.shipment
        carrier = report.snapshot.corrected_carrier[:40]
        if not carrier or carrier == leg.carrier:
            return
        taken = any(
            other is not leg and other.carrier == carrier and other.closed_at is None
            for other in self.sifter.by_number.get(leg.number, [])
        )
        if taken and leg.closed_at is None:
            report.note = f"{leg.number} is open at another shipment of {carrier}"
            return
        if shipment.number == leg.number and shipment.carrier == leg.carrier:
            shipment.carrier = carrier
        leg.carrier_before, leg.carrier, leg.touched = leg.carrier, carrier, True
        shipment.kinds.add(ChangeKind.CARRIER.value)
        reread_leg(shipment, leg)

    def _reread(self, legs: Iterable[LegState]) -> None:
        """Read the times of legs anew whose carrier or zone is another now."""
        for leg in legs:
            reread_leg(self.shipments[leg.shipment_id], leg)

    def _finish(self, shipment: ShipmentState, writer: store.EventWriter) -> None:
        """Recompute a shipment nothing more is said about in this batch; its events go out."""
        if shipment.kinds:
            unknown = unknown_codes_in(shipment.events.values())
            self._settle(shipment, outcome_of(shipment), unknown_codes=unknown)
            writer.add(shipment)

    def _settle(self, shipment: ShipmentState, outcome: Outcome, *, unknown_codes: int = 0) -> None:
        """Set a changed shipment's columns and remember what they were."""
        self.before[shipment.id] = (shipment.status, shipment.substatus)
        if shipment.heard:
            shipment.last_heard_at = latest_of(shipment.last_heard_at, self.now)
        take_outcome(shipment, outcome, unknown_codes=unknown_codes, now=self.now)
        shipment.version += 1
        self.settled.append(shipment)

    def _write_settled(self) -> None:
        """Write what is settled, one statement a table; Python reads the next reports meanwhile."""
        if self.settled:
            self.changed += store.write_all(self.settled, before=self.before, now=self.now)
            self.settled = []

    def _write_rest(self) -> None:
        """Write of what did not change that it was heard, and the ledger."""
        rest = [item for item in self.shipments.values() if item.heard and not item.kinds]
        for shipment in rest:
            hear(shipment, now=self.now)
        store.write_all(rest, before={}, now=self.now)
        self.ledger.write()

    def _write_notes(self) -> None:
        """Count what belongs nowhere and what nobody understands, and hint after the commit."""
        changed = self.changed
        for carrier, count in sorted(self.strays.items()):
            counters.count(UNPLACED, carrier, count)
        if self.unknown:
            record_unknown_codes(codes=self.unknown)
            record_unmapped(seen=self.unmapped)
        if changed:
            transaction.on_commit(
                lambda: shipments_changed.send_robust(Shipment, shipment_ids=changed)
            )
