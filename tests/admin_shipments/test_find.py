"""Finding a shipment from what a caller has."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.shipments.admin.find import find_shipment_ids, spellings_of
from apps.shipments.services import assign_number
from tests.shipments.builders import make_shipment
from tests.support.people import make_user


@pytest.fixture
def staff(db):
    return make_user(Role.CUSTOMER_SERVICE)


@pytest.mark.parametrize(
    "term", ["YT1000000001", "yt1000000001", " YT1000 000001 ", "ＹＴ1000000001"]
)
def test_a_number_is_found_however_it_is_typed(staff, merchant, term):
    wanted = make_shipment(merchant)
    make_shipment(merchant, "YT2000000002")

    assert find_shipment_ids(staff, term) == [wanted.pk]


def test_the_beginning_of_a_number_finds_all_that_begin_so(staff, merchant):
    found = [make_shipment(merchant, f"YT100000000{n}").pk for n in (1, 2, 3)]
    make_shipment(merchant, "JT1000000001")

    assert find_shipment_ids(staff, "YT1000") == sorted(found, reverse=True)


def test_three_characters_find_no_beginnings(staff, merchant):
    make_shipment(merchant)

    assert find_shipment_ids(staff, "YT1") == []


@pytest.mark.parametrize("term", ["000001", "0000 001", "1000000001", "t1000000001"])
def test_six_characters_at_the_end_of_a_number_find_it(staff, merchant, term):
    wanted = make_shipment(merchant, "YT1000000001")
    make_shipment(merchant, "YT1000000002")

    assert find_shipment_ids(staff, term) == [wanted.pk]


@pytest.mark.parametrize("term", ["00001", "%00001", "_00001", "YT10000000"])
def test_fewer_characters_wildcards_and_middles_find_no_ends(staff, merchant, term):
    make_shipment(merchant, "ZZYT1000000001")

    assert find_shipment_ids(staff, term) == []


def test_the_end_of_a_number_finds_a_merchants_user_nothing_of_others(merchant, other):
    make_shipment(merchant, "YT1000000001")
    mine = make_shipment(other, "JT2000000001")

    assert find_shipment_ids(make_user(Role.MERCHANT, merchant=other), "000001") == [mine.pk]


def test_an_order_number_and_our_id_are_found(staff, merchant):
    wanted = make_shipment(merchant, reference="TB-7")

    assert find_shipment_ids(staff, "TB-7") == [wanted.pk]
    assert find_shipment_ids(staff, wanted.uid.upper()) == [wanted.pk]


def test_the_number_of_an_earlier_leg_still_finds_the_parcel(staff, merchant):
    wanted = make_shipment(merchant)
    assign_number(shipment_id=wanted.pk, carrier="shentong", number="77300000001")

    assert find_shipment_ids(staff, "YT1000000001") == [wanted.pk]


@pytest.mark.parametrize("term", ["YT1000000001", "TB-7", "YT1000"])
def test_a_merchants_user_never_finds_anothers_parcel(merchant, other, term):
    make_shipment(merchant, reference="TB-7")
    user = make_user(Role.MERCHANT, merchant=other)

    assert find_shipment_ids(user, term) == []


def test_a_number_of_an_earlier_leg_is_no_way_around_that(merchant, other):
    parcel = make_shipment(merchant)
    assign_number(shipment_id=parcel.pk, carrier="shentong", number="77300000001")

    assert find_shipment_ids(make_user(Role.MERCHANT, merchant=other), "YT1000000001") == []


def test_nothing_typed_finds_nothing(staff, merchant):
    make_shipment(merchant)

    assert find_shipment_ids(staff, "   ") == []


def test_a_percent_sign_is_a_character_like_any_other(staff, merchant):
    make_shipment(merchant)

    assert find_shipment_ids(staff, "YT1%0000") == []
    assert spellings_of("a%b") == ["a%b", "A%B"]


def test_the_palette_leads_to_the_page(log_in, merchant):
    wanted = make_shipment(merchant, reference="TB-7")

    response = log_in(Role.CUSTOMER_SERVICE).get("/admin/search/?s=YT1000000001&extended=1")

    assert f"/admin/shipments/shipment/{wanted.pk}/change/" in response.content.decode()


def test_the_palette_shows_a_merchants_user_nothing_of_others(log_in, merchant, other):
    wanted = make_shipment(merchant, reference="TB-7")

    response = log_in(Role.MERCHANT, other).get("/admin/search/?s=YT1000000001&extended=1")

    assert f"/admin/shipments/shipment/{wanted.pk}/" not in response.content.decode()
