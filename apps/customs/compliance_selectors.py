"""What reads checks, findings and overrides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet

from apps.customs.choices import HOLDING_ACTIONS
from apps.customs.models import (
    ComplianceCheck,
    ComplianceFinding,
    Consignment,
    FindingOverride,
)

LAST_FIRED = """
SELECT r.code, r.key, c.at FROM unnest(%s::text[], %s::text[]) AS r (code, key)
CROSS JOIN LATERAL (
    SELECT f.check_run_id FROM customs_compliancefinding f
    WHERE f.rule_key = r.key AND f.set_code = r.code ORDER BY f.id DESC LIMIT 1
) f JOIN customs_compliancecheck c ON c.id = f.check_run_id
"""


@dataclass(frozen=True, slots=True)
class OverrideCount:
    """How often a rule was let go: all, those that hold now, those nobody reviewed yet."""

    rule_key: str
    made: int
    standing: int
    unreviewed: int


def latest_check(consignment_id: int) -> ComplianceCheck | None:
    """Return the latest check of a consignment with its findings, None before the first."""
    rows = ComplianceCheck.objects.filter(consignment_id=consignment_id).order_by("-id")
    return rows.prefetch_related(_in_order()).first()


def latest_checks(shipment_ids: Collection[int]) -> dict[int, ComplianceCheck]:
    """Return the latest checks by shipment with their findings, in two queries."""
    rows = (
        ComplianceCheck.objects.filter(consignment__shipment_id__in=shipment_ids)
        .order_by("consignment_id", "-id")
        .distinct("consignment_id")
        .select_related("consignment")
    )
    return {row.consignment.shipment_id: row for row in rows.prefetch_related(_in_order())}


def check_at(consignment_id: int, moment: dt.datetime) -> ComplianceCheck | None:
    """Return the check that counted for a consignment at a moment, None before the first."""
    rows = ComplianceCheck.objects.filter(consignment_id=consignment_id, at__lte=moment)
    return rows.order_by("-id").prefetch_related(_in_order()).first()


def holding_findings(consignment_id: int) -> list[ComplianceFinding]:
    """Return what of the latest check holds a consignment and nobody let go."""
    check = latest_check(consignment_id)
    return [one for one in check.findings.all() if holds(one)] if check else []


def holds(finding: ComplianceFinding) -> bool:
    """Whether a finding keeps the parcel."""
    return finding.action in HOLDING_ACTIONS and not finding.is_overridden


def said(finding: ComplianceFinding, part: str) -> dict[str, str]:
    """Return title, message or fix of a rule as it was then, ``zh`` and ``en``."""
    both = finding.evidence.get("said", {}).get(part, {})
    return {"zh": both.get("zh", ""), "en": both.get("en", "")}


def words_found(finding: ComplianceFinding) -> list[str]:
    """Return the words of the shop's text a finding is about, once each."""
    why = finding.evidence.get("why", ())
    return list(dict.fromkeys(word for one in why for word in one.get("words", ())))


def snapshot_seen(check: ComplianceCheck) -> dict[str, Any]:
    """Return what a check saw; one that saw what a former did has it from there."""
    same = check.snapshot.get("same_as")
    if same is None:
        return dict(check.snapshot)
    return dict(ComplianceCheck.objects.values_list("snapshot", flat=True).get(pk=same))


def due_for_check(key: str, *, limit: int) -> list[int]:
    """Return consignments that have not left and were last checked by something else, by index."""
    waiting = Consignment.objects.filter(has_left=False).order_by("checked_key", "id")
    ids: list[int] = []
    for other in (Q(checked_key__lt=key), Q(checked_key__gt=key)):
        ids += waiting.filter(other).values_list("pk", flat=True)[: limit - len(ids)]
    return ids


def overrides_to_review() -> QuerySet[FindingOverride]:
    """Return overrides nobody reviewed yet, the newest first, with their consignments."""
    rows = FindingOverride.objects.filter(reviewed_at__isnull=True).order_by("-id")
    return rows.select_related("consignment__merchant", "consignment__shipment")


def override_counts(*, since: dt.datetime) -> list[OverrideCount]:
    """Return how often each rule was let go since a moment, the most often first."""
    rows = FindingOverride.objects.filter(at__gte=since).values("rule_key")
    counted = rows.annotate(
        made=Count("id"),
        standing=Count("id", filter=Q(withdrawn_at__isnull=True)),
        unreviewed=Count("id", filter=Q(reviewed_at__isnull=True)),
    ).order_by("-made", "rule_key")
    return [OverrideCount(**row) for row in counted]


def last_fired(*, rules: Collection[tuple[str, str]]) -> dict[tuple[str, str], dt.datetime]:
    """Return when each rule (set, key) was last in a check; those that never were are missing.

    One look into an index for each rule, however many findings there are.
    """
    codes, keys = [one for one, _key in rules], [key for _code, key in rules]
    with connection.cursor() as cursor:
        cursor.execute(LAST_FIRED, [codes, keys])
        return {(code, key): at for code, key, at in cursor.fetchall()}


def _in_order() -> Prefetch[str, QuerySet[ComplianceFinding], str]:
    return Prefetch("findings", queryset=ComplianceFinding.objects.order_by("id"))
