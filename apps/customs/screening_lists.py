"""The lists of denied parties that count, how old they are, and their names ready to be asked.

The names are kept in the process until a newer list is whole; whoever comes first then waits for
the new index, seconds for 60,000 names.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from apps.core import clock
from apps.customs.areas import EVERYWHERE
from apps.customs.choices import ListAge
from apps.customs.compliance.binding import day_at
from apps.customs.models import DeniedList, DeniedName, Threshold
from apps.customs.screening.index import Listed, NameIndex
from apps.shipments.zones import CHINA

MAX_AGE, HOLD_AFTER = "screening_max_age_days", "screening_hold_days"
DEFAULT_MAX_AGE = 7
"""Days, where no figure says otherwise (customs.md §5)."""


@dataclass(frozen=True, slots=True)
class ListState:
    """The newest list of each source. ``as_of`` is the oldest of them: it decides ``age``."""

    lists: tuple[DeniedList, ...]
    as_of: dt.date | None
    days: int | None
    age: ListAge

    @property
    def is_fresh(self) -> bool:
        """Whether a name that is near to nothing is clear."""
        return self.age is ListAge.FRESH

    @property
    def stamp(self) -> str:
        """What screening depends on beside the record."""
        return ",".join([self.age.value, *(str(one.pk) for one in self.lists)])


def lists_in_use() -> QuerySet[DeniedList]:
    """Return the lists that may count, the newest first; of each source the first does."""
    rows = DeniedList.objects.filter(ready_at__isnull=False, retired_at__isnull=True)
    return rows.order_by("-as_of", "-id")


def list_state(at: dt.datetime | None = None) -> ListState:
    """Return the lists that count at a moment, now by default, and whether they are too old."""
    today = day_at(CHINA, at or clock.now())
    newest = lists_in_use().order_by("source", "-as_of", "-id").distinct("source")
    lists = tuple(newest)
    if not lists:
        return ListState((), None, None, ListAge.NONE)
    as_of = min(one.as_of for one in lists)
    days = (today - as_of).days
    return ListState(lists, as_of, days, _age(days, today))


_lock = threading.Lock()
_kept: dict[tuple[int, ...], NameIndex] = {}


def name_index(lists: tuple[DeniedList, ...]) -> NameIndex:
    """Return the names of some lists ready to be asked; built once a process and set of lists."""
    wanted = tuple(one.pk for one in lists)
    index = _kept.get(wanted)
    if index is not None:
        return index
    with _lock:
        if wanted not in _kept:
            rows = DeniedName.objects.filter(denied_list_id__in=wanted).order_by("id")
            names = rows.values_list("id", "name").iterator(chunk_size=5_000)
            index = NameIndex(Listed(*row) for row in names)
            _kept.clear()
            _kept[wanted] = index
        return _kept[wanted]


def _age(days: int, today: dt.date) -> ListAge:
    limits = _limits(today)
    held_after = limits.get(HOLD_AFTER)
    if days <= limits.get(MAX_AGE, DEFAULT_MAX_AGE):
        return ListAge.FRESH
    return ListAge.TOO_OLD if held_after is not None and days > held_after else ListAge.OLD


def _limits(today: dt.date) -> dict[str, int]:
    rows = Threshold.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        area=EVERYWHERE,
        kind__in=(MAX_AGE, HOLD_AFTER),
        valid_from__lte=today,
    )
    return {row.kind: int(row.amount) for row in rows.order_by("valid_from")}
