"""Sessions at the API: permissions, CSRF, whose rows, masking."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from tests.support.people import make_merchant, make_user, session_of
from tests.support.shipments import make_event, make_shipment

pytestmark = pytest.mark.django_db
URL = "/api/v1/shipments"


def test_a_merchants_user_sees_only_their_own():
    mine, theirs = make_merchant(), make_merchant()
    row = make_shipment(mine)
    make_shipment(theirs)
    answer = session_of(make_user(Role.MERCHANT, merchant=mine)).get(URL)
    assert [item["id"] for item in answer.json()["results"]] == [row.uid]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CUSTOMER_SERVICE, Role.MANAGER, Role.AUDITOR])
def test_staff_sees_all_merchants_and_may_narrow_them(role):
    mine, theirs = make_merchant(), make_merchant()
    rows = [make_shipment(mine), make_shipment(theirs)]
    client = session_of(make_user(role))
    assert len(client.get(URL).json()["results"]) == 2
    narrowed = client.get(f"{URL}?merchant={theirs.slug}").json()["results"]
    assert [item["id"] for item in narrowed] == [rows[1].uid]


def test_naming_another_merchant_shows_a_merchants_user_nothing():
    mine, theirs = make_merchant(), make_merchant()
    make_shipment(theirs)
    client = session_of(make_user(Role.MERCHANT, merchant=mine))
    assert client.get(f"{URL}?merchant={theirs.slug}").json()["results"] == []


def test_the_session_of_an_inactive_merchants_user_has_ended():
    merchant = make_merchant(is_active=False)
    answer = session_of(make_user(Role.MERCHANT, merchant=merchant)).get(URL)
    assert answer.status_code == 401


def test_a_person_without_a_role_is_forbidden():
    user = make_user(Role.AUDITOR)
    user.groups.clear()
    assert session_of(user).get(URL).status_code == 403


def test_staff_reads_the_carriers_words_masked_and_the_merchants_key_in_full():
    from tests.support.people import client_of

    merchant = make_merchant()
    row = make_shipment(merchant)
    make_event(row, row.legs.get(), text="快递员:王小明,电话:13812345678 正在派件")
    staff = session_of(make_user(Role.MANAGER)).get(f"{URL}/{row.uid}").json()
    own = client_of(merchant).get(f"{URL}/{row.uid}").json()
    assert "13812345678" not in staff["events"][0]["text"]
    assert "王小明" not in staff["events"][0]["text"]
    assert own["events"][0]["text"] == "快递员:王小明,电话:13812345678 正在派件"


@pytest.mark.parametrize("scheme", ["Bearer ", "bEARER ", "BEARER\t", "  Bearer ", "Bearer x "])
def test_a_bad_key_is_not_forgiven_because_of_a_session(scheme):
    client = session_of(make_user(Role.MANAGER))
    answer = client.get(URL, HTTP_AUTHORIZATION=f"{scheme}lm_nonsense_key")
    assert answer.status_code == 401


def test_a_session_beside_a_key_adds_nothing_and_is_not_even_read(django_assert_num_queries):
    from tests.support.people import client_of

    mine, theirs = make_merchant(), make_merchant()
    row, foreign = make_shipment(mine), make_shipment(theirs)
    client = client_of(mine)
    client.force_login(make_user(Role.MANAGER))
    client.get(URL)

    with django_assert_num_queries(3):
        assert client.get(f"{URL}/{row.uid}").status_code == 200
    assert client.get(f"{URL}/{foreign.uid}").status_code == 404


@pytest.mark.parametrize("path", ["/admin/", "/api/v1/docs"])
def test_pages_know_their_person_whatever_else_a_request_brings(path):
    client = session_of(make_user(Role.MANAGER))
    assert client.get(path, HTTP_AUTHORIZATION="Bearer lm_nonsense_key").status_code == 200
