"""What waits for somebody or something: how much, and since when the oldest does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.baidiyun.choices import InboxState
from apps.baidiyun.models import InboxRow
from apps.core import clock
from apps.exceptions.case_position import case_position
from apps.exceptions.choices import FlagState
from apps.exceptions.models import Flag
from apps.exceptions.selectors import queue_counts
from apps.monitoring.figures import Figure, count_rows
from apps.monitoring.menu import list_address
from apps.monitoring.selectors import oldest_undrained_at
from apps.orders.models import ON_WORKLIST, Booking
from apps.webhooks.selectors import ENOUGH, outbox_state

LATE_MESSAGE_SECONDS = 60.0
LATE_CALLBACK_SECONDS = 5.0


@dataclass(frozen=True)
class Queue:
    """One queue: how many wait, how long the oldest has (seconds, None where that says nothing),
    a word on what is urgent in it, and how bad it is (danger, warning or "")."""

    key: str
    label: str
    figure: Figure
    oldest: float | None = None
    hint: str = ""
    colour: str = ""
    url: str = ""


def queues(request: HttpRequest) -> list[Queue]:
    """Return every queue of the operator; each question is answered by an index, up to a cap."""
    return [_cases(request), _reviews(request), _unbooked(request), *_callbacks(request),
            _messages(request)]  # fmt: skip


def _cases(request: HttpRequest) -> Queue:
    found = case_position()
    hint = ""
    if found.escalated:
        hint = _("%(n)s escalated") % {"n": found.escalated}
    elif found.red:
        hint = _("%(n)s red") % {"n": found.red}
    colour = "danger" if found.escalated else "warning" if found.red else ""
    return Queue(
        "cases", _("exception cases"), Figure(found.open), None, hint, colour,
        list_address(request, "exceptions.case"),
    )  # fmt: skip


def _reviews(request: HttpRequest) -> Queue:
    counts = queue_counts(request.user)
    figure = Figure(sum(each.waiting for each in counts), any(each.more for each in counts))
    open_flags = Flag.objects.filter(state=FlagState.OPEN.value).order_by("id")
    first = open_flags.values_list("raised_at", flat=True).first() if figure else None
    may = request.user.has_perm("exceptions.change_flag")
    return Queue(
        "reviews", _("track reviews"), figure, _age(first, clock.now()),
        url=reverse("admin:exceptions_flag_review") if may else "",
    )  # fmt: skip


def _unbooked(request: HttpRequest) -> Queue:
    figure = count_rows(Booking.objects.filter(ON_WORKLIST))
    return Queue(
        "unbooked", _("parcels not booked"), figure, None, "", "warning" if figure else "",
        list_address(request, "orders.booking"),
    )  # fmt: skip


def _callbacks(request: HttpRequest) -> list[Queue]:
    waiting = InboxState.PENDING.value
    oldest = _age(oldest_undrained_at(), clock.real_now())
    late = oldest is not None and oldest > LATE_CALLBACK_SECONDS
    parked = InboxRow.objects.filter(state=InboxState.PARKED.value)
    held = count_rows(parked)
    first = parked.order_by("id").values_list("received_at", flat=True).first() if held else None
    return [
        Queue(
            "waiting", _("callbacks to apply"),
            count_rows(InboxRow.objects.filter(state=waiting)), oldest, "",
            "danger" if late else "",
            list_address(request, "baidiyun.inboxrow", state__exact=waiting),
        ),
        Queue(
            "parked", _("callbacks parked"), held, _age(first, clock.real_now()), "",
            "danger" if held else "",
            list_address(request, "baidiyun.inboxrow", state__exact=InboxState.PARKED.value),
        ),
    ]  # fmt: skip


def _messages(request: HttpRequest) -> Queue:
    state = outbox_state()
    oldest = state.oldest.total_seconds() if state.oldest else None
    late = oldest is not None and oldest > LATE_MESSAGE_SECONDS
    return Queue(
        "unsent", _("messages to shops unsent"),
        Figure(min(state.waiting, ENOUGH - 1), state.waiting >= ENOUGH), oldest, "",
        "warning" if late else "", list_address(request, "webhooks.delivery"),
    )  # fmt: skip


def _age(moment: dt.datetime | None, now: dt.datetime) -> float | None:
    return max((now - moment).total_seconds(), 0.0) if moment else None
