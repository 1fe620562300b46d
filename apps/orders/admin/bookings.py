"""Bookings: a worklist instead of a table; one booking is shown on the page of its order."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from apps.accounts.admin_records import RecordAdmin
from apps.orders.admin.tasks import BOOKING_TASKS
from apps.orders.admin.worklist import Worklist
from apps.orders.models import Booking


@admin.register(Booking)
class BookingAdmin(RecordAdmin):
    """What could not be booked, and what to do about it."""

    merchant_path = "parcel__order__merchant"
    list_select_related = ("parcel__order__merchant", "parcel__shipment")
    tasks = BOOKING_TASKS

    def get_urls(self) -> list[URLPattern]:
        """Add what the worklist posts to."""
        view = self.admin_site.admin_view
        return [
            path("work/", view(self.bulk_view), name=self.url_name("bulk")),
            path("<int:pk>/work/", view(self.work_view), name=self.url_name("work")),
            *super().get_urls(),
        ]

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """The worklist brings filters of its own."""
        return ()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the worklist."""
        self._check_may_view(request)
        return self.timed(Worklist(self, request).page, request)

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """POST: one thing done to several bookings."""
        self._check_may_view(request)
        return Worklist(self, request).bulk()

    def work_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST: one thing done to one booking."""
        return Worklist(self, request).work(self.get_visible_or_404(request, str(pk)))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A booking has no page of its own: show the order it belongs to."""
        if object_id is None:
            raise Http404
        booking = self.get_visible_or_404(request, object_id)
        return HttpResponseRedirect(self.order_address(booking))

    def _back(self, request: HttpRequest, row: Booking) -> str:
        wanted = self.wanted_address(request)
        return wanted or self.order_address(row)

    def task_subject(self, row: Booking) -> str:
        """Name a booking by its order and parcel."""
        return f"{row.parcel.order.number} / {row.parcel.position}"

    def order_address(self, booking: Booking) -> str:
        """Return the address of the order's page."""
        return reverse("admin:orders_order_change", args=[booking.parcel.order_id])

    def _check_may_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise Http404
