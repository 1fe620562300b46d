"""The figures of docs/hs-suggestion.md cannot rot: real listings, their real codes."""

from __future__ import annotations

import random

from apps.customs.hs.base import base
from apps.customs.hs.ranking import build_suggester
from apps.customs.hs.sources import read_everyday
from apps.customs.hs.text import words_of
from tests.customs.hs.listings import listings, share_in_five

NOTHING_CONFIRMED = 0.70
SOME_CONFIRMED = 0.70
CONFIRMED = 150
DRAWS = (20261122, 1, 2)


def test_the_right_code_is_among_five_with_nothing_confirmed() -> None:
    assert share_in_five(build_suggester(), listings()) >= NOTHING_CONFIRMED


def test_confirmed_listings_put_more_right_codes_first_and_keep_the_five() -> None:
    plain = build_suggester()
    alone = {one.query.title: plain.suggest(one.query) for one in listings()}
    first_alone = first_taught = five_taught = asked_for = 0

    for draw in DRAWS:
        rows = list(listings())
        random.Random(draw).shuffle(rows)
        taught = build_suggester(confirmed=rows[:CONFIRMED])
        for one in rows[CONFIRMED:]:
            found = taught.suggest(one.query)
            first_alone += alone[one.query.title][0].hs6 == one.hs6
            first_taught += found[0].hs6 == one.hs6
            five_taught += one.hs6 in {candidate.hs6 for candidate in found}
            asked_for += 1
            assert all(candidate.score < 1 for candidate in found)

    assert first_taught > first_alone
    assert five_taught / asked_for >= SOME_CONFIRMED


def test_every_listing_that_was_confirmed_is_answered_for_certain_and_right() -> None:
    known = listings()[:150]
    taught = build_suggester(confirmed=known)

    for one in known:
        first = taught.suggest(one.query)[0]
        assert (first.hs6, first.score, first.why) == (one.hs6, 1.0, "confirmed")


def test_no_everyday_name_is_empty_or_was_copied_from_a_listing() -> None:
    titles = {one.query.title.casefold() for one in listings()}
    names = [name for goods in read_everyday() for name in goods.names]

    assert [name for name in names if not words_of(name)] == []
    assert max(len(name.split()) for name in names) <= 6
    assert not titles & {name.casefold() for name in names}


def test_every_shipped_code_is_a_line_or_heading_of_the_nomenclature() -> None:
    unknown = [
        goods.code
        for goods, at in zip(base().goods, base().goods_lines, strict=True)
        if not len(at)
    ]

    assert unknown == []
