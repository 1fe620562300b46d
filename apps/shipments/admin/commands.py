"""What the buttons of the shipment page do: POST only, one service each, an honest answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.admin_tasks import ReasonForm, Task, Values
from apps.accounts.scoping import merchant_of
from apps.baidiyun.choices import QueryResult
from apps.baidiyun.credentials import acting_for
from apps.baidiyun.models import NumberQuery
from apps.baidiyun.outcomes import QueryOutcome
from apps.baidiyun.services import query_tracking
from apps.baidiyun.services.queries import QUERY_SPACING
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.shipments.choices import TERMINAL_STATUSES
from apps.shipments.models import Shipment
from apps.shipments.modes import platform_mode
from apps.shipments.services import cancel_shipment, mark_polled

PERMISSION = "shipments.change_shipment"
MAY_POLL = "shipments.poll_shipment"
NOT_ASKED = frozenset({QueryResult.HELD_BACK, QueryResult.CACHED})
SAID = {
    QueryResult.STORED: (
        messages.SUCCESS,
        gettext_lazy("The answer is here and is being applied; reload in a moment."),
    ),
    QueryResult.UNCHANGED: (
        messages.INFO,
        gettext_lazy("The platform says what we know already."),
    ),
    QueryResult.NO_RESULT: (
        messages.INFO,
        gettext_lazy("The platform has no track of this number yet."),
    ),
}


def may_poll(user: Any, shipment: Shipment) -> bool:
    """Tell whether somebody is offered to ask the platform about a parcel."""
    staff = merchant_of(user) is None and bool(user.has_perm(MAY_POLL))
    return staff and bool(shipment.number) and shipment.status not in TERMINAL_STATUSES


def poll(request: HttpRequest, shipment: Shipment) -> HttpResponse:
    """Ask the platform now, and say on the page what came of it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not may_poll(request.user, shipment):
        raise PermissionDenied
    try:
        with acting_for(shipment.merchant_id):
            outcome = query_tracking(
                subject=shipment.pk,
                carrier=shipment.carrier,
                number=shipment.number,
                mode=platform_mode(shipment.mode),
                phone=shipment.phone_tail or shipment.sender_phone_tail,
            )
    except PortalError as error:
        messages.error(request, str(error))
        return _back(shipment)
    _note(request, shipment, outcome)
    level, text = said_of(outcome, shipment)
    messages.add_message(request, level, text)
    return _back(shipment)


def said_of(outcome: QueryOutcome, shipment: Shipment) -> tuple[int, str]:
    """Return how a poll went, as the level of a message and its sentence."""
    details = {"code": outcome.code or "—", "message": outcome.message or "—"}
    if outcome.result == QueryResult.TOO_SOON:
        return messages.WARNING, _too_soon(shipment)
    if outcome.result in NOT_ASKED:
        return messages.WARNING, _held_back(shipment)
    if outcome.result in SAID:
        level, text = SAID[outcome.result]
        return level, str(text)
    if outcome.result == QueryResult.REFUSED:
        return messages.ERROR, _("The platform refuses: %(message)s (%(code)s).") % details
    return messages.ERROR, _("The platform did not answer: %(message)s (%(code)s).") % details


def _held_back(shipment: Shipment) -> str:
    heard = shipment.last_heard_at
    since = timezone.localtime(heard).strftime("%Y-%m-%d %H:%M") if heard else "—"
    return _(
        "Queries are held back just now to spare the platform; nothing was asked. This page shows"
        " what was known at %(since)s."
    ) % {"since": since}


def _too_soon(shipment: Shipment) -> str:
    last = (
        NumberQuery.objects.filter(
            mode=platform_mode(shipment.mode), carrier=shipment.carrier, number=shipment.number
        )
        .values_list("last_at", flat=True)
        .first()
    )
    left = (last + QUERY_SPACING - clock.now()) if last else QUERY_SPACING
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    return _(
        "This number was asked for less than 30 minutes ago; the platform locks numbers asked"
        " more often. Try again in %(minutes)s minutes."
    ) % {"minutes": minutes}


def _note(request: HttpRequest, shipment: Shipment, outcome: QueryOutcome) -> None:
    if outcome.result == QueryResult.TOO_SOON or outcome.result in NOT_ASKED:
        return
    mark_polled(shipment_ids=[shipment.pk], at=clock.now())
    record_action(
        action="shipments.polled",
        actor=Actor.user(request.user),
        subject=shipment,
        merchant_id=shipment.merchant_id,
        after={"result": outcome.result.value},
    )


def _back(shipment: Shipment) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:shipments_shipment_change", args=[shipment.pk]))


def _cancel(request: HttpRequest, shipment: Shipment, values: Values) -> str:
    before = shipment.status
    with transaction.atomic():
        after = cancel_shipment(shipment_id=shipment.pk)
        record_action(
            action="shipments.cancelled",
            actor=Actor.user(request.user),
            subject=shipment,
            merchant_id=shipment.merchant_id,
            before={"status": before},
            after={"status": after.status},
            note=values["reason"],
        )
    return _("The shipment is cancelled.")


CANCEL = Task(
    name="cancel",
    label=gettext_lazy("Cancel shipment"),
    explain=gettext_lazy(
        "The shipment ends here and nothing more is asked about it. The pickup at the carrier is"
        " not called off by this: that is done in the order. If the carrier moves the parcel"
        " nevertheless, its scans count again."
    ),
    permission=PERMISSION,
    run=_cancel,
    form=ReasonForm,
    icon="block",
    danger=True,
    applies=lambda shipment: shipment.status not in TERMINAL_STATUSES,
)
