"""A finding: something wrong or missing in a record. Pure; the words are in `finding_words`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.customs.choices import Severity, Supplier


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one field. ``field`` is a path in the record (``recipient.identifiers``).

    ``line`` is the position of a line (from 1), None for the whole. ``detail`` fills the words.
    ``borders`` are the countries' codes and directions it holds for ("import:US"), empty for all.
    ``until`` is when it must be supplied, None where nothing is due.
    """

    code: str
    field: str
    severity: Severity
    supplier: Supplier
    line: int | None = None
    detail: Mapping[str, str] = dataclasses.field(default_factory=dict)
    borders: tuple[str, ...] = ()
    until: dt.datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "code": self.code,
            "field": self.field,
            "severity": self.severity.value,
            "supplier": self.supplier.value,
            "line": self.line,
            "detail": dict(self.detail),
            "borders": list(self.borders),
            "until": self.until.isoformat() if self.until else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """Return what :meth:`as_json` wrote."""
        until = data["until"]
        return cls(
            code=data["code"],
            field=data["field"],
            severity=Severity(data["severity"]),
            supplier=Supplier(data["supplier"]),
            line=data["line"],
            detail=dict(data["detail"]),
            borders=tuple(data["borders"]),
            until=dt.datetime.fromisoformat(until) if until else None,
        )
