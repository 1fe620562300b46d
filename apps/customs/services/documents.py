"""Making a document of a consignment: from the version that counts, refused or recorded."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from django.db import transaction

from apps.core.actions import Actor, record_action
from apps.customs.choices import Direction, DocumentKind, Severity
from apps.customs.documents.built import DRAFT_MARK, MASKED_MARK, DocumentRefused
from apps.customs.documents.forms import EXPORT_FORMS, IMPORT_FORMS, PRINTED, build_document
from apps.customs.documents.masked import masked_record
from apps.customs.documents.needs import form_findings
from apps.customs.findings import Finding
from apps.customs.models import Consignment, RecordVersion
from apps.customs.record import Record, from_json

MADE = "customs.document.made"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A finished form. ``name`` is a file's name without anybody's name in it; digest SHA-256."""

    name: str
    content_type: str
    content: bytes
    digest: str


@transaction.atomic
def make_document(
    *,
    consignment: Consignment,
    kind: DocumentKind,
    actor: Actor,
    draft: bool = False,
    masked: bool = False,
) -> Document:
    """Return a form of the version that counts, and write down who had it made.

    ``draft``: a paper marked as one, which may be incomplete. ``masked``: a marked paper without
    personal data. Data is made only whole and unmasked. The same version gives the same bytes.
    Raises DocumentRefused with what is missing or wrong.
    """
    version = _version(consignment)
    record = from_json(version.record)
    if (draft or masked) and kind not in PRINTED:
        raise DocumentRefused(refusals(consignment, version, record, kind))
    if not draft and (findings := refusals(consignment, version, record, kind)):
        raise DocumentRefused(findings)
    shown = masked_record(record) if masked else record
    mark = " · ".join(word for word, on in ((DRAFT_MARK, draft), (MASKED_MARK, masked)) if on)
    built = build_document(shown, kind, mark=mark)
    digest = hashlib.sha256(built.content).hexdigest()
    record_action(
        action=MADE,
        actor=actor,
        subject=consignment,
        merchant_id=consignment.merchant_id,
        after={
            "kind": kind.value,
            "version": version.number,
            "sha256": digest,
            "draft": draft,
            "masked": masked,
        },
    )
    name = _file_name(kind, consignment, version, draft=draft)
    return Document(f"{name}.{built.extension}", built.content_type, built.content, digest)


def refusals(
    consignment: Consignment,
    version: RecordVersion,
    record: Record,
    kind: DocumentKind,
    *,
    wrong: tuple[Finding, ...] | None = None,
) -> tuple[Finding, ...]:
    """Return what keeps a form from being handed out: its own, then those of its border.

    A manager who let the parcel go incomplete has answered for the border's. ``wrong`` as
    `form_findings` takes it.
    """
    own = form_findings(record, kind, wrong=wrong)
    if consignment.overridden_at is not None:
        return own
    known = {(one.code, one.field, one.line) for one in own}
    stored = (Finding.from_json(one) for one in version.findings)
    return (
        *own,
        *(
            one
            for one in stored
            if one.severity is Severity.BLOCK
            and _concerns(kind, one)
            and (one.code, one.field, one.line) not in known
        ),
    )


def _concerns(kind: DocumentKind, finding: Finding) -> bool:
    """Whether a border's finding keeps a form back; papers go with the parcel over all of them."""
    if not finding.borders:
        return True
    directions = {border.split(":")[0] for border in finding.borders}
    if kind in EXPORT_FORMS:
        return Direction.EXPORT.value in directions
    return kind not in IMPORT_FORMS or Direction.IMPORT.value in directions


def _version(consignment: Consignment) -> RecordVersion:
    return RecordVersion.objects.get(
        consignment_id=consignment.pk, number=consignment.record_version
    )


def _file_name(
    kind: DocumentKind, consignment: Consignment, version: RecordVersion, *, draft: bool
) -> str:
    reference = _UNSAFE.sub("_", consignment.reference)[:40].strip("_.") or consignment.uid
    return f"{kind.value}-{reference}-v{version.number}" + ("-draft" if draft else "")
