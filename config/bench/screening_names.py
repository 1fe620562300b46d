"""Invented names for measuring the screening: a list of 60,000, people who order, and mistakes.

Names are put together from Faker's lists of given and family names; none is of a real list.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from anyascii import anyascii
from faker import Faker

LISTED_LOCALES = (
    "ar_AA", "ru_RU", "fa_IR", "zh_CN", "ar_AA", "es_CO", "uk_UA", "tr_TR", "fa_IR", "ru_RU",
    "zh_TW", "hr_HR", "ko_KR", "en_US", "id_ID", "ar_AA",
)  # fmt: skip
ORDINARY_LOCALES = (
    "de_DE", "fr_FR", "en_US", "en_GB", "es_ES", "it_IT", "pl_PL", "nl_NL", "pt_BR", "es_MX",
    "ja_JP", "ko_KR", "en_AU", "sv_SE", "zh_TW", "ru_RU",
)  # fmt: skip
FIRM_EVERY = 8
SEED = 20261123
_ARABIC = re.compile("[\u0590-\u06ff]")


def listed_names(count: int, seed: int = SEED) -> list[str]:
    """Return the names of a list: people of many scripts, every eighth a firm."""
    return list(_names(LISTED_LOCALES, count, random.Random(seed)))  # noqa: S311


def ordinary_names(count: int, seed: int = SEED + 1) -> list[str]:
    """Return who orders, in the countries parcels go to; every eighth a firm."""
    return list(_names(ORDINARY_LOCALES, count, random.Random(seed)))  # noqa: S311


def _names(locales: tuple[str, ...], count: int, rng: random.Random) -> Iterator[str]:
    fakers = [Faker(locale, use_weighting=True) for locale in locales]
    for number, faker in enumerate(fakers):
        faker.seed_instance(rng.randrange(1 << 30) + number)
    for number in range(count):
        faker = fakers[number % len(fakers)]
        if number % FIRM_EVERY == FIRM_EVERY - 1:
            yield faker.company()
        elif number % 5 == 0:
            yield _latin(f"{faker.last_name()} {faker.first_name()} {faker.first_name()}")
        else:
            yield f"{faker.first_name()} {faker.last_name()}" if number % 3 else faker.name()


def _latin(name: str) -> str:
    return anyascii(name)


def variations(rng: random.Random) -> dict[str, Callable[[str], str]]:
    """Return the ways a name comes to be written otherwise, by what they are.

    Mistakes of letters, initials and words run together are only made with Latin letters, as
    people type them; other scripts come back as they are (:func:`applies` tells).
    """
    return {
        "as listed": lambda name: name,
        "capitals": str.upper,
        "other order": lambda name: " ".join(_turned(name.split())),
        "family name, comma": lambda name: ", ".join(_turned(name.split())),
        "in Latin letters": _latin,
        "without accents": lambda name: _latin(name) if _is_latin(name) else name,
        "with a title": lambda name: f"Mr. {name}",
        "one letter wrong": lambda name: _wrong(name, rng),
        "one letter left out": lambda name: _without(name, rng),
        "two letters swapped": lambda name: _swapped(name, rng),
        "first name an initial": _initial,
        "a middle name more": lambda name: _more(name, "Noor"),
        "two words as one": lambda name: name.replace(" ", "", 1),
    }


def applies(what: str, name: str) -> bool:
    """Whether a way makes sense of a name; Arabic letters read out are no name (no vowels)."""
    if what == "in Latin letters":
        return not name.isascii() and not _ARABIC.search(name)
    if what in {"capitals", "with a title", "without accents"}:
        return _is_latin(name)
    if what in {"as listed", "other order", "family name, comma"}:
        return True
    return _is_latin(name) and 2 <= len(name.split()) <= 4


def _is_latin(name: str) -> bool:
    return all(ord(letter) < 0x250 for letter in name)


def _turned(words: list[str]) -> list[str]:
    return [*words[-1:], *words[:-1]]


def _places(name: str) -> list[int]:
    """Letters of a name's longest word after its first: where people mistype."""
    longest = max(name.split(), key=len)
    start = name.index(longest)
    return list(range(start + 1, start + len(longest)))


def _wrong(name: str, rng: random.Random) -> str:
    places = _places(name)
    at = rng.choice(places) if places else 0
    return name[:at] + rng.choice("abcdefghilmnoprstu") + name[at + 1 :]


def _without(name: str, rng: random.Random) -> str:
    places = _places(name)
    at = rng.choice(places) if places else len(name)
    return name[:at] + name[at + 1 :]


def _swapped(name: str, rng: random.Random) -> str:
    places = _places(name)[:-1]
    at = rng.choice(places) if places else 0
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def _initial(name: str) -> str:
    words = name.split()
    return " ".join([f"{words[0][0]}.", *words[1:]])


def _more(name: str, middle: str) -> str:
    words = name.split()
    return " ".join([words[0], middle, *words[1:]])
