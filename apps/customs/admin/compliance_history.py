"""The compliance history of one consignment in words: checks, findings, overrides, the answer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.language import spoken
from apps.customs.choices import CheckCause, CheckResult, RuleAction, RuleStage
from apps.customs.compliance.fields import FIELDS
from apps.customs.compliance_selectors import holds, said, snapshot_seen
from apps.customs.models import (
    ComplianceCheck,
    ComplianceFinding,
    Consignment,
    FindingOverride,
    RuleSetVersion,
)
from apps.customs.rule_names import rule_titles
from apps.customs.rule_words import fact_words, field_words, held_words
from apps.shipments.selectors import find_shipments

MOST_CHECKS = 400
MOST_FOUND = 20
DIGEST = 12
Told = dict[str, Any]
Known = dict[tuple[str, int], tuple[int, str]]


def find_consignments(asked: str) -> list[Consignment]:
    """Return the consignments an order number, a tracking number or an ID of ours means."""
    rows = Consignment.objects.select_related("merchant", "shipment")
    if asked.startswith("con_"):
        return list(rows.filter(uid=asked))
    ids = find_shipments(merchant_id=None, ref=asked).values_list("pk", flat=True)[:MOST_FOUND]
    return list(rows.filter(shipment_id__in=list(ids)).order_by("-id"))


def history_of(consignment: Consignment) -> list[Told]:
    """Return checks and overrides of a consignment, the newest first.

    Checks that found the same one after another are one entry with how often and until when.
    """
    checks = list(
        ComplianceCheck.objects.filter(consignment=consignment).order_by("-id")[:MOST_CHECKS]
    )
    findings: dict[int, list[ComplianceFinding]] = defaultdict(list)
    for one in ComplianceFinding.objects.filter(check_run__in=checks).order_by("id"):
        findings[one.check_run_id].append(one)
    known = known_versions(checks)
    kept = _without_repeats(checks, findings)
    entries = [check_told(one, findings[one.pk], known) for one in kept]
    entries += overrides_told(consignment)
    entries.sort(key=lambda one: (one["at"], one["order"]), reverse=True)
    if checks:
        latest = next(one for one in entries if one["kind"] == "check")
        latest["is_latest"] = True
    return entries


def _without_repeats(
    checks: Sequence[ComplianceCheck], findings: dict[int, list[ComplianceFinding]]
) -> list[ComplianceCheck]:
    """Return the first of each run of equal checks, told how often it was made again."""
    kept: list[ComplianceCheck] = []
    for one in reversed(checks):
        last = kept[-1] if kept else None
        if last is not None and _same(last, one, findings):
            last.again += 1  # type: ignore[attr-defined]
            last.again_until, last.newest_pk = one.at, one.pk  # type: ignore[attr-defined]
            continue
        one.again, one.again_until, one.newest_pk = 0, None, one.pk  # type: ignore[attr-defined]
        kept.append(one)
    return kept


def _same(
    one: ComplianceCheck, other: ComplianceCheck, findings: dict[int, list[ComplianceFinding]]
) -> bool:
    alike = (one.input_digest, one.result) == (other.input_digest, other.result)
    return alike and [_mark(f) for f in findings[one.pk]] == [_mark(f) for f in findings[other.pk]]


def _mark(one: ComplianceFinding) -> tuple[Any, ...]:
    return (one.rule_key, one.line, one.action, one.is_overridden)


def check_told(
    check: ComplianceCheck, findings: Iterable[ComplianceFinding], known: Known | None = None
) -> Told:
    """Return one check in words: when, why, by which versions, what it found."""
    told = [finding_told(one) for one in findings]
    return {
        "kind": "check",
        "order": 0,
        "check": check,
        "pk": getattr(check, "newest_pk", check.pk),
        "at": check.at,
        "again": getattr(check, "again", 0),
        "again_until": getattr(check, "again_until", None),
        "stage": RuleStage.parse(check.stage),
        "cause": CheckCause.parse(check.cause),
        "result": CheckResult.parse(check.result),
        "versions": versions_told(check, known_versions([check]) if known is None else known),
        "lists": [
            {"key": key, "number": one.get("number"), "digest": str(
                one.get("digest") or one.get("stamp") or "")[:DIGEST]}
            for key, one in sorted(check.lists.items())
        ],
        "findings": told,
        "url": reverse("admin:customs_compliancecheck_change", args=[check.pk]),
    }  # fmt: skip


def known_versions(checks: Sequence[ComplianceCheck]) -> Known:
    """Return the versions that checks used, by set and number: the set's id and the digest."""
    rows = RuleSetVersion.objects.filter(
        rule_set__code__in={code for one in checks for code in one.versions},
        number__in={told.get("number") for one in checks for told in one.versions.values()},
    ).values_list("rule_set__code", "number", "rule_set_id", "digest")
    return {(code, number): (pk, digest) for code, number, pk, digest in rows}


def versions_told(check: ComplianceCheck, known: Known) -> list[Told]:
    """Return the versions a check used, each with its digest and the way to what it said."""
    told = []
    for code, one in sorted(check.versions.items()):
        pk, digest = known.get((code, one.get("number")), (None, ""))
        told.append(
            {
                "code": code,
                "number": one.get("number"),
                "digest": str(one.get("digest", ""))[:DIGEST],
                "is_same": digest == one.get("digest"),
                "url": reverse("admin:customs_ruleset_version", args=[pk, one["number"]])
                if pk
                else "",
            }
        )
    return told


def finding_told(one: ComplianceFinding) -> Told:
    """Return a finding in words as the rule said them then, with its evidence."""
    evidence = one.evidence
    return {
        "finding": one,
        "title": said(one, "title")[spoken()] or one.rule_key,
        "message": said(one, "message")[spoken()],
        "fix": said(one, "fix")[spoken()],
        "basis": evidence.get("said", {}).get("legal_basis", ""),
        "action": RuleAction.parse(one.action),
        "why": [held_words(why) for why in evidence.get("why", ())],
        "holds": holds(one),
        "is_final": bool(evidence.get("final")),
    }


def overrides_told(consignment: Consignment) -> list[Told]:
    """Return the overrides of a consignment as entries of its history."""
    rows = list(FindingOverride.objects.filter(consignment=consignment).order_by("-id")[:100])
    titles = rule_titles() if rows else {}
    return [
        {
            "kind": "override",
            "order": 1,
            "at": one.at,
            "override": one,
            "by": person_of(one.by),
            "reviewer": person_of(one.reviewed_by),
            "title": titles.get(one.rule_key, one.rule_key),
            "url": reverse("admin:customs_findingoverride_change", args=[one.pk]),
        }
        for one in rows
    ]


def person_of(actor: str) -> str:
    """Return a person's name of an actor's ("user:li.na")."""
    return actor.removeprefix("user:")


def answer_of(
    consignment: Consignment, history: Sequence[Told], day: dt.date | None
) -> Told | None:
    """Return the answer in one sentence: what counted at the end of a day, today's without one.

    None where nothing was checked by then.
    """
    moment = end_of(day)
    checks = [one for one in history if one["kind"] == "check" and one["at"] <= moment]
    if not checks:
        return None
    entry = checks[0]
    when = timezone.localtime(entry["at"]).strftime("%Y-%m-%d %H:%M")
    said_of = {
        CheckResult.PASSED: _("Allowed: no rule had anything against it."),
        CheckResult.WARNED: _("Allowed with a warning: no rule held it."),
        CheckResult.LET_GO: _("Allowed because a person let it go in spite of a rule."),
        CheckResult.HELD: _("Not allowed: a rule held it."),
    }
    names = ", ".join(f"{one['code']} v{one['number']}" for one in entry["versions"])
    overrides = [
        one for one in history
        if one["kind"] == "override" and one["at"] <= moment
        and (one["override"].withdrawn_at is None or one["override"].withdrawn_at > moment)
    ]  # fmt: skip
    return {
        "entry": entry,
        "sentence": said_of.get(entry["result"], ""),
        "colour": entry["result"].colour if entry["result"] else "default",
        "when": when,
        "versions": names,
        "overrides": overrides if entry["result"] is CheckResult.LET_GO else [],
        "holding": [one for one in entry["findings"] if one["holds"]],
    }


def end_of(day: dt.date | None) -> dt.datetime:
    """Return the last moment of a day in the viewer's zone; now without a day."""
    if day is None:
        return clock.now()
    zone = timezone.get_current_timezone()
    last = dt.datetime.combine(day, dt.time.max, zone)
    return min(last, clock.now())


def seen_rows(check: ComplianceCheck) -> list[Told]:
    """Return what a check saw, in words: the parcel first, then each line."""
    seen = snapshot_seen(check)
    parts = [{"title": _("The parcel"), "rows": _facts(seen)}]
    for line in seen.get("lines", ()):
        title = _("Line %(number)s") % {"number": line.get("position", "")}
        parts.append({"title": title, "rows": _facts(line)})
    return parts


_NAMES = {"gross_grams": "gross_weight", "net_grams": "net_weight", "texts": "words"}


def _facts(seen: dict[str, Any]) -> list[tuple[str, str]]:
    shown = []
    for name, value in seen.items():
        known = FIELDS.get(_NAMES.get(name, name))
        if known is None or name == "lines":
            continue
        label = field_words(known.name)
        if isinstance(value, bool):
            shown.append((label, _("yes") if value else _("no")))
        elif isinstance(value, list):
            words = value if name == "texts" else [fact_words(known, str(one)) for one in value]
            shown.append((label, " · ".join(map(str, words))))
        else:
            shown.append((label, fact_words(known, str(value)) or str(value)))
    return shown
