"""A parcel that comes into the country: collected abroad, Chinese customs, last mile here."""

from __future__ import annotations

from dataclasses import replace

from apps.sandbox.borders import EXPORT, HOME_IMPORT
from apps.sandbox.carriers import Carrier
from apps.sandbox.endings import FINISHERS
from apps.sandbox.foreign import Country, ForeignCity, offset_at
from apps.sandbox.hours import DAY, DELIVERY_ROUNDS, HOUR, between
from apps.sandbox.journey import Journey
from apps.sandbox.places import Place
from apps.sandbox.plan import Plan
from apps.sandbox.rng import stream, weighted
from apps.sandbox.texts import Step
from apps.sandbox.voyage import POSTS, Voyage

CHINA_POST, EXPRESS_PARTNER = "youzhengguoji", "ems"
ENDINGS: tuple[tuple[str, float], ...] = (
    ("self", 52.0), ("proxy", 16.0), ("station", 20.0), ("retried", 8.0), ("lost", 1.5),
    ("held", 1.0), ("asked", 1.5),
)  # fmt: skip


def plan_import(
    *,
    seed: int,
    carrier: Carrier,
    number: str,
    country: Country,
    city: ForeignCity,
    destination: Place,
    booked_at: int,
    outcome: str = "",
) -> Plan:
    """Plan a parcel from abroad; ``outcome`` forces an ending; "held" and "asked" are customs'."""
    ending = outcome or weighted(stream(seed, number, "outcome"), ENDINGS)
    trip = Journey(
        seed=seed, carrier=carrier, number=number, origin=destination, destination=destination
    )
    voyage = _Import(trip, country, city, destination)
    at = voyage.leave(booked_at)
    if ending == "lost":
        voyage.abroad("stalled", at + 6 * DAY, "202", country.gateway)
        return replace(trip.finish(ending), origin="")
    by_customs = ending if ending in {"held", "asked"} else ""
    at = voyage.enter(at, by_customs)
    voyage.deliver(at, destination, "self" if by_customs else ending)
    return replace(trip.finish(ending, "CN", voyage.last_mile), origin="")


class _Import(Voyage):
    """The stages of one parcel on its way in; every stage returns when it is over."""

    def leave(self, booked_at: int) -> int:
        """Collected in the other country's morning, through its export, into the air."""
        rng, gate = self.rng, self.country.gateway
        local = (booked_at + offset_at(self.city.zone, booked_at)) % DAY
        at = booked_at + (9 * HOUR - local) % DAY + between(rng, 0, 8)
        self.abroad("abroad_picked", at, "103", self.city)
        at += int(between(rng, 8, 30) * self.pace)
        self.abroad("abroad_export", at, "1002", gate)
        at += int(between(rng, *EXPORT.release) * self.pace)
        self.abroad("abroad_cleared", at, "12", gate)
        at += int(between(rng, 4, 26) * self.pace)
        self.abroad("abroad_flown", at, "1002", gate)
        return at

    def enter(self, at: int, by_customs: str) -> int:
        """Landing, Chinese customs and the road to the city; returns the outlet's arrival."""
        rng, trip = self.rng, self.trip
        at += int(self.country.flight_hours * HOUR) + between(rng, 1, 4)
        self.home("home_landed", at, "1001")
        at = self.customs(HOME_IMPORT, at, at_home=True, prefix="home_", forced=by_customs)
        partner = CHINA_POST if trip.carrier.code in POSTS else EXPRESS_PARTNER
        at = self.hand_over(at, partner, at_home=True)
        at += int(between(rng, 4, 20) * trip.pace(at))
        self.home("home_out", at, "0")
        at = trip.clear_hub(at + int(between(rng, 6, 30) * trip.pace(at)), self.chinese)
        trip.add(Step.OUTLET_IN, at, self.chinese)
        return at

    def deliver(self, at: int, place: Place, ending: str) -> None:
        """The last mile in China."""
        at = self.trip.next_round(at + HOUR // 2, DELIVERY_ROUNDS)
        self.trip.add(Step.DISPATCH, at, place)
        FINISHERS[ending](self.trip, at, place)
