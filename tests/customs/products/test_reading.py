"""Files as rows of text: what is read, and what no file may do to us."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.sheets import neutral, without_guard
from apps.customs import import_reading as reading
from apps.customs.choices import FileProblem
from apps.customs.import_checking import Paper, check_row, read_codes, read_papers
from apps.customs.import_columns import read_heading
from apps.customs.import_reading import Unreadable, open_sheet
from tests.customs.products.files import csv_of, xlsx_of


def rows_of(content: bytes, name: str) -> list[tuple[int, list[str]]]:
    """Read a whole file."""
    return list(open_sheet(content, name).rows)


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", ","), ("utf-16", "\t")],
)
def test_a_csv_is_read_in_the_encodings_and_with_the_separators_of_sheet_programs(
    encoding: str, delimiter: str
) -> None:
    rows = [["SKU", "中文名称"], ["A-1", "充电宝, 红"], ["", ""], ["A-2", "b"]]
    found = rows_of(csv_of(rows, encoding=encoding, delimiter=delimiter), "a.csv")
    assert found == [(1, rows[0]), (2, rows[1]), (4, rows[3])]


def test_cells_of_a_workbook_become_what_a_person_would_type() -> None:
    cells = ["A-1", 120, 19.9, True, dt.date(2027, 1, 31), None, "=1+1", "x"]
    assert rows_of(xlsx_of([cells]), "a.xlsx") == [
        (1, ["A-1", "120", "19.9", "true", "2027-01-31", "", "=1+1", "x"])
    ]


def _archive(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
BAD_FILES = [
    (b"", "a.csv", "empty"),
    (b"\x00\x01\x02", "a.csv", "not_a_table"),
    (b"%PDF-1.7", "a.pdf", "not_a_table"),
    (b"SKU\n\xff\xff\x81", "a.csv", "encoding"),
    (b"PK\x03\x04rubbish", "a.xlsx", "broken"),
    (xlsx_of([["SKU"]]), "a.csv", "not_a_table"),
    (xlsx_of([["SKU"]])[:-40], "a.xlsx", "broken"),
    (_archive(word__document_xml=b"<x/>"), "a.xlsx", "not_a_table"),
    (_archive(xl__workbook_xml=ENTITIES), "a.xlsx", "broken"),
    (csv_of([["SKU"], ["x" * 2001]]), "a.csv", "cell_too_long"),
    (csv_of([["SKU"] * 81]), "a.csv", "too_wide"),
    (csv_of([["SKU"], ['"' + "x" * 140_000]]), "a.csv", "broken"),
]


@pytest.mark.parametrize(("content", "name", "code"), BAD_FILES)
def test_a_file_that_cannot_be_read_says_why(content: bytes, name: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        rows_of(content, name)
    assert refused.value.code == code


def test_an_archive_that_unpacks_beyond_measure_is_never_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = _archive(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b" " * 5_000_000)
    monkeypatch.setattr(reading, "MOST_UNPACKED", 4_000_000)
    monkeypatch.setattr(reading, "load_workbook", None)
    assert len(bomb) < 10_000
    with pytest.raises(Unreadable) as refused:
        open_sheet(bomb, "a.xlsx")
    assert refused.value.code is FileProblem.UNPACKS_TOO_LARGE


def test_headings_are_known_in_both_languages_and_by_what_people_call_them() -> None:
    heading = read_heading(["货号", " chinese name", "净重", "HS Code", "颜色", "certificates"])
    assert heading.fields == ("sku", "name_cn", "net_grams", "hs_codes", "", "certificates")
    assert heading.ignored == ("颜色",)


@pytest.mark.parametrize(
    ("row", "code"), [(["name_en"], "no_sku"), (["SKU", "货号"], "column_twice")]
)
def test_a_heading_nobody_can_follow_is_refused(row: list[str], code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_heading(row)
    assert refused.value.code == code


def test_codes_of_a_cell_belong_to_their_countries() -> None:
    assert read_codes("8507.60; us：8507600020") == ({"": "850760", "US": "8507600020"}, [])
    problems = read_codes("850760; 850440; 12345; DE:999999")[1]
    assert [one.code for one in problems] == [
        "repeated_part",
        "hs_zero_lost",
        "repeated_part",
        "hs_unknown",
    ]


def test_papers_of_a_cell_have_kind_number_and_last_day() -> None:
    papers, problems = read_papers("UN38.3 | T-1 | 2027/6/30; msds")
    assert papers == (Paper("un383", "T-1", dt.date(2027, 6, 30)), Paper("msds", "", None))
    assert problems == []
    assert [one.code for one in read_papers("passport; ce|1|soon")[1]] == [
        "unknown_word",
        "not_a_date",
    ]


def test_an_empty_cell_leaves_and_a_dash_empties() -> None:
    known = check_row({"sku": "A", "brand": "Aoki", "net_grams": "5"}, None).values
    row = check_row({"sku": "A", "brand": "-", "net_grams": " ", "use": "'-20 storage"}, known)
    assert (row.values["brand"], row.values["net_grams"]) == ("", 5)
    assert row.values["use"] == "-20 storage"


@given(st.text(max_size=30))
def test_no_cell_leaves_as_a_formula_and_reading_it_back_is_the_same(text: str) -> None:
    cell = neutral(text)
    assert not cell.lstrip(" ").startswith(("=", "+", "@", "\t", "\r"))
    assert without_guard(cell) == text


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx", "a.txt"]))
def test_whatever_bytes_come_they_are_rows_or_unreadable(content: bytes, name: str) -> None:
    try:
        for _number, cells in open_sheet(content, name).rows:
            check_row(dict(zip(["sku", "name_en", "value"], cells, strict=False)), None)
    except Unreadable:
        pass
