"""How deliveries end: shares of the endings and the nodes each of them writes."""

from __future__ import annotations

from collections.abc import Callable

from apps.sandbox.carriers import Carrier
from apps.sandbox.hours import DAY, DELIVERY_ROUNDS, HOUR, between, within
from apps.sandbox.journey import Journey
from apps.sandbox.lanes import lane_between
from apps.sandbox.places import Place, city_of
from apps.sandbox.rng import chance, stream, weighted
from apps.sandbox.texts import DELAY_REASONS, FAIL_REASONS, PROXIES, STATIONS, Step

SHARES: tuple[tuple[str, float], ...] = (
    ("self", 34.0), ("proxy", 15.0), ("station", 35.0), ("retried", 6.5), ("detained", 1.8),
    ("forwarded", 1.0), ("handed_over", 0.7), ("uncollected", 0.8), ("refused", 2.0),
    ("damaged", 0.8), ("lost", 0.8), ("overdue", 0.8), ("unsent", 0.8),
    ("withdrawn", 0.6),
)  # fmt: skip
SCHOOL_RUN_REASON = "学校周边道路拥堵，无法送达"
PHANTOM_RATE = 0.02
"""Share of parcels for the door that are signed for and never handed over."""
NEXT_DOOR_RATE = 0.01
"""Share of honest deliveries at once: the recipient lives beside the depot."""
HURRIED_SHARE = 0.8
LEFT_ALONE = ("家门口", "消防栓", "本人指定地点", "快递柜旁", "物业代收", "家门口")
AT_THE_DOOR = frozenset({"self", "proxy"})
STATION_OPEN = (8.5, 21.5)
REFUSED_SIGN_RATE = 0.4


def draw_outcome(*, seed: int, carrier: Carrier, number: str) -> str:
    """The ending of a parcel; carriers that ring the bell leave fewer parcels at stations."""
    rng = stream(seed, number, "outcome")
    table = [(n, w * carrier.station_share if n == "station" else w) for n, w in SHARES]
    ending = weighted(rng, table)
    is_phantom = ending in AT_THE_DOOR and chance(seed, PHANTOM_RATE, "phantom", number)
    return "phantom" if is_phantom else ending


def _to_door(trip: Journey, at: int, place: Place) -> int:
    """The attempt at the door that succeeds: ``at``, or the next one after planted failures."""
    rng = trip.rng
    while trip.effects.fails_at_door(seed=trip.seed, number=trip.number, at=at, area=place.code):
        trip.was_blocked = True
        trip.add(Step.FAILED, at, place, reason=SCHOOL_RUN_REASON)
        at = trip.next_round(at + 3 * HOUR, DELIVERY_ROUNDS)
        trip.add(Step.DISPATCH, at, place)
        at += between(rng, 0.4, 3.8)
    return at


def _sign(trip: Journey, at: int, place: Place, step: Step, status: int = 13) -> None:
    rng, at = trip.rng, _to_door(trip, at, place)
    if trip.was_blocked:
        step, status = Step.SIGN_AFTER, 14
    if step is Step.SIGN_PROXY:
        trip.add(step, at, place, signer=rng.choice(PROXIES))
    else:
        trip.add(step, at, place)
    trip.note_order(at + 60, status)


def _to_walk(trip: Journey) -> int:
    """How long the courier takes to the door, in seconds."""
    walk = between(trip.rng, 0.4, 3.8)
    if not chance(trip.seed, NEXT_DOOR_RATE, "next-door", trip.number):
        return walk
    return stream(trip.seed, trip.number, "next-door-walk").randrange(120, 900)


def end_self(trip: Journey, at: int, place: Place) -> None:
    """Signed by the recipient on the first round."""
    _sign(trip, at + _to_walk(trip), place, Step.SIGN_SELF)


def end_proxy(trip: Journey, at: int, place: Place) -> None:
    """Left with somebody else."""
    _sign(trip, at + _to_walk(trip), place, Step.SIGN_PROXY)


def end_phantom(trip: Journey, at: int, place: Place) -> None:
    """Signed for at the depot, to look quick, and never handed over.

    Most are signed within minutes of the dispatch; the rest later, as any other would be.
    """
    rng = stream(trip.seed, trip.number, "phantom-ending")
    hurried = rng.random() < HURRIED_SHARE
    at += rng.randrange(40, 420) if hurried else rng.randrange(1_800, 14_400)
    trip.add(Step.SIGN_PROXY, at, place, signer=rng.choice(LEFT_ALONE))
    trip.note_order(at + 60, 13)


def _store(trip: Journey, at: int, place: Place) -> tuple[int, str]:
    station = f"{place.name}{trip.rng.choice(STATIONS)}"
    at += between(trip.rng, 0.5, 3.5)
    trip.add(Step.STATION, at, place, station=station)
    return at, station


def end_station(trip: Journey, at: int, place: Place) -> None:
    """Put into a station or locker and collected from there."""
    at, station = _store(trip, at, place)
    collected = within(at + between(trip.rng, 0.5, 28), STATION_OPEN, trip.rng)
    trip.add(Step.SIGN_STATION, collected, place, station=station)
    trip.note_order(collected + 60, 13)


def end_retried(trip: Journey, at: int, place: Place) -> None:
    """One or two failed attempts, then delivered."""
    rng = trip.rng
    for _ in range(rng.choice((1, 1, 1, 2))):
        at = _to_door(trip, at + between(rng, 1, 4), place)
        step = rng.choice((Step.NO_CONTACT, Step.NO_CONTACT, Step.FAILED, Step.OUT_OF_AREA))
        slots = {"reason": rng.choice(FAIL_REASONS)} if step is Step.FAILED else {}
        trip.add(step, at, place, **slots)
        at = trip.next_round(at + 4 * HOUR, DELIVERY_ROUNDS)
        trip.add(Step.DISPATCH, at, place)
    _sign(trip, at + between(rng, 0.5, 4), place, Step.SIGN_AFTER, status=14)


def end_handed_over(trip: Journey, at: int, place: Place) -> None:
    """Given to the post for the last stretch, delivered by it."""
    at += between(trip.rng, 1, 3)
    trip.add(Step.HANDED_OVER, at, place)
    at = trip.next_round(at + DAY, DELIVERY_ROUNDS, 90)
    trip.add(Step.DISPATCH, at, place)
    _sign(trip, at + between(trip.rng, 1, 4), place, Step.SIGN_SELF)


def end_overdue(trip: Journey, at: int, place: Place) -> None:
    """An attempt fails and nobody ever signs: an open end, as in life."""
    at += between(trip.rng, 2, 5)
    trip.add(Step.FAILED, at, place, reason=trip.rng.choice(FAIL_REASONS))
    trip.add(Step.OVERDUE, at + 3 * DAY + between(trip.rng, 0, 30), place)


def end_refused(trip: Journey, at: int, place: Place) -> None:
    """Refused at the door and sent back."""
    at += between(trip.rng, 0.5, 4)
    trip.add(Step.REFUSED, at, place)
    refused_sign = trip.rng.random() < REFUSED_SIGN_RATE
    _send_back(trip, at, place, Step.REFUSED_SIGN if refused_sign else Step.RETURN_SIGN)


def end_uncollected(trip: Journey, at: int, place: Place) -> None:
    """Stays at the station for days and goes back."""
    at, station = _store(trip, at, place)
    at += 3 * DAY + between(trip.rng, 0, 12)
    trip.add(Step.UNCOLLECTED, at, place, station=station)
    _send_back(trip, at + 2 * DAY, place, Step.RETURN_SIGN)


def end_damaged(trip: Journey, at: int, place: Place) -> None:
    """Found damaged on the last stretch; the shop takes it back."""
    at += between(trip.rng, 0.5, 3)
    trip.add(Step.DAMAGED, at, place, reason=trip.rng.choice(DELAY_REASONS))
    _send_back(trip, at + DAY, place, Step.RETURN_SIGN)


def end_withdrawn(trip: Journey, at: int, place: Place) -> None:
    """The sender asks for it back while it is under way."""
    trip.add(Step.WITHDRAWN, at, place)
    _send_back(trip, at, place, Step.RETURN_SIGN)


def _send_back(trip: Journey, at: int, place: Place, last: Step) -> None:
    rng, origin_city = trip.rng, city_of(trip.origin)
    at = trip.next_round(at + 2 * HOUR, (10.0, 19.0))
    trip.add(Step.RETURN_OUT, at, place, next=trip.hub(place))
    lane = lane_between(seed=trip.seed, carrier=trip.carrier, origin=place, destination=trip.origin)
    at += int(lane.seconds * 1.3) + between(rng, 4, 10)
    trip.add(Step.RETURN_HUB, at, origin_city)
    at = trip.clear_hub(at, origin_city)
    at = within(at + between(rng, 6, 14), (9.0, 19.0), rng)
    at = trip.resume(at)
    trip.add(last, at, trip.origin)
    trip.note_order(at + 60, 12)


FINISHERS: dict[str, Callable[[Journey, int, Place], None]] = {
    "self": end_self,
    "proxy": end_proxy,
    "phantom": end_phantom,
    "station": end_station,
    "retried": end_retried,
    "detained": end_self,
    "forwarded": end_self,
    "handed_over": end_handed_over,
    "uncollected": end_uncollected,
    "refused": end_refused,
    "damaged": end_damaged,
    "overdue": end_overdue,
}
