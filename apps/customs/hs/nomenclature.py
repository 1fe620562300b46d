"""HS 2022 as rows: each six-digit line with the path that leads to it.

Source: datasets/harmonized-system 905e5a0, ODC-PDDL 1.0 (data/LICENCES.md). Pure.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
SIX = 6
LAST_CHAPTER = "97"  # 98 and 99 are each country's own


@dataclass(frozen=True, slots=True)
class Line:
    """One six-digit line: code and the English text of chapter, heading and line."""

    hs6: str
    chapter: str
    heading: str
    text: str

    @property
    def path(self) -> tuple[str, str, str]:
        """Chapter, heading, line: what a person reads to judge a suggestion."""
        return self.chapter, self.heading, self.text


@cache
def lines() -> dict[str, Line]:
    """Every six-digit line of HS 2022 by its code, in the order of the nomenclature."""
    with (DATA / "harmonized-system.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["hscode"]: row["description"] for row in csv.DictReader(file)}
    return {
        code: Line(code, rows[code[:2]], rows[code[:4]], text)
        for code, text in rows.items()
        if len(code) == SIX and code[:2] <= LAST_CHAPTER
    }


def is_line(code: str) -> bool:
    """Whether six digits are a line of HS 2022."""
    return code in lines()
