"""A plan in the making: the carrier's words put on steps as they are added."""

from __future__ import annotations

from apps.sandbox.carriers import Carrier
from apps.sandbox.places import Place, city_of
from apps.sandbox.plan import Courier, Node, OrderEvent, Plan, in_order
from apps.sandbox.rng import stream
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
}
AT_DELIVERY = frozenset(
    {
        Step.DISPATCH, Step.STATION, Step.SIGN_SELF, Step.SIGN_AFTER, Step.SIGN_PROXY,
        Step.SIGN_STATION, Step.NO_CONTACT, Step.FAILED, Step.REFUSED, Step.UNCOLLECTED,
    }
)  # fmt: skip


class Journey:
    """Collects nodes and order events of one parcel; ``finish`` makes the plan."""

    def __init__(
        self, *, seed: int, carrier: Carrier, number: str, origin: Place, destination: Place
    ) -> None:
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
        self.nodes.append(Node(at, STEP_CODES[step], text, place.code))

    def add_raw(self, node: Node) -> None:
        """Add a node that is already worded."""
        self.nodes.append(node)

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

    def finish(self, outcome: str, country: str = "CN") -> Plan:
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
        )
