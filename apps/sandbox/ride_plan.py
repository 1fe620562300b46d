"""The whole future of one ride: its states, its riders and where the last of them is.

Times are epoch seconds in UTC. States are the platform's own (contract §5.4): 0 placed, 100
accepted, 210 on the way to the shop, 230 at the shop, 310 picked up, 510 abnormal, 515 being
reassigned, 520 delivered, 720 cancelled.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from apps.sandbox.faults.positions import draw_fault, spoil
from apps.sandbox.fixes import Fix, Spoiled, pack_fixes, read_fixes
from apps.sandbox.plan import Courier
from apps.sandbox.projections import Place, moved, offset_m
from apps.sandbox.ride_path import Way, make_way, place_on
from apps.sandbox.rng import stream
from apps.sandbox.texts import courier_phone, person_name

PLACED, ACCEPTED, COMING, AT_SHOP, PICKED_UP = 0, 100, 210, 230, 310
ABNORMAL, REASSIGNING, DELIVERED, CANCELLED = 510, 515, 520, 720
OVER = frozenset({DELIVERED, CANCELLED})
NO_RIDER_SHARE, REASSIGNED_SHARE, ABNORMAL_SHARE, APP_SHARE = 0.02, 0.06, 0.03, 0.5
NOBODY_AFTER_S = 900
PINGS_S = (5, 10, 10, 15, 15, 20, 30)
NEAREST_RIDER_M, FARTHEST_RIDER_M = 200.0, 1_600.0
STRAY_M = 2.5


@dataclass(frozen=True, slots=True)
class RideEvent:
    """A state of the ride, when it began, and the rider's number from then on (0 for none)."""

    at: int
    status: int
    rider: int = 0


@dataclass(frozen=True, slots=True)
class RidePlan:
    """States by time, the riders (``riders[0]`` is number 1), and the fixes of the last one.

    ``by_app``: the rider's device reports by itself, in batches.
    """

    events: tuple[RideEvent, ...]
    riders: tuple[Courier, ...]
    fixes: tuple[Fix, ...] = ()
    ping: int = 10
    by_app: bool = False
    spoiled: Spoiled | None = None

    def events_at(self, at: int) -> tuple[RideEvent, ...]:
        """What has happened by ``at``, oldest first."""
        return self.events[: bisect_right([event.at for event in self.events], at)]

    def status_at(self, at: int) -> int:
        """The state at a moment; 0 before anything happened."""
        past = self.events_at(at)
        return past[-1].status if past else PLACED

    def rider_at(self, at: int) -> Courier | None:
        """Who rides at a moment."""
        past = self.events_at(at)
        return self.riders[past[-1].rider - 1] if past and past[-1].rider else None

    def when(self, status: int) -> int | None:
        """When a state first begins, or None."""
        return next((event.at for event in self.events if event.status == status), None)

    def fix_at(self, at: int) -> Fix | None:
        """The last fix sent by ``at``; None before the rider reports and when the ride is over."""
        if self.status_at(at) in OVER:
            return None
        sent = [fix for fix in self.fixes if fix.at <= at]
        return max(sent, key=lambda fix: fix.at) if sent else None

    def cancelled(self, at: int) -> RidePlan:
        """The plan after a cancellation: what has happened, then 720."""
        past = self.events_at(at)
        rider = past[-1].rider if past else 0
        fixes = tuple(fix for fix in self.fixes if fix.at <= at)
        events = (*past, RideEvent(at, CANCELLED, rider))
        return replace(self, events=events, fixes=fixes)

    def hastened(self, at: int, seconds: int) -> RidePlan:
        """The plan with everything after ``at`` so much earlier, never before ``at``."""

        def early(moment: int) -> int:
            return max(at + 1, moment - seconds) if moment > at else moment

        events = tuple(replace(e, at=early(e.at)) for e in self.events)
        fixes = tuple(
            replace(f, at=early(f.at), clock=f.clock + early(f.at) - f.at) for f in self.fixes
        )
        return replace(self, events=events, fixes=fixes)

    def to_json(self) -> dict[str, Any]:
        """Plain lists, small enough to be a column."""
        spoiled = self.spoiled
        return {
            "events": [[e.at, e.status, e.rider] for e in self.events],
            "riders": [[r.name, r.phone] for r in self.riders],
            "fixes": pack_fixes(self.fixes),
            "ping": self.ping,
            "by_app": self.by_app,
            "spoiled": [spoiled.kind, spoiled.first, spoiled.last, spoiled.shift_m]
            if spoiled
            else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> RidePlan:
        """Read what ``to_json`` wrote."""
        spoiled = value["spoiled"]
        return cls(
            events=tuple(RideEvent(*row) for row in value["events"]),
            riders=tuple(Courier(*row) for row in value["riders"]),
            fixes=read_fixes(value["fixes"]),
            ping=value["ping"],
            by_app=value["by_app"],
            spoiled=Spoiled(*spoiled) if spoiled else None,
        )


def plan_ride(
    *,
    seed: int,
    name: str,
    shop: Place,
    buyer: Place,
    starts_at: int,
    booked_at: int,
    rates: Mapping[str, float],
    eager: bool = False,
) -> RidePlan:
    """The future of a ride that riders may take from ``starts_at`` on.

    ``name`` makes it this ride's; ``rates`` are shares of rides with each kind of false fixes;
    ``eager``: somebody takes it for certain and soon, as after a tip.
    """
    rng = stream(seed, "ride", name)
    riders = tuple(Courier(person_name(rng), courier_phone(rng)) for _ in range(2))
    placed = RideEvent(booked_at, PLACED)
    if not eager and rng.random() < NO_RIDER_SHARE:
        nobody = RideEvent(starts_at + NOBODY_AFTER_S, CANCELLED)
        return RidePlan((placed, nobody), riders)
    accepted = starts_at + (rng.randint(5, 30) if eager else rng.randint(15, 240))
    events, rider = [placed, RideEvent(accepted, ACCEPTED, 1)], 1
    if rng.random() < REASSIGNED_SHARE:
        left = accepted + rng.randint(60, 240)
        accepted, rider = left + rng.randint(30, 180), 2
        events += [RideEvent(left, REASSIGNING), RideEvent(accepted, ACCEPTED, 2)]
    approach, ride, at_shop, left_shop = _ways(rng, shop, buyer, accepted)
    delivered = left_shop + round(ride[-1][0]) + rng.randint(20, 180)
    events += [
        RideEvent(accepted + rng.randint(5, 30), COMING, rider),
        RideEvent(at_shop, AT_SHOP, rider),
        RideEvent(left_shop, PICKED_UP, rider),
    ]
    if rng.random() < ABNORMAL_SHARE:
        events.append(RideEvent(delivered, ABNORMAL, rider))
        delivered += rng.randint(300, 1500)
    events.append(RideEvent(delivered, DELIVERED, rider))
    legs = ((accepted, approach[0], approach[1]), (left_shop, shop, ride))
    ping = rng.choice(PINGS_S)
    true = [_where(legs, at) for at in range(accepted, delivered + 1, ping)]
    fixes, spoiled = _spoil_some(
        _measure(rng, true, accepted, ping), seed=seed, name=name, rates=rates
    )
    return RidePlan(
        events=tuple(sorted(events, key=lambda event: event.at)),
        riders=riders,
        fixes=fixes,
        ping=ping,
        by_app=rng.random() < APP_SHARE,
        spoiled=spoiled,
    )


def _ways(
    rng: Random, shop: Place, buyer: Place, accepted: int
) -> tuple[tuple[Place, Way], Way, int, int]:
    """The way to the shop with its start, the way to the buyer, and the two times between."""
    metres = rng.uniform(NEAREST_RIDER_M, FARTHEST_RIDER_M)
    turn = complex(*offset_m(buyer, shop)) or 1 + 0j
    away = turn / abs(turn) * metres * complex(rng.uniform(0.3, 1), rng.uniform(-1, 1))
    start = moved(shop, away.real, away.imag)
    approach = make_way(rng, start, shop)
    at_shop = accepted + 30 + round(approach[-1][0])
    left_shop = at_shop + rng.randint(60, 480)
    return (start, approach), make_way(rng, shop, buyer), at_shop, left_shop


def _measure(rng: Random, true: list[Place], first: int, ping: int) -> list[Fix]:
    """What the device measures on the way: every ``ping`` seconds, a little off."""
    fixes = []
    for row, place in enumerate(true):
        at = first + row * ping
        east, north = offset_m(true[max(0, row - 1)], place)
        seen = moved(place, rng.gauss(0, STRAY_M), rng.gauss(0, STRAY_M))
        speed = round(abs(complex(east, north)) / ping, 1)
        fixes.append(Fix(at, at, seen, round(rng.uniform(3, 15), 1), speed))
    return fixes


def _spoil_some(
    fixes: list[Fix], *, seed: int, name: str, rates: Mapping[str, float]
) -> tuple[tuple[Fix, ...], Spoiled | None]:
    """The fixes with at most one fault, and which."""
    kind = draw_fault(seed=seed, name=name, rates=rates)
    if kind is None:
        return tuple(fixes), None
    rows, spoiled = spoil(fixes, kind, stream(seed, "fix-fault-place", name))
    return tuple(rows), spoiled


def _where(legs: tuple[tuple[int, Place, Way], tuple[int, Place, Way]], at: int) -> Place:
    leg = legs[1] if at >= legs[1][0] else legs[0]
    return place_on(leg[2], leg[1], at - leg[0])
