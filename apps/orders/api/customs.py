"""What customs says of an order, as it looks to the outside."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.regions import HOME
from apps.customs.api.declaration_serializers import FindingSerializer, shown_finding
from apps.customs.choices import DeclarationState, Direction, Regime
from apps.customs.duty_words import told_duties
from apps.customs.models import Declaration, RecordVersion
from apps.customs.personal import mask_identifier
from apps.customs.record import from_json
from apps.customs.selectors import consignments_of, versions_of
from apps.orders.models import Order, OrderCustoms
from apps.orders.services.telling_customs import missing_of

SAID = (
    "incoterm", "reason", "export_mode", "transport", "recipient_kind", "company", "platform",
    "shop_url", "ioss", "invoice_number",
)  # fmt: skip


class DutySerializer(serializers.Serializer[Any]):
    """Something worth knowing of duties and limits: information with its source, never a quote."""

    code = serializers.CharField(help_text=_("Stable name: `item_duty`, `above_limit` …"))
    text = serializers.CharField(help_text=_("In the language of the request."))
    amount = serializers.CharField(
        allow_null=True, help_text=_("What falls due, as text, or null where nobody can say.")
    )
    currency = serializers.CharField(help_text=_("Of the amount and the limit, ISO 4217."))
    valid_from = serializers.DateField(help_text=_("First day it holds."))
    valid_to = serializers.DateField(allow_null=True, help_text=_("Last day it holds, or null."))
    source = serializers.CharField(  # type: ignore[assignment]
        help_text=_("By whose word.")
    )
    source_checked_on = serializers.DateField(
        allow_null=True, help_text=_("When the source was last looked at; null: never.")
    )
    is_quote = serializers.BooleanField(
        help_text=_("Always false: carriers and customs count by their own rates.")
    )


class OrderDeclarationSerializer(serializers.Serializer[Any]):
    """One border of a parcel; `GET /declarations/{id}` has its data."""

    id = serializers.CharField(help_text=_("Our id, `dec_` and 20 characters."))
    parcel = serializers.IntegerField(help_text=_("Position of the parcel."))
    direction = serializers.ChoiceField(
        choices=Direction.values(), help_text=_("Out of the country or into it.")
    )
    country = serializers.CharField(help_text=_("To whom it is declared, ISO 3166 code."))
    regime = serializers.ChoiceField(choices=Regime.values(), help_text=_("By which rules."))
    state = serializers.ChoiceField(
        choices=DeclarationState.values(), help_text=_("Where it stands.")
    )
    state_text = serializers.CharField(help_text=_("The state in the language of the request."))
    score = serializers.IntegerField(
        help_text=_("How much of what must be there is there, in per cent.")
    )
    missing = FindingSerializer(many=True, help_text=_("What must still be supplied."))
    duties = DutySerializer(
        many=True, help_text=_("What is known of duties at the destination; empty on the way out.")
    )


class SaidTaxIdSerializer(serializers.Serializer[Any]):
    """A tax number as it is shown again: hidden but for its end."""

    kind = serializers.CharField(help_text=_("Whose number it is: `br_cpf` …"))
    value = serializers.CharField(help_text=_("Hidden but for its end."))
    country = serializers.CharField(help_text=_("ISO 3166 code of two letters."))


class OrderCustomsSerializer(serializers.ModelSerializer[OrderCustoms]):
    """What you said for customs."""

    tax_ids = serializers.SerializerMethodField(help_text=_("The recipient's tax numbers."))
    freight = serializers.DecimalField(
        max_digits=14, decimal_places=2, help_text=_("What the buyer paid for carriage.")
    )
    insurance = serializers.DecimalField(
        max_digits=14, decimal_places=2, help_text=_("What the buyer paid for insurance.")
    )
    discount = serializers.DecimalField(
        max_digits=14, decimal_places=2, help_text=_("What was taken off the lines' sum.")
    )

    class Meta:
        model = OrderCustoms
        fields = [*SAID, "freight", "insurance", "discount", "tax_ids"]
        extra_kwargs = {
            "incoterm": {"help_text": _("Your usual one if empty.")},
            "reason": {"help_text": _("Why it is sent; a sale if empty.")},
            "export_mode": {"help_text": _("How the goods leave China; your usual mode if empty.")},
            "transport": {"help_text": _("How it travels; the carrier says so if empty.")},
            "recipient_kind": {"help_text": _("A person if empty.")},
            "company": {"help_text": _("Name of the firm that receives, if one does.")},
            "platform": {"help_text": _("Name of the platform it was sold on.")},
            "shop_url": {"help_text": _("Address of the shop.")},
            "ioss": {"help_text": _("IOSS number the VAT was taken under.")},
            "invoice_number": {"help_text": _("Yours, if you have one.")},
        }
        read_only_fields = fields

    def get_tax_ids(self, row: OrderCustoms) -> list[dict[str, str]]:
        """Return the numbers, hidden but for their end."""
        return [
            {
                "kind": one["kind"],
                "value": mask_identifier(one["value"]),
                "country": one.get("country", ""),
            }
            for one in row.tax_ids
        ]


def said_of(order: Order) -> dict[str, Any] | None:
    """Return what the shop said for customs, None for an order that stays in the country."""
    if order.country == HOME:
        return None
    try:
        return dict(OrderCustomsSerializer(order.customs).data)
    except ObjectDoesNotExist:
        return None


def declarations_of(order: Order) -> list[dict[str, Any]]:
    """Return the declarations of an order's parcels; one that stays at home asks nothing."""
    if order.country == HOME:
        return []
    parcels = {parcel.shipment_id: parcel.position for parcel in order.parcels.all()}
    there = consignments_of(parcels)
    versions = versions_of(list(there.values()))
    return [
        _shown(border, parcels[shipment_id], versions.get(row.pk))
        for shipment_id, row in sorted(there.items(), key=lambda one: parcels[one[0]])
        for border in row.declarations.all()
    ]


def _shown(row: Declaration, parcel: int, version: RecordVersion | None) -> dict[str, Any]:
    state = DeclarationState.parse(row.state)
    return {
        "id": row.uid,
        "parcel": parcel,
        "direction": row.direction,
        "country": row.country,
        "regime": row.regime,
        "state": row.state,
        "state_text": str(state.label) if state else row.state,
        "score": row.score,
        "missing": [shown_finding(one) for one in missing_of(row, version)],
        "duties": _duties(row, version),
    }


def _duties(row: Declaration, version: RecordVersion | None) -> list[dict[str, Any]]:
    if version is None or row.direction != Direction.IMPORT.value:
        return []
    return told_duties(from_json(version.record))
