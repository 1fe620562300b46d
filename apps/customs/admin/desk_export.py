"""Tables of the desk as CSV: one line for each thing missing, and the figures."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.paging import COUNT_CAP
from apps.core.sheets import neutral
from apps.customs.admin.wording import finding_told
from apps.customs.desk_selectors import incomplete
from apps.customs.findings import Finding
from apps.customs.models import Consignment
from apps.customs.selectors import versions_of

BATCH = 500


def csv_response(name: str, rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return rows as a download, with the mark spreadsheets need to read UTF-8."""
    file = StringIO("\ufeff")
    file.seek(0, 2)
    writer = csv.writer(file)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    response = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def incomplete_csv(user: Any) -> HttpResponse:
    """Send what leaves incomplete, the first to leave first, a line for each thing missing."""
    stamp = timezone.localtime(clock.now()).strftime("%Y%m%d-%H%M")
    return csv_response(f"customs-incomplete-{stamp}.csv", _incomplete_rows(user))


def _incomplete_rows(user: Any) -> Iterator[list[Any]]:
    yield [
        _("order number"), _("tracking number"), _("merchant"), _("destination"), _("cut-off"),
        _("missing"), _("who must supply it"), _("until"),
    ]  # fmt: skip
    now = clock.now()
    found = incomplete(user).select_related("merchant", "shipment")[:COUNT_CAP]
    rows: list[Consignment] = []
    for row in found.iterator(chunk_size=BATCH):
        rows.append(row)
        if len(rows) == BATCH:
            yield from _lines(rows, now)
            rows = []
    yield from _lines(rows, now)


def _lines(rows: list[Consignment], now: Any) -> Iterator[list[Any]]:
    versions = versions_of(rows)
    for row in rows:
        version = versions.get(row.pk)
        for one in version.findings if version else ():
            told = finding_told(Finding.from_json(one), now=now)
            if told["blocks"]:
                yield [
                    row.reference, row.shipment.number, row.merchant.name, row.destination,
                    _time(row.cut_off), told["name"], str(told["supplier"].label),
                    _time(Finding.from_json(one).until),
                ]  # fmt: skip


def _time(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
