"""Keeping merchants' accounts with international carriers. Nothing of them is shown again."""

from __future__ import annotations

import json
import re

from django.conf import settings
from django.db import transaction

from apps.accounts.models import Merchant, User
from apps.baidiyun.carrier_account_rows import CarrierAccount
from apps.baidiyun.choices import EwaybillCarrier, Mode
from apps.baidiyun.credentials import fingerprint_of
from apps.baidiyun.errors import InvalidRequest
from apps.baidiyun.products.customs_parts import IntlAccount
from apps.baidiyun.vault import reseal, seal, unseal
from apps.core import clock
from apps.core.actions import Actor, record_action

LONGEST = 200
NEEDS_ROUTE = frozenset({EwaybillCarrier.JT.value})
"""Carriers the platform books only with a ``routeId`` (极兔国际)."""
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def store_carrier_account(
    *,
    merchant: Merchant,
    carrier: str,
    mode: str,
    account: IntlAccount,
    actor: Actor,
    service: str = "",
    route: str = "",
    calls_pickup: bool = False,
    closes: str = "18:00",
    created_by: User | None = None,
    note: str = "",
) -> CarrierAccount:
    """Store an account and retire the one it replaces (same merchant, carrier and mode).

    Raises InvalidRequest naming the field (a test merchant has no live account), NotConfigured
    without CREDENTIAL_KEYS.
    """
    values = {name: getattr(account, name).strip() for name in IntlAccount.__dataclass_fields__}
    _check(values, merchant=merchant, carrier=carrier, mode=mode, route=route, closes=closes)
    sealed = seal(json.dumps(values, ensure_ascii=False), settings.CREDENTIAL_KEYS)
    with transaction.atomic():
        before = _retire(merchant, carrier, mode)
        row = CarrierAccount.objects.create(
            merchant=merchant,
            carrier=carrier,
            mode=Mode(mode).value,
            partner_sealed=sealed,
            fingerprint=fingerprint_of(values["partner_id"]),
            service=service.strip(),
            route=route.strip(),
            calls_pickup=calls_pickup,
            closes=closes,
            created_by=created_by,
        )
        _log("baidiyun.carrier_account.stored", row, actor, before=before, note=note)
    return row


def retire_carrier_account(*, account_id: int, actor: Actor, note: str = "") -> CarrierAccount:
    """Stop using an account; what it was stays sealed in its row. Retiring twice is harmless."""
    with transaction.atomic():
        row = CarrierAccount.objects.select_for_update().get(pk=account_id)
        if row.active:
            row.active = False
            row.save(update_fields=["active"])
            before = row.fingerprint
            _log("baidiyun.carrier_account.retired", row, actor, before=before, note=note)
    return row


def find_carrier_account(*, merchant_id: int, carrier: str, mode: str) -> CarrierAccount | None:
    """Return the account a merchant's parcels are booked on with a carrier, None without one."""
    rows = CarrierAccount.objects.filter(
        merchant_id=merchant_id, carrier=carrier, mode=mode, active=True
    )
    return rows.first()


def open_carrier_account(row: CarrierAccount) -> IntlAccount:
    """Return what the carrier knows the merchant by. Raises NotConfigured if no key opens it."""
    return IntlAccount(**json.loads(unseal(row.partner_sealed, settings.CREDENTIAL_KEYS)))


def reseal_carrier_accounts(*, actor: Actor) -> int:
    """Seal every account anew under the first of CREDENTIAL_KEYS; returns how many.

    Raises NotConfigured, changing nothing, if one was sealed under a key that is gone.
    """
    with transaction.atomic():
        rows = list(CarrierAccount.objects.select_for_update().order_by("pk"))
        for row in rows:
            row.partner_sealed = reseal(row.partner_sealed, settings.CREDENTIAL_KEYS)
            row.rotated_at = clock.real_now()
            row.save(update_fields=["partner_sealed", "rotated_at"])
        record_action(
            action="baidiyun.carrier_account.keys_rotated",
            actor=actor,
            subject=("baidiyun.carrieraccount", "all"),
            after={"rows": len(rows)},
        )
    return len(rows)


def _check(
    values: dict[str, str], *, merchant: Merchant, carrier: str, mode: str, route: str, closes: str
) -> None:
    for name, value in values.items():
        if len(value) > LONGEST or not value.isprintable():
            raise InvalidRequest(f"the {name} is impossible", field=name)
    if not values["partner_id"]:
        raise InvalidRequest("the account has a number", field="partner_id")
    if carrier not in EwaybillCarrier.values():
        raise InvalidRequest("no carrier is booked by such an account", field="carrier")
    if merchant.is_test and mode == Mode.LIVE.value:
        raise InvalidRequest("a test merchant has no live account", field="mode")
    if carrier in NEEDS_ROUTE and not route.strip():
        raise InvalidRequest("this carrier is booked with a route ID", field="route")
    if not _HOUR.fullmatch(closes):
        raise InvalidRequest("until when: HH:mm", field="closes")


def _retire(merchant: Merchant, carrier: str, mode: str) -> str:
    """Retire the active account of this place; returns its fingerprint or ""."""
    rows = CarrierAccount.objects.select_for_update().filter(
        merchant=merchant, carrier=carrier, mode=mode, active=True
    )
    found = rows.first()
    if found is None:
        return ""
    found.active = False
    found.save(update_fields=["active"])
    return found.fingerprint


def _log(action: str, row: CarrierAccount, actor: Actor, *, before: str, note: str) -> None:
    record_action(
        action=action,
        actor=actor,
        subject=row,
        merchant_id=row.merchant_id,
        before={"fingerprint": before} if before else {},
        after={
            "fingerprint": row.fingerprint,
            "carrier": row.carrier,
            "mode": row.mode,
            "active": row.active,
        },
        note=note[:300],
    )
