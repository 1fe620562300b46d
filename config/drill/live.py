"""The harmless part of the drill against real credentials: questions, never an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import Mode, QueryResult
from apps.baidiyun.models import InboxRow
from apps.baidiyun.products.common import Reply
from apps.baidiyun.reading import load_object
from apps.baidiyun.tracks import read_track
from apps.core import clock
from apps.core.masking import mask_text
from config.drill.bodies import RECIPIENT, SENDER
from config.drill.report import Chapter, Step, Unmet, Words

LIVE = Mode.LIVE.value
NOBODY = 0
FINE = frozenset({QueryResult.STORED, QueryResult.UNCHANGED, QueryResult.NO_RESULT})


@dataclass(frozen=True, slots=True)
class Subject:
    """What the live drill asks about: a number somebody gave, its carrier, a phone's tail."""

    number: str
    carrier: str = ""
    phone: str = ""


def detect(subject: Subject) -> str:
    """Ask whose number it is."""
    guesses = gateway.detect_carrier(number=subject.number, mode=LIVE)
    if not guesses:
        raise Unmet("no guess")
    return ", ".join(guess.carrier for guess in guesses[:3])


def track(subject: Subject) -> str:
    """Ask for its track; the answer goes into the inbox like any other and belongs to nobody."""
    carrier = subject.carrier or _first_guess(subject)
    outcome = gateway.query_tracking(
        subject=NOBODY, carrier=carrier, number=subject.number, mode=LIVE, phone=subject.phone
    )
    if outcome.result not in FINE:
        raise Unmet(f"{outcome.result} {outcome.code} {mask_text(outcome.message)}")
    if outcome.row_id is None:
        return str(outcome.result)
    row = InboxRow.objects.get(pk=outcome.row_id)
    snapshot, findings = read_track(load_object(row.param))
    return f"{len(snapshot.nodes)} × {carrier}, inbox {row.pk}, {len(findings)} deviations"


def address(subject: Subject) -> str:
    """Ask for the parts of a made-up address."""
    return _told(gateway.resolve_address(mode=LIVE, content=RECIPIENT))


def price(subject: Subject) -> str:
    """Ask what a parcel would cost."""
    return _told(
        gateway.estimate_freight(
            mode=LIVE,
            carrier=subject.carrier or "yuantong",
            sender_address=SENDER,
            recipient_address=RECIPIENT,
            weight_grams=1000,
        )
    )


def arrival(subject: Subject) -> str:
    """Ask when it would arrive."""
    return _told(
        gateway.estimate_arrival(
            mode=LIVE,
            carrier=subject.carrier or "yuantong",
            from_=SENDER,
            to=RECIPIENT,
            ordered_at=clock.now(),
        )
    )


def _told(reply: Reply[Any]) -> str:
    if not reply.ok:
        raise Unmet(f"{reply.outcome} {reply.code} {mask_text(reply.message)}")
    return f"{reply.outcome} {reply.code}"


def _first_guess(subject: Subject) -> str:
    guesses = gateway.detect_carrier(number=subject.number, mode=LIVE)
    if not guesses:
        raise Unmet("no guess")
    return str(guesses[0].carrier)


def _ask(key: str, says: Words, expects: Words, act: Callable[[Subject], str]) -> Step:
    return Step(key, says, expects, act, look="")


LIVE_CHAPTER = Chapter(
    "live",
    _("Questions to the real platform"),
    (
        _ask(
            "detect",
            _("Whose number is it? The platform guesses from its shape."),
            _("at least one carrier"),
            detect,
        ),
        _ask(
            "track",
            _("Where is that parcel? One query, kept in the inbox like any answer."),
            _("a track, or the platform's word that there is none yet"),
            track,
        ),
        _ask(
            "address",
            _("The platform takes a made-up address apart."),
            _("an answer that can be read"),
            address,
        ),
        _ask(
            "price",
            _("What would a parcel cost? Nothing is booked."),
            _("an answer that can be read"),
            price,
        ),
        _ask(
            "arrival",
            _("When would it arrive? Nothing is booked."),
            _("an answer that can be read"),
            arrival,
        ),
    ),
)
REFUSED: tuple[tuple[str, Words], ...] = (
    ("order", _("Placing and booking an order: it costs money and sends a courier.")),
    ("cancel", _("Cancelling or moving a pickup: it needs a booked one.")),
    ("subscribe", _("Subscribing a number: every subscription is billed.")),
    ("waybill", _("Ordering a waybill: it uses up a number of the account.")),
    ("intercept", _("Intercepting a parcel: it stops somebody's delivery.")),
    ("ride", _("Ordering a rider: one would set out.")),
    ("work_order", _("Opening a work order: a person would work on it.")),
    ("pay", _("Paying a pickup.")),
    ("faults", _("Faults: nobody can switch them on at the real platform.")),
)
"""What the drill does in the sandbox only, and why."""
