"""Answering what customs asks: by hand, by a script, or by a word to the carrier."""

from __future__ import annotations

import re

from django.db import transaction

from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.sandbox import world
from apps.sandbox.hours import HOUR
from apps.sandbox.models import SandboxOrder, SandboxParcel
from apps.sandbox.questions import Question, open_question, with_answer
from apps.sandbox.rng import stream
from apps.sandbox.services.faults import SYSTEM
from apps.sandbox.services.parcels import next_event_at, replace_plan, told_until

LOOKED_AT_AFTER = (HOUR, 6 * HOUR)
ABOUT_CUSTOMS = re.compile("清关|海关|资料|报关|customs|clearance", re.IGNORECASE)


class NoQuestion(PortalError):
    """Customs asks nothing of this parcel now."""

    code = "no_question"
    permanent = True


@transaction.atomic
def answer_customs(*, number: str, actor: Actor = SYSTEM) -> Question:
    """Give customs what it asks of a parcel; returns the question that is answered now.

    Customs looks at the answer within hours, and the parcel goes on that much sooner. What was
    told already stays. Raises NoQuestion with a sentence for the person.
    """
    number = number.strip().upper()[:32]
    parcel = SandboxParcel.objects.select_for_update().filter(number=number).first()
    if parcel is None:
        raise NoQuestion(f"The world has no parcel {number}.")
    question = _answer(parcel)
    if question is None:
        raise NoQuestion(f"Customs asks nothing of {number} now.")
    record_action(
        action="sandbox.customs.answered",
        actor=actor,
        subject=parcel,
        after={"number": number, "what": question.what},
    )
    return question


def heed_words(*, parcel: SandboxParcel, words: str) -> None:
    """Take a word to the carrier for the answer where it is about customs and customs asks."""
    if ABOUT_CUSTOMS.search(words):
        _answer(parcel)


def _answer(parcel: SandboxParcel) -> Question | None:
    plan = parcel.read_plan()
    if plan is None:
        return None
    question = open_question(plan, world.epoch(world.now()))
    if question is None:
        return None
    known = told_until(parcel=parcel)
    plan = parcel.read_plan() or plan
    rng = stream(world.seed(), parcel.number, "answered", question.asked_at)
    sooner = with_answer(plan, at=known, taken_at=known + rng.randrange(*LOOKED_AT_AFTER))
    if sooner != plan:
        replace_plan(parcel=parcel, plan=sooner)
        _follow(parcel)
    return question


def _follow(parcel: SandboxParcel) -> None:
    order = SandboxOrder.objects.select_for_update().filter(parcel=parcel).first()
    plan = parcel.read_plan()
    if order is not None and plan is not None:
        order.due_at = next_event_at(plan, order.told)
        order.save(update_fields=["due_at"])
