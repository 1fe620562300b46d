"""What is asked, and which words of it count how much. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from apps.customs.hs.text import words_of

MAX_TEXT = 2_000
TITLE = 1.0
LEVELS = (0.3, 0.5, 0.8)  # of the shop's category: the first level, the second, every deeper one
ATTRIBUTE = 0.5
TWICE = 0.2  # more, for a word that stands in the title and in the category
WHO = frozenset({"women", "men", "children", "girl", "boy", "adult", "baby", "unisex"})
WHO_FACTOR = 0.3  # who wears it decides a line, never what the goods are
BRACKETS = re.compile(r"[(（锛\[].*")  # remarks and broken characters at the end of a category
TELLING = re.compile(r"material|metals? type|gender|fabric|main stone|^feature$|department|\btype$")


@dataclass(frozen=True, slots=True)
class Query:
    """One goods text; everything but the merchant is what the shop or the product master says.

    `category` is a path ("Shoes > Boots"); `attributes` further named facts (Material → PU).
    """

    title: str = ""
    title_cn: str = ""
    material: str = ""
    use: str = ""
    category: str = ""
    merchant_id: int | None = None
    attributes: tuple[tuple[str, str], ...] = ()

    def exact_key(self) -> tuple[str, ...]:
        """What has to be the very same for a confirmed answer to be certain, or ()."""
        facts = sorted(f"{key}={value}" for key, value in self.attributes)
        fields = (self.title, self.title_cn, self.material, self.use, self.category, *facts)
        key = tuple(_folded(field) for field in fields)
        return key if any(c.isalpha() for c in key[0] + key[1]) else ()


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def read_attributes(text: str) -> tuple[tuple[str, str], ...]:
    """Attributes as shops export them, a JSON object; text that is none becomes one attribute."""
    try:
        facts = json.loads(text) if text.strip() else {}
    except ValueError:
        facts = text
    if not isinstance(facts, dict):
        return (("feature", str(facts)),)
    return tuple((str(key), str(value)) for key, value in facts.items())


def levels_of(category: str) -> list[str]:
    """The levels of a category path, each once, without remarks in brackets."""
    found = [BRACKETS.sub("", level).strip() for level in category[:MAX_TEXT].split(">")]
    return list(dict.fromkeys(level for level in found if level))


def weigh_words(query: Query, chinese: str = "") -> dict[str, float]:
    """Words of the query with their weight; `chinese` are the English words of its Chinese ones."""
    weights: dict[str, float] = {}
    _raise(weights, words_of(f"{query.title[:MAX_TEXT]} {chinese}"), TITLE)
    _raise(weights, words_of(f"{query.material} {query.use}"[:MAX_TEXT]), ATTRIBUTE)
    _raise(weights, words_of(telling_facts(query.attributes)), ATTRIBUTE)
    for number, level in enumerate(levels_of(query.category)):
        words = words_of(level)
        seen = {word for word in words if word in weights}
        _raise(weights, words, LEVELS[min(number, len(LEVELS) - 1)])
        for word in seen:
            weights[word] += TWICE
    for word in WHO & weights.keys():
        weights[word] *= WHO_FACTOR
    return weights


def telling_facts(attributes: tuple[tuple[str, str], ...]) -> str:
    """The values of those attributes that say what the goods are made of, or are."""
    return " ".join(value for key, value in attributes if TELLING.search(key.lower()))[:MAX_TEXT]


def _raise(weights: dict[str, float], words: list[str], weight: float) -> None:
    for word in words:
        weights[word] = max(weights.get(word, 0.0), weight)


def as_text(query: Query) -> str:
    """One line for a person: what was asked."""
    return " ".join(part for part in (query.title_cn, query.title) if part).strip()


Weights = Mapping[str, float]
