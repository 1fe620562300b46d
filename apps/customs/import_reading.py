"""Files of products as rows of text: CSV and XLSX, streamed, within bounds. Pure.

Whatever stands in a cell becomes text: a formula its own text, never its result, a date ISO, a
number as a person would write it. An archive is measured before it is opened.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from apps.customs.choices import FileProblem

MOST_BYTES = 20_000_000
MOST_ROWS = 50_000
MOST_COLUMNS = 80
MOST_CELL = 2_000
MOST_ENTRIES = 2_000
MOST_UNPACKED = 400_000_000
MOST_EMPTY_ROWS = 1_000
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",;\t"
Row = tuple[int, list[str]]


class Unreadable(ValueError):
    """A file no products can be read from; ``code`` is a `FileProblem`."""

    def __init__(self, code: FileProblem, detail: str = "") -> None:
        super().__init__(code.value)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Sheet:
    """An opened file: about how many rows it has, and each with its number from 1, empty ones
    left out. Iterating raises Unreadable where the file breaks or goes beyond its bounds."""

    expected: int
    rows: Iterator[Row]


def open_sheet(content: bytes, name: str) -> Sheet:
    """Open a file by its content; its name only has to agree. Raises Unreadable."""
    if not content:
        raise Unreadable(FileProblem.EMPTY)
    if len(content) > MOST_BYTES:
        raise Unreadable(FileProblem.TOO_LARGE)
    ending = name.rpartition(".")[2].lower()
    if content.startswith(b"PK\x03\x04"):
        if ending != "xlsx":
            raise Unreadable(FileProblem.NOT_A_TABLE)
        return _open_workbook(content)
    if ending not in {"csv", "txt", "tsv"}:
        raise Unreadable(FileProblem.NOT_A_TABLE)
    return _open_text(content)


def _open_text(content: bytes) -> Sheet:
    encoding = _encoding_of(content)
    stream = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    first = stream.readline()
    stream.seek(0)
    delimiter = max(DELIMITERS, key=first.count)
    return Sheet(content.count(b"\n") + 1, _text_rows(stream, delimiter))


def _encoding_of(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in content:
        raise Unreadable(FileProblem.NOT_A_TABLE)
    for encoding in ENCODINGS:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(FileProblem.ENCODING)


def _text_rows(stream: io.TextIOWrapper, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(stream, delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                yield number, _bounded(number, cells)
    except (csv.Error, UnicodeError) as error:
        raise Unreadable(FileProblem.BROKEN, str(error)[:80]) from None


def _open_workbook(content: bytes) -> Sheet:
    _measure(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
    except (
        InvalidFileException, DefusedXmlException, zipfile.BadZipFile, KeyError, ValueError,
        IndexError, OSError, SyntaxError, TypeError, AttributeError,
    ):  # fmt: skip
        raise Unreadable(FileProblem.BROKEN) from None
    return Sheet(0, _workbook_rows(sheet))


def _measure(content: bytes) -> None:
    """Refuse an archive that unpacks beyond all measure, or is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Unreadable(FileProblem.BROKEN) from None
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        raise Unreadable(FileProblem.NOT_A_TABLE)
    if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_UNPACKED:
        raise Unreadable(FileProblem.UNPACKS_TOO_LARGE)


def _workbook_rows(sheet: Any) -> Iterator[Row]:
    empty = 0
    try:
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            if all(value is None or value == "" for value in values):
                empty += 1
                if empty > MOST_EMPTY_ROWS:
                    return
                continue
            empty = 0
            yield number, _bounded(number, [_text_of(value) for value in values])
    except (zipfile.BadZipFile, DefusedXmlException, SyntaxError, ValueError, KeyError, EOFError,
            OSError, TypeError, IndexError) as error:  # fmt: skip
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(FileProblem.BROKEN) from None


def _text_of(value: Any) -> str:
    """Return a cell as a person would type it; a formula is an object with its own text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, dt.datetime) and value.time() == dt.time.min:
        return value.date().isoformat()
    return "" if value is None else str(getattr(value, "text", value))


def _bounded(number: int, cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise Unreadable(FileProblem.TOO_WIDE, str(number))
    if any(len(cell) > MOST_CELL for cell in cells):
        raise Unreadable(FileProblem.CELL_TOO_LONG, str(number))
    return cells
