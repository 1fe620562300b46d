"""Robots whose WeCom is a list, mails in memory, and notices to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from apps.core import vault
from apps.notifications import channels
from apps.notifications.channels import PURPOSE
from apps.notifications.choices import Audience, NoticeSeverity
from apps.notifications.models import MailTarget, Notice, Robot
from apps.notifications.outcome import Outcome, Verdict
from apps.notifications.services import queue_notice

KEY = "693a91f6-7aec-4bc4-97a0-0ec2d1fa5aaa"


def make_robot(name: str = "值班群", *, key: str = KEY, **values: Any) -> Robot:
    """Make a robot of the live WeCom for operations and on call."""
    audiences = [Audience.OPERATIONS.value, Audience.ON_CALL.value]
    sealed = vault.seal(key, settings.CREDENTIAL_KEYS, purpose=PURPOSE)
    return Robot.objects.create(
        name=name,
        key_sealed=sealed,
        key_tail=key[-4:],
        **({"audiences": audiences} | values),
    )


def make_mail(name: str = "值班信箱", **values: Any) -> MailTarget:
    """Make a mail target for everybody, as second channel."""
    usual = {
        "audiences": Audience.values(),
        "addresses": ["duty@example.com"],
        "is_second": True,
    }
    return MailTarget.objects.create(name=name, **(usual | values))


def tell(number: int = 1, **values: Any) -> Notice:
    """Queue a red notice for operations that differs from the usual one as said."""
    usual: dict[str, Any] = {
        "kind": "alarm.opened",
        "audience": Audience.OPERATIONS,
        "severity": NoticeSeverity.RED,
        "dedupe_key": f"told:{number}",
        "title": f"回调停了 {number}",
        "title_en": f"Callbacks stopped {number}",
        "path": "/admin/monitoring/alarm/1/change/",
        "subject": f"alm_{number}",
    }
    with transaction.atomic():
        notice = queue_notice(**(usual | values))
    assert notice is not None
    return notice


class FakeWeCom:
    """Takes every message unless told otherwise; keeps (channel's name, words, body)."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Outcome] = {}
        self.asked = 0

    def __call__(self, *, name: str, key: str, body: dict[str, Any], **_: Any) -> Outcome:
        assert key
        self.asked += 1
        answer = self.answers.get(name, Outcome(Verdict.TAKEN, 0))
        if answer.is_taken:
            self.taken.append((name, body))
        return answer

    def refuse(self, robot: Robot, verdict: Verdict, errcode: int | None = None) -> None:
        """Answer so to this robot from now on."""
        self.answers[f"wecom {robot.pk}"] = Outcome(verdict, errcode, "why")

    def texts(self) -> list[str]:
        """Everything taken, as text."""
        return [str(body) for _name, body in self.taken]


@pytest.fixture
def wecom(monkeypatch: pytest.MonkeyPatch) -> FakeWeCom:
    """WeCom, listening in this process."""
    fake = FakeWeCom()
    monkeypatch.setattr(channels, "send_to_robot", fake)
    return fake


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Callable[..., str]]]:
    """The registry of who hears of acknowledgements, empty."""
    from apps.notifications import acknowledging

    fresh: dict[str, Callable[..., str]] = {}
    monkeypatch.setattr(acknowledging, "_hooks", fresh)
    return fresh
