"""What a person does about an alarm: acknowledges it, silences it, ends a silence."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.monitoring.errors import AlarmStands, AlarmUnknown, SilenceRefused
from apps.monitoring.models import Alarm, Silence
from apps.notifications.services import settle_subject

LONGEST_SILENCE = dt.timedelta(days=14)


def acknowledge_alarm(*, uid: str, actor: Actor, name: str = "") -> Alarm:
    """Note that somebody is at it: nobody is told further. Those told in the same message too.

    The first who does counts; ``name`` is who is shown, the actor's own if empty. Raises
    AlarmUnknown, and AlarmStands for one that has ended.
    """
    with transaction.atomic():
        alarm = Alarm.objects.select_for_update(of=("self",)).filter(uid=uid).first()
        if alarm is None:
            raise AlarmUnknown(_("There is no such alarm."))
        if alarm.until is not None:
            raise AlarmStands(_("This alarm has ended already."))
        if alarm.acknowledged_at is not None:
            return alarm
        now = clock.real_now()
        lead = alarm.told_with_id or alarm.pk
        name = name or actor.name
        together = Alarm.objects.filter(Q(pk__in=[alarm.pk, lead]) | Q(told_with_id=lead))
        together.filter(until=None, acknowledged_at=None).update(
            acknowledged_at=now, acknowledged_by=name[:150]
        )
        for one in together.values_list("uid", flat=True):
            settle_subject(subject=one, by=name)
        record_action(
            action="monitoring.alarm.acknowledged", actor=actor, subject=alarm,
            after={"acknowledged_by": name[:150]},
        )  # fmt: skip
        alarm.refresh_from_db()
    return alarm


def silence_alarm(*, uid: str, until: dt.datetime, why: str, actor: Actor) -> Silence:
    """Tell nobody of this alarm, nor of the next of its rule and label, until a moment (real).

    It is still judged and shown; if it is open when the silence ends, it is told then. Raises
    AlarmUnknown, and SilenceRefused without a reason or an end within 14 days.
    """
    with transaction.atomic():
        alarm = Alarm.objects.select_for_update(of=("self",)).filter(uid=uid).first()
        if alarm is None:
            raise AlarmUnknown(_("There is no such alarm."))
        silence = _silence(alarm, until, why.strip(), actor)
        record_action(
            action="monitoring.alarm.silenced", actor=actor, subject=alarm,
            after={"until": until.isoformat()}, note=silence.why,
        )  # fmt: skip
    return silence


def lift_silence(*, silence_id: int, actor: Actor) -> bool:
    """End a silence now; False if it is over already."""
    with transaction.atomic():
        silence = Silence.objects.select_for_update(of=("self",)).filter(pk=silence_id).first()
        now = clock.real_now()
        if silence is None or silence.lifted_at or silence.until <= now:
            return False
        silence.lifted_at = now
        silence.save(update_fields=["lifted_at"])
        record_action(action="monitoring.silence.lifted", actor=actor, subject=silence)
    return True


def _silence(alarm: Alarm, until: dt.datetime, why: str, actor: Actor) -> Silence:
    now = clock.real_now()
    if not why:
        raise SilenceRefused(_("Say why, for those who wonder about the silence."))
    if until <= now:
        raise SilenceRefused(_("The end lies in the past."))
    if until > now + LONGEST_SILENCE:
        raise SilenceRefused(_("A silence ends within 14 days."))
    return Silence.objects.create(
        rule_id=alarm.rule_id, label=alarm.label, since=now, until=until, why=why[:200],
        by=actor.name[:150],
    )  # fmt: skip
