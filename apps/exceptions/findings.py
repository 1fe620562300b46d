"""What judging found for one shipment and one rule, and what a case keeps as evidence of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from apps.core.geo import full_name
from apps.exceptions.facts_rows import Subject
from apps.exceptions.live_rules import LiveRule
from apps.exceptions.rulebook.facts import Facts
from apps.exceptions.rulebook.judging import Judgement

MOMENTS = ("promise_to", "first_scan_at", "paid_at", "delivered_at", "out_since")
PLAIN = ("status", "substatus", "carrier", "country", "booking_problem", "signed_score")


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule holds for a shipment. ``severity`` is how bad it is now."""

    subject: Subject
    rule: LiveRule
    said: Judgement
    severity: str

    @property
    def since(self) -> dt.datetime:
        """The moment the rule counts from."""
        if self.said.since is None:
            raise ValueError("a rule that does not hold opens no case")
        return self.said.since

    @property
    def key(self) -> tuple[int, int]:
        """Shipment and rule."""
        return self.subject.shipment_id, self.rule.rule_id


def evidence_of(finding: Finding) -> dict[str, Any]:
    """Return the figures a case's sentence needs; moments as ISO texts in UTC, unknown left out.

    ``since`` is what the rule counts from, ``hours`` its threshold, ``business`` whether only
    working days count, ``last`` the last sign of life, ``area`` the last scan's division code.
    """
    facts = finding.subject.facts
    found: dict[str, Any] = {
        "since": _iso(finding.since),
        "due": _iso(finding.said.due_at),
        "hours": finding.said.hours,
        "business": finding.rule.spec.business,
        "last": _iso(facts.last_scan_at),
        **{name: getattr(facts, name) for name in PLAIN},
        **{name: _iso(getattr(facts, name)) for name in MOMENTS},
        **_places(facts),
    }
    if facts.goods:
        found["goods"] = sorted(facts.goods)
    if facts.value:
        found |= {"value": facts.value, "currency": facts.currency}
    return {name: value for name, value in found.items() if value not in (None, "")}


def _places(facts: Facts) -> dict[str, str]:
    return {
        "area": facts.scan_area,
        "area_name": _name(facts.scan_area),
        "signed_name": _name(facts.signed_area),
        "address_name": _name(facts.address_area),
    }


def _name(code: str) -> str:
    return full_name(code) if code else ""


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds") if moment else None
