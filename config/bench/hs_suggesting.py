"""The row about HS suggestions: five candidates of a goods text, in a house with much history."""

from __future__ import annotations

import random
import time
from statistics import median, quantiles

from apps.customs.hs.learned import Confirmed
from apps.customs.hs.query import Query
from apps.customs.hs.ranking import Suggester, build_suggester
from apps.customs.hs.sources import read_aliases, read_materials, read_references
from config.bench.rows import Figure, Row

CONFIRMED, ASKED, ROUNDS, WARM_UP = 10_000, 400, 5, 50
SEED = 20261122
WORDS_EACH = 4
"""References joined to one title: as long as a listing's, some 15 words."""


def _titles(count: int, rng: random.Random) -> list[tuple[Query, str]]:
    """Titles of many everyday words, half of them with a Chinese name too, and a code."""
    references, aliases = read_references(), [alias.word for alias in read_aliases()]
    materials = list(read_materials())
    made = []
    for number in range(count):
        parts = rng.sample(references, WORDS_EACH)
        chinese = rng.choice(materials) + rng.choice(aliases) if number % 2 else ""
        query = Query(
            title=" ".join(words for words, _ in parts),
            title_cn=chinese,
            category=" > ".join(words for words, _ in parts[:2]),
        )
        made.append((query, parts[0][1]))
    return made


def _p95(suggester: Suggester, asked: list[Query]) -> float:
    waits = []
    for query in asked:
        started = time.perf_counter()
        suggester.suggest(query)
        waits.append((time.perf_counter() - started) * 1000)
    return quantiles(waits, n=20)[-1]


def measure_suggestions() -> Figure:
    """Milliseconds of one suggestion, p95 of a round: the median round and the worst."""
    rng = random.Random(SEED)  # noqa: S311
    known = [Confirmed(query, code) for query, code in _titles(CONFIRMED, rng)]
    asked = [query for query, _ in _titles(ASKED, rng)]
    started = time.perf_counter()
    build_suggester()
    first = time.perf_counter() - started
    suggester = build_suggester(confirmed=known)
    _p95(suggester, asked[:WARM_UP])
    rounds = [_p95(suggester, asked) for _ in range(ROUNDS)]
    note = (
        f"p95 of {ASKED} texts with {CONFIRMED:,} confirmed; {ROUNDS} rounds, "
        f"{min(rounds):.1f}–{max(rounds):.1f} ms; index from the files {first * 1000:.0f} ms"
    )
    return Figure(median(rounds), max(rounds), note)


ROWS = (
    Row(
        "hs_suggest_p95_ms",
        "five HS codes for a goods text, warm",
        "ms",
        30,
        measure_suggestions,
    ),
)
