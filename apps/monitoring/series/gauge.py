"""Series of figures that simply stand somewhere: read now, sampled by the minute for the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from apps.core import clock
from apps.core.metrics.gauges import GaugePoint, gauge_course
from apps.monitoring.burn import Tally
from apps.monitoring.choices import Comparison, Unit
from apps.monitoring.series.base import (
    MINUTE,
    NOTHING,
    Point,
    Reading,
    Series,
    Where,
    frozen,
    once,
    probed,
)

Now = Callable[[], Mapping[str, float | None]]
NOW = dt.timedelta(minutes=2)
"""What is asked for a moment nearer than this is read, not looked up."""
HOURS_AFTER = dt.timedelta(hours=6)
"""A tally over more than this reads hours, each with its highest minute."""


class Gauge(Series):
    """A figure of now by one dimension. Without ``by`` its labels are put together: the highest,
    or with ``adds`` their sum. ``stands_for`` is the value of a label that is not listed (a list
    of what is wrong has only wrong ones); None where that means that it was not measured. The past
    is what was sampled (`core.metrics.gauges`)."""

    def __init__(
        self,
        key: str,
        label: Any,
        unit: Unit,
        now: Now,
        *,
        dim: str = "",
        adds: bool = False,
        worst_is_low: bool = False,
        stands_for: float | None = None,
        message: Callable[[], str] | None = None,
    ) -> None:
        super().__init__(key, label, unit, (dim,) if dim else ())
        self.now, self.adds, self.worst_is_low = now, adds, worst_is_low
        self.stands_for, self._message = stands_for, message

    def stands(self) -> dict[str, float | None]:
        """Return label → value as it stands now."""
        return once(("gauge", self.key), lambda: dict(self.now()))

    def read(
        self, *, at: dt.datetime, window: dt.timedelta, where: Where | None = None, by: str = ""
    ) -> dict[str, Reading]:
        """See `Series.read`. For a moment of the past the worst minute of the window."""
        if abs(clock.real_now() - at) <= NOW:
            values = self._kept(self.stands(), where)
        else:
            course = self._sampled(at - window, at, max(window, MINUTE), where)
            values = {label: _worst(points, self.worst_is_low) for label, points in course.items()}
        if by:
            return {
                label: Reading(value, 1) for label, value in values.items() if value is not None
            }
        return {"": self._together(values)}

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
        """See `Series.course`; a figure has no window."""
        found = self._sampled(since, until, step, where)
        starts: dict[dt.datetime, dict[str, float | None]] = {}
        for label, points in found.items():
            for point in points:
                starts.setdefault(point.start, {})[label] = point.value
        steps = starts or {since + step * n: {} for n in range(max(0, -(-(until - since) // step)))}
        return [
            Point(
                start,
                _known(values) if by else {"": self._together(values)},
            )
            for start, values in sorted(steps.items())
        ]

    def tally(
        self,
        *,
        since: dt.datetime,
        until: dt.datetime,
        target: float,
        comparison: Comparison,
        where: Where | None = None,
    ) -> Tally:
        """Count sampled minutes and those beyond the target; of a long stretch, hours."""
        step = dt.timedelta(hours=1) if until - since > HOURS_AFTER else MINUTE
        found = self.tallies(
            since=since, until=until, step=step, target=target, comparison=comparison, where=where
        )
        return sum(found, Tally())

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
        """See `Series.tallies`: a step that was sampled counts once."""
        points = self.course(since=since, until=until, step=step, where=where)
        values = [point.readings[""].value for point in points]
        above = comparison is Comparison.ABOVE
        return [
            Tally() if value is None else Tally(1, int(value > target if above else value < target))
            for value in values
        ]

    def usual_course(
        self,
        *,
        since: dt.datetime,
        until: dt.datetime,
        step: dt.timedelta,
        window: dt.timedelta,
        days: int,
        where: Where | None = None,
        by: str = "",
    ) -> list[Point]:
        """See `Series.usual_course`; of the day before, the mean of its samples."""
        if days != 1:
            return super().usual_course(
                since=since, until=until, step=step, window=window, days=days, where=where, by=by
            )
        span = max(1, round(dt.timedelta(days=1) / step))
        begin = since - window - step * span
        points = self.course(since=begin, until=until - window, step=step, where=where, by=by)
        return _means(points, span)

    def message(self) -> str:
        """See `Series.message`."""
        return self._message() if self._message else ""

    def _kept(
        self, values: Mapping[str, float | None], where: Where | None
    ) -> dict[str, float | None]:
        wanted = (where or {}).get(self.dims[0]) if self.dims else None
        return {label: v for label, v in values.items() if wanted is None or label in wanted}

    def _together(self, values: Mapping[str, float | None]) -> Reading:
        known = [value for value in values.values() if value is not None]
        if not known:
            return NOTHING if self.stands_for is None else Reading(self.stands_for, 1)
        if self.adds:
            return Reading(sum(known), 1)
        return Reading(min(known) if self.worst_is_low else max(known), 1)

    def _sampled(
        self, since: dt.datetime, until: dt.datetime, step: dt.timedelta, where: Where | None
    ) -> dict[str, list[GaugePoint]]:
        wanted = (where or {}).get(self.dims[0]) if self.dims else None
        question = ("gauge_course", self.key, since, until, step, frozen(where))
        return once(
            question,
            lambda: gauge_course(name=self.key, since=since, until=until, step=step, labels=wanted),
        )


class Probe(Gauge):
    """A figure only the watch can measure, lent to a look by `base.probing`; else unknown."""

    def __init__(self, key: str, label: Any, unit: Unit) -> None:
        super().__init__(key, label, unit, lambda: {"": probed(key)})


class Windowed(Gauge):
    """A number counted over a window from rows that are kept only a while. What was usual is
    asked of the same rows, because samples of a minute do not add up to a day."""

    def __init__(
        self,
        key: str,
        label: Any,
        counted: Callable[[dt.datetime, dt.timedelta], tuple[float, float | None]],
        **more: Any,
    ) -> None:
        super().__init__(key, label, Unit.COUNT, dict, **more)
        self.counted = counted

    def stands(self) -> dict[str, float | None]:
        """The number of the last ten minutes, for the samples."""
        return {"": self._count(clock.real_now(), dt.timedelta(minutes=10))[0]}

    def read(
        self, *, at: dt.datetime, window: dt.timedelta, where: Where | None = None, by: str = ""
    ) -> dict[str, Reading]:
        """The number within the window; of the past what was sampled."""
        if abs(clock.real_now() - at) > NOW:
            return super().read(at=at, window=window, where=where, by=by)
        return {"": Reading(self._count(at, window)[0], 1)}

    def usual(
        self, *, at: dt.datetime, window: dt.timedelta, days: int, where: Where | None, by: str
    ) -> dict[str, Reading]:
        """What was usual in a window this long before this one; of the past, the mean sample."""
        if abs(clock.real_now() - at) <= NOW:
            return {"": Reading(self._count(at, window)[1], 1)}
        day = dt.timedelta(days=1)
        course = self._sampled(at - window - day, at - window, MINUTE, where).get("", [])
        values = [point.value for point in course if point.value is not None]
        return {"": Reading(sum(values) / len(values), len(values)) if values else NOTHING}

    def _count(self, at: dt.datetime, window: dt.timedelta) -> tuple[float, float | None]:
        return once(("counted", self.key, at, window), lambda: self.counted(at, window))


def _means(points: list[Point], span: int) -> list[Point]:
    """Return the mean of the ``span`` steps before each step, from the first that has them all."""
    sums: dict[str, float] = {}
    counts: dict[str, int] = {}

    def count(point: Point, sign: int) -> None:
        for label, one in point.readings.items():
            if one.value is not None:
                sums[label] = sums.get(label, 0.0) + sign * one.value
                counts[label] = counts.get(label, 0) + sign

    found: list[Point] = []
    for index, point in enumerate(points):
        if index >= span:
            means = {key: Reading(sums[key] / n, n) for key, n in counts.items() if n}
            found.append(Point(point.start, means))
            count(points[index - span], -1)
        count(point, 1)
    return found


def _known(values: Mapping[str, float | None]) -> dict[str, Reading]:
    return {label: Reading(value, 1) for label, value in values.items() if value is not None}


def _worst(points: list[GaugePoint], worst_is_low: bool) -> float | None:
    known = [point.value for point in points if point.value is not None]
    if not known:
        return None
    return min(known) if worst_is_low else max(known)
