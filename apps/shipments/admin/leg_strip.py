"""The legs of a shipment as somebody reads them: one card each, in the order of the journey."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.accounts.faces import EMPTY, shown
from apps.baidiyun.choices import SubscriptionState
from apps.core import clock
from apps.core.choices import LabelledEnum
from apps.shipments.admin.glance import span
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import CustomsPhase, LegFindingCode, LegKind, LinkSource
from apps.shipments.gateways import country_name
from apps.shipments.leg_selectors import LegCard
from apps.shipments.models import LegFinding, Shipment
from apps.shipments.silence import RED

TASKS = (
    ("unlink", "link_off", gettext_lazy("Unlink")),
    ("relink", "undo", gettext_lazy("Link again")),
    ("take", "gavel", gettext_lazy("The number is this leg's")),
    ("plan", "event", gettext_lazy("Plan")),
)
"""Name, icon and label of what can be done with a leg, in the order of its buttons."""


@dataclass(frozen=True, slots=True)
class SilenceFace:
    """How long a leg has said nothing, how long it may, and the colour of that."""

    since: dt.datetime
    lasted: str
    amber: str
    red: str
    at_once: bool
    colour: str
    is_silent: bool


@dataclass(frozen=True, slots=True)
class FindingFace:
    """Something wrong with a leg: its name, what was seen, since when."""

    code: LabelledEnum | None
    said: str
    found_at: dt.datetime


@dataclass(frozen=True, slots=True)
class LegFace:
    """A leg in the strip and at the head of its stretches."""

    card: LegCard
    kind: LabelledEnum | None
    stage: LabelledEnum | None
    phase: LabelledEnum | None
    source: LabelledEnum | None
    subscription: LabelledEnum | None
    carrier: str
    carrier_before: str
    countries: str
    ended_at: dt.datetime | None
    lasted: str
    standing: str
    """``done``, ``now``, ``ahead``, or ``off`` for an unlinked leg."""
    late_by: str
    early_by: str
    silence: SilenceFace | None
    findings: tuple[FindingFace, ...]
    evidence: str
    buttons: tuple[dict[str, Any], ...]


def strip_of(
    shipment: Shipment, cards: Sequence[LegCard], *, may_change: bool, staff: bool
) -> list[LegFace]:
    """Return the faces of a shipment's legs; ``staff`` see what others' parcels have to do with it.

    ``may_change``: who looks is offered to link and unlink.
    """
    begun = [card.leg.sequence for card in cards if card.began_at and card.leg.unlinked_at is None]
    newest = max(begun, default=0)
    return [
        _face(shipment, card, newest=newest, may_change=may_change, staff=staff) for card in cards
    ]


def _face(
    shipment: Shipment, card: LegCard, *, newest: int, may_change: bool, staff: bool
) -> LegFace:
    leg, language = card.leg, get_language() or "zh-hans"
    ended = leg.handed_over_at or (shipment.closed_at if card.began_at else None)
    late, early = _against_plan(card, ended)
    return LegFace(
        card=card,
        kind=LegKind.parse(leg.kind),
        stage=LegKind.parse(card.stage) if card.stage != leg.kind else None,
        phase=CustomsPhase.parse(card.phase) if card.phase else None,
        source=LinkSource.parse(leg.link_source),
        subscription=SubscriptionState.parse(card.subscription) if card.subscription else None,
        carrier=carrier_name(leg.carrier, language),
        carrier_before=carrier_name(leg.carrier_before, language),
        countries=countries_said(leg.from_country, leg.to_country),
        ended_at=ended,
        lasted=span(card.began_at, ended or clock.now()),
        standing=_standing(card, ended, newest),
        late_by=late,
        early_by=early,
        silence=_silence(card),
        findings=tuple(finding_face(row, staff=staff) for row in card.findings),
        evidence=shown(leg.link_evidence, "text"),
        buttons=_buttons(card) if may_change else (),
    )


def countries_said(*codes: str) -> str:
    """Return countries in the viewer's language, one after the other; one alone where all agree."""
    language = get_language() or "zh-hans"
    kept = list(dict.fromkeys(code for code in codes if code))
    return " → ".join(country_name(code, language) for code in kept)


def finding_face(row: LegFinding, *, staff: bool) -> FindingFace:
    """Return a finding in words; only ``staff`` read the carrier's own words and numbers."""
    return FindingFace(LegFindingCode.parse(row.code), finding_said(row, staff=staff), row.found_at)


def finding_said(row: LegFinding, *, staff: bool) -> str:
    """Return what was seen, as a sentence; empty where the name of the finding says it all."""
    detail = row.detail
    if row.code == LegFindingCode.LOOP.value:
        return _("%(n)s separate visits to %(place)s.") % {
            "n": detail.get("visits", EMPTY),
            "place": shown(detail.get("place", ""), "text"),
        }
    if row.code == LegFindingCode.CLOCK_BACKWARDS.value:
        if "began" in detail:
            return _("It began before the leg it follows.")
        return _("It reports from the future.")
    if row.code == LegFindingCode.SILENT.value:
        return _("For %(hours)s hours.") % {"hours": detail.get("hours", EMPTY)}
    if row.code == LegFindingCode.NUMBER_CLAIMED_TWICE.value:
        return _("%(number)s is on its way in another shipment.") % {
            "number": detail.get("number", EMPTY)
        }
    return shown(detail.get("text", ""), "text") if staff else ""


def _standing(card: LegCard, ended: dt.datetime | None, newest: int) -> str:
    if card.leg.unlinked_at is not None:
        return "off"
    if card.is_current:
        return "now"
    return "done" if ended or card.leg.sequence < newest else "ahead"


def _against_plan(card: LegCard, ended: dt.datetime | None) -> tuple[str, str]:
    planned = card.leg.planned_out
    if planned is None:
        return "", ""
    if ended is None:
        return (span(planned, clock.now()) if card.late_for else ""), ""
    return (span(planned, ended), "") if ended > planned else ("", span(ended, planned))


def _silence(card: LegCard) -> SilenceFace | None:
    if card.quiet_since is None:
        return None
    limit = card.silence.limit
    start = card.quiet_since
    return SilenceFace(
        since=start,
        lasted=span(start, clock.now()),
        amber=span(start, start + limit.amber),
        red=span(start, start + limit.red),
        at_once=not limit.amber,
        colour={RED: "danger", "": "default"}.get(card.silence.level, "warning"),
        is_silent=card.is_silent,
    )


def _buttons(card: LegCard) -> tuple[dict[str, Any], ...]:
    leg = card.leg
    is_linked = leg.link_source != LinkSource.BOOKED.value
    offered = {
        "unlink": is_linked and leg.unlinked_at is None,
        "relink": leg.unlinked_at is not None,
        "take": bool(leg.claimed_number and leg.carrier) and leg.unlinked_at is None,
        "plan": leg.unlinked_at is None,
    }
    return tuple(
        {
            "url": reverse(f"admin:shipments_leg_do_{name}", args=[leg.id]),
            "icon": icon,
            "label": label,
        }
        for name, icon, label in TASKS
        if offered[name]
    )
