"""One inbox row on its way into the events of its leg."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from apps.baidiyun.models import InboxRow
from apps.baidiyun.products.tracking import Node, Snapshot
from apps.baidiyun.topics import fingerprint_of, number_of, snapshot_of
from apps.shipments import nodes
from apps.shipments.services.store import LegState, ShipmentState

ABORT = "abort"


class Share(NamedTuple):
    """What a report says of one leg, and the legs its nodes may belong to by their time."""

    leg: LegState
    candidates: list[LegState]
    nodes: tuple[Node, ...]
    state: str
    is_signed: bool
    hash: bytes
    fingerprint: bytes


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
    abroad: LegState | None = None
    """The leg that the track of the destination is about."""

    @property
    def snapshot(self) -> Snapshot:
        """All that is said."""
        return snapshot_of(self.row)

    @property
    def content(self) -> tuple[Node, ...]:
        """All nodes, those abroad included."""
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

    def shares(self) -> list[Share]:
        """Return what is said of each leg, the one abroad first.

        The track abroad has the hash that a report of its own number with the same content has.
        """
        said, abroad = self.snapshot, self.snapshot.destination
        if abroad is None or self.abroad is None:
            return [self._own(self.content)]
        digest = nodes.content_hash(
            abroad.nodes, state=abroad.state, is_signed=abroad.is_signed, marks=marks_of(abroad)
        )
        leg = self.abroad
        theirs = Share(leg, [leg], abroad.nodes, abroad.state, abroad.is_signed, digest, b"")
        return [theirs, self._own(said.nodes)]

    def _own(self, content: tuple[Node, ...]) -> Share:
        said, print_ = self.snapshot, fingerprint_of(self.row)
        legs = self.candidates
        return Share(self.leg, legs, content, said.state, said.is_signed, self.hash, print_)


def number_in(row: InboxRow) -> str:
    """Return the number a report is about; an empty answer is about the one asked for."""
    return (number_of(row) or row.number).strip().upper()


def marks_of(snapshot: Snapshot) -> str:
    """What a snapshot says beyond its nodes and changes something here."""
    aborted = snapshot.message if snapshot.push_status == ABORT else ""
    arrival = f"\x1f{snapshot.arrival_time}" if snapshot.arrival_time else ""
    abroad = snapshot.destination
    theirs = (
        f"\x1f{abroad.carrier}\x1f{abroad.number}\x1f{abroad.state}\x1f{abroad.is_signed}"
        if abroad
        else ""
    )
    return f"{snapshot.corrected_carrier}\x1f{aborted}{arrival}{theirs}"
