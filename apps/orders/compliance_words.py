"""How a rule's finding is told to a shop: the field, what is wrong and what to do, twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apps.customs.compliance_selectors import holds, said, words_found
from apps.customs.models import ComplianceFinding
from apps.customs.personal import is_personal

MOST_TOLD = 50


def told_findings(
    findings: Iterable[ComplianceFinding], *, masked: bool = False, only_holding: bool = False
) -> list[dict[str, Any]]:
    """Return findings as a shop sees them, in their order, what holds the parcel first.

    Of a list only the words are told that stand in the shop's own data; with ``masked`` not even
    those where the field is a person's.
    """
    found = [one for one in findings if holds(one) or not only_holding]
    found.sort(key=lambda one: not holds(one))
    return [_told(one, masked=masked) for one in found[:MOST_TOLD]]


def field_of(finding: ComplianceFinding) -> str:
    """Return where to put it right, as in `values` of a declaration's PATCH: ``lines.2.title``."""
    if finding.line is None:
        return finding.field
    return f"lines.{finding.line}.{finding.field.removeprefix('lines.')}".removesuffix(".")


def _told(finding: ComplianceFinding, *, masked: bool) -> dict[str, Any]:
    evidence = finding.evidence.get("said", {})
    hidden = masked and is_personal(finding.field)
    return {
        "rule": finding.rule_key,
        "action": finding.action,
        "field": field_of(finding),
        "line": finding.line,
        "title": said(finding, "title"),
        "message": said(finding, "message"),
        "fix": said(finding, "fix"),
        "words": [] if hidden else words_found(finding),
        "legal_basis": evidence.get("legal_basis", ""),
        "source_url": evidence.get("source_url", ""),
        "unjudged": finding.is_unjudged,
        "let_go": finding.is_overridden,
    }
