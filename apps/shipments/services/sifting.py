"""Which leg an inbox row is about, and whether it says anything its leg's snapshot did not say.

The first half of applying a batch (`applying.py`): find, lock, answer what repeats or is about
nothing of ours. It writes nothing; what it notes of a repetition is written at the batch's end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from apps.baidiyun.choices import InboxState, Source
from apps.baidiyun.models import InboxRow
from apps.baidiyun.topics import Applied, examine, fingerprint_of, mentions, snapshot_of
from apps.shipments.choices import ShipmentMode
from apps.shipments.services import store
from apps.shipments.services.ledger import Ledger
from apps.shipments.services.reports import Report, number_in
from apps.shipments.services.store import LegState, ShipmentState

SANDBOX = ShipmentMode.SANDBOX.value
POLLED = Source.POLL.value
ABROAD = b'"destResult"'
"""What the bytes of a report with a track abroad contain."""


class Sifter:
    """A batch's rows, the shipments they lock, and the answers the rows have so far.

    ``is_read`` says that somebody has examined the rows; ``now`` is the batch's moment.
    """

    def __init__(
        self, rows: Sequence[InboxRow], *, is_read: bool, now: dt.datetime, ledger: Ledger
    ) -> None:
        self.rows = rows
        self.is_read = is_read
        self.now = now
        self.ledger = ledger
        self.shipments: dict[int, ShipmentState] = {}
        self.by_number: dict[str, list[LegState]] = {}
        self.answers: dict[int, Applied] = {}

    def lock(self) -> None:
        """Lock every shipment the rows can be about and read its legs."""
        numbers = {self._number(row) for row in self.rows} - {""}
        subjects = {row.subject for row in self.rows if row.subject is not None}
        self.shipments = store.lock_shipments(subjects, numbers=numbers)
        for shipment in self.shipments.values():
            for leg in shipment.legs:
                if leg.unlinked_at is None:
                    self.by_number.setdefault(leg.number, []).append(leg)

    def sift(self) -> list[Report]:
        """Answer what is about nothing of ours or says nothing new; return the other reports.

        The bytes of most repetitions are known: those are not even read, and neither are yet
        those about a leg nothing was said of.
        """
        fresh: list[Report] = []
        busy: set[int] = set()
        for row in self.rows:
            leg = self._leg_of(row)
            if leg is None:
                continue
            known = fingerprint_of(row)
            if self._is_about_two(row, leg):
                busy.add(leg.id)
                fresh.append(self._report(row, leg))
                continue
            if known and known == leg.snapshot_print and leg.id not in busy:
                self._repeated(row, leg, known)
                continue
            report = self._report(row, leg)
            if leg.snapshot_hash and leg.id not in busy:
                if not self.read(report):
                    continue
                if report.hash == leg.snapshot_hash:
                    self._repeated(row, leg, known)
                    continue
            busy.add(leg.id)
            fresh.append(report)
        return fresh

    def _is_about_two(self, row: InboxRow, leg: LegState) -> bool:
        """Whether a report says something of a linked leg too: said again, it is its later word."""
        return self.shipments[leg.shipment_id].is_linked and mentions(row, ABROAD)

    def read(self, report: Report) -> bool:
        """Read a report nobody has read; False if it cannot be applied and has its answer."""
        if not report.is_read:
            refused = examine(report.row)
            if refused is not None:
                self.answers[report.row.id] = refused
                return False
            report.is_read = True
        report.shipment.heard = True
        return True

    def answer(self, row: InboxRow, state: str, subject: int | None, note: str) -> None:
        """Say what became of a row."""
        self.answers[row.id] = Applied(row.id, state, subject, note)

    def _number(self, row: InboxRow) -> str:
        """Return the number a row is about: what nobody has read is held against its own."""
        if self.is_read or row.subject is None:
            return number_in(row)
        return row.number.strip().upper()

    def _leg_of(self, row: InboxRow) -> LegState | None:
        """Find the leg a report is about; answer ``aside`` where there is none."""
        number = self._number(row)
        legs = self.by_number.get(number, []) if number else []
        if row.subject is not None:
            own = [leg for leg in legs if leg.shipment_id == row.subject]
        else:
            carrier = snapshot_of(row).carrier
            own = [leg for leg in legs if carrier in {leg.carrier, leg.carrier_before}]
        if not own:
            refused = None if self.is_read else examine(row)
            if refused is not None:
                self.answers[row.id] = refused
                return None
            known = row.subject is None or row.subject in self.shipments
            note = "another number than the subscription's" if known else "no such shipment"
            self.answer(row, InboxState.ASIDE.value, row.subject, note)
            return None
        if len(own) == 1:
            return own[0]
        own = [leg for leg in own if row.carrier in {leg.carrier, leg.carrier_before}] or own
        return max(own, key=lambda item: (item.closed_at is None, item.opened_at, item.id))

    def _report(self, row: InboxRow, leg: LegState) -> Report:
        candidates = [
            other for other in self.by_number.get(leg.number, []) if self._same_carrier(leg, other)
        ]
        return Report(row, leg, self.shipments[leg.shipment_id], candidates, self.is_read)

    def _same_carrier(self, leg: LegState, other: LegState) -> bool:
        """Whether two legs share a number of one carrier, in the same world."""
        if other is leg:
            return True
        mine, theirs = self.shipments[leg.shipment_id], self.shipments[other.shipment_id]
        return other.carrier == leg.carrier and (mine.mode == SANDBOX) == (theirs.mode == SANDBOX)

    def _repeated(self, row: InboxRow, leg: LegState, fingerprint: bytes) -> None:
        """An unchanged snapshot is still the later word."""
        self.shipments[leg.shipment_id].heard = True
        if leg.snapshot_received_at is None or row.received_at > leg.snapshot_received_at:
            leg.snapshot_received_at = row.received_at
            leg.repeated = True
        if fingerprint and fingerprint != leg.snapshot_print:
            leg.snapshot_print = fingerprint
            leg.repeated = True
        if row.source == POLLED:
            self.ledger.agree(self.shipments[leg.shipment_id], leg)
        else:
            self.ledger.repeated(leg)
        self.answer(row, InboxState.SKIPPED.value, leg.shipment_id, "unchanged")
