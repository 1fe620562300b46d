"""Files of listings: what `manage.py suggest_hs` reads and writes. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from apps.customs.hs.learned import Confirmed
from apps.customs.hs.query import Query, read_attributes
from apps.customs.hs.ranking import Suggester

FIELD_LIMIT = 1_000_000


class UnreadableListings(ValueError):
    """A file of listings lacks a column, or a confirmed row has no six digits."""


def query_of(row: dict[str, str]) -> Query:
    """A row with title, category, attributes as a query."""
    return Query(
        title=row["title"] or "",
        category=row["category"] or "",
        attributes=read_attributes(row["attributes"] or ""),
    )


def read_listings(path: Path) -> Iterator[tuple[str, Query]]:
    """Rows id, title, category, attributes."""
    for row in _rows(path, ("id", "title", "category", "attributes")):
        yield row["id"], query_of(row)


def read_confirmed(path: Path) -> list[Confirmed]:
    """Rows title, category, attributes, hs6, as if operators had confirmed them."""
    found = []
    for number, row in enumerate(_rows(path, ("title", "category", "attributes", "hs6")), 2):
        code = (row["hs6"] or "").strip()
        if len(code) != 6 or not code.isdecimal():
            raise UnreadableListings(f"{path}, row {number}: {code!r} is not six digits")
        found.append(Confirmed(query_of(row), code))
    return found


def write_suggestions(
    path: Path, listings: Iterable[tuple[str, Query]], suggester: Suggester, top: int
) -> int:
    """Write id, rank, hs6, score for every listing; return how many listings there were."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "rank", "hs6", "score"])
        for identifier, query in listings:
            count += 1
            for rank, found in enumerate(suggester.suggest(query, top), 1):
                writer.writerow([identifier, rank, found.hs6, found.score])
    return count


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    csv.field_size_limit(FIELD_LIMIT)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise UnreadableListings(f"{path} has no column {', '.join(missing)}")
        yield from reader
