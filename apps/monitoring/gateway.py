"""What the home page says of the gateway: a low or pinned ladder, open breakers, new deviations.

Three short queries at any size: one row, the breakers that do not stand closed, and at most a
hundred deviations by index.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.baidiyun.admin.gateway_page import WHAT_HAPPENS, product_label, reason_label
from apps.baidiyun.limits.choices import LadderStep
from apps.baidiyun.limits.selectors import ladder_row
from apps.baidiyun.selectors import new_findings
from apps.monitoring.fire import Fire
from apps.monitoring.menu import list_address
from apps.monitoring.selectors import open_breakers

NAMED = 3
FINDINGS_LOOKED_AT = 100


def gateway_fires(request: HttpRequest) -> Iterator[Fire]:
    """Return what the gateway has to say; nothing at full service with nothing new."""
    yield from _ladder(request)
    yield from _breakers(request)
    yield from _deviations(request)


def _ladder(request: HttpRequest) -> Iterator[Fire]:
    row = ladder_row()
    step = LadderStep(row.step) if row else LadderStep.FULL
    if row is None or (step is LadderStep.FULL and not row.pinned_by):
        return
    values = {"step": step.label, "who": row.pinned_by}
    title = _("Service level: %(step)s") % values
    if row.pinned_by:
        title = _("Service level: %(step)s, pinned by %(who)s") % values
    why = row.pin_note or reason_label(row.reason)
    detail = f"{why} · {WHAT_HAPPENS[step]}" if why else WHAT_HAPPENS[step]
    severe = step.rank >= LadderStep.CACHED.rank
    address = list_address(request, "baidiyun.ladderstate")
    yield Fire("danger" if severe else "warning", "speed", title, detail, address)


def _breakers(request: HttpRequest) -> Iterator[Fire]:
    found = open_breakers()
    if not found:
        return
    names = [str(product_label(view.product)) for view in found]
    shown = ", ".join(dict.fromkeys(names[:NAMED])) + (" …" if len(names) > NAMED else "")
    yield Fire(
        "danger",
        "power_off",
        _("Calls are held back: %(names)s") % {"names": shown},
        _("They failed too often. A few calls try by themselves whether it works again."),
        list_address(request, "baidiyun.ladderstate"),
    )


def _deviations(request: HttpRequest) -> Iterator[Fire]:
    newest = list(new_findings().values_list("product", "path")[: FINDINGS_LOOKED_AT + 1])
    if not newest:
        return
    count = f"{FINDINGS_LOOKED_AT}+" if len(newest) > FINDINGS_LOOKED_AT else str(len(newest))
    yield Fire(
        "warning",
        "difference",
        _("%(n)s new deviations from the contract within a day") % {"n": count},
        ", ".join(f"{product} {path}" for product, path in newest[:NAMED]),
        list_address(request, "baidiyun.driftfinding", first="day"),
    )
