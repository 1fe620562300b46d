"""Whatever stands in a record, it is read: no text, number or date makes the rules fail."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.customs.checks import check_record, order_of
from apps.customs.choices import Severity, Supplier
from apps.customs.completeness import assess_record
from apps.customs.field_labels import known_fields
from apps.customs.finding_words import words_of
from apps.customs.findings import Finding
from apps.customs.record import (
    Address,
    Battery,
    CertificateRef,
    FdaData,
    Identifier,
    Line,
    Party,
    Payment,
    Record,
)
from apps.customs.regimes import borders_of
from tests.customs.rules.records import FIGURES, ON, record_to

NASTY = [
    "\0",
    "\ud800",
    "\u202eabc",
    "👩‍👧",
    "=1+1",
    "<b>",
    "  ",
    "N/A",
    "%(x)s",
    "{}",
    "ＡＢ",
    "ı",
]
words = st.one_of(
    st.sampled_from(NASTY), st.text(st.characters(exclude_categories=()), max_size=12)
)
codes = st.one_of(words, st.sampled_from(["610910", "210690", "850760", "6109100012"]))
countries = st.one_of(words, st.sampled_from(["CN", "US", "DE", "AT", "NO", "BR"]))
amounts = st.one_of(
    st.sampled_from([Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E+400")]),
    st.decimals(-(10**6), 10**13, places=4),
)
grams = st.one_of(st.none(), st.integers(-5, 10**12))
dates = st.one_of(st.none(), st.dates())
moments = st.one_of(st.none(), st.datetimes(timezones=st.just(dt.UTC)))
numbers = st.builds(
    Identifier,
    kind=st.one_of(words, st.sampled_from(["br_cpf", "eori", "cn_uscc"])),
    value=words,
    country=countries,
    consent=st.sampled_from([None, True, False]),
)
people = st.builds(
    Party,
    name=words,
    local_name=words,
    kind=st.one_of(words, st.sampled_from(["person", "company"])),
    address=st.builds(Address, street=words, country=countries),
    identifiers=st.lists(numbers, max_size=2).map(tuple),
)
goods = st.builds(
    Line,
    position=st.integers(-2, 4),
    title=words,
    quantity=st.integers(-1, 10**30),
    unit_price=amounts,
    total=amounts,
    description_en=words,
    description_cn=words,
    brand=words,
    net_grams=grams,
    gross_grams=grams,
    origin=countries,
    goods_class=st.one_of(words, st.sampled_from(["food", "battery"])),
    hs_code=codes,
    hs_edition=words,
    import_code=codes,
    export_code=codes,
    expires_on=dates,
    battery=st.one_of(st.none(), st.builds(Battery, kind=words)),
    fda=st.one_of(st.none(), st.builds(FdaData, prior_notice=words)),
    certificates=st.lists(
        st.builds(CertificateRef, kind=words, number=words, valid_to=dates), max_size=1
    ).map(tuple),
)
records = st.builds(
    Record,
    subject=words,
    reference=words,
    currency=st.one_of(words, st.sampled_from(["USD", "EUR", "JPY"])),
    lines=st.lists(goods, max_size=2).map(tuple),
    seller=people,
    recipient=people,
    importer=st.one_of(st.none(), people),
    number=words,
    export_mode=st.one_of(words, st.sampled_from(["9610", "9710", "postal"])),
    service=st.one_of(words, st.sampled_from(["post", "express"])),
    reason=st.one_of(words, st.sampled_from(["sale", "gift", "document"])),
    total=amounts,
    discount=amounts,
    gross_grams=grams,
    packages=st.integers(-1, 2),
    sold_at=moments,
    handed_over_by=moments,
    ioss=words,
    payment=st.one_of(st.none(), st.builds(Payment, amount=amounts, currency=words)),
    port_code=words,
)


@settings(max_examples=150)
@given(record=records, on=st.dates(), language=st.sampled_from(["en", "zh-hans"]))
def test_any_record_is_assessed_in_one_order_and_every_finding_has_words(record, on, language):
    found = assess_record(record, on=on, figures=FIGURES)
    assert list(found.findings) == sorted(found.findings, key=order_of)
    assert found == assess_record(record, on=on, figures=FIGURES)
    assert all(0 <= one.score <= 100 for one in found.by_border)
    assert all((one.score == 100) == one.is_complete for one in found.by_border)
    with translation.override(language):
        for one in found.findings:
            said = words_of(one)
            assert said.message
            assert said.fix
            assert "…" not in said.message
            assert "%(" not in said.message.replace("%(x)s", "")


@settings(max_examples=100)
@given(record=records)
def test_findings_can_be_stored_and_read_again(record):
    borders = borders_of(record, on=ON, figures=FIGURES)
    for one in check_record(record, borders=borders, on=ON, figures=FIGURES):
        text = json.dumps(one.as_json(), ensure_ascii=False)
        assert "\0" not in text
        text.encode("utf-8")
        assert Finding.from_json(json.loads(text)) == one
        assert one.field in known_fields()


@settings(max_examples=60)
@given(order=st.permutations(range(4)), spoiled=st.integers(0, 3))
def test_the_order_of_lines_changes_no_finding(order, spoiled):
    base = record_to("US").lines[0]
    lines = [replace(base, position=n + 1) for n in range(4)]
    lines[spoiled] = replace(lines[spoiled], origin="ZZ", net_grams=0)

    def found(rows):
        return assess_record(
            record_to("US", lines=tuple(rows), net_grams=None), on=ON, figures=FIGURES
        ).findings

    assert found(lines) == found([lines[n] for n in order])


def test_a_code_of_an_older_version_is_shown_as_it_is():
    one = Finding("gone_by_now", "total", Severity.WARN, Supplier.PORTAL)
    assert words_of(one).message == "gone_by_now"
