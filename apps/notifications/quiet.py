"""Quiet hours: when what can wait is sent. Pure."""

from __future__ import annotations

import datetime as dt
import zoneinfo


def quiet_until(
    now: dt.datetime, *, begins: dt.time | None, ends: dt.time | None, zone: str
) -> dt.datetime | None:
    """Return when the quiet hours that hold at ``now`` (aware) end; None outside of them.

    ``begins`` and ``ends`` are local to the IANA ``zone`` and may lie around midnight; the same
    time twice means no quiet hours. An end that a change of clocks skips or repeats is the first
    moment of that name.
    """
    if begins is None or ends is None or begins == ends:
        return None
    local = now.astimezone(zoneinfo.ZoneInfo(zone))
    time = local.time().replace(tzinfo=None)
    over_night = begins > ends
    inside = (time >= begins or time < ends) if over_night else begins <= time < ends
    if not inside:
        return None
    day = local.date() + dt.timedelta(days=1 if over_night and time >= begins else 0)
    return dt.datetime.combine(day, ends, tzinfo=local.tzinfo).astimezone(dt.UTC)
