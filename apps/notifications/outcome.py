"""What an attempt to tell somebody brought."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What an answer means for the message and its channel."""

    TAKEN = "taken"
    LATER = "later"
    TOO_OFTEN = "too_often"
    BAD_MESSAGE = "bad_message"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict of one attempt, the vendor's code (None without an answer), and in words why."""

    verdict: Verdict
    errcode: int | None = None
    why: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the other side has it."""
        return self.verdict is Verdict.TAKEN
