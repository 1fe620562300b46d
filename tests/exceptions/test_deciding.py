"""A decision sets what fixes are used for; undoing puts every one back as it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from apps.core.geo.coordinates import wgs84_to_gcj02
from apps.exceptions.errors import FlagTaken, FlagUnknown, RepairImpossible, VerdictStands
from apps.exceptions.models import Flag, Verdict
from apps.exceptions.services import (
    bulk,
    claim_next,
    decide_flag,
    decide_many,
    preview_repair,
    undo_many,
    undo_verdict,
)
from apps.shipments.models import Position, Shipment
from apps.shipments.services import plan_route
from apps.shipments.track_selectors import read_track
from tests.exceptions.flags import drive, flag_rows, make_user, rows_of, send, uses_of
from tests.shipments.builders import at, make_merchant, make_shipment


def photograph(shipment: Shipment) -> list[dict[str, Any]]:
    return list(Position.objects.filter(shipment=shipment).order_by("id").values())


def test_confirming_excludes_the_fixes_and_the_customer_does_not_see_them(shipment, ann) -> None:
    flag = flag_rows(shipment, 10, 14)
    verdict = decide_flag(flag_id=flag.pk, user=ann, state="confirmed", reason="tunnel", took_ms=9)
    assert uses_of(shipment) == ["accepted"] * 10 + ["excluded"] * 5 + ["accepted"] * 15
    assert len(read_track(shipment).points) == 25
    flag.refresh_from_db()
    assert (flag.state, flag.claimed_by) == ("confirmed", None)
    assert (verdict.decider, verdict.source, verdict.carrier) == ("person", "device", "yuantong")


def test_dismissing_accepts_the_fixes(shipment, ann) -> None:
    flag = flag_rows(shipment, 10, 14)
    decide_flag(flag_id=flag.pk, user=ann, state="dismissed")
    assert uses_of(shipment) == ["accepted"] * 30


def test_escalating_keeps_the_fixes_held(shipment, ann) -> None:
    flag = flag_rows(shipment, 10, 14)
    decide_flag(flag_id=flag.pk, user=ann, state="escalated")
    assert uses_of(shipment)[10:15] == ["held"] * 5
    assert Flag.objects.get().state == "escalated"


def test_a_dismissal_frees_nothing_that_another_flag_holds(shipment, ann) -> None:
    first = flag_rows(shipment, 10, 14)
    flag_rows(shipment, 13, 18, kind="gcj")
    decide_flag(flag_id=first.pk, user=ann, state="dismissed")
    assert uses_of(shipment)[10:19] == ["accepted"] * 3 + ["held"] * 6


@pytest.mark.parametrize(
    ("state", "repair"),
    [("confirmed", ""), ("dismissed", ""), ("escalated", ""), ("repaired", "from_gcj02"),
     ("repaired", "shift_clock")],
)  # fmt: skip
def test_undoing_restores_every_byte(shipment, ann, state, repair) -> None:
    earlier = flag_rows(shipment, 8, 11, kind="gcj")
    decide_flag(flag_id=earlier.pk, user=ann, state="repaired", repair="from_gcj02")
    flag = flag_rows(shipment, 12, 18)
    before = photograph(shipment)
    verdict = decide_flag(flag_id=flag.pk, user=ann, state=state, repair=repair)
    undone = undo_verdict(verdict_id=verdict.pk, user=ann)
    assert photograph(shipment) == before
    assert (undone.state, undone.claimed_by, undone.decided_at) == ("open", ann, None)
    assert Verdict.objects.get(pk=verdict.pk).undone_by == ann


def test_undoing_a_confirmation_brings_corrected_values_back(shipment, ann) -> None:
    earlier = flag_rows(shipment, 8, 14, kind="gcj")
    decide_flag(flag_id=earlier.pk, user=ann, state="repaired", repair="from_gcj02")
    flag = Flag.objects.create(
        **{name: getattr(earlier, name) for name in (
            "merchant", "shipment", "device", "first_row", "last_row", "rows", "started_at",
            "ended_at", "score")}, kind="drift",
    )  # fmt: skip
    before = photograph(shipment)
    verdict = decide_flag(flag_id=flag.pk, user=ann, state="confirmed")
    assert uses_of(shipment)[8:15] == ["excluded"] * 7
    undo_verdict(verdict_id=verdict.pk, user=ann)
    assert photograph(shipment) == before


def test_a_verdict_with_a_later_one_over_it_stands(shipment, ann, ben) -> None:
    first, second = flag_rows(shipment, 10, 14), flag_rows(shipment, 13, 18, kind="gcj")
    verdict = decide_flag(flag_id=first.pk, user=ann, state="confirmed")
    later = decide_flag(flag_id=second.pk, user=ben, state="confirmed")
    with pytest.raises(VerdictStands, match="ben"):
        undo_verdict(verdict_id=verdict.pk, user=ann)
    undo_verdict(verdict_id=later.pk, user=ann)
    undo_verdict(verdict_id=verdict.pk, user=ann)
    with pytest.raises(VerdictStands):
        undo_verdict(verdict_id=verdict.pk, user=ann)


def test_who_comes_second_hears_who_was_first(shipment, ann, ben) -> None:
    flag = flag_rows(shipment, 10, 14)
    claim_next(user=ann)
    with pytest.raises(FlagTaken, match="ann"):
        decide_flag(flag_id=flag.pk, user=ben, state="dismissed")
    decide_flag(flag_id=flag.pk, user=ann, state="confirmed")
    with pytest.raises(FlagTaken, match="ann"):
        decide_flag(flag_id=flag.pk, user=ben, state="dismissed")
    assert Verdict.objects.count() == 1


def test_another_merchants_person_decides_and_undoes_nothing(shipment, ann) -> None:
    stranger = make_user("eve", make_merchant("bob"))
    flag = flag_rows(shipment, 10, 14)
    with pytest.raises(FlagUnknown):
        decide_flag(flag_id=flag.pk, user=stranger, state="confirmed")
    verdict = decide_flag(flag_id=flag.pk, user=ann, state="confirmed")
    with pytest.raises(FlagUnknown):
        undo_verdict(verdict_id=verdict.pk, user=stranger)
    assert uses_of(shipment)[10] == "excluded"


def test_fixes_that_were_gcj02_are_shown_where_they_were(merchant, midday, ann) -> None:
    shipment = make_shipment(merchant, number="YT1000000077", created_at=at(0))
    true = drive(3)
    for point in true:
        lon, lat = wgs84_to_gcj02(point["lon"], point["lat"])
        send(shipment, [{**point, "lat": lat, "lon": lon}])
    flag = flag_rows(shipment, 0, 2, kind="gcj")
    decide_flag(flag_id=flag.pk, user=ann, state="repaired", repair="from_gcj02")
    shown = read_track(shipment).points
    assert [p.latitude for p in shown] == pytest.approx([p["lat"] for p in true], abs=1e-8)
    assert all(point.corrected for point in shown)


def test_exchanged_axes_are_put_back(merchant, midday) -> None:
    shipment = make_shipment(merchant, number="YT1000000077", created_at=at(0))
    send(shipment, [{**point, "lat": point["lon"], "lon": point["lat"]} for point in drive(2)])
    [one, two] = preview_repair(flag=flag_rows(shipment, 0, 1, kind="swap"), repair="swap_axes")
    assert (one.latitude, one.longitude) == (30.25, 120.15)
    assert two.latitude > one.latitude


def test_a_clock_is_shifted_by_what_it_is_off_or_by_what_is_said(shipment) -> None:
    flag, row = flag_rows(shipment, 0, 4), rows_of(shipment)[2]
    fixes = preview_repair(flag=flag, repair="shift_clock")
    assert fixes[2].at == row.heard_at
    fixes = preview_repair(flag=flag, repair="shift_clock", numbers={"seconds": -60})
    assert fixes[0].at == rows_of(shipment)[0].happened_at - dt.timedelta(minutes=1)


@pytest.mark.parametrize("seconds", ["60", True, float("nan"), float("inf"), 1e300, [1]])
def test_a_shift_that_is_none_is_refused(shipment, seconds) -> None:
    flag = flag_rows(shipment, 0, 4)
    with pytest.raises(RepairImpossible):
        preview_repair(flag=flag, repair="shift_clock", numbers={"seconds": seconds})


def test_fixes_are_snapped_to_the_planned_route(shipment) -> None:
    flag = flag_rows(shipment, 0, 4)
    with pytest.raises(RepairImpossible):
        preview_repair(flag=flag, repair="snap_to_route")
    plan_route(shipment=shipment, latitudes=[30.2, 30.3, 30.4], longitudes=[120.151] * 3)
    fixes = preview_repair(flag=flag, repair="snap_to_route")
    assert [fix.longitude for fix in fixes] == pytest.approx([120.151] * 5, abs=1e-9)
    assert fixes[0].latitude == pytest.approx(30.25, abs=1e-6)


def test_a_repair_that_leaves_the_earth_changes_nothing(shipment, ann) -> None:
    flag = flag_rows(shipment, 0, 4)
    before = photograph(shipment)
    with pytest.raises(RepairImpossible):
        decide_flag(flag_id=flag.pk, user=ann, state="repaired", repair="swap_axes")
    assert photograph(shipment) == before
    assert Flag.objects.get().state == "open"


def test_one_decision_serves_all_flags_of_a_device_and_cause(shipment, ann, ben) -> None:
    flags = [flag_rows(shipment, n, n + 1) for n in range(0, 9, 3)]
    other = flag_rows(shipment, 20, 21, kind="gcj")
    held = claim_next(user=ben)
    heard: list[tuple[int, int]] = []
    outcome = decide_many(
        user=ann, state="confirmed", device_id=flags[0].device_id, kind="drift",
        progress=lambda done, total: heard.append((done, total)),
    )  # fmt: skip
    assert held == flags[0]
    assert list(outcome.refused) == [flags[0].pk]
    assert heard == [(3, 3)]
    assert set(Verdict.objects.values_list("decider", flat=True)) == {"bulk"}
    other.refresh_from_db()
    assert other.state == "open"
    assert undo_many(user=ann, verdict_ids=outcome.verdict_ids).refused == {}
    assert Flag.objects.filter(state="open").count() == 4


def test_a_decision_for_many_is_bounded(shipment, ann, monkeypatch) -> None:
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 30)
    outcome = decide_many(user=ann, state="confirmed", flag_ids=range(1, 32))
    assert outcome.more
    assert len(outcome.refused) == 30
    assert outcome.verdict_ids == ()
