"""The order in which rules are asked, and what is put right between them.

Provable rows go first and are taken out. Then, only for tracks that do not look clean, detours,
shapes and pairs of steps: in every round each track gives its best finding, the stretch is put
right or taken out, and the rest is looked at again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np

from apps.exceptions.tracks import clocks, gate, pairs, route, shapes, whole
from apps.exceptions.tracks.anchors import Anchors
from apps.exceptions.tracks.batch import CERTAIN, Batch, Finding, readable, usual_intervals
from apps.exceptions.tracks.model import Context, StepModel
from apps.exceptions.tracks.steps import Bools, Floats, Ints, Walk, ahead, moved, runs, walk_of
from apps.exceptions.tracks.thresholds import Thresholds

ROUNDS = 8
PIECES = 64
EDGE_ROWS = 2
LEAST_PLANNED = 5
Plan = tuple[Walk, route.RoutePlan]


class Search:
    """One pass over a batch; ``findings`` are kept per track."""

    def __init__(self, batch: Batch, limits: Thresholds, model: StepModel) -> None:
        self.unreadable = clocks.unreadable(batch.t, batch.lat, batch.lon)
        self.batch, self.limits, self.model = readable(batch), limits, model
        batch = self.batch
        self.track = batch.track_of_rows()
        self.lat, self.lon = batch.lat.copy(), batch.lon.copy()
        self.keep = np.ones(len(batch.t), bool)
        self.piece = self.track * PIECES
        self.righted: set[int] = set()
        self.plans: dict[int, Plan] = {}
        self.findings: dict[int, list[Finding]] = defaultdict(list)

    def run(self) -> dict[int, list[Finding]]:
        """Return the findings of every track that has any, in order of their rows."""
        self._provable()
        active = self._unclean()
        self._whole()
        left = self._rounds(self._shapes, active, self._detours(active))
        self._rounds(self._pairs, self._unclean() if left else active)
        for found in self.findings.values():
            found.sort(key=lambda one: (one.start, one.end, one.kind))
        return self.findings

    def _rounds(self, step: Callable[[Bools], Bools], active: Bools, changed: bool = False) -> bool:
        """Repeat a step on the tracks it still changes; tell whether it changed any."""
        for _ in range(ROUNDS):
            if not active.any():
                break
            active = step(active)
            changed |= bool(active.any())
        return changed

    def _unclean(self) -> Bools:
        walk = self.walk(np.ones(len(self.batch), bool))
        return gate.unclean(walk, self.track[walk.row], self.batch, self.limits)

    def walk(self, active: Bools) -> Walk:
        """Return the kept rows of the active tracks in order of time."""
        rows = np.flatnonzero(self.keep & active[self.track])
        track, t = self.track[rows], self.batch.t[rows]
        if bool(((t[1:] < t[:-1]) & (track[1:] == track[:-1])).any()):
            order = np.lexsort((t, track))
            rows = rows[order]
        return self._walk_of(rows)

    def _walk_of(self, rows: Ints) -> Walk:
        return walk_of(rows, self.piece[rows], self.batch.t[rows], self.lat[rows], self.lon[rows])

    def report(
        self, walk: Walk, first: int, last: int, kind: str, score: float, **numbers: float
    ) -> None:
        """Keep a finding about positions ``first`` to ``last`` of the walk."""
        rows = walk.row[first : last + 1]
        self._report_rows(rows, kind, score, **numbers)

    def _report_rows(self, rows: Ints, kind: str, score: float, **numbers: float) -> None:
        track = int(self.track[rows[0]])
        start = int(self.batch.first[track])
        self.findings[track].append(
            Finding(kind, int(rows.min()) - start, int(rows.max()) - start, score, numbers)
        )

    # ------------------------------------------------------------- provable
    def _provable(self) -> None:
        batch, limits = self.batch, self.limits
        zero = clocks.at_zero(batch.lat, batch.lon)
        unreadable = self.unreadable
        swapped = self._swapped(zero, unreadable)
        unreadable = unreadable & ~swapped
        future = clocks.ahead_of_receipt(batch.t, batch.received, limits)
        rollover = clocks.rolled_over(batch.t, batch.received, limits)
        for mask, kind in (
            (zero, "zero"),
            (swapped, "swap"),
            (future, "future"),
            (rollover, "rollover"),
            (unreadable, "jump"),
        ):
            self._take_out(mask, kind)
        self._misplaced()

    def _take_out(self, mask: Bools, kind: str) -> None:
        if not mask.any():
            return
        for first, last in zip(*self._runs_of_rows(mask), strict=True):
            rows = np.arange(first, last + 1)
            self._report_rows(rows, kind, CERTAIN, **self._clock_numbers(rows, kind))
        self.keep &= ~mask

    def _clock_numbers(self, rows: Ints, kind: str) -> dict[str, float]:
        if self.unreadable[rows].any():
            return {"nowhere": float(len(rows))} if kind == "jump" else {}
        late = float(np.nan_to_num((self.batch.t[rows] - self.batch.received[rows]).max()))
        if kind == "future":
            return {"seconds": late}
        if kind == "rollover":
            return {"weeks": round(-late / clocks.ROLLOVER_SECONDS) * 1024.0}
        return {}

    def _runs_of_rows(self, mask: Bools) -> tuple[Ints, Ints]:
        first, last = runs(mask)
        if not (self.track[first] != self.track[last]).any():
            return first, last
        pieces = [
            (max(a, int(self.batch.first[k])), min(b, int(self.batch.first[k + 1]) - 1))
            for a, b in zip(first, last, strict=True)
            for k in range(int(self.track[a]), int(self.track[b]) + 1)
        ]
        return np.array([p[0] for p in pieces]), np.array([p[1] for p in pieces])

    def _swapped(self, zero: Bools, unreadable: Bools) -> Bools:
        """Tell which rows have latitude and longitude exchanged."""
        batch = self.batch
        far = np.abs(batch.lat) > 90.0
        if len(batch.lat) > 1:
            step = (np.abs(np.diff(batch.lat)) > 2.0) & (self.track[1:] == self.track[:-1])
            far[1:] |= step
            far[:-1] |= step
        out = np.zeros(len(far), bool)
        for k in np.unique(self.track[far]):
            rows = slice(batch.first[k], batch.first[k + 1])
            fine = ~zero[rows] & ~unreadable[rows]
            lat, lon = batch.lat[rows], batch.lon[rows]
            if not fine.any():
                out[rows] = (np.abs(lat) > 90.0) & (np.abs(lat) <= 180.0) & (np.abs(lon) <= 90.0)
                continue
            home = np.median(lat[fine]), np.median(lon[fine])
            out[rows] = clocks.swapped(
                lat, lon, np.full(1, home[0]), np.full(1, home[1]), self.limits.swap_far
            )
        return out

    def _misplaced(self) -> None:
        rows = np.flatnonzero(self.keep)
        t, track = self.batch.t[rows], self.track[rows]
        falls = (t[1:] < t[:-1]) & (track[1:] == track[:-1])
        for k in np.unique(track[1:][falls]):
            mine = rows[track == k]
            times = self.batch.t[mine]
            for first, last in clocks.misplaced(times):
                later = times[last + 1 : last + 1 + self.limits.late_rows]
                early = len(later) == self.limits.late_rows and bool(
                    (later < times[first : last + 1].min()).all()
                )
                kind = "future" if early else "order"
                lead = float(times[first : last + 1].max() - later.max()) if early else 0.0
                self._report_rows(mine[first : last + 1], kind, CERTAIN, seconds=lead)
                if early:
                    self.keep[mine[first : last + 1]] = False

    # ---------------------------------------------------------- whole tracks
    def _whole(self) -> None:
        """Report tracks that lie in GCJ-02 or BD-09 from end to end, and convert them."""
        for k in self.batch.routes.keys() | self.batch.anchors.keys():
            plan = self._plan(k)
            rows = self._rows_of(k) if plan is None else plan[0].row
            if len(rows) < 2:
                continue
            anchors = [one.of_rows(rows - self.batch.first[k]) for one in self._anchors(k)]
            anchors = [one for one in anchors if len(one.known())]
            beside = None if plan is None else plan[1]
            place = self.lat[rows], self.lon[rows]
            found = whole.whole_shift(*place, beside, anchors, self.limits)
            if found is not None:
                self._report_rows(rows, found.kind, found.score, metres=found.metres)
                self.lat[rows], self.lon[rows] = pairs.SYSTEMS[found.kind](*place)
                self.righted.add(k)
                self.plans.pop(k, None)

    def _anchors(self, track: int) -> list[Anchors]:
        """Return what other evidence says of a track, unless the track was converted."""
        return [] if track in self.righted else self.batch.anchors.get(track, [])

    # --------------------------------------------------------------- detours
    def _detours(self, active: Bools) -> bool:
        changed = False
        for k in self.batch.routes:
            laid = self._plan(k) if active[k] else None
            if laid is None or len(laid[0]) < LEAST_PLANNED:
                continue
            walk, plan = laid
            found = route.detour(plan, self.limits)
            if found is None:
                continue
            first, last, peak = found
            if np.diff(walk.row[first - 1 : last + 2]).max() > 1:
                continue
            self.report(walk, first, last, "detour", CERTAIN, metres=peak)
            self.keep[walk.row[max(first - EDGE_ROWS, 0) : last + 1 + EDGE_ROWS]] = False
            self.plans.pop(k, None)
            changed = True
        return changed

    def _plan(self, track: int) -> Plan | None:
        """Return a track in order of time and its route beside it, laid out once a change."""
        points = self.batch.routes.get(track)
        if track not in self.plans and points is not None and len(points) > 1:
            rows = self._rows_of(track)
            if len(rows) > 1:
                rows = rows[np.argsort(self.batch.t[rows], kind="stable")]
                walk = self._walk_of(rows)
                beside = route.RoutePlan.of(points, walk.lat, walk.lon, self.limits)
                self.plans[track] = walk, beside
        return self.plans.get(track)

    def _rows_of(self, track: int) -> Ints:
        start = int(self.batch.first[track])
        return np.flatnonzero(self.keep[start : self.batch.first[track + 1]]) + start

    # ---------------------------------------------------------------- shapes
    def _shapes(self, active: Bools) -> Bools:
        walk = self.walk(active)
        usual = usual_intervals(walk.track, walk.dt)
        taken = np.zeros(len(walk), bool)
        again = np.zeros(len(self.batch), bool)
        for kind, (first, last) in (
            ("speed", shapes.straight_flights(walk, self.limits)),
            ("frozen", shapes.frozen(walk, usual, self.limits)),
            ("pingpong", shapes.swings(walk, self.limits)),
        ):
            for a, b in zip(first, last, strict=True):
                if taken[a : b + 1].any():
                    continue
                taken[a : b + 1] = True
                again[self.track[walk.row[a]]] = True
                self.report(walk, a, b, kind, CERTAIN, **shapes.numbers(walk, kind, a, b))
                self.plans.pop(int(self.track[walk.row[a]]), None)
                out = walk.row[a : b + 1 : 2] if kind == "pingpong" else walk.row[a : b + 1]
                self.keep[out] = False
        return again

    # ----------------------------------------------------------------- pairs
    def _pairs(self, active: Bools) -> Bools:
        walk = self.walk(active)
        usual = usual_intervals(walk.track, walk.dt)
        fast = shapes.fast_steps(walk, self.limits)
        around = pairs.Surround.of(walk, usual, fast, self._blur(walk))
        expect = around.context(self.model, -1, 1)
        impossible = np.where(fast, self.limits.impossible, 0.0)
        possible = self._possible(walk, expect, impossible)
        if not possible[active].all():
            return self._pairs(possible) if possible.any() else possible
        found = self._candidates(walk, around, expect, impossible, usual)
        best = self._best(walk, found)
        again = np.zeros(len(self.batch), bool)
        again[self.track[walk.row[found.entry[best]]]] = True
        converted: dict[str, list[Ints]] = defaultdict(list)
        for n in best:
            rows = self._put_right(walk, found, int(n))
            converted[str(found.kind[n])].append(rows)
        for kind, undo in pairs.SYSTEMS.items():
            if kind in converted:
                at = np.concatenate(converted[kind])
                self.lat[at], self.lon[at] = undo(self.lat[at], self.lon[at])
        return again

    def _blur(self, walk: Walk) -> Floats:
        """Return the squared width (square metres) that poor reported accuracy adds to steps."""
        accuracy = self.batch.accuracy
        if accuracy is None or not len(walk):
            return np.zeros(len(walk))
        mine = np.nan_to_num(accuracy[walk.row])
        square = np.maximum(mine * mine - self.limits.accuracy_usual**2, 0.0)
        return square + np.concatenate(([0.0], square[:-1]))

    def _possible(self, walk: Walk, expect: Context, impossible: Floats) -> Bools:
        """Tell which tracks have steps surprising enough for any hypothesis to reach the floor."""
        base = expect.log_density(walk.dx, walk.dy) - impossible
        gain = np.nan_to_num(expect.log_density(expect.mx, expect.my) - base)
        owner = self.track[walk.row]
        order = np.lexsort((gain, owner))
        last = np.searchsorted(owner[order], np.arange(len(self.batch)), side="right") - 1
        most = gain[order][last] + gain[order][np.maximum(last - 1, 0)]
        out = most > self.limits.floor - max(self.limits.priors.values())
        out[owner[gate.loud_steps(walk, expect, self.limits)]] = True
        seen = np.zeros(len(self.batch), bool)
        seen[owner] = True
        return out & seen

    def _candidates(
        self, walk: Walk, around: pairs.Surround, expect: Context, impossible: Floats, usual: Floats
    ) -> pairs.Candidates:
        limits = self.limits
        base = expect.log_density(walk.dx, walk.dy) - impossible
        loud = np.flatnonzero(gate.loud_steps(walk, expect, limits))
        parts = (
            *pairs.known_shifts(around, expect, base, limits),
            pairs.drifts(around, expect, base, impossible, limits),
            pairs.jumps(around, self.model, loud, impossible, limits),
            pairs.teleports(around, expect, base, limits),
        )
        least = limits.floor - limits.route_reach
        found = pairs.Candidates.joined([part.above(least) for part in parts])
        found.score -= silence_cost(walk, usual, impossible > 0, found, limits)
        rarer = np.log(usual[found.entry] / limits.floor_seconds)
        rarer /= np.log(limits.floor_seconds_full / limits.floor_seconds)
        slope = np.where(found.kind == "drift", limits.floor_slope_drift, limits.floor_slope)
        found.score -= slope * np.clip(rarer, 0.0, 1.0)
        found = found.above(least)
        self._ask_others(walk, found)
        return found

    def _ask_others(self, walk: Walk, found: pairs.Candidates) -> None:
        """Add what the route, the fences and other tracks say to the best hypotheses."""
        asked = self.batch.routes.keys() | self.batch.anchors.keys()
        if not asked or not len(found):
            return
        track = self.track[walk.row[found.entry]]
        wanted = np.zeros(len(self.batch), bool)
        wanted[np.unique(track)] = True
        for n in self._best(walk, found):
            wanted[track[n]] &= found.kind[n] != "teleport"
            wanted[track[n]] &= found.score[n] < self.limits.decisive
        for k in asked:
            at = np.flatnonzero((track == k) & (found.kind != "teleport"))
            if not wanted[k] or not len(at):
                continue
            at = at[np.argsort(-found.score[at])]
            best, rest = np.split(at, [self.limits.route_candidates])
            self._ask(walk, found, best, k)
            found.score[rest] -= self.limits.route_reach

    def _ask(
        self,
        walk: Walk,
        found: pairs.Candidates,
        chosen: Ints,
        track: int,
    ) -> None:
        start = int(np.searchsorted(self.track[walk.row], track))
        plan = self._plan(track)
        if plan is not None and (
            plan[0].track[0] != plan[0].track[-1] or len(plan[0]) < LEAST_PLANNED
        ):
            plan = None
        for n in chosen:
            first, last = int(found.entry[n]), int(found.exit[n]) - 1
            shift = float(found.east[n]), float(found.north[n]), float(found.slack[n])
            if plan is not None:
                found.score[n] += plan[1].gain(first - start, last - start, *shift)
            rows = walk.row[first : last + 1] - int(self.batch.first[track])
            for anchors in self._anchors(track):
                found.score[n] += anchors.gain(rows, *shift)

    def _best(self, walk: Walk, found: pairs.Candidates) -> Ints:
        """Return the best candidate of each track, where it and its like reach the floor.

        Hypotheses that differ from the best by a row or two are the same fault with its edges
        uncertain: what is raised is that there is one, so their odds are added.
        """
        track = self.track[walk.row[found.entry]]
        order = np.lexsort((-found.score, track))
        number, first = np.unique(track[order], return_index=True)
        best = order[first]
        mine = best[np.searchsorted(number, track)]
        near = np.abs(found.entry - found.entry[mine]) <= EDGE_ROWS
        near &= np.abs(found.exit - found.exit[mine]) <= EDGE_ROWS
        odds = np.where(near, np.exp(found.score - found.score[mine]), 0.0)
        total = np.bincount(np.searchsorted(number, track), odds, len(number))
        found.score[best] += np.log(np.maximum(total, 1.0))
        return best[found.score[best] > self.limits.floor]

    def _put_right(self, walk: Walk, found: pairs.Candidates, n: int) -> Ints:
        """Report a hypothesis, put its rows right or take them out, and return them.

        Those in other coordinates are left to the caller, who converts all at once.
        """
        kind = str(found.kind[n])
        first, last = int(found.entry[n]), int(found.exit[n]) - 1
        east, north = float(found.east[n]), float(found.north[n])
        metres = float(np.hypot(east, north))
        score = float(found.score[n])
        self.plans.pop(int(self.track[walk.row[first]]), None)
        if kind == "teleport":
            self.report(walk, first, first, kind, score, metres=metres)
            last = int(np.searchsorted(walk.track, walk.track[first], side="right")) - 1
            self.piece[walk.row[first : last + 1]] += 1
            return walk.row[first : last + 1]
        self.report(walk, first, last, kind, score, metres=metres)
        rows = walk.row[first : last + 1]
        track = int(self.track[rows[0]])
        for anchors in self._anchors(track):
            anchors.forget(rows - int(self.batch.first[track]))
        if kind == "jump":
            self.keep[rows] = False
        elif kind == "drift":
            self.lat[rows], self.lon[rows] = moved(self.lat[rows], self.lon[rows], -east, -north)
        return rows


def silence_cost(
    walk: Walk, usual: Floats, fast: Bools, found: pairs.Candidates, limits: Thresholds
) -> Floats:
    """Return what each hypothesis loses for an edge in or beside a silence of the receiver.

    After a silence a vehicle may be anywhere, and its first fixes are often poor; single fixes
    are trusted least. A step that no vehicle can make loses nothing.
    """
    ratio = np.nan_to_num(walk.dt, nan=np.inf) / usual
    silent = np.clip(
        np.log(ratio / limits.late_ratio) / np.log(limits.gap_ratio / limits.late_ratio), 0.0, 1.0
    )
    gone = (ratio > limits.gap_ratio).astype(float)
    beside = (np.nan_to_num(ahead(gone, -1), nan=1.0) + np.nan_to_num(ahead(gone, 1), nan=1.0)) > 0
    beside &= gone == 0
    single = found.kind == "jump"
    known = np.isin(found.kind, list(pairs.SYSTEMS))
    weight = np.where(single, 2.0, np.where(known, limits.gap_known, 1.0))
    near = np.where(single, limits.gap_near_jump, limits.gap_near)
    near = np.where(known, limits.gap_known * limits.gap_near, near)

    leave = np.minimum(found.exit, len(walk) - 1)
    proven = fast[found.entry] | (fast[leave] & (found.kind != "teleport"))
    ease = np.where(proven, limits.gap_proven, 1.0)

    def at(edge: Ints) -> Floats:
        cost = weight * limits.gap_edge * silent[edge] + near * beside[edge]
        return np.where(fast[edge], 0.0, cost * ease)

    return at(found.entry) + np.where(found.kind == "teleport", 0.0, at(leave))
