"""Taking in fixes: one batch, one transaction, an answer for every point."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from django.db import connection, transaction

from apps.core import clock
from apps.core.bulk import pack, unnest
from apps.core.locks import lock_keys
from apps.shipments.choices import PositionSource
from apps.shipments.fixes import Fix, Refusal, first_use, read_fix, to_wgs84
from apps.shipments.models import Device
from apps.shipments.months import month_of
from apps.shipments.signals import positions_arrived
from apps.shipments.track_selectors import shipments_by_reference

COLUMNS = (
    ("shipment_month", "date"),
    ("shipment_id", "bigint"),
    ("key", "bytea"),
    ("device_id", "bigint"),
    ("source", "text"),
    ("system", "text"),
    ("happened_at", "timestamptz"),
    ("heard_at", "timestamptz"),
    ("given_latitude", "float8"),
    ("given_longitude", "float8"),
    ("latitude", "float8"),
    ("longitude", "float8"),
    ("accuracy_m", "float8"),
    ("speed_mps", "float8"),
    ("use", "text"),
)
_NAMES = ", ".join(name for name, _ in COLUMNS)
INSERT = (
    f"INSERT INTO shipments_position ({_NAMES}) SELECT {_NAMES}"  # noqa: S608
    f" FROM {unnest(COLUMNS, 'heard')} ON CONFLICT DO NOTHING RETURNING shipment_id, key"
)
TRACK_COLUMNS = (("shipment_id", "bigint"), ("device_id", "bigint"), ("fixes", "int"))
UPSERT_TRACKS = (
    "INSERT INTO shipments_track (shipment_id, device_id, fixes, first_heard_at, last_heard_at,"  # noqa: S608
    " version, looked_version, wanted_at)"
    f" SELECT shipment_id, device_id, fixes, %s, %s, 1, 0, %s FROM {unnest(TRACK_COLUMNS, 'new')}"
    " ON CONFLICT (shipment_id) DO UPDATE SET fixes = shipments_track.fixes + EXCLUDED.fixes,"
    " last_heard_at = greatest(shipments_track.last_heard_at, EXCLUDED.last_heard_at),"
    " device_id = coalesce(EXCLUDED.device_id, shipments_track.device_id),"
    " version = shipments_track.version + 1,"
    " wanted_at = coalesce(shipments_track.wanted_at, EXCLUDED.wanted_at)"
)


@dataclass(frozen=True, slots=True)
class PointAnswer:
    """What became of one point: ``stored``, ``duplicate`` or ``refused`` with code and field."""

    outcome: str
    code: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    index: int
    fix: Fix
    shipment_id: int
    month: dt.date


STORED, DUPLICATE = PointAnswer("stored"), PointAnswer("duplicate")
_TOO_MANY_DEVICES = PointAnswer("refused", "too_many_devices", "device")
MOST_NEW_DEVICES = 1_000
NEW_FOR = dt.timedelta(days=1)


def store_positions(
    *,
    merchant_id: int,
    points: Sequence[object],
    source: PositionSource = PositionSource.DEVICE,
    modes: Iterable[str] | None = None,
) -> list[PointAnswer]:
    """Store a merchant's batch of points and return one answer a point, in their order.

    A point names its shipment by our id, the order number or the carrier's number; the newest
    one counts, and one of another merchant (or, with ``modes``, of another mode) does not exist
    here: ``unknown_shipment``. A repeated point is a ``duplicate`` and changes nothing. Of a
    merchant's devices at most 1,000 new ones are taken in 24 business hours, points of others
    are refused: ``too_many_devices``. All that is storable is stored in one transaction, or
    nothing is.
    """
    now = clock.now()
    read = [read_fix(raw, now=now) for raw in points]
    answers = [_refused(item) for item in read]
    fixes = {i: item for i, item in enumerate(read) if isinstance(item, Fix)}
    with transaction.atomic():
        known = shipments_by_reference(
            merchant_id=merchant_id,
            references={fix.shipment for fix in fixes.values()},
            modes=modes,
        )
        placed = []
        for index, fix in fixes.items():
            if found := known.get(fix.shipment):
                placed.append(_Placed(index, fix, found[0], month_of(found[1])))
            else:
                answers[index] = PointAnswer("refused", "unknown_shipment", "shipment")
        devices = _devices(merchant_id, {row.fix.device for row in placed} - {""}, now)
        kept = [row for row in placed if not row.fix.device or row.fix.device in devices]
        for row in placed:
            answers[row.index] = _TOO_MANY_DEVICES
        if kept:
            for row, answer in zip(kept, _insert(kept, source, now, devices), strict=True):
                answers[row.index] = answer
    return answers


def _refused(item: Fix | Refusal) -> PointAnswer:
    if isinstance(item, Refusal):
        return PointAnswer("refused", item.code, item.field)
    return STORED


def _insert(
    placed: list[_Placed], source: PositionSource, now: dt.datetime, devices: Mapping[str, int]
) -> list[PointAnswer]:
    """Insert in the order in which the points were given: ids count the order of arrival.

    Two batches of one shipment come one after the other, so that none waits in a circle and no
    row appears below one that was already looked at.
    """
    lock_keys("positions", {row.shipment_id for row in placed})
    rows = _rows(placed, source, now, devices)
    once: dict[tuple[object, object], tuple[object, ...]] = {}
    for row in rows:
        once.setdefault((row[1], row[2]), row)
    ordered = sorted(once.values(), key=itemgetter(0, 1))
    with connection.cursor() as cursor:
        cursor.execute(INSERT, pack(COLUMNS, ordered))
        fresh = {(shipment_id, bytes(key)) for shipment_id, key in cursor.fetchall()}
    answers = []
    left = set(fresh)
    for row in rows:
        place = (row[1], row[2])
        answers.append(STORED if place in left else DUPLICATE)
        left.discard(place)
    if fresh:
        _want_a_look(placed, fresh, devices, now)
    return answers


def _rows(
    placed: list[_Placed], source: PositionSource, now: dt.datetime, devices: Mapping[str, int]
) -> list[tuple[object, ...]]:
    latitudes, longitudes = to_wgs84([row.fix for row in placed])
    return [
        (
            row.month,
            row.shipment_id,
            row.fix.key,
            devices.get(row.fix.device),
            source.value,
            row.fix.system,
            row.fix.at,
            now,
            row.fix.latitude,
            row.fix.longitude,
            latitude,
            longitude,
            row.fix.accuracy_m,
            row.fix.speed_mps,
            first_use(row.fix, now=now).value,
        )
        for row, latitude, longitude in zip(
            placed, latitudes.tolist(), longitudes.tolist(), strict=True
        )
    ]


def _devices(merchant_id: int, names: set[str], now: dt.datetime) -> dict[str, int]:
    """Return the devices of these names, made where they are new and not too many.

    Names are free text of the reporter: without a limit a batch of made-up ones would leave
    5,000 rows that nobody ever deletes.
    """
    if not names:
        return {}
    known = _known_devices(merchant_id, names)
    if names - known.keys():
        lock_keys("devices", [merchant_id])
        known = _known_devices(merchant_id, names)
    if missing := sorted(names - known.keys()):
        recent = Device.objects.filter(merchant_id=merchant_id, created_at__gt=now - NEW_FOR)
        room = max(0, MOST_NEW_DEVICES - recent.count())
        made = [Device(merchant_id=merchant_id, name=name) for name in missing[:room]]
        Device.objects.bulk_create(made)
        known |= {device.name: device.pk for device in made}
    return known


def _known_devices(merchant_id: int, names: set[str]) -> dict[str, int]:
    rows = Device.objects.filter(merchant_id=merchant_id, name__in=names)
    return dict(rows.values_list("name", "pk"))


def _want_a_look(
    placed: list[_Placed],
    fresh: set[tuple[int, bytes]],
    devices: Mapping[str, int],
    now: dt.datetime,
) -> None:
    """Count the fresh fixes on their tracks and say, after commit, that somebody should look."""
    counts: dict[int, int] = defaultdict(int)
    for shipment_id, _key in fresh:
        counts[shipment_id] += 1
    device = {row.shipment_id: devices.get(row.fix.device) for row in placed}
    rows = [(shipment_id, device.get(shipment_id), counts[shipment_id]) for shipment_id in counts]
    with connection.cursor() as cursor:
        cursor.execute(
            UPSERT_TRACKS, [now, now, clock.real_now(), *pack(TRACK_COLUMNS, sorted(rows))]
        )
    ids = sorted(counts)
    transaction.on_commit(
        lambda: positions_arrived.send_robust(sender=store_positions, shipment_ids=ids)
    )
