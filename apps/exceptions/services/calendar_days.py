"""Days that differ from their weekday: set, taken back, and a year of them at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.actions import Actor, record_action
from apps.core.locks import lock_keys
from apps.exceptions.errors import DaysRefused
from apps.exceptions.models import CalendarDay
from apps.exceptions.rulebook.business_time import FIRST_DAY, LAST_DAY

MOST_LINES = 400
MOST_BYTES = 40_000
REGION = re.compile(r"[A-Z]{2}")
WORKED = {"worked": True, "work": True, "上班": True, "off": False, "休": False, "放假": False}


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that differs: worked or off, and what it is called."""

    day: dt.date
    is_working: bool
    name: str


def read_days(text: str) -> list[NamedDay]:
    """Return the days of a pasted list: ``date, off|worked (休|上班), name``, a line each.

    Raises DaysRefused naming the first line that cannot be read; a day twice is one, too.
    """
    if len(text) > MOST_BYTES:
        raise DaysRefused(_("At most %(most)d lines.") % {"most": MOST_LINES})
    found: dict[dt.date, NamedDay] = {}
    lines = [line.strip() for line in text.splitlines()]
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        made = _read_line(line)
        if made is None or made.day in found:
            raise DaysRefused(_("Line %(number)d cannot be read.") % {"number": number})
        found[made.day] = made
    if not found or len(found) > MOST_LINES:
        raise DaysRefused(_("1 to %(most)d lines.") % {"most": MOST_LINES})
    return list(found.values())


def _read_line(line: str) -> NamedDay | None:
    parts = [part.strip() for part in re.split(r"[,，\t;；]", line)]
    if len(parts) != 3 or parts[1].lower() not in WORKED or not 1 <= len(parts[2]) <= 60:
        return None
    try:
        day = dt.date.fromisoformat(parts[0])
    except ValueError:
        return None
    if not FIRST_DAY <= day < LAST_DAY:
        return None
    return NamedDay(day, WORKED[parts[1].lower()], parts[2])


def set_days(*, region: str, days: Sequence[NamedDay], user: User) -> int:
    """Write days of a region, over what stands there; returns how many.

    Business hours count by them from the next look on, in every process, and everything underway
    is judged once more. Raises DaysRefused for a region that is no country code.
    """
    _check_region(region)
    with transaction.atomic():
        lock_keys("exceptions.calendar", [region])
        held = {one.day: one for one in CalendarDay.objects.filter(region=region)}
        before, after, rows = {}, {}, []
        for one in days:
            row = held.get(one.day)
            if row and (row.is_working, row.name) == (one.is_working, one.name):
                continue
            if row:
                before[one.day.isoformat()] = _said(row.is_working, row.name)
            after[one.day.isoformat()] = _said(one.is_working, one.name)
            rows.append(
                CalendarDay(region=region, day=one.day, is_working=one.is_working, name=one.name)
            )
        CalendarDay.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["region", "day"],
            update_fields=["is_working", "name"],
        )  # fmt: skip
        if after:
            record_action(
                action="exceptions.calendar.changed", actor=Actor.user(user),
                subject=("exceptions.calendarday", region), before=before, after=after,
            )  # fmt: skip
    return len(after)


def clear_day(*, region: str, day: dt.date, user: User) -> bool:
    """Let a day be again what its weekday says; tells whether it differed."""
    _check_region(region)
    with transaction.atomic():
        lock_keys("exceptions.calendar", [region])
        row = CalendarDay.objects.filter(region=region, day=day).first()
        if row is None:
            return False
        said = {day.isoformat(): _said(row.is_working, row.name)}
        row.delete()
        record_action(
            action="exceptions.calendar.changed", actor=Actor.user(user),
            subject=("exceptions.calendarday", region), before=said,
        )  # fmt: skip
    return True


def _check_region(region: str) -> None:
    if not REGION.fullmatch(region):
        raise DaysRefused(_("A region is a country's two letters."))


def _said(is_working: bool, name: str) -> str:
    return f"{'worked' if is_working else 'off'}: {name}"
