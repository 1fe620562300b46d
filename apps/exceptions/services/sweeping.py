"""The nightly look at whole tracks: what the looks at the newest rows could not see."""

from __future__ import annotations

import datetime as dt

from apps.core import clock
from apps.exceptions.services.looking import Looked, look_at_whole
from apps.shipments.models import Track

SWEPT = dt.timedelta(hours=36)
TOGETHER = 20


def sweep_tracks(*, since: dt.timedelta = SWEPT) -> dict[str, int]:
    """Look from the beginning at every track that was heard of lately."""
    rows = Track.objects.filter(last_heard_at__gte=clock.now() - since)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    looked = Looked()
    for first in range(0, len(ids), TOGETHER):
        looked += look_at_whole(shipment_ids=ids[first : first + TOGETHER])
    return {
        "tracks": looked.tracks, "raised": looked.raised, "kept": looked.kept,
        "withdrawn": looked.withdrawn,
    }  # fmt: skip
