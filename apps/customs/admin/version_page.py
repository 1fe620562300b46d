"""One version of a record against the one before it: what was written, by whom, why."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from apps.accounts.faces import shown
from apps.core import clock
from apps.customs.admin.record_fields import SECTIONS
from apps.customs.admin.wording import label_of, moment_words, who_words
from apps.customs.choices import StepSource
from apps.customs.models import Consignment, RecordVersion
from apps.customs.personal import mask_identifier
from apps.customs.record import from_json
from apps.customs.record_paths import differences, flatten

MOST_ROWS = 200
MASKS = {one.path: one.mask for _name, _title, fields in SECTIONS for one in fields if one.mask}
NUMBERS = ("recipient.identifiers", "importer.identifiers")
Told = dict[str, Any]


def version_page(row: Consignment, number: int, *, revealed: bool) -> Told:
    """Return a version with what it changed; two queries. Raises Http404."""
    rows = RecordVersion.objects.filter(consignment=row, number__in=[number, number - 1])
    found = {one.number: one for one in rows}
    if number not in found:
        raise Http404(_("There is no such version."))
    version = found[number]
    return {
        "row": row,
        "version": version,
        "source": StepSource.parse(version.source),
        "who": who_words(version.written_by),
        "at": moment_words(version.written_at, now=clock.now()),
        "changes": changes_told(found.get(number - 1), version, revealed=revealed)[:MOST_ROWS],
        "is_first": number - 1 not in found,
    }


def changes_told(
    before: RecordVersion | None, after: RecordVersion, *, revealed: bool
) -> list[Told]:
    """Return what differs between two versions, personal data masked unless revealed."""
    record = from_json(after.record)
    if before is None:
        changed = {path: (None, value) for path, value in flatten(record).items()}
    else:
        changed = differences(from_json(before.record), record)
    return [
        {
            "path": path,
            "label": label_of(path),
            "before": _said(path, old, revealed=revealed),
            "after": _said(path, new, revealed=revealed),
        }
        for path, (old, new) in changed.items()
    ]


def _said(path: str, value: Any, *, revealed: bool) -> str:
    if value is None:
        return ""
    if path in NUMBERS and isinstance(value, list):
        return ", ".join(_number(one, revealed=revealed) for one in value)
    mask = MASKS.get(path)
    if mask:
        return shown(value, mask, revealed=revealed)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _number(one: Told, *, revealed: bool) -> str:
    value = str(one.get("value", ""))
    return f"{one.get('kind', '')} {value if revealed else mask_identifier(value)}"
