"""A desk in the afternoon: parcels that leave incomplete, questions, holds, and twelve weeks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.accounts.models import Merchant
from apps.core import clock
from apps.customs.choices import Severity, Supplier
from apps.customs.models import Consignment
from tests.customs.factories import (
    HOUR,
    make_consignment,
    make_exporter,
    make_line,
    make_product,
    make_record,
    make_version,
    missing,
)
from tests.support.people import make_merchant

GOODS = (
    ("PB-10", "充电宝 10000mAh 22.5W", "Power bank 10000 mAh"),
    ("KN-03", "厨房刀 三件套", "Kitchen knives, set of three"),
    ("LS-21", "口红 哑光 #21", "Lipstick, matt"),
    ("FO-60", "深海鱼油软胶囊 60粒", "Fish oil capsules"),
)
COUNTRIES = ("DE", "US", "BR", "JP", "GB", "AU")
QUESTIONS = (
    "请提供收件人税号（CPF）的证明文件。",
    "Please send the invoice and proof of payment.",
    "货物用途说明不清，请补充材质与用途。",
    "FDA prior notice number is missing.",
    "申报价值偏低，请提供购买凭证。",
    "Please name the manufacturer of the goods.",
)


def incomplete_parcel(merchant: Merchant, n: int, *, now: dt.datetime) -> Consignment:
    """Make a parcel that misses the code of its product, and now and then more."""
    sku, title, english = GOODS[n % 2 if n < 30 else n % 4]
    line = make_line(1, sku=sku, title=title, description_en=english, hs_code="", hs_source="",
                     hs_confirmed_by="", hs_confirmed_at=None, goods_class="battery")  # fmt: skip
    record = make_record(COUNTRIES[n % 6], lines=(line, make_line(2)), reference=f"A-{1000 + n}")
    found = [missing("lines.hs_code", 1, until=now + 2 * HOUR)]
    if n % 5 == 0:
        found.append(
            missing("recipient.identifiers", None, supplier=Supplier.RECIPIENT,
                    detail={"kinds": "br_cpf,br_cnpj"}, until=now + HOUR)
        )  # fmt: skip
    if n % 7 == 0:
        found.append(missing("lines.origin", 1, supplier=Supplier.STOREFRONT))
    found.append(
        missing("recipient.email", None, severity=Severity.WARN, code="missing_advised",
                supplier=Supplier.STOREFRONT)
    )  # fmt: skip
    return make_consignment(
        merchant,
        record=record,
        findings=found,
        created_at=now - (n + 3) * HOUR,
        cut_off=now + (n - 2) * HOUR / 4,
        borders=[
            {"direction": "export", "country": "CN", "regime": "cn_9610", "score": 92},
            {"score": 86 - n % 9},
        ],
    )


def at_customs(merchant: Merchant, n: int, state: str, **given: Any) -> Consignment:
    """Make a parcel that customs asks about, holds or has had for long."""
    now = clock.now()
    border = {"state": state, "state_at": now - (3 + 7 * n) * HOUR,
              "entered_at": now - (9 + 7 * n) * HOUR} | given  # fmt: skip
    record = make_record(COUNTRIES[(n + 2) % 6], service="line", reference=f"B-{state[:2]}{n}")
    export = {"direction": "export", "country": "CN", "regime": "cn_9610", "state": "released",
              "state_at": now - 60 * HOUR, "entered_at": now - 66 * HOUR}  # fmt: skip
    return make_consignment(
        merchant, record=record, created_at=now - 90 * HOUR, borders=[export, border]
    )


def plant_desk(*, parcels: int = 40, past: int = 12) -> Merchant:
    """Plant a whole afternoon around the portal's now; returns the shop."""
    now = clock.now()
    merchant = make_merchant(name="青木旗舰店")
    make_exporter(merchant)
    make_product(merchant, "YM-01", code="950691")
    for sku, title, english in GOODS:
        make_product(merchant, sku, name_cn=title, name_en=english, material="", use="")
    for n in range(parcels):
        incomplete_parcel(merchant, n, now=now)
    for n, asked in enumerate(QUESTIONS):
        due = {"asked": asked, "answer_due": now + (n - 1) * 3 * HOUR}
        at_customs(merchant, n, "info_required", **due)
    for n in range(5):
        at_customs(merchant, n, "held", asked="待查验" if n % 2 else "")
    for n in range(4):
        at_customs(merchant, n + 4, "processing")
    _let_go(merchant, now)
    for week in range(past):
        for n in range(14 + week * 3):
            _ended(merchant, now - week * dt.timedelta(weeks=1) - n * HOUR, n, week)
    return merchant


def _let_go(merchant: Merchant, now: dt.datetime) -> None:
    row = incomplete_parcel(merchant, 90, now=now)
    row.overridden_at, row.overridden_by = now - 5 * HOUR, "user:经理"
    row.override_reason = "客户书面确认自行承担清关风险"
    row.save()


def _ended(merchant: Merchant, at: dt.datetime, n: int, week: int) -> None:
    destination = COUNTRIES[n % 3]
    days = 1.2 + (n % 7) * 0.4 + week * 0.11
    is_smooth = n % 6 != 0
    row = make_consignment(
        merchant,
        record=make_record(destination),
        created_at=at - dt.timedelta(days=9),
        complete_at_order=n % (3 + (12 - week) // 3) != 0,
        borders=[
            {"direction": "export", "country": "CN", "regime": "cn_9610", "state": "released",
             "state_at": at - dt.timedelta(days=6), "first_try": True,
             "entered_at": at - dt.timedelta(days=6.4 + (n % 3) / 10)},
            {"state": "released", "state_at": at, "entered_at": at - dt.timedelta(days=days),
             "first_try": is_smooth, "human_seconds": 0 if n % 4 else 140 + 9 * week},
        ],
    )  # fmt: skip
    if n == 0:
        make_version_of(row)


def make_version_of(row: Consignment) -> None:
    """Give a consignment a second version, in which somebody corrected the street."""
    record = make_record(row.destination, reference=row.reference, subject=row.subject)
    row.record_version = 2
    row.save()
    make_version(row, record, source="person", written_by="user:林", reason="收件人改了门牌号")
