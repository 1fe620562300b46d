"""Sixty thousand names searched in milliseconds, with the same answer as comparing each. Pure.

A word asked for meets listed words of its sound, of its consonants, and those of nearly its
spelling that begin or end with the same letter. What each listed name can reach at most is
reckoned for all of them at once; only those that may reach the threshold are compared for good.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from apps.customs.screening.normalising import Name, Word, joined, read_name
from apps.customs.screening.scoring import (
    FULL,
    INITIAL,
    JOINED,
    SHORTER_COUNTS,
    Comparison,
    compare,
    joins_of,
    may_differ,
    nearness,
)

MOST_COMPARED = 300
SLACK = 1e-4
KEPT_ANSWERS = 5_000
LONGEST_JOINED = 15
"""Letters of neighbours kept as one word: who writes names together writes short ones."""
Floats = NDArray[np.float32]
_Key = tuple[str, str, bool, float]
_Met = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A name of a list: ``id`` is its row's, ``name`` as it stands there."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Near:
    """A listed name that came near: its row's id and why."""

    id: int
    comparison: Comparison


class NameIndex:
    """All names of the lists that count, ready to be asked for. Read-only once built."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self._ids: array[int] = array("q")
        self._names: list[str] = []
        self._words: list[Word] = []
        self._is_join: list[bool] = []
        known: dict[_Key, int] = {}
        weights = array("f")
        units, rows = array("i"), array("i")
        for at, one in enumerate(listed):
            name = read_name(one.name)
            self._ids.append(one.id)
            self._names.append(one.name)
            weights.append(name.weight or 1.0)
            for unit in self._units_of(name, known):
                units.append(unit)
                rows.append(at)
        self._weights = np.asarray(weights, dtype=np.float32)
        order = np.argsort(np.asarray(units, dtype=np.int32), kind="stable")
        self._rows = np.asarray(rows, dtype=np.int32)[order]
        counts = np.bincount(np.asarray(units, dtype=np.int32), minlength=len(self._words))
        self._starts = np.concatenate(([0], np.cumsum(counts)))
        self._arrange()
        self.search = lru_cache(maxsize=KEPT_ANSWERS)(self._search)

    def __len__(self) -> int:
        return len(self._names)

    def _units_of(self, name: Name, known: dict[_Key, int]) -> set[int]:
        found = set()
        for word in name.words:
            key = (word.spelled, word.sign, word.is_bare, word.weight)
            found.add(self._unit(known, key, word, is_join=False))
        for at in joins_of(len(name.words)):
            parts = tuple(name.words[one] for one in at)
            spelled = "".join([part.spelled for part in parts])
            if len(spelled) > LONGEST_JOINED:
                continue
            key = (spelled, "+", False, sum(part.weight for part in parts))
            word = joined(parts) if key not in known else parts[0]
            found.add(self._unit(known, key, word, is_join=True))
        return found

    def _unit(self, known: dict[_Key, int], key: _Key, word: Word, *, is_join: bool) -> int:
        unit = known.get(key)
        if unit is None:
            unit = known[key] = len(self._words)
            self._words.append(word)
            self._is_join.append(is_join)
        return unit

    def _arrange(self) -> None:
        by_sound: dict[str, list[int]] = defaultdict(list)
        self._by_text: dict[str, list[int]] = defaultdict(list)
        by_bones: dict[tuple[str, bool], list[int]] = defaultdict(list)
        edges: dict[tuple[str, int], set[str]] = defaultdict(set)
        for at, word in enumerate(self._words):
            by_sound[word.sound].append(at)
            if self._is_join[at]:
                continue
            if word.bones and not word.sign:
                by_bones[word.bones, word.is_bare].append(at)
            for text in {word.sound, word.spelled}:
                self._by_text[text].append(at)
                if len(text) > 2 and not word.sign:
                    edges["^" + text[0], len(text)].add(text)
                    edges[text[-1] + "$", len(text)].add(text)
            if word.sign:
                self._by_text[word.sign].append(at)
        self._by_sound, self._by_bones = dict(by_sound), dict(by_bones)
        self._edges = {key: sorted(sounds) for key, sounds in edges.items()}

    def _search(self, asked: str, threshold: int) -> tuple[Near, ...]:
        """Return the listed names as near as a threshold (0–1000), the nearest first."""
        name = read_name(asked)
        if not name.words or not self._names:
            return ()
        found = []
        for at in self._worth_comparing(name, threshold / FULL):
            comparison = compare(name, read_name(self._names[at]))
            if comparison.score >= threshold:
                found.append(Near(self._ids[at], comparison))
        return tuple(sorted(found, key=lambda one: (-one.comparison.score, one.id)))

    def _worth_comparing(self, name: Name, threshold: float) -> Sequence[int]:
        met: list[_Met] = [self._met_by(word) for word in name.words]
        shares: list[_Met] = [[(at, self._words[at].weight) for at, _near in one] for one in met]
        for places in joins_of(len(name.words)):
            whole = joined(tuple(name.words[one] for one in places))
            for at in self._by_sound.get(whole.sound, ()):
                for one in places:
                    met[one].append((at, JOINED))
                    shares[one].append((at, self._words[at].weight / len(places)))
        ours = np.zeros(len(self._names), dtype=np.float32)
        theirs = np.zeros(len(self._names), dtype=np.float32)
        for word, tokens, parts in zip(name.words, met, shares, strict=True):
            if word.is_initial:
                ours += word.weight * INITIAL
                theirs += INITIAL
            ours += word.weight * self._best(tokens)
            theirs += self._best(
                [(at, near * part) for (at, near), (_at, part) in zip(tokens, parts, strict=True)]
            )
        return self._reaching(ours / (name.weight or 1.0), theirs / self._weights, threshold)

    def _reaching(self, ours: Floats, theirs: Floats, threshold: float) -> Sequence[int]:
        np.minimum(ours, 1.0, out=ours)
        np.minimum(theirs, 1.0, out=theirs)
        most = SHORTER_COUNTS * np.maximum(ours, theirs)
        most += (1 - SHORTER_COUNTS) * np.minimum(ours, theirs)
        chosen = np.flatnonzero(most >= threshold - SLACK)
        if len(chosen) > MOST_COMPARED:
            chosen = chosen[np.argsort(-most[chosen], kind="stable")[:MOST_COMPARED]]
        return [int(at) for at in chosen]

    def _best(self, tokens: _Met) -> Floats:
        """Return for every name the best of the tokens it has."""
        best = np.zeros(len(self._names), dtype=np.float32)
        for at, near in tokens:
            rows = self._rows[self._starts[at] : self._starts[at + 1]]
            best[rows] = np.maximum(best[rows], near)
        return best

    def _met_by(self, word: Word) -> _Met:
        tokens = set(self._by_sound.get(word.sound, ()))
        tokens.update(self._by_text.get(word.sign or word.spelled, ()))
        tokens.update(self._by_text.get(word.spelled[:1], ()))
        if not word.sign:
            for text in {word.sound, word.spelled}:
                for near_text in self._near_texts(text):
                    tokens.update(self._by_text[near_text])
            tokens.update(self._by_bones.get((word.bones, not word.is_bare), ()))
        found = []
        for at in tokens:
            near, _how = nearness(word, self._words[at])
            if self._is_join[at]:
                near = JOINED if word.sound == self._words[at].sound else 0.0
            if near:
                found.append((at, near))
        return found

    def _near_texts(self, text: str) -> Iterator[str]:
        length = len(text)
        for other in range(max(length - 2, 3), length + 3):
            allowed = may_differ(max(length, other))
            if abs(length - other) > allowed or not allowed:
                continue
            for edge in ("^" + text[0], text[-1] + "$"):
                choices = self._edges.get((edge, other))
                if not choices:
                    continue
                wrong = process.cdist(
                    [text], choices, scorer=OSA.distance, score_cutoff=allowed, dtype=np.uint8
                )[0]
                yield from (choices[at] for at in np.flatnonzero(wrong <= allowed))


__all__ = ["Listed", "NameIndex", "Near"]
