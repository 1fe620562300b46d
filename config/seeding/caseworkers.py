"""What the people of the demo made of a case: when they saw it, and how they dealt with it. Pure.

Reds are seen at any hour, the rest in the daytime, all before they would escalate. What the parcel
puts right first clears itself; what still holds is closed only after it has turned red, because a
case closed before would be opened again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from zoneinfo import ZoneInfo

from apps.exceptions.choices import CloseReason, ContactReason, Severity, WaitingFor

HOUR = dt.timedelta(hours=1)
HOME = ZoneInfo("Asia/Shanghai")
MORNING, EVENING = 8, 21
LATELY = 54 * HOUR
OVERLOOKED = 0.2
"""The share of the latest cases nobody has looked at: the older of them escalate."""
WAITS, SAYS, CALLED = 0.22, 0.1, 0.04
FALSE, DOUBLE = 0.09, 0.04
"""Shares of cases that are set waiting, noted on, called about, false alarms, and duplicates."""
AT_ONCE = 0.8
"""The share of closed cases nobody had acknowledged before."""
ALONE = 0.3
"""The share of cases everybody knew to clear themselves soon."""
R, W = CloseReason, WaitingFor


@dataclass(frozen=True, slots=True)
class Habit:
    """How cases of some rules end, whom they wait for, and what is noted."""

    waits_for: WaitingFor
    ends: Sequence[CloseReason]
    note: str


HABITS: Mapping[str, Habit] = {
    "not_booked": Habit(W.MERCHANT, (R.CUSTOMER_INFORMED, R.CANCELLED), "已请店铺充值或换快递。"),
    "customs_problem": Habit(W.CUSTOMS, (R.CARRIER_FIXED, R.CUSTOMER_INFORMED), "报关行已补资料。"),
    "return_started": Habit(W.MERCHANT, (R.RETURNED, R.SENT_AGAIN), "已问店铺是否补发。"),
    "refused": Habit(W.CUSTOMER, (R.RETURNED, R.CUSTOMER_INFORMED), "客户不要了，等退回。"),
    "damaged": Habit(W.CARRIER, (R.COMPENSATED, R.SENT_AGAIN), "客户发来照片，已报理赔。"),
    "out_of_area": Habit(W.CUSTOMER, (R.CARRIER_FIXED, R.CUSTOMER_INFORMED), "网点不派，转邮政。"),
    "unreachable": Habit(
        W.CUSTOMER, (R.CUSTOMER_INFORMED, R.CARRIER_FIXED), "换号码打通，约明天。"
    ),
}
USUAL = Habit(
    W.CARRIER, (R.CARRIER_FIXED, R.CUSTOMER_INFORMED, R.MOVED_ON), "已催派，网点答应今天处理。"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A case as its history tells it: opened, turned red, over by itself (None: still so)."""

    code: str
    severity: str
    opened_at: dt.datetime
    red_at: dt.datetime | None
    over_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Life:
    """When people did what, None where they did not (yet). ``wait_until`` goes with ``wait_at``.

    ``end`` is the reason of ``closed_at``, where ``cleared_at`` is not first.
    """

    seen_at: dt.datetime | None = None
    wait_at: dt.datetime | None = None
    wait_until: dt.datetime | None = None
    waits_for: str = ""
    note: str = ""
    called_at: dt.datetime | None = None
    called_about: str = ""
    closed_at: dt.datetime | None = None
    end: str = ""
    cleared_at: dt.datetime | None = None
    is_acknowledged: bool = False


def life_of(told: Told, rng: Random, *, now: dt.datetime) -> Life:
    """Return what became of a case by ``now``; the same draws give the same life."""
    habit = HABITS.get(told.code, USUAL)
    seen_at = _seen(told, rng, now)
    work = rng.uniform(0.4, 16) * HOUR
    waits, says, calls, how, at_once, alone = (rng.random() for _ in range(6))
    over_at = told.over_at if told.over_at is not None and told.over_at <= now else None
    if over_at is not None and alone < ALONE:
        return Life(cleared_at=over_at)
    if seen_at is None or seen_at > now or (over_at is not None and over_at <= seen_at):
        return Life(cleared_at=over_at)
    done_at = seen_at + work
    wait_at = wait_until = None
    if waits < WAITS:
        wait_at, wait_until = seen_at + 0.1 * HOUR, seen_at + rng.uniform(20, 70) * HOUR
        done_at = wait_until + work
    if over_at is None and told.red_at is not None:
        done_at = max(done_at, told.red_at + work)
    end = min(done_at, over_at or done_at)
    called_at = told.opened_at + (min(end, now) - told.opened_at) * 0.7
    return Life(
        seen_at=seen_at,
        wait_at=wait_at if wait_at is not None and wait_at < min(end, now) else None,
        wait_until=wait_until,
        waits_for=habit.waits_for.value,
        note=habit.note if says < SAYS else "",
        called_at=called_at if calls < CALLED else None,
        called_about=_about(told.code),
        closed_at=done_at if done_at == end <= now else None,
        end=_reason(habit, how, holds=over_at is None).value,
        cleared_at=over_at if over_at is not None and over_at == end else None,
        is_acknowledged=end > now or at_once >= AT_ONCE,
    )


def _seen(told: Told, rng: Random, now: dt.datetime) -> dt.datetime | None:
    """When somebody looked at it first; None for the few nobody looked at."""
    overlooked, red, rest, morning = (rng.random() for _ in range(4))
    if overlooked < OVERLOOKED and told.opened_at > now - LATELY:
        return None
    if told.severity == Severity.RED.value:
        return told.opened_at + (0.2 + 2 * red) * HOUR
    at = told.opened_at + (0.5 + 3.5 * rest) * HOUR
    local = at.astimezone(HOME)
    if MORNING <= local.hour < EVENING:
        return at
    day = local.date() + dt.timedelta(days=local.hour >= EVENING)
    return dt.datetime.combine(day, dt.time(MORNING), HOME) + morning * HOUR


def _reason(habit: Habit, draw: float, *, holds: bool) -> CloseReason:
    if draw < FALSE:
        return CloseReason.FALSE_ALARM
    if draw < FALSE + DOUBLE and not holds:
        return CloseReason.DUPLICATE
    return habit.ends[int(draw * 1000) % len(habit.ends)]


def _about(code: str) -> str:
    about = {"customs_problem": ContactReason.CUSTOMS, "damaged": ContactReason.DAMAGED}
    return about.get(code, ContactReason.WHERE_IS_IT).value
