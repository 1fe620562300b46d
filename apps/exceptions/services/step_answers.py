"""Answers of carriers to steps: by callback to work orders, by notice to interceptions.

An answer is written on the case, and a case that waits for the carrier is taken up again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import InboxState
from apps.baidiyun.credentials import acting_for
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.models import InboxRow
from apps.baidiyun.products import workorder
from apps.baidiyun.products.workorder import WorkOrderPush
from apps.baidiyun.topics import Applied, pushed_of
from apps.core import clock
from apps.core.actions import Actor
from apps.core.context import carrying
from apps.core.masking import mask_text
from apps.exceptions.carrier_words import interception_end, work_order_state
from apps.exceptions.choices import CaseMove, CaseState, StepKind, StepState, WaitingFor
from apps.exceptions.models import Case, CaseStep
from apps.exceptions.models.casework import OPEN_STEPS
from apps.exceptions.services.case_changes import change_case, clock_running
from apps.exceptions.services.case_notes import note_by_portal
from apps.orders.choices import NoticeTopic
from apps.orders.models import CarrierNotice
from apps.shipments.modes import platform_mode

log = structlog.get_logger(__name__)

CARRIER = Actor.system("carrier")
MOST_ANSWERS, MOST_WORDS = 20, 1_000
OVERDUE, LONGEST_ASKED = dt.timedelta(hours=6), dt.timedelta(days=10)
ANSWERED = frozenset({"2", "3"})
"""The platform's states of a work order that somebody has answered: replied to, closed."""
OPEN_KINDS = (StepKind.URGE.value, StepKind.WORK_ORDER.value)


def apply_work_order_answers(rows: Sequence[InboxRow]) -> list[Applied]:
    """Write what carriers answered to work orders of cases; the subject of a row is a step.

    Runs inside the drain's transaction. The same answer again changes nothing; one about another
    work order, or of a step nobody knows, is kept aside. Raises MalformedPayload.
    """
    pushes = {row.pk: pushed_of(row, workorder.read_push, message="workorder.push") for row in rows}
    subjects = {row.subject for row in rows if row.subject is not None}
    known = dict(
        CaseStep.objects.filter(pk__in=subjects, kind__in=OPEN_KINDS).values_list("pk", "case_id")
    )
    cases = _locked(known.values())
    steps = {
        step.pk: step
        for step in CaseStep.objects.select_for_update().filter(pk__in=known).order_by("pk")
    }
    applied = []
    for row in rows:
        step, push = steps.get(row.subject or 0), pushes[row.pk]
        why = _why_aside(step, push)
        if why or step is None:
            applied.append(Applied(row.pk, InboxState.ASIDE.value, row.subject, why))
            continue
        with carrying(row.request_id):
            _answer_work_order(cases[step.case_id], step, push)
        applied.append(Applied(row.pk, InboxState.APPLIED.value, row.subject))
    return applied


def follow_interceptions(*, limit: int = 200) -> int:
    """Write how interceptions of cases ended, from what carriers said of their parcels.

    Returns how many ended. The tick costs one indexed read while none is open.
    """
    open_steps = CaseStep.objects.filter(
        kind=StepKind.INTERCEPT.value, state__in=OPEN_STEPS, answered_at__isnull=True,
        details__has_key="parcel",
    )  # fmt: skip
    ended = 0
    for step_id, case_id in open_steps.order_by("id").values_list("pk", "case_id")[:limit]:
        with transaction.atomic():
            cases = _locked([case_id])
            step = CaseStep.objects.select_for_update().get(pk=step_id)
            ended += _end_interception(cases[case_id], step)
    return ended


def ask_about_steps(*, limit: int = 5) -> int:
    """Ask the platform about work orders whose answer is overdue; returns how many were asked.

    An answer may have been lost on its way. The same work order is asked about again after
    another six hours of business time, at most for ten days. Call it outside a transaction.
    """
    now = clock.now()
    rows = CaseStep.objects.filter(
        kind__in=OPEN_KINDS, state=StepState.ACCEPTED.value, answered_at__isnull=True,
        at__range=(now - LONGEST_ASKED, now - OVERDUE),
    ).exclude(reference="")  # fmt: skip
    due = rows.filter(Q(details__ask_at__isnull=True) | Q(details__ask_at__lte=now.isoformat()))
    steps = list(due.select_related("case__shipment").order_by("id")[:limit])
    for step in steps:
        _ask_about(step, next_at=now + OVERDUE)
    return len(steps)


def _ask_about(step: CaseStep, *, next_at: dt.datetime) -> None:
    with transaction.atomic():
        held = CaseStep.objects.select_for_update().get(pk=step.pk)
        held.details["ask_at"] = next_at.isoformat()
        held.save(update_fields=["details"])
    shipment = step.case.shipment
    try:
        with acting_for(step.case.merchant_id):
            reply = gateway.work_order_status(
                mode=platform_mode(shipment.mode), subject=shipment.pk, consult_id=step.reference
            )
    except NotConfigured as error:
        log.warning("exceptions.step_not_asked", step=step.pk, reason=str(error))
        return
    told = reply.data
    if told is None or told.status not in ANSWERED:
        return
    last = told.replies[-1] if told.replies else None
    push = WorkOrderPush(
        step.reference, told.status, told.words, last.words if last else told.words,
        last.time if last else "", shipment.number,
    )  # fmt: skip
    with transaction.atomic():
        cases = _locked([step.case_id])
        held = CaseStep.objects.select_for_update().get(pk=step.pk)
        _answer_work_order(cases[step.case_id], held, push)


def _end_interception(case: Case, step: CaseStep) -> bool:
    notices = CarrierNotice.objects.filter(
        parcel_id=step.details["parcel"], topic=NoticeTopic.INTERCEPT.value,
        pk__gt=step.details["notice_after"],
    )  # fmt: skip
    for notice in notices.order_by("-id")[:5]:
        end = interception_end(notice.state, notice.text)
        if end is not None and step.answered_at is None:
            said = {"status": notice.state, "words": notice.text}
            _write(case, step, end, said)
            return True
    return False


def _answer_work_order(case: Case, step: CaseStep, push: WorkOrderPush) -> None:
    words = mask_text(push.words or push.status_words)[:MOST_WORDS]
    step.reference = step.reference or push.consult_id[:64]
    said = {"status": push.status[:16], "words": words, "time": push.time[:32]}
    if said not in step.details.get("answers", []):
        _write(case, step, work_order_state(push.status), said)


def _write(case: Case, step: CaseStep, state: StepState, said: dict[str, str]) -> None:
    step.state, step.answered_at = state.value, clock.now()
    answers: list[Any] = step.details.get("answers", [])
    step.details |= {"answers": [*answers, said][-MOST_ANSWERS:], "outcome": "done"}
    step.error = ""
    step.save(update_fields=["state", "reference", "answered_at", "details", "error"])
    note_by_portal(case=case, text=f"{StepKind(step.kind).label}: {said['words']}")
    if case.state == CaseState.WAITING.value and case.waiting_for == WaitingFor.CARRIER.value:
        standing = clock_running(case, now=clock.now())
        change_case(
            case=case, move=CaseMove.WAKE, actor=CARRIER, standing=standing,
            details={"step": step.pk},
        )  # fmt: skip


def _locked(case_ids: Any) -> dict[int, Case]:
    rows = Case.objects.select_for_update(of=("self",), no_key=True)
    return {case.pk: case for case in rows.filter(pk__in=list(case_ids)).order_by("pk")}


def _why_aside(step: CaseStep | None, push: WorkOrderPush) -> str:
    if step is None:
        return "no such step"
    if step.reference and step.reference != push.consult_id:
        return "about another work order"
    return ""
