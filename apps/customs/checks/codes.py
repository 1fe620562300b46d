"""HS codes and origin of lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from apps.core.regions import COUNTRIES, HOME
from apps.customs.checks.base import BLOCK, CODES, SHOP, STAFF, WARN, Case, found
from apps.customs.choices import HsSource
from apps.customs.findings import Finding
from apps.customs.hs_codes import EDITION, fits_country, is_in_hs2022, is_six_digits
from apps.customs.record import Line

CODES.update(
    {
        "hs_shape": (BLOCK, STAFF),
        "hs_unknown": (BLOCK, STAFF),
        "hs_old_edition": (BLOCK, STAFF),
        "hs_not_confirmed": (WARN, STAFF),
        "code_not_of_hs": (BLOCK, STAFF),
        "code_length": (BLOCK, STAFF),
        "origin_unknown": (BLOCK, SHOP),
    }
)
HS_EDITION = "hs_edition"
"""The kind of the figure: which year's nomenclature is in force."""
_SIMPLIFIED = "000000"
"""After four digits: the simplified code of comprehensive pilot zones (customs.md §1.4)."""


def codes(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with HS codes, the digits beyond them, and origin."""
    edition = case.figures.number(case.record.destination, HS_EDITION, case.on)
    in_force = str(edition) if edition is not None else EDITION
    for line in case.record.lines:
        yield from _hs(line, in_force)
        yield from _national(line, "import_code", case.record.destination)
        yield from _national(line, "export_code", HOME)
        origin = line.origin.strip()
        if origin and origin not in COUNTRIES:
            yield found("origin_unknown", "lines.origin", line.position, origin=origin[:20])


def _hs(line: Line, in_force: str) -> Iterator[Finding]:
    code = line.hs_code.strip()
    if not code:
        return
    edition = line.hs_edition.strip()
    if not is_six_digits(code):
        yield found("hs_shape", "lines.hs_code", line.position, code=code[:20])
    elif edition and edition != in_force:
        yield found(
            "hs_old_edition",
            "lines.hs_edition",
            line.position,
            code=code,
            edition=edition[:8],
            in_force=in_force,
        )
    elif (edition or in_force) == EDITION and not is_in_hs2022(code):
        yield found("hs_unknown", "lines.hs_code", line.position, code=code, edition=EDITION)
    if line.hs_source == HsSource.STATED.value:
        yield found("hs_not_confirmed", "lines.hs_code", line.position, code=code[:20])


def _national(line: Line, name: str, country: str) -> Iterator[Finding]:
    code = getattr(line, name).strip()
    if not code:
        return
    if not fits_country(code, country):
        yield found("code_length", f"lines.{name}", line.position, code=code[:20], country=country)
    elif line.hs_code and not code.startswith(_stem(code, line.hs_code)):
        yield found(
            "code_not_of_hs", f"lines.{name}", line.position, code=code, hs_code=line.hs_code[:20]
        )


def _stem(code: str, hs_code: str) -> str:
    simplified = len(code) == 10 and code.endswith(_SIMPLIFIED)
    return hs_code[:4] if simplified else hs_code
