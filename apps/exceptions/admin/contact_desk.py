"""The desk for whoever has a customer on the telephone: one search box, one reason, done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.admin_tasks import TaskPages
from apps.accounts.scoping import scope_to
from apps.core.actions import Actor
from apps.exceptions.choices import Channel, ContactReason
from apps.exceptions.models import Contact
from apps.exceptions.services import ContactDraft, record_contact
from apps.exceptions.voice_rules import MOST_WORDS
from apps.exceptions.voice_selectors import RECORD, contacts_of
from apps.shipments.admin.find import find_shipment_ids
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import ShipmentStatus
from apps.shipments.models import Shipment

if TYPE_CHECKING:
    from apps.exceptions.admin.contacts import ContactAdmin

MOST_FOUND = 8
MOST_BEFORE = 5
KEYS = "1234567890-"
"""The key of each reason, in the order of the list."""


class ContactDesk:
    """One request to the desk. GET finds the parcel, POST keeps the contact."""

    def __init__(self, model_admin: ContactAdmin, request: HttpRequest) -> None:
        self.model_admin, self.request = model_admin, request
        if not request.user.has_perm(RECORD):
            raise PermissionDenied

    def answer(self) -> HttpResponse:
        """Return the page, or keep the contact and go back."""
        shipment = self._shipment()
        if self.request.method == "POST" and shipment is not None:
            return self._keep(shipment)
        return self._page(shipment)

    def _visible(self) -> Any:
        rows = Shipment.objects.select_related("merchant")
        return scope_to(self.request.user, rows)

    def _shipment(self) -> Shipment | None:
        given = self.request.POST.get("shipment") or self.request.GET.get("shipment") or ""
        if not given:
            return None
        found = None
        if given.isascii() and given.isdecimal() and len(given) < 19:
            found = self._visible().filter(pk=int(given)).first()
        if found is None:
            raise Http404
        return found

    def _keep(self, shipment: Shipment) -> HttpResponse:
        post, user = self.request.POST, self.request.user
        reason, channel = post.get("reason", ""), post.get("channel", "")
        words = post.get("words", "")
        known = ContactReason.parse(reason) and Channel.parse(channel)
        if known is None or len(words) > MOST_WORDS:
            said = _("Choose a reason from the list; at most 2,000 characters.")
            return self._page(shipment, error=said, words=words[:MOST_WORDS])
        draft = ContactDraft(reason=reason, channel=channel, words=words)
        row = record_contact(
            shipment_id=shipment.pk, draft=draft, actor=Actor.user(user), user_id=user.pk
        )
        self._say_done(row)
        there = TaskPages.wanted_address(self.request)
        return HttpResponseRedirect(there or reverse("admin:exceptions_contact_record"))

    def _say_done(self, row: Contact) -> None:
        undo = reverse("admin:exceptions_contact_do_withdraw", args=[row.pk])
        back = self.request.POST.get("next") or reverse("admin:exceptions_contact_record")
        text = format_html(
            '{} <a class="sp-link" href="{}?{}">{}</a>',
            _("Recorded: %(reason)s.") % {"reason": ContactReason(row.reason).label},
            undo,
            urlencode({"next": back}),
            _("Undo"),
        )
        messages.success(self.request, text)

    def _page(self, shipment: Shipment | None, *, error: str = "", words: str = "") -> HttpResponse:
        term = self.request.GET.get("q", "").strip()[:64]
        found = [] if shipment else self._found(term)
        if len(found) == 1:
            shipment, found = found[0], []
        context = {
            **self.model_admin.admin_site.each_context(self.request),
            "title": _("Record a contact"),
            "term": term,
            "found": [glance_of(row) for row in found],
            "shipment": shipment,
            "glance": glance_of(shipment) if shipment else None,
            "before": self._before(shipment),
            "reasons": reasons(),
            "channels": list(Channel),
            "next": TaskPages.wanted_address(self.request),
            "error": error,
            "words": words,
            "most_words": MOST_WORDS,
        }
        status = 422 if error else 200
        return TemplateResponse(
            self.request, "exceptions/record_contact.html", context, status=status
        )

    def _found(self, term: str) -> list[Shipment]:
        if not term:
            return []
        ids = find_shipment_ids(self.request.user, term, limit=MOST_FOUND)
        return list(self._visible().filter(pk__in=ids).order_by("-id"))

    def _before(self, shipment: Shipment | None) -> list[dict[str, Any]]:
        return contacts_of(shipment, most=MOST_BEFORE) if shipment else []


def reasons() -> list[dict[str, Any]]:
    """Return the reasons with the key of each."""
    keys = iter(KEYS)
    return [{"reason": one, "key": next(keys, "")} for one in ContactReason]


def glance_of(shipment: Shipment) -> dict[str, Any]:
    """Return what tells a parcel from others on the telephone."""
    language = get_language() or "zh-hans"
    return {
        "shipment": shipment,
        "carrier": carrier_name(shipment.carrier, language),
        "status": ShipmentStatus.parse(shipment.status),
    }
