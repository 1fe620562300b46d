"""What the page of a set of thresholds shows: its numbers, its back-test, stretches to look at."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.exceptions.choices import BACK_TESTS_AT_WORK, BackTestState, FaultKind
from apps.exceptions.comparing import COUNTS
from apps.exceptions.models import BackTest, ThresholdSet
from apps.exceptions.services.backtesting import MOST_TRACKS
from apps.exceptions.threshold_fields import GROUPS
from apps.exceptions.threshold_values import number_at, own_number, shown
from apps.shipments.models import Shipment

WHY = {
    "missed": (gettext_lazy("Would be missed: a person had confirmed it"), "danger"),
    "new": (gettext_lazy("Only this set finds it"), "warning"),
    "spared": (gettext_lazy("No longer raised: a person had dismissed it"), "success"),
}
NONE = dict.fromkeys(COUNTS, 0)


def changed_numbers(row: ThresholdSet) -> list[dict[str, Any]]:
    """Return the numbers of a set that differ from the detector's own, with both values."""
    found = []
    for group in GROUPS:
        for one in group.numbers:
            kept = number_at(row.values, one.path)
            if kept is not None and shown(one, kept) != own_number(one):
                found.append({"number": one, "value": shown(one, kept), "own": own_number(one)})
    return found


def back_test_context(test: BackTest) -> dict[str, Any]:
    """Return what the page shows of a back-test: the sum, each kind, and examples."""
    draft, today = test.result.get("draft", {}), test.result.get("today", {})
    kinds = sorted({*draft, *today}, key=lambda kind: -draft.get(kind, NONE)["raised"])
    return {
        "test": test,
        "state": BackTestState(test.state),
        "at_work": test.state in BACK_TESTS_AT_WORK,
        "share": round(100 * test.done / test.total) if test.total else 0,
        "bounded": test.done >= MOST_TRACKS,
        "points": test.result.get("points", 0),
        "sum": _both(_summed(draft), _summed(today)),
        "kinds": [
            {"kind": FaultKind(kind), **_both(draft.get(kind, NONE), today.get(kind, NONE))}
            for kind in kinds
        ],
        "examples": _examples(test.result.get("examples", [])),
        "error": error_words(test.error),
    }


def error_words(error: str) -> str:
    """Return why a back-test failed, as a person would say it."""
    if error == "no_tracks":
        return _("No track was heard of in these days, so nothing was tested.")
    return error


def _summed(counts: dict[str, dict[str, int]]) -> dict[str, int]:
    return {name: sum(row.get(name, 0) for row in counts.values()) for name in COUNTS}


def _both(draft: dict[str, int], today: dict[str, int]) -> dict[str, Any]:
    return {"draft": _told(draft), "today": _told(today)}


def _told(row: dict[str, int]) -> dict[str, Any]:
    """Return the counts with the share persons had confirmed, of those they had judged."""
    judged = row["right"] + row["wrong"]
    percent = 100 * row["right"] / judged if judged else None
    return {**row, "judged": judged, "percent": percent}


def _examples(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = {row["shipment"] for row in rows}
    numbers = dict(Shipment.objects.filter(pk__in=ids).values_list("pk", "number"))
    order = list(WHY)
    return [
        {
            "kind": FaultKind(row["kind"]),
            "why": WHY[row["why"]][0],
            "colour": WHY[row["why"]][1],
            "number": numbers.get(row["shipment"]) or row["shipment"],
            "url": _url(row),
        }
        for row in sorted(rows, key=lambda row: order.index(row["why"]))
    ]


def _url(row: dict[str, Any]) -> str:
    if row["flag_id"]:
        return reverse("admin:exceptions_flag_change", args=[row["flag_id"]])
    return reverse("admin:shipments_shipment_change", args=[row["shipment"]])
