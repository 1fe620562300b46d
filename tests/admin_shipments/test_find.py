"""Finding a shipment from what a caller has."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from apps.accounts.choices import Role
from apps.shipments.admin.find import find_shipment_ids, spellings_of
from apps.shipments.services import assign_number
from tests.shipments.builders import make_shipment
from tests.support.people import make_user
from tests.support.planner import believe_big


class Explained:
    """Keeps the plan of the last statement, and lets it run."""

    plan = ""

    def __call__(self, execute, sql, params, many, context):
        execute(f"EXPLAIN {sql}", params, many, context)
        self.plan = "\n".join(row[0] for row in context["cursor"].fetchall())
        return execute(sql, params, many, context)


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


@pytest.mark.parametrize("term", ["YT1000000001", "yt 10", "000001", "shp_000000", "YT1"])
def test_every_place_is_asked_in_one_query(staff, merchant, other, django_assert_num_queries, term):
    make_shipment(merchant)

    for viewer in (staff, make_user(Role.MERCHANT, merchant=other)):
        with django_assert_num_queries(1):
            find_shipment_ids(viewer, term)


def test_every_place_is_looked_up_in_its_own_index(staff, merchant):
    wanted = make_shipment(merchant)
    believe_big("shipments_shipment", "shipments_leg")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    with connection.execute_wrapper(explained := Explained()):
        find_shipment_ids(staff, wanted.uid)

    asked = set(re.findall(r"(?:using|on) shipments_(\w+)", explained.plan))
    assert asked >= {"leg_number", "leg_tail", "number", "merchant_reference"}
    assert any(name.startswith("shipment_uid") for name in asked)


def test_many_parcels_of_others_do_not_hide_ones_own(merchant, other):
    mine = make_shipment(other, "YT1000000009")
    for n in range(3):
        make_shipment(merchant, f"YT100000000{n}")

    found = find_shipment_ids(make_user(Role.MERCHANT, merchant=other), "YT1000", limit=1)

    assert found == [mine.pk]


def test_nobody_logged_in_finds_nothing(merchant):
    make_shipment(merchant)

    assert find_shipment_ids(AnonymousUser(), "YT1000000001") == []


def test_a_character_no_number_can_have_finds_nothing(staff, merchant):
    make_shipment(merchant)

    assert find_shipment_ids(staff, "YT1000000001\x00") == []


def test_the_palette_leads_to_the_page(log_in, merchant):
    wanted = make_shipment(merchant, reference="TB-7")

    response = log_in(Role.CUSTOMER_SERVICE).get("/admin/search/?s=YT1000000001&extended=1")

    assert f"/admin/shipments/shipment/{wanted.pk}/change/" in response.content.decode()


def test_the_palette_shows_a_merchants_user_nothing_of_others(log_in, merchant, other):
    wanted = make_shipment(merchant, reference="TB-7")

    response = log_in(Role.MERCHANT, other).get("/admin/search/?s=YT1000000001&extended=1")

    assert f"/admin/shipments/shipment/{wanted.pk}/" not in response.content.decode()
