"""Steps about a parcel as the page asks for them: what each needs to be told, and its service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.baidiyun.choices import InterceptType
from apps.exceptions import services
from apps.exceptions.admin.questions import Asked, BadQuestion, prose, whole, word
from apps.exceptions.choices import StepKind, StepState, WorkOrderAbout
from apps.exceptions.models import CaseStep
from apps.exceptions.services.carrier_steps import Redirect

MOST_KEY, MOST_WORDS, MOST_SHORT, MOST_REASON = 40, 2_000, 64, 200
NEW_ADDRESS = InterceptType.MODIFY_ADDRESS.value


def step_forms() -> Asked:
    """Return what the page asks for each kind of step: options and fields."""
    return {
        StepKind.URGE.value: _form(
            StepKind.URGE, [_field("words", _("In your own words (may stay empty)"), "words")]
        ),
        StepKind.WORK_ORDER.value: _form(
            StepKind.WORK_ORDER,
            [_field("words", _("What the carrier is to do"), "words")],
            options=[[one.value, str(one.label)] for one in WorkOrderAbout],
        ),
        StepKind.INTERCEPT.value: _form(
            StepKind.INTERCEPT,
            [
                _field("reason", _("Why"), most=MOST_REASON),
                _field("name", _("New recipient"), only=NEW_ADDRESS),
                _field("phone", _("Phone"), only=NEW_ADDRESS),
                _field(
                    "address", _("Address of the new recipient"), only=NEW_ADDRESS, most=MOST_REASON
                ),
            ],
            options=[[one.value, str(one.label)] for one in InterceptType],
        ),
        StepKind.RESEND.value: _form(
            StepKind.RESEND,
            [_field("reference", _("Number of the shop's new order (empty: order it here)"))],
        ),
        StepKind.COMPENSATE.value: _form(
            StepKind.COMPENSATE,
            [
                _field("amount", _("Amount"), "money"),
                {**_field("currency", _("Currency"), most=3), "value": "CNY"},
                _field("reference", _("Reference (may stay empty)")),
            ],
        ),
    }


def take_step(user: User, values: Asked) -> Asked:
    """Take one step about one case."""
    kind = word(values, "kind", frozenset(STEPS))
    seen = {
        "case_id": whole(values, "case"),
        "user": user,
        "version": whole(values, "version"),
        "key": prose(values, "key", MOST_KEY),
    }
    step: CaseStep = STEPS[kind](seen, values).step
    label, state = StepKind(step.kind).label, StepState(step.state).label
    said = f"{label}: {state}"
    return {"said": f"{said} ({step.error})" if step.error else said, "renew": True}


def settle(user: User, values: Asked) -> Asked:
    """Say of a step in doubt whether the platform has it."""
    if not isinstance(values.get("has"), bool):
        raise BadQuestion(_("“%(name)s” is not one of the known words.") % {"name": "has"})
    services.settle_step(step_id=whole(values, "step"), user=user, has_it=values["has"])
    return {"said": _("Written down"), "renew": True}


def _urge(seen: Asked, values: Asked) -> Any:
    return services.urge_carrier(**seen, words=prose(values, "words", MOST_WORDS))


def _work_order(seen: Asked, values: Asked) -> Any:
    words = prose(values, "words", MOST_WORDS)
    return services.open_case_work_order(**seen, about=word(values, "choice"), words=words)


def _intercept(seen: Asked, values: Asked) -> Any:
    how = word(values, "choice")
    redirect = None
    if how == NEW_ADDRESS:
        redirect = Redirect(
            name=prose(values, "name", MOST_SHORT).strip(),
            phone=prose(values, "phone", MOST_SHORT).strip(),
            address=prose(values, "address", MOST_REASON).strip(),
        )
    reason = prose(values, "reason", MOST_REASON)
    return services.intercept_case_parcel(**seen, how=how, reason=reason, recipient=redirect)


def _resend(seen: Asked, values: Asked) -> Any:
    return services.resend_order(**seen, reference=prose(values, "reference", MOST_SHORT))


def _compensate(seen: Asked, values: Asked) -> Any:
    return services.compensate_case(
        **seen,
        amount=prose(values, "amount", MOST_SHORT),
        currency=prose(values, "currency", MOST_SHORT),
        reference=prose(values, "reference", MOST_SHORT),
    )


STEPS: dict[str, Callable[[Asked, Asked], Any]] = {
    StepKind.URGE.value: _urge,
    StepKind.WORK_ORDER.value: _work_order,
    StepKind.INTERCEPT.value: _intercept,
    StepKind.RESEND.value: _resend,
    StepKind.COMPENSATE.value: _compensate,
}
STEP_DOINGS = {"step": take_step, "settle": settle}


def _form(kind: StepKind, fields: list[Asked], *, options: list[list[str]] | None = None) -> Asked:
    label = str(kind.label)
    return {"title": label, "act": label, "fields": fields, "options": options or []}


def _field(
    name: str, label: str, kind: str = "", *, only: str = "", most: int = MOST_SHORT
) -> Asked:
    size = MOST_WORDS if kind == "words" else most
    return {"name": name, "label": label, "kind": kind, "only": only, "most": size}
