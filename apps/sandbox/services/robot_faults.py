"""How a robot is told to answer, to rehearse what WeCom may do. Of this process, not kept.

Needs no table, so that it holds while there is no database.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from apps.core.errors import PortalError
from apps.sandbox.robot import BUSY, NOT_A_ROBOT, TOO_OFTEN, Verdict

SLOWEST_SECONDS = 60.0
MOST_TOLD = 1_000
REFUSALS: dict[str, Verdict] = {"dead": NOT_A_ROBOT, "often": TOO_OFTEN, "busy": BUSY}
ANSWERS = ("usual", *REFUSALS, "500", "slow")
_told: dict[str, Telling] = {}
_lock = threading.Lock()


class BadAnswer(PortalError):
    """A way to answer that nobody understands."""

    code = "bad_answer"
    permanent = True


@dataclass(frozen=True, slots=True)
class Telling:
    """How a robot answers: usual; a refusal; HTTP 500; or slow, after so many seconds."""

    answer: str = "usual"
    slow_seconds: float = 5.0

    @property
    def refusal(self) -> Verdict | None:
        """What it answers to everything, if it refuses."""
        return REFUSALS.get(self.answer)


def tell_robot(*, key: str, answer: str, slow_seconds: float = 5.0) -> Telling:
    """Have a robot answer so until it is told otherwise. Raises BadAnswer."""
    if answer not in ANSWERS:
        raise BadAnswer(f"A robot's answer is one of: {', '.join(ANSWERS)}.")
    if not 0 <= slow_seconds <= SLOWEST_SECONDS:
        raise BadAnswer(f"A slow answer takes 0 to {SLOWEST_SECONDS:g} seconds.")
    telling = Telling(answer, slow_seconds)
    with _lock:
        if key not in _told and len(_told) >= MOST_TOLD:
            raise BadAnswer(f"{MOST_TOLD} robots were told something already.")
        if answer == "usual":
            _told.pop(key, None)
        else:
            _told[key] = telling
    return telling


def telling_of(key: str) -> Telling:
    """Return how a robot was told to answer."""
    with _lock:
        return _told.get(key, Telling())


def forget_tellings() -> None:
    """Let every robot answer as usual."""
    with _lock:
        _told.clear()
