"""How a goods text becomes the words the index knows: one normal form for listings and tariffs.

Pure. Every text that enters the index and every text asked of it passes through `words_of`, so a
plural, a British spelling or a hyphen cannot make two words of one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[a-z]+|[0-9]+[a-z]*|[一-鿿]+")
SPACES = re.compile(r"[^0-9a-z一-鿿]+")
JOINS = re.compile(
    r"(?<=\b[a-z])-(?=[a-z])|['’`´]|(?<=\b[a-z]) (?=(?:shirt|ring|string|lock|neck|belt)s?\b)"
)

# Words that say how something is sold, praised or counted, never what it is.
SALES_TALK = """
a an and are as at be by can for from has have if in into is it its not of off on or our out
per so than that the their them they this to up use used via was we which with you your new hot
high quality wholesale sale best free shipping drop pcs pc piece pieces lot lots set sets style
fashion luxury cute creative original funny lovely pack packs 2020 2021 2022 2023 2024 2025 2026
nec n e c other thereof whether including excluding heading headings chapter no item articles
article kind kinds suitable similar like such s x t m l d i mm cm inch ml kg pro max mini plus
home gift gifts popular wholly mainly more less parts accessories others obsolete deactivate old
null none type mainland china yes made same any all each within without
"""
EMPTY = frozenset(SALES_TALK.split())
SPELLINGS = {
    "jewelry": "jewellery",
    "wooden": "wood",
    "woollen": "wool",
    "woolen": "wool",
    "metallic": "metal",
    "color": "colour",
    "fiber": "fibre",
    "aluminum": "aluminium",
    "tire": "tyre",
    "pajama": "pyjama",
    "gray": "grey",
    "cellphone": "smartphone",
    "mold": "mould",
    "earing": "earring",
    "pant": "trouser",
    "woman": "women",
    "womens": "women",
    "ladie": "women",
    "lady": "women",
    "female": "women",
    "man": "men",
    "mens": "men",
    "male": "men",
    "gent": "men",
    "kid": "children",
    "child": "children",
    "knive": "knife",
    "leave": "leaf",
    "scarve": "scarf",
    "shelve": "shelf",
    "teeth": "tooth",
    "feet": "foot",
    "mice": "mouse",
}
KEEP_S = ("ss", "us", "is", "ous", "glasses", "jeans", "series", "lens", "canvas", "gas", "bras")
MIN_STEM = 4


def normal_form(text: str) -> str:
    """Fold width, case, accents and punctuation; the key of an exact, confirmed text."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return SPACES.sub(" ", JOINS.sub("", bare)).strip()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The singular, British form of a Latin word; Chinese and numbers are left alone."""
    if word in SPELLINGS:
        return SPELLINGS[word]
    if len(word) < MIN_STEM or not word.isascii() or not word.isalpha():
        return word
    return SPELLINGS.get(singular := _singular(word), singular)


def _singular(word: str) -> str:
    if word.endswith(KEEP_S):
        return word
    if word.endswith("ies") and len(word) > MIN_STEM:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def words_of(text: str) -> list[str]:
    """Meaningful words of a text, in order, each in its normal form; Chinese runs stay whole."""
    return [stem(w) for w in WORD.findall(normal_form(text)) if w not in EMPTY]
