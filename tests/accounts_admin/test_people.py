"""Merchants and people in the admin: who may change whom, and what is masked."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group

from apps.accounts.choices import Role
from apps.accounts.models import Merchant, User
from apps.core.models import ActionLog
from tests.support.admin_pages import logged_in, text_of
from tests.support.people import make_merchant, make_user
from tests.support.query_counts import assert_query_count

PEOPLE = "/admin/accounts/user/"
MERCHANTS = "/admin/accounts/merchant/"
PASSWORD = "a long and strange pass phrase"


def rows(response) -> int:
    return len(response.context["cl"].result_list)


def group(role: Role) -> int:
    return Group.objects.get(name=role.value).pk


def new_person(**given):
    return {"username": "lily", "password1": PASSWORD, "password2": PASSWORD} | given


def test_the_list_of_people_takes_a_constant_number_of_queries(db):
    client = logged_in(Role.MANAGER)
    assert_query_count(
        "admin.people",
        make=lambda count: [make_user(Role.OPERATOR) for _ in range(count)],
        visit=lambda: client.get(PEOPLE),
        shows=lambda response: rows(response) - 1,
    )


def test_the_list_of_merchants_takes_a_constant_number_of_queries(db):
    client = logged_in(Role.MANAGER)
    assert_query_count(
        "admin.merchants",
        make=lambda count: [make_merchant() for _ in range(count)],
        visit=lambda: client.get(MERCHANTS),
        shows=rows,
    )


def test_a_manager_adds_a_person_who_may_log_in(db):
    client = logged_in(Role.MANAGER)
    response = client.post(f"{PEOPLE}add/", new_person(groups=[group(Role.OPERATOR)]))
    person = User.objects.get(username="lily")
    assert response.status_code == 302
    assert person.is_staff
    assert not person.is_superuser
    assert person.roles == [Role.OPERATOR]
    assert person.check_password(PASSWORD)
    entry = ActionLog.objects.get(action="accounts.user.created")
    assert entry.actor_name == client.user.username
    assert PASSWORD not in str(entry.after)


def test_a_merchants_user_has_no_role_of_the_operator(merchant):
    fields = new_person(groups=[group(Role.OPERATOR)], merchant=merchant.pk)
    response = logged_in(Role.MANAGER).post(f"{PEOPLE}add/", fields)
    assert "groups" in response.context["adminform"].form.errors
    assert not User.objects.filter(username="lily").exists()


def test_the_merchants_role_needs_a_merchant(db):
    fields = new_person(groups=[group(Role.MERCHANT)])
    response = logged_in(Role.MANAGER).post(f"{PEOPLE}add/", fields)
    assert "merchant" in response.context["adminform"].form.errors
    assert not User.objects.filter(username="lily").exists()


def test_a_manager_makes_nobody_a_superuser(db):
    person = make_user(Role.OPERATOR)
    fields = {
        "username": person.username,
        "is_active": "on",
        "time_zone": "Asia/Shanghai",
        "groups": [group(Role.OPERATOR)],
        "is_superuser": "on",
    }
    response = logged_in(Role.MANAGER).post(f"{PEOPLE}{person.pk}/change/", fields)
    person.refresh_from_db()
    assert response.status_code == 302
    assert not person.is_superuser


@pytest.mark.parametrize("page", ["change/", "password/"])
def test_a_manager_does_not_take_over_a_superuser(db, page):
    root = User.objects.create_superuser("root", password=PASSWORD)
    client = logged_in(Role.MANAGER)
    fields = {"username": "root2", "password1": "x" * 20, "password2": "x" * 20}
    assert client.post(f"{PEOPLE}{root.pk}/{page}", fields).status_code == 403
    root.refresh_from_db()
    assert root.username == "root"
    assert root.check_password(PASSWORD)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CUSTOMER_SERVICE])
def test_others_do_not_see_people_at_all(db, role):
    assert logged_in(role).get(PEOPLE).status_code == 403


def test_an_auditor_reads_people_without_anything_of_their_passwords(db):
    person = make_user(Role.OPERATOR)
    response = logged_in(Role.AUDITOR).get(f"{PEOPLE}{person.pk}/change/")
    assert response.status_code == 200
    assert person.password.split("$")[0] not in response.content.decode()


def test_roles_are_not_edited_by_hand():
    assert not admin.site.is_registered(Group)


def test_a_manager_changes_a_merchant_and_the_log_masks_the_phone(merchant):
    client = logged_in(Role.MANAGER)
    form = client.get(f"{MERCHANTS}{merchant.pk}/change/").context["adminform"].form
    fields = {name: form.initial.get(name) or "" for name in form.fields}
    client.post(f"{MERCHANTS}{merchant.pk}/change/", fields | {"sender_phone": "13900001111"})
    merchant.refresh_from_db()
    entry = ActionLog.objects.get(action="accounts.merchant.changed")
    assert merchant.sender_phone == "13900001111"
    assert "13900001111" not in str(entry.after)
    assert list(entry.after) == ["sender_phone"]


def test_whether_a_merchant_is_a_test_is_decided_once(merchant):
    client = logged_in(Role.MANAGER)
    form = client.get(f"{MERCHANTS}{merchant.pk}/change/").context["adminform"].form
    assert "is_test" not in form.fields
    assert "slug" not in form.fields


def test_an_auditor_reads_a_merchant_with_the_sender_masked(merchant):
    page = text_of(logged_in(Role.AUDITOR).get(f"{MERCHANTS}{merchant.pk}/change/"))
    assert merchant.name in page
    assert merchant.sender_phone not in page
    assert merchant.sender_name not in page
    assert merchant.sender_street not in page


def test_an_operator_reveals_the_sender_and_it_is_recorded(merchant):
    client = logged_in(Role.OPERATOR)
    assert merchant.sender_phone not in text_of(client.get(f"{MERCHANTS}{merchant.pk}/change/"))
    page = client.post(f"{MERCHANTS}{merchant.pk}/reveal/", follow=True)
    assert merchant.sender_phone in text_of(page)
    assert ActionLog.objects.get(action="personal_data.revealed").subject_id == str(merchant.pk)


@pytest.mark.parametrize("page", ["", "add/", "{own}/change/", "{own}/reveal/"])
@pytest.mark.parametrize("root", [PEOPLE, MERCHANTS])
def test_pages_of_the_staff_do_not_exist_for_a_merchants_user(merchant, root, page):
    client = logged_in(Role.MERCHANT, merchant)
    own = client.user.pk if root == PEOPLE else merchant.pk
    assert client.get(root + page.format(own=own)).status_code in (404, 403)
    assert client.post(root + page.format(own=own)).status_code in (404, 403)
    assert not ActionLog.objects.exists()


def test_a_merchant_is_added_with_everything_a_pickup_needs(db):
    client = logged_in(Role.MANAGER)
    fields = {
        "name": "Tea",
        "slug": "tea",
        "is_active": "on",
        "default_carrier": "yuantong",
        "currency": "CNY",
        "sender_name": "沈仓",
        "sender_phone": "13588880001",
        "sender_province": "浙江省",
        "sender_city": "杭州市",
        "sender_district": "西湖区",
        "sender_street": "文三路 90 号",
    }
    assert client.post(f"{MERCHANTS}add/", fields).status_code == 302
    assert Merchant.objects.get().sender_city == "杭州市"
