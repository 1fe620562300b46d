"""The worklist page: why a parcel could not be booked, and everything to mend it, on one card.

Nothing here decides: every button calls the service of `tasks.py`. What a person typed stays in
place when a service refuses it, with the reason beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_tasks import add_error
from apps.accounts.faces import shown
from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.core.geo import parse_parts
from apps.core.paging import CappedPaginator, capped_count
from apps.orders import services
from apps.orders.admin import tasks
from apps.orders.admin.declaring import lacks_of
from apps.orders.admin.forms import CarrierForm, NoteForm, PartialAddressForm, RetryForm
from apps.orders.admin.page import masked_address, named
from apps.orders.admin.wording import carriers_for, reasons_of, warning_of
from apps.orders.choices import BookingProblem, BookingState, HoldReason, OrderMode
from apps.orders.models import Booking, Order
from apps.orders.places import HOME
from apps.orders.selectors import booking_worklist

if TYPE_CHECKING:
    from apps.orders.admin.bookings import BookingAdmin

PER_PAGE = 20
BULK_MAX = 100
UNDO_MAX = 100
NUMBERS_NAMED = 5


def correct(request: HttpRequest, booking: Booking, values: dict[str, Any]) -> Any:
    """Correct the given fields of the order's address and book the parcel again."""
    fields = {name: value for name, value in values.items() if value}
    services.correct_order_address(
        order_id=booking.parcel.order_id, fields=fields, actor=Actor.user(request.user)
    )
    booking.refresh_from_db()
    if booking.state == BookingState.FAILED.value and not booking.settled:
        services.retry_booking(booking_id=booking.pk, actor=Actor.user(request.user))
    return _("The address is corrected; the carrier's answer follows.")


def suggested_place(order: Order) -> dict[str, str] | None:
    """Return the divisions that city and district alone name, if the province contradicts them.

    Only an unambiguous reading is suggested; a person still has to choose it.
    """
    if order.country != HOME or not order.city:
        return None
    parsed = parse_parts(province="", city=order.city, district=order.district, street="")
    if parsed.warnings or not parsed.code or parsed.province in ("", order.province):
        return None
    return {"province": parsed.province, "city": parsed.city, "district": parsed.district}


Doing = tuple[type[forms.Form], Callable[[HttpRequest, Booking, dict[str, Any]], Any]]
DOINGS: dict[str, Doing] = {
    "retry": (RetryForm, tasks.retry),
    "carrier": (CarrierForm, tasks.change_carrier),
    "dismiss": (NoteForm, tasks.dismiss),
    "correct": (PartialAddressForm, correct),
}


class Worklist:
    """One request to the worklist."""

    def __init__(self, model_admin: BookingAdmin, request: HttpRequest) -> None:
        self.admin = model_admin
        self.request = request
        self.failed: dict[int, forms.Form] = {}
        self.lacks: dict[int, dict[str, Any]] = {}

    @property
    def may_work(self) -> bool:
        """Whether the viewer may do anything here."""
        return bool(self.request.user.has_perm(tasks.WORK))

    def page(self, status: int = 200) -> HttpResponse:
        """Show the cards, the oldest first."""
        problem = BookingProblem.parse(self.request.GET.get("problem") or "all")
        rows = booking_worklist(problem.value if problem else None, viewer=self.request.user)
        paginator = CappedPaginator(rows, PER_PAGE)
        page = paginator.get_page(self.request.GET.get("p"))
        bookings = list(page.object_list)
        self.lacks = lacks_of(self.request, bookings)
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": _("Not booked"),
            "jobs": [self.card(booking) for booking in bookings],
            "page": page,
            "capped": paginator.is_capped,
            "tabs": self.tabs(problem),
            "problem": problem,
            "here": f"{self.list_url}?{self.request.GET.urlencode()}",
            "query": self.request.GET.urlencode(),
            "may_work": self.may_work,
            "undo": self.request.session.pop("worklist_undo", None),
        }
        return TemplateResponse(self.request, "orders/worklist.html", context, status=status)

    @property
    def list_url(self) -> str:
        """The address of the worklist."""
        return reverse("admin:orders_booking_changelist")

    def tabs(self, chosen: BookingProblem | None) -> list[dict[str, Any]]:
        """Return the problems that exist, each with its number."""
        every = booking_worklist(viewer=self.request.user)
        found = [{"label": _("All"), "value": "", "count": capped_count(every), "on": not chosen}]
        for problem in (word for word in BookingProblem if word.value):
            rows = booking_worklist(problem.value, viewer=self.request.user)
            count = capped_count(rows)
            if count or problem is chosen:
                tab = {"label": problem.label, "value": problem.value, "count": count}
                found.append(tab | {"on": problem is chosen})
        return found

    def card(self, booking: Booking) -> dict[str, Any]:
        """Return what the card of one booking shows and offers."""
        order = booking.parcel.order
        orders = self.admin.admin_site._registry[type(order)]
        revealed = orders.is_revealed(self.request, order)
        form = self.failed.get(booking.pk)
        return {
            "row": booking,
            "order": order,
            "order_url": self.admin.order_address(booking),
            "problem": BookingProblem.parse(booking.problem),
            "state": BookingState.parse(booking.state),
            "mode": OrderMode.parse(order.mode),
            "carrier": named(booking.carrier),
            "carriers": carriers_for(order.country),
            "message": shown(booking.error_message, "text", revealed=revealed),
            "reasons": reasons_of(self.reasons_to_say(booking)),
            "declaration": self.lacks.get(booking.parcel.shipment_id),
            "suggestion": suggested_place(order) if self.may_correct(booking) else None,
            "warnings": [warning_of(found) for found in order.warnings],
            "recipient": shown(order.recipient_name, "name", revealed=revealed),
            "address": order.address if revealed else masked_address(order),
            "phone": shown(order.recipient_phone, "phone", revealed=revealed),
            "revealed": revealed,
            "may_correct": self.may_correct(booking),
            "may_dismiss": tasks.may_dismiss(booking),
            "unknown": booking.state == BookingState.UNKNOWN.value,
            "form": form if isinstance(form, PartialAddressForm) else self.fresh(booking, revealed),
            "errors": [text for texts in form.errors.values() for text in texts] if form else [],
        } | orders.reveal_context(self.request, order)

    @staticmethod
    def reasons_to_say(booking: Booking) -> list[str]:
        """Return the reasons of holding; the order's warnings say more about its address."""
        said = {HoldReason.ADDRESS.value} if booking.parcel.order.warnings else set()
        return [reason for reason in booking.hold_reasons if reason not in said]

    def may_correct(self, booking: Booking) -> bool:
        """Whether the viewer may correct the address, and correcting it can help."""
        mendable = booking.state in (BookingState.HELD.value, BookingState.FAILED.value)
        allowed = self.request.user.has_perm("orders.change_order")
        return mendable and allowed and not booking.maybe_sent

    @staticmethod
    def fresh(booking: Booking, revealed: bool) -> forms.Form:
        """Return the correction form; parts that are hidden start empty."""
        order = booking.parcel.order
        known = {name: getattr(order, name) for name in ("province", "city", "district")}
        if revealed:
            known |= {"street": order.street, "phone": order.recipient_phone}
        return PartialAddressForm(initial=known)

    def work(self, booking: Booking) -> HttpResponse:
        """Do what was asked with one booking; show the card again with the reason if refused."""
        if self.request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        name = self.request.POST.get("do", "")
        if name not in DOINGS:
            return HttpResponseRedirect(self.back())
        self.check_allowed(name)
        form_class, run = DOINGS[name]
        form = form_class(self.request.POST)
        if form.is_valid():
            try:
                messages.success(self.request, run(self.request, booking, form.cleaned_data))
            except PortalError as error:
                add_error(form, error)
            else:
                self.remember([booking.parcel_id])
                return HttpResponseRedirect(self.back())
        self.failed[booking.pk] = form
        return self.page(status=422)

    def bulk(self) -> HttpResponse:
        """Book several again, or take back what was booked again a moment ago."""
        if self.request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        self.check_allowed("retry")
        if "undo" in self.request.POST:
            self.undo()
            return HttpResponseRedirect(self.back())
        ids = [int(pk) for pk in self.request.POST.getlist("booking") if pk.isdecimal()][:BULK_MAX]
        chosen = booking_worklist(viewer=self.request.user).filter(pk__in=ids)
        done: list[int] = []
        refused: dict[str, list[str]] = {}
        for booking in chosen:
            try:
                tasks.retry(self.request, booking, {})
                done.append(booking.parcel_id)
            except PortalError as error:
                refused.setdefault(str(error), []).append(booking.parcel.order.number)
        self.report(done, refused)
        return HttpResponseRedirect(self.back())

    def report(self, done: list[int], refused: dict[str, list[str]]) -> None:
        """Say what came of it, the refusals by reason, and offer to take it back."""
        if done:
            text = _("%(n)s parcels are booked again; the carriers' answers follow.")
            messages.success(self.request, text % {"n": len(done)})
            self.remember(done)
        for why, numbers in refused.items():
            text = _("%(n)s parcels were left as they are (%(numbers)s). %(why)s")
            shown_numbers = ", ".join(numbers[:NUMBERS_NAMED])
            values = {"n": len(numbers), "numbers": shown_numbers, "why": why}
            messages.warning(self.request, text % values)
        if not done and not refused:
            messages.info(self.request, _("Nothing was chosen."))

    def remember(self, parcel_ids: list[int]) -> None:
        """Keep what was just sent on, for the button that takes it back."""
        waiting = Booking.objects.filter(
            parcel_id__in=parcel_ids, state=BookingState.READY.value, maybe_sent=False
        )
        ids = list(waiting.values_list("pk", flat=True)[:UNDO_MAX])
        if ids:
            self.request.session["worklist_undo"] = ids

    def undo(self) -> None:
        """Hold again what has not left yet."""
        ids = [int(pk) for pk in self.request.POST.getlist("booking") if pk.isdecimal()][:UNDO_MAX]
        rows = Booking.objects.filter(pk__in=ids)
        held = 0
        for booking in self.admin.get_queryset(self.request).filter(pk__in=rows.values("pk")):
            try:
                tasks.hold(self.request, booking, {"note": str(_("taken back"))})
                held += 1
            except PortalError:
                continue
        text = _("%(held)s of %(n)s were held again; the rest had been sent already.")
        messages.info(self.request, text % {"held": held, "n": len(ids)})

    def check_allowed(self, name: str) -> None:
        """Raise PermissionDenied for somebody who may not do this."""
        allowed = self.may_work
        if name == "correct":
            allowed = allowed and self.request.user.has_perm("orders.change_order")
        if not allowed:
            raise PermissionDenied

    def back(self) -> str:
        """Return where to go afterwards."""
        return self.admin.wanted_address(self.request) or self.list_url
