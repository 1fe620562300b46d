"""Lists of denied parties: taken in whole or not at all, and taken out of use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.core.locks import try_lock
from apps.customs.models import DeniedList, DeniedName, Screening
from apps.customs.screening.normalising import LONGEST_NAME, read_name
from apps.customs.screening.reading import (
    BadRow,
    Entry,
    UnreadableList,
    digest_of_file,
    read_entries,
)
from apps.customs.screening_lists import lists_in_use

CHUNK = 1_000
MOST_TOLD = 20
MOST_BAD_SHARE = 0.01
FEWEST_LEFT_SHARE = 0.5
LISTS_KEPT = 3
LONGEST_WORD = 60


class ListRefused(PortalError):
    """The list cannot be taken in, or not be taken out of use."""

    code = "list_refused"
    permanent = True


@dataclass
class Imported:
    """What an import came to. ``is_new`` is False where this very file was there already."""

    row: DeniedList
    is_new: bool = True
    bad: int = 0
    told: list[BadRow] = field(default_factory=list)


def import_denied(
    *, path: Path, source: str, as_of: dt.date, actor: Actor, even_if_odd: bool = False
) -> Imported:
    """Take in a list file (CSV or JSON); nobody sees it before it is whole.

    The same file again stores nothing: a later ``as_of`` says that the list is still this. Rows
    that are no entry are named and left out. Raises UnreadableList, and ListRefused for a date in
    the future, while another import of this source runs, and unless ``even_if_odd`` where more
    than one row of a hundred is bad or fewer than half of the last list's entries are left.
    """
    if as_of > clock.now().date() + dt.timedelta(days=1):
        raise ListRefused(_("A list cannot be of a day in the future."), code="future")
    digest = digest_of_file(path)
    with try_lock(f"customs.denied:{source}") as mine:
        if not mine:
            raise ListRefused(_("Another import of this source is running."), code="busy")
        known = DeniedList.objects.filter(source=source, digest=digest).first()
        if known is not None and known.ready_at and known.retired_at is None:
            return _confirmed(known, as_of, actor)
        _drop_unfinished(source)
        made = Imported(_begin(known, source, as_of, digest, actor))
        try:
            _fill(made, path)
            _refuse_odd(made, even_if_odd)
        except (UnreadableList, ListRefused):
            _forget(made.row)
            raise
        _finish(made, actor)
        _forget_old(source)
    return made


def retire_list(*, row: DeniedList, reason: str, actor: Actor) -> DeniedList:
    """Take a list out of use: the one before it of the same source counts again, if there is one.

    Raises ListRefused without a reason and for one not in use.
    """
    if not reason.strip():
        raise ListRefused(_("Say why."), code="no_reason")
    with transaction.atomic():
        kept = DeniedList.objects.select_for_update().get(pk=row.pk)
        if kept.ready_at is None or kept.retired_at is not None:
            raise ListRefused(_("This list is not in use."), code="not_in_use")
        kept.retired_at, kept.retired_by = clock.now(), actor.name[:80]
        kept.save(update_fields=["retired_at", "retired_by"])
        _log("customs.denied_list.retired", kept, actor, note=reason.strip()[:300])
    return kept


def restore_list(*, row: DeniedList, actor: Actor) -> DeniedList:
    """Put a list back into use. Raises ListRefused where it is, or its names are not kept."""
    with transaction.atomic():
        kept = DeniedList.objects.select_for_update().get(pk=row.pk)
        if kept.ready_at is None or kept.retired_at is None:
            raise ListRefused(_("This list is in use."), code="in_use")
        if not kept.names.exists():
            raise ListRefused(_("Its names are not kept any more; import it again."), code="gone")
        kept.retired_at, kept.retired_by = None, ""
        kept.save(update_fields=["retired_at", "retired_by"])
        _log("customs.denied_list.restored", kept, actor)
    return kept


def _confirmed(known: DeniedList, as_of: dt.date, actor: Actor) -> Imported:
    if as_of > known.as_of:
        with transaction.atomic():
            known.as_of = as_of
            known.save(update_fields=["as_of"])
            _log("customs.denied_list.confirmed", known, actor)
    return Imported(known, is_new=False, bad=known.bad_rows)


def _begin(
    known: DeniedList | None, source: str, as_of: dt.date, digest: str, actor: Actor
) -> DeniedList:
    if known is not None:
        known = DeniedList.objects.filter(pk=known.pk).first()
    row = known or DeniedList(source=source, digest=digest)
    row.as_of, row.imported_by = as_of, actor.name[:80]
    row.imported_at, row.ready_at = clock.now(), None
    row.retired_at, row.retired_by = None, ""
    row.save()
    DeniedName.objects.filter(denied_list=row).delete()
    return row


def _fill(made: Imported, path: Path) -> None:
    """Store names in chunks of a thousand entries, each in its own transaction."""
    rows = _good(made, read_entries(path))
    while chunk := list(islice(rows, CHUNK)):
        names = [name for entry in chunk for name in _names_of(made.row, entry)]
        with transaction.atomic():
            DeniedName.objects.bulk_create(names, batch_size=CHUNK)
        made.row.entries_count += len(chunk)
        made.row.names_count += len(names)


def _good(made: Imported, rows: Iterator[Entry | BadRow]) -> Iterator[Entry]:
    made.row.entries_count = made.row.names_count = 0
    for one in rows:
        if isinstance(one, Entry):
            yield one
            continue
        made.bad += 1
        if len(made.told) < MOST_TOLD:
            made.told.append(one)


def _names_of(row: DeniedList, entry: Entry) -> Iterator[DeniedName]:
    for place, name in enumerate(entry.names):
        read = read_name(name)
        yield DeniedName(
            denied_list=row,
            entry=entry.key,
            kind=entry.kind,
            name=name,
            normal=read.normal[:LONGEST_NAME],
            tokens=[word.spelled[:LONGEST_WORD] for word in read.words],
            country=entry.country,
            programme=entry.programme,
            is_alias=place > 0,
            entry_digest=entry.digest,
        )


def _refuse_odd(made: Imported, even_if_odd: bool) -> None:
    count = made.row.entries_count
    if not count:
        raise ListRefused(_("There is no entry in this file."), code="no_entries")
    if even_if_odd:
        return
    if made.bad > MOST_BAD_SHARE * (count + made.bad):
        first = made.told[0]
        raise ListRefused(
            _("%(bad)s of %(rows)s rows are no entries; the first is row %(number)s: %(why)s.")
            % {"bad": made.bad, "rows": count + made.bad, "number": first.number, "why": first.why},
            code="bad_rows",
        )
    last = lists_in_use().filter(source=made.row.source).exclude(pk=made.row.pk).first()
    if last is not None and count < FEWEST_LEFT_SHARE * last.entries_count:
        raise ListRefused(
            _("The file has %(count)s entries, the list before it had %(before)s.")
            % {"count": count, "before": last.entries_count},
            code="shrunk",
        )


def _finish(made: Imported, actor: Actor) -> None:
    with transaction.atomic():
        made.row.ready_at, made.row.bad_rows = clock.now(), made.bad
        made.row.save()
        _log("customs.denied_list.imported", made.row, actor)


def _forget(row: DeniedList) -> None:
    """Drop what was stored of a list; one that screenings name stays, unused."""
    DeniedName.objects.filter(denied_list=row).delete()
    named = Screening.objects.filter(denied_list=row)
    DeniedList.objects.filter(~Exists(named), pk=row.pk).delete()


def _drop_unfinished(source: str) -> None:
    for row in DeniedList.objects.filter(source=source, ready_at__isnull=True):
        _forget(row)


def _forget_old(source: str) -> None:
    """Names of lists long replaced go; that they were there stays, with what was decided."""
    whole = DeniedList.objects.filter(source=source, ready_at__isnull=False)
    kept = whole.order_by("-as_of", "-id").values_list("pk", flat=True)[:LISTS_KEPT]
    old = whole.exclude(pk__in=list(kept)).values_list("pk", flat=True)
    DeniedName.objects.filter(denied_list_id__in=list(old)).delete()


def _log(action: str, row: DeniedList, actor: Actor, note: str = "") -> None:
    record_action(
        action=action,
        actor=actor,
        subject=row,
        after={
            "source": row.source,
            "as_of": row.as_of.isoformat(),
            "digest": row.digest,
            "entries": row.entries_count,
            "bad_rows": row.bad_rows,
        },
        note=note,
    )
