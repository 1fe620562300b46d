"""The fields of a product as people and programs give them. Pure.

One table serves the form, the API and files: what a field is, how long, within which bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from apps.customs.choices import BatteryKind, GoodsClass


class Kind(Enum):
    """How a value is read."""

    TEXT = auto()
    GRAMS = auto()
    COUNT = auto()
    DECIMAL = auto()
    COUNTRY = auto()
    CURRENCY = auto()
    UNIT = auto()
    GOODS = auto()
    BATTERY = auto()
    YES_NO = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """A field: ``most`` is its longest text or largest number, ``group`` the form's heading."""

    name: str
    kind: Kind
    most: int
    group: str


MOST_SKU = 64
MOST_GRAMS = 1_000_000
MOST_CELLS = 30_000
MOST_MONEY = 10**12 - 1
MOST_WATT_HOURS = 999_999

FIELDS: tuple[Field, ...] = (
    Field("name_cn", Kind.TEXT, 200, "names"),
    Field("name_en", Kind.TEXT, 200, "names"),
    Field("brand", Kind.TEXT, 80, "names"),
    Field("model", Kind.TEXT, 80, "names"),
    Field("barcode", Kind.TEXT, 32, "names"),
    Field("category", Kind.TEXT, 200, "names"),
    Field("material", Kind.TEXT, 120, "goods"),
    Field("use", Kind.TEXT, 120, "goods"),
    Field("origin", Kind.COUNTRY, 2, "goods"),
    Field("goods_class", Kind.GOODS, 16, "goods"),
    Field("net_grams", Kind.GRAMS, MOST_GRAMS, "amounts"),
    Field("gross_grams", Kind.GRAMS, MOST_GRAMS, "amounts"),
    Field("value", Kind.DECIMAL, MOST_MONEY, "amounts"),
    Field("currency", Kind.CURRENCY, 3, "amounts"),
    Field("unit", Kind.UNIT, 3, "amounts"),
    Field("battery", Kind.BATTERY, 16, "battery"),
    Field("watt_hours", Kind.DECIMAL, MOST_WATT_HOURS, "battery"),
    Field("cells", Kind.COUNT, MOST_CELLS, "battery"),
    Field("batteries", Kind.COUNT, MOST_CELLS, "battery"),
    Field("fda_product_code", Kind.TEXT, 16, "fda"),
    Field("fda_intended_use", Kind.TEXT, 60, "fda"),
    Field("fda_manufacturer", Kind.TEXT, 120, "fda"),
    Field("fda_facility", Kind.TEXT, 32, "fda"),
    Field("is_active", Kind.YES_NO, 1, "names"),
)
BY_NAME: dict[str, Field] = {one.name: one for one in FIELDS}
NAMES: tuple[str, ...] = tuple(BY_NAME)

DEFAULTS: dict[str, object] = {
    one.name: None if one.kind in {Kind.GRAMS, Kind.COUNT, Kind.DECIMAL} else "" for one in FIELDS
} | {
    "unit": "PCS",
    "goods_class": GoodsClass.GENERAL.value,
    "battery": BatteryKind.NONE.value,
    "is_active": True,
}
"""What a field holds where nobody said anything."""

UNITS: frozenset[str] = frozenset(
    {"PCS", "PR", "SET", "KG", "G", "L", "ML", "M", "M2", "M3", "BOX", "BAG", "BTL", "ROL"}
)
"""Units a piece may be counted in; the first is usual."""

BATTERY_KINDS: list[str] = [kind for kind in BatteryKind.values() if kind]
"""What a battery may be where there is one."""
