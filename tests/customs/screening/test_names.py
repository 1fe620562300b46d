"""Names written otherwise meet, strangers do not, and the score says why."""

from __future__ import annotations

import pytest

from apps.customs.screening.index import Listed, NameIndex
from apps.customs.screening.normalising import read_name
from apps.customs.screening.scoring import HIT, compare

SAME_PERSON = [
    ("贺兰明远", "He Lan Mingyuan"),
    ("Mingyuan Helan", "贺兰明远"),
    ("賀蘭明遠", "贺兰明远"),
    ("Helanmingyuan", "He Lan Ming Yuan"),
    ("曾国维", "Zeng Guowei"),
    ("Милан Ворскаев", "Vorskaev Milan"),
    ("Iurii Vorskaev", "Юрий Ворскаев"),
    ("عبد القهار زرنوقي", "Abdul Qahhar Zarnouqi"),
    ("Abdulqahhar Zarnuqi", "Abd al-Qahhar Zarnuqi"),
    ("ELODIE BRANCUVESCU", "Élodie Brâncuvescu"),
    ("Brâncuvescu, Elodie Marie", "Élodie Brâncuvescu"),
    ("E. Brancuvescu", "Élodie Brâncuvescu"),
    ("Mr. Milan Vorskayev Jr", "VORSKAYEV, Milan"),
    ("Milan Vroskayev", "Milan Vorskayev"),
    ("Hans Grüntzel", "Gruentzel Hans"),
    ("Quorvex Dynamics GmbH", "Quorvex Dynamics Co., Ltd."),
    ("阔沃科技", "深圳市阔沃科技有限公司"),
    ("강미나", "Kang Mi-na"),
]
STRANGERS = [
    ("Zhang Sheng", "Zheng Sheng"),
    ("王伟", "王卫"),
    ("Milan Petrov", "Milan Vorskayev"),
    ("Sunrise Trading Ltd", "Starlight Trading Ltd"),
    ("International Trading Company", "Quorvex International Trading Company"),
    ("Ltd", "Quorvex Ltd"),
    ("Ali", "Ali Hassan Zarnuqi"),
    ("", "Milan Vorskayev"),
    ("!!!", "Milan Vorskayev"),
]


@pytest.mark.parametrize(("asked", "listed"), SAME_PERSON)
def test_the_same_name_written_otherwise_is_near(asked: str, listed: str) -> None:
    assert compare(read_name(asked), read_name(listed)).score >= HIT


@pytest.mark.parametrize(("asked", "listed"), STRANGERS)
def test_another_name_is_not_near(asked: str, listed: str) -> None:
    assert compare(read_name(asked), read_name(listed)).score < HIT


@pytest.mark.parametrize(("asked", "listed"), SAME_PERSON + STRANGERS)
def test_the_index_finds_what_comparing_each_would_find(asked: str, listed: str) -> None:
    index = NameIndex([Listed(7, listed), Listed(8, "Somebody Else Entirely")])

    found = {one.id: one.comparison.score for one in index.search(asked, HIT)}

    score = compare(read_name(asked), read_name(listed)).score
    assert found == ({7: score} if score >= HIT else {})


def test_a_score_tells_which_words_met_how_near_and_what_was_left_out() -> None:
    told = compare(read_name("Mr. Milan Vorskaev Ltd"), read_name("VORSKAYEV, Milan Petrovich"))

    assert [(pair.asked, pair.listed, pair.how) for pair in told.pairs] == [
        ("Milan", "Milan", "same"),
        ("Vorskaev", "VORSKAYEV", "spelling"),
    ]
    assert told.left_listed == ("Petrovich",)
    assert told.ignored_asked == ("Mr", "Ltd")


def test_a_common_word_of_the_list_does_not_push_the_whole_name_out() -> None:
    crowd = [Listed(at, f"Milan Stranger{at:04d}x") for at in range(2_000)]

    found = NameIndex([*crowd, Listed(9_999, "Milan Vorskayev")]).search("Vorskayev Milan", HIT)

    assert [one.id for one in found] == [9_999]
