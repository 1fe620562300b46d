"""The shipped references: UK everyday words, our own words of parcel goods, Chinese words. Pure.

Origins and licences: data/LICENCES.md. Files are read once, where the index is built.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from apps.customs.hs.nomenclature import DATA, is_line


@dataclass(frozen=True, slots=True)
class Goods:
    """Everyday names of goods and the code a broker would look at first.

    `code` has six digits, or four where the whole heading is meant; `when` are words (material,
    who wears it, how it is made) that speak for this code rather than a neighbour.
    """

    code: str
    names: tuple[str, ...]
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """A colloquial word, the codes or headings it means (best first), and its English word."""

    word: str
    codes: tuple[str, ...]
    english: str = ""


def _rows(name: str) -> Iterator[list[str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                yield [field.strip() for field in line.rstrip("\n").split("|")]


def _parts(field: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in field.split(";") if part.strip())


def read_everyday() -> list[Goods]:
    """Everyday English names with the words that decide between neighbouring codes."""
    return [Goods(code, _parts(names), _parts(when)) for code, names, when in _rows("everyday.psv")]


def read_aliases() -> list[Alias]:
    """The colloquial Chinese words the portal starts with."""
    return [Alias(word, _parts(codes), english) for word, codes, english in _rows("alias_seed.psv")]


def read_materials() -> dict[str, str]:
    """Chinese words of material, person and make, with their English words."""
    return {word: english for word, english in _rows("materials_zh.psv")}  # noqa: C416


def read_references() -> list[tuple[str, str]]:
    """UK references as (words, six digits); those of an older edition are left out."""
    with (DATA / "uk-fpo-search_references.json").open(encoding="utf-8") as file:
        pairs = list(json.load(file).items())
    with (DATA / "uk-fpo-extra_references.csv").open(encoding="utf-8", newline="") as file:
        pairs += [(words, code) for words, code in list(csv.reader(file))[1:]]
    return [(words, code[:6]) for words, code in pairs if is_line(code[:6])]


@cache
def chapter_names() -> dict[str, str]:
    """Short Chinese names of the chapters by their two digits."""
    return {chapter: name for chapter, name in _rows("chapters_zh.psv")}  # noqa: C416
