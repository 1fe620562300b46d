"""A complete record lacks nothing; take one thing away and exactly that is missed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from apps.customs.choices import Direction, Regime, Severity, Supplier
from apps.customs.completeness import MISSING, assess, assess_record
from apps.customs.identifier_needs import NEEDS
from apps.customs.record import Record
from apps.customs.regimes import (
    PAPERS,
    REQUIREMENTS,
    Border,
    Level,
    Requirement,
    borders_of,
    requirements_of,
)
from tests.customs.rules.records import (
    CUT_OFF,
    FIGURES,
    ON,
    firm_of,
    record_of,
    record_to,
    shirt,
    supplement,
    without,
)

CASES: list[tuple[Record, Border, Requirement]] = [
    (record, border, need)
    for regime in Regime
    for record in (record_of(regime),)
    for border in borders_of(record, on=ON, figures=FIGURES)
    if border.regime is regime
    for need in requirements_of(record, border, ON)
    if need.level is Level.MUST
    and (
        need.when_line is None or any(need.when_line(record, border, line) for line in record.lines)
    )
]


@pytest.mark.parametrize("regime", list(Regime))
def test_a_record_with_everything_scores_100_and_nothing_blocks(regime):
    record = record_of(regime)
    found = assess_record(record, on=ON, figures=FIGURES)
    assert regime in {border.regime for border in found.borders}
    assert [one for one in found.findings if one.severity is Severity.BLOCK] == []
    assert {one.score for one in found.by_border} == {100}
    assert found.is_complete
    assert found.due_at is None


@pytest.mark.parametrize(
    ("record", "border", "need"),
    CASES,
    ids=[f"{b.regime.value}-{n.field}-{'/'.join(n.kinds)}" for _r, b, n in CASES],
)
def test_what_is_taken_away_is_missed_once_with_who_supplies_it(record, border, need):
    assert assess(record, border, on=ON, figures=FIGURES).is_complete
    left = taken(record, need)
    found = assess(left, border, on=ON, figures=FIGURES)
    blocking = [(one.code, one.field, one.supplier, one.line) for one in found.blocking]
    line = len(record.lines) if need.is_of_lines else None
    assert blocking == [(MISSING, need.asked_field(record), need.supplier, line)]
    assert found.score < 100
    assert found.blocking[0].until is not None


def taken(record: Record, need: Requirement) -> Record:
    """The record without a required value; of its lines the last one loses it."""
    if need.kinds:
        root = need.asked_field(record).split(".")[0]
        party = getattr(record, root)
        kept = tuple(one for one in party.identifiers if one.kind not in need.kinds)
        return replace(record, **{root: replace(party, identifiers=kept)})
    paths = [need.field, *need.any_of]
    if not need.is_of_lines:
        for path in paths:
            record = without(record, path.replace("exporter.", "seller."))
        return record
    line: Any = record.lines[-1]
    for path in paths:
        line = without(line, path.removeprefix("lines."))
    return replace(record, lines=(*record.lines[:-1], line))


def test_every_regime_is_asked_something_and_every_row_says_where_it_is_written():
    rows = [row for table in (*REQUIREMENTS.values(), *PAPERS.values()) for row in table]
    assert set(REQUIREMENTS) == set(Regime)
    assert all(row.basis for row in rows)


def test_what_two_borders_miss_is_one_finding_of_both():
    found = assess_record(
        replace(record_to("US"), gross_grams=None), on=ON, figures=FIGURES
    ).findings
    (one,) = [one for one in found if one.field == "gross_grams"]
    assert one.borders == ("export:CN", "import:US")


def test_the_shop_must_answer_before_the_cut_off_and_staff_until_it():
    record = replace(record_to("US"), gross_grams=None, port_code="")
    found = assess_record(record, on=ON, figures=FIGURES)
    until = {one.supplier: one.until for one in found.findings if one.code == MISSING}
    assert until[Supplier.STOREFRONT] == CUT_OFF - dt.timedelta(hours=12)
    assert until[Supplier.CUSTOMS_STAFF] == CUT_OFF
    assert found.due_at == CUT_OFF - dt.timedelta(hours=12)


def test_what_is_only_said_for_information_is_never_due():
    found = assess_record(record_to("DE", responsible=None), on=ON, figures=FIGURES).findings
    assert {one.until for one in found if one.severity is Severity.INFO} == {None}
    assert "responsible.name" in {one.field for one in found}


def test_a_flaw_that_blocks_keeps_the_score_below_100_though_nothing_is_missing():
    record = record_to("US", gross_grams=1)
    found = assess_record(record, on=ON, figures=FIGURES)
    assert {one.score for one in found.by_border} == {99}
    assert not found.is_complete


def test_a_number_only_the_booking_brings_holds_no_booking_but_the_filing():
    found = assess_record(record_to("US", number=""), on=ON, figures=FIGURES)
    assert found.is_complete
    assert [one.is_ready_to_file for one in found.by_border] == [False, False]


def test_who_must_supply_what_is_grouped():
    found = assess(
        replace(record_to("BR"), gross_grams=None, recipient=replace(
            record_to("BR").recipient, identifiers=()
        )),
        Border(Direction.IMPORT, "BR", Regime.BR_IMPORT, "invoice"),
        on=ON,
        figures=FIGURES,
    )  # fmt: skip
    grouped = {who: [one.field for one in what] for who, what in found.missing_by_supplier.items()}
    assert grouped == {
        Supplier.STOREFRONT: ["gross_grams"],
        Supplier.RECIPIENT: ["recipient.identifiers"],
    }


@pytest.mark.parametrize(
    ("country", "given", "regimes"),
    [
        ("DE", {}, ["cn_9610", "eu_h7"]),
        ("DE", {"ioss": ""}, ["cn_9610", "eu_h1"]),
        ("DE", {"lines": (shirt(total=shirt().unit_price * 20, quantity=20),)},
         ["cn_9610", "eu_h1"]),
        ("DE", {"currency": "QQQ"}, ["cn_9610", "eu_h1"]),
        ("NO", {"service": "post", "export_mode": "postal"}, ["cn_postal", "cn22"]),
        ("NO", {"service": "post", "lines": tuple(shirt(n) for n in range(1, 7))},
         ["cn_9610", "cn23"]),
        ("NO", {}, ["cn_9610", "other_import"]),
        ("US", {"export_mode": "9810"}, ["cn_9810", "us_entry"]),
    ],
)  # fmt: skip
def test_value_mode_and_form_decide_by_which_regimes_a_parcel_goes(country, given, regimes):
    found = borders_of(record_to(country, **given), on=ON, figures=FIGURES)
    assert [one.regime.value for one in found] == regimes


@pytest.mark.parametrize(
    ("given", "regime"), [({}, Regime.OTHER_IMPORT), ({"service": "post"}, Regime.CN22)]
)
def test_papers_are_declared_abroad_only_and_lightly(given, regime):
    papers = shirt(hs_code="", origin="", export_code="", first_unit="", description_en="Contract")
    record = record_to("DE", reason="document", payment=None, ioss="", lines=(papers,), **given)
    found = assess_record(record, on=ON, figures=FIGURES)
    assert [border.regime for border in found.borders] == [regime]
    assert found.is_complete


@pytest.mark.parametrize("need", [one for one in NEEDS if one.must], ids=lambda one: one.country)
def test_a_country_that_wants_the_recipients_number_asks_the_recipient(need):
    base = record_to("NO", platform_code="")
    address = replace(base.recipient.address, country=need.country)
    kind = "person" if need.natural else "company"
    record = replace(base, recipient=replace(base.recipient, address=address, kind=kind))
    found = assess_record(record, on=ON, figures=FIGURES)
    (one,) = [one for one in found.findings if one.code == MISSING]
    assert (one.field, one.supplier, one.detail["kinds"].split(",")) == (
        "recipient.identifiers",
        Supplier.RECIPIENT,
        list(need.kinds),
    )


def test_a_limit_counts_from_its_first_day_on():
    before = borders_of(record_to("DE"), on=dt.date(2021, 6, 30), figures=FIGURES)
    since = borders_of(record_to("DE"), on=dt.date(2021, 7, 1), figures=FIGURES)
    assert (before[-1].regime, since[-1].regime) == (Regime.EU_H1, Regime.EU_H7)


def test_within_a_country_and_within_the_eu_there_is_no_border():
    german = replace(record_to("DE").seller, address=record_to("DE").recipient.address)
    austrian = replace(record_to("DE").recipient.address, country="AT")
    to_austria = replace(record_to("DE").recipient, address=austrian)
    assert borders_of(record_to("DE", seller=german), on=ON, figures=FIGURES) == ()
    abroad = record_to("DE", seller=german, recipient=to_austria)
    assert borders_of(abroad, on=ON, figures=FIGURES) == ()


def test_supplements_to_the_us_wait_for_prior_notice_and_shirts_do_not():
    lines = (shirt(1, import_code="6109100012"), supplement(2, fda=None))
    found = assess_record(record_to("US", lines=lines), on=ON, figures=FIGURES)
    asked = {one.field: one.line for one in found.findings if one.severity is Severity.BLOCK}
    assert asked == {
        "lines.fda.product_code": 2,
        "lines.fda.intended_use": 2,
        "lines.fda.manufacturer": 2,
        "lines.fda.facility": 2,
        "lines.fda.prior_notice": 2,
    }


def test_fda_data_are_due_by_hs_code_where_nobody_named_the_class():
    hidden = supplement(1, goods_class="general", fda=None)
    found = assess_record(record_to("US", lines=(hidden,)), on=ON, figures=FIGURES)
    assert "lines.fda.prior_notice" in {one.field for one in found.findings}


def test_a_firm_in_the_eu_is_known_by_its_eori():
    found = assess_record(firm_of(record_to("DE", ioss="")), on=ON, figures=FIGURES)
    asked = [(one.field, one.detail.get("kinds")) for one in found.by_border[1].blocking]
    assert asked == [("recipient.identifiers", "eori")]
