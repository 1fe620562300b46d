"""How the portal stands with the platform: ladder, breakers, live share, and how old data are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.baidiyun.admin.gateway_page import WHAT_HAPPENS, product_label
from apps.baidiyun.choices import Source
from apps.baidiyun.limits.choices import LadderStep
from apps.baidiyun.limits.selectors import ladder_row
from apps.baidiyun.models import InboxRow
from apps.core import clock
from apps.monitoring.menu import list_address
from apps.monitoring.selectors import oldest_undrained_at, open_breakers
from apps.orders.route_selectors import current_shares, open_brake
from apps.orders.routing import Share
from apps.shipments.completeness import last_good_reconciliation

STALE_SECONDS = 5.0


@dataclass(frozen=True)
class Fact:
    """One thing that is so: its name, the word for it, since when (real), what it means, how bad
    it is (success, warning, danger or ""), where to look."""

    label: str
    word: Any
    since: dt.datetime | None = None
    hint: Any = ""
    colour: str = ""
    url: str = ""


@dataclass(frozen=True)
class DataAge:
    """Up to when the data are whole: everything received before ``as_of`` is visible.

    ``seconds`` is how far that lies behind now; ``heard`` is when the last callback came in,
    ``compared`` when all parcels that were due were last compared. All real times.
    """

    as_of: dt.datetime
    seconds: float
    is_late: bool
    heard: dt.datetime | None
    compared: dt.datetime | None
    heard_url: str
    compared_url: str


def facts(request: HttpRequest) -> list[Fact]:
    """Return the service level, held calls and the live share; a handful of rows by key."""
    return [_ladder(request), _breakers(request), _share(request)]


def data_age(request: HttpRequest) -> DataAge:
    """Return how old what everybody sees is; by index, whatever the inbox holds."""
    now = clock.real_now()
    as_of = min(oldest_undrained_at() or now, now)
    pushes = InboxRow.objects.filter(source=Source.PUSH.value).order_by("-id")
    last = last_good_reconciliation()
    seconds = (now - as_of).total_seconds()
    return DataAge(
        as_of=as_of,
        seconds=seconds,
        is_late=seconds > STALE_SECONDS,
        heard=pushes.values_list("received_at", flat=True).first(),
        compared=last.finished_at if last else None,
        heard_url=list_address(request, "baidiyun.inboxrow"),
        compared_url=list_address(request, "shipments.completenesshour"),
    )


def _ladder(request: HttpRequest) -> Fact:
    row = ladder_row()
    step = LadderStep(row.step) if row else LadderStep.FULL
    colour = "success"
    if step.rank >= LadderStep.CACHED.rank:
        colour = "danger"
    elif step is not LadderStep.FULL:
        colour = "warning"
    hint = str(WHAT_HAPPENS[step])
    if row and row.pinned_by:
        hint = _("%(what)s Pinned by %(who)s.") % {"what": hint, "who": row.pinned_by}
    return Fact(
        _("Service level"), step.label, row.since if row else None, hint, colour,
        list_address(request, "baidiyun.ladderstate"),
    )  # fmt: skip


def _breakers(request: HttpRequest) -> Fact:
    held = open_breakers()
    address = list_address(request, "baidiyun.ladderstate")
    if not held:
        return Fact(_("Calls held back"), _("none"), colour="success", url=address)
    since = min(view.since for view in held)
    names = ", ".join(dict.fromkeys(str(product_label(view.product)) for view in held[:3]))
    return Fact(_("Calls held back"), str(len(held)), since, names, "danger", address)


def _share(request: HttpRequest) -> Fact:
    shares = [share for share in current_shares() if share.percent]
    brake = open_brake()
    address = list_address(request, "orders.liveshare")
    if brake is not None:
        said = _("Too many live calls failed: new bookings wait for a person.")
        return Fact(_("Live share"), _("braked"), brake.tripped_at, said, "danger", address)
    return Fact(_("Live share"), _percent(shares), hint=_places(shares), url=address)


def _percent(shares: list[Share]) -> str:
    everywhere = [share.percent for share in shares if share.specific == (False, False)]
    return f"{everywhere[0] if everywhere else 0} %"


def _places(shares: list[Share]) -> str:
    """Say for how many merchants or carriers another share counts."""
    n = sum(1 for share in shares if share.specific != (False, False))
    if not n:
        return ""
    return ngettext("%(n)s place has its own", "%(n)s places have their own", n) % {"n": n}
