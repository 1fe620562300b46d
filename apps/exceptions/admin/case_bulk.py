"""One move for many cases: what it would do, doing it bit by bit, taking it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from apps.exceptions import services
from apps.exceptions.admin.case_doings import values_of
from apps.exceptions.admin.questions import Asked, BadQuestion, whole, wholes, word
from apps.exceptions.choices import BulkState, CaseMove
from apps.exceptions.models import CaseBulk
from apps.exceptions.services.case_bulk import MOVES, UNDERWAY, bulk_of

if TYPE_CHECKING:
    from apps.exceptions.admin.worklist import Worklist

MOST_PICKED = 1_000
WORK_SECONDS = 0.7
"""An answer does not keep anybody waiting; the page asks on until all is done."""
WORDS = frozenset(move.value for move in MOVES)


def preview(worklist: Worklist, values: Asked) -> Asked:
    """Tell how many cases a move would change, and why it would not change the others."""
    found = services.preview_bulk(
        user=worklist.user, move=_move(values), **_which(worklist, values)
    )
    return {
        "count": len(found.chosen),
        "total": len(found.chosen) + len(found.excluded),
        "excluded": _grouped(found.excluded.values()),
        "more": found.more,
    }


def start(worklist: Worklist, values: Asked) -> Asked:
    """Begin a move for many: for the cases picked as they were seen, or for a whole view."""
    move, user = _move(values), worklist.user
    found = services.preview_bulk(user=user, move=move, **_which(worklist, values))
    seen = _seen(values)
    chosen = [(pk, seen.get(pk, version)) for pk, version in found.chosen]
    bulk = services.start_bulk(
        user=user, move=move, chosen=chosen, values=values_of(move.value, values)
    )
    return _told(bulk)


def work(worklist: Worklist, values: Asked) -> Asked:
    """Go on with a move for many for a moment, and tell how far it is."""
    bulk = bulk_of(user=worklist.user, bulk_id=whole(values, "bulk"))
    if bulk.state in UNDERWAY:
        services.work_on_bulk(bulk_id=bulk.pk, seconds=WORK_SECONDS)
        bulk.refresh_from_db()
    return _told(bulk)


def undo(worklist: Worklist, values: Asked) -> Asked:
    """Begin to take a move for many back."""
    return _told(services.undo_bulk(bulk_id=whole(values, "bulk"), user=worklist.user))


def _told(bulk: CaseBulk) -> Asked:
    undoing = bulk.state in (BulkState.UNDOING.value, BulkState.UNDONE.value)
    return {
        "bulk": bulk.pk,
        "state": bulk.state,
        "underway": bulk.state in UNDERWAY,
        "done": bulk.undone if undoing else bulk.done,
        "total": len(bulk.changed) if undoing else bulk.total,
        "changed": len(bulk.changed),
        "refused": len(bulk.refused),
        "why": _grouped(bulk.refused.values()),
    }


def _which(worklist: Worklist, values: Asked) -> dict[str, Any]:
    if values.get("whole") is True:
        return {"filters": worklist.filters(values)}
    return {"case_ids": wholes({"cases": list(_seen(values))}, "cases", MOST_PICKED)}


def _seen(values: Asked) -> dict[int, int]:
    """Return the version seen of each case that was picked. Raises BadQuestion."""
    given = values.get("cases", [])
    if not isinstance(given, list) or len(given) > MOST_PICKED:
        raise BadQuestion(_("“%(name)s” must be a short list.") % {"name": "cases"})
    pairs = [wholes({"pair": pair}, "pair", 2) for pair in given]
    if any(len(pair) != 2 for pair in pairs):
        raise BadQuestion(_("“%(name)s” must be a short list.") % {"name": "cases"})
    return {pair[0]: pair[1] for pair in pairs}


def _grouped(sentences: Iterable[str]) -> list[list[Any]]:
    """Return [how many, sentence], the most frequent first."""
    return [[count, said] for said, count in Counter(sentences).most_common(6)]


def _move(values: Asked) -> CaseMove:
    return CaseMove(word(values, "move", WORDS))


DOINGS: dict[str, Callable[[Worklist, Asked], Asked]] = {
    "bulk_preview": preview,
    "bulk_start": start,
    "bulk_work": work,
    "bulk_undo": undo,
}
