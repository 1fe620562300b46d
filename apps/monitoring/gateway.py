"""What the home page says of the gateway beside its alarms: that somebody pinned the ladder."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.baidiyun.admin.gateway_page import WHAT_HAPPENS, reason_label
from apps.baidiyun.limits.choices import LadderStep
from apps.baidiyun.limits.selectors import ladder_row
from apps.monitoring.fire import Fire
from apps.monitoring.menu import list_address


def pinned_ladder(request: HttpRequest) -> Iterator[Fire]:
    """Return that a person holds the service level; nothing where it moves by itself."""
    row = ladder_row()
    if row is None or not row.pinned_by:
        return
    step = LadderStep(row.step)
    why = row.pin_note or reason_label(row.reason)
    yield Fire(
        "danger" if step.rank >= LadderStep.CACHED.rank else "warning",
        "speed",
        _("Service level: %(step)s, pinned by %(who)s")
        % {"step": step.label, "who": row.pinned_by},
        f"{why} · {WHAT_HAPPENS[step]}" if why else WHAT_HAPPENS[step],
        list_address(request, "baidiyun.ladderstate"),
        since=row.since,
    )
