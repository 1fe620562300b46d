"""Everything the page of one flag shows, in six queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from apps.core.geo import centre_of
from apps.exceptions.choices import SCAN_KINDS, FaultKind, FlagState
from apps.exceptions.models import Flag
from apps.exceptions.repairs import METRES_A_DEGREE
from apps.exceptions.selectors import Precision, precision_of
from apps.exceptions.tracks.batch import Finding
from apps.exceptions.tracks.sentences import TEXTS, sentence
from apps.shipments.choices import PositionUse
from apps.shipments.models import Event, PlannedRoute

AROUND = 40
MOST_POINTS = 600
MOST_OTHERS = 20
COLUMNS = (
    "id, happened_at, heard_at, latitude, longitude, accuracy_m, speed_mps, use, source, system,"
    " corrected_at, corrected_latitude, corrected_longitude"
)
PART = "FROM shipments_position WHERE shipment_month = %(month)s AND shipment_id = %(shipment)s"
WINDOW = f"""
(SELECT {COLUMNS}, NULL::bigint AS nth {PART} AND id < %(first)s ORDER BY id DESC LIMIT %(around)s)
UNION ALL
(SELECT * FROM (SELECT {COLUMNS}, row_number() OVER (ORDER BY id) AS nth {PART}
    AND id BETWEEN %(first)s AND %(last)s) AS stretch
 WHERE (nth - 1) %% %(every)s = 0 OR nth = %(rows)s)
UNION ALL
(SELECT {COLUMNS}, NULL {PART} AND id > %(last)s ORDER BY id LIMIT %(around)s)
ORDER BY id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class PagePoint:
    """A fix on the page. ``row`` counts from 1 in order of arrival; degrees are WGS-84.

    ``speed_mps`` is the speed from the fix before (by the reporter's clock), None where there
    is none; ``said_mps`` what the reporter said.
    """

    row: int
    position_id: int
    at: dt.datetime
    heard_at: dt.datetime
    latitude: float
    longitude: float
    use: str
    flagged: bool
    source: str
    system: str
    accuracy_m: float | None
    said_mps: float | None
    speed_mps: float | None
    corrected: tuple[dt.datetime, float, float] | None


@dataclass(frozen=True, slots=True)
class PageScan:
    """A scan on the page: the centre of a division, never a fix."""

    event_id: int
    at: dt.datetime
    text: str
    area_name: str
    latitude: float | None
    longitude: float | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class FlagPage:
    """What the page of a flag shows. ``shipment`` and ``device`` of the flag are loaded.

    ``sentence`` has the evidence in ``zh`` and ``en``; ``route`` the planned places (WGS-84);
    ``others`` the newest other flags of the shipment; ``siblings`` how many open flags of the
    same device and kind there are, this one among them, told up to 1,000.
    """

    flag: Flag
    points: tuple[PagePoint, ...]
    scans: tuple[PageScan, ...]
    route: tuple[tuple[float, float], ...]
    others: tuple[Flag, ...]
    siblings: int
    sentence: Mapping[str, str]
    precision: Precision
    promise_to: dt.datetime | None
    thinned: bool


def flag_page(flag: Flag) -> FlagPage:
    """Return everything the page shows about a flag, at most six queries."""
    if not {"shipment", "device", "merchant"} <= flag._state.fields_cache.keys():
        flag = Flag.objects.select_related(
            "shipment__merchant", "device", "merchant", "claimed_by"
        ).get(pk=flag.pk)
    shipment = flag.shipment
    of_scans = flag.kind in SCAN_KINDS
    every = max(1, -(-flag.rows // MOST_POINTS))
    return FlagPage(
        flag=flag,
        points=() if of_scans else _points(flag, every),
        scans=_scans(flag) if of_scans else (),
        route=_route(flag),
        others=tuple(
            Flag.objects.filter(shipment_id=shipment.pk)
            .exclude(pk=flag.pk)
            .order_by("-id")[:MOST_OTHERS]
        ),
        siblings=_siblings(flag),
        sentence=sentences(flag),
        precision=precision_of(flag.kind),
        promise_to=shipment.promise_to,
        thinned=every > 1,
    )


def sentences(flag: Flag) -> dict[str, str]:
    """Return the evidence in words, ``zh`` and ``en``; rows are counted from 1."""
    first = int(flag.numbers.get("row", 0))
    last = first + flag.rows - 1
    if flag.kind not in TEXTS["en"]:
        label = str(FaultKind(flag.kind).label)
        return {"zh": label, "en": label}
    finding = Finding(flag.kind, first, last, flag.score, flag.numbers)
    return {language: sentence(finding, language) for language in ("zh", "en")}


def _points(flag: Flag, every: int) -> tuple[PagePoint, ...]:
    given: dict[str, Any] = {
        "month": flag.shipment.month, "shipment": flag.shipment_id, "first": flag.first_row,
        "last": flag.last_row, "around": AROUND, "every": every, "rows": flag.rows,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(WINDOW, given)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if not rows:
        return ()
    speeds = _speeds(rows)
    before = sum(row["id"] < flag.first_row for row in rows)
    first = int(flag.numbers.get("row", before)) + 1
    after = 0
    points = []
    for n, (row, speed) in enumerate(zip(rows, speeds, strict=True)):
        if row["nth"] is not None:
            number = first + row["nth"] - 1
        elif n < before:
            number = first - before + n
        else:
            after += 1
            number = first + flag.rows - 1 + after
        points.append(_point(row, number, speed, flag))
    return tuple(points)


def _point(row: dict[str, Any], number: int, speed: float | None, flag: Flag) -> PagePoint:
    moved = row["use"] == PositionUse.CORRECTED.value
    place = (row["corrected_at"], row["corrected_latitude"], row["corrected_longitude"])
    return PagePoint(
        row=number,
        position_id=row["id"],
        at=row["happened_at"],
        heard_at=row["heard_at"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        use=row["use"],
        flagged=flag.first_row <= row["id"] <= flag.last_row,
        source=row["source"],
        system=row["system"],
        accuracy_m=row["accuracy_m"],
        said_mps=row["speed_mps"],
        speed_mps=speed,
        corrected=place if moved else None,
    )


def _speeds(rows: list[dict[str, Any]]) -> list[float | None]:
    """Return metres a second from the row before; None where time does not go on."""
    latitude = np.radians([row["latitude"] for row in rows])
    longitude = np.radians([row["longitude"] for row in rows])
    seconds = np.diff([row["happened_at"].timestamp() for row in rows])
    middle = (latitude[1:] + latitude[:-1]) / 2
    turn = (np.diff(longitude) + np.pi) % (2 * np.pi) - np.pi
    metres = np.degrees(np.hypot(np.diff(latitude), turn * np.cos(middle))) * METRES_A_DEGREE
    pairs = zip(metres.tolist(), seconds.tolist(), strict=True)
    return [None, *(m / s if s > 0 else None for m, s in pairs)]


def _scans(flag: Flag) -> tuple[PageScan, ...]:
    shipment = flag.shipment
    events = Event.objects.filter(shipment_month=shipment.month, shipment_id=shipment.pk)
    found = []
    for event in events.order_by("occurred_at", "id")[:MOST_POINTS]:
        centre = centre_of(event.area_code) if event.area_code else None
        found.append(
            PageScan(
                event_id=event.pk,
                at=event.occurred_at,
                text=event.text,
                area_name=event.area_name,
                latitude=centre.latitude if centre else None,
                longitude=centre.longitude if centre else None,
                flagged=flag.first_row <= event.pk <= flag.last_row,
            )
        )
    return tuple(found)


def _route(flag: Flag) -> tuple[tuple[float, float], ...]:
    route = PlannedRoute.objects.filter(pk=flag.shipment_id).first()
    return tuple(zip(route.latitudes, route.longitudes, strict=True)) if route else ()


def _siblings(flag: Flag) -> int:
    if flag.device_id is None:
        return 0
    rows = Flag.objects.filter(device_id=flag.device_id, kind=flag.kind, state=FlagState.OPEN.value)
    return rows.values("pk")[:1000].count()
