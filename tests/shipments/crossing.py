"""Parcels that cross a border: what push and poll say of them on both sides, for tests."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from apps.accounts.models import Merchant
from apps.shipments.models import Event, Leg, Shipment
from tests.shipments.builders import at, inbox_row, make_shipment, node, push

BERLIN = ZoneInfo("Europe/Berlin")
POST, LINE, PARTNER = "emsguoji", "yw56", "dhlde"
POST_NUMBER, LINE_NUMBER, PARTNER_NUMBER = (
    "RR473124829CN",
    "YW880000000000001",
    "JJD014000000000001",
)
SHANGHAI = {"areaCode": "CN310000000000"}
HOME = (
    node(1, "【杭州】已收寄", "103", areaCode="CN330100000000"),
    node(8, "【上海】出口海关放行", "12", **SHANGHAI),
    node(9, "航班已从【上海】起飞", "1002", **SHANGHAI),
)


def abroad(hours: float, text: str, code: str, place: str = "Germany,Leipzig") -> dict[str, Any]:
    """One line of a carrier abroad, in the local time of Germany."""
    time = at(hours).astimezone(BERLIN).strftime("%Y-%m-%d %H:%M:%S")
    return {"time": time, "ftime": time, "context": text, "statusCode": code, "location": place}


THERE = (
    abroad(22, "Clearance processing - Leipzig", "11"),
    abroad(24, "Customs clearance completed - Leipzig", "12"),
    abroad(26, "Arrived at local facility", "1002"),
    abroad(28, "Out for delivery", "5", "Germany,Berlin"),
    abroad(29, "Delivered - signed for by recipient", "301", "Germany,Berlin"),
)


def track(number: str, carrier: str, nodes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A track as it stands in a push, newest node first."""
    return dict(json.loads(push(number, list(nodes), carrier=carrier))["lastResult"])


def told(
    home: Sequence[dict[str, Any]],
    there: Sequence[dict[str, Any]] = (),
    *,
    number: str = POST_NUMBER,
    carrier: str = POST,
    to: tuple[str, str] | None = (PARTNER, POST_NUMBER),
) -> str:
    """The param of a push with a track on both sides; ``to``: who has it abroad."""
    more = {} if to is None else {"destResult": track(to[1], to[0], there)}
    return push(number, list(home), carrier=carrier, **more)


def crossing(merchant: Merchant, number: str = POST_NUMBER, **more: Any) -> Shipment:
    """A parcel on its way to Germany."""
    values = {"carrier": POST, "kind": "line_haul", "destination_country": "DE", **more}
    return make_shipment(merchant, number, **values)


class Saying(NamedTuple):
    """One report about the parcel: whose number, what, when it was received."""

    carrier: str
    number: str
    param: str
    received_at: dt.datetime
    source: str = "push"


def report(shipment: Shipment, saying: Saying) -> Any:
    """The inbox row of a saying."""
    row = inbox_row(
        shipment,
        saying.param,
        source=saying.source,
        received_at=saying.received_at,
        number=saying.number,
    )
    row.carrier = saying.carrier
    return row


def sayings(rng: random.Random, *, partner_number: str) -> list[Saying]:
    """What is said of one parcel: parts of both tracks, its own and by the partner's number.

    Carriers list a part of what the next one did; older reports list less, some leave a node out.
    """
    said = []
    to = (PARTNER, partner_number)
    for minute in range(5):
        home = HOME[: rng.randrange(1, len(HOME) + 1)]
        there = _part(rng)
        mirrored = there[: rng.randrange(len(there) + 1)] if rng.random() < 0.5 else []
        both = [*home, *mirrored]
        param = told(both, there, to=to if rng.random() < 0.7 else None)
        said.append(Saying(POST, POST_NUMBER, param, at(40 + minute)))
    for minute in range(3):
        param = push(partner_number, _part(rng), carrier=PARTNER)
        source = rng.choice(("push", "poll"))
        said.append(Saying(PARTNER, partner_number, param, at(41 + minute * 1.5), source))
    said.append(Saying(POST, POST_NUMBER, told(HOME, THERE, to=to), at(50)))
    return said


def _part(rng: random.Random) -> list[dict[str, Any]]:
    part = list(THERE[: rng.randrange(1, len(THERE) + 1)])
    if len(part) > 2 and rng.random() < 0.3:
        part.pop(1)
    return part


def state_of(shipment: Shipment) -> dict[str, Any]:
    """Everything that must not depend on the order of arrival, ids and moments of applying apart.

    Which of push and poll told a node is not compared: what says nothing new is not read.
    """
    shipment.refresh_from_db()
    names = (
        "status", "substatus", "status_at", "last_event_at", "picked_up_at", "delivered_at",
        "carrier", "number", "unknown_codes", "raw_state",
    )  # fmt: skip
    legs = {leg.pk: leg for leg in Leg.objects.filter(shipment=shipment)}
    return {
        **{name: getattr(shipment, name) for name in names},
        "legs": [
            (leg.sequence, leg.kind, leg.carrier, leg.number, leg.link_source, leg.handed_over_at,
             leg.zone, leg.snapshot_newest_at)
            for leg in sorted(legs.values(), key=lambda leg: leg.sequence)
        ],
        "events": sorted(
            (legs[event.leg_id].sequence, event.occurred_at, event.original_time, event.zone,
             event.text, event.code, event.status, event.location, event.omitted_at is None)
            for event in Event.objects.filter(shipment=shipment)
        ),
    }  # fmt: skip
