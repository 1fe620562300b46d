"""Five candidates for a goods text, each with its path and the words that matched. Pure.

A suggestion, never a finding: only a confirmed code of the very same text scores 1.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from apps.customs.hs.aliases import AliasTable, build_table
from apps.customs.hs.base import Base, base, places_of
from apps.customs.hs.index import Floats
from apps.customs.hs.learned import Confirmed, Learned, learn
from apps.customs.hs.nomenclature import lines
from apps.customs.hs.query import Query, Weights, weigh_words
from apps.customs.hs.sources import Alias, read_aliases, read_materials
from apps.customs.hs.text import words_of

Why = Literal["confirmed", "similar", "alias", "everyday", "reference", "tariff"]

MAX_TOP = 10
MAX_WORDS = 8
CERTAIN, MOST_OPEN = 1.0, 0.95
VOTES, PRIOR = 0.8, 0.3
ALIAS, ALIAS_STEP = 1.2, 0.75  # of the best score of the text; each further code of a word less
SIMILAR_FROM = 0.1
HALF = 12.0  # the raw score that is shown as one half


@dataclass(frozen=True, slots=True)
class Candidate:
    """One suggested line: six digits, path (chapter, heading, line), score 0–1, words, reason."""

    hs6: str
    path: tuple[str, str, str]
    score: float
    words: tuple[str, ...]
    why: Why


@dataclass(frozen=True)
class Suggester:
    """The fixed index with what this house has learned and calls things."""

    base: Base
    learned: Learned
    table: AliasTable

    def suggest(self, query: Query, top: int = 5) -> list[Candidate]:
        """At most `top` candidates, best first; fewer, or none, where too little matches."""
        found, english = self.table.segment(f"{query.title_cn} {query.title}")
        words = weigh_words(query, english)
        raw = self.base.scores(words)
        raw += self._alias_scores(found, max(float(raw.max()), HALF))
        scale = max(float(raw.max()), 1e-6)
        votes = self.learned.votes(query)
        ranked = raw / scale * (1.0 + PRIOR * self.learned.prior) + VOTES * votes
        order = np.argsort(-ranked, kind="stable")[: max(1, min(top, MAX_TOP))].tolist()
        best = max(float(ranked[order[0]]), 1e-6)
        certain = self.learned.certain(query)
        return [
            self._candidate(
                code=self.base.codes[place],
                words=words,
                score=_shown(scale * float(ranked[place]) / best),
                found=found,
                vote=float(votes[place]),
                certain=certain,
            )
            for place in self._places(order, ranked, certain)
        ]

    def _places(self, order: list[int], ranked: Floats, certain: str) -> list[int]:
        places = [place for place in order if ranked[place] > 0]
        if not certain:
            return places
        first = self.base.place[certain]
        return [first, *(place for place in places if place != first)][: len(order)]

    def _alias_scores(self, found: Sequence[Alias], scale: float) -> Floats:
        scores = np.zeros(len(self.base.codes), dtype=np.float32)
        for alias in found:
            for rank, code in enumerate(alias.codes):
                places = places_of(code, self.base.codes)
                scores[places] = np.maximum(scores[places], scale * ALIAS * ALIAS_STEP**rank)
        return scores

    def _candidate(
        self,
        *,
        code: str,
        words: Weights,
        score: float,
        found: Sequence[Alias],
        vote: float,
        certain: str,
    ) -> Candidate:
        matched, why = self._explain(code, words)
        called = [alias.word for alias in found if code.startswith(alias.codes)]
        if code == certain:
            why, score = "confirmed", CERTAIN
        elif called:
            why = "alias"
        elif vote >= SIMILAR_FROM:
            why = "similar"
        shown = tuple(dict.fromkeys([*called, *matched]))[:MAX_WORDS]
        return Candidate(code, lines()[code].path, score, shown, why)

    def _explain(self, code: str, words: Weights) -> tuple[list[str], Why]:
        path = words_of(" ".join(lines()[code].path))
        names = [*self.base.names_of.get(code, ()), *self.base.names_of.get(code[:4], ())]
        name = _best_text(names, words)
        reference = _best_text(self.base.references_of.get(code, ()), words)
        why: Why = "everyday" if name else "reference" if reference else "tariff"
        return [*(name or reference), *(word for word in path if word in words)], why


def _best_text(texts: Iterable[str], words: Weights) -> list[str]:
    best: list[str] = []
    for text in texts:
        inside = words_of(text)
        if inside and all(word in words for word in inside) and len(inside) > len(best):
            best = inside
    return best


def _shown(raw: float) -> float:
    return round(min(MOST_OPEN, raw / (raw + HALF)), 4)


def build_suggester(
    *, confirmed: Sequence[Confirmed] = (), aliases: Iterable[Alias] | None = None
) -> Suggester:
    """A suggester over the shipped data, these confirmed texts and these aliases.

    Without `aliases` the words the portal starts with are used.
    """
    known = base()
    table = build_table(read_aliases() if aliases is None else aliases, read_materials())
    return Suggester(known, learn(confirmed, known), table)
