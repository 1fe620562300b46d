"""What a suggestion says, and when it is certain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.customs.hs.learned import Confirmed
from apps.customs.hs.nomenclature import lines
from apps.customs.hs.query import Query, read_attributes
from apps.customs.hs.ranking import build_suggester
from apps.customs.hs.sources import Alias, read_aliases

MAT = Query(title="TPE yoga mat 6mm non-slip", category="Sports > Yoga", merchant_id=7)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("充电宝", "850760"), ("口红", "330410"), ("手机壳", "392690"), ("瑜伽垫", "950691"),
        ("厨房刀", "821192"), ("保温杯", "961700"), ("蓝牙耳机", "851762"), ("雨伞", "660191"),
    ],
)  # fmt: skip
def test_an_everyday_chinese_word_means_its_code(word: str, code: str) -> None:
    first = build_suggester().suggest(Query(title_cn=f"2026新款{word}厂家直销"))[0]

    assert (first.hs6, first.why) == (code, "alias")
    assert word in first.words


def test_the_longest_word_wins_and_its_material_decides_between_neighbours() -> None:
    suggester = build_suggester()

    silver = suggester.suggest(Query(title_cn="925银项链"))[:3]
    mirror = suggester.suggest(Query(title_cn="化妆镜"))[0]

    assert "711311" in {candidate.hs6 for candidate in silver}
    assert mirror.words[0] == "化妆镜"


def test_a_latin_word_is_not_found_inside_another() -> None:
    suggester = build_suggester(aliases=[Alias("pen", ("960810",))])

    assert all(c.why != "alias" for c in suggester.suggest(Query(title="silver pendant")))
    assert suggester.suggest(Query(title="a PEN"))[0].hs6 == "960810"


def test_an_alias_of_the_house_goes_before_the_shipped_references() -> None:
    odd = build_suggester(aliases=[Alias("yoga mat", ("392690",))])

    assert odd.suggest(MAT)[0].hs6 == "392690"
    assert build_suggester().suggest(MAT)[0].hs6 == "950691"


def test_a_candidate_carries_its_path_and_the_words_that_matched() -> None:
    first = build_suggester().suggest(MAT)[0]

    assert first.path == lines()["950691"].path
    assert {"yoga", "mat"} <= set(first.words)
    assert 0 < first.score < 1


def test_the_very_same_text_of_the_same_merchant_is_certain() -> None:
    taught = build_suggester(confirmed=[Confirmed(MAT, "950699")])

    first = taught.suggest(replace(MAT, title="TPE  YOGA mat 6mm non-slip"))[0]

    assert (first.hs6, first.score) == ("950699", 1.0)


@pytest.mark.parametrize(
    "asked",
    [
        replace(MAT, merchant_id=8),
        replace(MAT, merchant_id=None),
        replace(MAT, title="TPE yoga mat 8mm non-slip"),
        replace(MAT, category=""),
        replace(MAT, material="rubber"),
        replace(MAT, attributes=(("Material", "cork"),)),
    ],
)
def test_anything_that_differs_is_not_certain(asked: Query) -> None:
    taught = build_suggester(confirmed=[Confirmed(MAT, "950699")])

    assert all(candidate.score < 1 for candidate in taught.suggest(asked))


def test_confirmations_that_disagree_are_not_certain() -> None:
    taught = build_suggester(confirmed=[Confirmed(MAT, "950699"), Confirmed(MAT, "950691")])

    assert all(candidate.score < 1 for candidate in taught.suggest(MAT))


def test_a_click_on_typed_text_teaches_but_never_makes_certain() -> None:
    taught = build_suggester(confirmed=[Confirmed(MAT, "950699", binding=False)])

    found = taught.suggest(MAT)

    assert all(candidate.score < 1 for candidate in found)
    assert "950699" in {candidate.hs6 for candidate in found}


def test_titles_in_a_script_the_index_does_not_know_are_not_taken_for_one_another() -> None:
    taught = build_suggester(confirmed=[Confirmed(Query(title="요가 매트"), "950691")])

    assert all(c.score < 1 for c in taught.suggest(Query(title="향수 세트")))


@pytest.mark.parametrize(
    "title", ["", "   ", "!!! ???", "the new best 2026", "\x00\ufffe", "x" * 50_000]
)
def test_a_text_without_a_meaning_gets_no_certain_answer_and_no_crash(title: str) -> None:
    found = build_suggester(confirmed=[Confirmed(Query(title=title), "950691")]).suggest(
        replace(MAT, title=title, category="", merchant_id=5)
    )

    assert all(candidate.score < 1 for candidate in found)


def test_attributes_that_are_no_object_are_read_as_text() -> None:
    assert read_attributes("pure cotton") == (("feature", "pure cotton"),)
    assert read_attributes("[1, 2]") == (("feature", "[1, 2]"),)
    assert read_attributes('{"Material": "PU"}') == (("Material", "PU"),)


def test_the_portal_starts_with_at_least_150_words_and_all_their_codes_exist() -> None:
    words = read_aliases()
    codes = {code for alias in words for code in alias.codes}

    assert len({alias.word for alias in words}) >= 150
    assert [c for c in codes if not any(known.startswith(c) for known in lines())] == []
