"""What the probes of one server have found lately. No clock but the monotonic one."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from apps.monitoring.watching.probes import Probe

LOOKED_AT = 5


@dataclass
class Pulse:
    """Remembers the last five probes and when the server last answered one.

    Before the first answer the silence counts from the beginning of the looking. A typical time
    is the second slowest of the five: one slow answer decides nothing, and a server that stands
    still again and again is slow although some answers between are quick.
    """

    clock: Callable[[], float] = time.monotonic
    began: float = field(init=False)
    asked: bool = False
    answered_at: float | None = None
    trouble: str = ""
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=LOOKED_AT))

    def __post_init__(self) -> None:
        self.began = self.clock()

    def note(self, probe: Probe) -> None:
        """Take in what a probe found."""
        self.asked = True
        if probe.answered or probe.late:
            self.recent.append(probe.seconds)
        self.trouble = probe.trouble
        if probe.answered:
            self.answered_at = self.clock()

    @property
    def answers(self) -> bool:
        """Whether it answered the last time."""
        return self.asked and not self.trouble

    @property
    def silence(self) -> float:
        """Seconds for which it has not answered, 0 while it does."""
        if self.answers:
            return 0.0
        return self.clock() - (self.began if self.answered_at is None else self.answered_at)

    @property
    def typical(self) -> float | None:
        """Seconds an answer takes, one that came too late counted as its limit; None before any."""
        return sorted(self.recent)[-2:][0] if self.recent else None
