"""What a builder hands back, and how it refuses. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.errors import PortalError
from apps.customs.choices import Severity, Supplier
from apps.customs.findings import Finding

PDF = "application/pdf"
XML = "application/xml"
JSON = "application/json"
DRAFT_MARK = "草稿 DRAFT"
MASKED_MARK = "脱敏 MASKED"


@dataclass(frozen=True, slots=True)
class Built:
    """A finished form; ``extension`` without a dot."""

    content: bytes
    content_type: str
    extension: str


class DocumentRefused(PortalError):
    """A form that must not be handed out; ``findings`` say what is missing or wrong."""

    code = "document_refused"
    permanent = True

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.code}" for one in findings[:5]))
        self.findings = findings


def blocking(
    code: str,
    field: str,
    *,
    line: int | None = None,
    supplier: Supplier = Supplier.CUSTOMS_STAFF,
    **detail: str,
) -> Finding:
    """Return a finding that keeps a form from being handed out."""
    return Finding(
        code=code,
        field=field,
        severity=Severity.BLOCK,
        supplier=supplier,
        line=line,
        detail=detail,
    )
