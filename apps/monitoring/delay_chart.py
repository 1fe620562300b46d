"""The course of a delay as a picture: two lines on a logarithmic height (no Django)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640.0, 170.0, 56.0, 22.0, 10.0
TICKS = (0.001, 0.01, 0.1, 1.0, 10.0, 60.0, 600.0, 3_600.0, 36_000.0, 360_000.0, 3_600_000.0)
MOST_TIMES = 6
Point = tuple[dt.datetime, float | None]


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across at a duration (seconds), or a time below."""

    place: float
    seconds: float = 0.0
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Strokes as SVG path data; empty where nothing was measured. Heights are logarithmic."""

    width: float
    height: float
    middle: str
    high: str
    limit: float | None
    rows: tuple[Tick, ...]
    times: tuple[Tick, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.high


def draw(*, middle: Sequence[Point], high: Sequence[Point], limit: float | None) -> Chart:
    """Draw the median and the high percentile of equal steps; a gap is a step without a value."""
    values = [value for _, value in (*middle, *high) if value and math.isfinite(value)]
    if not values:
        return Chart(WIDTH, HEIGHT, "", "", None, (), ())
    values += [limit] if limit else []
    low = max((tick for tick in TICKS if tick <= min(values)), default=TICKS[0])
    top = min((tick for tick in TICKS if tick >= max(values)), default=TICKS[-1])
    scale = _Scale(low, max(top, low * 10), len(high))
    return Chart(
        WIDTH,
        HEIGHT,
        scale.path([value for _, value in middle]),
        scale.path([value for _, value in high]),
        round(scale.y(limit), 1) if limit else None,
        tuple(Tick(round(scale.y(tick), 1), tick) for tick in TICKS if low <= tick <= scale.top),
        tuple(_times(scale, [at for at, _ in high])),
    )


class _Scale:
    def __init__(self, low: float, top: float, steps: int) -> None:
        self.low, self.top, self.steps = low, top, max(steps - 1, 1)

    def x(self, step: int) -> float:
        return LEFT + (WIDTH - LEFT - 8) * step / self.steps

    def y(self, seconds: float) -> float:
        held = min(max(seconds, self.low), self.top)
        share = math.log(held / self.low) / math.log(self.top / self.low)
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share

    def path(self, values: Sequence[float | None]) -> str:
        """Return the strokes; a value that stands alone becomes a dot of its own."""
        parts, drawing = [], False
        for step, value in enumerate(values):
            if value is None:
                drawing = False
                continue
            place = f"{self.x(step):.1f} {self.y(value):.1f}"
            parts.append(f"L{place}" if drawing else f"M{place}h0.01")
            drawing = True
        return "".join(parts)


def _times(scale: _Scale, moments: Sequence[dt.datetime]) -> list[Tick]:
    every = max(1, math.ceil(len(moments) / MOST_TIMES))
    return [
        Tick(round(scale.x(step), 1), at=moment)
        for step, moment in enumerate(moments)
        if step % every == 0
    ]
