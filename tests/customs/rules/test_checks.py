"""Each flaw of a record is a finding of its own name, never a crash and never put right unseen."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from apps.customs.checks import CODES, check_record
from apps.customs.choices import Severity
from apps.customs.figures import Figures
from apps.customs.findings import Finding
from apps.customs.record import Battery, CertificateRef, Identifier, Line, Record
from apps.customs.regimes import borders_of
from tests.customs.rules.records import FIGURES, ON, SELLER, record_to, shirt

US_SHIRT = shirt(1, import_code="6109100012")


def check(record: Record, figures: Figures = FIGURES) -> tuple[Finding, ...]:
    borders = borders_of(record, on=ON, figures=figures)
    return check_record(record, borders=borders, on=ON, figures=figures)


def line(**given: Any) -> Record:
    return record_to("US", lines=(replace(US_SHIRT, **given),))


def to(country: str = "US", **given: Any) -> Record:
    return record_to(country, **given)


def numbered(country: str, *numbers: Identifier) -> Record:
    record = record_to(country)
    return replace(record, recipient=replace(record.recipient, identifiers=numbers))


def priced(price: str, total: str, quantity: int = 2) -> Line:
    return replace(US_SHIRT, unit_price=Decimal(price), total=Decimal(total), quantity=quantity)


EXPIRED = CertificateRef("un383", "UN-1", dt.date(2026, 11, 23))

FLAWS: list[tuple[str, str, Record]] = [
    ("amount_unreadable", "lines.unit_price", line(unit_price=Decimal("NaN"))),
    ("amount_unreadable", "lines.total", line(total=Decimal("1E+30"))),
    ("amount_unreadable", "freight", to(freight=Decimal("Infinity"))),
    ("amount_unreadable", "payment.amount",
     to(payment=replace(to().payment, amount=Decimal("-Infinity")))),  # type: ignore[type-var]
    ("amount_negative", "insurance", to(insurance=Decimal(-1))),
    ("value_zero", "lines.unit_price", to(lines=(priced("0", "0"),))),
    ("value_zero", "lines.total", to(lines=(priced("10", "0"),))),
    ("value_zero", "total", to(discount=Decimal(40), total=Decimal(0))),
    ("quantity_zero", "lines.quantity", line(quantity=0)),
    ("line_total_wrong", "lines.total", to(lines=(priced("10", "20.01"),))),
    ("sum_wrong", "total", to(total=Decimal("39.99"))),
    ("no_lines", "lines", to(lines=())),
    ("currency_unknown", "currency", to(currency="RMB")),
    ("currency_no_rate", "currency", to(currency="XPF")),
    ("payment_differs", "payment.amount",
     to(payment=replace(to().payment, amount=Decimal(39)))),  # type: ignore[type-var]
    ("gift_from_company", "reason", to(reason="gift", payment=None)),
    ("weight_zero", "lines.net_grams", line(net_grams=0)),
    ("weight_zero", "gross_grams", to(gross_grams=-5)),
    ("net_above_gross", "lines.net_grams", line(net_grams=341)),
    ("net_above_gross", "gross_grams", to(gross_grams=599)),
    ("net_sum_differs", "net_grams", to(net_grams=601)),
    ("packages_zero", "packages", to(packages=0)),
    ("size_zero", "width_mm", to(width_mm=0)),
    ("hs_shape", "lines.hs_code", line(hs_code="6109.10", import_code="")),
    ("hs_shape", "lines.hs_code", line(hs_code="٦١٠٩١٠", import_code="")),
    ("hs_unknown", "lines.hs_code", line(hs_code="610999", import_code="", export_code="")),
    ("hs_old_edition", "lines.hs_edition", line(hs_edition="2017")),
    ("hs_not_confirmed", "lines.hs_code", line(hs_source="stated")),
    ("code_not_of_hs", "lines.import_code", line(import_code="6110100012")),
    ("code_length", "lines.export_code", line(export_code="610910001")),
    ("origin_unknown", "lines.origin", line(origin="ZZ")),
    ("name_formula", "lines.description_en", line(description_en="=HYPERLINK(\"http://x\")")),
    ("name_formula", "lines.material", line(material="@SUM(A1)")),
    ("name_markup", "lines.description_en", line(description_en="Shirt <script>x</script>")),
    ("name_unprintable", "lines.description_cn", line(description_cn="T恤👕针织")),
    ("name_unprintable", "recipient.name",
     to(recipient=replace(to().recipient, name="Erika \u202eMuster"))),
    ("name_too_long", "lines.use", line(use="x" * 251)),
    ("description_empty", "lines.description_en", line(description_en="10 pcs, 3 cm (Aoki)")),
    ("description_refused", "lines.description_en", line(description_en="Accessories, parts")),
    ("description_vague", "lines.description_cn", line(description_cn="日用品")),
    ("description_not_latin", "lines.description_en", line(description_en="纯棉衬衫")),
    ("name_not_latin", "recipient.name",
     to(recipient=replace(to().recipient, name="王小明"))),
    ("party_placeholder", "recipient.name",
     to(recipient=replace(to().recipient, name="N/A"))),
    ("country_unknown", "seller.address.country",
     to(seller=replace(SELLER, address=replace(SELLER.address, country="XX")))),
    ("identifier_wrong", "recipient.identifiers",
     numbered("BR", Identifier("br_cpf", "390.533.447-06"))),
    ("identifier_refused", "recipient.identifiers",
     numbered("BR", Identifier("br_cpf", "390.533.447-05", consent=False))),
    ("number_wrong", "number",
     to("NO", service="post", export_mode="postal", number="RR473124820CN")),
    ("ioss_wrong", "ioss", to("DE", ioss="IM37200007")),
    ("ioss_unused", "ioss", to(ioss="IM3720000789")),
    ("ioss_above_limit", "ioss",
     to("DE", lines=(replace(shirt(), unit_price=Decimal(500), total=Decimal(1000)),))),
    ("ioss_missing", "ioss", to("DE", ioss="")),
    ("certificate_expired", "lines.certificates", line(certificates=(EXPIRED,))),
    ("goods_expired", "lines.expires_on", line(expires_on=dt.date(2026, 11, 22))),
    ("produced_later", "lines.produced_on", line(produced_on=dt.date(2026, 12, 1))),
    ("sold_later", "sold_at", to(sold_at=dt.datetime(2026, 12, 1, tzinfo=dt.UTC))),
    ("too_many_lines", "lines", to(lines=tuple(shirt(n) for n in range(1, 1001)))),
    ("position_repeated", "lines.position", to(lines=(US_SHIRT, US_SHIRT))),
    ("eu_item_duty", "lines.hs_code", to("DE")),
    ("word_unknown", "incoterm", to(incoterm="FREE")),
    ("word_unknown", "lines.goods_class", line(goods_class="toys")),
    ("word_unknown", "lines.battery.kind", line(battery=Battery("big"))),
    ("mode_service", "export_mode", to(export_mode="postal")),
    ("mode_reason", "export_mode", to(reason="sample")),
    ("mode_recipient", "recipient.kind", to(export_mode="9710")),
    ("office_shape", "port_code", to(port_code="29")),
    ("above_list_limit", "total",
     to(export_mode="9710", lines=(priced("500", "1000"),))),
    ("gift_paid", "payment", to(reason="gift")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "field", "record"), FLAWS, ids=[f"{code}-{field}" for code, field, _record in FLAWS]
)
def test_a_flaw_has_a_name_and_a_field(code, field, record):
    sound = {(one.code, one.field) for one in check(record_to(record.destination))}
    assert (code, field) in {(one.code, one.field) for one in check(record)}
    assert (code, field) not in sound or code == "eu_item_duty"


def test_every_code_is_shown_by_a_flaw():
    assert {code for code, _field, _record in FLAWS} == set(CODES)


@pytest.mark.parametrize("country", ["US", "DE", "GB", "JP", "AU", "BR", "NO"])
def test_a_sound_record_has_no_flaw(country):
    found = [one for one in check(record_to(country)) if one.severity is not Severity.INFO]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "Kitchen knife, stainless steel",
        "Phone case with parts of silicone",
        "Gift box of cardboard, empty",
        "-20 °C freezer thermometer",
        "+2.5 dioptre reading glasses",
        "- Socks: cotton, size L",
        "Bag of cotton",
        "T-shirt",
        "Café crème mug & saucer <3",
    ],
)
def test_good_descriptions_pass(text):
    assert [one for one in check(line(description_en=text)) if one.field.startswith("lines")] == []


@pytest.mark.parametrize(
    ("text", "strict", "elsewhere"),
    [
        ("Accessories", "description_refused", "description_vague"),
        ("2 pcs  PARTS!", "description_refused", "description_vague"),
        ("Gift & Accessories", "description_refused", "description_vague"),
        ("No commercial value", "description_empty", "description_empty"),
        ("merchandise", "description_vague", "description_vague"),
    ],
)
def test_a_vague_word_alone_is_refused_where_a_list_says_so(text, strict, elsewhere):
    def said(country: str) -> set[str]:
        lines = (replace(shirt(), description_en=text),)
        return {one.code for one in check(record_to(country, lines=lines))}

    assert strict in said("US")
    assert elsewhere in said("NO")
    assert ("description_refused" in said("NO")) is False


def test_the_brand_alone_describes_nothing():
    found = check(line(description_en="AOKI Accessories"))
    assert "description_refused" in {one.code for one in found}


@pytest.mark.parametrize(
    ("currency", "price", "quantity", "total", "wrong"),
    [
        ("USD", "3.333", 3, "10.00", False),
        ("USD", "3.33", 3, "10.00", True),
        ("JPY", "33.4", 3, "100", False),
        ("JPY", "33", 3, "100", True),
    ],
)
def test_sums_may_differ_by_half_the_smallest_coin(currency, price, quantity, total, wrong):
    record = to(currency=currency, lines=(priced(price, total, quantity),))
    assert ("line_total_wrong" in {one.code for one in check(record)}) is wrong


def test_what_cannot_be_read_is_not_added_up():
    found = check(line(total=Decimal("NaN")))
    assert "sum_wrong" not in {one.code for one in found}


def test_papers_must_hold_on_the_day_the_parcel_leaves():
    paper = CertificateRef("msds", "M-1", dt.date(2026, 11, 24))
    assert check(line(certificates=(paper,))) == check(line())
    late = replace(
        line(certificates=(paper,)), handed_over_by=dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    )
    assert "certificate_expired" in {one.code for one in check(late)}


def test_codes_of_the_next_edition_count_from_its_first_day():
    record = line(hs_edition="2028")
    on = dt.date(2028, 1, 1)
    borders = borders_of(record, on=on, figures=FIGURES)
    then = check_record(record, borders=borders, on=on, figures=FIGURES)
    assert "hs_old_edition" in {one.code for one in check(record)}
    assert "hs_old_edition" not in {one.code for one in then}


def test_the_simplified_code_of_a_pilot_zone_is_taken():
    assert check(line(export_code="6109000000")) == check(line())


def test_the_eus_duty_counts_distinct_codes_and_ends_with_its_row():
    lines = (shirt(1), shirt(2), shirt(3, hs_code="610990", export_code="", import_code=""))
    (one,) = [one for one in check(record_to("DE", lines=lines)) if one.code == "eu_item_duty"]
    assert (one.detail["codes"], one.detail["amount"]) == ("2", "6")
    after = dt.date(2028, 7, 2)
    borders = borders_of(record_to("DE"), on=after, figures=FIGURES)
    found = check_record(record_to("DE"), borders=borders, on=after, figures=FIGURES)
    assert "eu_item_duty" not in {one.code for one in found}


def test_five_thousand_lines_are_one_finding_of_the_whole_and_each_line_is_read():
    lines = tuple(replace(shirt(n), origin="ZZ") for n in range(1, 5001))
    found = check(to(lines=lines))
    assert [one.detail["lines"] for one in found if one.code == "too_many_lines"] == ["5000"]
    assert sum(one.code == "origin_unknown" for one in found) == 5000


def test_papers_are_worth_nothing_and_a_name_in_characters_is_read_in_japan():
    papers = replace(US_SHIRT, unit_price=Decimal(0), total=Decimal(0))
    found = check(to(reason="document", lines=(papers,), total=Decimal(0), payment=None))
    assert [one.code for one in found if one.severity is Severity.BLOCK] == []
    named = replace(to("JP").recipient, name="王小明")
    assert "name_not_latin" not in {one.code for one in check(to("JP", recipient=named))}
