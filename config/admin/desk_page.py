"""What the sandbox's desk shows, as template context: the live part, the controls, a future."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.faces import shown
from apps.core.language import spoken
from apps.sandbox import desk_selectors as selectors
from apps.sandbox import world
from apps.sandbox.carriers import BY_CODE
from apps.sandbox.choices import (
    FaultGroup,
    FaultName,
    Outcome,
    PushState,
    PushTrick,
    SubscriptionState,
)
from apps.sandbox.codes import NAMES
from apps.sandbox.faults.kinds import KINDS
from apps.sandbox.models import SandboxParcel, SandboxPush
from apps.sandbox.order_push import MESSAGES
from apps.sandbox.questions import QUESTIONS
from apps.sandbox.services.outages import hubs

SPEEDS = (1, 60, 600, 1800, 3600)
JUMPS = ((6, _("6 hours")), (24, _("1 day")), (24 * 7, _("1 week")))
WAYS = (
    ("genuine", _("Genuine: signed with the receiver's salt")),
    ("wrong_salt", _("Forged: signed with another salt")),
    ("unsigned", _("Unsigned: no signature at all")),
    ("truncated", _("Cut off: half of the body")),
)
PRESET_BUTTONS = (
    ("calm", _("Calm"), "sunny"),
    ("rainy", _("Rainy day"), "rainy"),
    ("double11", _("Double 11"), "local_mall"),
    ("hub_out", _("Hub out"), "warehouse"),
)
ANSWER_SHOWN = 90
TAKEN = _("Push accepted")
"""What the desk calls PushState.DONE: “accepted” alone is a word of orders."""


@dataclass(frozen=True)
class PushLine:
    """One push as a line: about what, where it stands, what was answered."""

    push: SandboxPush
    number: str
    state: PushState
    word: Any
    trick: PushTrick | None
    wait_s: int
    answer: str


def live_context() -> dict[str, Any]:
    """Everything that changes by itself, in a fixed number of statements."""
    face, rates = selectors.world_face(), selectors.fault_rows()
    stages = selectors.parcel_stages()
    states = selectors.push_states()
    return {
        "world": face,
        "world_epoch": int(face.world_at.timestamp()),
        "world_offset": _offset_of(face.world_at),
        "is_running": face.alive and not face.paused,
        "stages": [(stage, count) for stage, count in stages.items()],
        "parcels_total": sum(stages.values()),
        "strip": [(stage, count) for stage, count in stages.items() if count],
        "push_states": [(_word(state), state.colour, states[state]) for state in PushState],
        "flying": [_line(push, face) for push in selectors.pushes_in_flight()],
        "answered": [_line(push, face) for push in selectors.answered_pushes()],
        "by_hand": [_line(push, face) for push in selectors.manual_pushes()],
        "calls": selectors.call_figures(),
        "call_minutes": selectors.CALL_MINUTES,
        "rates": rates,
        "hubs_out": selectors.hubs_out(),
        "faults_on": _faults_on(rates),
    }


def _word(state: PushState) -> Any:
    return TAKEN if state is PushState.DONE else state.label


def _offset_of(moment: dt.datetime) -> int:
    offset = timezone.localtime(moment).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _faults_on(rates: dict[str, float]) -> list[tuple[FaultName, float]]:
    return [(name, rates[name.value] * 100) for name in FaultName if name.value in rates]


def _line(push: SandboxPush, face: selectors.WorldFace) -> PushLine:
    left = (push.due_at - face.world_at).total_seconds()
    answer = " ".join(push.answer.split())[:ANSWER_SHOWN]
    return PushLine(
        push=push,
        number=selectors.push_number(push),
        state=PushState(push.state),
        word=_word(PushState(push.state)),
        trick=PushTrick.parse(push.trick),
        wait_s=max(0, round(left / face.speed)) if face.speed else 0,
        answer=answer,
    )


def controls_context() -> dict[str, Any]:
    """What is there to be turned: it stays while the live part is renewed."""
    groups = [
        (group, [kind for kind in KINDS.values() if kind.group is group]) for group in FaultGroup
    ]
    return {
        "fault_groups": groups,
        "presets": PRESET_BUTTONS,
        "speeds": SPEEDS,
        "jumps": JUMPS,
        "ways": WAYS,
        "hubs": hubs(),
        "examples": selectors.followed_numbers(),
        "asked": selectors.asked_numbers(),
    }


def future_context(number: str) -> dict[str, Any]:
    """One parcel's life; ``moments`` is None where the world knows no such number."""
    found = selectors.parcel_future(number) if number.strip() else None
    if found is None:
        return {"number": number.strip()[:32], "moments": None}
    parcel, moments = found
    carrier = BY_CODE.get(parcel.carrier)
    return {
        "number": parcel.number,
        "carrier": carrier.name if carrier else parcel.carrier,
        "outcome": Outcome.parse(parcel.outcome),
        "question": _question(parcel),
        "declared": selectors.declared(parcel),
        "moments": [_told(moment) for moment in moments],
        "is_over": all(moment.is_past for moment in moments),
    }


def _question(parcel: SandboxParcel) -> dict[str, Any] | None:
    """What customs asks, in the reader's language, and until when it waits."""
    question = selectors.question_of(parcel)
    if question is None:
        return None
    english, chinese = QUESTIONS[question.what]
    words = english if spoken() == "en" else chinese
    return {"words": words, "until": world.moment(question.ends_at)}


def _told(moment: selectors.Moment) -> dict[str, Any]:
    label: Any = NAMES.get(moment.code, moment.code)
    text: Any = shown(moment.text, "text")
    if moment.kind == "order":
        label = _("Order callback")
        text = f"{moment.code} {MESSAGES.get(int(moment.code), '')}".strip()
    elif moment.kind == "look":
        label = _("The platform looks and pushes what is new")
        state = SubscriptionState.parse(moment.code)
        text = state.label if state else ""
    return {"at": moment.at, "kind": moment.kind, "label": label, "text": text,
            "place": moment.place, "is_past": moment.is_past}  # fmt: skip
