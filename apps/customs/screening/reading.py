"""A file of a list, CSV or JSON as the Consolidated Screening List has them, as a stream. Pure.

Columns or keys: ``entity_number`` or ``id``, ``name``, ``alt_names`` (";" between them), ``type``,
``programs``, ``addresses``, ``nationalities``, ``country``. Others are left alone.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from apps.customs.screening.normalising import LONGEST_NAME, read_name

MOST_BYTES = 100_000_000
MOST_ALIASES = 200
BLOCK = 65_536
LONGEST_ENTRY = 1_000_000
LONGEST_ID = 64
_ALIASES = re.compile(r"\s*;\s*")
_LAST_COUNTRY = re.compile(r"(?:^|[\s,;])([A-Z]{2})\s*$")
_NEEDED = {"name"}


class UnreadableList(ValueError):
    """A file no list can be read from; ``str`` says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A denied party: ``names`` its name and then its aliases; ``digest`` of all that it says."""

    key: str
    kind: str
    names: tuple[str, ...]
    country: str
    programme: str
    digest: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is no entry: its number in the file (from 1) and why."""

    number: int
    why: str


def digest_of_file(path: Path) -> str:
    """Return SHA-256 of a file. Raises UnreadableList for one that is empty or above 100 MB."""
    size = path.stat().st_size
    if not size:
        raise UnreadableList("the file is empty")
    if size > MOST_BYTES:
        raise UnreadableList(f"the file has {size:,} bytes, at most {MOST_BYTES:,} are read")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_entries(path: Path) -> Iterator[Entry | BadRow]:
    """Yield what a file holds, row by row, in constant memory. Raises UnreadableList."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            start = file.read(BLOCK).lstrip()
            file.seek(0)
            rows = _json_rows(file) if start[:1] in {"{", "["} else _csv_rows(file)
            seen: set[str] = set()
            for number, row in rows:
                yield _entry(number, row, seen)
    except UnicodeDecodeError as error:
        raise UnreadableList(f"the file is not UTF-8: {error.reason}") from None


def _csv_rows(file: IO[str]) -> Iterator[tuple[int, Any]]:
    reader = csv.DictReader(file)
    try:
        heading = {(name or "").strip().lower() for name in reader.fieldnames or ()}
        if not heading >= _NEEDED:
            raise UnreadableList(f"no column 'name' among {', '.join(sorted(heading))[:120]}")
        for row in reader:
            plain = {
                (name or "").strip().lower(): value
                for name, value in row.items()
                if isinstance(value, str)
            }
            yield reader.line_num, None if None in row else plain
    except csv.Error as error:
        raise UnreadableList(f"line {reader.line_num}: {error}") from None


def _json_rows(file: IO[str]) -> Iterator[tuple[int, Any]]:
    """The objects of the first array of a document, one after the other."""
    buffer = file.read(BLOCK)
    start = buffer.find("[")
    if start < 0:
        raise UnreadableList("no array of entries in the document")
    buffer, number, decoder = buffer[start + 1 :], 0, json.JSONDecoder()
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if buffer.startswith("]"):
            return
        if buffer:
            try:
                row, end = decoder.raw_decode(buffer)
                if end == len(buffer) and not isinstance(row, dict | list):
                    raise ValueError
            except (ValueError, RecursionError):
                if len(buffer) > LONGEST_ENTRY:
                    raise UnreadableList(f"entry {number + 1} is no JSON object") from None
            else:
                number += 1
                yield number, row if isinstance(row, dict) else None
                buffer = buffer[end:]
                continue
        more = file.read(BLOCK)
        if not more:
            raise UnreadableList(f"the document breaks off after entry {number}")
        buffer += more


def _entry(number: int, row: Mapping[str, Any] | None, seen: set[str]) -> Entry | BadRow:
    if row is None:
        return BadRow(number, "not as many cells as columns")
    names = _names(row)
    if not names:
        return BadRow(number, "no name")
    if not read_name(names[0]).words:
        return BadRow(number, "a name without any letters")
    if len(names[0]) > LONGEST_NAME:
        return BadRow(number, f"a name of more than {LONGEST_NAME} characters")
    key = _text(row.get("entity_number")) or _text(row.get("id")) or _text(row.get("_id"))
    key = key[:LONGEST_ID] or "n-" + hashlib.sha256(names[0].encode()).hexdigest()[:16]
    if key in seen:
        return BadRow(number, f"entry {key} stands there twice")
    seen.add(key)
    kind, programme = _text(row.get("type"))[:16], _joined(row.get("programs"))[:120]
    country = _country(row)
    said = json.dumps([sorted(names), kind, programme, country], ensure_ascii=False)
    digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Entry(key, kind, names, country, programme, digest)


def _names(row: Mapping[str, Any]) -> tuple[str, ...]:
    aliases = row.get("alt_names") or ()
    if isinstance(aliases, str):
        aliases = _ALIASES.split(aliases)
    listed = [_text(row.get("name")), *(_text(one)[:LONGEST_NAME] for one in aliases)]
    if not listed[0]:
        return ()
    return tuple(dict.fromkeys(one for one in listed[: MOST_ALIASES + 1] if one))


def _country(row: Mapping[str, Any]) -> str:
    """The first country it says, two letters."""
    for name in ("country", "nationalities", "citizenships"):
        text = _joined(row.get(name)).strip()[:2].upper()
        if len(text) == 2 and text.isascii() and text.isalpha():
            return text
    addresses = row.get("addresses")
    if isinstance(addresses, list):
        found = [_text(one.get("country")) for one in addresses if isinstance(one, dict)]
        return next((one for one in found if re.fullmatch("[A-Z]{2}", one)), "")
    match = _LAST_COUNTRY.search(_text(addresses).split(";")[0])
    return match[1] if match else ""


def _joined(value: Any) -> str:
    return "; ".join(map(_text, value)) if isinstance(value, list) else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool | dict | list) or value is None:
        return ""
    return " ".join(str(value).replace("\x00", " ").split())
