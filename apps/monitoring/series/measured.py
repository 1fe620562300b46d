"""Series over histograms: percentiles, shares of errors, numbers of observations."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from typing import Any

from apps.core.metrics import Histogram, bucket_of
from apps.core.metrics.names import DIMS
from apps.core.metrics.reading import Counts, counts, measure
from apps.core.metrics.reading import course as course_of
from apps.monitoring.burn import Tally
from apps.monitoring.choices import Comparison, Unit
from apps.monitoring.series.base import MINUTE, NOTHING, Point, Reading, Series, Where, frozen, once

Groups = dict[str, dict[str, Histogram]]
"""Value of the series' own dimension → label → histogram; "" where the series needs none."""
LOOK_BACK = dt.timedelta(hours=1)


class Measured(Series):
    """A series made of one metric. ``always`` is asked for filters that hold unless a rule says
    otherwise, e.g. that only the watched mode of the platform counts."""

    split: str = ""

    def __init__(
        self,
        key: str,
        label: Any,
        unit: Unit,
        metric: str,
        *,
        always: Callable[[], Where] = dict,
    ) -> None:
        super().__init__(key, label, unit, DIMS[metric])
        self.metric, self.always = metric, always

    @abstractmethod
    def reading(self, found: dict[str, Histogram]) -> Reading:
        """Return the reading of one label, from histograms by the series' own dimension."""

    def read(
        self, *, at: dt.datetime, window: dt.timedelta, where: Where | None = None, by: str = ""
    ) -> dict[str, Reading]:
        """See `Series.read`."""
        labels = self._measure(at - window, at, where, by)
        if by:
            return {label: self.reading(found) for label, found in labels.items()}
        return {"": self.reading(labels.get("", {}))}

    def tally(
        self,
        *,
        since: dt.datetime,
        until: dt.datetime,
        target: float,
        comparison: Comparison,
        where: Where | None = None,
    ) -> Tally:
        """See `Series.tally`."""
        found = self._measure(since, until, where, "").get("", {})
        return self.tally_of(found, target)

    def tallies(
        self,
        *,
        since: dt.datetime,
        until: dt.datetime,
        step: dt.timedelta,
        target: float,
        comparison: Comparison,
        where: Where | None = None,
    ) -> list[Tally]:
        """See `Series.tallies`."""
        steps = self._counts(since, until, step, where, "", beyond=self.beyond(target))
        return [Tally(*found.get("", (0, 0))) for _start, found in steps]

    @abstractmethod
    def tally_of(self, found: dict[str, Histogram], target: float) -> Tally:
        """Count the observations and the bad ones among them."""

    def last_seen(
        self, *, at: dt.datetime, where: Where | None = None, by: str = ""
    ) -> dict[str, dt.datetime]:
        """Return the end of the last minute of the last hour with an observation, by label."""
        seen: dict[str, dt.datetime] = {}
        for start, found in self._counts(at - LOOK_BACK, at, MINUTE, where, by):
            for label, (total, _bad) in found.items():
                if total:
                    seen[label] = min(start + MINUTE, at)
        return seen

    def beyond(self, target: float) -> int | None:
        """Return the last bucket that is not bad; None where buckets do not tell."""
        return None

    def bad_where(self) -> Where | None:
        """Return which values of the series' own dimension are bad, if it has one."""
        return None

    def _filter(self, where: Where | None) -> Where:
        return {**self.always(), **(where or {})}

    def _measure(
        self, since: dt.datetime, until: dt.datetime, where: Where | None, by: str
    ) -> Groups:
        """Return label → part → histogram over a stretch, both ends raised to whole minutes."""
        kept = self._filter(where)
        if not self.split:
            question = ("measure", self.metric, since, until, frozen(kept), by)
            whole = once(
                question,
                lambda: measure(
                    name=self.metric, since=since, until=until, where=kept, by=by or None
                ),
            )
            return {label: {"": part} for label, part in whole.items()}
        labels: Groups = {}
        for part in self.parts():
            narrowed: Where = {**kept, self.split: part[1]}
            question = ("measure", self.metric, since, until, frozen(narrowed), by)
            found = once(
                question,
                lambda narrowed=narrowed: measure(  # type: ignore[misc]
                    name=self.metric, since=since, until=until, where=narrowed, by=by or None
                ),
            )
            for label, histogram in found.items():
                labels.setdefault(label, {})[part[0]] = histogram
        return labels

    def parts(self) -> tuple[tuple[str, Collection[str]], ...]:
        """Return the parts of the series' own dimension: name and values."""
        return ()

    def _counts(
        self,
        since: dt.datetime,
        until: dt.datetime,
        step: dt.timedelta,
        where: Where | None,
        by: str,
        *,
        beyond: int | None = None,
    ) -> list[tuple[dt.datetime, Counts]]:
        """Return how many there were in every step and how many were bad, by label."""
        kept, bad = self._filter(where), self.bad_where()
        return once(
            ("counts", self.metric, since, until, step, frozen(kept), by, frozen(bad), beyond),
            lambda: counts(
                name=self.metric, since=since, until=until, step=step, where=kept, by=by or None,
                bad=bad, beyond=beyond,
            ),
        )  # fmt: skip


class Percentile(Measured):
    """How long it takes: what ``share`` of all observations do not exceed, in seconds."""

    def __init__(self, *args: Any, share: float, **more: Any) -> None:
        super().__init__(*args, **more)
        self.share = share

    def reading(self, found: dict[str, Histogram]) -> Reading:
        """The percentile of everything of the label."""
        return self._of(sum(found.values(), Histogram()))

    def course(
        self,
        *,
        since: dt.datetime,
        until: dt.datetime,
        step: dt.timedelta,
        window: dt.timedelta | None = None,
        where: Where | None = None,
        by: str = "",
    ) -> list[Point]:
        """See `Series.course`."""
        span = max(1, round((window or step) / step))
        kept, begin = self._filter(where), since - step * (span - 1)
        steps = once(
            ("course", self.metric, begin, until, step, frozen(kept), by),
            lambda: course_of(
                name=self.metric, since=begin, until=until, step=step, where=kept, by=by or None
            ),
        )
        in_window: dict[str, Counter[int]] = defaultdict(Counter)
        points: list[Point] = []
        for index, point in enumerate(steps):
            for label, histogram in point.values.items():
                in_window[label].update(histogram.counts)
            for label, histogram in steps[index - span].values.items() if index >= span else ():
                _take_out(in_window, label, histogram)
            if index >= span - 1:
                found = {label: self._of(Histogram(held)) for label, held in in_window.items()}
                points.append(Point(point.start, found if by else found or {"": NOTHING}))
        return points

    def beyond(self, target: float) -> int:
        """Bad is what lies beyond the target's own bucket."""
        return bucket_of(target)

    def _of(self, whole: Histogram) -> Reading:
        return Reading(whole.percentile(self.share), whole.total) if whole.total else NOTHING

    def tally_of(self, found: dict[str, Histogram], target: float) -> Tally:
        """Bad is what lies in a bucket beyond the target's own: a histogram cannot tell more."""
        whole, edge = sum(found.values(), Histogram()), bucket_of(target)
        bad = sum(n for bucket, n in whole.counts.items() if bucket > edge)
        return Tally(whole.total, bad)


class Counted(Measured):
    """A series that needs to know how many there were and how many of them were bad, not how long
    they took: a course is one read of one row for each label and step."""

    @abstractmethod
    def of_counts(self, total: int, bad: int) -> Reading:
        """Return the reading of so many observations."""

    def course(
        self,
        *,
        since: dt.datetime,
        until: dt.datetime,
        step: dt.timedelta,
        window: dt.timedelta | None = None,
        where: Where | None = None,
        by: str = "",
    ) -> list[Point]:
        """See `Series.course`."""
        span = max(1, round((window or step) / step))
        steps = self._counts(since - step * (span - 1), until, step, where, by)
        in_window: dict[str, tuple[int, int]] = {}
        points: list[Point] = []
        for index, (start, found) in enumerate(steps):
            _add(in_window, found, 1)
            if index >= span:
                _add(in_window, steps[index - span][1], -1)
            if index >= span - 1:
                readings = {label: self.of_counts(*held) for label, held in in_window.items()}
                points.append(Point(start, readings if by or readings else self._none()))
        return points

    def _none(self) -> dict[str, Reading]:
        return {"": self.of_counts(0, 0)}


class Share(Counted):
    """Which part of the observations is bad: those whose dimension ``split`` is in ``bad``."""

    def __init__(self, *args: Any, split: str, bad: Collection[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.split, self.bad = split, tuple(bad)

    def parts(self) -> tuple[tuple[str, Collection[str]], ...]:
        """The bad ones; everything is measured beside them."""
        return (("bad", self.bad),)

    def _measure(
        self, since: dt.datetime, until: dt.datetime, where: Where | None, by: str
    ) -> Groups:
        labels = super()._measure(since, until, where, by)
        kept = self._filter(where)
        whole = once(
            ("measure", self.metric, since, until, frozen(kept), by),
            lambda: measure(name=self.metric, since=since, until=until, where=kept, by=by or None),
        )
        for label, histogram in whole.items():
            labels.setdefault(label, {})["all"] = histogram
        return labels

    def bad_where(self) -> Where:
        """Bad are the values of ``bad``."""
        return {self.split: self.bad}

    def reading(self, found: dict[str, Histogram]) -> Reading:
        """The share of bad ones."""
        tally = self.tally_of(found, 0.0)
        return self.of_counts(tally.total, tally.bad)

    def of_counts(self, total: int, bad: int) -> Reading:
        """The share of bad ones."""
        return Reading(bad / total, total) if total else NOTHING

    def tally_of(self, found: dict[str, Histogram], target: float) -> Tally:
        """Bad is bad, whatever the target: it is the objective's share that allows some."""
        total = found.get("all", Histogram()).total
        return Tally(total, min(found.get("bad", Histogram()).total, total))


class Number(Counted):
    """How many there were in the window. None is what it says when nothing is written at all."""

    def reading(self, found: dict[str, Histogram]) -> Reading:
        """The number; no observation is a zero only where a rule asks for absence."""
        return self.of_counts(sum(part.total for part in found.values()), 0)

    def of_counts(self, total: int, bad: int) -> Reading:
        """The number."""
        return Reading(float(total), total)

    def tally_of(self, found: dict[str, Histogram], target: float) -> Tally:
        """Nothing is bad about a number."""
        return Tally(sum(part.total for part in found.values()), 0)

    def usual(
        self, *, at: dt.datetime, window: dt.timedelta, days: int, where: Where | None, by: str
    ) -> dict[str, Reading]:
        """Return what was usual in a window as long as this one."""
        found = super().usual(at=at, window=window, days=days, where=where, by=by)
        if days != 1:
            return found
        scale = window / dt.timedelta(days=1)
        return {
            label: Reading((one.value or 0.0) * scale, one.count) for label, one in found.items()
        }

    def usual_course(self, *, window: dt.timedelta, days: int, **more: Any) -> list[Point]:
        """Return what was usual in a window as long as this one, at every step."""
        points = super().usual_course(window=window, days=days, **more)
        if days != 1:
            return points
        return [self.rescaled(point, window / dt.timedelta(days=1)) for point in points]

    def rescaled(self, point: Point, part: float) -> Point:
        """See `Series.rescaled`: a part of the time has that part of the number."""
        readings = point.readings.items()
        return Point(
            point.start,
            {label: Reading((one.value or 0.0) * part, one.count) for label, one in readings},
        )


def _add(in_window: dict[str, tuple[int, int]], found: Counts, sign: int) -> None:
    """Take the counts of a step into a window, or (-1) out of it."""
    for label, (total, bad) in found.items():
        held = in_window.get(label, (0, 0))
        now = (held[0] + sign * total, held[1] + sign * bad)
        if now[0]:
            in_window[label] = now
        else:
            in_window.pop(label, None)


def _take_out(in_window: dict[str, Counter[int]], label: str, histogram: Histogram) -> None:
    held = in_window[label]
    held.subtract(histogram.counts)
    for bucket in histogram.counts:
        if held[bucket] <= 0:
            del held[bucket]
    if not held:
        del in_window[label]
