"""What people confirmed before, as evidence for the next text. Pure.

Two kinds. The very same text of the same merchant, every confirmation agreeing, is certain.
Everything else only shifts the order: similar confirmed texts vote for their code (nearest
neighbours by TF-IDF cosine), and codes this house confirms often go before those it never has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apps.customs.hs.base import Base
from apps.customs.hs.index import Floats, Ints, TermIndex, build_index
from apps.customs.hs.query import Query, levels_of, telling_facts
from apps.customs.hs.text import words_of

NEIGHBOURS = 15
DEEP, TOP, FACT = 1.5, 0.5, 0.3  # weights of category words, of the first level's, of facts


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A text with the code a person gave it; `binding` where it was confirmed for a product."""

    query: Query
    hs6: str
    binding: bool = True


@dataclass(frozen=True)
class Learned:
    """Confirmed texts, ready to be asked."""

    exact: dict[tuple[int | None, tuple[str, ...]], frozenset[str]]
    index: TermIndex | None
    line_of: Ints
    prior: Floats

    def certain(self, query: Query) -> str:
        """The code every confirmation of this very text gives, or "" where none or they differ."""
        key = query.exact_key()
        codes = self.exact.get((query.merchant_id, key), frozenset()) if key else frozenset()
        return next(iter(codes)) if len(codes) == 1 else ""

    def votes(self, query: Query) -> Floats:
        """Per line, the squared similarity of the nearest confirmed texts, summed."""
        total = np.zeros(len(self.prior), dtype=np.float32)
        if self.index is None:
            return total
        similar = self._similarity(self.index, query)
        near = np.argsort(-similar, kind="stable")[:NEIGHBOURS]
        np.add.at(total, self.line_of[near], similar[near] ** 2)
        return total

    @staticmethod
    def _similarity(index: TermIndex, query: Query) -> Floats:
        weighted = {w: f * index.rarity(w) for w, f in document_of(query).items()}
        length = sum(weight**2 for weight in weighted.values()) ** 0.5
        return index.scores(weighted) / max(length, 1e-6)


def document_of(query: Query) -> dict[str, float]:
    """The words by which a confirmed text is found again."""
    words = dict.fromkeys(
        words_of(f"{query.material} {query.use} {telling_facts(query.attributes)}"), FACT
    )
    words.update(dict.fromkeys(words_of(f"{query.title} {query.title_cn}"), 1.0))
    for number, level in enumerate(levels_of(query.category)):
        for word in words_of(level):
            words[word] = max(words.get(word, 0.0), DEEP if number else TOP)
    return words


def learn(confirmed: Sequence[Confirmed], base: Base) -> Learned:
    """Take confirmed texts up; codes that are no line of HS 2022 are left out."""
    usable = [c for c in confirmed if c.hs6 in base.place]
    exact: dict[tuple[int | None, tuple[str, ...]], set[str]] = defaultdict(set)
    for example in usable:
        key = example.query.exact_key()
        if key and example.binding:
            exact[example.query.merchant_id, key].add(example.hs6)
    line_of = np.array([base.place[c.hs6] for c in usable], dtype=np.int32)
    documents = [document_of(c.query) for c in usable]
    counts = np.log1p(np.bincount(line_of, minlength=len(base.codes)))
    return Learned(
        exact={key: frozenset(codes) for key, codes in exact.items()},
        index=build_index(documents, norm=1.0) if usable else None,
        line_of=line_of,
        prior=(counts / (1.0 + counts.max(initial=0.0))).astype(np.float32),
    )
