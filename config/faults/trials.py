"""Bad input that is no outage: a storm, a dead key, a hanging mail server, a jumping clock."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.db import transaction

from apps.core import clock, vault
from apps.notifications.channels import PURPOSE
from apps.notifications.choices import Audience, ChannelMode, NoticeSeverity
from apps.notifications.models import Delivery, MailTarget, Notice, Robot
from apps.notifications.models.delivery import WAITING
from apps.notifications.services import queue_notice
from config.faults.fault import Row, Trial
from config.faults.ground import Ground
from config.faults.robot import DEAD_KEY, KEY, Heard
from config.faults.robot import Robot as Record

MINUTE = dt.timedelta(seconds=60)
VENDORS_LIMIT = 20
STORM = 1_000
STORM_SECONDS = 150.0
DEAD_SECONDS, DEAD_REST = 40.0, 25.0
MAIL_SECONDS = 30.0
JUMP_SECONDS, JUMPS = 25.0, (3600.0, 0.0, -3600.0, 0.0)
HOUR_KIND = "matrix.said"
ALL = [each.value for each in Audience]


def make_robot(name: str, *, key: str = KEY, audiences: Sequence[str] = ALL) -> Robot:
    """Make a robot of the sandbox's WeCom that hears everything."""
    return Robot.objects.create(
        name=name,
        audiences=list(audiences),
        mode=ChannelMode.SANDBOX.value,
        key_sealed=vault.seal(key, settings.CREDENTIAL_KEYS, purpose=PURPOSE),
        key_tail=key[-4:],
    )


def storm(made: Ground) -> Row:
    """Queue 1,000 red notices at once; the value is the most messages in any minute."""
    row = Row("storm", VENDORS_LIMIT, None, needs_recovery=False)
    mark, began = made.robot.mark(), time.monotonic()
    _queue([f"storm {number}" for number in range(STORM)])
    while time.monotonic() - began < STORM_SECONDS and _waiting("storm"):
        time.sleep(1)
    heard = made.robot.heard(mark)
    taken = [one for one in heard if one.errcode == 0]
    row.value = float(_most_in_a_minute([one.at for one in taken]))
    digests = [one for one in taken if _is_digest(one)]
    row.words = digests[0].words if digests else ""
    if len(digests) != 1:
        row.misses.append(f"{len(digests)} digests instead of one")
    if left := _waiting("storm"):
        row.misses.append(f"{left} notices still wait after {STORM_SECONDS:g} s")
    refused = Counter(one.errcode for one in heard if one.errcode)
    row.misses += [f"errcode {code}: {count} times" for code, count in refused.items()]
    return row


def dead_key(made: Ground) -> Row:
    """Give the on-call audience a robot with a dead key too; the value is how often it is tried."""
    row = Row("dead_key", 2, None, needs_recovery=False)
    mark = made.robot.mark()
    dead, record = make_robot("dead", key=DEAD_KEY), Record(made.sandbox, DEAD_KEY)
    _queue(["said to a dead robot too"])
    heard = made.robot.wait_for(
        lambda one: "dead" in one.text and "said to" not in one.text,
        after=mark, seconds=DEAD_SECONDS,
    )  # fmt: skip
    time.sleep(DEAD_REST)
    dead.refresh_from_db()
    row.value, row.words = float(len(record.heard())), heard.words if heard else ""
    if dead.is_active:
        row.misses.append("the robot is still on")
    if heard is None:
        row.misses.append("nobody was told that it is dead")
    if not any("said to" in one.text for one in made.robot.heard(mark)):
        row.misses.append("the notice itself did not reach the living robot")
    return row


def hanging_mail(made: Ground) -> Row:
    """Mail to a server that accepts and says nothing; the value is the seconds WeCom takes."""
    row = Row("hanging_mail", 10, None, needs_recovery=False)
    target = MailTarget.objects.create(name="mail", audiences=ALL, addresses=["a@example.com"])
    waits = []
    for number in range(3):
        mark, began = made.robot.mark(), clock.real_now()
        _queue([f"while mail hangs {number}"])
        heard = made.robot.wait_for(
            partial(_holds, f"mail hangs {number}"), after=mark, seconds=MAIL_SECONDS
        )
        if heard is None:
            row.misses.append(f"message {number} did not come within {MAIL_SECONDS:g} s")
        else:
            waits.append((heard.at - began).total_seconds())
    row.value = max(waits, default=None)
    sent = Delivery.objects.filter(mail_target=target)
    row.words = "; ".join(sorted({one.why for one in sent if one.why}))
    MailTarget.objects.filter(pk=target.pk).update(is_active=False, off_at=clock.real_now())
    return row


def clock_jumps(made: Ground) -> Row:
    """Let the wall clock of all processes jump an hour on, back, an hour back and on again.

    The value is how often the same thing was said to begin: twice would be a loop. An alarm that
    looks at the last minutes may end where these are suddenly empty, and begin once more.
    """
    row = Row("clock_jumps", 1, None, needs_recovery=False)
    mark = made.robot.mark()
    for seconds in JUMPS:
        made.jump(seconds)
        time.sleep(JUMP_SECONDS)
    heard = [one for one in made.robot.heard(mark) if one.errcode == 0]
    begun = Counter(one.title for one in heard if not one.is_over)
    row.value, row.others = float(max(begun.values(), default=0)), [one.words for one in heard]
    return row


TRIALS: tuple[Trial, ...] = (
    Trial("hanging_mail", "three red notices while the mail server hangs", 10, hanging_mail),
    Trial("dead_key", "a robot that was taken out of its group", 2, dead_key),
    Trial("storm", "1,000 red notices at once", VENDORS_LIMIT, storm),
    Trial("clock_jumps", "the wall clock jumps an hour on, back, back and on", 1, clock_jumps),
)


def _queue(titles: Sequence[str]) -> None:
    """Queue a red notice for whoever is on call, for each title."""
    stamp = time.time_ns()
    with transaction.atomic():
        for title in titles:
            queue_notice(
                kind=HOUR_KIND, audience=Audience.ON_CALL, severity=NoticeSeverity.RED,
                dedupe_key=f"matrix:{stamp}:{title}", title=title, title_en=title,
            )  # fmt: skip


def _waiting(title: str) -> int:
    """Return how many of these notices the robot has not heard of yet, alone or in a digest."""
    notices = Notice.objects.filter(kind=HOUR_KIND, title__startswith=title)
    unrouted = notices.filter(routed_at__isnull=True).count()
    return unrouted + Delivery.objects.filter(notice__in=notices, state=WAITING).count()


def _most_in_a_minute(moments: Sequence[dt.datetime]) -> int:
    ordered = sorted(moments)
    return max(
        (sum(1 for other in ordered if one <= other < one + MINUTE) for one in ordered), default=0
    )


def _holds(words: str, heard: Heard) -> bool:
    return words in heard.text


def _is_digest(heard: Heard) -> bool:
    return any(word in heard.text for word in ("汇总", "Digest", "条通知", "more notices"))
