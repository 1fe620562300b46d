"""Customs as a parcel meets it: waiting, inspected, asked, held, released or turned away.

Pure: a list of what happens, with times. Each border has its own habits (``borders``); a
question is mostly answered within days and at the worst within two weeks, a hold for an
examination ends by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from apps.sandbox.hours import DAY, HOUR, between
from apps.sandbox.questions import ANSWERED, ASKED
from apps.sandbox.rng import weighted

LONGEST_HOLD = 14 * DAY
WAITING, RUNNING, CLEARED, TROUBLE = "10", "11", "12", "13"
FORCED = frozenset({"asked", "held", "barred"})
"""What a caller may force customs to do."""


@dataclass(frozen=True, slots=True)
class Regime:
    """How one side of a border works: shares of parcels, and hours.

    ``wait``, ``process`` and ``release`` are ranges of hours; ``median`` is the median hours
    until a question is answered or an examination ends, drawn log-normally with ``spread``.
    ``asks`` are the questions (keys of ``questions.QUESTIONS``) with their weights.
    """

    prefix: str
    inspected: float
    asked: float
    held: float
    wait: tuple[float, float]
    process: tuple[float, float]
    release: tuple[float, float]
    median: float
    spread: float
    asks: tuple[tuple[str, float], ...] = (("invoice", 1.0),)


@dataclass(frozen=True, slots=True)
class CustomsStep:
    """One message: which words (a key of the voyage's texts), when, the state code, the node's
    mark, and what is asked for ("" where nothing is)."""

    word: str
    at: int
    code: str
    mark: str = ""
    what: str = ""


class _Desk:
    """Writes what one customs office says of one parcel; ``at`` moves on."""

    def __init__(self, regime: Regime, at: int, luck: Random) -> None:
        self.regime, self.at, self.luck = regime, at, luck
        self.steps: list[CustomsStep] = []

    def tell(self, word: str, code: str, *, mark: str = "", what: str = "") -> None:
        """Say something now."""
        word = f"{self.regime.prefix}_{word}"
        self.steps.append(CustomsStep(word, self.at, code, mark, what))

    def inspect(self, rng: Random) -> None:
        """Open the box and close it again."""
        self.at += between(rng, 2, 10)
        self.tell("inspect", RUNNING)
        self.at += between(rng, 6, 36)

    def ask(self, what: str) -> None:
        """Ask, remind, take the answer; ends when it has been looked at."""
        self.at += between(self.luck, 2, 8)
        asked = self.at
        self.tell("asked", TROUBLE, mark=f"{ASKED}{what}", what=what)
        length = self._length()
        if length > 4 * DAY:
            self.at = asked + length // 2
            self.tell("remind", TROUBLE, what=what)
        self.at = asked + length - HOUR
        self.tell("docs", RUNNING, mark=ANSWERED, what=what)
        self.at = asked + length

    def hold(self) -> None:
        """Keep it for an examination that nobody outside can shorten."""
        self.at += between(self.luck, 2, 8)
        self.tell("held", TROUBLE)
        self.at += self._length()
        self.tell("examined", RUNNING)

    def turn_away(self) -> None:
        """Keep it, then refuse it."""
        self.at += between(self.luck, 4, 30)
        self.tell("held", TROUBLE)
        self.at += max(DAY, self._length())
        self.tell("barred", TROUBLE)

    def _length(self) -> int:
        hours = self.regime.median * self.luck.lognormvariate(0, self.regime.spread)
        return min(LONGEST_HOLD, max(8 * HOUR, int(hours * HOUR)))


def pass_customs(
    *,
    regime: Regime,
    at: int,
    pace: float,
    rng: Random,
    luck: Random,
    forced: str = "",
    question: str = "",
) -> list[CustomsStep]:
    """What customs does from an arrival on; the last step is the release.

    ``luck`` decides what happens beside the usual, ``forced`` (one of ``FORCED``, or "") makes
    it happen; a "barred" parcel ends refused instead. ``question`` is what customs asks for
    where it asks. Times are epoch seconds and rise.
    """
    inspected = luck.random() < regime.inspected
    asked, held = luck.random() < regime.asked, luck.random() < regime.held
    drawn = weighted(luck, regime.asks)
    desk = _Desk(regime, at + between(rng, *regime.wait), luck)
    desk.tell("wait", WAITING)
    desk.at += int(between(rng, *regime.process) * pace)
    desk.tell("run", RUNNING)
    if inspected:
        desk.inspect(rng)
    if forced == "barred":
        desk.turn_away()
        return desk.steps
    if asked or question or forced == "asked":
        desk.ask(question or drawn)
    if forced == "held" or (held and forced != "asked"):
        desk.hold()
    desk.at += int(between(rng, *regime.release) * pace)
    desk.tell("done", CLEARED)
    return desk.steps
