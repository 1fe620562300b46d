"""A new portal knows what carriers refuse, and a few rules of our own house.

Frozen rows, from customs.md §1.8 and §5. "Typical gates" there are from memory and to be confirmed
by the firm's carriers: such a rule has no day of checking.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from apps.customs.migrations._starter_planting import READ_ON, plant_set, rule, when

BY_POST = when("service", "in", "post")
ALONE = ("un3480", "un3090")
PACKED = ("un3481_packed", "un3091_packed")
INSIDE = ("un3481_inside", "un3091_inside")
GATES = "Typical gates of carriers [K]; to be confirmed by ours"
OTHER_WAY = (
    "改走接受此类货物的专线或快递，或取消这一行。",
    "Send it by a line or express that takes such goods, or take the line out.",
)
RULES = [
    rule(
        "battery_alone_post", "order", "block", BY_POST, when("battery", "in", *ALONE, *PACKED),
        title=("邮政：锂电池未装在设备内", "Post: lithium batteries outside a device"),
        message=(
            "邮政只收装在设备内的锂电池，单独的或随设备包装的不收。",
            "Posts only take lithium batteries installed in a device, not alone or packed with it.",
        ),
        fix=OTHER_WAY, basis="UPU 2013: installed only, 4 cells or 2 batteries (posta.si)",
        url="https://posta.si", checked=READ_ON, priority=20, review_by="2027-02-22",
    ),
    rule(
        "power_bank_post", "order", "block", BY_POST, when("words", "on_list", "$power_banks"),
        when("battery", "not_in", *ALONE, *PACKED),
        title=("邮政：充电宝", "Post: power bank"),
        message=(
            "充电宝按单独的锂电池（UN3480）运输，邮政不收。",
            "A power bank travels as a lithium battery alone (UN3480); posts do not take it.",
        ),
        fix=OTHER_WAY, basis="UPU 2013: installed batteries only (posta.si)",
        url="https://posta.si", checked=READ_ON, priority=20, review_by="2027-02-22",
    ),
    rule(
        "power_bank_unstated", "order", "need_field",
        when("words", "on_list", "$power_banks"), when("battery", "in", ""),
        when("service", "not_in", "post"),
        title=("充电宝未填电池种类", "Power bank without its kind of battery"),
        message=(
            "品名是充电宝，但没有填写电池种类和瓦时。",
            "The description names a power bank, but no kind of battery is given.",
        ),
        fix=(
            "在产品资料里选择“锂离子电池，单独（UN3480）”并填写瓦时。",
            "Choose “Lithium ion, alone (UN3480)” for the product and enter its watt-hours.",
        ),
        basis="UN3480, PI 965 (customs.md §1.8)", checked=READ_ON, need="battery.kind",
        review_by="2027-02-22",
    ),
    rule(
        "lithium_papers", "order", "need_document",
        when("battery", "in", *ALONE, *PACKED, *INSIDE), when("papers", "not_in", "un383", "msds"),
        title=("锂电池缺 UN38.3 或 MSDS", "Lithium battery without UN 38.3 or data sheet"),
        message=(
            "含锂电池的货物须附 UN38.3 测试概要或 MSDS，产品资料里没有有效的一份。",
            "Goods with lithium need a UN 38.3 summary or a safety data sheet; there is none.",
        ),
        fix=(
            "在产品资料里上传 UN38.3 测试概要（编号和有效期），然后重新检查。",
            "Add the UN 38.3 summary with its number and last day to the product.",
        ),
        basis="PI 965-967, UN 38.3 [K]", need="un383", review_by="2026-12-31",
    ),
    rule(
        "battery_over_100wh", "order", "manual_review", when("watt_hours", "over", "100"),
        when("battery", "in", *ALONE, *PACKED, *INSIDE),
        title=("锂电池超过 100 Wh", "Lithium battery above 100 Wh"),
        message=(
            "超过 100 Wh 的锂电池须按第 9 类危险品申报，多数渠道不收。",
            "Above 100 Wh a lithium battery is declared as class 9; most ways refuse it.",
        ),
        fix=(
            "请危险品人员确认渠道和申报，再放行。",
            "Have dangerous goods staff confirm the way and the declaration.",
        ),
        basis="PI 965-967, section IA/IB [K]", review_by="2026-12-31",
    ),
    rule(
        "flammable_post", "order", "block", BY_POST,
        when("goods_class", "in", "aerosol", "fragrance"),
        title=("邮政：喷雾或香水", "Post: aerosol or fragrance"),
        message=(
            "喷雾、香水、指甲油属易燃危险品，邮政不收。",
            "Aerosols, perfume and nail polish are flammable; posts do not take them.",
        ),
        fix=OTHER_WAY, basis=GATES, review_by="2026-12-31",
    ),
    rule(
        "liquid_powder_post", "order", "manual_review", BY_POST,
        when("goods_class", "in", "liquid", "powder"),
        title=("邮政：液体或粉末", "Post: liquid or powder"),
        message=(
            "邮政对液体和粉末限收，须逐件确认。",
            "Posts take liquids and powders only as agreed, piece by piece.",
        ),
        fix=(
            "确认收寄局接受并有 MSDS 后放行，否则改走专线。",
            "Let it go once the post agreed and a data sheet is there, else send it by a line.",
        ),
        basis=GATES, review_by="2026-12-31",
    ),
    rule(
        "magnets", "order", "warn", when("goods_class", "in", "magnetic"),
        when("papers", "not_in", "msds"),
        title=("磁性货物无检测报告", "Magnetic goods without a report"),
        message=(
            "航空运输磁性货物需要磁检报告，没有的可能被退仓。",
            "Magnetic goods by air need a report; without one they may come back.",
        ),
        fix=("请备好磁检报告或做消磁包装。", "Have a report ready, or shield the goods."),
        basis=GATES, review_by="2026-12-31",
    ),
    rule(
        "blades", "order", "manual_review", when("goods_class", "in", "blade"),
        when("words", "on_list", "$blades", group=2),
        title=("刀具", "Blades"),
        message=(
            "刀具须人工确认目的国和渠道是否允许。",
            "Somebody confirms that country and carrier allow the blade.",
        ),
        fix=(
            "厨房和美工用具注明用途后放行；管制刀具请取消这一行。",
            "Kitchen and craft tools go with their use stated; take weapons out.",
        ),
        basis=GATES, review_by="2026-12-31",
    ),
    rule(
        "weapons", "order", "block", when("words", "on_list", "$weapons"),
        when("hs", "starts_with", "93", group=2),
        title=("武器及部件", "Weapons and their parts"),
        message=("武器、弹药及其部件不承运。", "We carry no weapons, ammunition or parts of them."),
        fix=(
            "请取消这一行；描述有误的请改正品名或编码。",
            "Take the line out, or correct the description or code if it is something else.",
        ),
        basis=GATES, priority=10, review_by="2026-12-31",
    ),
    rule(
        "e_cigarettes", "order", "block", when("words", "on_list", "$e_cigarettes"),
        when("hs", "starts_with", "854340", "2404", group=2),
        title=("电子烟", "E-cigarettes"),
        message=("电子烟、烟弹和烟油不承运。", "We carry no e-cigarettes, cartridges or liquids."),
        fix=(
            "请取消这一行；描述有误的请改正品名或编码。",
            "Take the line out, or correct the description or code if it is something else.",
        ),
        basis=GATES, priority=10, review_by="2026-12-31",
    ),
    rule(
        "medicine", "order", "manual_review", when("goods_class", "in", "medicine"),
        title=("药品", "Medicine"),
        message=(
            "药品进口多数国家需要许可或处方。",
            "Most countries ask for a licence or a prescription for medicine.",
        ),
        fix=(
            "请合规人员核对许可；没有许可请取消这一行。",
            "Have compliance look at the licence; without one take the line out.",
        ),
        basis=GATES, review_by="2026-12-31",
    ),
    rule(
        "plants_papers", "order", "need_document", when("papers", "not_in", "health"),
        when("goods_class", "in", "plant"), when("papers", "not_in", "health", group=2),
        when("hs", "starts_with", "0601", "0602", "1209", group=2),
        title=("植物种子缺检疫证书", "Plants or seeds without a certificate"),
        message=(
            "植物和种子出入境须有植物检疫证书，产品资料里没有有效的一份。",
            "Plants and seeds need a phytosanitary certificate; the product has no valid one.",
        ),
        fix=(
            "在产品资料里上传检疫证书（编号和有效期），没有请取消这一行。",
            "Add the certificate with its number and last day, or take the line out.",
        ),
        basis=GATES, need="health", review_by="2026-12-31",
    ),
    rule(
        "brand_authorisation", "order", "need_document",
        when("words", "on_list", "$protected_brands"), when("papers", "not_in", "brand"),
        title=("知名品牌缺授权书", "Well-known brand without authorisation"),
        message=(
            "品名含知名品牌，海关可能以侵权扣留；产品资料里没有有效的授权书。",
            "The description names a brand that customs protects; there is no authorisation.",
        ),
        fix=(
            "在产品资料里上传品牌授权书；不是该品牌的请改正品名。",
            "Add the brand's authorisation, or correct the description if it is not of the brand.",
        ),
        basis=GATES, need="brand", review_by="2026-12-31",
    ),
    rule(
        "value_floor", "order", "manual_review", when("reason", "in", "sale"),
        when("unit_value", "under", "1", currency="CNY"),
        title=("单价过低", "Price below what goods cost"),
        message=(
            "单价折合不足 1 元，海关会怀疑低报。",
            "A piece costs less than CNY 1; customs will suspect a value put too low.",
        ),
        fix=(
            "按实际成交价申报；确为此价的请附付款凭证后放行。",
            "Declare what was paid; if that is the price, let it go with the receipt at hand.",
        ),
        basis="公司规定 / own policy: start value", checked=READ_ON, review_by="2027-02-22",
    ),
]  # fmt: skip


def plant(apps: Any, _editor: Any) -> None:
    """Write the set and publish its first version."""
    plant_set(apps, "carriage", ("承运与公司规定", "Carriage and own policy"), "起步规则", RULES)


class Migration(migrations.Migration):
    """Plants the starter rules of carriage."""

    dependencies = [("customs", "0017_starter_law")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
