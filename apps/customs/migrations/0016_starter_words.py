"""A new portal knows some words that rules of carriage and law look for.

The rows are frozen here. They are from general knowledge of what carriers and customs stop, not
taken from an official list: nobody checked a source, and the reports say so.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from apps.customs.migrations._starter_planting import plant_list

OURS = "Own list, from general knowledge [K]; no official source checked"
LISTS: dict[str, tuple[tuple[str, str], list[str]]] = {
    "power_banks": (
        ("充电宝", "Power banks"),
        [
            "power bank|en|word", "power banks|en|word", "powerbank|en|word",
            "powerbanks|en|word", "portable charger|en|word", "portable battery|en|word",
            "充电宝|zh|word", "移动电源|zh|word",
        ],
    ),
    "e_cigarettes": (
        ("电子烟", "E-cigarettes"),
        [
            "e-cigarette|en|word", "e-cigarettes|en|word", "ecigarette|en|prefix",
            "electronic cigarette|en|word", "electronic cigarettes|en|word", "vape|en|word",
            "vapes|en|word", "vape pen|en|word", "vape juice|en|word", "e-liquid|en|word",
            "电子烟|zh|word", "烟弹|zh|word", "雾化烟|zh|word",
        ],
    ),
    "blades": (
        ("管制刀具", "Weapons with blades"),
        [
            "switchblade|en|word", "flick knife|en|word", "butterfly knife|en|word",
            "dagger|en|word", "daggers|en|word", "machete|en|word", "katana|en|word",
            "throwing knife|en|word", "throwing knives|en|word", "hunting knife|en|word",
            "弹簧刀|zh|word", "匕首|zh|word", "蝴蝶刀|zh|word", "砍刀|zh|word", "武士刀|zh|word",
        ],
    ),
    "weapons": (
        ("武器及部件", "Weapons and their parts"),
        [
            "firearm|en|prefix", "handgun|en|word", "rifle scope|en|word", "silencer|en|word",
            "suppressor|en|word", "ammunition|en|word", "pepper spray|en|word",
            "stun gun|en|word", "taser|en|word", "brass knuckles|en|word", "crossbow|en|word",
            "枪支|zh|word", "弹药|zh|word", "消音器|zh|word", "瞄准镜|zh|word", "电击枪|zh|word",
            "防狼喷雾|zh|word", "弩|zh|whole",
        ],
    ),
    "animal_ingredients": (
        ("动物源成分", "Ingredients of animals"),
        [
            "gelatin|en|word", "gelatine|en|word", "collagen|en|word", "fish oil|en|word",
            "cod liver oil|en|word", "krill oil|en|word", "whey|en|word", "casein|en|word",
            "lanolin|en|word", "bone broth|en|word", "royal jelly|en|word", "propolis|en|word",
            "chondroitin|en|word", "bird's nest|en|word", "明胶|zh|word", "胶原蛋白|zh|word",
            "鱼油|zh|word", "鱼肝油|zh|word", "磷虾油|zh|word", "乳清|zh|word", "蜂王浆|zh|word",
            "蜂胶|zh|word", "软骨素|zh|word", "燕窝|zh|word", "阿胶|zh|word",
        ],
    ),
    "protected_brands": (
        ("知名品牌", "Well-known brands"),
        [
            "adidas|en|word", "balenciaga|en|word", "burberry|en|word", "cartier|en|word",
            "chanel|en|word", "dior|en|word", "gucci|en|word", "hermès|en|word",
            "louis vuitton|en|word", "moncler|en|word", "new balance|en|word", "nike|en|word",
            "omega watch|en|word", "pandora|en|word", "prada|en|word", "puma|en|word",
            "ray-ban|en|word", "rolex|en|word", "the north face|en|word",
            "tiffany & co|en|word", "under armour|en|word", "versace|en|word",
            "yves saint laurent|en|word", "耐克|zh|word", "阿迪达斯|zh|word", "香奈儿|zh|word",
            "路易威登|zh|word", "古驰|zh|word", "劳力士|zh|word",
        ],
    ),
}  # fmt: skip


def plant(apps: Any, _editor: Any) -> None:
    """Write the lists, each with its first version published."""
    for key, (titles, words) in LISTS.items():
        plant_list(apps, key, titles, OURS, words)


class Migration(migrations.Migration):
    """Plants the starter lists."""

    dependencies = [("customs", "0015_screening_figures")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
