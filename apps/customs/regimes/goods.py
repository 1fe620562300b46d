"""What the law calls goods: commercial or not, food, regulated by the FDA. Pure.

Chapters are those of HS 2022. Which of them the FDA regulates follows customs.md §1.6 for food
supplements; the other chapters are general knowledge, not checked against the FDA's own list.
"""

from __future__ import annotations

from apps.customs.choices import GoodsClass, PartyKind, SendReason
from apps.customs.record import Line, Record
from apps.customs.regimes.requirement import Border

FOOD_CLASSES = frozenset({GoodsClass.FOOD.value, GoodsClass.SUPPLEMENT.value})
FDA_CLASSES = FOOD_CLASSES | {
    GoodsClass.COSMETICS.value,
    GoodsClass.MEDICINE.value,
    GoodsClass.MEDICAL_DEVICE.value,
}
_FOOD_CHAPTERS = frozenset(f"{n:02d}" for n in (*range(2, 5), *range(7, 13), *range(15, 23)))
_FOOD_HEADINGS = ("1302", "2309", "2936", "3502", "3503", "3504")
_NOT_FOOD = ("1209", "1518", "1520", "1521", "1522")
_COSMETICS = ("3303", "3304", "3305", "3306", "3307", "3401")
_MEDICAL = ("3001", "3002", "3003", "3004", "3005", "3006", "9018", "9019", "9021", "9022")


def is_commercial(record: Record, border: Border | None = None) -> bool:
    """Whether it was sold: gifts, samples and returned goods are not."""
    return record.reason == SendReason.SALE.value


def has_goods(record: Record, border: Border | None = None) -> bool:
    """Whether more than papers are in it."""
    return record.reason != SendReason.DOCUMENT.value


def is_company(record: Record, border: Border | None = None) -> bool:
    """Whether a firm takes the goods in."""
    return (record.importer or record.recipient).kind == PartyKind.COMPANY.value


def is_food(line: Line) -> bool:
    """Whether the FDA wants prior notice of it: food and food supplements, by class or HS."""
    if line.goods_class in FOOD_CLASSES:
        return True
    code = line.hs_code
    if code.startswith(_NOT_FOOD):
        return False
    return code[:2] in _FOOD_CHAPTERS or code.startswith(_FOOD_HEADINGS)


def is_fda(line: Line) -> bool:
    """Whether the FDA regulates it: food, cosmetics, medicines and devices, by class or HS."""
    return (
        line.goods_class in FDA_CLASSES
        or is_food(line)
        or line.hs_code.startswith((*_COSMETICS, *_MEDICAL))
    )


def of_goods(record: Record, border: Border, line: Line) -> bool:
    """Whether a line is goods: papers have no HS code and no origin to tell."""
    return has_goods(record)


def has_battery(record: Record, border: Border, line: Line) -> bool:
    """Whether a line says it holds a battery."""
    return line.goods_class == GoodsClass.BATTERY.value or line.battery is not None


def needs_prior_notice(record: Record, border: Border, line: Line) -> bool:
    """Whether the FDA must hear of a line before it arrives."""
    return is_food(line)


def is_regulated(record: Record, border: Border, line: Line) -> bool:
    """Whether the FDA's data are due for a line."""
    return is_fda(line)
