"""Questions asked of one parcel, each once however many rules ask it. Pure.

Lines are bits of a number: a question about lines has two, where it surely holds and where it
cannot be told, so that a group of conditions is an AND of numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from apps.customs.compliance.comparing import UNKNOWN, Answer, Question
from apps.customs.compliance.facts import Facts

Key = tuple[str, str, tuple[str, ...], str]


class Asked:
    """The answers of one parcel so far."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._all = (1 << len(facts.lines)) - 1
        self._of_parcel: dict[Key, Answer] = {}
        self._of_lines: dict[Key, tuple[int, int]] = {}

    def header_holds(self, questions: tuple[Question, ...]) -> Answer:
        """Return whether all hold of the parcel; UNKNOWN where none fails but one cannot tell."""
        answers = self._of_parcel
        doubtful = False
        for one in questions:
            answer = answers.get(one.key)
            if answer is None:
                answer = answers[one.key] = one.test(self.facts)
            if answer is False:
                return False
            doubtful = doubtful or answer is UNKNOWN
        return UNKNOWN if doubtful else True

    def lines_holding(self, questions: tuple[Question, ...]) -> tuple[int, int]:
        """Return the lines where all surely hold, and those where they perhaps do."""
        surely = perhaps = self._all
        answers = self._of_lines
        for one in questions:
            bits = answers.get(one.key)
            if bits is None:
                bits = answers[one.key] = self._ask(one)
            surely &= bits[0]
            perhaps &= bits[0] | bits[1]
            if not perhaps:
                return 0, 0
        return surely, perhaps & ~surely

    def indices(self, bits: int) -> Iterator[int]:
        """Yield the indices of the lines in a number."""
        return (index for index in range(len(self.facts.lines)) if bits >> index & 1)

    def _ask(self, question: Question) -> tuple[int, int]:
        surely = unknown = 0
        test = question.test
        for index, line in enumerate(self.facts.lines):
            answer = test(line)
            if answer is UNKNOWN:
                unknown |= 1 << index
            elif answer:
                surely |= 1 << index
        return surely, unknown
