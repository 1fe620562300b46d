"""API keys in the admin: shown exactly once, revoked at once, never edited."""

from __future__ import annotations

import re

import pytest

from apps.accounts.choices import Role
from apps.accounts.models import ApiKey
from apps.accounts.selectors import find_api_key
from apps.core.models import ActionLog
from tests.support.admin_pages import logged_in, said, text_of
from tests.support.people import make_key, make_merchant
from tests.support.query_counts import assert_query_count

KEYS = "/admin/accounts/apikey/"
ADD = f"{KEYS}add/"
PLAIN = re.compile(r"lm_[a-z2-7]{8}_[0-9a-f]{40}")


def fields(client, merchant, **given):
    ticket = client.get(ADD).context["form"].initial["ticket"]
    values = {
        "merchant": merchant.pk,
        "name": "shop",
        "mode": "live",
        "scopes": ["orders:read"],
        "days": "90",
        "ticket": ticket,
    }
    return values | given


def test_the_list_of_keys_takes_a_constant_number_of_queries(merchant):
    client = logged_in(Role.MANAGER)
    assert_query_count(
        "admin.api_keys",
        make=lambda count: [make_key(merchant) for _ in range(count)],
        visit=lambda: client.get(KEYS),
        shows=lambda response: len(response.context["cl"].result_list),
    )


def test_a_key_is_issued_and_its_text_works(merchant):
    client = logged_in(Role.MANAGER)
    response = client.post(ADD, fields(client, merchant))
    plain = PLAIN.search(response.content.decode()).group()
    key = find_api_key(plain=plain)
    assert key is not None
    assert key.merchant == merchant
    assert key.created_by == client.user
    assert "no-store" in response.headers["Cache-Control"]


def test_the_text_of_a_key_is_shown_exactly_once(merchant):
    client = logged_in(Role.MANAGER)
    values = fields(client, merchant)
    assert PLAIN.search(client.post(ADD, values).content.decode())
    again = client.post(ADD, values, follow=True)
    key = ApiKey.objects.get()
    pages = [again, client.get(KEYS), client.get(f"{KEYS}{key.pk}/change/")]
    assert not any(PLAIN.search(page.content.decode()) for page in pages)
    assert "was issued before" in said(again)


def test_the_text_of_a_key_is_not_kept_in_the_session(merchant):
    client = logged_in(Role.MANAGER)
    client.post(ADD, fields(client, merchant))
    assert not PLAIN.search(str(dict(client.session)))


def test_a_form_nobody_was_given_issues_nothing(merchant):
    client = logged_in(Role.MANAGER)
    client.post(ADD, fields(client, merchant, ticket="made-up"))
    assert not ApiKey.objects.exists()


def test_a_test_merchant_gets_no_live_key(test_merchant):
    client = logged_in(Role.MANAGER)
    response = client.post(ADD, fields(client, test_merchant))
    assert response.status_code == 422
    assert response.context["form"].errors["mode"]
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_after_a_question(merchant):
    key, plain = make_key(merchant)
    client = logged_in(Role.MANAGER)
    address = f"{KEYS}{key.pk}/do/revoke/"
    assert client.get(address).status_code == 200
    assert find_api_key(plain=plain) is not None
    client.post(address)
    assert find_api_key(plain=plain) is None
    assert ActionLog.objects.get(action="accounts.key.revoked").actor_name == client.user.username


def test_a_key_is_never_edited(merchant):
    key, _plain = make_key(merchant)
    response = logged_in(Role.MANAGER).post(f"{KEYS}{key.pk}/change/", {"name": "other"})
    key.refresh_from_db()
    assert response.status_code == 403
    assert key.name == "test"


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CUSTOMER_SERVICE, Role.AUDITOR])
def test_only_managers_issue_and_revoke(merchant, role):
    key, plain = make_key(merchant)
    client = logged_in(role)
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, {}).status_code == 403
    assert client.post(f"{KEYS}{key.pk}/do/revoke/").status_code == 403
    assert find_api_key(plain=plain) is not None


def test_a_merchants_user_sees_their_own_keys_and_issues_none(merchant):
    other = make_merchant()
    mine, _ = make_key(merchant)
    theirs, plain = make_key(other)
    client = logged_in(Role.MERCHANT, merchant)
    page = text_of(client.get(KEYS))
    assert mine.prefix in page
    assert theirs.prefix not in page
    assert client.get(f"{KEYS}{theirs.pk}/change/").status_code == 404
    assert client.post(f"{KEYS}{theirs.pk}/do/revoke/").status_code == 404
    assert client.get(ADD).status_code == 403
    assert find_api_key(plain=plain) is not None
