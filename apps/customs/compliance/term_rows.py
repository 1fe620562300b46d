"""Rows of a table of words: what each says and what is wrong with it. Pure, one row at a time."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.core.sheets import neutral, without_guard
from apps.customs.compliance.words import Match, fold

COLUMNS = ("term", "language", "match", "valid_from", "valid_to")
LONGEST_TERM = 120
LONGEST_LINE = 4_096
BOM = "\ufeff"
_HAN = re.compile("[\u3400-\u9fff]")
_LANGUAGE = re.compile("[a-z]{2}")
_MATCHES = {one.value: one.value for one in Match} | {
    "全文": "whole",
    "整句": "whole",
    "词": "word",
    "单词": "word",
    "前缀": "prefix",
    "开头": "prefix",
}


@dataclass(frozen=True, slots=True)
class TermRow:
    """One word of a list; ``number`` is its row in the file, the heading being row 1."""

    number: int
    term: str
    language: str = "en"
    match: str = Match.WHOLE.value
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def cells(self) -> tuple[str, ...]:
        """Return what stands in the table's columns."""
        days = (str(day) if day else "" for day in (self.valid_from, self.valid_to))
        return (self.term, self.language, self.match, *days)


class BadRow(ValueError):
    """A row that says no word; ``code`` is one of `TermProblem`, ``number`` its row."""

    def __init__(self, code: str, number: int) -> None:
        super().__init__(f"{number}: {code}")
        self.code, self.number = code, number


def read_rows(lines: Iterable[str]) -> Iterator[TermRow | BadRow]:
    """Yield each row of a CSV as a word or what is wrong with it; empty rows are left out.

    Without a heading the first column is the word. Raises BadRow for what is no table at all.
    """
    reader = csv.reader(_bounded(lines))
    heading: tuple[str, ...] | None = None
    try:
        for cells in reader:
            if heading is None:
                heading = _heading(cells)
                if heading:
                    continue
                heading = COLUMNS
            if any(cell.strip() for cell in cells):
                yield _read(reader.line_num, dict(zip(heading, cells, strict=False)))
    except csv.Error as error:
        raise BadRow("no_table", reader.line_num) from error


def csv_lines(rows: Iterable[TermRow]) -> Iterator[str]:
    """Yield the lines of a CSV of words, its heading first; no cell is taken for a formula."""
    line = io.StringIO()
    writer = csv.writer(line)
    line.write(BOM)
    for cells in _with_heading(rows):
        writer.writerow([neutral(cell) for cell in cells])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _with_heading(rows: Iterable[TermRow]) -> Iterator[tuple[str, ...]]:
    yield COLUMNS
    for row in rows:
        yield row.cells()


def _heading(cells: list[str]) -> tuple[str, ...]:
    names = tuple(cell.strip().strip(BOM).casefold() for cell in cells)
    return names if "term" in names else ()


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise BadRow("long_line", number)
        yield line


def _read(number: int, cells: dict[str, str]) -> TermRow | BadRow:
    plain = {name: without_guard(cell).strip() for name, cell in cells.items()}
    term = " ".join(plain.get("term", "").strip(BOM).split())
    language = plain.get("language", "").casefold() or ("zh" if _HAN.search(term) else "en")
    match = _MATCHES.get(plain.get("match", "").casefold() or Match.WHOLE.value, "")
    try:
        first, last = _day(plain.get("valid_from", "")), _day(plain.get("valid_to", ""))
    except ValueError:
        return BadRow("day", number)
    faults = {
        "long_term": len(term) > LONGEST_TERM,
        "unprintable": not term.isprintable(),
        "no_letters": not any(letter.isalnum() for letter in fold(term)),
        "language": not _LANGUAGE.fullmatch(language),
        "match": not match,
        "days_reversed": bool(first and last and last < first),
    }
    wrong = next((code for code, is_so in faults.items() if is_so), "")
    return BadRow(wrong, number) if wrong else TermRow(number, term, language, match, first, last)


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
