"""The figures of docs/hs-suggestion.md cannot rot: real listings, their real codes."""

from __future__ import annotations

import random

from apps.customs.hs.base import base
from apps.customs.hs.ranking import build_suggester
from apps.customs.hs.sources import read_everyday
from tests.customs.hs.listings import listings, share_in_five

NOTHING_CONFIRMED = 0.70
SOME_CONFIRMED = 0.70


def test_the_right_code_is_among_five_with_nothing_confirmed() -> None:
    assert share_in_five(build_suggester(), listings()) >= NOTHING_CONFIRMED


def test_confirmed_listings_put_more_right_codes_first_and_lose_none_of_the_five() -> None:
    rows = list(listings())
    random.Random(20261122).shuffle(rows)
    known, asked = tuple(rows[:150]), tuple(rows[150:])
    taught, plain = build_suggester(confirmed=known), build_suggester()

    def first(suggester: object) -> int:
        return sum(suggester.suggest(one.query)[0].hs6 == one.hs6 for one in asked)

    assert first(taught) > first(plain)
    assert share_in_five(taught, asked) >= max(SOME_CONFIRMED, share_in_five(plain, asked) - 0.02)
    assert not [c for one in asked for c in taught.suggest(one.query) if c.score >= 1.0]


def test_every_listing_that_was_confirmed_is_answered_for_certain_and_right() -> None:
    known = listings()[:150]
    taught = build_suggester(confirmed=known)

    for one in known:
        first = taught.suggest(one.query)[0]
        assert (first.hs6, first.score, first.why) == (one.hs6, 1.0, "confirmed")


def test_no_everyday_name_was_copied_from_a_listing() -> None:
    titles = {one.query.title.casefold() for one in listings()}
    names = [name for goods in read_everyday() for name in goods.names]

    assert len(names) > 1_500
    assert max(len(name.split()) for name in names) <= 6
    assert not titles & {name.casefold() for name in names}


def test_every_shipped_code_is_a_line_or_heading_of_the_nomenclature() -> None:
    unknown = [
        goods.code
        for goods, at in zip(base().goods, base().goods_lines, strict=True)
        if not len(at)
    ]

    assert unknown == []
