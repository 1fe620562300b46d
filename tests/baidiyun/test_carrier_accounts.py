"""Merchants' accounts with carriers abroad: sealed, one a place, never told."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from apps.accounts.choices import Role
from apps.accounts.roles import is_allowed
from apps.baidiyun.errors import InvalidRequest, NotConfigured
from apps.baidiyun.models import CarrierAccount
from apps.baidiyun.products.customs_parts import IntlAccount
from apps.baidiyun.redact import redact_request, redact_response
from apps.baidiyun.services import (
    find_carrier_account,
    open_carrier_account,
    retire_carrier_account,
    store_carrier_account,
)
from apps.core.actions import Actor
from apps.core.models import ActionLog
from tests.support.admin_pages import logged_in
from tests.support.people import make_merchant

ACTOR = Actor.system("test")
OLD, NEW = "old-credential-key-0123456789-abcdefgh", "new-credential-key-0123456789-abcdefgh"
PARTS = ("planNUMBER77", "planNAME77", "planKEY77", "planSECRET77", "planCODE77")
PAGE = "/admin/baidiyun/carrieraccount/"
NAMES = ("partner_id", "partner_name", "partner_key", "partner_secret", "code")


def store(merchant, account=None, **given):
    values = {"carrier": "dhlen", "mode": "sandbox", "actor": ACTOR, **given}
    return store_carrier_account(
        merchant=merchant, account=account or IntlAccount(*PARTS), **values
    )


def told(text: str) -> list[str]:
    return [word for word in PARTS if word in text]


def test_what_was_stored_opens_again_and_nothing_of_it_lies_in_the_table(db):
    shop = make_merchant()
    store(shop)
    row = find_carrier_account(merchant_id=shop.pk, carrier="dhlen", mode="sandbox")
    assert open_carrier_account(row) == IntlAccount(*PARTS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM baidiyun_carrieraccount c")
        assert told(cursor.fetchone()[0]) == []
    assert told(repr(open_carrier_account(row)) + str(row)) == []


def test_another_shop_carrier_or_mode_has_no_account(db):
    shop, other = make_merchant(), make_merchant()
    store(shop)
    places = [(other.pk, "dhlen", "sandbox"), (shop.pk, "fedex", "sandbox"),
              (shop.pk, "dhlen", "live")]  # fmt: skip
    found = [
        find_carrier_account(merchant_id=pk, carrier=carrier, mode=mode)
        for pk, carrier, mode in places
    ]
    assert found == [None, None, None]


def test_a_second_account_retires_the_first_and_a_retired_one_is_not_used(db):
    shop = make_merchant()
    first, second = store(shop), store(shop, IntlAccount("another"))
    first.refresh_from_db()
    assert (first.active, second.active) == (False, True)
    retire_carrier_account(account_id=second.pk, actor=ACTOR)
    assert find_carrier_account(merchant_id=shop.pk, carrier="dhlen", mode="sandbox") is None
    logged = json.dumps(list(ActionLog.objects.values("before", "after", "note")))
    assert told(logged) == []


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("partner_id", {"account": IntlAccount("")}),
        ("partner_key", {"account": IntlAccount("a", partner_key="x" * 201)}),
        ("carrier", {"carrier": "yuantong"}),
        ("mode", {"mode": "live"}),
        ("route", {"carrier": "jet"}),
        ("closes", {"closes": "25:00"}),
    ],
)
def test_an_impossible_account_is_refused_by_its_field(db, field, given):
    with pytest.raises(InvalidRequest) as refused:
        store(make_merchant(is_test=True), **given)
    assert refused.value.field == field
    assert not CarrierAccount.objects.exists()


def test_the_table_takes_nothing_unsealed(db):
    with pytest.raises(IntegrityError, match="is_sealed"), transaction.atomic():
        CarrierAccount.objects.create(
            merchant=make_merchant(), carrier="dhlen", mode="sandbox", partner_sealed="plain"
        )


def test_accounts_are_sealed_anew_with_the_others(db, settings):
    settings.CREDENTIAL_KEYS = [OLD]
    row = store(make_merchant())
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    call_command("rotate_credential_keys")
    row.refresh_from_db()
    settings.CREDENTIAL_KEYS = [NEW]
    assert open_carrier_account(row).partner_key == PARTS[2]
    settings.CREDENTIAL_KEYS = [OLD]
    with pytest.raises(NotConfigured):
        open_carrier_account(row)


def test_the_call_log_keeps_nothing_of_an_account_not_even_its_code():
    param = {**IntlAccount(*PARTS).fields(), "kuaidicom": "dhl", "recMan": {"name": "王小明"}}
    kept, private = redact_request({"param": json.dumps(param)})
    assert kept["param"]["kuaidicom"] == "dhl"
    assert told(json.dumps(kept)) == []
    answer = json.dumps({"code": "30001", "message": f"code {PARTS[4]} / {PARTS[2]} 无效"})
    assert told(redact_response(answer, private)) == []
    assert json.loads(redact_response(answer, private))["code"] == "30001"


def test_only_a_manager_comes_near(db):
    names = [f"baidiyun.{verb}_carrieraccount" for verb in ("view", "add", "change")]
    holders = {role for role in Role for name in names if is_allowed(role, name)}
    assert holders == {Role.MANAGER}
    for role in (Role.OPERATOR, Role.AUDITOR, Role.CUSTOMER_SERVICE):
        client = logged_in(role)
        assert {client.get(f"{PAGE}{tail}").status_code for tail in ("", "add/")} == {403}


def test_a_manager_stores_an_account_and_no_page_tells_it(db, caplog):
    client, shop = logged_in(Role.MANAGER), make_merchant(is_test=True)
    given = dict(zip(NAMES, PARTS, strict=True)) | {
        "merchant": shop.pk, "carrier": "dhlen", "mode": "sandbox", "closes": "17:00",
        "calls_pickup": "on", "note": "new contract",
    }  # fmt: skip
    mistakes = [{"closes": "noon"}, {"mode": "live"}, {"note": f"it is {PARTS[2]}"}]
    pages = [client.post(f"{PAGE}add/", given | mistake) for mistake in mistakes]
    assert {page.status_code for page in pages} == {422}
    assert not CarrierAccount.objects.exists()
    pages.append(client.post(f"{PAGE}add/", given, follow=True))
    row = CarrierAccount.objects.get()
    assert (row.calls_pickup, row.closes, row.created_by) == (True, "17:00", client.user)
    pages += [client.get(f"{PAGE}{tail}") for tail in ("", f"{row.pk}/change/")]
    assert told(" ".join(page.content.decode() for page in pages) + caplog.text) == []
