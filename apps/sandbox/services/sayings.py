"""What customers of booked parcels say: of those still to come, and of a stretch of the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from apps.sandbox import world
from apps.sandbox.models import SandboxParcel
from apps.sandbox.sayings import Saying, sayings_of

LOOK_BACK = dt.timedelta(days=20)
MISSED = dt.timedelta(days=2)
"""What fell due so long ago is said again after a restart; who hears it twice keeps it once."""


def upcoming_sayings(*, after_id: int, now: dt.datetime) -> Iterator[tuple[int, int]]:
    """Yield (parcel id, when its customer next says something) of parcels newer than an id.

    An id without anything to say comes with the moment 0, so that the caller can move on.
    """
    rows = SandboxParcel.objects.filter(pk__gt=after_id, booked_at__gt=now - LOOK_BACK)
    since = world.epoch(now - MISSED)
    for parcel in rows.exclude(plan={}).order_by("pk").iterator(chunk_size=500):
        due = (one.at for one in _of(parcel) if one.at > since)
        yield parcel.pk, next(due, 0)


def due_sayings(
    *, parcel_ids: Iterable[int], after: dt.datetime, now: dt.datetime
) -> dict[int, tuple[str, list[Saying], int]]:
    """Return by parcel its number, what its customer has said since ``after``, and when next.

    As the plans stand now; 0 where nothing follows.
    """
    first, last = world.epoch(after), world.epoch(now)
    found = {}
    for parcel in SandboxParcel.objects.filter(pk__in=list(parcel_ids)):
        said = _of(parcel)
        due = [one for one in said if first < one.at <= last]
        following = next((one.at for one in said if one.at > last), 0)
        found[parcel.pk] = (parcel.number, due, following)
    return found


def past_sayings(*, now: dt.datetime) -> Iterator[tuple[str, Saying]]:
    """Yield (number, saying) of everything customers had said by ``now``."""
    last = world.epoch(now)
    rows = SandboxParcel.objects.exclude(plan={}).order_by("pk")
    for parcel in rows.iterator(chunk_size=500):
        for one in _of(parcel):
            if one.at <= last:
                yield parcel.number, one


def _of(parcel: SandboxParcel) -> list[Saying]:
    plan = parcel.read_plan()
    return sayings_of(plan, seed=world.seed()) if plan is not None else []
