"""Saving the declaration page: what changed goes to one service, with the minutes it took.

What fills a gap is supplied; what replaces something is a correction and needs a reason. Nothing
a person typed is lost when a service refuses it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.customs import services
from apps.customs.admin.consignment_page import WHY, Opened, findings_told, sheet_of
from apps.customs.admin.desk_rows import CONSIGNMENT, incomplete_row
from apps.customs.admin.record_sheet import changes_of, typed_in, value_at
from apps.customs.admin.work_time import seconds_of
from apps.customs.choices import ChangeProblemCode
from apps.customs.desk_selectors import incomplete, with_borders
from apps.customs.errors import CannotChange, NotAllowedNow, ReasonNeeded, VersionChanged
from apps.customs.models import Consignment, RecordVersion
from apps.customs.record import Record, from_json
from apps.customs.record_paths import differences
from apps.customs.selectors import versions_of

MOST_REASON = 300
UNDO = "customs_undo"
NEVER_BACK = ("hs_source", "hs_confirmed_by", "hs_confirmed_at")
"""Who answers for a code follows from who writes it; it is not written itself."""


class Refused(Exception):
    """A service refused what was typed; ``shown`` is the page as it must be shown again."""

    def __init__(self, shown: Opened) -> None:
        super().__init__(shown.error)
        self.shown = shown


@dataclass(frozen=True, slots=True)
class Saved:
    """What to say and where to go."""

    text: str
    address: str


def save(request: HttpRequest, shown: Opened) -> Saved:
    """Write what differs from the version the page showed. Raises Refused."""
    row = shown.row
    typed = typed_in(request.POST)
    reason = request.POST.get("reason", "").strip()
    told = findings_told(shown.version, now=clock.now())
    changes = changes_of(sheet_of(shown, told), typed)
    if not changes:
        return Saved(_("Nothing was changed."), _page(row))
    try:
        _write(request, shown, changes, reason)
    except PortalError as error:
        raise Refused(_refused(shown, typed | {WHY: reason}, error)) from error
    row.refresh_from_db()
    request.session[UNDO] = [row.pk, row.record_version]
    left = "" if row.is_complete else " " + _("Something is still missing.")
    text = _("Saved as version %(number)s.") % {"number": row.record_version} + left
    if row.is_complete:
        text = _("Saved: everything that must be there is there.")
    return Saved(text, _next_page(request, row))


def take_back(request: HttpRequest, row: Consignment) -> str:
    """Write the values of the version before again. Raises PortalError."""
    if request.session.get(UNDO) != [row.pk, row.record_version]:
        raise NotAllowedNow(_("There is nothing of yours to take back."))
    numbers = [row.record_version - 1, row.record_version]
    rows = RecordVersion.objects.filter(consignment=row, number__in=numbers).order_by("number")
    before, after = (from_json(one.record) for one in rows)
    changed = differences(before, after)
    changes = {path: old for path, (old, _new) in changed.items() if not path.endswith(NEVER_BACK)}
    number = row.record_version
    services.correct_record(
        consignment=row,
        changes=changes,
        actor=Actor.user(request.user),
        reason=_("Version %(number)s taken back") % {"number": number},
        expected_version=number,
    )
    request.session.pop(UNDO)
    return _("Taken back: the values before version %(number)s count again.") % {"number": number}


def _write(request: HttpRequest, shown: Opened, changes: dict[str, Any], reason: str) -> None:
    given: dict[str, Any] = {
        "consignment": shown.row,
        "changes": changes,
        "actor": Actor.user(request.user),
        "seconds": seconds_of(request, shown.row),
        "expected_version": _version_of(request),
    }
    if shown.is_shop or not is_correction(shown.record, changes):
        services.supply_missing(**given)
        return
    if not reason:
        raise ReasonNeeded
    services.correct_record(**given, reason=reason[:MOST_REASON])


def is_correction(record: Record, changes: Mapping[str, Any]) -> bool:
    """Tell whether a change replaces something that stands there, so that it needs a reason."""
    lines = {str(line.position): line for line in record.lines}
    for path in changes:
        names = path.split(".")
        part: Any = record
        if names[0] == "lines":
            part, names = lines.get(names[1]), names[2:]
        if value_at(part, ".".join(names)) and names[-1] != "identifiers":
            return True
    return False


def _version_of(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise VersionChanged
    return int(text)


def _refused(shown: Opened, typed: Mapping[str, str], error: PortalError) -> Opened:
    problems = {}
    if isinstance(error, CannotChange):
        problems = {one.path: problem_words(one.code) for one in error.problems}
    return dataclasses.replace(shown, typed=typed, problems=problems, error=str(error))


def problem_words(code: str) -> str:
    """Return why a value cannot be written."""
    known = ChangeProblemCode.parse(code)
    return str(known.label) if known else code


def _page(row: Consignment) -> str:
    return reverse(CONSIGNMENT, args=[row.pk])


def _next_page(request: HttpRequest, row: Consignment) -> str:
    """Return this page, or the field the next parcel misses where the person asked for it."""
    if request.POST.get("then") != "next":
        return _page(row)
    now = clock.now()
    following = with_borders(incomplete(request.user).exclude(pk=row.pk)).first()
    if following is None:
        return reverse("admin:customs_consignment_desk")
    version = versions_of([following]).get(following.pk)
    return str(incomplete_row(following, version, now=now)["first"])
