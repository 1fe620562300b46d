"""How complete a record is for each border: what is missing, who supplies it, until when. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from apps.customs.checks import check_record, identity_of, order_of
from apps.customs.choices import Severity, Supplier
from apps.customs.figures import Figures
from apps.customs.findings import Finding
from apps.customs.record import Line, Record
from apps.customs.regimes import Border, Level, Requirement, borders_of, requirements_of

MISSING, MISSING_LATER, ADVISED = "missing", "missing_later", "missing_advised"
LEAD_HOURS = "supply_lead_hours"
"""The kind of the figure: how long before the cut-off shop and recipient must have answered."""

_CODES = {
    Level.MUST: (MISSING, Severity.BLOCK),
    Level.FILING: (MISSING_LATER, Severity.WARN),
    Level.SHOULD: (ADVISED, Severity.INFO),
}
_ORDER = {Level.MUST: 0, Level.FILING: 1, Level.SHOULD: 2}
_OUTSIDE = frozenset({Supplier.STOREFRONT, Supplier.RECIPIENT})


@dataclass(frozen=True, slots=True)
class Assessment:
    """One border. ``score`` is the share (0–100) of values it must have that are there.

    100 says that nothing keeps the parcel from being booked: neither a missing value nor a
    finding that blocks. ``findings`` hold for this border, missing values among them, worst first.
    """

    border: Border
    score: int
    findings: tuple[Finding, ...]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What keeps the parcel from being booked."""
        return tuple(one for one in self.findings if one.severity is Severity.BLOCK)

    @property
    def is_complete(self) -> bool:
        """Whether nothing keeps it from being booked."""
        return not self.blocking

    @property
    def is_ready_to_file(self) -> bool:
        """Whether it may be handed in: complete, and what only the booking brings is there."""
        return self.is_complete and all(one.code != MISSING_LATER for one in self.findings)

    @property
    def missing_by_supplier(self) -> dict[Supplier, tuple[Finding, ...]]:
        """What blocks, by who can supply it or put it right."""
        found: dict[Supplier, tuple[Finding, ...]] = {}
        for one in self.blocking:
            found[one.supplier] = (*found.get(one.supplier, ()), one)
        return found

    @property
    def first_deadline(self) -> dt.datetime | None:
        """When the first of what blocks is due, None without a cut-off."""
        return min((one.until for one in self.blocking if one.until), default=None)


@dataclass(frozen=True, slots=True)
class RecordAssessment:
    """Every border of a record at once; ``findings`` are all, each once, with its borders."""

    by_border: tuple[Assessment, ...]
    findings: tuple[Finding, ...]

    @property
    def borders(self) -> tuple[Border, ...]:
        """The borders, in the order they are crossed."""
        return tuple(one.border for one in self.by_border)

    @property
    def is_complete(self) -> bool:
        """Whether nothing at any border keeps the parcel from being booked."""
        return all(one.is_complete for one in self.by_border)

    @property
    def due_at(self) -> dt.datetime | None:
        """When the first of what blocks is due, None without a cut-off."""
        return min((one for each in self.by_border if (one := each.first_deadline)), default=None)


def assess_record(record: Record, *, on: dt.date, figures: Figures) -> RecordAssessment:
    """Return the borders of a record, how complete each is and every finding."""
    borders = borders_of(record, on=on, figures=figures)
    checked = check_record(record, borders=borders, on=on, figures=figures)
    by_border = tuple(
        assess(record, border, on=on, figures=figures, checked=checked) for border in borders
    )
    return RecordAssessment(by_border, _union(one.findings for one in by_border))


def assess(
    record: Record,
    border: Border,
    *,
    on: dt.date,
    figures: Figures,
    checked: tuple[Finding, ...] | None = None,
) -> Assessment:
    """Return how complete a record is for one border.

    ``checked`` is what `check_record` found for all borders, made here where not given.
    """
    if checked is None:
        checked = check_record(record, borders=(border,), on=on, figures=figures)
    lead = figures.number(border.country, LEAD_HOURS, on) or 0
    missing: list[Finding] = []
    asked = lacking = 0
    for need, line in _questions(record, border, on):
        asked += need.level is Level.MUST
        if not need.is_met(record, line):
            lacking += need.level is Level.MUST
            missing.append(_missing(record, border, need, line, lead))
    wrong = [
        replace(one, until=_until(record, one.severity, one.supplier, lead))
        for one in checked
        if not one.borders or border.key in one.borders
    ]
    score = 100 * (asked - lacking) // asked if asked else 100
    if any(one.severity is Severity.BLOCK for one in wrong):
        score = min(score, 99)
    return Assessment(border, score, tuple(sorted((*missing, *wrong), key=order_of)))


def _questions(
    record: Record, border: Border, on: dt.date
) -> Iterator[tuple[Requirement, Line | None]]:
    """Every value asked for, once: where two rows ask the same the harder one counts."""
    needs = sorted(requirements_of(record, border, on), key=lambda need: _ORDER[need.level])
    seen: set[tuple[str, str, int]] = set()
    for need in needs:
        if not need.is_of_lines:
            yield need, None
            continue
        for index, line in enumerate(record.lines):
            key = (*need.key, index)
            if key not in seen and (need.when_line is None or need.when_line(record, border, line)):
                seen.add(key)
                yield need, line


def _missing(
    record: Record, border: Border, need: Requirement, line: Line | None, lead: int
) -> Finding:
    code, severity = _CODES[need.level]
    return Finding(
        code=code,
        field=need.asked_field(record),
        severity=severity,
        supplier=need.supplier,
        line=line.position if line else None,
        detail={"kinds": ",".join(need.kinds)} if need.kinds else {},
        borders=(border.key,),
        until=_until(record, severity, need.supplier, lead),
    )


def _until(record: Record, severity: Severity, supplier: Supplier, lead: int) -> dt.datetime | None:
    """When it is due: at the cut-off; shop and recipient some hours before, so staff can act.

    What is only said for information is never due.
    """
    cut_off = record.handed_over_by if severity is not Severity.INFO else None
    if cut_off is None or supplier not in _OUTSIDE:
        return cut_off
    try:
        return cut_off - dt.timedelta(hours=lead)
    except OverflowError:
        return cut_off


def _union(groups: Iterable[tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """Each finding once, with every border it holds for, in the one order."""
    found: dict[tuple[object, ...], Finding] = {}
    for one in (one for group in groups for one in group):
        key = identity_of(one)
        before = found.setdefault(key, one)
        if before is not one and before.borders:
            both = dict.fromkeys((*before.borders, *one.borders)) if one.borders else ()
            found[key] = replace(before, borders=tuple(both))
    return tuple(sorted(found.values(), key=order_of))
