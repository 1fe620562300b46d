"""Vague descriptions by their whole text: how many good titles are hit, and how many vague ones."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.customs.checks.vague import better_wording, vagueness, words
from apps.customs.completeness import assess_record
from apps.customs.finding_words import words_of
from apps.customs.findings import Finding
from apps.customs.record import Record
from tests.customs.compliance.samples import line, record
from tests.customs.compliance.starter import first_figures
from tests.customs.hs.listings import listings

DAY = dt.date(2026, 11, 23)


def test_no_good_title_is_blocked_and_every_term_of_the_lists_is_met() -> None:
    titles = [one.query.title for one in listings()]
    wrong = [title for title in titles if vagueness(title)]
    terms = list(words())
    met = [term for term in terms if vagueness(term)]
    dressed = [term for term in terms if vagueness(f"2 pcs {term.upper()}!")]
    print(f"false blocks: {len(wrong)} of {len(titles)} good titles")  # noqa: T201
    print(f"hits: {len(met)} of {len(terms)} terms, {len(dressed)} with count and marks")  # noqa: T201
    assert len(titles) > 300
    assert len(terms) > 100
    assert wrong == []
    assert len(met) == len(terms)
    assert len(dressed) == len(terms)


def found(parcel: Record) -> list[Finding]:
    """Return everything found in a parcel's declarations."""
    return list(assess_record(parcel, on=DAY, figures=first_figures()).findings)


@pytest.mark.parametrize(("to", "wanted"), [("DE", True), ("US", True), ("AU", False)])
def test_material_or_use_is_wanted_where_the_destination_wants_it(to: str, wanted: bool) -> None:
    bare = record(line(description_en="Phone case", material="", use=""), to=to)
    said = record(line(description_en="Phone case", material="", use="protects a phone"), to=to)
    assert ("lines.material" in {one.field for one in found(bare)}) is wanted
    assert "lines.material" not in {one.field for one in found(said)}


def test_a_vague_description_is_told_with_a_better_wording_from_the_master() -> None:
    goods = line(title="Tote bag", description_en="Gift", material="cotton", use="carrying goods")
    (vague,) = [one for one in found(record(goods)) if one.code == "description_refused"]
    assert "“Tote bag of cotton, for carrying goods”" in words_of(vague).fix


@pytest.mark.parametrize(
    ("nouns", "material", "use", "better"),
    [
        (("Tote bag", "Bag"), "cotton", "", "Tote bag of cotton"),
        (("Gift", "Tote bag"), "", "carrying goods", "Tote bag, for carrying goods"),
        (("Gift", "accessories"), "cotton", "carrying goods", ""),
        (("Tote bag",), " ", "", ""),
    ],
)
def test_a_better_wording_has_a_noun_and_its_material_or_use(
    nouns: tuple[str, ...], material: str, use: str, better: str
) -> None:
    assert better_wording(nouns, material=material, use=use) == better
