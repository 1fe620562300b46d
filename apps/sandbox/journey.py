"""A plan in the making: the carrier's words put on steps as they are added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from apps.sandbox.carriers import Carrier
from apps.sandbox.codes import basic_of
from apps.sandbox.effects import NO_EFFECTS, Effects
from apps.sandbox.hours import HOUR, next_departure, within
from apps.sandbox.jams import CLEARED_WITHIN, jam_at
from apps.sandbox.places import Place, city_of
from apps.sandbox.plan import Courier, LastMile, Node, OrderEvent, Plan, in_order
from apps.sandbox.rng import stream
from apps.sandbox.seasons import delay_factor, halt_until
from apps.sandbox.texts import Step, courier_phone, hub_name, person_name, phrase

STEP_CODES: dict[Step, str] = {
    Step.ORDERED: "101",
    Step.WAITING: "102",
    Step.PICKED: "103",
    Step.OUTLET_OUT: "0",
    Step.HUB_IN: "1002",
    Step.HUB_OUT: "1002",
    Step.CITY_IN: "1001",
    Step.CITY_OUT: "0",
    Step.OUTLET_IN: "0",
    Step.DISPATCH: "5",
    Step.STATION: "501",
    Step.SIGN_SELF: "301",
    Step.SIGN_AFTER: "302",
    Step.SIGN_PROXY: "303",
    Step.SIGN_STATION: "304",
    Step.NO_CONTACT: "206",
    Step.OUT_OF_AREA: "207",
    Step.FAILED: "204",
    Step.REFUSED: "203",
    Step.UNCOLLECTED: "205",
    Step.STALLED: "202",
    Step.OVERDUE: "201",
    Step.DETAINED: "208",
    Step.DAMAGED: "209",
    Step.FORWARDED: "1003",
    Step.HANDED_OVER: "7",
    Step.RETURN_OUT: "6",
    Step.RETURN_HUB: "6",
    Step.RETURN_SIGN: "4",
    Step.REFUSED_SIGN: "14",
    Step.CANCELLED: "401",
    Step.WITHDRAWN: "210",
}
# What a coarse carrier's texts leave certain; the rest of the table keeps its own code.
COARSE = frozenset(
    {
        "103", "1001", "1002", "301", "302", "303", "304", "204", "205", "206", "207", "208",
        "10", "11", "12", "13",
    }
)  # fmt: skip
AT_DELIVERY = frozenset(
    {
        Step.DISPATCH, Step.STATION, Step.SIGN_SELF, Step.SIGN_AFTER, Step.SIGN_PROXY,
        Step.SIGN_STATION, Step.NO_CONTACT, Step.FAILED, Step.REFUSED, Step.UNCOLLECTED,
    }
)  # fmt: skip


class Journey:
    """Collects nodes and order events of one parcel; ``finish`` makes the plan."""

    def __init__(
        self,
        *,
        seed: int,
        carrier: Carrier,
        number: str,
        origin: Place,
        destination: Place,
        effects: Effects = NO_EFFECTS,
    ) -> None:
        self.effects = effects
        self.was_blocked = False
        self.seed = seed
        self.carrier = carrier
        self.number = number
        self.origin = origin
        self.destination = destination
        people = stream(seed, number, "couriers")
        self.pickup = Courier(person_name(people), courier_phone(people))
        self.delivery = Courier(person_name(people), courier_phone(people))
        self.rng = stream(seed, number, "journey")
        self.nodes: list[Node] = []
        self.orders: list[OrderEvent] = []

    def add(self, step: Step, at: int, place: Place, **slots: str) -> None:
        """Add a node in the carrier's words at a place."""
        text = phrase(self.carrier.code, step).format(**{**self._slots(step, place), **slots})
        self.nodes.append(Node(at, self._code(STEP_CODES[step]), text, place.code))

    def add_raw(self, node: Node) -> None:
        """Add a node that is already worded."""
        code = self._code(node.code)
        self.nodes.append(node if code == node.code else replace(node, code=code))

    def _code(self, code: str) -> str:
        return basic_of(code) if self.carrier.coarse and code in COARSE else code

    def pace(self, at: int) -> float:
        """How long stages take at a moment: the carrier's habit times the season's delay."""
        return self.carrier.pace * delay_factor(at)

    def resume(self, at: int, opens: float = 8.5) -> int:
        """``at``, or the morning after the Spring Festival halt it falls into."""
        ends = halt_until(at) if self.carrier.rests else None
        if ends is None:
            return at
        return within(ends, (opens, 20.0), stream(self.seed, self.number, "halt", ends))

    def next_round(self, at: int, hours: Sequence[float], jitter_minutes: int = 60) -> int:
        """The next daily departure that really leaves: one of a halted day waits for its end."""
        planned = next_departure(at, hours, self.rng, jitter_minutes=jitter_minutes)
        resumed = self.resume(planned, 6.0)
        if resumed == planned:
            return planned
        return next_departure(resumed, hours, self.rng, jitter_minutes=jitter_minutes)

    def clear_hub(self, at: int, city: Place) -> int:
        """Pass a hub: at once, or after its jam with everybody else who waits there."""
        jam = jam_at(seed=self.seed, carrier=self.carrier.code, city=city.city_code, at=at)
        if jam is None:
            return at
        rng = stream(self.seed, self.number, "jam", jam.starts)
        told = min(at + rng.randrange(HOUR // 2, 3 * HOUR), jam.ends)
        self.add(Step.DETAINED, told, city, reason=jam.reason)
        return jam.ends + rng.randrange(CLEARED_WITHIN)

    def note_order(self, at: int, status: int) -> None:
        """Add a change of the pickup order."""
        self.orders.append(OrderEvent(at, status))

    def hub(self, place: Place) -> str:
        """Name of the carrier's hub for a place."""
        return hub_name(self.carrier.code, city_of(place).name)

    def _slots(self, step: Step, place: Place) -> dict[str, str]:
        city = city_of(place).name
        man = self.delivery if step in AT_DELIVERY else self.pickup
        return {
            "prov": "" if place.is_municipal else place.province,
            "city": city,
            "outlet": place.name if place.is_district else "中心",
            "hub": self.hub(place),
            "man": man.name,
            "tel": man.phone,
        }

    def finish(self, outcome: str, country: str = "CN", last_mile: LastMile | None = None) -> Plan:
        """The plan, nodes and events in the order of time."""
        return Plan(
            carrier=self.carrier.code,
            number=self.number,
            origin=self.origin.code,
            destination=self.destination.code if country == "CN" else "",
            country=country,
            outcome=outcome,
            nodes=in_order(self.nodes),
            orders=tuple(sorted(self.orders, key=lambda event: event.at)),
            pickup=self.pickup,
            delivery=self.delivery,
            last_mile=last_mile,
        )
