"""How near two names are, so that a person can follow it. Pure.

Words are met one by one, the nearest first; the order they stand in does not matter. The score is
the share of both names' words that met, each as near as it was; where two and more words met, the
shorter name's share counts three quarters: a middle name left out makes nobody a stranger. One
word alone that met by its consonants only counts a tenth less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import OSA

from apps.customs.screening.forms import PINYIN
from apps.customs.screening.normalising import Name, Word, joined

FULL = 1000
SHORTER_COUNTS = 0.75
HIT = 880
"""From here on a person looks: chosen by measuring (docs/compliance.md)."""
SAME, SOUNDS, BARE, OTHER_SIGN, INITIAL, JOINED = 1.0, 0.96, 0.9, 0.7, 0.75, 0.98
ALONE = 0.9
SHORT_BONES = 0.7
NEAR_ENOUGH = 0.7
LONGEST_JOIN = 4
MOST_TURNED = 5
MOST_JOINED = 9
"""Names of more words are not tried joined; from six on the last is no neighbour of the first."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two words that met: as written, how near (0–1000) and by what."""

    asked: str
    listed: str
    near: int
    how: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a score (0–1000) is made of. ``left_*``: words that met nothing, ``ignored_*``: forms
    of firms, titles and particles that were not compared at all."""

    score: int
    pairs: tuple[Pair, ...]
    left_asked: tuple[str, ...]
    left_listed: tuple[str, ...]
    ignored_asked: tuple[str, ...]
    ignored_listed: tuple[str, ...]


def compare(asked: Name, listed: Name) -> Comparison:
    """Return how near two names are and why."""
    pairs: list[Pair] = []
    free_asked, free_listed = list(range(len(asked.words))), list(range(len(listed.words)))
    met_asked = met_listed = 0.0
    for meet in (_apart, _joined):
        for near, how, ours, theirs in meet(asked.words, listed.words, free_asked, free_listed):
            if not (set(ours) <= set(free_asked) and set(theirs) <= set(free_listed)):
                continue
            free_asked = [at for at in free_asked if at not in ours]
            free_listed = [at for at in free_listed if at not in theirs]
            met_asked += near * sum(asked.words[at].weight for at in ours)
            met_listed += near * sum(listed.words[at].weight for at in theirs)
            shown = _shown(asked.words, ours), _shown(listed.words, theirs)
            pairs.append(Pair(*shown, round(near * FULL), how))
    score = score_of(met_asked, met_listed, asked.weight, listed.weight, words=len(pairs))
    if len(pairs) == 1 and pairs[0].how == "consonants":
        score *= ALONE
    return Comparison(
        round(score * FULL),
        tuple(pairs),
        tuple(asked.words[at].shown for at in free_asked),
        tuple(listed.words[at].shown for at in free_listed),
        asked.ignored,
        listed.ignored,
    )


def score_of(
    met_asked: float, met_listed: float, asked: float, listed: float, *, words: int
) -> float:
    """Return the score (0–1) of what met of both names; one word alone counts plainly."""
    if not asked or not listed:
        return 0.0
    if words < 2:
        return (met_asked + met_listed) / (asked + listed)
    shares = (met_asked / asked, met_listed / listed)
    return SHORTER_COUNTS * max(shares) + (1 - SHORTER_COUNTS) * min(shares)


def nearness(asked: Word, listed: Word) -> tuple[float, str]:
    """Return how near two words are (0–1, 0 for strangers) and by what."""
    if asked.sign and listed.sign and asked.sign != listed.sign:
        return (OTHER_SIGN, "sound_of_sign") if asked.spelled == listed.spelled else (0.0, "")
    if asked.spelled == listed.spelled or (asked.sign and asked.sign == listed.sign):
        return SAME, "same"
    if asked.is_bare != listed.is_bare:
        return _by_bones(asked, listed)
    if asked.is_initial or listed.is_initial:
        same = asked.spelled[:1] == listed.spelled[:1]
        return (INITIAL, "initial") if same else (0.0, "")
    if asked.sound == listed.sound:
        return SOUNDS, "sound"
    return _by_spelling(asked, listed)


def may_differ(length: int) -> int:
    """Return how many letters of a word may be wrong: none of three, one of seven, else two."""
    return 0 if length < 4 else 1 if length < 8 else 2


@cache
def joins_of(count: int) -> tuple[tuple[int, ...], ...]:
    """Return which neighbours of so many words may be written as one, the last and the first
    being neighbours too."""
    if not 2 <= count <= MOST_JOINED:
        return ()
    return tuple(
        tuple((start + step) % count for step in range(size))
        for size in range(2, min(count, LONGEST_JOIN) + 1)
        for start in range(count if count <= MOST_TURNED else count - size + 1)
    )


def _by_bones(asked: Word, listed: Word) -> tuple[float, str]:
    if not asked.bones or asked.bones != listed.bones:
        return 0.0, ""
    return (BARE if len(asked.bones) > 1 else SHORT_BONES), "consonants"


def _by_spelling(asked: Word, listed: Word) -> tuple[float, str]:
    if asked.spelled in PINYIN and listed.spelled in PINYIN:
        return 0.0, ""
    near = max(_alike(asked.spelled, listed.spelled), _alike(asked.sound, listed.sound))
    return (near, "spelling") if near >= NEAR_ENOUGH else (0.0, "")


def _alike(one: str, other: str) -> float:
    longer = max(len(one), len(other))
    allowed = may_differ(longer)
    if not allowed:
        return 0.0
    wrong = OSA.distance(one, other, score_cutoff=allowed)
    return 1 - wrong / longer if wrong <= allowed else 0.0


Met = tuple[float, str, tuple[int, ...], tuple[int, ...]]


def _apart(
    asked: Sequence[Word], listed: Sequence[Word], _ours: list[int], _theirs: list[int]
) -> list[Met]:
    found: list[Met] = []
    for ours, one in enumerate(asked):
        for theirs, other in enumerate(listed):
            near, how = nearness(one, other)
            if near:
                found.append((near, how, (ours,), (theirs,)))
    return sorted(found, key=lambda met: (-met[0], met[2], met[3]))


def _joined(
    asked: Sequence[Word], listed: Sequence[Word], ours: list[int], theirs: list[int]
) -> list[Met]:
    """Words that met nothing, written as one on one of the sides."""
    found: list[Met] = []
    if not ours or not theirs:
        return found
    for at, one in _joins(asked, ours):
        found += [(JOINED, "joined", at, (to,)) for to in theirs if _as_one(one, listed[to])]
    for at, other in _joins(listed, theirs):
        found += [(JOINED, "joined", (to,), at) for to in ours if _as_one(asked[to], other)]
    return sorted(found, key=lambda met: (-len(met[2]) - len(met[3]), met[2], met[3]))


def _joins(words: Sequence[Word], free: list[int]) -> Iterator[tuple[tuple[int, ...], Word]]:
    for at in joins_of(len(words)):
        if set(at) <= set(free):
            yield at, joined(tuple(words[one] for one in at))


def _as_one(one: Word, other: Word) -> bool:
    return not (one.sign or other.sign or one.is_bare or other.is_bare) and (
        one.sound == other.sound
    )


def _shown(words: Sequence[Word], at: tuple[int, ...]) -> str:
    return " ".join(words[one].shown for one in at)
