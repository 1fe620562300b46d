"""The fixed part of the suggestion: tariff text, UK references and everyday words as one score.

Pure and the same for every process; built once, in about a third of a second, from the data files.
Weights were set on one half of HSCodeComp's public part and looked at on the other
(docs/hs-suggestion.md); all of them lie on a plateau.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from apps.customs.hs.index import Floats, Ints, TermIndex, build_index
from apps.customs.hs.nomenclature import Line, lines
from apps.customs.hs.query import Weights
from apps.customs.hs.sources import Goods, read_everyday, read_references
from apps.customs.hs.text import words_of

HEADING, CHAPTER = 0.5, 0.2  # of a word that stands above the line only
LINE_NORM, REFERENCE_NORM, EVERYDAY_NORM = 0.6, 0.7, 0.5
REFERENCE, EVERYDAY = 0.3, 1.25
WHOLE_NAME = 1.0  # more, for an everyday name of which every word is in the text
WHEN_TOLD, WHEN_UNTOLD = 1.7, 0.75  # of an everyday name whose deciding word is (not) in the text
WHOLE_HEADING = 0.7


@dataclass(frozen=True)
class Base:
    """Indices over the three sources; positions are those of the nomenclature's lines."""

    codes: tuple[str, ...]
    place: dict[str, int]
    heading_of: Ints
    heading_place: dict[str, int]
    line_index: TermIndex
    reference_index: TermIndex
    reference_line: Ints
    everyday_index: TermIndex
    everyday_cover: TermIndex
    references_of: dict[str, list[str]]
    names_of: dict[str, list[str]]
    name_goods: Ints
    goods: tuple[Goods, ...]
    goods_when: tuple[tuple[frozenset[str], ...], ...]
    goods_lines: tuple[Ints, ...]

    def scores(self, words: Weights) -> Floats:
        """One number per line, higher is likelier; zeros where nothing matched."""
        total = self.line_index.scores(words)
        total += REFERENCE * self.best(self.reference_index.scores(words), self.reference_line)
        total += EVERYDAY * self.everyday_scores(words)
        return total

    def everyday_scores(self, words: Weights) -> Floats:
        """What the everyday names alone say, per line."""
        by_goods = np.zeros(len(self.goods), dtype=np.float32)
        np.maximum.at(by_goods, self.name_goods, self._name_scores(words))
        scores = np.zeros(len(self.codes), dtype=np.float32)
        for number in np.nonzero(by_goods)[0].tolist():
            places = self.goods_lines[number]
            told = by_goods[number] * self._when(number, words)
            told *= 1.0 if len(places) == 1 else WHOLE_HEADING
            scores[places] = np.maximum(scores[places], told)
        return scores

    def _name_scores(self, words: Weights) -> Floats:
        """Per name its score; more the more of the name's own words the text has."""
        covered = self.everyday_cover.scores({word: min(1.0, w) for word, w in words.items()})
        more = 1.0 + WHOLE_NAME * np.minimum(covered, 1.0)
        return (self.everyday_index.scores(words) * more).astype(np.float32)

    def _when(self, number: int, words: Weights) -> float:
        when = self.goods_when[number]
        if not when:
            return 1.0
        return WHEN_TOLD if any(words.keys() >= need for need in when) else WHEN_UNTOLD

    def best(self, scores: Floats, owners: NDArray[np.int32]) -> Floats:
        """The highest score of each line's documents."""
        found = np.zeros(len(self.codes), dtype=np.float32)
        np.maximum.at(found, owners, scores)
        return found


@cache
def base() -> Base:
    """The index of this process, built at first use."""
    known = lines()
    codes = tuple(known)
    place = {code: number for number, code in enumerate(codes)}
    headings = {head: n for n, head in enumerate(dict.fromkeys(code[:4] for code in codes))}
    references, everyday = read_references(), read_everyday()
    names = [(name, number) for number, goods in enumerate(everyday) for name in goods.names]
    name_words = [Counter(words_of(name)) for name, _ in names]
    cover = build_index(name_words, norm=1.0)
    return Base(
        codes=codes,
        place=place,
        heading_of=np.array([headings[code[:4]] for code in codes], dtype=np.int32),
        heading_place=headings,
        line_index=build_index([_line_words(line) for line in known.values()], norm=LINE_NORM),
        reference_index=build_index(
            [Counter(words_of(text)) for text, _ in references], norm=REFERENCE_NORM
        ),
        reference_line=np.array([place[code] for _, code in references], dtype=np.int32),
        everyday_index=build_index(name_words, norm=EVERYDAY_NORM),
        everyday_cover=replace(cover, weights=cover.weights**2),
        references_of=_by_code((code, text) for text, code in references),
        names_of=_by_code((goods.code, name) for goods in everyday for name in goods.names),
        name_goods=np.array([number for _, number in names], dtype=np.int32),
        goods=tuple(everyday),
        goods_when=tuple(tuple(frozenset(words_of(w)) for w in g.when) for g in everyday),
        goods_lines=tuple(places_of(g.code, codes) for g in everyday),
    )


def places_of(code: str, codes: tuple[str, ...]) -> Ints:
    """Positions of the lines a code means: one for six digits, all of a heading for four."""
    return np.arange(bisect_left(codes, code), bisect_left(codes, code + ":"), dtype=np.int32)


def _by_code(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for code, text in pairs:
        found[code].append(text)
    return dict(found)


def _line_words(line: Line) -> dict[str, float]:
    found = dict.fromkeys(words_of(line.chapter), CHAPTER)
    found.update(dict.fromkeys(words_of(line.heading), HEADING))
    found.update(dict.fromkeys(words_of(line.text), 1.0))
    return found
