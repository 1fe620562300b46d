"""The whole future of one parcel: what will happen, where and when, as plain data.

Times are epoch seconds in UTC. A plan is made once, at booking, and stored; everything the
world answers or pushes later is read from it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from apps.sandbox.codes import is_signed

CHINA_OFFSET = 8 * 3600


@dataclass(frozen=True, slots=True)
class Node:
    """One line of a track: when, state code (§1.4), text, area (12-digit code or ""), place
    in words, and the offset of the place's local time in seconds east of UTC.

    ``mark`` is the world's own note (see ``questions``) and never goes out.
    """

    at: int
    code: str
    text: str
    area: str = ""
    location: str = ""
    offset: int = CHINA_OFFSET
    mark: str = ""

    def row(self) -> list[Any]:
        """The node as a list, its mark only where it has one."""
        row = [self.at, self.code, self.text, self.area, self.location, self.offset]
        return [*row, self.mark] if self.mark else row


@dataclass(frozen=True, slots=True)
class Courier:
    """A courier's name and phone."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """A change of the pickup order: when, and the platform's order status."""

    at: int
    status: int


@dataclass(frozen=True, slots=True)
class LastMile:
    """A carrier of the destination that takes over: its code and number, and from when (epoch
    seconds) the number is known."""

    carrier: str
    number: str
    known_at: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A parcel's life: nodes in the order of time, its order's events, and who comes."""

    carrier: str
    number: str
    origin: str
    destination: str
    country: str
    outcome: str
    nodes: tuple[Node, ...]
    orders: tuple[OrderEvent, ...]
    pickup: Courier
    delivery: Courier
    last_mile: LastMile | None = None

    def count_at(self, at: int) -> int:
        """How many nodes have happened by ``at`` (epoch seconds, inclusive)."""
        return bisect_right(self.nodes, at, key=_moment)

    def nodes_at(self, at: int) -> tuple[Node, ...]:
        """Nodes that have happened, oldest first."""
        return self.nodes[: self.count_at(at)]

    @property
    def picked_up_at(self) -> int | None:
        """When the carrier took it, or None for a parcel that never moved."""
        return next((n.at for n in self.nodes if n.code in {"1", "103"}), None)

    @property
    def signed_at(self) -> int | None:
        """When the platform calls it over, or None."""
        return next((n.at for n in self.nodes if is_signed(n.code)), None)

    @property
    def is_abroad(self) -> bool:
        """Whether it goes to another country or is handed to a carrier there."""
        return self.country != "CN" or self.last_mile is not None

    @property
    def last_at(self) -> int:
        """When the last node happens; 0 for an empty plan."""
        return self.nodes[-1].at if self.nodes else 0

    def is_picked_up(self, at: int) -> bool:
        """Whether the carrier holds it at ``at``."""
        picked = self.picked_up_at
        return picked is not None and picked <= at

    def cancelled(self, at: int, text: str) -> Plan:
        """The plan after a cancellation before pickup: what has happened, then the end."""
        kept = self.nodes_at(at)
        end = Node(at, "401", text, self.origin)
        past = tuple(e for e in self.orders if e.at <= at)
        events = (*past, OrderEvent(at, 9), OrderEvent(at, 99))
        nodes = (*kept, end) if kept else ()
        return replace(self, nodes=nodes, orders=events, outcome="cancelled")

    def postponed(self, at: int, seconds: int) -> Plan:
        """The plan with everything after ``at`` moved by ``seconds`` (not negative)."""
        nodes = tuple(replace(n, at=n.at + seconds) if n.at > at else n for n in self.nodes)
        orders = tuple(replace(e, at=e.at + seconds) if e.at > at else e for e in self.orders)
        return replace(self, nodes=nodes, orders=orders)

    def known_last_mile(self, at: int) -> LastMile | None:
        """The carrier that takes over, once its number is known."""
        known = self.last_mile
        return known if known is not None and known.known_at <= at else None

    def last_mile_plan(self) -> Plan | None:
        """The plan of the taking-over carrier's own number, or None; it has no order."""
        leg = self.last_mile
        if leg is None:
            return None
        nodes = tuple(node for node in self.nodes if node.at >= leg.known_at)
        return replace(
            self, carrier=leg.carrier, number=leg.number, nodes=nodes, orders=(), last_mile=None
        )

    def to_json(self) -> dict[str, Any]:
        """Plain lists, small enough to be a column."""
        leg = self.last_mile
        return {
            "carrier": self.carrier,
            "number": self.number,
            "origin": self.origin,
            "destination": self.destination,
            "country": self.country,
            "outcome": self.outcome,
            "nodes": [node.row() for node in self.nodes],
            "orders": [[e.at, e.status] for e in self.orders],
            "pickup": [self.pickup.name, self.pickup.phone],
            "delivery": [self.delivery.name, self.delivery.phone],
            "last_mile": [leg.carrier, leg.number, leg.known_at] if leg else None,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Plan:
        """Read what ``to_json`` wrote."""
        return cls(
            carrier=value["carrier"],
            number=value["number"],
            origin=value["origin"],
            destination=value["destination"],
            country=value["country"],
            outcome=value["outcome"],
            nodes=tuple(Node(*row) for row in value["nodes"]),
            orders=tuple(OrderEvent(*row) for row in value["orders"]),
            pickup=Courier(*value["pickup"]),
            delivery=Courier(*value["delivery"]),
            last_mile=LastMile(*value["last_mile"]) if value.get("last_mile") else None,
        )


def _moment(node: Node) -> int:
    return node.at


def in_order(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Nodes by time, each at least a second after the one before."""
    ordered: list[Node] = []
    for node in sorted(nodes, key=lambda n: n.at):
        floor = ordered[-1].at + 1 if ordered else node.at
        ordered.append(replace(node, at=floor) if node.at < floor else node)
    return tuple(ordered)
