"""A parcel that leaves the country: export, flight, import customs, last mile abroad.

Nodes abroad carry the local time of the place (``offset``) and name it in ``location``;
areas of the platform exist for China only.
"""

from __future__ import annotations

from apps.sandbox.borders import EXPORT, border_of
from apps.sandbox.carriers import Carrier
from apps.sandbox.clearance import FORCED
from apps.sandbox.foreign import Country, ForeignCity, offset_at
from apps.sandbox.hours import DAY, HOUR, PICKUP_HOURS, between, within
from apps.sandbox.journey import Journey
from apps.sandbox.places import Place
from apps.sandbox.plan import Node, Plan
from apps.sandbox.rng import stream, weighted
from apps.sandbox.texts import Step
from apps.sandbox.voyage import Voyage

ENDINGS: tuple[tuple[str, float], ...] = (
    ("self", 61.0), ("proxy", 14.0), ("station", 8.0), ("retried", 8.0), ("refused", 2.0),
    ("lost", 2.0), ("overdue", 2.0), ("unsent", 1.0), ("held", 0.7), ("asked", 1.3),
    ("barred", 0.5),
)  # fmt: skip


def plan_international(
    *,
    seed: int,
    carrier: Carrier,
    number: str,
    origin: Place,
    country: Country,
    city: ForeignCity,
    booked_at: int,
    outcome: str = "",
    question: str = "",
) -> Plan:
    """Plan a parcel abroad; ``outcome`` forces an ending: "held" and "asked" by customs, then
    delivered, "barred" sent back by it. ``question`` is what import customs is sure to ask.
    """
    ending = outcome or weighted(stream(seed, number, "outcome"), ENDINGS)
    trip = Journey(seed=seed, carrier=carrier, number=number, origin=origin, destination=origin)
    voyage = _Export(trip, country, city, origin)
    at = voyage.collect(booked_at, unsent=ending == "unsent")
    if ending == "unsent":
        return trip.finish(ending, country.code)
    at = voyage.leave(at)
    if ending == "lost":
        voyage.abroad("stalled", at + 6 * DAY, "202", country.gateway)
        return trip.finish(ending, country.code)
    at = voyage.clear(at, ending if ending in FORCED else "", question)
    if ending == "barred":
        voyage.turn_back(at)
        return trip.finish(ending, country.code)
    voyage.deliver(voyage.hand_on(at), ending)
    return trip.finish(ending, country.code, voyage.last_mile)


class _Export(Voyage):
    """The stages of one parcel abroad; every stage returns when it is over."""

    def collect(self, booked_at: int, *, unsent: bool) -> int:
        """Accepted and picked up."""
        trip, rng = self.trip, self.rng
        accepted = booked_at + rng.randrange(120, 1500)
        trip.note_order(accepted, 1)
        trip.add(Step.ORDERED, accepted + 60, trip.origin)
        picked = within(accepted + between(rng, 1.5, 5), PICKUP_HOURS, rng)
        if unsent:
            trip.note_order(picked, 11)
            trip.note_order(picked + DAY, 99)
            return picked
        trip.add(Step.PICKED, picked, trip.origin)
        trip.note_order(picked + 60, 10)
        trip.note_order(picked + between(rng, 4, 9), 15)
        return picked

    def leave(self, at: int) -> int:
        """To the gateway, through export customs, onto the aircraft."""
        rng, pace = self.rng, self.pace
        at += int(between(rng, 3, 9) * self.trip.pace(at))
        self.home("origin_out", at, "0")
        self.trip.note_order(at + 60, 101)
        at += int(between(rng, 6, 20) * self.trip.pace(at))
        self.home("export_in", at, "1002")
        at = self.customs(EXPORT, at, at_home=True)
        at += int(between(rng, 3, 26) * pace)
        self.home("flown", at, "1002")
        return at

    def clear(self, at: int, by_customs: str, question: str) -> int:
        """Landing and import customs; returns when customs is through with it."""
        at += int(self.country.flight_hours * HOUR) + between(self.rng, 1, 4)
        self.abroad("landed", at, "1001", self.country.gateway)
        regime = border_of(self.country.code).customs
        return self.customs(regime, at, at_home=False, forced=by_customs, question=question)

    def hand_on(self, at: int) -> int:
        """To the carrier of the destination; returns the arrival at the delivering facility."""
        border = border_of(self.country.code)
        at = self.hand_over(at, border.partner)
        at += int(between(self.rng, *border.inland) * self.pace)
        self.abroad("local_in", at, "0", self.city)
        return at

    def deliver(self, at: int, ending: str) -> None:
        """The last mile and its end."""
        at = self._dispatch(at)
        if ending == "retried":
            at += between(self.rng, 1, 5)
            self.abroad("failed", at, "204", self.city)
            at = self._dispatch(at + 3 * HOUR)
            self._signed("sign_self", at + between(self.rng, 1, 6), "302")
        elif ending == "station":
            at += between(self.rng, 2, 6)
            self.abroad("held_point", at, "501", self.city)
            self._signed("sign_point", at + between(self.rng, 3, 50), "304")
        elif ending == "overdue":
            self.abroad("overdue", at + 8 * DAY, "201", self.city)
        elif ending == "refused":
            self._refused(at + between(self.rng, 1, 6))
        else:
            code = "303" if ending == "proxy" else "301"
            word = "sign_proxy" if ending == "proxy" else "sign_self"
            self._signed(word, at + between(self.rng, 1, 7), code)

    def _dispatch(self, at: int) -> int:
        offset = offset_at(self.city.zone, at)
        local = (at + offset) % DAY
        at += (int(8.5 * HOUR) - local) % DAY + between(self.rng, 0, 1.5)
        self.abroad("dispatch", at, "5", self.city)
        self.trip.note_order(at + 60, 400)
        return at

    def _signed(self, word: str, at: int, code: str) -> None:
        self.abroad(word, at, code, self.city)
        self.trip.note_order(at + 60, 13)

    def _refused(self, at: int) -> None:
        self.abroad("refused", at, "203", self.city)
        self.turn_back(at, self.city)

    def turn_back(self, at: int, place: ForeignCity | None = None) -> int:
        """On the way to the sender from ``place``, or from the gateway; returns its end."""
        at += DAY
        self.abroad("back", at, "6", place or self.country.gateway)
        at += 9 * DAY + between(self.rng, 0, 90)
        area = self.trip.origin.code
        self.trip.add_raw(Node(at, "4", self.text("back_signed", ""), area))
        self.trip.note_order(at + 60, 12)
        return at
