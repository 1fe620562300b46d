"""How declarations look to the outside."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.api.fields import StrictSerializer, Whole
from apps.core.masking import mask_text
from apps.customs.amending import MOST_CHANGES
from apps.customs.choices import DeclarationState, Direction, Regime, Severity, Supplier
from apps.customs.finding_words import words_of
from apps.customs.findings import Finding
from apps.customs.models import Declaration
from apps.customs.personal import masked, with_hidden_numbers
from apps.customs.record import from_json, to_json
from apps.customs.selectors import findings_of, version_that_counts

FIELDS = [
    "id", "merchant", "reference", "shipment", "direction", "country", "regime", "regime_text",
    "state", "state_text", "state_at", "score", "complete", "due_at", "asked", "answer_due",
    "held_since", "submitted_at", "ended_at", "version", "created_at",
]  # fmt: skip


class FindingSerializer(serializers.Serializer[Any]):
    """Something wrong or missing, who supplies it and until when."""

    code = serializers.CharField(help_text=_("Stable and machine readable."))
    field = serializers.CharField(help_text=_("Path to write to, as in `values` of a PATCH."))
    line = serializers.IntegerField(allow_null=True, help_text=_("The line's position, or null."))
    severity = serializers.ChoiceField(
        choices=Severity.values(), help_text=_("`block` keeps the parcel from being booked.")
    )
    supplier = serializers.ChoiceField(choices=Supplier.values(), help_text=_("Who can supply it."))
    message = serializers.CharField(help_text=_("A sentence in the language of the request."))
    fix = serializers.CharField(help_text=_("What to do about it."))
    until = serializers.DateTimeField(allow_null=True, help_text=_("When it is due, or null."))


def shown_finding(found: Finding) -> dict[str, Any]:
    """Return a finding with its words in the language of the request."""
    words = words_of(found)
    return {
        "code": found.code,
        "field": path_of(found),
        "line": found.line,
        "severity": found.severity.value,
        "supplier": found.supplier.value,
        "message": words.message,
        "fix": words.fix,
        "until": found.until,
    }


def path_of(found: Finding) -> str:
    """Return where to write what a finding is about: ``lines.2.origin``."""
    if found.line is None or not found.field.startswith("lines."):
        return found.field
    return f"lines.{found.line}.{found.field.removeprefix('lines.')}"


class DeclarationSerializer(serializers.ModelSerializer[Declaration]):
    """A declaration as it stands in a list. All times are UTC."""

    id = serializers.CharField(source="uid", help_text=_("Our id, `dec_` and 20 characters."))
    merchant = serializers.CharField(source="merchant.slug", help_text=_("Slug of the merchant."))
    reference = serializers.CharField(
        source="consignment.reference", help_text=_("The merchant's order number.")
    )
    shipment = serializers.CharField(
        source="consignment.shipment.uid", help_text=_("The parcel's shipment.")
    )
    direction = serializers.ChoiceField(
        choices=Direction.values(), help_text=_("Out of the country or into it.")
    )
    regime = serializers.ChoiceField(choices=Regime.values(), help_text=_("By which rules."))
    regime_text = serializers.SerializerMethodField(
        help_text=_("The regime in the language of the request.")
    )
    state = serializers.ChoiceField(
        choices=DeclarationState.values(), help_text=_("Where it stands.")
    )
    state_text = serializers.SerializerMethodField(
        help_text=_("The state in the language of the request.")
    )
    complete = serializers.SerializerMethodField(
        help_text=_("Whether nothing it must have is missing.")
    )
    asked = serializers.SerializerMethodField(help_text=_("What customs asks, or empty."))
    version = serializers.IntegerField(
        source="consignment.record_version", help_text=_("Of the data; grows with each change.")
    )

    class Meta:
        model = Declaration
        fields = FIELDS
        extra_kwargs = {
            "country": {"help_text": _("To whom it is declared, ISO 3166 code.")},
            "state_at": {"help_text": _("Since when it has this state.")},
            "score": {"help_text": _("How much of what must be there is there, in per cent.")},
            "due_at": {"help_text": _("When it must be complete, or null.")},
            "answer_due": {"help_text": _("Until when customs wants its answer, or null.")},
            "held_since": {"help_text": _("Since when customs holds or asks, or null.")},
            "submitted_at": {"help_text": _("When it was handed in, or null.")},
            "ended_at": {"help_text": _("When it ended, or null.")},
            "created_at": {"help_text": _("When it was drafted.")},
        }
        read_only_fields = fields

    def get_regime_text(self, row: Declaration) -> str:
        """Return the regime for people."""
        known = Regime.parse(row.regime)
        return str(known.label) if known else row.regime

    def get_state_text(self, row: Declaration) -> str:
        """Return the state for people."""
        known = DeclarationState.parse(row.state)
        return str(known.label) if known else row.state

    def get_complete(self, row: Declaration) -> bool:
        """Return whether nothing is missing."""
        return row.missing == 0

    def get_asked(self, row: Declaration) -> str:
        """Return customs' question, telephone numbers in it hidden."""
        return mask_text(row.asked)


class DeclarationDetailSerializer(DeclarationSerializer):
    """A declaration with its data and everything that was found in them."""

    missing = serializers.SerializerMethodField(help_text=_("What must still be supplied."))
    findings = serializers.SerializerMethodField(help_text=_("Everything found, the worst first."))
    record = serializers.SerializerMethodField(
        help_text=_(
            "The data as they would be declared, values at their default left out. Tax numbers "
            "of people are hidden but for their end."
        )
    )

    class Meta(DeclarationSerializer.Meta):
        fields = [*FIELDS, "missing", "findings", "record"]
        read_only_fields = fields

    @extend_schema_field(FindingSerializer(many=True))
    def get_missing(self, row: Declaration) -> Any:
        """Return what keeps this border from being complete."""
        found = self._findings(row)
        return [shown_finding(one) for one in found if one.severity is Severity.BLOCK]

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, row: Declaration) -> Any:
        """Return everything found that concerns this border."""
        return [shown_finding(one) for one in self._findings(row)]

    def get_record(self, row: Declaration) -> dict[str, Any]:
        """Return the record, masked as the caller may see it."""
        record = from_json(version_that_counts(row.consignment).record)
        hidden = masked(record) if self.context.get("masked") else with_hidden_numbers(record)
        return dict(to_json(hidden))

    def _findings(self, row: Declaration) -> list[Finding]:
        key = f"{row.direction}:{row.country}"
        found = findings_of(version_that_counts(row.consignment))
        return [one for one in found if not one.borders or key in one.borders]


class SupplyInput(StrictSerializer):
    """What is supplied to the data of a declaration's parcel."""

    values = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        allow_empty=False,
        help_text=_(
            "Values by path, as `missing` names them: `lines.1.origin`, `recipient.identifiers` "
            "(a list of kind, value, country, consent). Null takes something out. At most 400."
        ),
    )
    version = Whole(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=2**31 - 1,
        help_text=_("The version you looked at; a newer one is a 409 `version_changed`."),
    )

    def validate_values(self, value: dict[str, Any]) -> dict[str, Any]:
        """Not more than one writes at a time."""
        if len(value) > MOST_CHANGES:
            raise serializers.ValidationError(_("These are too many changes at once."))
        return value
