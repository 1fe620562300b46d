"""Whether a description says nothing: whole text compared with lists of vague words. Pure.

What does not describe goods is taken off first: counts, sizes, punctuation, the brand, phrases
like "no commercial value". Words inside a longer text never count (measured: that flags a quarter
of good titles, the whole text none).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
REFUSED_LISTS = frozenset({"eu", "us", "upu"})
"""Lists of authorities; our own words only warn."""

_NOISE = re.compile(
    r"\d+(?:[.,]\d+)*\s*(?:%|pcs?|pieces?|pairs?|packs?|sets?|x|cm|mm|m|km|kg|g|mg|ml|l|oz|lb|"
    r"inch(?:es)?|in|ft|件|个|只|双|套|盒|包|片|克|厘米|毫升)?(?![^\W\d_])"
)
_MARKS = re.compile(r"[^\w\s]|_")
_AND = re.compile(r"\s*(?:[,;/&+|、，；]|\band\b|\bet\b|\bund\b|和|及)\s*")
_PHRASES = (
    "value for customs purpose only",
    "for customs purposes only",
    "for customs purpose only",
    "no commercial value declared for customs purposes only",
    "no commercial value",
)
_LETTERS = re.compile(r"[^\W\d_]")
_HAN = re.compile("[\u3400-\u9fff]")


@lru_cache(maxsize=8192)
def vagueness(text: str, brand: str = "") -> str:
    """Return "empty" for no words, "refused" or "vague" for only vague ones, "" for a real one."""
    value = unicodedata.normalize("NFKC", text).casefold()
    for phrase in (*_PHRASES, brand.strip().casefold()):
        if phrase:
            value = value.replace(phrase, " ")
    terms = [term for part in _AND.split(_NOISE.sub(" ", value)) if (term := _plain(part))]
    said = "".join(terms)
    if len(_LETTERS.findall(said)) < (2 if _HAN.search(said) else 3):
        return "empty"
    lists = [words().get(term) for term in terms]
    if not all(lists):
        whole = words().get(_plain(value))
        return "" if whole is None else whole
    return "refused" if "refused" in lists else "vague"


def better_wording(nouns: Iterable[str], *, material: str, use: str, brand: str = "") -> str:
    """Return what a description could say: what it is, what of, what for; "" where nobody knows.

    ``nouns`` are what the goods are called, the master's name first; vague ones are passed over.
    """
    noun = next((said for one in nouns if (said := one.strip()) and not vagueness(said, brand)), "")
    if not noun or not (material.strip() or use.strip()):
        return ""
    parts = [noun, f"of {material.strip()}" if material.strip() else ""]
    told = " ".join(part for part in parts if part)
    return f"{told}, for {use.strip()}" if use.strip() else told


@cache
def words() -> dict[str, str]:
    """Every vague term as it is compared, with "refused" or "vague"."""
    found: dict[str, str] = {}
    with (DATA / "vague-words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["list"] in REFUSED_LISTS or _plain(row["term"]) not in found:
                found[_plain(row["term"])] = "refused" if row["list"] in REFUSED_LISTS else "vague"
    for line in (DATA / "eu-ics2-stop-words-a-g.txt").read_text("utf-8").splitlines():
        if term := _plain(line.casefold()):
            found[term] = "refused"
    return found


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub(" ", text.casefold()).split())
