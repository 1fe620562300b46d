"""What customers say by week: counts from three grouped statements, whatever the table's size."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from apps.accounts.choices import KeyMode
from apps.core import bulk
from apps.exceptions.services.voice_links import MODES
from apps.exceptions.voice_math import DETRACTOR, PROMOTER, Voice

CHINA = ZoneInfo("Asia/Shanghai")
WEEKS = 12
WEEK = dt.timedelta(weeks=1)
LANE = "lane_from || '>' || lane_to"
BY: dict[str, tuple[str, str]] = {
    "carrier": ("carrier", "carrier"),
    "merchant": ("merchant_id::text", "merchant_id::text"),
    "lane": (
        "left(origin_code, 2) || '>' || CASE WHEN destination_country IN ('', 'CN')"
        " THEN left(destination_code, 2) ELSE destination_country END",
        LANE,
    ),
}
"""What figures are told apart by → the key of a shipment, and of a contact or answer."""
IN_WEEK = "floor(extract(epoch FROM {at} - %(since)s) / 604800)::int"
DELIVERED = """
SELECT {week} AS week, {key} AS key, count(*) FROM shipments_shipment
WHERE delivered_at >= %(since)s AND delivered_at < %(until)s AND mode = ANY(%(modes)s) {own}
GROUP BY 1, 2
"""
CONTACTS = """
SELECT {week} AS week, {key} AS key, count(*), count(*) FILTER (WHERE is_complaint)
FROM exceptions_contact
WHERE at >= %(since)s AND at < %(until)s AND mode = %(mode)s AND withdrawn_at IS NULL {own}
GROUP BY 1, 2
"""
ANSWERS = f"""
SELECT {{week}} AS week, {{key}} AS key, count(*), count(*) FILTER (WHERE score >= {PROMOTER}),
       count(*) FILTER (WHERE score <= {DETRACTOR})
FROM exceptions_npsanswer
WHERE at >= %(since)s AND at < %(until)s AND mode = %(mode)s {{own}}
GROUP BY 1, 2
"""  # noqa: S608 - numbers of the module's own
OWN = "AND merchant_id = %(merchant)s"


@dataclass(frozen=True, slots=True)
class Weekly:
    """The figures of twelve weeks: ``weeks`` are their Mondays, oldest first; ``total`` has one
    sum a week, ``by_key`` one a week for each carrier, merchant or lane."""

    weeks: tuple[dt.date, ...]
    total: tuple[Voice, ...]
    by_key: dict[str, tuple[Voice, ...]]


def weekly_voice(*, now: dt.datetime, mode: str, by: str, merchant_id: int | None) -> Weekly:
    """Return the figures of the week of ``now`` and the eleven before it, in China's weeks.

    ``merchant_id`` None means all merchants. A parcel counts in the week it was delivered in, a
    contact or answer in the week it was made in; live and manual parcels count together.
    """
    monday = _monday(now)
    since = dt.datetime.combine(monday - (WEEKS - 1) * WEEK, dt.time(), CHINA)
    given = {
        "since": since,
        "until": since + WEEKS * WEEK,
        "mode": mode,
        "modes": list(MODES[mode]),
        "merchant": merchant_id,
    }
    own = OWN if merchant_id is not None else ""
    ship_key, said_key = BY[by]
    cells: defaultdict[tuple[int, str], Voice] = defaultdict(Voice)
    for week, key, delivered in _rows(DELIVERED, "delivered_at", ship_key, own, given):
        cells[week, key] = cells[week, key].plus(Voice(delivered=delivered))
    for week, key, contacts, complaints in _rows(CONTACTS, "at", said_key, own, given):
        said = Voice(contacts=contacts, complaints=complaints)
        cells[week, key] = cells[week, key].plus(said)
    for week, key, answers, up, down in _rows(ANSWERS, "at", said_key, own, given):
        told = Voice(answers=answers, promoters=up, detractors=down)
        cells[week, key] = cells[week, key].plus(told)
    keys = sorted({key for _week, key in cells})
    by_key = {key: tuple(cells[week, key] for week in range(WEEKS)) for key in keys}
    total = tuple(summed(rows[week] for rows in by_key.values()) for week in range(WEEKS))
    weeks = tuple(since.date() + n * WEEK for n in range(WEEKS))
    return Weekly(weeks, total, by_key)


def summed(parts: Iterable[Voice]) -> Voice:
    """Return the sum of figures."""
    total = Voice()
    for part in parts:
        total = total.plus(part)
    return total


def default_mode(*, is_world_simulated: bool) -> str:
    """Return the mode a page begins with: a simulated world has only the sandbox's customers."""
    return (KeyMode.SANDBOX if is_world_simulated else KeyMode.LIVE).value


def _monday(now: dt.datetime) -> dt.date:
    today = now.astimezone(CHINA).date()
    return today - dt.timedelta(days=today.weekday())


def _rows(sql: str, at: str, key: str, own: str, given: dict[str, object]) -> list[tuple[Any, ...]]:
    statement = sql.format(week=IN_WEEK.format(at=at), key=key, own=own)
    return bulk.fetch(statement, given)  # type: ignore[arg-type]
