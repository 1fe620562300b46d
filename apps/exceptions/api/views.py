"""What customers say: contacts and recommendations, posted in batches and read in pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.idempotency import once
from apps.accounts.api.schema import COMMON, IDEMPOTENCY_HEADER, answers
from apps.accounts.api.views import ApiView
from apps.accounts.choices import Scope
from apps.accounts.models import Merchant
from apps.exceptions.api import examples
from apps.exceptions.api.filters import ContactFilter, NpsFilter
from apps.exceptions.api.inputs import (
    ContactInput,
    ContactsInput,
    NpsAnswersInput,
    NpsInput,
    check_items,
    items_of,
)
from apps.exceptions.api.serializers import (
    ContactSerializer,
    KeptBatchSerializer,
    NpsSerializer,
    batch_answer,
)
from apps.exceptions.models import Contact, NpsAnswer
from apps.exceptions.services import ContactDraft, NpsDraft, record_contacts, record_nps
from apps.orders.api.views import mode_of

SCOPES: dict[str, str] = {"GET": Scope.CONTACTS_READ, "POST": Scope.CONTACTS_WRITE}


class VoiceView(ListModelMixin, ApiView):
    """What both addresses share: rows of the caller's merchant, newest first."""

    scopes = SCOPES

    def get_queryset(self) -> QuerySet[Any]:
        """Return the caller's rows, newest first."""
        return self.scoped(super().get_queryset().select_related("merchant", "shipment"))

    def get_serializer_context(self) -> dict[str, Any]:
        """Say whether words are shown masked."""
        return {**super().get_serializer_context(), "masked": self.is_staff_session}


class Contacts(VoiceView):
    """Customers who got in touch."""

    queryset = Contact.objects.all()
    serializer_class = ContactSerializer
    filterset_class = ContactFilter

    @extend_schema(
        operation_id="list_contacts",
        tags=["customers"],
        summary=_("List contacts"),
        description=_("Newest first, in pages by cursor: follow `next` until it is null."),
        parameters=COMMON,
        responses=answers({200: ContactSerializer(many=True)}),
        examples=examples.CONTACTS_GET,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one page."""
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="post_contacts",
        tags=["customers"],
        summary=_("Tell that customers got in touch"),
        description=_(
            "A batch of 1 to 100; `results` says of each what became of it, and those that are "
            "acceptable are stored whatever the others are. The same `external_id` is stored "
            "once: a repeat is a `duplicate` and changes nothing. Where `shipment` is null you "
            "have no such parcel; the contact is kept with what you said. Complaints mark the "
            "parcel's cases, and are what our rules are measured against."
        ),
        parameters=[IDEMPOTENCY_HEADER, *COMMON],
        request=ContactsInput,
        responses=answers({200: KeptBatchSerializer}, 404, 413, 415, 422),
        examples=examples.CONTACTS_POST,
    )
    def post(self, request: Request) -> Response:
        """Keep a batch."""
        merchant = self.acting_merchant()
        return once(request, merchant.pk, lambda: self._keep(merchant))

    def _keep(self, merchant: Merchant) -> Response:
        checked = check_items(ContactInput, items_of(self.request, "contacts"))
        kept = record_contacts(
            merchant_id=merchant.pk,
            drafts=[ContactDraft(**value) for value, _errors in checked if value is not None],
            mode=mode_of(self.request, merchant),
            actor=self.actor,
        )
        return Response(batch_answer(checked, kept))


class NpsAnswers(VoiceView):
    """How likely customers are to recommend the shop."""

    queryset = NpsAnswer.objects.all()
    serializer_class = NpsSerializer
    filterset_class = NpsFilter

    @extend_schema(
        operation_id="list_nps",
        tags=["customers"],
        summary=_("List recommendations"),
        description=_("Newest first, in pages by cursor: follow `next` until it is null."),
        parameters=COMMON,
        responses=answers({200: NpsSerializer(many=True)}),
        examples=examples.NPS_GET,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one page."""
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="post_nps",
        tags=["customers"],
        summary=_("Tell how likely customers are to recommend you"),
        description=_(
            "Answers to “How likely are you to recommend us?”, 0 to 10, in a batch of 1 to 100; "
            "kept and answered as contacts are."
        ),
        parameters=[IDEMPOTENCY_HEADER, *COMMON],
        request=NpsAnswersInput,
        responses=answers({200: KeptBatchSerializer}, 404, 413, 415, 422),
        examples=examples.NPS_POST,
    )
    def post(self, request: Request) -> Response:
        """Keep a batch."""
        merchant = self.acting_merchant()
        return once(request, merchant.pk, lambda: self._keep(merchant))

    def _keep(self, merchant: Merchant) -> Response:
        checked = check_items(NpsInput, items_of(self.request, "answers"))
        kept = record_nps(
            merchant_id=merchant.pk,
            drafts=[NpsDraft(**value) for value, _errors in checked if value is not None],
            mode=mode_of(self.request, merchant),
            actor=self.actor,
        )
        return Response(batch_answer(checked, kept))
