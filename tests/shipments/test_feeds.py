"""Partners' feeds in their own codes, the queue of codes nobody explained, phases of customs."""

from __future__ import annotations

import pytest

from apps.accounts.models import Merchant
from apps.core.actions import Actor
from apps.shipments import codes
from apps.shipments.choices import CustomsPhase, ShipmentStatus, Substatus
from apps.shipments.errors import LegRefused, ReplayRefused
from apps.shipments.models import Event, Shipment, UnmappedCode
from apps.shipments.phases import phase_of
from apps.shipments.services import (
    FeedNode,
    apply_replay,
    apply_snapshots,
    draft_replay,
    recompute_shipment,
    report_events,
    run_replays,
)
from apps.shipments.services.mapping import SUBSTATUS_OF, refresh_mappings
from tests.shipments.builders import inbox_row, push
from tests.shipments.crossing import (
    HOME,
    PARTNER,
    PARTNER_NUMBER,
    POST_NUMBER,
    THERE,
    crossing,
    told,
)

pytestmark = pytest.mark.usefixtures("midday")
WHO = Actor("user", "1", "amy")


@pytest.fixture
def shipment(merchant: Merchant) -> Shipment:
    row = crossing(merchant)
    apply_snapshots([inbox_row(row, told(HOME, THERE[:1], to=(PARTNER, PARTNER_NUMBER)))])
    row.refresh_from_db()
    return row


def feed(shipment: Shipment, source: str, *given: tuple[str, str, str]) -> tuple[int, int, int]:
    lines = [FeedNode(time, text, code, location="Leipzig, Germany") for time, text, code in given]
    said = report_events(
        shipment_id=shipment.pk, source=source, carrier=PARTNER, number=PARTNER_NUMBER, nodes=lines
    )
    shipment.refresh_from_db()
    return (said.changed, said.unmapped, said.unreadable)


HELD = ("2026-11-21T05:00:00+01:00", "Held by customs", "EME")


@pytest.mark.parametrize("source", codes.SOURCES)
def test_every_table_says_words_we_have(source: str) -> None:
    for meaning in codes.TABLES[source].values():
        assert ShipmentStatus.parse(meaning.status) is not None
        assert Substatus.parse(meaning.substatus) is not None
        assert CustomsPhase.parse(meaning.phase) is not None
        assert meaning.substatus in {"", *SUBSTATUS_OF.get(meaning.status, ())}


@pytest.mark.parametrize(
    ("source", "code", "status", "phase"),
    [
        ("upu", "EME", "customs", "held"),
        ("upu", "EMI", "delivered", ""),
        ("17track", "InTransit_CustomsRequiringInformation", "customs", "info_required"),
        ("aftership", "InTransit_005", "customs", "released"),
        ("kdniao", "202", "out_for_delivery", ""),
        ("kd100", "202", "exception", ""),
        ("kdniao", "604", "customs", "held"),
    ],
)
def test_a_code_means_what_its_source_says(source, code, status, phase) -> None:
    meaning = codes.meaning_of(code, source)
    assert (meaning.status, meaning.phase) == (status, phase)
    assert codes.split_code(codes.stored_code(code, source)) == (source, code)


@pytest.mark.parametrize(
    ("code", "text", "phase"),
    [
        ("13", "【德国】进口海关要求提供：商业发票", "info_required"),
        ("13", "Entry refused by customs, shipment will be returned", "refused"),
        ("13", "Held by import customs for examination", "held"),
        ("12", "Customs clearance completed, documents required no more", "released"),
        ("8", "清关", "processing"),
    ],
)
def test_words_decide_what_a_coarse_trouble_is(code: str, text: str, phase: str) -> None:
    meaning = codes.meaning_of(code)
    said = phase_of(status=meaning.status, substatus=meaning.substatus, code=code, text=text)
    assert said.value == phase


def test_a_feed_speaks_of_the_leg_of_its_number(shipment: Shipment) -> None:
    assert feed(shipment, "upu", HELD) == (1, 0, 0)
    event = Event.objects.get(code="upu:EME")
    assert event.leg.number == PARTNER_NUMBER
    assert (event.occurred_at.hour, event.zone, event.sources) == (4, "Europe/Berlin", 8)
    assert (shipment.status, shipment.substatus) == ("customs", "held")
    assert feed(shipment, "upu", HELD) == (0, 0, 0)
    assert recompute_shipment(shipment_id=shipment.pk).agrees


def test_a_snapshot_of_the_platform_leaves_a_feed_alone(shipment: Shipment) -> None:
    feed(shipment, "upu", HELD)
    apply_snapshots([inbox_row(shipment, told(HOME, THERE[:2], to=(PARTNER, PARTNER_NUMBER)))])
    assert Event.objects.get(code="upu:EME").omitted_at is None


def test_a_feed_about_no_number_of_ours_is_refused(shipment: Shipment) -> None:
    with pytest.raises(LegRefused):
        report_events(
            shipment_id=shipment.pk, source="upu", carrier=PARTNER, number="X1234567", nodes=[]
        )
    with pytest.raises(LegRefused):
        feed(shipment, "dhl")


def test_an_unknown_code_waits_in_the_queue_until_it_has_a_meaning(shipment: Shipment) -> None:
    strange = ("2026-11-21 04:30:00", "Broker has it", "CustomsBrokerHoldsTheParcelForNow_77")
    bad_time = ("yesterday", "?", "EMI")
    assert feed(shipment, "17track", strange, bad_time) == (1, 1, 1)
    assert Event.objects.get(text="Broker has it").status == ""
    row = UnmappedCode.objects.get(resolved_at=None)
    assert (row.source, row.code, row.carrier, row.count) == ("17track", strange[2], PARTNER, 1)
    assert (row.sample, row.sample_shipment) == ("Broker has it", shipment.pk)
    draft = draft_replay(
        source="17track", code=strange[2], status="customs", substatus="held",
        phase="info_required", note="", actor=WHO, user_id=None,
    )  # fmt: skip
    run_replays()
    apply_replay(replay_id=draft.pk, actor=WHO)
    run_replays()
    shipment.refresh_from_db()
    row.refresh_from_db()
    event = Event.objects.get(text="Broker has it")
    assert (event.status, shipment.substatus, shipment.unknown_codes) == ("customs", "held", 0)
    assert row.resolved_at is not None
    refresh_mappings()
    phase = phase_of(status=event.status, substatus=event.substatus, code=event.code)
    assert phase.value == "info_required"
    codes.add_meanings({})


def test_the_platforms_own_unknown_codes_are_counted_by_carrier(merchant: Merchant) -> None:
    row = crossing(merchant)
    strange = {**HOME[0], "statusCode": "9999"}
    for _ in range(2):
        apply_snapshots([inbox_row(row, push(POST_NUMBER, [strange], carrier=row.carrier))])
    said = UnmappedCode.objects.values_list("source", "code", "carrier", "count")
    assert list(said) == [("baidiyun", "9999", "emsguoji", 1)]


@pytest.mark.parametrize("values", [{"source": "fedex"}, {"phase": "asleep"}, {"code": "x" * 65}])
def test_what_no_source_says_cannot_be_drafted(db, values) -> None:
    given = {"code": "EM1", "status": "customs", "substatus": "", "source": "upu", **values}
    with pytest.raises(ReplayRefused):
        draft_replay(**given, note="", actor=WHO, user_id=None)
