"""When a courier shall come, and when what goes abroad leaves.

shunfeng wants a slot of at least one hour that ends at least two hours from now (contract §5.1).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
NEEDS_SLOT = frozenset({"shunfeng", "shunfengkuaiyun", "shunfenglengyun"})
FIRST_HOUR, LAST_HOUR, SLOT_HOURS = 9, 20, 3
LEAVES_IF_BY, LEAVES_HOUR = 12, 18
SUNDAY = 7


@dataclass(frozen=True, slots=True)
class PickupSlot:
    """A day in the platform's words (今天, 明天) and China time from and to, HH:mm."""

    day: str
    start: str
    end: str


def next_slot(now: dt.datetime) -> PickupSlot:
    """The earliest slot of three hours that a courier can keep."""
    hour = max(now.astimezone(CHINA).hour + 1, FIRST_HOUR)
    if hour + SLOT_HOURS > LAST_HOUR:
        return PickupSlot("明天", f"{FIRST_HOUR:02d}:00", f"{FIRST_HOUR + SLOT_HOURS:02d}:00")
    return PickupSlot("今天", f"{hour:02d}:00", f"{hour + SLOT_HOURS:02d}:00")


def leaves_at(placed_at: dt.datetime) -> dt.datetime:
    """When a parcel leaves the warehouse for abroad: placed by noon, the same day at 18:00.

    Later ones leave the next day. China time; this is what a declaration must be complete by.
    """
    local = placed_at.astimezone(CHINA)
    days = 0 if local.hour < LEAVES_IF_BY else 1
    day = (local + dt.timedelta(days=days)).date()
    return dt.datetime.combine(day, dt.time(LEAVES_HOUR), CHINA).astimezone(dt.UTC)


def call_time(now: dt.datetime, closes: str) -> dt.datetime:
    """When a carrier that is called finds the parcel ready: in an hour, by ``closes`` (HH:mm).

    At least an hour must be left for it to come, else it is called for the next morning; Sundays
    are passed over.
    """
    local = (now.astimezone(CHINA) + dt.timedelta(hours=1)).replace(second=0, microsecond=0)
    last = dt.datetime.combine(local.date(), dt.time.fromisoformat(closes), CHINA)
    first = dt.datetime.combine(local.date(), dt.time(FIRST_HOUR), CHINA)
    if local > last - dt.timedelta(hours=1):
        local = first + dt.timedelta(days=1)
    local = max(local, dt.datetime.combine(local.date(), dt.time(FIRST_HOUR), CHINA))
    if local.isoweekday() == SUNDAY:
        local = dt.datetime.combine(local.date() + dt.timedelta(days=1), dt.time(FIRST_HOUR), CHINA)
    return local.astimezone(dt.UTC)
