"""Which documents a consignment has, and what each still lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from apps.customs.choices import DocumentKind, ServiceKind
from apps.customs.documents.forms import PRINTED
from apps.customs.documents.needs import wrong_values
from apps.customs.figures import Figures
from apps.customs.findings import Finding
from apps.customs.models import Consignment, RecordVersion
from apps.customs.record import Record, from_json
from apps.customs.regimes import borders_of, documents_of
from apps.customs.selectors import load_figures
from apps.customs.services.documents import refusals


@dataclass(frozen=True, slots=True)
class Offered:
    """One document of a consignment; without ``findings`` it can be handed out."""

    kind: DocumentKind
    findings: tuple[Finding, ...]
    has_draft: bool

    @property
    def is_ready(self) -> bool:
        """Whether it can be handed out."""
        return not self.findings


def kinds_of(record: Record, *, on: dt.date, figures: Figures) -> tuple[DocumentKind, ...]:
    """Return the documents a record's borders want, each once, papers first.

    Who goes by a carrier's international e-waybill has its fields too.
    """
    borders = borders_of(record, on=on, figures=figures)
    wanted = dict.fromkeys(kind for border in borders for kind in documents_of(border))
    if wanted and record.service != ServiceKind.POST.value:
        wanted[DocumentKind.EWAYBILL] = None
    return tuple(sorted(wanted, key=lambda kind: kind not in PRINTED))


def documents_offered(consignment: Consignment, *, on: dt.date) -> list[Offered]:
    """Return every document of a consignment with what it lacks; three queries."""
    version = RecordVersion.objects.get(
        consignment_id=consignment.pk, number=consignment.record_version
    )
    record = from_json(version.record)
    wrong = wrong_values(record)
    return [
        Offered(kind, refusals(consignment, version, record, kind, wrong=wrong), kind in PRINTED)
        for kind in kinds_of(record, on=on, figures=load_figures())
    ]
