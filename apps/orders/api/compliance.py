"""What the rules said of an order's parcels, as it looks to the outside."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.regions import HOME
from apps.customs.choices import HOLDING_ACTIONS, CheckResult, RuleAction, RuleStage
from apps.customs.compliance_selectors import latest_checks
from apps.orders.compliance_words import told_findings
from apps.orders.models import Order


class BothLanguagesSerializer(serializers.Serializer[Any]):
    """A sentence in Chinese and in English."""

    zh = serializers.CharField(help_text=_("Simplified Chinese."))
    en = serializers.CharField(help_text=_("English."))


class ComplianceFindingSerializer(serializers.Serializer[Any]):
    """A rule that fired: which field, what is wrong, what to do."""

    rule = serializers.CharField(help_text=_("Stable name of the rule."))
    action = serializers.ChoiceField(
        choices=RuleAction.values(), help_text=_("What it does; the first four hold the parcel.")
    )
    field = serializers.CharField(
        help_text=_("Path to write to, as in `values` of a declaration's PATCH, or empty.")
    )
    line = serializers.IntegerField(allow_null=True, help_text=_("The line's position, or null."))
    title = BothLanguagesSerializer(help_text=_("Name of the rule."))
    message = BothLanguagesSerializer(help_text=_("What is wrong."))
    fix = BothLanguagesSerializer(help_text=_("What to do about it."))
    words = serializers.ListField(
        child=serializers.CharField(), help_text=_("The words of your text it is about.")
    )
    legal_basis = serializers.CharField(help_text=_("The law, or empty."))
    source_url = serializers.CharField(help_text=_("Where it can be read, or empty."))
    unjudged = serializers.BooleanField(
        help_text=_("A fact is missing to tell; a person looks at it.")
    )
    let_go = serializers.BooleanField(help_text=_("A person let the parcel go in spite of it."))


class OrderComplianceSerializer(serializers.Serializer[Any]):
    """The latest check of a parcel."""

    parcel = serializers.IntegerField(help_text=_("Position of the parcel."))
    result = serializers.ChoiceField(
        choices=CheckResult.values(), help_text=_("What it came to; `held` is not sent.")
    )
    stage = serializers.ChoiceField(
        choices=RuleStage.values(), help_text=_("Up to which stage rules were asked.")
    )
    checked_at = serializers.DateTimeField(help_text=_("When it was made."))
    findings = ComplianceFindingSerializer(many=True, help_text=_("What fired, the worst first."))


def compliance_of(order: Order, *, masked: bool) -> list[dict[str, Any]]:
    """Return the latest checks of an order's parcels; one that stays at home asks nothing.

    A parcel that was never checked, because nothing bound then, is left out.
    """
    if order.country == HOME:
        return []
    parcels = {parcel.shipment_id: parcel.position for parcel in order.parcels.all()}
    checks = latest_checks(parcels)
    return [
        {
            "parcel": position,
            "result": check.result,
            "stage": check.stage,
            "checked_at": check.at,
            "findings": told_findings(check.findings.all(), masked=masked),
        }
        for shipment_id, position in sorted(parcels.items(), key=lambda one: one[1])
        if (check := checks.get(shipment_id)) is not None
    ]


def holding(checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the findings of shown checks that keep a parcel."""
    return [
        one
        for check in checks
        for one in check["findings"]
        if one["action"] in HOLDING_ACTIONS and not one["let_go"]
    ]
