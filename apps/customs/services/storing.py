"""Writing a record and what the rules say about it into rows. Runs in the caller's transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from apps.core import clock
from apps.core.actions import Actor
from apps.customs.choices import DeclarationState, StepSource
from apps.customs.completeness import Assessment, RecordAssessment
from apps.customs.findings import Finding
from apps.customs.models import Consignment, Declaration, DeclarationStep, RecordVersion
from apps.customs.record import Record, to_json
from apps.customs.snapshot import ParcelSnapshot

UNSENT = (DeclarationState.DRAFT.value, DeclarationState.COMPLETE.value)
GONE = (DeclarationState.CANCELLED.value,)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A consignment as it stands: its record, its borders, what was found."""

    consignment: Consignment
    record: Record
    declarations: tuple[Declaration, ...]
    findings: tuple[Finding, ...]

    @property
    def may_go(self) -> bool:
        """Whether the parcel may be booked: complete, or let go by a manager."""
        return self.consignment.is_complete or self.consignment.overridden_at is not None


def who(actor: Actor) -> str:
    """Return an actor as rows name it."""
    return f"{actor.kind}:{actor.name}"[:80]


def digest_of(data: Any) -> str:
    """Return SHA-256 of the canonical JSON."""
    return hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()


def keep_snapshot(consignment: Consignment, snapshot: ParcelSnapshot) -> None:
    """Set the columns that follow from what was handed down; saves nothing."""
    consignment.subject = snapshot.subject
    consignment.reference = snapshot.reference
    consignment.destination = snapshot.recipient.address.country
    consignment.cut_off = snapshot.cut_off
    consignment.snapshot = to_json(snapshot)
    consignment.skus = sorted({line.sku for line in snapshot.lines if line.sku})


def insert_version(
    consignment: Consignment,
    record: Record,
    judged: RecordAssessment,
    *,
    source: StepSource,
    actor: Actor,
    reason: str = "",
) -> RecordVersion:
    """Add the version of ``consignment.record_version``."""
    data = to_json(record)
    return RecordVersion.objects.create(
        consignment=consignment,
        number=consignment.record_version,
        record=data,
        digest=digest_of(data),
        findings=[found.as_json() for found in judged.findings],
        source=source.value,
        written_by=who(actor),
        reason=reason[:300],
        written_at=clock.now(),
    )


def new_declaration(consignment: Consignment, judged: Assessment) -> Declaration:
    """Return an unsaved declaration of a border."""
    now = clock.now()
    return Declaration(
        consignment=consignment,
        merchant_id=consignment.merchant_id,
        direction=judged.border.direction.value,
        country=judged.border.country,
        regime=judged.border.regime.value,
        state=state_of(judged).value,
        state_at=now,
        score=judged.score,
        missing=len(judged.blocking),
        due_at=judged.first_deadline or consignment.cut_off,
        created_at=now,
    )


def state_of(judged: Assessment) -> DeclarationState:
    """Return the state of a declaration nobody handed in yet."""
    return DeclarationState.COMPLETE if judged.is_complete else DeclarationState.DRAFT


def insert_steps(
    moved: Sequence[tuple[Declaration, str]],
    *,
    source: StepSource,
    actor: Actor,
    words: str = "",
) -> None:
    """Add a step for each declaration: the state it has now, and the one it had."""
    now = clock.now()
    DeclarationStep.objects.bulk_create(
        DeclarationStep(
            declaration=row,
            from_state=before,
            to_state=row.state,
            source=source.value,
            who=who(actor),
            words=words[:500],
            record_version=row.consignment.record_version,
            at=now,
            known_at=now,
        )
        for row, before in moved
    )
