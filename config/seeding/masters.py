"""What customs needs of the demo's merchants: who exports, and their products with their codes.

Codes beyond six digits are made up and say so; nobody may declare with them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.actions import Actor
from apps.customs.models import Exporter
from apps.customs.services import add_certificate, confirm_hs, save_product
from apps.sandbox.shopping import CNY_PER_USD, GOODS, Good

SEEDER = Actor.system("seed")
EVIDENCE = "演示数据：六位编码由报关员确认，其后各位为虚构"
COUNTRIES_WITH_TEN = ("CN", "US")
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Article:
    """What the master says of an article of the demo's shops, beside its names and price.

    ``hs6`` is "" for one whose code nobody has confirmed. ``papers`` are kinds of certificates
    with the weeks each is still good for.
    """

    hs6: str
    material: str
    use: str
    fields: dict[str, Any] = field(default_factory=dict)
    papers: tuple[tuple[str, str, int], ...] = ()


FDA = {
    "fda_product_code": "54YHY99",
    "fda_intended_use": "dietary supplement for adults",
    "fda_manufacturer": "Hangzhou Kangyuan Bio-tech Co., Ltd.",
    "fda_facility": "18273645501",
}
ARTICLES: dict[str, Article] = {
    "TEA-250": Article(
        "090210", "green tea leaves", "beverage",
        {"goods_class": "food", **FDA, "fda_product_code": "31HGT02",
         "fda_intended_use": "tea for infusion"},
        (("health", "HZ-2026-0817", 30),),
    ),
    "MUG-01": Article("691200", "stoneware", "drinking vessel", {"goods_class": "fragile"}),
    "TEE-M": Article("610910", "100 % cotton, knitted", "clothing"),
    "SOCK-5": Article("611595", "80 % cotton, knitted", "clothing"),
    "LAMP-2": Article(
        "", "ABS and steel, LED", "bedside lighting", papers=(("ce", "CE-LL-2291", 60),)
    ),
    "BOOK-7": Article("482010", "paper, bound in cloth", "drawing"),
    "TOY-CAT": Article("950300", "polyester plush", "toy", {}, (("cpc", "CPC-88127", 3),)),
    "PAN-24": Article("761510", "aluminium, non-stick coating", "cooking"),
    "BAG-TOTE": Article("420292", "cotton canvas", "carrying bag"),
    "PEN-12": Article("960810", "plastic, gel ink", "writing"),
    "SCARF": Article("621420", "100 % wool, woven", "clothing"),
    "YOGA": Article("950691", "TPE foam", "exercise"),
    "VITD-90": Article(
        "210690", "vitamin D3, gelatine, soybean oil", "food supplement",
        {"goods_class": "supplement", **FDA},
        (("fda", "FFR 18273645501", 40), ("health", "HZ-2026-0902", 20)),
    ),
}  # fmt: skip
EXPORTERS: dict[str, dict[str, Any]] = {
    "yunshang": {
        "name_en": "Hangzhou Yunshang Apparel Co., Ltd.",
        "name_cn": "杭州云裳服饰有限公司",
        "street": "No. 969 Wenyi West Road, Yuhang District",
        "city": "Hangzhou",
        "region": "Zhejiang",
        "postcode": "311121",
        "phone": "+86 571 8800 1001",
        "email": "export@yunshang.example.com",
        "customs_code": "2991",
        "port_code": "2991",
        "identifiers": (
            ("cn_uscc", "91330110MA2AXX0017", "CN"),
            ("cn_customs", "33019609A1", "CN"),
        ),
    },
    "jike": {
        "name_en": "Shenzhen Jike Equipment Co., Ltd.",
        "name_cn": "深圳极客装备有限公司",
        "street": "No. 18 Keji South 12th Road, Nanshan District",
        "city": "Shenzhen",
        "region": "Guangdong",
        "postcode": "518057",
        "phone": "+86 755 8600 2002",
        "email": "export@jike.example.com",
        "customs_code": "5304",
        "port_code": "5304",
        "identifiers": (
            ("cn_uscc", "91440300MA5EXX002W", "CN"),
            ("cn_customs", "44039609B2", "CN"),
        ),
    },
}
ABROAD = (
    ("ioss", "IM2760000742", ""),
    ("eori", "DE449988776655443", "DE"),
    ("gb_eori", "GB980780684000", "GB"),
    ("gb_vat", "GB980780684", "GB"),
    ("au_arn", "300012345678", "AU"),
)
RESPONSIBLE = {
    "name": "EU Rep Demo GmbH",
    "kind": "company",
    "address": {
        "street": "Musterstraße 1", "city": "Berlin", "postcode": "10115", "country": "DE",
    },
    "email": "eu-rep@example.com",
}  # fmt: skip


@transaction.atomic
def plant_masters(merchants: Iterable[Merchant]) -> int:
    """Write each demo merchant's exporter and products; returns how many products."""
    planted = 0
    for merchant in merchants:
        _exporter(merchant)
        for good in GOODS:
            _product(merchant, good)
            planted += 1
    return planted


def _exporter(merchant: Merchant) -> None:
    values = dict(EXPORTERS[merchant.slug])
    numbers = (*values.pop("identifiers"), *ABROAD)
    Exporter.objects.create(
        merchant=merchant,
        identifiers=[
            {"kind": kind, "value": value, "country": country} for kind, value, country in numbers
        ],
        responsible=RESPONSIBLE,
        platform=merchant.slug,
        shop_url=f"https://{merchant.slug}.example.com",
        **values,
    )


def _product(merchant: Merchant, good: Good) -> None:
    sku, chinese, english, price, grams = good
    article = ARTICLES[sku]
    saved = save_product(
        merchant_id=merchant.pk,
        sku=sku,
        values={
            "name_cn": chinese,
            "name_en": english,
            "material": article.material,
            "use": article.use,
            "brand": merchant.name,
            "origin": "CN",
            "net_grams": grams * 9 // 10,
            "gross_grams": grams,
            "value": (Decimal(price) / CNY_PER_USD).quantize(Decimal("0.01")),
            "currency": "USD",
            **article.fields,
        },
        actor=SEEDER,
    )
    for kind, number, weeks in article.papers:
        until = (clock.now() + weeks * WEEK).date()
        add_certificate(
            product=saved.product, kind=kind, number=number, valid_to=until, actor=SEEDER
        )
    if not article.hs6:
        return
    for country in ("", *COUNTRIES_WITH_TEN):
        code = f"{article.hs6}0000" if country else article.hs6
        confirm_hs(
            product=saved.product, code=code, country=country, actor=SEEDER, evidence=EVIDENCE
        )
