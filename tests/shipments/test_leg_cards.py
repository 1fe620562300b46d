"""Legs for a person: cards, one line over all, what is silent or makes no sense."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.actions import Actor
from apps.shipments.choices import CustomsPhase, LegKind
from apps.shipments.leg_selectors import leg_cards, open_findings, timeline_of
from apps.shipments.models import LegFinding, Shipment
from apps.shipments.services import apply_snapshots, claim_silent, link_leg, watch_legs
from apps.shipments.silence import DAY, HOUR, LIMITS, LegClock, leg_silence
from apps.shipments.stages import Word, backwards_in, begins_at, loop_in, stages_of
from tests.shipments.builders import at, inbox_row, push
from tests.shipments.crossing import (
    HOME,
    LINE,
    LINE_NUMBER,
    PARTNER,
    PARTNER_NUMBER,
    POST,
    POST_NUMBER,
    THERE,
    abroad,
    crossing,
    told,
)

WHO = Actor("user", "1", "amy")
SIX = ("domestic", "origin_hub", "export_customs", "import_customs", "destination_hub")


def hear(shipment: Shipment, *params: str) -> Shipment:
    for param in params:
        apply_snapshots([inbox_row(shipment, param)])
    shipment.refresh_from_db()
    return shipment


@pytest.mark.parametrize("kind", LegKind.values())
def test_every_kind_has_a_limit_and_amber_comes_before_red(kind: str) -> None:
    limit = LIMITS[kind]
    assert dt.timedelta(0) < limit.amber < limit.red


@pytest.mark.parametrize(
    ("clock_", "hours", "level"),
    [
        (LegClock("import_customs", "processing", at(0)), 71, ""),
        (LegClock("import_customs", "processing", at(0)), 72, "amber"),
        (LegClock("import_customs", "processing", at(0)), 120, "red"),
        (LegClock("import_customs", "processing", at(0), is_express=True), 24, "amber"),
        (LegClock("import_customs", "processing", at(0), is_sensitive=True), 48, "red"),
        (LegClock("export_customs", "pending", at(0)), 24, "amber"),
        (LegClock("import_customs", "info_required", at(0)), 0, "amber"),
        (LegClock("import_customs", "held", at(0)), 24, "red"),
        (LegClock("line_haul", "", at(0)), 167, ""),
        (LegClock("last_mile", "", None), 10_000, ""),
    ],
)
def test_silence_is_told_by_where_the_parcel_stands(clock_, hours, level) -> None:
    silence = leg_silence(clock_, at(0) + hours * HOUR)
    assert silence.level == level
    assert silence.is_silent is bool(level)


def word(hours: float, *, zone: str = "Europe/Berlin", phase: str = "", place: str = "") -> Word:
    return Word(at(hours), at(hours), "customs" if phase else "in_transit", phase, zone, place)


def test_one_number_may_cover_several_stretches() -> None:
    home = "Asia/Shanghai"
    words = [
        word(0, zone=home), word(1, zone=home, phase="processing"),
        word(2, zone=home, phase="released"), word(3, zone=home), word(9),
        word(10, phase="held"), word(11, phase="released"), word(12),
    ]  # fmt: skip
    assert stages_of("line_haul", words) == [
        "domestic", "export_customs", "export_customs", "line_haul", "line_haul",
        "import_customs", "import_customs", "destination_hub",
    ]  # fmt: skip
    assert stages_of("line_haul", words[:1], begins=begins_at(["origin_hub"])) == ["line_haul"]
    assert stages_of("line_haul", words[:1], begins=begins_at(["line_haul"])) == ["domestic"]
    assert stages_of("last_mile", words[4:6]) == ["last_mile", "import_customs"]


def test_a_circle_is_three_separate_visits() -> None:
    back_and_forth = [word(n, place=place) for n, place in enumerate("ABAABA")]
    trouble = loop_in(back_and_forth)
    assert trouble is not None
    assert trouble.detail == {"place": "A", "visits": 3}
    assert loop_in(back_and_forth[:4]) is None


def test_a_clock_that_runs_backwards_is_named() -> None:
    assert backwards_in([word(1)], [word(5)]) is not None
    assert backwards_in([word(5)], [word(1)]) is None
    ahead = word(9)._replace(heard_at=at(2))
    assert backwards_in([ahead], []) is not None


def whole(merchant: Merchant) -> Shipment:
    with clock.frozen(at(26)):
        return hear(crossing(merchant), told(HOME, THERE[:3], to=(PARTNER, PARTNER_NUMBER)))


def test_cards_say_who_has_the_parcel_and_for_how_long_it_is_silent(merchant: Merchant) -> None:
    shipment = whole(merchant)
    with clock.frozen(at(26) + 4 * DAY):
        first, last = leg_cards(shipment)
    assert (first.is_current, first.silent_for, first.leg.handed_over_at) == (False, None, at(22))
    assert (last.is_current, last.is_silent, last.silence.level) == (True, True, "amber")
    assert (last.silent_for, last.stage, last.subscription) == (4 * DAY, "last_mile", "pending")
    assert last.began_at == at(22)


def test_one_line_over_all_legs_in_the_times_of_their_places(merchant: Merchant) -> None:
    line = timeline_of(whole(merchant))
    newest, *_rest = line.entries
    assert (newest.event.text, newest.leg.carrier) == ("Arrived at local facility", PARTNER)
    assert newest.local_at.utcoffset() == dt.timedelta(hours=1)
    assert [entry.phase for entry in line.entries] == [
        "",
        "released",
        "processing",
        "",
        "released",
        "",
    ]
    assert [entry.is_hand_over for entry in line.entries] == [
        False,
        False,
        True,
        False,
        False,
        False,
    ]
    assert [entry.stage for entry in reversed(line.entries)][:4] == [
        "domestic", "export_customs", "line_haul", "import_customs",
    ]  # fmt: skip


def test_six_legs_cost_no_more_queries_than_one(merchant: Merchant) -> None:
    with clock.frozen(at(26)):
        alone = hear(
            crossing(merchant, LINE_NUMBER, carrier=LINE), push(LINE_NUMBER, HOME, carrier=LINE)
        )
        many = crossing(merchant)
        for index, kind in enumerate(SIX):
            link_leg(
                shipment_id=many.pk,
                kind=kind,
                carrier=PARTNER,
                number=f"DE100000{index}",
                actor=WHO,
            )
        hear(many, told(HOME, THERE))
    counts = []
    for shipment in (alone, many):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            cards, line = leg_cards(shipment), timeline_of(shipment)
        counts.append((len(seen), len(cards), bool(line.entries)))
    assert counts == [(6, 1, True), (6, 7, True)]


def test_the_clock_finds_what_is_silent_and_clears_it_again(merchant: Merchant) -> None:
    shipment = whole(merchant)
    with clock.frozen(at(26) + 4 * DAY):
        assert watch_legs()["silent"] == 1
    finding = open_findings().get()
    assert (finding.code, finding.detail["level"]) == ("silent", "amber")
    assert finding.leg.carrier == PARTNER
    with clock.frozen(at(26) + 6 * DAY):
        watch_legs()
        finding.refresh_from_db()
        assert finding.detail["level"] == "red"
    with clock.frozen(at(26) + 6 * DAY + HOUR):
        late = abroad(26 + 6 * 24, "Arrived at delivery depot", "1002")
        hear(shipment, told(HOME, [*THERE[:3], late], to=(PARTNER, PARTNER_NUMBER)))
        assert watch_legs()["silent"] == 0
    assert LegFinding.objects.get().cleared_at is not None


def test_a_parcel_held_by_customs_is_silent_at_once(merchant: Merchant) -> None:
    asked = abroad(23, "Clearance delay: customs requests commercial invoice", "13")
    with clock.frozen(at(24)):
        shipment = hear(crossing(merchant), told(HOME, [THERE[0], asked]))
        last = leg_cards(shipment)[-1]
    assert (last.phase, last.silence.level) == (CustomsPhase.INFO_REQUIRED.value, "amber")


def test_a_silent_parcel_abroad_is_asked_for_by_the_number_that_has_it(merchant: Merchant) -> None:
    shipment = whole(merchant)
    with clock.frozen(at(26) + DAY):
        (target,) = claim_silent(limit=5)
    assert (target.shipment_id, target.carrier, target.number) == (
        shipment.pk, PARTNER, PARTNER_NUMBER,
    )  # fmt: skip
    assert (shipment.carrier, shipment.number) == (POST, POST_NUMBER)
