"""A name as words that can be compared, in whatever script it was written. Pure.

Chinese is read sign by sign (pinyin, traditional signs made simplified), Cyrillic, Arabic, Greek
and the rest letter by letter. Arabic writes no short vowels: its words are compared by consonants.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from anyascii import anyascii

from apps.customs.screening.forms import (
    COMPANY_FORMS,
    COMPANY_FORMS_HAN,
    GENERIC,
    GENERIC_HAN,
    HONORIFICS,
    HONORIFICS_HAN,
    PARTICLES,
    PINYIN,
    PLACES_HAN,
    SURNAMES_HAN,
    SURNAMES_HANGUL,
)

LONGEST_NAME = 300
MOST_WORDS = 12
GENERIC_WEIGHT = 0.25
INITIAL_WEIGHT = 0.5

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_HANGUL = "\uac00-\ud7a3"
_CHUNK = re.compile(f"[{_HAN}]+|[{_HANGUL}]+|[^{_HAN}{_HANGUL}]+")
_HAN_SIGN = re.compile(f"[{_HAN}]")
_QUOTES = re.compile(r"['’‘`´ʼʻ]")
_WORD = re.compile(r"[^\W_]+")
_ARABIC = re.compile("[\u0590-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb1d-\ufefc]")
_LETTERS = re.compile(r"[^a-z0-9]+")
_HAN_CUTS = re.compile("|".join((*COMPANY_FORMS_HAN, *HONORIFICS_HAN)))
_SMALL = "|".join(sorted((*GENERIC_HAN, *PLACES_HAN), key=len, reverse=True))
_HAN_SMALL = re.compile(f"^[{_HAN}]{{2,3}}[省市]|{_SMALL}")
LEFT_OUT = COMPANY_FORMS | HONORIFICS | PARTICLES
_SERVANT = re.compile(r"^abd(?:ul|el|al|ur|er|us|ush|ud|un|ou)?(?=...)")
_SERVANTS = frozenset({"abd", "abdul", "abdel", "abdal", "abdur"})
_FOLDS = {
    "tsch": "ch", "shch": "sh", "sch": "sh", "tch": "ch", "dzh": "j", "kh": "h", "gh": "g",
    "ph": "f", "th": "t", "dh": "d", "ck": "k", "ks": "x", "dj": "j", "q": "k", "ou": "u",
    "oo": "u", "ee": "i", "ae": "e", "oe": "o", "ue": "u", "ie": "i", "ei": "i", "ey": "i",
    "yi": "i", "iy": "i", "y": "i", "w": "v",
}  # fmt: skip
_FOLD = re.compile("|".join(_FOLDS))
_DOUBLE = re.compile(r"(.)\1+")
_LAST_H = re.compile(r"(?<=[aeiou])h$")
_VOWELS = re.compile(r"[aeiouvy]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name. ``shown`` as it was written, ``spelled`` in ASCII, ``sound`` with
    spellings of one sound made one, ``bones`` its consonants, ``sign`` the Chinese character."""

    shown: str
    spelled: str
    sound: str
    bones: str
    weight: float = 1.0
    sign: str = ""
    is_bare: bool = False

    @property
    def is_initial(self) -> bool:
        """Whether it is one letter that may stand for a whole word."""
        return len(self.spelled) == 1 and not self.sign


@dataclass(frozen=True, slots=True)
class Name:
    """A name ready to be compared: its words in their order and what was left out of it."""

    words: tuple[Word, ...]
    ignored: tuple[str, ...]

    @property
    def weight(self) -> float:
        """What its words count together."""
        return sum(word.weight for word in self.words)

    @property
    def normal(self) -> str:
        """The name as it is compared, in one line; two of one normal are the same name."""
        return " ".join(word.sign or word.spelled for word in self.words)


def read_name(name: str) -> Name:
    """Return a name as its words, at most twelve; one of nothing but forms keeps them."""
    text = unicodedata.normalize("NFKC", name[:LONGEST_NAME])
    found, ignored = _read(_simplified(text))
    if not found:
        return Name(tuple(_word(one, one.lower()) for one in _WORD.findall(anyascii(text))), ())
    return Name(tuple(found[:MOST_WORDS]), tuple(ignored))


def joined(words: tuple[Word, ...]) -> Word:
    """Return words that stand beside each other as if they were written as one."""
    spelled = "".join(word.spelled for word in words)
    return Word(
        shown=("" if all(word.sign for word in words) else " ").join(w.shown for w in words),
        spelled=spelled,
        sound=sound_of(spelled),
        bones="",
        weight=sum(word.weight for word in words),
    )


@lru_cache(maxsize=100_000)
def sound_of(spelled: str) -> str:
    """Return a spelling with what sounds alike written alike; a Chinese syllable stays as it is."""
    if spelled in PINYIN or len(spelled) < 3:
        return spelled
    sound = _FOLD.sub(lambda match: _FOLDS[match[0]], spelled)
    return _LAST_H.sub("", _DOUBLE.sub(r"\1", sound)) or spelled


def _read(text: str) -> tuple[list[Word], list[str]]:
    found: list[Word] = []
    ignored: list[str] = []
    for chunk in _CHUNK.findall(text):
        if _HAN_SIGN.match(chunk):
            _read_han(chunk, found, ignored)
        elif "\uac00" <= chunk[0] <= "\ud7a3":
            _read_hangul(chunk, found)
        else:
            _read_letters(chunk, found, ignored)
    return found, ignored


def _read_han(chunk: str, found: list[Word], ignored: list[str]) -> None:
    ignored += _HAN_CUTS.findall(chunk)
    rest = _HAN_CUTS.sub("", chunk)
    small = {at for match in _HAN_SMALL.finditer(rest) for at in range(*match.span())}
    if len(small) == len(rest):
        small = set()
    for at, sign in enumerate(rest):
        spelled = SURNAMES_HAN.get(sign, "") if at == 0 else ""
        spelled = spelled or _LETTERS.sub("", anyascii(sign).lower()) or sign
        weight = GENERIC_WEIGHT / 2 if at in small else 1.0
        found.append(Word(sign, spelled, spelled, _bones(spelled), weight, sign))


def _read_hangul(chunk: str, found: list[Word]) -> None:
    for at, sign in enumerate(chunk):
        surname = SURNAMES_HANGUL.get(sign, "") if at == 0 else ""
        spelled = surname or _ascii(sign)
        found.append(Word(sign, spelled, spelled, "", 1.0, sign))


def _read_letters(chunk: str, found: list[Word], ignored: list[str]) -> None:
    for shown in _WORD.findall(_QUOTES.sub("", chunk.replace("&", " ").replace(".", ". "))):
        if _ARABIC.match(shown):
            found.append(_bare(shown))
            continue
        spelled = _ascii(shown)
        if not spelled:
            continue
        if spelled in LEFT_OUT and not (len(shown) == 1 and shown.isupper()):
            ignored.append(shown)
        elif spelled in _SERVANTS:
            found.append(_word(shown, "abd"))
        elif match := _SERVANT.match(spelled):
            found += [_word(shown, "abd"), _word(shown, spelled[match.end() :])]
        else:
            found.append(_word(shown, spelled))


def _bare(shown: str) -> Word:
    """An Arabic or Hebrew word without its article."""
    root = shown[2:] if shown.startswith("ال") and len(shown) > 3 else shown
    spelled = _LETTERS.sub("", anyascii(root).lower()) or root
    return Word(shown, spelled, spelled, _bones(spelled), is_bare=True)


def _word(shown: str, spelled: str) -> Word:
    weight = GENERIC_WEIGHT if spelled in GENERIC else 1.0
    if len(spelled) == 1:
        weight = INITIAL_WEIGHT
    sound = sound_of(spelled)
    return Word(shown, spelled, sound, _VOWELS.sub("", sound), weight)


def _ascii(text: str) -> str:
    return _LETTERS.sub("", (text if text.isascii() else anyascii(text)).lower())


def _bones(spelled: str) -> str:
    return _VOWELS.sub("", sound_of(spelled))


@cache
def _converter() -> object:
    from opencc import OpenCC

    return OpenCC("t2s")


def _simplified(text: str) -> str:
    if not _HAN_SIGN.search(text):
        return text
    return str(_converter().convert(text))  # type: ignore[attr-defined]
