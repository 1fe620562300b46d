"""One inbox row on its way into the events of its leg."""

from __future__ import annotations

from dataclasses import dataclass

from apps.baidiyun.models import InboxRow
from apps.baidiyun.products.tracking import Node, Snapshot
from apps.baidiyun.topics import number_of, snapshot_of
from apps.shipments import nodes
from apps.shipments.services.store import LegState, ShipmentState

ABORT = "abort"


@dataclass(slots=True)
class Report:
    """One inbox row on its way: the leg it is about, all legs of its number.

    Its snapshot is read when it is needed: PostgreSQL stores what came before meanwhile.
    """

    row: InboxRow
    leg: LegState
    shipment: ShipmentState
    candidates: list[LegState]
    is_read: bool = True
    """Whether the row is known to be readable and about its number."""
    known_hash: bytes = b""
    note: str = ""

    @property
    def snapshot(self) -> Snapshot:
        """All that is said."""
        return snapshot_of(self.row)

    @property
    def content(self) -> tuple[Node, ...]:
        """The nodes, those abroad included."""
        abroad = self.snapshot.destination
        return self.snapshot.nodes + (abroad.nodes if abroad else ())

    @property
    def hash(self) -> bytes:
        """The hash of what is said, computed once."""
        if not self.known_hash:
            said = self.snapshot
            self.known_hash = nodes.content_hash(
                self.content, state=said.state, is_signed=said.is_signed, marks=marks_of(said)
            )
        return self.known_hash


def number_in(row: InboxRow) -> str:
    """Return the number a report is about; an empty answer is about the one asked for."""
    return (number_of(row) or row.number).strip().upper()


def marks_of(snapshot: Snapshot) -> str:
    """What a snapshot says beyond its nodes and changes something here."""
    aborted = snapshot.message if snapshot.push_status == ABORT else ""
    arrival = f"\x1f{snapshot.arrival_time}" if snapshot.arrival_time else ""
    return f"{snapshot.corrected_carrier}\x1f{aborted}{arrival}"
