"""What a series is, and how one look asks the same question only once."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import Error

from apps.monitoring.burn import Tally
from apps.monitoring.choices import Comparison, Unit

Where = Mapping[str, Collection[str]]
Probes = Mapping[str, float | None]
T = TypeVar("T")
_asked: ContextVar[dict[Hashable, Any] | None] = ContextVar("monitoring_asked", default=None)
_probes: ContextVar[Probes] = ContextVar("monitoring_probes", default={})  # noqa: B039 - never written
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a series, in its unit; None where nothing was measured, which is not zero.

    ``count`` is how many observations it is made of (1 for a figure that simply stands there).
    """

    value: float | None
    count: int = 0


NOTHING = Reading(None)


@dataclass(frozen=True, slots=True)
class Point:
    """One step of a course: its beginning and the readings by label met in it."""

    start: dt.datetime
    readings: Mapping[str, Reading] = field(default_factory=dict)


class Series(ABC):
    """Something that is measured over time, by the values of its dimensions.

    ``by`` is one of ``dims`` (a reading for each of its values) or empty (one reading, key "").
    ``where`` keeps observations: {dim: values}. All times are real. ``stands_for`` is the value
    of a label that is not there, None where that means that it was not measured.
    """

    stands_for: float | None = None

    def __init__(self, key: str, label: Any, unit: Unit, dims: tuple[str, ...] = ()) -> None:
        self.key, self.label, self.unit, self.dims = key, label, unit, dims

    @abstractmethod
    def read(
        self,
        *,
        at: dt.datetime,
        window: dt.timedelta,
        where: Where | None = None,
        by: str = "",
    ) -> dict[str, Reading]:
        """Return the readings over the window that ends at ``at``. A label is missing where
        nothing was measured; without ``by`` the key "" is always there."""

    @abstractmethod
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
        """Return readings at equal steps, the empty ones too, oldest first. Each is taken over
        the ``window`` that ends with its step, or over the step itself."""

    @abstractmethod
    def tally(
        self,
        *,
        since: dt.datetime,
        until: dt.datetime,
        target: float,
        comparison: Comparison,
        where: Where | None = None,
    ) -> Tally:
        """Count what was observed in a stretch and how much of it was beyond the target."""

    @abstractmethod
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
        """Return the tally of every step, oldest first."""

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
        """Return what was usual at every step of a course, as :meth:`usual` says it."""
        if days == 1:
            day = dt.timedelta(days=1)
            since, until = since - window, until - window
            return self.course(since=since, until=until, step=step, window=day, where=where, by=by)
        back = dt.timedelta(days=days)
        return self.course(
            since=since - back, until=until - back, step=step, window=window, where=where, by=by
        )

    def rescaled(self, point: Point, part: float) -> Point:
        """Return a point over a time as one over ``part`` of it: the same, except for numbers."""
        return point

    def usual(
        self, *, at: dt.datetime, window: dt.timedelta, days: int, where: Where | None, by: str
    ) -> dict[str, Reading]:
        """Return what was usual: the same window ``days`` days before; of one day, the whole day
        before the window."""
        if days == 1:
            day = dt.timedelta(days=1)
            return self.read(at=at - window, window=day, where=where, by=by)
        return self.read(at=at - dt.timedelta(days=days), window=window, where=where, by=by)

    def last_seen(
        self, *, at: dt.datetime, where: Where | None = None, by: str = ""
    ) -> dict[str, dt.datetime]:
        """Return when something was last observed, by label; only what counts events knows."""
        return {}

    def message(self) -> str:
        """Return codes of what is behind the present value, for an alarm; mostly nothing."""
        return ""


@contextmanager
def one_look() -> Iterator[None]:
    """Keep every answer until the block ends, so that rules share what they read."""
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def once(question: Hashable, ask: Callable[[], T]) -> T:
    """Return the answer, asked at most once in a look; what failed fails again without asking."""
    known = _asked.get()
    if known is None:
        return ask()
    if question not in known:
        try:
            known[question] = ask()
        except Error as error:
            known[question] = error
    found = known[question]
    if isinstance(found, Error):
        raise found
    answer: T = found
    return answer


@contextmanager
def probing(found: Probes | None) -> Iterator[None]:
    """Lend the watch's own measurements (series key → value) to the series that are probes.

    None leaves what was lent already.
    """
    token = _probes.set(_probes.get() if found is None else found)
    try:
        yield
    finally:
        _probes.reset(token)


def probed(key: str) -> float | None:
    """Return what the watch measured itself, None where nobody did."""
    return _probes.get().get(key)


def frozen(where: Where | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return a filter as something that can be a key."""
    return tuple((dim, tuple(sorted(values))) for dim, values in sorted((where or {}).items()))
