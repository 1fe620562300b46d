"""Invented names for measuring the screening: a list of 60,000, people who order, and mistakes.

Names are put together from Faker's lists of given and family names; none is of a real list.
"""

from __future__ import annotations

import random
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
_VOWELS = "aeiou"


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
    """Return the ways a name comes to be written otherwise, by what they are."""
    return {
        "as listed": lambda name: name,
        "capitals": str.upper,
        "other order": lambda name: " ".join(_turned(name.split())),
        "family name, comma": lambda name: ", ".join(_turned(name.split())),
        "in Latin letters": _latin,
        "without accents": lambda name: anyascii(name) if name.isascii() is False else name.lower(),
        "one letter wrong": lambda name: _wrong(name, rng, 1),
        "one letter left out": lambda name: _without(name, rng),
        "two letters swapped": lambda name: _swapped(name, rng),
        "with a title": lambda name: f"Mr. {name}",
        "first name an initial": _initial,
        "a middle name more": lambda name: _more(name, "Noor"),
        "written together": lambda name: name.replace(" ", "", 1),
    }


def _turned(words: list[str]) -> list[str]:
    return [*words[-1:], *words[:-1]]


def _places(name: str) -> list[int]:
    """Letters of a name's longest word after its first: where people mistype."""
    longest = max(name.split(), key=len)
    start = name.index(longest)
    return list(range(start + 1, start + len(longest)))


def _wrong(name: str, rng: random.Random, count: int) -> str:
    letters = list(name)
    for at in rng.sample(_places(name), min(count, len(_places(name)))):
        letters[at] = rng.choice("abcdefghilmnoprstu")
    return "".join(letters)


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
