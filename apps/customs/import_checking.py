"""One row of a file: what it would make of a product, what is wrong with it. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.core.regions import COUNTRIES
from apps.core.sheets import without_guard
from apps.customs.choices import ProductProblem
from apps.customs.code_checking import EDITION, check_code
from apps.customs.import_columns import CODES, EVIDENCE, PAPERS, SKU, paper_words, words
from apps.customs.papers import check_certificate
from apps.customs.product_checking import FieldProblem, check_product, check_sku, check_text
from apps.customs.product_fields import DEFAULTS, NAMES

EMPTIED = frozenset({"-", "—", "–"})
"""A cell with only this empties the field; an empty cell leaves it as it is."""
LONGEST_EVIDENCE = 300
MOST_PARTS = 20
_BETWEEN = re.compile(r"[;；\n]")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate a row names."""

    kind: str
    number: str
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """What a row says: SKU, all values of the product after it, codes by country, papers."""

    sku: str
    values: dict[str, Any]
    codes: dict[str, str] = field(default_factory=dict)
    evidence: str = ""
    papers: tuple[Paper, ...] = ()
    problems: tuple[FieldProblem, ...] = ()


def check_row(cells: Mapping[str, str], known: Mapping[str, Any] | None) -> CheckedRow:
    """Check the cells of a row; ``known`` are the values of the product there is, None without.

    Empty cells leave what is there, a single dash empties it.
    """
    given = {name: without_guard(cell).strip() for name, cell in cells.items() if cell.strip()}
    sku, problem = check_sku(given.get(SKU, ""))
    problems = [problem] if problem else []
    fields = {
        name: DEFAULTS[name] if given[name] in EMPTIED else given[name]
        for name in NAMES
        if name in given
    }
    checked = check_product(fields, known=known, words=words())
    codes, bad_codes = read_codes(given.get(CODES, ""))
    papers, bad_papers = read_papers(given.get(PAPERS, ""))
    evidence, bad = check_text(EVIDENCE, given.get(EVIDENCE, ""), LONGEST_EVIDENCE)
    problems += [*checked.problems, *bad_codes, *bad_papers, *([bad] if bad else [])]
    return CheckedRow(sku, checked.values, codes, evidence, papers, tuple(problems))


def sku_of(cells: Mapping[str, str]) -> str:
    """Return the SKU a row is about as it is kept, "" where it cannot be."""
    return check_sku(without_guard(cells.get(SKU, "")).strip())[0]


def read_codes(text: str) -> tuple[dict[str, str], list[FieldProblem]]:
    """Return the codes of a cell by country: ``850760; US:8507600020``."""
    codes: dict[str, str] = {}
    problems = []
    for part in _parts(text):
        before, colon, after = part.replace("：", ":").rpartition(":")
        country = before.strip().upper() if colon else ""
        digits, found = check_code(after.strip(), edition=EDITION, country=country)
        problems += [FieldProblem(CODES, one.code, one.detail) for one in found]
        if country in codes:
            problems.append(FieldProblem(CODES, ProductProblem.REPEATED_PART, country or digits))
        codes[country if country in COUNTRIES else ""] = digits
    return codes, problems


def read_papers(text: str) -> tuple[tuple[Paper, ...], list[FieldProblem]]:
    """Return the papers of a cell: ``un383 | UN383-118 | 2027-06-30; msds``."""
    papers: dict[tuple[str, str], Paper] = {}
    problems = []
    for part in _parts(text):
        kind, number, until = (*(one.strip() for one in part.replace("｜", "|").split("|", 2)),
                               "", "")[:3]  # fmt: skip
        kind = paper_words().get(kind.casefold(), kind)
        day, bad = _day(until)
        said, found = check_certificate(kind, number, None, day)
        problems += [FieldProblem(PAPERS, one.code, one.detail) for one in (*found, *bad)]
        papers[kind, said] = Paper(kind, said, day)
    return tuple(papers.values()), problems


def _parts(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text)[:MOST_PARTS] if part.strip()]


def _day(text: str) -> tuple[dt.date | None, list[FieldProblem]]:
    if not text:
        return None, []
    match = _DATE.fullmatch(text)
    try:
        return dt.date(*(int(one) for one in match.groups())) if match else None, (
            [] if match else [FieldProblem(PAPERS, ProductProblem.NOT_A_DATE, text[:20])]
        )
    except ValueError:
        return None, [FieldProblem(PAPERS, ProductProblem.NOT_A_DATE, text[:20])]
