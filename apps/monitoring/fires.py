"""What is on fire: conditions that need somebody now, the worst first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.baidiyun.choices import InboxState
from apps.baidiyun.models import ApiCall, InboxRow, Quarantine, UnknownCode
from apps.core import clock
from apps.core.models import JobRun
from apps.monitoring.alarm_words import words_of
from apps.monitoring.case_fires import case_fires
from apps.monitoring.choices import AlarmKind
from apps.monitoring.figures import Figure, count_rows
from apps.monitoring.fire import Fire
from apps.monitoring.gateway import gateway_fires
from apps.monitoring.menu import list_address
from apps.monitoring.selectors import oldest_undrained_seconds, open_alarms
from apps.orders.models import ON_WORKLIST, Booking

UNDRAINED_LIMIT_SECONDS = 60
SILENCE_LIMIT = dt.timedelta(minutes=65)
CALLS_LOOKED_AT = 100
CALLS_FAILED_LIMIT = 20
JOBS_LOOKED_AT = 100


def fires(request: HttpRequest, *, mode: str = "") -> list[Fire]:
    """Return what needs somebody now; every question is answered by an index or a short look.

    ``mode`` says which parcels' incidents and cases count: live, sandbox or, "", both.
    """
    found = [
        *case_fires(request, mode=mode),
        *_alarms(request),
        *gateway_fires(request),
        *_inbox(request),
        *_work(request),
        *_platform(request),
        *_jobs(request),
    ]
    return sorted(found, key=lambda fire: fire.colour != "danger")


def _alarms(request: HttpRequest) -> Iterator[Fire]:
    for alarm in open_alarms():
        kind = AlarmKind(alarm.kind)
        lasted = span((clock.real_now() - alarm.since).total_seconds())
        yield Fire(
            kind.colour,
            "notification_important",
            _("%(what)s: %(n)s in ten minutes, usually %(usual)s (for %(time)s)")
            % {
                "what": kind.label,
                "n": f"{alarm.value:g}",
                "usual": f"{alarm.usual:.1f}",
                "time": lasted,
            },
            words_of(alarm),
            list_address(request, "baidiyun.quarantine"),
        )


def _inbox(request: HttpRequest) -> Iterator[Fire]:
    waiting = oldest_undrained_seconds()
    if waiting > UNDRAINED_LIMIT_SECONDS:
        yield Fire(
            "danger",
            "hourglass_top",
            _("Callbacks have been waiting for %(time)s") % {"time": span(waiting)},
            _("What carriers reported does not reach the parcels. Does the drain process run?"),
            list_address(request, "baidiyun.inboxrow", state__exact=InboxState.PENDING.value),
        )
    parked = count_rows(InboxRow.objects.filter(state=InboxState.PARKED.value))
    if parked:
        yield Fire(
            "danger",
            "inbox_customize",
            _("%(n)s callbacks could not be applied") % {"n": parked},
            _("They are kept. Read the error, correct the cause and apply them again."),
            list_address(request, "baidiyun.inboxrow", state__exact=InboxState.PARKED.value),
        )
    refused = Quarantine.objects.count()
    if refused:
        yield Fire(
            "warning",
            "gpp_bad",
            _("%(n)s callbacks were refused within a day") % {"n": Figure(refused)},
            _("A wrong salt refuses everything at once; they can be verified again and taken in."),
            list_address(request, "baidiyun.quarantine"),
        )


def _work(request: HttpRequest) -> Iterator[Fire]:
    stuck = count_rows(Booking.objects.filter(ON_WORKLIST))
    if stuck:
        yield Fire(
            "warning",
            "assignment_late",
            _("%(n)s parcels could not be booked") % {"n": stuck},
            _("They do not move until somebody looks: correct, try again, or cancel."),
            list_address(request, "orders.booking"),
        )


def _platform(request: HttpRequest) -> Iterator[Fire]:
    newest = ApiCall.objects.order_by("-id").values_list("ok", flat=True)[:CALLS_LOOKED_AT]
    failed = list(newest).count(False)
    if failed >= CALLS_FAILED_LIMIT:
        yield Fire(
            "danger",
            "cloud_off",
            _("%(failed)s of the last %(n)s calls to the platform failed")
            % {"failed": failed, "n": CALLS_LOOKED_AT},
            _("Bookings and polls are tried again by themselves; look at the error they share."),
            list_address(request, "baidiyun.apicall", ok__exact="0"),
        )
    codes = UnknownCode.objects.count()
    if codes:
        yield Fire(
            "warning",
            "help",
            _("%(n)s codes that nobody knows") % {"n": codes},
            _("Parcels with such a code keep the status they had."),
            list_address(request, "baidiyun.unknowncode"),
        )


def _jobs(request: HttpRequest) -> Iterator[Fire]:
    newest = JobRun.objects.order_by("-id").values("job", "error", "finished_at")
    seen: set[str] = set()
    for run in newest[:JOBS_LOOKED_AT]:
        if run["job"] not in seen and run["error"] and not run["finished_at"]:
            yield Fire(
                "danger",
                "event_busy",
                _("The job %(job)s fails") % {"job": run["job"]},
                run["error"][:200],
                list_address(request, "core.jobrun", job=run["job"]),
            )
        seen.add(run["job"])
    last = JobRun.objects.filter(finished_at__isnull=False).order_by("-id").first()
    if last and last.finished_at and clock.real_now() - last.finished_at > SILENCE_LIMIT:
        silent = (clock.real_now() - last.finished_at).total_seconds()
        yield Fire(
            "danger",
            "event_busy",
            _("No periodic job has finished for %(time)s") % {"time": span(silent)},
            _("Nothing is booked, polled or reconciled. Do beat and worker run?"),
            list_address(request, "core.jobrun"),
        )


def span(seconds: float) -> str:
    """Return a length of time in its largest sensible unit."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return str(_("%(n)s s") % {"n": int(seconds)})
    if minutes < 120:
        return str(_("%(n)s min") % {"n": minutes})
    if minutes < 48 * 60:
        return str(_("%(n)s hours") % {"n": minutes // 60})
    return str(_("%(n)s days") % {"n": minutes // 1440})
