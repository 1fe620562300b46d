"""What is asked of the carrier about a case: urge, work order, stop or redirect.

None of these is idempotent at the platform, so a step is written first and its answer after. A
step whose answer was lost stays in doubt: its callback may still settle it, else a person looks
at the platform and says. A parcel on the manual route is the shop's own affair with its carrier:
the step is only written down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.baidiyun import services as gateway
from apps.baidiyun.choices import InterceptType, ReplyOutcome, Topic
from apps.baidiyun.credentials import acting_for
from apps.baidiyun.errors import InvalidRequest
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.intercept import InterceptRequest
from apps.baidiyun.products.waybill import Person
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.core.masking import mask_address, mask_name, mask_phone, mask_text
from apps.exceptions.carrier_words import ABOUT, URGE, urging
from apps.exceptions.choices import StepKind, StepState
from apps.exceptions.errors import CaseRefused, CaseUnknown
from apps.exceptions.models import Case, CaseStep
from apps.exceptions.models.casework import OPEN_STEPS
from apps.exceptions.services.case_changes import ACTION, locked_case
from apps.exceptions.services.case_steps import (
    Asker,
    Begun,
    asked_ago,
    begin_step,
    case_for_step,
)
from apps.exceptions.services.claims import clock_words
from apps.orders.models import CarrierNotice, Parcel
from apps.orders.platform_sources import HELD_BACK
from apps.shipments.choices import ShipmentMode
from apps.shipments.models import Shipment
from apps.shipments.modes import platform_mode

LEASE = dt.timedelta(minutes=2)
PATIENCE = dt.timedelta(hours=4)
MOST_WORDS, MOST_ERROR = 2_000, 300
HOUR = dt.timedelta(hours=1)
Send = Callable[[CaseStep, Shipment], Reply[Any]]


@dataclass(frozen=True, slots=True)
class Redirect:
    """Whom a redirected parcel goes to instead."""

    name: str
    phone: str
    address: str


def urge_carrier(
    *, case_id: int, user: User, version: int, key: str = "", words: str = ""
) -> Begun:
    """Urge the carrier (催派) by a work order, in our words or in the person's.

    The step says what came of it: accepted, refused (``error`` says why), or asked where the
    answer was lost. Call it outside a transaction. Raises as `case_for_step`, and CaseRefused:
    ``asked_already``, ``outcome_unknown`` (see :func:`settle_step`), ``no_number``, and where
    nothing went out ``held_back``, ``not_configured`` or ``not_sent``.
    """
    return _carry_out(
        case_id=case_id, asker=Asker(user, version, key), kind=StepKind.URGE,
        details={"type": URGE, "words": mask_text(words.strip())[:MOST_WORDS]},
        send=lambda step, shipment: _open(
            step, shipment, URGE, words.strip() or _urging(step, shipment)
        ),
    )  # fmt: skip


def open_case_work_order(
    *, case_id: int, user: User, version: int, about: str, words: str, key: str = ""
) -> Begun:
    """Open a work order about the parcel; ``about`` is a `WorkOrderAbout`. As `urge_carrier`."""
    kind = ABOUT.get(about)
    if kind is None:
        raise CaseRefused(_("Say what the work order is about."), code="about")
    said = words.strip()
    if not said or len(said) > MOST_WORDS:
        raise CaseRefused(_("A work order needs up to 2,000 characters of words."), code="words")
    return _carry_out(
        case_id=case_id, asker=Asker(user, version, key), kind=StepKind.WORK_ORDER,
        details={"type": kind, "about": about, "words": mask_text(said)},
        send=lambda step, shipment: _open(step, shipment, kind, said),
    )  # fmt: skip


def intercept_case_parcel(
    *,
    case_id: int,
    user: User,
    version: int,
    how: str,
    reason: str,
    recipient: Redirect | None = None,
    key: str = "",
) -> Begun:
    """Ask the carrier to stop the parcel or to send it elsewhere; ``how`` is an `InterceptType`.

    A new address needs its ``recipient``; what is kept of them is masked. As `urge_carrier`.
    """
    if how not in InterceptType.values():
        raise CaseRefused(_("Say what is to be done with the parcel."), code="how")
    if how == InterceptType.MODIFY_ADDRESS.value and (
        recipient is None or not all((recipient.name, recipient.phone, recipient.address))
    ):
        raise CaseRefused(_("A new address needs a name, a phone and the address."), code="address")
    details: dict[str, Any] = {"how": how, "reason": mask_text(reason.strip())[:200]}
    if recipient is not None:
        details["to"] = {
            "name": mask_name(recipient.name), "phone": mask_phone(recipient.phone),
            "address": mask_address(recipient.address),
        }  # fmt: skip
    return _carry_out(
        case_id=case_id, asker=Asker(user, version, key), kind=StepKind.INTERCEPT,
        details=details,
        send=lambda step, shipment: _intercept(step, shipment, how, reason, recipient),
    )  # fmt: skip


def settle_step(*, step_id: int, user: User, has_it: bool, reference: str = "") -> CaseStep:
    """Say of a step in doubt whether the platform has it, after looking there.

    Raises CaseUnknown, CaseForbidden, CaseRefused where the step is not in doubt.
    """
    with transaction.atomic():
        case_id = CaseStep.objects.filter(pk=step_id).values_list("case_id", flat=True).first()
        if case_id is None:
            raise CaseUnknown(_("There is no such step."))
        case = locked_case(user=user, case_id=case_id)
        step = CaseStep.objects.select_for_update().get(pk=step_id)
        if not is_in_doubt(step):
            raise CaseRefused(_("This step is not in doubt."))
        step.state = (StepState.ACCEPTED if has_it else StepState.REFUSED).value
        step.reference = reference.strip()[:64] or step.reference
        step.details["outcome"] = "done" if has_it else "not_sent"
        step.error = "" if has_it else _("The platform had no trace of it.")
        step.answered_at = None if has_it else clock.now()
        step.save(update_fields=["state", "reference", "details", "error", "answered_at"])
        _log(case, step, Actor.user(user))
    return step


def is_in_doubt(step: CaseStep) -> bool:
    """Tell whether nobody knows if a step reached the platform."""
    if step.state != StepState.ASKED.value:
        return False
    return step.details.get("outcome") == "unknown" or asked_ago(step) > LEASE


def _carry_out(
    *, case_id: int, asker: Asker, kind: StepKind, details: Mapping[str, Any], send: Send
) -> Begun:
    with transaction.atomic():
        case, before = case_for_step(case_id=case_id, asker=asker)
        if before is not None:
            return Begun(before, is_new=False)
        shipment = Shipment.objects.get(pk=case.shipment_id)
        if not shipment.number:
            raise CaseRefused(_("This parcel has no carrier number yet."), code="no_number")
        _refuse_repeated(case, kind)
        by_hand = shipment.mode == ShipmentMode.MANUAL.value
        step = begin_step(
            case=case, asker=asker, kind=kind,
            state=StepState.ACCEPTED if by_hand else StepState.ASKED,
            details={
                **details, "asked_at": clock.real_now().isoformat(),
                **({"by_hand": True} if by_hand else {}),
            },
        )  # fmt: skip
    if by_hand:
        return Begun(step, is_new=True)
    return Begun(_send(case, step, shipment, send, asker), is_new=True)


def _send(case: Case, step: CaseStep, shipment: Shipment, send: Send, asker: Asker) -> CaseStep:
    try:
        with acting_for(case.merchant_id):
            reply = send(step, shipment)
    except PortalError as error:
        _withdraw(case, step, str(error), asker)
        if isinstance(error, InvalidRequest):
            raise
        raise CaseRefused(
            _("There is no account at the platform."), code="not_configured"
        ) from error
    if reply.outcome == ReplyOutcome.NOT_SENT:
        _withdraw(case, step, f"{reply.code} {reply.message}", asker)
        if reply.code in HELD_BACK:
            message = _("The gateway is holding calls back just now.")
            raise CaseRefused(message, code="held_back", permanent=False)
        raise CaseRefused(_("The platform did not answer."), code="not_sent", permanent=False)
    return _record(case, step, reply, asker)


def _record(case: Case, step: CaseStep, reply: Reply[Any], asker: Asker) -> CaseStep:
    """Write what the platform said, unless its callback was faster."""
    with transaction.atomic():
        held = CaseStep.objects.select_for_update().get(pk=step.pk)
        if held.state != StepState.ASKED.value:
            return held
        held.details["outcome"] = reply.outcome.value
        if reply.ok:
            held.state = StepState.ACCEPTED.value
            held.reference = getattr(reply.data, "consult_id", "")[:64] or held.reference
        elif reply.outcome == ReplyOutcome.REFUSED:
            held.state, held.answered_at = StepState.REFUSED.value, clock.now()
        if not reply.ok:
            held.error = mask_text(f"{reply.code} {reply.message}".strip())[:MOST_ERROR]
        held.save(update_fields=["state", "reference", "details", "error", "answered_at"])
        _log(case, held, Actor.user(asker.user))
    return held


def _withdraw(case: Case, step: CaseStep, why: str, asker: Asker) -> None:
    """Say of a step that nothing went out; asking again is a new step."""
    with transaction.atomic():
        held = CaseStep.objects.select_for_update().get(pk=step.pk)
        held.state, held.answered_at, held.key = StepState.REFUSED.value, clock.now(), ""
        held.details["outcome"] = "not_sent"
        held.error = mask_text(why.strip())[:MOST_ERROR]
        held.save(update_fields=["state", "answered_at", "key", "details", "error"])
        _log(case, held, Actor.user(asker.user))


def _refuse_repeated(case: Case, kind: StepKind) -> None:
    """Refuse to ask the same while it is being asked, in doubt, or not answered for hours."""
    for step in case.steps.filter(kind=kind.value, state__in=OPEN_STEPS, answered_at=None):
        if is_in_doubt(step):
            raise CaseRefused(
                _("The platform may have this already: look there first, then say what you saw."),
                code="outcome_unknown",
            )
        if step.state == StepState.ASKED.value:
            raise CaseRefused(_("The platform is being asked just now."), code="being_asked")
        if clock.now() - step.at < PATIENCE:
            said = {"time": clock_words(step.at)}
            raise CaseRefused(
                _("This was asked at %(time)s and is not answered yet.") % said,
                code="asked_already",
            )


def _open(step: CaseStep, shipment: Shipment, kind: str, words: str) -> Reply[Any]:
    mode = platform_mode(shipment.mode)
    back = gateway.bind_return(
        topic=Topic.WORK_ORDER.value, subject=step.pk, carrier=shipment.carrier,
        number=shipment.number, mode=mode,
    )  # fmt: skip
    return gateway.open_work_order(
        mode=mode, subject=shipment.pk, carrier=shipment.carrier, number=shipment.number,
        kind=kind, content=words, callback_url=back.url, salt=back.salt,
    )  # fmt: skip


def _intercept(
    step: CaseStep, shipment: Shipment, how: str, reason: str, recipient: Redirect | None
) -> Reply[Any]:
    mode = platform_mode(shipment.mode)
    parcel = Parcel.objects.filter(shipment_id=shipment.pk).first()
    if parcel is None:
        raise InvalidRequest(_("Only a parcel of an order can be stopped."), field="parcel")
    newest = CarrierNotice.objects.filter(parcel=parcel).order_by("-id").first()
    step.details |= {"parcel": parcel.pk, "notice_after": newest.pk if newest else 0}
    step.save(update_fields=["details"])
    back = gateway.bind_return(
        topic=Topic.INTERCEPT.value, subject=parcel.pk, carrier=shipment.carrier,
        number=shipment.number, mode=mode,
    )  # fmt: skip
    person = (
        Person(recipient.name, recipient.address, mobile=recipient.phone) if recipient else None
    )
    request = InterceptRequest(
        carrier=shipment.carrier, number=shipment.number, kind=InterceptType(how),
        recipient=person, reason=reason.strip()[:200],
    )  # fmt: skip
    return gateway.intercept_parcel(
        mode=mode, subject=shipment.pk, request=request, callback_url=back.url, salt=back.salt
    )


def _urging(step: CaseStep, shipment: Shipment) -> str:
    since = shipment.last_event_at or shipment.created_at
    return urging(number=shipment.number, hours=int((step.at - since) / HOUR))


def _log(case: Case, step: CaseStep, actor: Actor) -> None:
    record_action(
        action=f"{ACTION}step_answer",
        actor=actor,
        subject=case,
        merchant_id=case.merchant_id,
        after={
            "step": step.pk, "kind": step.kind, "state": step.state, "reference": step.reference,
        },
        note=step.error,
    )  # fmt: skip
