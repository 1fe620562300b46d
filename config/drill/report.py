"""What a drill found: steps with what was expected and seen, and the verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

Words = str | Promise


class Verdict(StrEnum):
    """How a step ended; ``refused`` is what the drill must not do (with real credentials)."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    REFUSED = "refused"


class Unmet(Exception):
    """A step did not see what it expected; the message says what it saw."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done and looked at.

    ``says`` is one sentence a newcomer understands, ``expects`` what must be seen. ``act`` does
    it and returns what was seen, or raises `Unmet`. ``look`` names the process whose log tells
    more after a failure.
    """

    key: str
    says: Words
    expects: Words
    act: Callable[[Any], str]
    look: str = "drain"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Steps that tell one stretch of the story; ``needs`` are chapters that must come before."""

    key: str
    title: Words
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The result of one step; ``hint`` says what to look at after a failure."""

    chapter: str
    key: str
    verdict: Verdict
    says: str
    expected: str
    seen: str
    seconds: float
    hint: str = ""

    def row(self) -> dict[str, Any]:
        """Plain values for the summary."""
        return {
            "chapter": self.chapter,
            "step": self.key,
            "verdict": self.verdict.value,
            "says": self.says,
            "expected": self.expected,
            "seen": self.seen,
            "seconds": round(self.seconds, 2),
        }


@dataclass(slots=True)
class Report:
    """All steps of one drill; ``figures`` are what a profile measured beside them."""

    profile: str
    found: list[Found] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def failures(self) -> list[Found]:
        """The steps that failed, in order."""
        return [row for row in self.found if row.verdict is Verdict.FAIL]

    @property
    def passed(self) -> bool:
        """Whether something was tried and nothing failed."""
        return bool(self.found) and not self.failures

    def summary(self, *, full: bool) -> str:
        """The last line: one JSON object, with every step if ``full``."""
        value: dict[str, Any] = {
            "drill": self.profile,
            "pass": self.passed,
            "steps": len(self.found),
            "passed": sum(row.verdict is Verdict.PASS for row in self.found),
            "refused": sum(row.verdict is Verdict.REFUSED for row in self.found),
            "failed": [f"{row.chapter}.{row.key}" for row in self.failures],
            "seconds": round(self.seconds, 1),
            **_plain(self.figures),
        }
        if full:
            value["results"] = [row.row() for row in self.found]
        return json.dumps(value, ensure_ascii=False)


def _plain(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {k: round(v, 3) if isinstance(v, float) else v for k, v in figures.items()}


def tally(words: Iterable[str]) -> str:
    """How often each word occurs."""
    counted: dict[str, int] = {}
    for word in words:
        counted[word] = counted.get(word, 0) + 1
    return ", ".join(f"{count} {word}" for word, count in sorted(counted.items()))
