"""Channels as they are needed to send: values without a table, secrets in memory only.

What is sent through Postgres and what is sent without it take the same way from here on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings

from apps.core import vault
from apps.notifications import reasons
from apps.notifications.choices import ChannelKind, ChannelMode
from apps.notifications.mail.build import build_subject, build_text
from apps.notifications.mail.client import send_mail
from apps.notifications.message import Message
from apps.notifications.models import Channel, MailTarget, Robot
from apps.notifications.outcome import Outcome, Verdict
from apps.notifications.policy import STANDS_IN, wants
from apps.notifications.wecom.build import build_body
from apps.notifications.wecom.client import send_to_robot

PURPOSE = b"lastmile robots"


@dataclass(frozen=True, slots=True)
class Line:
    """One channel with all that sending needs: a robot's key, or mail addresses.

    ``key`` is in no repr. ``mode`` sandbox hears rehearsals too and may be private.
    """

    kind: str
    pk: int
    name: str
    audiences: tuple[str, ...]
    min_severity: str
    language: str
    is_second: bool
    mode: str = ChannelMode.LIVE.value
    key: str = field(default="", repr=False)
    addresses: tuple[str, ...] = field(default=(), repr=False)
    mentions: tuple[str, ...] = ()


def seal_key(key: str) -> tuple[str, str]:
    """Return a robot's key sealed, and its end, which may be shown. Raises VaultClosed."""
    return vault.seal(key, settings.CREDENTIAL_KEYS, purpose=PURPOSE), key[-4:]


def plain_line_of(channel: Channel) -> Line:
    """Return a row as what choosing needs, its key left sealed."""
    common = {
        "pk": channel.pk,
        "name": channel.name,
        "audiences": tuple(channel.audiences),
        "min_severity": channel.min_severity,
        "language": channel.language,
        "is_second": channel.is_second,
    }
    if isinstance(channel, Robot):
        return Line(
            kind=ChannelKind.WECOM.value, mode=channel.mode, mentions=tuple(channel.mentions),
            **common,
        )  # fmt: skip
    assert isinstance(channel, MailTarget), "a channel is a robot or a mail target"  # noqa: S101
    return Line(kind=ChannelKind.MAIL.value, addresses=tuple(channel.addresses), **common)


def line_of(channel: Channel) -> Line:
    """Return a row as what sending needs. Raises VaultClosed where its key cannot be opened."""
    line = plain_line_of(channel)
    if not isinstance(channel, Robot):
        return line
    key = vault.unseal(channel.key_sealed, settings.CREDENTIAL_KEYS, purpose=PURPOSE)
    return replace(line, key=key)


def send_message(line: Line, message: Message, *, refused: int = 0) -> Outcome:
    """Send one message and return what came of it; nothing is raised. Takes ten seconds at most.

    ``refused`` is how many richer forms the robot has refused before.
    """
    if line.kind == ChannelKind.MAIL.value:
        return send_mail(
            subject=build_subject(message), text=build_text(message), to=line.addresses
        )
    if line.mode == ChannelMode.SANDBOX.value and not settings.WEBHOOKS_PRIVATE_SANDBOX:
        return Outcome(Verdict.LATER, None, reasons.NO_SANDBOX)
    return send_to_robot(
        name=f"{line.kind} {line.pk}",
        key=line.key,
        base_url=base_url_of(line.mode),
        body=build_body(message, refused=refused),
        allow_private=line.mode == ChannelMode.SANDBOX.value,
    )


def base_url_of(mode: str) -> str:
    """Return where robots of a mode live: WeCom's origin or the sandbox's."""
    if mode == ChannelMode.SANDBOX.value:
        return str(settings.BAIDIYUN["sandbox"]["base_url"])
    return str(settings.WECOM_BASE_URL)


def hearers_of(
    lines: Sequence[Line], *, audience: str, severity: str, second: bool = False
) -> list[Line]:
    """Choose who hears: none where all who are to hear want graver things only.

    The first audience that has a channel decides (its own, those standing in, then anybody);
    where it has second channels only, these hear at once. ``second`` asks for who hears next: the
    second channels, and the channels of who stands in.
    """
    found = _next_after(lines, audience) if second else _first(lines, audience)
    return [line for line in found if wants(least=line.min_severity, severity=severity)]


def _first(lines: Sequence[Line], audience: str) -> list[Line]:
    for serving in (audience, *STANDS_IN[audience], ""):
        found = [line for line in lines if not serving or serving in line.audiences]
        if found:
            return [line for line in found if not line.is_second] or found
    return []


def _next_after(lines: Sequence[Line], audience: str) -> list[Line]:
    others = set(STANDS_IN[audience])
    return [
        line
        for line in lines
        if (line.is_second and audience in line.audiences) or others & set(line.audiences)
    ]
