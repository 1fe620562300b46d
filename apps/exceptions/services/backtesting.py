"""Running a set of thresholds over stored tracks and past verdicts, chunk by chunk.

Nothing is raised and no fix is touched. Every chunk is a transaction that writes how far it came:
a worker that dies loses one chunk and doubles nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet

from apps.core import clock
from apps.exceptions.choices import BACK_TESTS_AT_WORK, SCAN_KINDS, BackTestState, FlagState
from apps.exceptions.comparing import Judged, add_to, counts_of, examples_of
from apps.exceptions.models import BackTest, ThresholdSet, Verdict
from apps.exceptions.policies import thresholds_of
from apps.exceptions.selectors import RIGHT
from apps.exceptions.services.deciding import BY_PERSONS
from apps.exceptions.services.looking import SWEPT_ROWS, findings_of
from apps.exceptions.services.working_off import work_off
from apps.exceptions.stretches import Stretch
from apps.exceptions.trajectory import Finding, Thresholds
from apps.exceptions.windows import Window, load_windows
from apps.shipments.models import Track

LOCK = "exceptions.back_test"
CHUNK = 20
MOST_TRACKS = 20_000
WORK_SECONDS = 4.0
EXAMPLES = {"missed": 7, "new": 7, "spared": 6}


def run_back_tests(*, seconds: float = WORK_SECONDS) -> int:
    """Work on the oldest back-test that is not done, for so many real seconds; return the tracks.

    One process at a time works. A test that fails says why and makes room for the next.
    """
    return work_off(BackTest, _chunk, lock=LOCK, seconds=seconds)


def _chunk(test: BackTest) -> int:
    if test.state not in BACK_TESTS_AT_WORK:
        return 0
    if test.state == BackTestState.WAITING.value:
        test.state = BackTestState.RUNNING.value
        test.total = min(_tracks(test)[:MOST_TRACKS].count(), MOST_TRACKS)
    room = min(CHUNK, MOST_TRACKS - test.done)
    ids = list(_tracks(test).order_by("-pk").values_list("pk", flat=True)[:room]) if room else []
    if ids:
        test.result = _added(test, ids)
        test.done += len(ids)
        test.before_shipment = ids[-1]
    else:
        _finish(test)
    test.save()
    return len(ids)


def _tracks(test: BackTest) -> QuerySet[Track]:
    """Return the tracks of the days of a test that it has not looked at yet."""
    since = test.created_at - dt.timedelta(days=test.days)
    rows = Track.objects.filter(last_heard_at__gte=since, first_heard_at__lte=test.created_at)
    return rows if test.before_shipment is None else rows.filter(pk__lt=test.before_shipment)


def _finish(test: BackTest) -> None:
    now = clock.now()
    test.finished_at, test.total = now, test.done
    if not test.done:
        test.state = BackTestState.FAILED.value
        test.error = "no_tracks"
        return
    test.state = BackTestState.DONE.value
    ThresholdSet.objects.filter(pk=test.thresholds_id).update(tested_at=now)


def _added(test: BackTest, ids: Collection[int]) -> dict[str, Any]:
    """Return the result with one chunk of tracks added to it."""
    windows = load_windows(ids, rows=SWEPT_ROWS)
    draft = _stretches(windows, thresholds_of(test.thresholds.values))
    today = _stretches(windows, thresholds_of(test.against.values if test.against else {}))
    judged = _judged(ids)
    result = test.result or {"draft": {}, "today": {}, "examples": [], "points": 0}
    for window, mine, theirs in zip(windows, draft, today, strict=True):
        rows = window.ids
        said = [flag for flag in judged[window.shipment_id] if flag.last_row >= rows[0]]
        add_to(result["draft"], counts_of(mine, said, rows)[0])
        add_to(result["today"], counts_of(theirs, said, rows)[0])
        for one in examples_of(mine, theirs, said, rows):
            shown = [other for other in result["examples"] if other["why"] == one.why]
            if len(shown) < EXAMPLES[one.why]:
                result["examples"].append({**asdict(one), "shipment": window.shipment_id})
        result["points"] += len(rows)
    return result


def _stretches(windows: Sequence[Window], limits: Thresholds) -> list[list[Stretch]]:
    found = findings_of(windows, limits)
    return [
        [_stretch(one) for one in mine if one.start >= window.trusted]
        for window, mine in zip(windows, found, strict=True)
    ]


def _stretch(one: Finding) -> Stretch:
    return Stretch(one.kind, int(one.start), int(one.end), float(one.score))


def _judged(shipment_ids: Collection[int]) -> defaultdict[int, list[Judged]]:
    """Return what persons said about flags of tracks and did not take back, by shipment."""
    rows = (
        Verdict.objects.filter(
            flag__shipment_id__in=shipment_ids,
            undone_at=None,
            is_second_look=False,
            decider__in=[way.value for way in BY_PERSONS],
            state__in=[*RIGHT, FlagState.DISMISSED.value],
        )
        .exclude(kind__in=SCAN_KINDS)
        .order_by("id")
        .values_list(
            "flag__shipment_id", "flag_id", "kind", "state", "flag__first_row", "flag__last_row"
        )
    )
    found: defaultdict[int, list[Judged]] = defaultdict(list)
    for shipment_id, flag_id, kind, state, first, last in rows:
        found[shipment_id].append(Judged(flag_id, kind, state in RIGHT, first, last))
    return found
