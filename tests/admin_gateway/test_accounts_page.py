"""Accounts at the platform: for managers alone, stored, retired, never shown."""

from __future__ import annotations

import json
import logging

import pytest
from django.test import RequestFactory
from django.views.debug import SafeExceptionReporterFilter

from apps.accounts.choices import Role
from apps.baidiyun import services
from apps.baidiyun.admin import accounts
from apps.baidiyun.credentials import credentials_for
from apps.baidiyun.models import Credential
from apps.core.actions import Actor
from apps.core.models import ActionLog
from tests.support.admin_pages import logged_in, said, text_of
from tests.support.people import make_merchant
from tests.support.query_counts import assert_query_count

PAGE = "/admin/baidiyun/credential/"
ADD = f"{PAGE}add/"
HIDDEN = ("planKEYplan", "planCUSplan", "planSECplan")
GIVEN = {
    "mode": "live",
    "merchant": "",
    "key": HIDDEN[0],
    "customer": HIDDEN[1],
    "secret": HIDDEN[2],
    "note": "new contract",
}


def stored(**given) -> Credential:
    values = {"mode": "sandbox", "key": "aKEY", "customer": "aCUS", "secret": "aSEC", **given}
    return services.store_credential(actor=Actor.system("test"), **values)


def tells(text: str) -> list[str]:
    """What of the hidden, plain or sealed, a text tells."""
    sealed = [value for row in Credential.objects.values_list(*accounts.SEALED) for value in row]
    return [word for word in (*HIDDEN, *sealed) if word in text]


def test_a_manager_stores_an_account_and_it_is_used(db):
    client = logged_in(Role.MANAGER)
    response = client.post(ADD, GIVEN, follow=True)
    row = Credential.objects.get()
    assert (row.mode, row.merchant, row.created_by) == ("live", None, client.user)
    assert row.fingerprint in said(response)
    assert credentials_for("live").secret == HIDDEN[2]
    log = ActionLog.objects.get(action="baidiyun.credential.stored")
    assert (log.actor_name, log.note) == (client.user.username, "new contract")


def test_nothing_secret_is_on_any_page_or_in_the_logs(db, caplog):
    caplog.set_level(logging.DEBUG)
    client = logged_in(Role.MANAGER)
    answers = [client.post(ADD, GIVEN, follow=True)]
    row = Credential.objects.get()
    answers += [client.get(f"{PAGE}{row.pk}/{tail}") for tail in ("change/", "do/retire/")]
    answers += [client.get(PAGE), client.get(ADD), client.get("/admin/core/actionlog/")]
    for entry in ActionLog.objects.all():
        answers.append(client.get(f"/admin/core/actionlog/{entry.pk}/change/"))
    assert all(answer.status_code == 200 for answer in answers)
    assert tells(" ".join(answer.content.decode() for answer in answers)) == []
    assert tells(caplog.text) == []
    assert tells(json.dumps(list(ActionLog.objects.values("before", "after", "note")))) == []


@pytest.mark.parametrize(
    "mistake",
    [
        {"note": ""},
        {"secret": ""},
        {"key": "x" * 201},
        {"mode": "moon"},
        {"merchant": "999999"},
        {"customer": "a\x00b"},
        {"note": f"the key is {HIDDEN[0]}"},
    ],
)
def test_after_a_mistake_the_page_gives_nothing_back(db, mistake):
    response = logged_in(Role.MANAGER).post(ADD, GIVEN | mistake)
    assert response.status_code == 422
    assert tells(response.content.decode()) == []
    assert not Credential.objects.exists()


def test_an_error_page_does_not_tell_what_was_entered(db, monkeypatch, caplog):
    def fail(**given):
        raise RuntimeError("boom")

    monkeypatch.setattr(accounts, "store_credential", fail)
    client = logged_in(Role.MANAGER)
    client.raise_request_exception = False
    response = client.post(ADD, GIVEN)
    assert response.status_code == 500
    assert tells(response.content.decode()) == []
    assert tells(caplog.text) == []


def test_a_report_of_an_error_hides_the_fields(db, monkeypatch, settings):
    settings.DEBUG = False
    seen = {}

    def page(self, request, *args, **kwargs):
        seen.update(SafeExceptionReporterFilter().get_post_parameters(request).items())
        raise RuntimeError("stop")

    monkeypatch.setattr(accounts.CredentialAdmin, "_store", page)
    client = logged_in(Role.MANAGER)
    client.raise_request_exception = False
    assert client.post(ADD, GIVEN).status_code == 500
    assert seen["note"] == "new contract"
    assert tells(str(seen)) == []


def test_a_test_merchant_gets_no_live_account(db):
    merchant = make_merchant(is_test=True)
    response = logged_in(Role.MANAGER).post(ADD, GIVEN | {"merchant": merchant.pk})
    assert response.status_code == 422
    assert "A test merchant has no live account" in text_of(response)
    assert not Credential.objects.exists()


def test_without_sealing_keys_the_page_says_why(db, settings):
    settings.CREDENTIAL_KEYS = []
    response = logged_in(Role.MANAGER).post(ADD, GIVEN)
    assert response.status_code == 422
    assert "CREDENTIAL_KEYS" in text_of(response)


def test_an_account_is_retired_with_a_reason(db):
    row = stored()
    client = logged_in(Role.MANAGER)
    address = f"{PAGE}{row.pk}/do/retire/"
    assert client.post(address, {"reason": ""}).status_code == 422
    assert Credential.objects.get().active
    response = client.post(address, {"reason": "leaked"}, follow=True)
    assert "retired" in said(response)
    assert not Credential.objects.get().active
    log = ActionLog.objects.get(action="baidiyun.credential.retired")
    assert (log.actor_name, log.note) == (client.user.username, "leaked")
    assert address not in response.content.decode()


def test_an_account_cannot_be_edited(db):
    row = stored()
    client = logged_in(Role.MANAGER)
    client.post(f"{PAGE}{row.pk}/change/", {"mode": "live", "active": ""})
    row.refresh_from_db()
    assert (row.mode, row.active) == ("sandbox", True)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CUSTOMER_SERVICE, Role.AUDITOR])
def test_only_managers_see_accounts(db, role):
    row = stored()
    client = logged_in(role)
    for tail in ("", "add/", f"{row.pk}/change/", f"{row.pk}/do/retire/"):
        assert client.get(PAGE + tail).status_code == 403, tail
    assert "Platform accounts" not in text_of(client.get("/admin/"))
    assert client.post(ADD, GIVEN).status_code == 403
    assert Credential.objects.count() == 1


def test_merchants_do_not_find_accounts(db):
    row = stored()
    client = logged_in(Role.MERCHANT, make_merchant())
    for tail in ("", f"{row.pk}/change/", f"{row.pk}/do/retire/"):
        assert client.get(PAGE + tail).status_code == 404, tail
    assert client.post(ADD, GIVEN).status_code in {403, 404}


def test_the_list_takes_a_constant_number_of_queries(db):
    client = logged_in(Role.MANAGER)
    assert_query_count(
        "admin.platform_accounts",
        make=lambda count: [stored(merchant=make_merchant()) for _ in range(count)],
        visit=lambda: client.get(PAGE),
        shows=lambda response: len(response.context["cl"].result_list),
    )


def test_the_list_does_not_even_read_what_is_sealed(db, rf: RequestFactory):
    stored()
    client = logged_in(Role.MANAGER)
    request = rf.get(PAGE)
    request.user = client.user
    page = accounts.admin.site._registry[Credential]
    assert "_sealed" not in str(page.get_queryset(request).query)
