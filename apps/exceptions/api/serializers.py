"""How contacts and recommendations look to the outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.api.schema import FieldErrorSerializer
from apps.accounts.choices import KeyMode
from apps.core.masking import mask_text
from apps.exceptions.choices import Channel, ContactReason
from apps.exceptions.models import Contact, NpsAnswer
from apps.exceptions.services.voice_keeping import Kept

SHARED = ["id", "merchant", "mode", "shipment", "parcel", "carrier", "words", "at", "recorded_at",
          "external_id"]  # fmt: skip


class VoiceSerializer(serializers.ModelSerializer[Any]):
    """What a contact and an answer have in common. All times are UTC."""

    id = serializers.CharField(source="uid", help_text=_("Our id."))
    merchant = serializers.CharField(source="merchant.slug", help_text=_("Slug of the merchant."))
    mode = serializers.ChoiceField(choices=KeyMode.values(), help_text=_("Live or sandbox."))
    shipment = serializers.SerializerMethodField(
        help_text=_("Our id of the shipment it is about; null where none was found.")
    )
    parcel = serializers.CharField(source="parcel_said", help_text=_("The parcel as it was said."))
    carrier = serializers.CharField(help_text=_("Code of the shipment's carrier, or empty."))
    words = serializers.SerializerMethodField(help_text=_("What the customer said, cleaned."))
    at = serializers.DateTimeField(help_text=_("When the customer said it."))
    recorded_at = serializers.DateTimeField(source="created_at", help_text=_("When we heard it."))
    external_id = serializers.CharField(help_text=_("Your own id, or empty."))

    def get_shipment(self, row: Any) -> str | None:
        """Return the shipment's id."""
        return row.shipment.uid if row.shipment else None

    def get_words(self, row: Any) -> str:
        """Return the words, masked for the operator's staff."""
        return mask_text(row.words) if self.context.get("masked") else str(row.words)


class ContactSerializer(VoiceSerializer):
    """A contact."""

    reason = serializers.ChoiceField(choices=ContactReason.values(), help_text=_("Why."))
    channel = serializers.ChoiceField(choices=Channel.values(), help_text=_("How."))
    is_complaint = serializers.BooleanField(
        help_text=_("Whether the reason says that the delivery went wrong.")
    )
    withdrawn_at = serializers.DateTimeField(
        allow_null=True, help_text=_("It counts no longer since then: it was a mistake.")
    )

    class Meta:
        model = Contact
        fields = [*SHARED, "reason", "channel", "is_complaint", "withdrawn_at"]


class NpsSerializer(VoiceSerializer):
    """A recommendation."""

    score = serializers.IntegerField(help_text=_("From 0 (never) to 10 (certainly)."))

    class Meta:
        model = NpsAnswer
        fields = [*SHARED, "score"]


class KeptSerializer(serializers.Serializer[Any]):
    """What became of one item."""

    index = serializers.IntegerField(help_text=_("Its place in the batch, from 0."))
    outcome = serializers.ChoiceField(
        choices=["stored", "duplicate", "refused"], help_text=_("What became of it.")
    )
    id = serializers.CharField(required=False, help_text=_("Our id."))
    shipment = serializers.CharField(
        required=False,
        allow_null=True,
        help_text=_("Our id of the shipment it is about; null where you have no such parcel."),
    )
    errors = FieldErrorSerializer(  # type: ignore[assignment]
        many=True, required=False, help_text=_("Why it was refused, one entry a field.")
    )


class KeptBatchSerializer(serializers.Serializer[Any]):
    """What became of a batch."""

    stored = serializers.IntegerField(help_text=_("New ones."))
    duplicates = serializers.IntegerField(help_text=_("Those we had under your id; unchanged."))
    refused = serializers.IntegerField(help_text=_("Those that are not acceptable."))
    results = KeptSerializer(many=True, help_text=_("One entry an item, in your order."))


def batch_answer(checked: Sequence[Any], kept: Sequence[Kept[Any]]) -> dict[str, Any]:
    """Return what became of each item; ``kept`` are those that were not refused, in order."""
    waiting, results = iter(kept), []
    for index, (value, errors) in enumerate(checked):
        if value is None:
            results.append({"index": index, "outcome": "refused", "errors": errors})
            continue
        one = next(waiting)
        outcome = "stored" if one.is_new else "duplicate"
        results.append(
            {
                "index": index,
                "outcome": outcome,
                "id": one.row.uid,
                "shipment": one.shipment or None,
            }
        )
    outcomes = [row["outcome"] for row in results]
    return {
        "stored": outcomes.count("stored"),
        "duplicates": outcomes.count("duplicate"),
        "refused": outcomes.count("refused"),
        "results": results,
    }
