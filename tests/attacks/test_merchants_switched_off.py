"""A merchant that was switched off: its people are out, by log-in, session and API."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.choices import Role
from tests.support.people import make_merchant, make_user, session_of

pytestmark = pytest.mark.django_db
LIST = "/admin/orders/order/"


@pytest.fixture
def switched_off():
    merchant = make_merchant()
    user = make_user(Role.MERCHANT, merchant=merchant, username="shopkeeper")
    browser = session_of(user)
    assert browser.get(LIST).status_code == 200
    merchant.is_active = False
    merchant.save()
    return browser


def test_a_running_session_ends(switched_off):
    answer = switched_off.get(LIST)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


def test_the_session_opens_nothing_of_the_api(switched_off):
    assert switched_off.get("/api/v1/orders").status_code in {401, 403}


def test_nobody_logs_in_for_it(switched_off):
    client = Client()
    client.post("/admin/login/", {"username": "shopkeeper", "password": "correct horse battery"})
    assert "_auth_user_id" not in client.session


def test_the_operators_staff_are_not_concerned(switched_off):
    assert session_of(make_user(Role.OPERATOR)).get(LIST).status_code == 200
