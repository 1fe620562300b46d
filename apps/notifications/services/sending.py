"""Saying what waits: choose who hears, claim within the budget, send, settle. At least once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial

from apps.core import clock
from apps.core.lanes import in_lanes
from apps.core.vault import VaultClosed
from apps.notifications import reasons
from apps.notifications.channels import Line, line_of, send_message
from apps.notifications.choices import DeliveryStep
from apps.notifications.message import Message
from apps.notifications.models import Delivery
from apps.notifications.models.delivery import WAITING
from apps.notifications.outcome import Outcome, Verdict
from apps.notifications.services.claiming import Claim, claim_next, due_channels
from apps.notifications.services.rewinding import forgive_rewound_clock
from apps.notifications.services.routing import escalate_notices, route_notices
from apps.notifications.services.settling import settle
from apps.notifications.wording import digest_of, message_of

LANES = 4
ROUND_SECONDS = 15.0
"""No new message is begun after so long, so that a round ends within half a minute."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """What a round did: messages ``sent``, notices ``digested`` into some of them, attempts
    ``failed``, and deliveries that are due and still ``waiting``."""

    sent: int = 0
    waiting: int = 0
    digested: int = 0
    failed: int = 0


def send_due(*, limit: int = 50, lanes: int = LANES) -> SendResult:
    """Send what is due: up to ``limit`` messages a channel, several channels at once.

    Call it outside a transaction, from as many processes as you like. A channel that hangs costs
    itself ten seconds and is left alone for longer each time. Raises what a lost database raises.
    """
    forgive_rewound_clock()
    route_notices()
    escalate_notices()
    until = time.monotonic() + ROUND_SECONDS
    work = partial(_work_on, limit=limit, until=until)
    rounds = in_lanes(work, due_channels(), lanes=lanes)
    due = Delivery.objects.filter(state=WAITING, next_at__lte=clock.real_now())
    return SendResult(
        sent=sum(one.sent for one in rounds),
        waiting=due.count(),
        digested=sum(one.digested for one in rounds),
        failed=sum(one.failed for one in rounds),
    )


def _work_on(channel: tuple[str, int], *, limit: int, until: float) -> SendResult:
    """Send what one channel has to say, until there is no more or something fails."""
    sent = digested = failed = 0
    while sent < limit and time.monotonic() < until:
        claim = claim_next(*channel)
        if claim is None:
            break
        outcome = _say(claim)
        if outcome.is_taken:
            sent += 1
            digested += len(claim.deliveries) if claim.digest else 0
        else:
            failed += 1
            if outcome.verdict is not Verdict.BAD_MESSAGE:
                break
    return SendResult(sent=sent, digested=digested, failed=failed)


def _say(claim: Claim) -> Outcome:
    """Send one claim, settle it, and return what came of it."""
    try:
        line = line_of(claim.channel)
    except VaultClosed:
        outcome = Outcome(Verdict.LATER, None, reasons.NO_KEY)
        settle(claim, outcome, words="")
        return outcome
    message = _message(claim, line)
    refused = max(delivery.refused for delivery in claim.deliveries)
    outcome = send_message(line, message, refused=refused)
    settle(claim, outcome, words=message.words())
    return outcome


def _message(claim: Claim, line: Line) -> Message:
    if claim.digest:
        notices = [delivery.notice for delivery in claim.deliveries]
        return digest_of(notices, language=line.language)
    delivery = claim.deliveries[0]
    return message_of(
        delivery.notice,
        language=line.language,
        mentions=line.mentions,
        second=delivery.step == DeliveryStep.SECOND.value,
    )
