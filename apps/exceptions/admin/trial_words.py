"""What the page of a trial shows: how far it is, the one sentence, the lanes, twenty parcels."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.language import spoken
from apps.exceptions.choices import BACK_TESTS_AT_WORK, Anchor, BackTestState
from apps.exceptions.models import RuleTrial
from apps.exceptions.rule_reckoning import REST, empty_sum, percent, summary_of
from apps.exceptions.rule_words import FIELD_WORDS, lanes
from apps.exceptions.rulebook.replay import PRESENT_ONLY
from apps.exceptions.services.rule_trials import REAL, SANDBOX
from apps.shipments.carriers import carrier_name
from apps.shipments.models import Shipment

MOST_GROUPS = 15
PRESENT_ANCHORS = (Anchor.BOOKING_PROBLEM.value,)


def trial_context(trial: RuleTrial, *, wanted: str = "") -> dict[str, Any]:
    """Return what the page shows of a trial; ``wanted`` is whose shipments, if it has any.

    Unasked, the world it says most about: real parcels, unless only the sandbox's had cases.
    """
    both = {name: trial.result.get(name) or empty_sum() for name in (REAL, SANDBOX)}
    world = wanted if wanted in both else REAL
    if not both[world]["shipments"] or (not wanted and not both[world]["cases"]):
        world = max(both, key=lambda name: (both[name]["cases"], both[name]["shipments"]))
    total = both[world]
    return {
        "trial": trial,
        "trial_name": trial_name(trial),
        "trial_state": BackTestState(trial.state),
        "at_work": trial.state in BACK_TESTS_AT_WORK,
        "share": round(100 * trial.done / trial.total) if trial.total else 0,
        "trial_world": world,
        "sum": summary_of(total),
        "lanes": lane_rows(total["groups"]),
        "examples": example_rows(total["examples"]),
        "as_now": as_now_words(trial.content),
        "error": error_words(trial.error),
    }


def trial_name(trial: RuleTrial) -> str:
    """Return the name of the rule that was tried, in the reader's language."""
    content = trial.content
    names = content.get("name", ""), content.get("name_en", "")
    return str((names[0] if spoken() == "zh" else names[1]) or content.get("code", ""))


def error_words(error: str) -> str:
    """Return why a trial failed, as a person would say it."""
    if error == "no_shipments":
        return _("No shipment was opened in these days, so nothing was tried.")
    return error


def as_now_words(content: dict[str, Any]) -> str:
    """Return which of the fields a rule asks for are taken as they are now, not as they were."""
    asked = {str(one.get("field")) for one in content.get("conditions", ())} & PRESENT_ONLY
    named = [str(FIELD_WORDS[name]) for name in sorted(asked)]
    if content.get("anchor") in PRESENT_ANCHORS:
        named.append(str(Anchor(content["anchor"]).label))
    return ", ".join(named)


def lane_rows(groups: dict[str, list[int]]) -> list[dict[str, Any]]:
    """Return carriers and lanes with the most cases."""
    named, language = dict(lanes()), (get_language() or "zh")
    rows = sorted(groups.items(), key=lambda one: (-one[1][0], one[0]))[:MOST_GROUPS]
    found = []
    for key, (cases, later) in rows:
        carrier, begin, end = [*key.split("|"), "", ""][:3]
        way = f"{named.get(begin, begin) or '?'} → {named.get(end, end) or '?'}"
        found.append(
            {
                "carrier": _("others") if key == REST else carrier_name(carrier, language) or "—",
                "way": "" if key == REST else way,
                "cases": cases,
                "later": later,
                "percent": percent(later, cases),
            }
        )
    return found


def example_rows(examples: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the drawn cases, those the customer complained about first."""
    ids = {row["shipment"] for row in examples}
    numbers = dict(Shipment.objects.filter(pk__in=ids).values_list("pk", "number"))
    found = []
    for row in examples:
        opened, complained = _read(row["opened"]), _read(row["complained"])
        lead = (complained - opened).total_seconds() / 3600 if opened and complained else None
        found.append(
            {
                "number": numbers.get(row["shipment"]) or row["shipment"],
                "url": reverse("admin:shipments_shipment_change", args=[row["shipment"]]),
                "opened": opened,
                "cleared": _read(row["cleared"]),
                "complained": complained,
                "lead": lead,
            }
        )
    return sorted(found, key=lambda row: (row["complained"] is None, str(row["opened"])))


def _read(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
