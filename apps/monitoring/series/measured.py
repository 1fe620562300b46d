"""Series over histograms: percentiles, shares of errors, numbers of observations."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from apps.core.metrics import Histogram, bucket_of
from apps.core.metrics.names import DIMS
from apps.core.metrics.reading import course as course_of
from apps.core.metrics.reading import measure
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
        begin = since - step * (span - 1)
        steps = self._steps(begin, until, step, where, by)
        sliding = _Sliding()
        points: list[Point] = []
        for index, (start, labels) in enumerate(steps):
            sliding.add(labels)
            if index >= span:
                sliding.drop(steps[index - span][1])
            if index >= span - 1:
                found = {label: self.reading(part) for label, part in sliding.labels().items()}
                points.append(Point(start, found if by else found or {"": self.reading({})}))
        return points

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
        steps = self._steps(since, until, step, where, "")
        return [self.tally_of(labels.get("", {}), target) for _start, labels in steps]

    @abstractmethod
    def tally_of(self, found: dict[str, Histogram], target: float) -> Tally:
        """Count the observations and the bad ones among them."""

    def last_seen(
        self, *, at: dt.datetime, where: Where | None = None, by: str = ""
    ) -> dict[str, dt.datetime]:
        """Return the end of the last minute of the last hour with an observation, by label."""
        seen: dict[str, dt.datetime] = {}
        for start, labels in self._steps(at - LOOK_BACK, at, MINUTE, where, by):
            for label, parts in labels.items():
                if any(part.total for part in parts.values()):
                    seen[label] = min(start + MINUTE, at)
        return seen

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

    def _steps(
        self,
        since: dt.datetime,
        until: dt.datetime,
        step: dt.timedelta,
        where: Where | None,
        by: str,
    ) -> list[tuple[dt.datetime, Groups]]:
        kept = self._filter(where)
        parts = self.parts() or (("", ()),)
        steps: dict[dt.datetime, Groups] = {}
        for name, values in parts:
            narrowed: Where = {**kept, self.split: values} if self.split else kept
            question = ("course", self.metric, since, until, step, frozen(narrowed), by)
            for point in once(
                question,
                lambda narrowed=narrowed: course_of(  # type: ignore[misc]
                    name=self.metric,
                    since=since,
                    until=until,
                    step=step,
                    where=narrowed,
                    by=by or None,
                ),
            ):
                groups = steps.setdefault(point.start, {})
                for label, histogram in point.values.items():
                    groups.setdefault(label, {})[name] = histogram
        return sorted(steps.items())


class Percentile(Measured):
    """How long it takes: what ``share`` of all observations do not exceed, in seconds."""

    def __init__(self, *args: Any, share: float, **more: Any) -> None:
        super().__init__(*args, **more)
        self.share = share

    def reading(self, found: dict[str, Histogram]) -> Reading:
        """The percentile of everything of the label."""
        whole = sum(found.values(), Histogram())
        return Reading(whole.percentile(self.share), whole.total) if whole.total else NOTHING

    def tally_of(self, found: dict[str, Histogram], target: float) -> Tally:
        """Bad is what lies in a bucket beyond the target's own: a histogram cannot tell more."""
        whole, edge = sum(found.values(), Histogram()), bucket_of(target)
        bad = sum(n for bucket, n in whole.counts.items() if bucket > edge)
        return Tally(whole.total, bad)


class Share(Measured):
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

    def _steps(
        self,
        since: dt.datetime,
        until: dt.datetime,
        step: dt.timedelta,
        where: Where | None,
        by: str,
    ) -> list[tuple[dt.datetime, Groups]]:
        steps = dict(super()._steps(since, until, step, where, by))
        kept = self._filter(where)
        for point in once(
            ("course", self.metric, since, until, step, frozen(kept), by),
            lambda: course_of(
                name=self.metric, since=since, until=until, step=step, where=kept, by=by or None
            ),
        ):
            groups = steps.setdefault(point.start, {})
            for label, histogram in point.values.items():
                groups.setdefault(label, {})["all"] = histogram
        return sorted(steps.items())

    def reading(self, found: dict[str, Histogram]) -> Reading:
        """The share of bad ones."""
        tally = self.tally_of(found, 0.0)
        return Reading(tally.bad / tally.total, tally.total) if tally.total else NOTHING

    def tally_of(self, found: dict[str, Histogram], target: float) -> Tally:
        """Bad is bad, whatever the target: it is the objective's share that allows some."""
        total = found.get("all", Histogram()).total
        return Tally(total, min(found.get("bad", Histogram()).total, total))


class Number(Measured):
    """How many there were in the window. None is what it says when nothing is written at all."""

    def reading(self, found: dict[str, Histogram]) -> Reading:
        """The number; no observation is a zero only where a rule asks for absence."""
        total = sum(part.total for part in found.values())
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
        scale = window / dt.timedelta(days=1)
        return [
            Point(
                point.start,
                {
                    label: Reading((one.value or 0.0) * scale, one.count)
                    for label, one in point.readings.items()
                },
            )
            for point in points
        ]


class _Sliding:
    """Histograms of the steps of a window, added in front and dropped behind."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, Counter[int]]] = {}

    def add(self, labels: Groups) -> None:
        """Take a step in."""
        for label, parts in labels.items():
            kept = self._counts.setdefault(label, {})
            for part, histogram in parts.items():
                kept.setdefault(part, Counter()).update(histogram.counts)

    def drop(self, labels: Groups) -> None:
        """Let a step go."""
        for label, parts in labels.items():
            for part, histogram in parts.items():
                counts = self._counts[label][part]
                counts.subtract(histogram.counts)
                for bucket in [bucket for bucket, n in counts.items() if n <= 0]:
                    del counts[bucket]
            if not any(any(counts) for counts in self._counts[label].values()):
                del self._counts[label]

    def labels(self) -> Groups:
        """Return what is in the window."""
        return {
            label: {part: Histogram(counts) for part, counts in parts.items()}
            for label, parts in self._counts.items()
        }
