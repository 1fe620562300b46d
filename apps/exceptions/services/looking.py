"""Looking at tracks: what is wrong becomes a flag, once, and its fixes are held."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import structlog
from django.db import transaction

from apps.core import clock
from apps.core.locks import lock_keys
from apps.exceptions.choices import SCAN_KINDS, FlagState
from apps.exceptions.models import Flag
from apps.exceptions.policies import Rules, current_rules
from apps.exceptions.services.flag_rows import write_plan
from apps.exceptions.stretches import Held, Plan, Stretch, plan, undecided
from apps.exceptions.trajectory import Finding, Thresholds, detect_beside, detect_many
from apps.exceptions.uses import ACCEPTED, HELD, HOLDING
from apps.exceptions.windows import Window, load_windows
from apps.shipments.fixes import CLOCK_AHEAD, CLOCK_BEHIND
from apps.shipments.models import Track
from apps.shipments.services import claim_tracks, finish_tracks, write_uses
from apps.shipments.services.looking import FixUse, WantedTrack

log = structlog.get_logger(__name__)
BATCH = 100
RECENT_ROWS = 240
WHOLE_UP_TO = 400
SWEPT_ROWS = 20_000


@dataclass(slots=True)
class Looked:
    """What looks did: tracks seen, flags raised, kept (moved or prolonged) and withdrawn."""

    tracks: int = 0
    raised: int = 0
    kept: int = 0
    withdrawn: int = 0

    def __iadd__(self, other: Looked) -> Looked:
        self.tracks += other.tracks
        self.raised += other.raised
        self.kept += other.kept
        self.withdrawn += other.withdrawn
        return self


def look_at_wanted(*, limit: int = BATCH) -> Looked:
    """Claim tracks with fixes nobody has looked at and look at them.

    A short track is looked at whole, of a long one the newest rows with those before them as
    context; the nightly sweep sees the rest. What arrives meanwhile stays wanted.
    """
    wanted = claim_tracks(limit=limit)
    if not wanted:
        return Looked()
    since = {one.shipment_id: one.wanted_at for one in wanted}
    try:
        looked = _look(list(since), rows=None, since=since)
    except Exception:
        log.exception("look failed, track by track now", tracks=len(since))
        return _one_by_one(wanted)
    finish_tracks(versions={one.shipment_id: one.version for one in wanted})
    return looked


def _one_by_one(wanted: Sequence[WantedTrack]) -> Looked:
    """Look at each track alone, so that one that cannot be looked at stops no other.

    It keeps its claim, is tried again when that has run out, and the log says why.
    """
    looked = Looked()
    for one in wanted:
        try:
            looked += _look([one.shipment_id], rows=None, since={one.shipment_id: one.wanted_at})
        except Exception:
            log.exception("look failed", shipment_id=one.shipment_id)
            continue
        finish_tracks(versions={one.shipment_id: one.version})
    return looked


def look_at_whole(*, shipment_ids: Collection[int]) -> Looked:
    """Look at tracks from their beginning (at most the newest 20,000 rows of each)."""
    return _look(shipment_ids, rows=SWEPT_ROWS, since={})


def _look(
    shipment_ids: Collection[int], *, rows: int | None, since: Mapping[int, dt.datetime]
) -> Looked:
    rules = current_rules()
    windows = load_windows(shipment_ids, rows=rows or WHOLE_UP_TO)
    if rows is None:
        windows = [_recent(window) for window in windows]
    found = findings_of(windows, rules.thresholds)
    stretches = {
        window.shipment_id: [
            Stretch(one.kind, one.start, one.end, float(one.score), _plain(one.numbers))
            for one in findings
            if rules.policies[one.kind].is_raised
        ]
        for window, findings in zip(windows, found, strict=True)
    }
    with transaction.atomic():
        lock_keys("look", [window.shipment_id for window in windows])
        return _settle(_still_newest(windows), stretches, rules, since)


def findings_of(windows: Sequence[Window], limits: Thresholds) -> list[list[Finding]]:
    """Return what is wrong with each track, by itself and beside others of its device."""
    tracks = [window.track for window in windows]
    found = detect_many(tracks, thresholds=limits)
    others = {k: siblings for k, window in enumerate(windows) if (siblings := window.others)}
    return detect_beside(tracks, found, others, thresholds=limits)


def _recent(window: Window) -> Window:
    """Keep the newest rows of a track that is too long to be looked at whole each time."""
    if window.before:
        surplus = len(window.rows) - RECENT_ROWS
        window.rows = window.rows[surplus:]
        window.before += surplus
    return window


def _still_newest(windows: Sequence[Window]) -> list[Window]:
    """Leave out tracks that another worker has looked at since, with more rows."""
    looked = dict(
        Track.objects.filter(pk__in=[window.shipment_id for window in windows]).values_list(
            "pk", "looked_version"
        )
    )
    return [window for window in windows if looked[window.shipment_id] <= window.version]


def _settle(
    windows: list[Window],
    stretches: Mapping[int, list[Stretch]],
    rules: Rules,
    since: Mapping[int, dt.datetime],
) -> Looked:
    """Write the flags and uses of looked-at tracks, in the caller's transaction."""
    flags = _flags([window.shipment_id for window in windows])
    plans: list[tuple[Window, Plan]] = []
    for window in windows:
        mine = flags[window.shipment_id]
        if not mine and not stretches[window.shipment_id]:
            continue
        left = undecided(stretches[window.shipment_id], mine, window.ids)
        plans.append((window, plan(left, mine, window.ids, trusted=window.trusted)))
    write_plan(plans=plans, rules=rules, since=since)
    _hold(windows, {window.shipment_id for window, _ in plans})
    return Looked(
        tracks=len(windows),
        raised=sum(len(made.raised) for _, made in plans),
        kept=sum(len(made.kept) for _, made in plans),
        withdrawn=sum(len(made.withdrawn) for _, made in plans),
    )


def _flags(shipment_ids: Collection[int]) -> defaultdict[int, list[Held]]:
    now = clock.real_now()
    rows = (
        Flag.objects.filter(shipment_id__in=shipment_ids)
        .exclude(kind__in=SCAN_KINDS)
        .exclude(state=FlagState.WITHDRAWN.value)
        .order_by("id")
        .values_list("shipment_id", "id", "kind", "state", "first_row", "last_row", "claimed_until")
    )
    found: defaultdict[int, list[Held]] = defaultdict(list)
    for shipment_id, pk, kind, state, first, last, claimed_until in rows:
        settled = claimed_until is not None and claimed_until > now
        found[shipment_id].append(Held(pk, kind, state, first, last, settled))
    return found


def _hold(windows: list[Window], flagged: set[int]) -> None:
    """Hold the fixes open flags cover and let go what none covers any more.

    Fixes that were decided about (excluded, corrected) are left as they are. Each change names
    the use it replaces, for somebody may have decided since the rows were loaded.
    """
    flags = _flags(flagged)
    suspects = [w for w in windows if w.shipment_id in flagged or (w.rows["use"] == b"h").any()]
    wanted: list[FixUse] = []
    for window in suspects:
        ids, uses = window.ids, window.rows["use"]
        covered, dismissed = _cover(ids, flags[window.shipment_id])
        free = ~covered & (dismissed | _usable(window))
        for rows, old, new in (
            (covered & (uses == b"a"), ACCEPTED, HELD),
            (free & (uses == b"h"), HELD, ACCEPTED),
        ):
            wanted += [
                FixUse(window.month, window.shipment_id, pk, new, instead_of=old)
                for pk in ids[rows].tolist()
            ]
    write_uses(uses=wanted)


def _cover(ids: np.ndarray, flags: Sequence[Held]) -> tuple[np.ndarray, np.ndarray]:
    """Return which rows a flag keeps from being used, and which somebody found to be fine."""
    covered, dismissed = np.zeros(len(ids), dtype=bool), np.zeros(len(ids), dtype=bool)
    for flag in flags:
        rows = (ids >= flag.first_row) & (ids <= flag.last_row)
        if flag.state in HOLDING:
            covered |= rows
        elif flag.state == FlagState.DISMISSED.value:
            dismissed |= rows
    return covered, dismissed


def _usable(window: Window) -> np.ndarray:
    """Return which rows could be true on their face; the others stay held without a flag."""
    rows = window.rows
    nowhere = (np.abs(rows["lat"]) < 1e-3) & (np.abs(rows["lon"]) < 1e-3)
    late = rows["heard"] - rows["t"]
    dated = (late <= CLOCK_BEHIND.total_seconds()) & (late >= -CLOCK_AHEAD.total_seconds())
    return (np.abs(rows["lat"]) <= 90) & (np.abs(rows["lon"]) <= 180) & ~nowhere & dated


def _plain(numbers: Mapping[str, float]) -> dict[str, float]:
    """Return numbers that JSON has a word for."""
    return {key: float(value) for key, value in numbers.items() if np.isfinite(value)}
