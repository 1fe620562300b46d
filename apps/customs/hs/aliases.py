"""Everyday words found in a text, the longest first: 硅胶手机壳 is 硅胶 and 手机壳. Pure."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from apps.customs.hs.sources import Alias

MAX_SCAN = 400
GAP = " "  # stands where a word was found, so that what is left does not grow together


@dataclass(frozen=True)
class AliasTable:
    """Aliases and material words by their folded word; `longest` bounds the search."""

    aliases: Mapping[str, Alias]
    materials: Mapping[str, str]
    longest: int

    def segment(self, text: str) -> tuple[list[Alias], str]:
        """The aliases in a text, in order and without overlap, and the English of all it knows.

        Aliases go before words of material: 纯银项链 is 银项链 and not 纯银 and 项链. A Latin word
        counts only as a whole word: "pen" is not found in "pendant".
        """
        folded = fold(text)[:MAX_SCAN]
        words, rest = _found_in(folded, self.aliases, self.longest)
        found = [self.aliases[word] for word in words]
        stuff, _rest = _found_in(rest, self.materials, self.longest)
        english = [*(alias.english for alias in found), *(self.materials[word] for word in stuff)]
        return found, " ".join(english)

    def words_for(self, code: str) -> list[str]:
        """Everyday words whose first meaning is this six-digit code."""
        return self.by_code.get(code, [])

    @cached_property
    def by_code(self) -> dict[str, list[str]]:
        """Everyday words by the code they mean first."""
        found: dict[str, list[str]] = defaultdict(list)
        for alias in self.aliases.values():
            found[alias.codes[0]].append(alias.word)
        return dict(found)


def fold(text: str) -> str:
    """Width and case folded, spaces made one: how alias words and texts are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _found_in(text: str, known: Mapping[str, object], longest: int) -> tuple[list[str], str]:
    """Known words of a text, the longest first at each place, and the text without them."""
    words: list[str] = []
    rest: list[str] = []
    at = 0
    while at < len(text):
        word = _longest_at(text, at, known, longest)
        words += [word] if word else []
        rest.append(GAP if word else text[at])
        at += len(word) or 1
    return words, "".join(rest)


def _longest_at(text: str, at: int, known: Mapping[str, object], longest: int) -> str:
    for length in range(min(longest, len(text) - at), 0, -1):
        word = text[at : at + length]
        if word in known and _stands_alone(text, at, length):
            return word
    return ""


def _stands_alone(text: str, at: int, length: int) -> bool:
    first, last = text[at], text[at + length - 1]
    before = text[at - 1] if at else " "
    after = text[at + length] if at + length < len(text) else " "
    return not (_latin(first) and _latin(before)) and not (_latin(last) and _latin(after))


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def build_table(aliases: Iterable[Alias], materials: Mapping[str, str]) -> AliasTable:
    """A table of aliases; an earlier alias of the same word goes before a later one."""
    by_word: dict[str, Alias] = {}
    for alias in aliases:
        word = fold(alias.word)
        known = by_word.get(word)
        codes = tuple(dict.fromkeys((known.codes if known else ()) + alias.codes))
        english = known.english if known and known.english else alias.english
        by_word[word] = Alias(alias.word, codes, english)
    folded = {fold(word): english for word, english in materials.items()}
    longest = max(map(len, (*by_word, *folded)), default=0)
    return AliasTable(by_word, folded, longest)
