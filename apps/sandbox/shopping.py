"""What the shoppers of the demo order: made-up goods, people and addresses, as messy as life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

from apps.sandbox import foreign_shopping as foreign
from apps.sandbox.places import Place, draw_place
from apps.sandbox.rng import stream, weighted
from apps.sandbox.texts import person_name

FOREIGN_RATE = 0.12
MESSY_RATE = 0.35
CONTRADICTION_RATE = 0.02
IMPOSSIBLE_RATE = 0.02
NO_WISH_RATE = 0.4
CNY_PER_USD = Decimal(7)

# SKU, Chinese title, English title, price in CNY, weight in grams.
Good = tuple[str, str, str, str, int]
GOODS: tuple[Good, ...] = (
    ("TEA-250", "西湖龙井 明前茶 250g", "Longjing green tea 250 g", "168.00", 380),
    ("MUG-01", "手绘陶瓷马克杯", "Hand-painted ceramic mug", "39.90", 420),
    ("TEE-M", "纯棉圆领T恤 M码", "Cotton T-shirt, size M", "59.00", 240),
    ("SOCK-5", "中筒棉袜 5双装", "Cotton socks, 5 pairs", "29.90", 260),
    ("LAMP-2", "北欧床头小夜灯", "Bedside lamp", "89.00", 900),
    ("BOOK-7", "城市速写本（精装）", "Hardcover sketchbook", "45.00", 650),
    ("TOY-CAT", "毛绒猫咪抱枕", "Plush cat cushion", "69.00", 700),
    ("PAN-24", "麦饭石平底锅 24cm", "Frying pan 24 cm", "129.00", 1650),
    ("BAG-TOTE", "帆布托特包", "Canvas tote bag", "79.00", 380),
    ("PEN-12", "彩色中性笔 12支", "Gel pens, set of 12", "19.90", 180),
    ("SCARF", "羊毛围巾", "Wool scarf", "159.00", 310),
    ("YOGA", "加厚瑜伽垫", "Yoga mat", "99.00", 1900),
    ("VITD-90", "维生素D3软胶囊 90粒", "Vitamin D3 softgels, 90 pieces", "89.00", 150),
)
STREETS = (
    "人民路", "中山路", "解放大道", "建设街", "科技园南路", "文化巷", "长江路", "和平街",
    "滨河大道", "学府路", "新华路", "光明街",
)  # fmt: skip
ESTATES = ("阳光花园", "万科城", "锦绣家园", "碧桂园", "世纪广场", "创新大厦", "幸福里", "翡翠湾")
WISHES: tuple[tuple[str, float], ...] = (
    ("yuantong", 24), ("zhongtong", 20), ("yunda", 12), ("jtexpress", 12), ("shunfeng", 12),
    ("jd", 10), ("ems", 6), ("shentong", 4),
)  # fmt: skip
NOTES = (
    "",
    "",
    "",
    "放门口就行",
    "请尽快发货，谢谢！",
    "周末在家",
    "生日礼物🎁请包装好",
    "Leave at the desk",
)
EMOJI = ("😊", "🎉", "❤️", "🐱", "👍")
IMPOSSIBLE_ADDRESSES = ("月球静海基地1号", "老地方，你懂的", "？？？", "学校后门第三棵树")


def make_order(
    *,
    seed: int,
    shop: str,
    run: str,
    sequence: int,
    placed_at: dt.datetime,
    complete: bool = False,
) -> dict[str, Any]:
    """The body of one ``POST /api/v1/orders``; the same arguments give the same order.

    With ``complete`` an order abroad lacks nothing customs needs.
    """
    rng = stream(seed, "shopper", shop, run, sequence)
    body: dict[str, Any] = {
        "number": f"{shop[:1].upper()}{run}-{sequence:04d}",
        "placed_at": placed_at.isoformat(timespec="seconds"),
    }
    if rng.random() < FOREIGN_RATE:
        return body | _abroad(rng, body["number"], shop, placed_at, complete=complete)
    body |= {
        "currency": "CNY",
        "recipient": _at_home(rng),
        "lines": _lines(rng),
        "note": rng.choice(NOTES),
    }
    if rng.random() >= NO_WISH_RATE:
        body["carrier"] = weighted(rng, WISHES)
    return body


def _lines(rng: Random) -> list[dict[str, Any]]:
    return [_line(good, good[1], Decimal(good[3]), rng) for good in _basket(rng, GOODS)]


def _abroad(
    rng: Random, number: str, shop: str, placed_at: dt.datetime, *, complete: bool
) -> dict[str, Any]:
    """What makes an order one abroad: in dollars, with words for customs."""
    somebody = foreign.choose_somebody(rng)
    country = somebody.country
    sold = [good for good in GOODS if foreign.is_sold_to(country, good[0], complete=complete)]
    lines = [_line_abroad(good, rng) for good in _basket(rng, sold)]
    amount = sum((Decimal(line["unit_price"]) * line["quantity"] for line in lines), Decimal(0))
    return {
        "currency": "USD",
        "recipient": foreign.recipient_of(somebody),
        "lines": lines,
        "note": rng.choice(NOTES),
        "carrier": foreign.choose_carrier(country, rng),
        "customs": foreign.customs_of(
            somebody,
            shop=shop,
            number=number,
            amount=amount,
            placed_at=placed_at,
            rng=rng,
            complete=complete,
        ),
    }


def _basket(rng: Random, goods: Sequence[Good]) -> list[Good]:
    return rng.sample(goods, rng.choice((1, 1, 1, 2, 3)))


def _line_abroad(good: Good, rng: Random) -> dict[str, Any]:
    sku, _, english, price, _ = good
    line = _line(good, english, Decimal(price) / CNY_PER_USD, rng)
    return line | {"goods_class": foreign.CLASSES.get(sku, "general"), "origin_country": "CN"}


def _line(good: Good, title: str, amount: Decimal, rng: Random) -> dict[str, Any]:
    return {
        "sku": good[0],
        "title": title,
        "quantity": rng.choice((1, 1, 1, 2)),
        "unit_price": str(amount.quantize(Decimal("0.01"))),
        "weight_grams": good[4],
        "goods_class": "general",
    }


def _at_home(rng: Random) -> dict[str, Any]:
    place = draw_place(rng)
    name, phone = person_name(rng), f"138001{rng.randrange(100_000):05d}"
    street = _street(rng)
    recipient: dict[str, Any] = {"name": name, "phone": phone, "country": "CN", "postcode": ""}
    if rng.random() < 0.3:
        recipient |= {
            "province": place.province,
            "city": place.city or place.province,
            "district": place.name,
            "street": street,
        }
    else:
        recipient["address"] = _whole_address(rng, place, street)
    if rng.random() < MESSY_RATE:
        _mess_up(rng, recipient)
    if rng.random() < IMPOSSIBLE_RATE:
        _make_impossible(rng, recipient)
    return recipient


def _street(rng: Random) -> str:
    street = f"{rng.choice(STREETS)}{rng.randrange(1, 1200)}号"
    if rng.random() < 0.7:
        building, floor, door = rng.randrange(1, 30), rng.randrange(1, 33), rng.randrange(1, 9)
        street += f"{rng.choice(ESTATES)}{building}栋{floor}0{door}"
    return street


def _whole_address(rng: Random, place: Place, street: str) -> str:
    province = place.province
    if rng.random() < CONTRADICTION_RATE and not place.is_municipal:
        province = "浙江省" if place.province != "浙江省" else "广东省"
    city = "" if place.is_municipal else place.city
    district = place.name if place.is_district else ""
    return f"{province}{city}{district}{street}"


def _mess_up(rng: Random, recipient: dict[str, Any]) -> None:
    """Full width, emoji, odd spaces, markup, phone formats: what people really type."""
    field = "address" if "address" in recipient else "street"
    text, phone = recipient[field], recipient["phone"]
    kind = rng.randrange(7)
    if kind == 0:
        recipient[field] = full_width(text)
    elif kind == 1:
        recipient["name"] += rng.choice(EMOJI)
    elif kind == 2:
        recipient[field] = f"  {text[:3]} {text[3:6]}\u3000{text[6:]}\u200b "
    elif kind == 3:
        recipient["phone"] = f"+86 {phone[:3]}-{phone[3:7]}-{phone[7:]}"
    elif kind == 4:
        recipient["phone"] = full_width(phone)
    elif kind == 5:
        recipient[field] = f"{text}，，（请放<b>前台</b>！！）"
    else:
        recipient["name"] = f"\u3000{recipient['name']} 女士 "


def _make_impossible(rng: Random, recipient: dict[str, Any]) -> None:
    if rng.random() < 0.5:
        for name in ("province", "city", "district", "street"):
            recipient.pop(name, None)
        recipient["address"] = rng.choice(IMPOSSIBLE_ADDRESSES)
    else:
        recipient["phone"] = rng.choice(("12345", "没有手机", "1380013"))


def full_width(text: str) -> str:
    """ASCII letters, digits and signs in their full-width forms."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
