"""Words of a description and the lists they are looked up in. Pure.

A list is asked by hash, not by search: the text's own pieces are looked up, so that a list of a
million terms costs no more than one of ten. Words in Latin script are compared whole, folded and
without accents; Chinese has no borders between words, so every run of its characters is a piece.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

LONGEST_RUN = 24
MOST_WORDS = 400
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_HAN = re.compile(r"[㐀-鿿豈-﫿]+")


class Match(StrEnum):
    """How a term is compared: with the whole text, with words in it, with a word's beginning."""

    WHOLE = "whole"
    WORD = "word"
    PREFIX = "prefix"


@dataclass(frozen=True, slots=True)
class Texts:
    """A line's descriptions, folded: each as a whole, and as words and runs of Chinese."""

    wholes: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    runs: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether anything is described at all."""
        return any(self.wholes)


@lru_cache(maxsize=4096)
def read_texts(*texts: str) -> Texts:
    """Return the texts ready to be looked up; empty ones and repetitions are left out."""
    folded = dict.fromkeys(text for one in texts if (text := fold(one)))
    return Texts(
        wholes=tuple(" ".join(_WORD.findall(text)) for text in folded),
        words=tuple(tuple(_WORD.findall(text)[:MOST_WORDS]) for text in folded),
        runs=tuple(run for text in folded for run in _HAN.findall(text)),
    )


def fold(text: str) -> str:
    """Return a text as it is compared: one width, no accents, lower case, single spaces."""
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFKC", kept).casefold().split())


@dataclass(frozen=True, slots=True)
class Terms:
    """A keyword list ready to be asked; build it with :func:`compile_terms`."""

    whole: frozenset[str]
    word: frozenset[str]
    prefix: frozenset[str]
    longest_phrase: int = 1
    longest_run: int = 0
    prefix_lengths: tuple[int, ...] = field(default=())


def compile_terms(terms: Iterable[tuple[str, str]]) -> Terms:
    """Return a list of (term, match) ready to be asked; terms that fold to nothing are left out."""
    kinds: dict[str, set[str]] = {match.value: set() for match in Match}
    for term, match in terms:
        words = _WORD.findall(fold(term))
        if words:
            kinds[Match(match).value].add(" ".join(words))
    spoken = kinds["word"]
    return Terms(
        whole=frozenset(kinds["whole"]),
        word=frozenset(spoken),
        prefix=frozenset(kinds["prefix"]),
        longest_phrase=max((term.count(" ") + 1 for term in spoken), default=0),
        longest_run=min(LONGEST_RUN, max((len(t) for t in spoken if _HAN.search(t)), default=0)),
        prefix_lengths=tuple(sorted({len(term) for term in kinds["prefix"]})),
    )


def found_terms(texts: Texts, terms: Terms) -> tuple[str, ...]:
    """Return the terms of a list that the texts hold, in the order they are met, once each."""
    return tuple(dict.fromkeys(_found(texts, terms)))


def _found(texts: Texts, terms: Terms) -> Iterator[str]:
    for whole in texts.wholes:
        if whole in terms.whole:
            yield whole
    for words in texts.words:
        yield from _phrases(words, terms)
        for word in words:
            for length in terms.prefix_lengths:
                if word[:length] in terms.prefix and len(word) >= length:
                    yield word[:length]
    for run in texts.runs:
        yield from _pieces(run, terms)


def _phrases(words: tuple[str, ...], terms: Terms) -> Iterator[str]:
    for start in range(len(words)):
        phrase = ""
        for end in range(start, min(len(words), start + terms.longest_phrase)):
            phrase = f"{phrase} {words[end]}" if phrase else words[end]
            if phrase in terms.word:
                yield phrase


def _pieces(run: str, terms: Terms) -> Iterator[str]:
    for start in range(len(run)):
        for length in range(1, min(terms.longest_run, len(run) - start) + 1):
            if run[start : start + length] in terms.word:
                yield run[start : start + length]


Lists = Mapping[str, Terms]
