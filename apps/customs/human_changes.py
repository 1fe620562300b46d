"""What people wrote into a record, found again from its versions. Pure.

When a parcel is drafted again, because the order or a product changed, what people wrote stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from apps.customs.choices import HsSource, StepSource
from apps.customs.record import Record
from apps.customs.record_paths import LINES, differences, flatten, with_values

_HS_MARKS = ("hs_source", "hs_confirmed_by", "hs_confirmed_at", "hs_edition")
_HS = ("hs_code", "import_code", "export_code", *_HS_MARKS)
_FROM_THE_SHIPMENT = frozenset({"number", "carrier", "handed_over_by"})


class Written(NamedTuple):
    """One version: who wrote it, and its record."""

    source: str
    record: Record


def human_changes(versions: Iterable[Written]) -> dict[str, Any]:
    """Return what people wrote, by path, oldest version first in ``versions``.

    A value somebody took back to what had been drafted is nobody's any more.
    """
    changes: dict[str, Any] = {}
    drafted: Mapping[str, Any] = {}
    before: Record | None = None
    for source, record in versions:
        people = source in {StepSource.PERSON.value, StepSource.STOREFRONT.value}
        if before is None or not people:
            drafted = flatten(record)
        else:
            for path, (_old, new) in differences(before, record).items():
                changes[path] = new
                if new == drafted.get(path):
                    del changes[path]
        before = record
    return {path: value for path, value in changes.items() if path not in _FROM_THE_SHIPMENT}


def with_human_changes(record: Record, changes: Mapping[str, Any]) -> Record:
    """Return a new draft with what people wrote.

    A code a shop stated gives way to one that is confirmed for the product meanwhile.
    """
    confirmed = {
        str(line.position) for line in record.lines if line.hs_source == HsSource.CONFIRMED.value
    }
    kept = {
        path: value for path, value in changes.items() if not _gives_way(path, changes, confirmed)
    }
    return with_values(record, kept) if kept else record


def _gives_way(path: str, changes: Mapping[str, Any], confirmed: set[str]) -> bool:
    names = path.split(".")
    if names[0] != LINES or names[-1] not in _HS or names[1] not in confirmed:
        return False
    return changes.get(f"{LINES}.{names[1]}.hs_source") == HsSource.STATED.value
