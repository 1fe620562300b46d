"""One door to the planners: who carries it, where it goes, and what a number tells."""

from __future__ import annotations

from dataclasses import dataclass

from apps.sandbox import carriers
from apps.sandbox.carriers import Carrier
from apps.sandbox.domestic import plan_domestic
from apps.sandbox.effects import NO_EFFECTS, Effects
from apps.sandbox.foreign import BY_CODE as COUNTRIES
from apps.sandbox.foreign import Country, choose_city, read_country
from apps.sandbox.hours import DAY
from apps.sandbox.imports import plan_import
from apps.sandbox.international import plan_international
from apps.sandbox.places import Place, draw_place, find_place, read_address
from apps.sandbox.plan import Plan
from apps.sandbox.rng import stream

INVENTED_PAST_S = 3 * DAY
IMPORT_SHARE = 0.3
NEVER_SEEN_RATE = 0.04
MIN_FOREIGN_ADDRESS = 8


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a parcel goes: a Chinese division, or a country and the address as written."""

    place: Place | None
    country: Country | None = None
    address: str = ""


def read_destination(carrier: Carrier, address: str) -> Destination | None:
    """What a carrier makes of a recipient's address; None when it cannot deliver there.

    Domestic carriers need a Chinese province and city, international ones a country they
    fly to.
    """
    if carrier.international:
        country = read_country(address)
        if country is None or len(address.strip()) < MIN_FOREIGN_ADDRESS:
            return None
        return Destination(None, country, address)
    place = read_address(address)
    if place is None or (place.code[2:6] == "0000" and not place.is_municipal):
        return None
    return Destination(place)


def make_plan(
    *,
    seed: int,
    carrier: Carrier,
    number: str,
    origin: Place,
    destination: Destination,
    booked_at: int,
    outcome: str = "",
    effects: Effects = NO_EFFECTS,
    question: str = "",
) -> Plan:
    """The life of one parcel; depends on its arguments only.

    ``question`` is what the customs of the destination is sure to ask for (``questions``).

    Raises ``ValueError`` for a destination without a place and without a country.
    """
    if destination.country is not None:
        rng = stream(seed, number, "abroad")
        return plan_international(
            seed=seed,
            carrier=carrier,
            number=number,
            origin=origin,
            country=destination.country,
            city=choose_city(destination.country, destination.address, rng),
            booked_at=booked_at,
            outcome=outcome,
            question=question,
        )
    if destination.place is None:
        raise ValueError("a parcel needs a destination")
    return plan_domestic(
        seed=seed,
        carrier=carrier,
        number=number,
        origin=origin,
        destination=destination.place,
        booked_at=booked_at,
        outcome=outcome,
        effects=effects,
    )


def destination_for(*, code: str, country: str, address: str = "") -> Destination | None:
    """A destination from codes (the seed's way in); None when neither is known."""
    if country and country != "CN":
        known = COUNTRIES.get(country)
        return Destination(None, known, address) if known is not None else None
    place = find_place(code) if code else None
    return Destination(place) if place is not None else None


def invent_plan(*, seed: int, carrier_code: str, number: str, seen_at: int) -> Plan | None:
    """A plausible life for a number somebody else's label carries (the manual route).

    None when the format is not the carrier's, or for the few numbers whose parcel never
    turns up. The parcel was booked up to three days before it was first asked for.
    """
    if not carriers.number_fits(carrier_code, number):
        return None
    carrier = carriers.BY_CODE[carrier_code]
    rng = stream(seed, carrier_code, number, "invented")
    booked_at = seen_at - rng.randrange(INVENTED_PAST_S)
    if rng.random() < NEVER_SEEN_RATE:
        return None
    if carrier.international and (carrier.home != "CN" or rng.random() < IMPORT_SHARE):
        return _invent_import(seed, carrier, number, booked_at)
    if carrier.international:
        country = rng.choice(tuple(COUNTRIES.values()))
        destination = Destination(None, country)
    else:
        destination = Destination(draw_place(rng))
    return make_plan(
        seed=seed,
        carrier=carrier,
        number=number,
        origin=draw_place(rng),
        destination=destination,
        booked_at=booked_at,
    )


def _invent_import(seed: int, carrier: Carrier, number: str, booked_at: int) -> Plan:
    rng = stream(seed, carrier.code, number, "import")
    home = "US" if carrier.code == "usps" else carrier.home
    country = COUNTRIES[home] if home in COUNTRIES else rng.choice(list(COUNTRIES.values()))
    return plan_import(
        seed=seed,
        carrier=carrier,
        number=number,
        country=country,
        city=rng.choice(country.cities),
        destination=draw_place(rng),
        booked_at=booked_at,
    )
