"""The status of a shipment as a pure function of the set of its events.

Events are put in the order in which they *happened* (the order of arrival and duplicates do not
matter) and walked through once:

* delivered holds. Only a later return, refusal or withdrawn signature undoes it; whatever happened
  earlier cannot, and later scans of other kinds do not either. Among things that happened in the
  same second the signature counts as the last;
* a withdrawn signature is either said in words (`texts.withdraws_signature`), or the signature is
  gone from a newer snapshot (``omitted``): an end the carrier no longer claims does not count;
* once a parcel is on its way back, scans of movement mean the way back; a coded signature after
  that is believed (the return was called off), a guessed one is not;
* the platform's coarse "refused" (14: the recipient refused, the sender signed) on the way back is
  the sender's signature; at the door it is a refusal like any other;
* returned holds: the sender has it;
* a parcel that moves again after "cancelled" or "expired" is moving;
* a guess from words (`Certainty.TEXT`) never undoes an end or a return;
* on a leg that others follow, a signature is only the hand-over to the next one; on a return leg
  movement is returning and a signature is returned;
* a carrier that takes over announces a parcel before it has it: that says nothing of the parcel,
  and what it calls a pickup is one more step on the way;
* once the next leg has moved the parcel, scans of the legs before it count only forward: a carrier
  that lists the next one's events late, or by another clock, takes nothing back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from apps.shipments.choices import Certainty, ShipmentStatus, Substatus

CREATED = ShipmentStatus.CREATED.value
PICKED_UP = ShipmentStatus.PICKED_UP.value
IN_TRANSIT = ShipmentStatus.IN_TRANSIT.value
DELIVERED = ShipmentStatus.DELIVERED.value
REFUSED = ShipmentStatus.REFUSED.value
RETURNING = ShipmentStatus.RETURNING.value
RETURNED = ShipmentStatus.RETURNED.value
CANCELLED = ShipmentStatus.CANCELLED.value
EXPIRED = ShipmentStatus.EXPIRED.value
WITHDRAWN = Substatus.SIGNATURE_WITHDRAWN.value

_ENDS = frozenset({DELIVERED, RETURNED, CANCELLED})
_UNDOES_DELIVERED = frozenset({RETURNING, RETURNED, REFUSED})
MOVEMENT = frozenset(
    {
        PICKED_UP,
        IN_TRANSIT,
        ShipmentStatus.AT_DESTINATION.value,
        ShipmentStatus.CUSTOMS.value,
        ShipmentStatus.OUT_FOR_DELIVERY.value,
        ShipmentStatus.READY_FOR_PICKUP.value,
        ShipmentStatus.ATTEMPT_FAILED.value,
    }
)
_ON_THE_WAY_BACK = MOVEMENT | {CREATED, ShipmentStatus.AWAITING_PICKUP.value, REFUSED}
_ANNOUNCED = frozenset({CREATED, ShipmentStatus.AWAITING_PICKUP.value})
_ORDER = (
    "",
    CREATED,
    ShipmentStatus.AWAITING_PICKUP.value,
    PICKED_UP,
    IN_TRANSIT,
    ShipmentStatus.CUSTOMS.value,
    ShipmentStatus.AT_DESTINATION.value,
    ShipmentStatus.OUT_FOR_DELIVERY.value,
    ShipmentStatus.ATTEMPT_FAILED.value,
    ShipmentStatus.READY_FOR_PICKUP.value,
    ShipmentStatus.EXCEPTION.value,
    REFUSED,
    RETURNING,
    RETURNED,
    CANCELLED,
    EXPIRED,
    DELIVERED,
)
RANK = {status: rank for rank, status in enumerate(_ORDER)}
_GUESS = Certainty.TEXT.value
_COARSE = Certainty.BASIC.value
_FINAL, _THROUGH, _RETURN = 0, 1, 2
_DAWN = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


class Role(IntEnum):
    """What a leg's signature means for the shipment."""

    FINAL = 0
    THROUGH = 1
    RETURN = 2


class Happening(NamedTuple):
    """What the status needs to know of one event. ``key`` identifies it within the shipment.

    ``place`` says how many hand-overs came before its leg (`legs.py`).
    """

    occurred_at: dt.datetime
    key: bytes
    status: str
    substatus: str = ""
    certainty: int = Certainty.BASIC.value
    heard_at: dt.datetime = _DAWN
    omitted: bool = False
    role: int = Role.FINAL.value
    place: int = 0


class Outcome(NamedTuple):
    """The status, since when, when we knew, and the milestones. Times are None if unknown."""

    status: str
    substatus: str = ""
    status_at: dt.datetime | None = None
    known_at: dt.datetime | None = None
    last_event_at: dt.datetime | None = None
    picked_up_at: dt.datetime | None = None
    delivered_at: dt.datetime | None = None


class _State(NamedTuple):
    status: str
    substatus: str
    at: dt.datetime | None
    known_at: dt.datetime | None
    back: bool


def compute_status(happenings: Iterable[Happening], *, base: str = CREATED) -> Outcome:
    """Return the status of a set of events; ``base`` is what holds before anything happened."""
    return fold(sorted(happenings, key=_position), base=base)


def fold(events: Sequence[Happening], *, base: str) -> Outcome:
    """Return what events come to that stand in the order of :func:`compute_status`.

    An event that follows one of the same meaning, role and mark changes nothing but the time of
    the last event; only a withdrawn signature may count twice.
    """
    state = _State(base, "", None, None, back=False)
    undone = state
    delivered_at: dt.datetime | None = None
    reached = 0
    for event in events:
        status = _effective(event)
        if status == "" or (event.omitted and event.status in _ENDS):
            continue
        if event.place != reached:
            if event.place > reached:
                reached = _reach(event, status, reached)
            elif _falls_back(state, event, status):
                continue
        if event.substatus == WITHDRAWN and state.status == DELIVERED:
            state, delivered_at = _enter(undone, status, event), None
            continue
        if not _admits(state, status, event.certainty):
            continue
        if status == DELIVERED:
            if state.status != DELIVERED:
                undone, delivered_at = state, event.occurred_at
        else:
            delivered_at = None
        state = _enter(state, status, event)
    return Outcome(
        state.status,
        state.substatus,
        state.at,
        state.known_at,
        _last_event(events),
        _first_pickup(events),
        delivered_at,
    )


def compute_each(happenings: Sequence[Happening], *, base: str = CREATED) -> list[Outcome]:
    """Return :func:`compute_status` of each beginning of a list: of one event, of two, of all.

    One pass where each event stands after those before it, as nearly always in the order of
    hearing; what replays histories would otherwise fold every event over and over.
    """
    places = [_position(event) for event in happenings]
    if any(one > other for one, other in pairwise(places)):
        return [compute_status(happenings[:n], base=base) for n in range(1, len(happenings) + 1)]
    state = undone = _State(base, "", None, None, back=False)
    delivered_at: dt.datetime | None = None
    reached = 0
    found = []
    for event, (last, pickup) in zip(happenings, _milestones(happenings), strict=True):
        status = _effective(event)
        left_out = status == "" or (event.omitted and event.status in _ENDS)
        if left_out or (event.place < reached and _falls_back(state, event, status)):
            pass
        elif event.substatus == WITHDRAWN and state.status == DELIVERED:
            state, delivered_at = _enter(undone, status, event), None
        elif _admits(state, status, event.certainty):
            if status != DELIVERED:
                delivered_at = None
            elif state.status != DELIVERED:
                undone, delivered_at = state, event.occurred_at
            state = _enter(state, status, event)
        if event.place > reached and not left_out:
            reached = _reach(event, status, reached)
        known = (state.status, state.substatus, state.at, state.known_at)
        found.append(Outcome(*known, last, pickup, delivered_at))
    return found


def _milestones(
    events: Iterable[Happening],
) -> Iterator[tuple[dt.datetime | None, dt.datetime | None]]:
    """Yield the last event and the first pickup of each beginning of events in their order."""
    last = pickup = scan = None
    for event in events:
        if event.status != EXPIRED:
            last = event.occurred_at if last is None else max(last, event.occurred_at)
        if event.status == PICKED_UP and not event.place:
            pickup = pickup or event.occurred_at
        elif event.status in MOVEMENT:
            scan = scan or event.occurred_at
        yield last, pickup or scan


def _position(event: Happening) -> tuple[dt.datetime, int, bytes, dt.datetime]:
    """Order by time; at one moment by progress. "Expired" without a single node comes first."""
    if event.status == EXPIRED and event.certainty <= _GUESS:
        return (_DAWN, 0, event.key, event.heard_at)
    return (event.occurred_at, RANK[event.status], event.key, event.heard_at)


def _effective(event: Happening) -> str:
    if event.place:
        if event.status in _ANNOUNCED:
            return ""
        if event.status == PICKED_UP:
            return IN_TRANSIT
    if event.role == _FINAL:
        return event.status
    if event.role == _THROUGH:
        return IN_TRANSIT if event.status == DELIVERED else event.status
    if event.status == DELIVERED:
        return RETURNED
    return RETURNING if event.status in MOVEMENT else event.status


def _reach(event: Happening, status: str, reached: int) -> int:
    """Return how far the parcel has come along its legs: movement shows who has it."""
    return event.place if status in MOVEMENT or status == DELIVERED else reached


def _falls_back(state: _State, event: Happening, status: str) -> bool:
    """Whether a scan of a leg that gave the parcel away says less than what is known."""
    if event.role == _RETURN or state.back or status not in MOVEMENT:
        return False
    return RANK[status] < RANK[state.status]


def _admits(state: _State, status: str, certainty: int) -> bool:
    """Whether an event may follow the state."""
    if state.status == RETURNED:
        return False
    guessed = certainty <= _GUESS
    if state.status == DELIVERED:
        return status == DELIVERED or (status in _UNDOES_DELIVERED and not guessed)
    if state.back:
        return not guessed and status != EXPIRED
    return not (state.status == CANCELLED and (guessed or status == EXPIRED))


def _enter(state: _State, status: str, event: Happening) -> _State:
    """Return the state after an event that counts."""
    if state.back and status == REFUSED and event.certainty == _COARSE:
        status = RETURNED
    if state.back and status in _ON_THE_WAY_BACK:
        status = RETURNING
        if state.status == RETURNING:
            return state
    substatus = event.substatus if status == event.status else ""
    if status == state.status and state.at is not None:
        return state._replace(substatus=substatus or state.substatus)
    back = status in {RETURNING, RETURNED} or (state.back and status not in {DELIVERED, CANCELLED})
    return _State(status, substatus, event.occurred_at, event.heard_at, back)


def _last_event(events: Sequence[Happening]) -> dt.datetime | None:
    return max((e.occurred_at for e in events if e.status != EXPIRED), default=None)


def _first_pickup(events: Sequence[Happening]) -> dt.datetime | None:
    """Return when the carrier first had it: the pickup scan, else the first that implies it."""
    scans = [e for e in events if e.status in MOVEMENT]
    pickups = [e.occurred_at for e in scans if e.status == PICKED_UP and not e.place]
    return min(pickups or (e.occurred_at for e in scans), default=None)
