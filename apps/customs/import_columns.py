"""What headings and words of a file mean, in either language, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum
from apps.core.region_names import country_name
from apps.core.regions import COUNTRIES
from apps.core.text import clean_line
from apps.customs.choices import BatteryKind, CertificateKind, FileProblem, GoodsClass
from apps.customs.import_reading import MOST_COLUMNS, Unreadable
from apps.customs.models import Product
from apps.customs.product_fields import NAMES

SKU, CODES, EVIDENCE, PAPERS = "sku", "hs_codes", "hs_evidence", "certificates"
MERCHANT = "merchant"
"""Exports of staff have it; whose a product is, an import does not ask."""
OWN_HEADINGS = {
    MERCHANT: _("merchant"),
    CODES: _("HS code"),
    EVIDENCE: _("Evidence of the HS code"),
    PAPERS: _("Certificates"),
}
COLUMNS: tuple[str, ...] = (SKU, *NAMES, CODES, EVIDENCE, PAPERS)
LANGUAGES = ("en", "zh-hans")
_IGNORED = re.compile(r"[\s_\-*:：()（）\[\]/.]")
_ALIASES = {
    "hscode": CODES, "hscodes": CODES, "hs": CODES, "海关编码": CODES, "商品编码": CODES,
    "税号": CODES, "货号": SKU, "商家编码": SKU, "商品货号": SKU, "中文品名": "name_cn",
    "品名": "name_cn", "商品名称": "name_cn", "中文名称": "name_cn", "中文名": "name_cn",
    "英文品名": "name_en", "英文名称": "name_en", "英文名": "name_en", "nameen": "name_en",
    "namecn": "name_cn", "产地": "origin", "原产地": "origin", "品牌名称": "brand",
    "countryoforigin": "origin", "净重": "net_grams", "netweight": "net_grams",
    "毛重": "gross_grams", "重量": "gross_grams", "grossweight": "gross_grams",
    "weight": "gross_grams", "单价": "value", "申报价值": "value", "price": "value",
    "币种": "currency", "条形码": "barcode", "ean": "barcode", "型号": "model",
    "用途": "use", "材质": "material", "wh": "watt_hours", "证书": PAPERS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """Which field each cell of a row belongs to ("" is none), and headings nobody knows."""

    fields: tuple[str, ...]
    ignored: tuple[str, ...]

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """Return a row's cells by field."""
        return {field: cell for field, cell in zip(self.fields, row, strict=False) if field}


def heading_of(column: str) -> str:
    """Return what a column is headed in the reader's language."""
    own = OWN_HEADINGS.get(column)
    name = str(own or cast("Any", Product._meta.get_field(column)).verbose_name)
    return name[:1].upper() + name[1:]


def read_heading(row: Sequence[str]) -> Heading:
    """Return what the first row of a file says.

    Raises Unreadable where no column is the SKU, one is there twice, or none is known.
    """
    known = _headings()
    found = tuple(known.get(_bare(cell), "") for cell in row[:MOST_COLUMNS])
    fields = tuple("" if field == MERCHANT else field for field in found)
    named = [field for field in fields if field]
    twice = next((field for field in named if named.count(field) > 1), None)
    if twice is not None:
        raise Unreadable(FileProblem.COLUMN_TWICE, heading_of(twice))
    if SKU not in named:
        raise Unreadable(FileProblem.NO_SKU)
    ignored = tuple(
        clean_line(cell).value[:60]
        for cell, field in zip(row, found, strict=False)
        if not field and cell.strip()
    )
    return Heading(fields, ignored)


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return what people write in a cell of a list → the value that is kept, both languages."""
    found: dict[str, dict[str, str]] = {"goods_class": {}, "battery": {}, "origin": {}}
    for language in LANGUAGES:
        with translation.override(language):
            found["goods_class"] |= labels_of(GoodsClass)
            found["battery"] |= labels_of(BatteryKind)
            found["origin"] |= {_said(country_name(code)): code for code in COUNTRIES}
    found["battery"] |= {"no": "", "否": "", "0": ""}
    return found


@cache
def paper_words() -> Mapping[str, str]:
    """Return what people call papers → their kind."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            found |= labels_of(CertificateKind)
    return found | {"un38.3": CertificateKind.UN383.value, "sds": CertificateKind.MSDS.value}


def labels_of(kinds: type[LabelledEnum]) -> dict[str, str]:
    """Return the labels of an enumeration in the active language, and its values themselves."""
    members: Iterable[LabelledEnum] = kinds
    found: dict[str, str] = {}
    for member in members:
        found |= {_said(str(member.label)): member.value, member.value: member.value}
    return found


@cache
def _headings() -> Mapping[str, str]:
    found = dict(_ALIASES)
    for language in LANGUAGES:
        with translation.override(language):
            found |= {_bare(heading_of(column)): column for column in (MERCHANT, *COLUMNS)}
    return found | {_bare(column): column for column in (MERCHANT, *COLUMNS)}


def _bare(text: str) -> str:
    return _IGNORED.sub("", clean_line(text).value.casefold())


def _said(text: str) -> str:
    return clean_line(text).value.casefold()
