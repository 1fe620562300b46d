"""API keys: what opens the door, and everything that does not."""

from __future__ import annotations

import datetime as dt

import pytest
from rest_framework.test import APIClient

from apps.accounts.choices import KeyMode, Scope
from apps.accounts.models import ApiKey
from apps.accounts.services import LiveKeyRefused, issue_api_key, revoke_api_key
from apps.core import clock
from apps.core.actions import Actor
from apps.core.models import ActionLog
from tests.support.people import client_with, make_key, make_merchant

pytestmark = pytest.mark.django_db
URL = "/api/v1/shipments"


def test_a_key_opens_the_door():
    _key, plain = make_key(make_merchant())
    assert client_with(plain).get(URL).status_code == 200


def test_the_plain_text_is_nowhere_in_the_database():
    key, plain = make_key(make_merchant())
    secret = plain.rsplit("_", 1)[1]
    row = ApiKey.objects.filter(pk=key.pk).values().get()
    assert not any(secret in str(value) for value in row.values())
    assert not any(secret in str(entry) for entry in ActionLog.objects.values())


def refused(client: APIClient, **headers: str) -> None:
    answer = client.get(URL, **headers)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_without_a_key_nothing_is_answered():
    refused(APIClient())


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer lm_",
        "Bearer lm__",
        "Bearer lm_aaaaaaaa_" + "0" * 40,
        "Bearer xx_aaaaaaaa_" + "0" * 40,
        "Bearer " + "a" * 10_000,
        "Bearer lm_a\x00b_c",
        "Bearer lm_é_c",
        "Bearer a b",
        "Basic YTpi",
        "lm_aaaaaaaa_" + "0" * 40,
    ],
)
def test_what_is_no_key_is_refused_in_one_and_the_same_way(header):
    refused(APIClient(), HTTP_AUTHORIZATION=header)


def test_one_changed_character_is_refused():
    _key, plain = make_key(make_merchant())
    last = "0" if plain[-1] != "0" else "1"
    refused(client_with(plain[:-1] + last))


def test_a_key_in_the_query_string_or_in_other_headers_is_not_looked_at():
    _key, plain = make_key(make_merchant())
    for query in (f"?api_key={plain}", f"?access_token={plain}", f"?key={plain}"):
        assert APIClient().get(URL + query).status_code == 401
    refused(APIClient(), HTTP_X_API_KEY=plain)
    refused(APIClient(), HTTP_COOKIE=f"Authorization=Bearer {plain}")


def test_a_revoked_key_is_refused_at_once():
    key, plain = make_key(make_merchant())
    assert revoke_api_key(key=key, actor=Actor.system("test"))
    refused(client_with(plain))


def test_revoking_twice_writes_one_entry_of_the_log():
    key, _plain = make_key(make_merchant())
    assert revoke_api_key(key=key, actor=Actor.system("test"))
    assert not revoke_api_key(key=key, actor=Actor.system("test"))
    assert ActionLog.objects.filter(action="accounts.key.revoked").count() == 1


def test_an_expired_key_is_refused_even_while_business_time_stands_still():
    key, plain = make_key(make_merchant())
    ApiKey.objects.filter(pk=key.pk).update(expires_at=clock.real_now() - dt.timedelta(seconds=1))
    with clock.frozen(clock.real_now() - dt.timedelta(days=30)):
        refused(client_with(plain))


def test_the_key_of_an_inactive_merchant_is_refused():
    merchant = make_merchant()
    _key, plain = make_key(merchant)
    merchant.is_active = False
    merchant.save()
    refused(client_with(plain))


def test_a_key_without_the_scope_is_forbidden():
    _key, plain = make_key(make_merchant(), scopes=[Scope.ORDERS_READ])
    answer = client_with(plain).get(URL)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_a_test_merchant_never_gets_a_live_key():
    merchant = make_merchant(is_test=True)
    with pytest.raises(LiveKeyRefused):
        issue_api_key(
            merchant=merchant,
            name="x",
            scopes=list(Scope),
            mode=KeyMode.LIVE,
            actor=Actor.system("test"),
        )
    assert not ApiKey.objects.filter(merchant=merchant).exists()


def test_last_use_is_written_at_most_once_a_minute(django_assert_num_queries):
    key, plain = make_key(make_merchant())
    client = client_with(plain)
    client.get(URL)
    first = ApiKey.objects.get(pk=key.pk).last_used_at
    client.get(URL)
    assert first is not None
    assert ApiKey.objects.get(pk=key.pk).last_used_at == first
