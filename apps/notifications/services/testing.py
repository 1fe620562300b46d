"""Trying a channel: one message that only shows that it works."""

from __future__ import annotations

from django.db import transaction

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.vault import VaultClosed
from apps.notifications import reasons
from apps.notifications.budget import MOST, within_window
from apps.notifications.channels import line_of, send_message
from apps.notifications.models import Channel
from apps.notifications.outcome import Outcome, Verdict
from apps.notifications.services.claiming import TABLES
from apps.notifications.wording import check_message


def send_test(*, channel: Channel, actor: Actor) -> Outcome:
    """Send a test message to a channel, switched on or not, and return what came of it.

    Counts against the channel's minute and is written down. Takes ten seconds at most; call it
    outside a transaction.
    """
    outcome = Outcome(Verdict.TOO_OFTEN, None, reasons.BUDGET_USED)
    if _take_turn(channel):
        try:
            message = check_message(channel.name, language=channel.language)
            outcome = send_message(line_of(channel), message)
        except VaultClosed:
            outcome = Outcome(Verdict.LATER, None, reasons.NO_KEY)
    with transaction.atomic():
        row = TABLES[channel.kind.value]._default_manager.filter(pk=channel.pk)
        row.update(last_errcode=outcome.errcode, last_error=outcome.why[:200])
        if outcome.is_taken:
            row.update(last_sent_at=clock.real_now(), failures=0, rests_until=None)
        record_action(
            action=f"notifications.{channel._meta.model_name}.tested",
            actor=actor,
            subject=channel,
            after={"taken": outcome.is_taken, "errcode": outcome.errcode},
        )
    return outcome


@transaction.atomic
def _take_turn(channel: Channel) -> bool:
    row = TABLES[channel.kind.value]._default_manager.select_for_update().get(pk=channel.pk)
    now = clock.real_now()
    recent = within_window(row.recent, now=now)
    if len(recent) >= MOST:
        return False
    row.recent = [*recent, now]
    row.save(update_fields=["recent"])
    return True
