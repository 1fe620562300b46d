"""Papers: what stands in which box, how they go on, what is never handed out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.customs.choices import DocumentKind, Regime
from apps.customs.documents.built import DRAFT_MARK, DocumentRefused
from apps.customs.documents.cn22 import build_cn22
from apps.customs.documents.cn23 import build_cn23
from apps.customs.documents.forms import PRINTED, build_document
from apps.customs.documents.invoice import build_invoice
from apps.customs.documents.masked import masked_record
from apps.customs.documents.packing_list import build_packing_list
from apps.customs.documents.typeface import clean, runs, wrap
from apps.customs.record import Address, Party, Record, from_json, to_json
from tests.customs.documents.pages import ink_at_the_edge, pages_of
from tests.customs.rules.records import record_of, record_to, shirt, without


def of_lines(count: int, **given: object) -> Record:
    return record_to("NO", lines=tuple(shirt(n + 1) for n in range(count)), gross_grams=500 * count,
                     service="post", export_mode="postal", **given)  # fmt: skip


def test_a_cn23_bears_every_numbered_field() -> None:
    (page,) = pages_of(build_cn23(of_lines(2, freight=Decimal("6.90"))).content)
    for field in range(1, 16):
        assert f"({field})" in page
    for value in (
        "CN 23", "DÉCLARATION EN DOUANE", "CUSTOMS DECLARATION", "Hangzhou Aoki Trading Co., Ltd.",
        "杭州青木贸易有限公司", "Erika Mustermann",
        "Karl Johans gate 1", "0154 Oslo", "NORWAY (NO)",
        "RR473124829CN", "T-shirt, knitted, men's (100% cotton)", "2 PCS", "0.300", "20.00 USD",
        "610910", "China (CN)", "1.000 kg", "40.00 USD", "6.90 USD", "A-1", "+4915112345678",
        "2026-11-20",
    ):  # fmt: skip
        assert value in page, value


def test_a_cn22_bears_its_eight_fields() -> None:
    (page,) = pages_of(build_cn22(of_lines(3)).content)
    for field in range(1, 9):
        assert f"({field})" in page
    for value in ("CN 22", "2 PCS · T-shirt", "610910 CN", "1.500", "60.00 USD"):
        assert value in page


def test_forty_lines_go_on_on_numbered_sheets_with_every_line_once() -> None:
    lines = tuple(shirt(n + 1, description_en=f"Shirt no {n + 1:03}") for n in range(40))
    pages = pages_of(build_cn23(replace(of_lines(40), lines=lines)).content)
    assert len(pages) > 2
    assert "Continued on sheet 2" in pages[0]
    assert f"Continuation sheet 2/{len(pages)}" in pages[1]
    found = [word for page in pages for word in page.split() if word.isdigit() and len(word) == 3]
    assert [word for word in found if word <= "040"] == [f"{n + 1:03}" for n in range(40)]
    assert all("RR473124829CN" in page for page in pages)


def test_six_lines_do_not_fit_a_cn22_and_none_is_left_out_in_silence() -> None:
    with pytest.raises(DocumentRefused) as refused:
        build_cn22(of_lines(6))
    assert [(one.code, one.detail["lines"]) for one in refused.value.findings] == [
        ("too_many_lines", "6")
    ]


def test_a_discount_is_visible_and_the_total_is_what_was_paid() -> None:
    record = of_lines(2, discount=Decimal("5.00"))
    record = replace(record, total=Decimal("35.00"), payment=None)
    for build in (build_cn22, build_cn23, build_invoice):
        (page,) = pages_of(build(record).content)
        assert "-5.00" in page
        assert "35.00 USD" in page


def test_an_invoice_bears_what_customs_asks_of_one() -> None:
    record = record_of(Regime.EU_H1)
    record = replace(record, freight=Decimal(7), insurance=Decimal(1), length_mm=420,
                     width_mm=300, height_mm=180)  # fmt: skip
    page = " ".join(pages_of(build_invoice(record).content))
    for value in (
        "COMMERCIAL INVOICE", "商业发票", "A-1", "2026-11-20", "RR473124829CN", "EMSGUOJI",
        "DAP Köln", "Sale of goods", "Business (B2B)", "42 × 30 × 18 cm", "0.600 kg", "0.900 kg",
        "CN USCC 91110000600037341L", "EORI DE123456789012345", "Muster GmbH", "6109100010",
        "Responsible person in the EU", "10.00", "48.00 USD", "Signature",
    ):  # fmt: skip
        assert value in page, value


def test_an_ioss_number_is_never_printed() -> None:
    record = record_of(Regime.EU_H7)
    assert record.ioss
    for kind in PRINTED:
        assert record.ioss not in " ".join(pages_of(build_document(record, kind).content))


def test_a_packing_list_holds_weights_and_no_price() -> None:
    (page,) = pages_of(build_packing_list(of_lines(2)).content)
    assert "PACKING LIST" in page
    assert "0.340" in page
    assert "10.00" not in page
    assert "USD" not in page


@pytest.mark.parametrize("kind", list(PRINTED))
def test_the_same_record_gives_the_same_bytes_and_nothing_touches_the_edge(
    kind: DocumentKind,
) -> None:
    record = of_lines(4)
    first = build_document(record, kind).content
    build_document(of_lines(1), kind)
    assert build_document(from_json(to_json(record)), kind).content == first
    assert ink_at_the_edge(first) == 0


def test_names_of_every_script_are_printed_and_markup_stays_what_it_is() -> None:
    recipient = Party(
        name="Ängström Łukasiewicz Ğüneş Ольга Ελένη <b>&amp;</b> =SUM(A1)",
        local_name="龍馬 한국어 שלום עולם \u202e\x00𝒳",
        address=Address("Straße " * 40, "", "Ålesund", "", "6002", "NO"),
    )
    mark = DRAFT_MARK
    (page,) = pages_of(build_cn23(replace(of_lines(1), recipient=recipient), mark=mark).content)
    assert "Ängström Łukasiewicz Ğüneş Ольга Ελένη <b>&amp;</b> =SUM(A1)" in page
    assert "龍馬 한국어" in page
    assert "〓" in page


def test_a_record_with_markup_in_a_name_is_refused_by_name() -> None:
    record = of_lines(1)
    line = replace(record.lines[0], description_en="<script>alert(1)</script>")
    with pytest.raises(DocumentRefused) as refused:
        build_cn23(replace(record, lines=(line,)))
    assert [(one.code, one.line) for one in refused.value.findings] == [("name_markup", 1)]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("recipient.address.street", "recipient.address.street"),
        ("gross_grams", "gross_grams"),
        ("currency", "currency"),
        ("seller.name", "seller.name"),
    ],
)
def test_an_incomplete_record_is_refused_and_printed_only_as_a_marked_draft(
    path: str, field: str
) -> None:
    record = without(of_lines(1), path)
    with pytest.raises(DocumentRefused) as refused:
        build_cn23(record)
    assert field in {one.field for one in refused.value.findings}
    (page,) = pages_of(build_cn23(record, mark=DRAFT_MARK).content)
    assert "DRAFT" in page


def test_a_total_that_is_not_the_sum_is_refused() -> None:
    with pytest.raises(DocumentRefused) as refused:
        build_invoice(replace(of_lines(2), total=Decimal(39)))
    assert "sum_wrong" in {one.code for one in refused.value.findings}


def test_a_masked_paper_knows_the_firm_and_not_the_person() -> None:
    record = masked_record(of_lines(1))
    (page,) = pages_of(build_cn23(record, mark="MASKED").content)
    assert "Hangzhou Aoki" in page
    for secret in ("Mustermann", "Karl Johans", "15112345", "erika@"):
        assert secret not in page


def test_hebrew_is_drawn_from_right_to_left_and_its_words_stay_in_order() -> None:
    assert [piece for _face, piece in runs("שלום עולם x")] == ["םלוע םולש", " x"]


def test_a_word_longer_than_its_box_is_broken_and_no_sign_is_lost() -> None:
    word = "Donaudampfschifffahrtsgesellschaft中文"
    assert "".join(wrap(word, 40, 8)) == word
    assert clean("a\u200b\x07 \n b") == "a b"
