"""Accounts at the platform: whose is used, sealed at rest, sealed anew."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from apps.baidiyun import services
from apps.baidiyun.credentials import Credentials, acting_for, credentials_for
from apps.baidiyun.errors import InvalidRequest, NotConfigured
from apps.baidiyun.models import Credential, Subscription
from apps.baidiyun.vault import reseal, seal, unseal
from apps.core.actions import Actor
from apps.core.models import ActionLog
from tests.baidiyun import payloads
from tests.support.people import make_merchant

ACTOR = Actor.system("test")
OLD, NEW = "old-credential-key-0123456789-abcdefgh", "new-credential-key-0123456789-abcdefgh"


def store(merchant=None, *, mode="sandbox", key="merchantKEY", **given):
    values = {"customer": "merchantCUS", "secret": "merchantSEC", **given}
    return services.store_credential(mode=mode, key=key, merchant=merchant, actor=ACTOR, **values)


def test_what_one_key_sealed_any_ring_with_that_key_opens():
    sealed = seal("秘密", [OLD])
    assert "秘密" not in sealed
    assert unseal(sealed, [NEW, OLD]) == "秘密"
    assert unseal(reseal(sealed, [NEW, OLD]), [NEW]) == "秘密"


def test_a_key_that_is_gone_opens_nothing():
    with pytest.raises(NotConfigured):
        unseal(seal("x", [OLD]), [NEW])


@pytest.mark.parametrize("keys", [[], [""], ["short"], [OLD, "short"]])
def test_without_a_good_key_nothing_is_sealed(keys):
    with pytest.raises(NotConfigured):
        seal("x", keys)


def test_the_merchants_own_account_comes_before_the_shared_one_and_the_settings(db):
    shop, other = make_merchant(), make_merchant()
    assert credentials_for("sandbox", shop.pk).key == "sandboxKey"
    store(key="sharedKEY")
    store(shop)
    assert credentials_for("sandbox", shop.pk).key == "merchantKEY"
    assert credentials_for("sandbox", other.pk).key == "sharedKEY"
    assert credentials_for("sandbox").key == "sharedKEY"


def test_calls_made_for_a_merchant_use_its_account(platform, db):
    shop = make_merchant()
    store(shop)
    with acting_for(shop.pk):
        services.subscribe_tracking(
            subject=1, carrier="yuantong", number="YT6186594166532", mode="sandbox"
        )
    platform.will_answer(payloads.SUBSCRIBED)
    services.send_due_subscriptions()
    assert json.loads(platform.asked[0][1]["param"])["key"] == "merchantKEY"
    assert Subscription.objects.get().merchant_id == shop.pk
    assert credentials_for("sandbox").key == "sandKEYkey"


def test_a_retired_account_is_not_used(db):
    shop = make_merchant()
    row = store(shop)
    services.retire_credential(credential_id=row.pk, actor=ACTOR)
    assert credentials_for("sandbox", shop.pk).key == "sandboxKey"


def test_a_new_account_retires_the_one_before(db):
    shop = make_merchant()
    first, second = store(shop), store(shop, key="secondKEY")
    first.refresh_from_db()
    assert (first.active, second.active) == (False, True)
    assert credentials_for("sandbox", shop.pk).key == "secondKEY"


def test_a_test_merchant_has_no_live_account_and_gets_nobodys(db, settings):
    account = dict.fromkeys(("key", "customer", "secret"), "x")
    settings.BAIDIYUN = {**settings.BAIDIYUN, "live": account}
    shop = make_merchant(is_test=True)
    with pytest.raises(InvalidRequest):
        store(shop, mode="live")
    with pytest.raises(NotConfigured):
        credentials_for("live", shop.pk)
    assert credentials_for("live", make_merchant(is_test=False).pk).key == "x"


def test_an_account_no_key_opens_is_never_replaced_by_another(db, settings):
    shop = make_merchant()
    store(shop)
    settings.CREDENTIAL_KEYS = [NEW]
    with pytest.raises(NotConfigured):
        credentials_for("sandbox", shop.pk)


def test_the_database_and_the_action_log_hold_no_secret(db):
    store(make_merchant(), note="first account")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM baidiyun_credential c")
        kept = str(cursor.fetchall())
    told = str(list(ActionLog.objects.values()))
    assert "merchant" not in kept.replace("merchant_id", "")
    assert not any(word in told for word in ("merchantKEY", "merchantCUS", "merchantSEC"))


def test_secrets_stay_out_of_the_repr():
    shown = repr(Credentials("http://x", "KKK", "CCC", "SSS"))
    assert not any(word in shown for word in ("KKK", "CCC", "SSS"))


def test_keys_rotate_with_two_alive(db, settings):
    settings.CREDENTIAL_KEYS = [OLD]
    shop = make_merchant()
    row = store(shop)
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    assert credentials_for("sandbox", shop.pk).key == "merchantKEY"
    out = StringIO()
    call_command("rotate_credential_keys", stdout=out)
    settings.CREDENTIAL_KEYS = [NEW]
    assert credentials_for("sandbox", shop.pk).secret == "merchantSEC"
    row.refresh_from_db()
    assert row.rotated_at is not None
    assert out.getvalue().startswith("1 credentials")


def test_a_rotation_that_cannot_open_a_row_changes_none(db, settings):
    settings.CREDENTIAL_KEYS = [OLD]
    row = store(make_merchant())
    settings.CREDENTIAL_KEYS = [NEW]
    with pytest.raises(CommandError):
        call_command("rotate_credential_keys")
    assert Credential.objects.get().key_sealed == row.key_sealed


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"key_sealed": "plain"}, "baidiyun_credential_is_sealed"),
        ({"secret_sealed": ""}, "baidiyun_credential_is_sealed"),
        ({"mode": "both"}, "baidiyun_credential_mode"),
    ],
)
def test_a_credential_that_makes_no_sense_is_refused(db, values, constraint):
    store(make_merchant())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Credential.objects.update(**values)


def test_two_active_shared_accounts_are_refused(db):
    first, second = store(), store(key="otherKEY")
    with pytest.raises(IntegrityError, match="baidiyun_one_shared"), transaction.atomic():
        Credential.objects.filter(pk__in=[first.pk, second.pk]).update(active=True)


@pytest.mark.parametrize("field", ["key", "customer", "secret"])
def test_an_empty_part_of_an_account_is_named(db, field):
    with pytest.raises(InvalidRequest) as caught:
        store(make_merchant(), **{field: " "})
    assert caught.value.field == field
    assert not Credential.objects.exists()


def test_an_account_is_stored_from_the_environment_and_listed_by_its_fingerprint(db, monkeypatch):
    shop = make_merchant(slug="own-account", is_test=False)
    for name, value in (("KEY", "kkkk"), ("CUSTOMER", "cccc"), ("SECRET", "ssss")):
        monkeypatch.setenv(f"CREDENTIAL_{name}", value)
    out = StringIO()
    call_command("credential", "store", "--merchant", "own-account", stdout=out)
    row = Credential.objects.get()
    assert out.getvalue() == f"{row.pk} live own-account {row.fingerprint} active\n"
    assert credentials_for("live", shop.pk).secret == "ssss"
    call_command("credential", "retire", "--id", str(row.pk), stdout=StringIO())
    assert not Credential.objects.filter(active=True).exists()


@pytest.mark.parametrize("words", [("retire", "--id", "0"), ("store", "--merchant", "nobody")])
def test_an_account_that_cannot_be_is_refused_by_the_command(db, monkeypatch, words):
    for name in ("KEY", "CUSTOMER", "SECRET"):
        monkeypatch.setenv(f"CREDENTIAL_{name}", "x")
    with pytest.raises(CommandError):
        call_command("credential", *words, stdout=StringIO())
    assert not Credential.objects.exists()
