"""One line over all legs on the page; legs linked, unlinked and disputed by people."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.choices import Role
from apps.core import clock
from apps.shipments import codes
from apps.shipments.models import Leg, LegFinding, MappingReplay, Shipment, UnmappedCode
from apps.shipments.services import apply_snapshots, link_leg, run_replays
from tests.admin_shipments.conftest import address, page
from tests.shipments.builders import at, make_shipment
from tests.shipments.crossing import HOME, THERE, Saying, report, told
from tests.shipments.six_legs import LEGS, LINE, NOW, NUMBER, WHO, six_legs
from tests.support.query_counts import assert_query_count


@pytest.fixture(autouse=True)
def builtin_table(db):
    """What a test says of codes holds for itself alone."""
    codes.add_meanings({})
    yield
    codes.add_meanings({})


def leg_task(leg: Leg, name: str) -> str:
    return reverse(f"admin:shipments_leg_do_{name}", args=[leg.pk])


def last_leg(shipment: Shipment) -> Leg:
    return Leg.objects.get(shipment=shipment, kind="last_mile")


def test_one_look_says_who_has_a_parcel_abroad_and_that_customs_waits(log_in, merchant):
    shipment = six_legs(merchant)
    with clock.frozen(NOW):
        text = page(log_in(Role.CUSTOMER_SERVICE), shipment)
    glance = text[text.index('class="lg-holder"') : text.index('class="sp-steps"')]
    for words in ("DHL eCommerce", "GM6051182700420", "Customs asks for information"):
        assert words in glance
    assert "Silent for 1 day 6 hours" in glance
    assert "Customs waits for an answer" in glance
    assert "<small>Customs asks for information</small>" in text


def test_the_line_is_one_and_every_change_of_hands_says_how_it_is_known(log_in, merchant):
    shipment = six_legs(merchant)
    with clock.frozen(NOW):
        text = page(log_in(), shipment)
    line = text[text.index('id="timeline"') :]
    heads = re.findall(r'class="lg-no" href="#leg-(\d)"', line)
    assert heads == ["5", "4", "3", "2", "1"]
    assert line.count('class="lg-joint"') == 4
    assert "DHL eCommerce has said nothing for 1 day 6 hours" in line
    assert "(Europe/Berlin)" in line
    assert "Known from:" in line
    assert "A person · booked with the line, order 4417" in line


def test_the_strip_holds_plans_against_what_happened(log_in, merchant):
    shipment = six_legs(merchant)
    with clock.frozen(NOW):
        text = page(log_in(), shipment)
    strip = text[text.index('class="lg-strip ') : text.index('id="timeline"')]
    assert strip.count('<li class="lg-leg') == len(LEGS)
    assert "10 hours late" in strip
    assert "3 days, 12 hours late".replace(",", "") in strip
    assert "no sign of life yet" in strip


def test_the_map_crosses_the_border(log_in, merchant):
    shipment = six_legs(merchant)
    with clock.frozen(NOW):
        response = log_in().get(address(shipment))
    picture = response.context["route"]
    assert picture.dots[-1].name == "Leipzig"
    assert picture.crossings.count("Q") == 1


def test_a_domestic_parcel_has_no_heads_of_legs(log_in, shipment):
    text = page(log_in(), shipment)
    assert 'class="lg-head' not in text
    assert 'class="lg-holder"' not in text


def test_six_legs_cost_no_more_queries_than_one(log_in, merchant):
    client = log_in()

    def cost(shipment: Shipment) -> int:
        """The fewest of three visits: what the menu keeps for seconds runs out at any time."""
        visits = []
        for _ in range(3):
            with CaptureQueriesContext(connection) as seen, clock.frozen(NOW):
                page(client, shipment)
            visits.append(len(seen))
        return min(visits)

    assert cost(make_shipment(merchant)) == cost(six_legs(merchant))


def test_an_operator_links_a_leg_and_takes_it_back_and_brings_it_again(log_in, merchant):
    shipment, client = make_shipment(merchant, NUMBER, carrier=LINE), log_in()
    values = {"kind": "last_mile", "carrier": "dhlde", "number": "0034043465", "to_country": "DE"}
    assert client.post(address(shipment, "do/link_leg"), values).status_code == 422
    assert not Leg.objects.filter(kind="last_mile").exists()
    answer = client.post(address(shipment, "do/link_leg"), values | {"reason": "asked them"})
    leg = last_leg(shipment)
    assert (answer.status_code, leg.link_evidence, leg.to_country) == (302, "asked them", "DE")
    answer = client.post(leg_task(leg, "unlink"), {"reason": "another parcel"}, follow=True)
    assert leg_task(leg, "relink") in answer.content.decode()
    leg.refresh_from_db()
    assert leg.unlinked_at is not None
    client.post(leg_task(leg, "relink"))
    leg.refresh_from_db()
    assert leg.unlinked_at is None


def test_events_of_an_unlinked_leg_are_not_on_the_line(log_in, merchant):
    shipment, client = six_legs(merchant), log_in()
    leg = Leg.objects.get(shipment=shipment, kind="import_customs")
    with clock.frozen(NOW):
        client.post(leg_task(leg, "unlink"), {"reason": "another parcel"})
        text = page(client, shipment)
    assert "Clearance delay" not in text[text.index('id="timeline"') :]
    assert leg_task(leg, "relink") in text


@pytest.mark.parametrize("role", [Role.CUSTOMER_SERVICE, Role.AUDITOR, Role.MERCHANT])
def test_who_may_not_change_shipments_links_nothing(log_in, merchant, role):
    shipment = six_legs(merchant)
    leg = last_leg(shipment)
    client = log_in(role, merchant if role is Role.MERCHANT else None)
    values = {"kind": "return", "carrier": "dhlde", "number": "0034043466", "reason": "x"}
    assert client.post(address(shipment, "do/link_leg"), values).status_code == 403
    for name in ("unlink", "plan"):
        assert client.post(leg_task(leg, name), {"reason": "x"}).status_code == 403
    leg.refresh_from_db()
    assert (leg.unlinked_at, Leg.objects.filter(shipment=shipment).count()) == (None, len(LEGS))
    assert "do/unlink" not in page(client, shipment)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"number": "N" * 65}, "number"),
        ({"kind": "teleport"}, "kind"),
        ({"carrier": "nobody"}, "carrier"),
        ({"to_country": "deutschland"}, "to_country"),
        ({"planned_in": "2026-11-20T10:00", "planned_out": "2026-11-19T10:00"}, "planned_out"),
    ],
)
def test_what_can_be_no_leg_is_refused_beside_its_field(log_in, merchant, values, said):
    shipment = make_shipment(merchant, NUMBER, carrier=LINE)
    whole = {"kind": "last_mile", "carrier": "dhlde", "number": "0034", "reason": "x"}
    answer = log_in().post(address(shipment, "do/link_leg"), whole | values)
    assert answer.status_code == 422
    assert said in answer.context["form"].errors
    assert Leg.objects.count() == 1


def disputed(merchant) -> LegFinding:
    """A number that a linked leg of one shipment has and the platform says is another's."""
    first = make_shipment(merchant, "YW900000000001", carrier=LINE, destination_country="DE")
    link_leg(shipment_id=first.pk, kind="last_mile", carrier="dhlde", number="JJD0140", actor=WHO)
    second = make_shipment(
        merchant, "RR473124829CN", carrier="emsguoji", kind="line_haul", destination_country="DE"
    )
    param = told(HOME, THERE[:2], to=("dhlde", "JJD0140"))
    apply_snapshots([report(second, Saying("emsguoji", "RR473124829CN", param, at(30)))])
    return LegFinding.objects.get(code="number_claimed_twice")


def test_a_disputed_number_is_decided_on_its_own_page(log_in, merchant):
    finding, client = disputed(merchant), log_in()
    listed = client.get("/admin/shipments/legfinding/?code=number_claimed_twice").content.decode()
    assert "JJD0140" in listed
    own = f"/admin/shipments/legfinding/{finding.pk}/"
    assert "YW900000000001" in client.get(f"{own}change/").content.decode()
    client.post(f"{own}do/take/", {"reason": "asked the carrier"})
    finding.leg.refresh_from_db()
    assert finding.leg.number == "JJD0140"
    assert Leg.objects.get(shipment__number="YW900000000001", kind="last_mile").unlinked_at


def test_a_merchants_user_is_not_told_whose_number_it_is(log_in, merchant, other):
    finding = disputed(merchant)
    own = f"/admin/shipments/legfinding/{finding.pk}/change/"
    assert "YW900000000001" not in log_in(Role.MERCHANT, merchant).get(own).content.decode()
    assert log_in(Role.MERCHANT, other).get(own).status_code == 404


def test_the_queue_of_codes_leads_to_the_form_that_explains_one(log_in, merchant, shipment):
    UnmappedCode.objects.create(
        source="upu", code="EMZ", carrier="emsguoji", count=41, first_seen_at=at(1),
        last_seen_at=at(2), sample="Parcel 李明 13712345678 held", sample_shipment=shipment.pk,
    )  # fmt: skip
    client = log_in()
    text = client.get("/admin/shipments/unmappedcode/").content.decode()
    assert "13712345678" not in text
    assert "draft/?source=upu&amp;code=EMZ" in text
    form = client.get("/admin/shipments/mappingreplay/draft/?source=upu&code=EMZ").context["form"]
    assert (form["source"].value(), form["code"].value()) == ("upu", "EMZ")
    assert log_in(Role.MERCHANT, merchant).get("/admin/shipments/unmappedcode/").status_code == 404


def test_a_partners_number_is_found_by_any_leg_and_shows_the_whole_line(log_in, merchant):
    shipment = six_legs(merchant)
    listed = log_in().get("/admin/shipments/shipment/?q=GM6051182700420").content.decode()
    assert address(shipment) in listed


def make_finding(merchant, n: int) -> None:
    row = make_shipment(merchant, f"YT66000000{n:02d}")
    leg = Leg.objects.get(shipment=row)
    LegFinding.objects.create(shipment=row, leg=leg, code="loop", detail={"place": "x"})


def make_code(merchant, n: int) -> None:
    UnmappedCode.objects.create(
        source="upu", code=f"E{n}", carrier="ems", count=n, first_seen_at=at(1), last_seen_at=at(2)
    )


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("admin.legfinding", make_finding),
        ("admin.leg", make_finding),
        ("admin.unmappedcode", make_code),
    ],
)
def test_the_lists_take_a_constant_number_of_queries(log_in, merchant, name, make):
    client, numbers = log_in(), iter(range(90))

    def more(count: int) -> None:
        for _ in range(count):
            make(merchant, next(numbers))

    assert_query_count(
        name,
        make=more,
        visit=lambda: client.get(f"/admin/shipments/{name.removeprefix('admin.')}/"),
        shows=lambda response: len(response.context["cl"].result_list),
    )


def test_a_preview_offers_to_hold_and_what_holds_is_taken_back_on_its_page(log_in, merchant):
    client = log_in()
    six_legs(merchant)
    values = {"source": "baidiyun", "code": "1001", "status": "out_for_delivery"}
    client.post("/admin/shipments/mappingreplay/draft/", values)
    draft = MappingReplay.objects.get()
    own = f"/admin/shipments/mappingreplay/{draft.pk}/"
    run_replays()
    assert f"{own}do/apply/" in client.get(f"{own}change/").content.decode()
    client.post(f"{own}do/apply/")
    run_replays()
    answer = client.post(f"{own}do/undo/", follow=True).content.decode()
    back = MappingReplay.objects.exclude(pk=draft.pk).get()
    assert f"/admin/shipments/mappingreplay/{back.pk}/change/" in answer
    assert (back.status, back.state) == ("", "previewing")
