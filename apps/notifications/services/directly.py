"""Telling somebody without the database: by what was remembered while there was one.

`watch` remembers the channels now and then and keeps them sealed in a file of its own. What was
sent so is written into the log once there is a database again.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction

from apps.core import clock, vault
from apps.core.vault import VaultClosed
from apps.notifications import reasons
from apps.notifications.budget import VENDORS_LIMIT
from apps.notifications.channels import Line, hearers_of, line_of, send_message
from apps.notifications.choices import (
    Audience,
    ChannelKind,
    DeliveryState,
    NoticeSeverity,
    NoticeState,
)
from apps.notifications.models import MOST_TITLE, Delivery, MailTarget, Notice, Robot
from apps.notifications.outcome import Outcome, Verdict
from apps.notifications.policy import RANKS
from apps.notifications.services.claiming import TABLES
from apps.notifications.services.switching import switch_off_dead
from apps.notifications.wording import direct_message

PURPOSE = b"lastmile remembered channels"
WINDOW_SECONDS = 68.0
MOST_DIRECT = VENDORS_LIMIT // 2
"""How many messages a channel gets in a minute without the database: half of what the vendor
allows, since nobody knows what went out just before."""
_spoken: dict[tuple[str, int], deque[float]] = defaultdict(deque)
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Channels:
    """All channels that were on when they were remembered, with their secrets."""

    lines: tuple[Line, ...] = ()

    def sealed(self) -> str:
        """Return them as text for a file, sealed under the portal's own keys."""
        text = orjson.dumps([asdict(line) for line in self.lines]).decode()
        return vault.seal(text, settings.CREDENTIAL_KEYS, purpose=PURPOSE)

    @classmethod
    def unsealed(cls, text: str) -> Channels:
        """Return what a file holds. Raises VaultClosed for what nobody of us has sealed."""
        opened = vault.unseal(text, settings.CREDENTIAL_KEYS, purpose=PURPOSE)
        try:
            rows = [{k: _tuples(v) for k, v in row.items()} for row in orjson.loads(opened)]
            return cls(tuple(Line(**row) for row in rows))
        except (TypeError, ValueError) as error:
            raise VaultClosed("remembered channels of another version") from error


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be told, in both languages; ``path`` is the page of ours that says what to do,
    ``good`` says that something is over."""

    title: str
    title_en: str
    body: str = ""
    body_en: str = ""
    path: str = ""
    good: bool = False


@dataclass(frozen=True, slots=True)
class DirectResult:
    """What came of telling one channel: when (real), the words, and whether it was taken."""

    kind: str
    channel_id: int
    name: str
    ok: bool
    errcode: int | None
    why: str
    at: dt.datetime
    words: str


def remember_channels() -> Channels:
    """Return every channel that is on, with its secrets, for a time without the database.

    One whose key cannot be opened is left out.
    """
    lines = []
    for row in (*Robot.objects.filter(is_active=True), *MailTarget.objects.filter(is_active=True)):
        try:
            lines.append(line_of(row))
        except VaultClosed:
            continue
    return Channels(tuple(lines))


def send_directly(
    channels: Channels, words: Words, *, severity: NoticeSeverity, audience: Audience
) -> list[DirectResult]:
    """Tell the channels of an audience at once; the second ones where no first one takes it.

    Asks no database, raises nothing, takes ten seconds a channel at most. Never more than ten
    messages a minute and channel from this process: beyond it nothing is sent and the result says
    so. Quiet hours do not hold: what is told so cannot wait.
    """
    chosen = hearers_of(channels.lines, audience=audience.value, severity=severity.value)
    results = [_tell(line, words, severity) for line in chosen]
    if any(result.ok for result in results):
        return results
    others = hearers_of(
        channels.lines, audience=audience.value, severity=severity.value, second=True
    )
    return results + [_tell(line, words, severity) for line in others if line not in chosen]


def record_direct(
    *,
    kind: str,
    words: Words,
    severity: NoticeSeverity,
    audience: Audience,
    results: Sequence[DirectResult],
    dedupe_key: str,
    subject: str = "",
) -> Notice | None:
    """Write what was sent without the database into the log; None where that was done already.

    A notice that reached nobody is left waiting, so that it is sent as any other. Channels that
    turned out dead are switched off.
    """
    told = [result for result in results if result.ok]
    with transaction.atomic():
        notice, is_new = Notice.objects.get_or_create(
            dedupe_key=dedupe_key,
            defaults={
                "kind": kind,
                "audience": audience.value,
                "severity": severity.value,
                "title": words.title[:MOST_TITLE],
                "title_en": words.title_en[:MOST_TITLE],
                "body": words.body,
                "body_en": words.body_en,
                "path": words.path,
                "subject": subject,
                "happened_at": min((r.at for r in results), default=clock.real_now()),
                "state": (NoticeState.SENT if told else NoticeState.WAITING).value,
                "sent_at": min((r.at for r in told), default=None),
                "routed_at": clock.real_now() if told else None,
            },
        )
        if not is_new:
            return None
        for result in results:
            _record(notice, result)
    return notice


def _tell(line: Line, words: Words, severity: NoticeSeverity) -> DirectResult:
    message = direct_message(
        words.title_en if line.language == "en" else words.title,
        words.body_en if line.language == "en" else words.body,
        severity=severity,
        path=words.path,
        language=line.language,
        mentions=line.mentions,
        good=words.good,
    )
    outcome = Outcome(Verdict.TOO_OFTEN, None, reasons.BUDGET_USED)
    if _may_speak((line.kind, line.pk)):
        outcome = send_message(line, message)
        if outcome.verdict is Verdict.BAD_MESSAGE:
            outcome = send_message(replace(line, mentions=()), message, refused=2)
    return DirectResult(
        kind=line.kind, channel_id=line.pk, name=line.name, ok=outcome.is_taken,
        errcode=outcome.errcode, why=outcome.why, at=clock.real_now(), words=message.words(),
    )  # fmt: skip


def _may_speak(channel: tuple[str, int]) -> bool:
    """Count one message against this process's budget; monotonic, no jump of a clock matters."""
    now = time.monotonic()
    with _lock:
        spoken = _spoken[channel]
        while spoken and spoken[0] <= now - WINDOW_SECONDS:
            spoken.popleft()
        if len(spoken) >= MOST_DIRECT:
            return False
        spoken.append(now)
        return True


def _record(notice: Notice, result: DirectResult) -> None:
    table = TABLES[result.kind]
    row = table._default_manager.filter(pk=result.channel_id).first()
    if row is None:
        return
    field = "robot" if result.kind == ChannelKind.WECOM.value else "mail_target"
    if result.ok:
        Delivery.objects.create(
            notice=notice, rank=RANKS[notice.severity], attempts=1, errcode=result.errcode,
            state=DeliveryState.SENT.value, sent_at=result.at, words=result.words, **{field: row},
        )  # fmt: skip
        table._default_manager.filter(pk=row.pk).update(last_sent_at=result.at)
    elif _is_dead(result):
        switch_off_dead(row, errcode=result.errcode, why=result.why)


def _is_dead(result: DirectResult) -> bool:
    return result.kind == ChannelKind.WECOM.value and result.why in reasons.DEAD


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
