"""A new portal knows what countries ask of imports, as far as it can be a rule.

Frozen rows, from customs.md §1.5-1.8 and §5. What the checks of a declaration stop already (missing
HS codes, origins, tax ids, sums …) is not stopped a second time here. A rule without a day of
checking is from memory.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from apps.customs.migrations._starter_planting import EU, READ_ON, plant_set, rule, when

BRUSSELS, NEW_YORK = "Europe/Brussels", "America/New_York"
TO_EU, TO_US = when("destination", "in", "@EU"), when("destination", "in", "US")
SOLD = when("reason", "in", "sale")
SAY = (
    "写清“是什么 + 什么材质 + 做什么用”，例如“棉质女式针织T恤”。",
    "Say what it is, what it is made of and what it is for: “women's knitted T-shirt of cotton”.",
)
RULES = [
    rule(
        "eu_vague_name", "order", "warn", TO_EU, when("vague", "true"),
        title=("欧盟：品名太笼统", "EU: the description says nothing"),
        message=(
            "品名只由笼统词组成，欧盟 ICS2 会自动拒收这样的申报。",
            "The description is only vague words; the EU's ICS2 refuses it by machine.",
        ),
        fix=SAY, basis="Reg. (EU) 2015/2446 Annex B, DE 18 05 000 000; ICS2 stop words",
        url="https://ensadviser.com", checked=READ_ON, zone=BRUSSELS, review_by="2027-02-22",
    ),
    rule(
        "us_vague_name", "order", "warn", TO_US, when("vague", "true"),
        title=("美国：品名太笼统", "US: the description says nothing"),
        message=(
            "品名只由笼统词组成，美国航空预申报（ACAS）会退回。",
            "The description is only vague words; the US advance screening (ACAS) refuses it.",
        ),
        fix=SAY, basis="CBP CSMS 60011750; ACAS since 2024-11-12 (farrow.com, easypost.com)",
        url="https://farrow.com", checked=READ_ON, zone=NEW_YORK, since="2024-11-12",
        review_by="2027-02-22",
    ),
    rule(
        "eu_responsible_person", "order", "need_field", TO_EU, SOLD,
        when("responsible", "empty"),
        when("goods_class", "not_in", "food", "supplement", "medicine", "document"),
        title=("欧盟：缺少欧盟责任人", "EU: no responsible person in the Union"),
        message=(
            "卖到欧盟的非食品消费品必须有欧盟境内的责任人，这里没有填写。",
            "Consumer goods sold to the EU need a responsible person there; none is named.",
        ),
        fix=(
            "在出口商资料里填写欧盟责任人的名称、地址和邮箱，然后重新检查。",
            "Enter the responsible person's name, address and e-mail with the exporter.",
        ),
        basis="GPSR, Reg. (EU) 2023/988 since 2024-12-13 (delsol, hooperandco)",
        checked=READ_ON, zone=BRUSSELS, since="2024-12-13", need="responsible.name",
        review_by="2027-02-22",
    ),
    rule(
        "eu_animal_supplement", "order", "manual_review", TO_EU,
        when("goods_class", "in", "food", "supplement"),
        when("words", "on_list", "$animal_ingredients"),
        when("destination", "in", "@EU", group=2),
        when("goods_class", "in", "food", "supplement", group=2),
        when("material", "on_list", "$animal_ingredients", group=2),
        title=("欧盟：含动物源成分的食品或保健品", "EU: food with an ingredient of animals"),
        message=(
            "含明胶、鱼油、胶原蛋白等动物源成分的食品进入欧盟需要兽医入境手续。",
            "Food with gelatine, fish oil, collagen and the like needs veterinary entry to the EU.",
        ),
        fix=(
            "请合规人员核对入境证书；没有证书请换不含动物成分的产品或取消。",
            "Have compliance look at its certificate; without one send another product or cancel.",
        ),
        basis="Dir. 2002/46/EC; USDA GAIN E17004", checked=READ_ON, zone=BRUSSELS,
        review_by="2027-02-22",
    ),
    rule(
        "eu_animal_products", "order", "manual_review", TO_EU,
        when("hs", "starts_with", "02", "0401", "0402", "0403", "0404", "0405", "0406", "16"),
        title=("欧盟：肉、奶及其制品", "EU: meat, milk and what is made of them"),
        message=(
            "个人包裹里的肉类和奶类制品一般不得进入欧盟。",
            "Products of meat and milk in parcels are as a rule not let into the EU.",
        ),
        fix=(
            "核对 HS 编码；确为肉奶制品请取消这一行，除非有兽医入境证书。",
            "Check the HS code; take the line out unless there is a veterinary certificate.",
        ),
        basis="Veterinary entry of products of animals [K]", zone=BRUSSELS, review_by="2026-12-31",
    ),
    rule(
        "eu_toys_ce", "order", "need_document", TO_EU, SOLD, when("hs", "starts_with", "9503"),
        when("papers", "not_in", "ce"),
        title=("欧盟：玩具缺 CE 声明", "EU: toys without a CE declaration"),
        message=(
            "进入欧盟的玩具须有按 EN 71 出具的 CE 符合性声明，产品资料里没有有效的一份。",
            "Toys for the EU need a CE declaration (EN 71); the product has no valid one.",
        ),
        fix=(
            "在产品资料里上传 CE 声明（编号和有效期），然后重新检查。",
            "Add the CE declaration with its number and last day to the product.",
        ),
        basis="EN 71, toy safety [K]", zone=BRUSSELS, need="ce", review_by="2026-12-31",
    ),
    rule(
        "us_toys_cpc", "order", "need_document", TO_US, SOLD, when("hs", "starts_with", "9503"),
        when("papers", "not_in", "cpc"),
        title=("美国：玩具缺儿童产品证书", "US: toys without a children's product certificate"),
        message=(
            "进入美国的玩具须有儿童产品证书（CPC），产品资料里没有有效的一份。",
            "Toys for the US need a children's product certificate; the product has no valid one.",
        ),
        fix=(
            "在产品资料里上传 CPC（编号和有效期），然后重新检查。",
            "Add the certificate with its number and last day to the product.",
        ),
        basis="CPSC, children's products [K]", zone=NEW_YORK, need="cpc", review_by="2026-12-31",
    ),
    rule(
        "us_prior_notice_window", "order", "warn", TO_US, when("prior_notice", "empty"),
        when("goods_class", "in", "food", "supplement"),
        when("destination", "in", "US", group=2), when("prior_notice", "empty", group=2),
        when("hs", "starts_with", "210690", "1504", "2936", group=2),
        title=("美国：食品预先通知的时间", "US: when to give prior notice of food"),
        message=(
            "预先通知最早在到达前 15 天（PNSI）或 30 天（ABI）办理，到达前 4 至 8 小时截止。",
            "Prior notice is given at most 15 days (PNSI) or 30 (ABI) before arrival, at the "
            "latest 4 to 8 hours before.",
        ),
        fix=(
            "按预计到达日算好时间办理，拿到 12 位确认号再交给承运商。",
            "Count back from the day of arrival and have the number before the hand-over.",
        ),
        basis="FDA prior notice; CSMS 65581188 since 2025-07-09 (usimports.us)",
        url="https://usimports.us", checked=READ_ON, zone=NEW_YORK, since="2025-07-09",
        review_by="2027-02-22",
    ),
    rule(
        "kr_pccc_matches", "order", "inform", when("destination", "in", "KR"),
        title=("韩国：通关号须与收件人一致", "Korea: the PCCC must match the recipient"),
        message=(
            "自 2026-02-02 起，PCCC 登记的姓名、电话和邮编必须与收件人一致，且有效期一年。",
            "Since 2 February 2026 the PCCC's name, phone and postcode must be the recipient's; "
            "it is valid for a year.",
        ),
        fix=(
            "请买家核对 PCCC 的登记资料和有效期，不一致的先在海关网站更新。",
            "Have the buyer check what the PCCC is registered with, and renew it if need be.",
        ),
        basis="Korea Customs Service (tradenpu, 7customs, DHL)", checked=READ_ON,
        zone="Asia/Seoul", since="2026-02-02", review_by="2027-02-02",
    ),
    rule(
        "jp_small_parcels_taxed", "order", "inform", when("destination", "in", "JP"), SOLD,
        when("value", "at_most", "#JP.low_value"),
        title=("日本：小额包裹开始征消费税", "Japan: consumption tax on small parcels"),
        message=(
            "自 2028-04-01 起，1 万日元及以下的包裹也要缴消费税。",
            "Since 1 April 2028 parcels up to JPY 10,000 pay consumption tax as well.",
        ),
        fix=(
            "在店铺结账页说明，或由已登记的平台代收。",
            "Tell buyers at checkout, or sell through a platform that is registered for it.",
        ),
        basis="Consumption tax reform (skadvisory.jp)", url="https://skadvisory.jp",
        checked=READ_ON, zone="Asia/Tokyo", since="2028-04-01", review_by="2027-12-01",
    ),
    rule(
        "gb_above_limit", "order", "inform", when("destination", "in", "GB"), SOLD,
        when("value", "over", "#GB.low_value"),
        title=("英国：超过小额门槛", "UK: above the low-value limit"),
        message=(
            "货值超过英国小额门槛：关税和增值税在进口时收取，需要完整进口申报。",
            "The value is above the UK's limit: duty and VAT fall due at import.",
        ),
        fix=(
            "DDP 发货请确认 GB EORI；DAP 请提醒买家到付税费。",
            "For DDP make sure of the GB EORI; for DAP tell the buyer what falls due.",
        ),
        basis="Low-value consignments (Deloitte, Budget 2025)", checked=READ_ON,
        zone="Europe/London", review_by="2027-02-22",
    ),
    rule(
        "au_above_limit", "order", "inform", when("destination", "in", "AU"), SOLD,
        when("value", "over", "#AU.low_value"),
        title=("澳大利亚：超过小额门槛", "Australia: above the low-value limit"),
        message=(
            "货值超过澳大利亚小额门槛：要做完整进口申报，GST 在进口时收取。",
            "The value is above Australia's limit: a full import declaration, GST at import.",
        ),
        fix=(
            "请给出 8 位税号，并提醒买家清关时间和税费。",
            "Give the tariff's 8 digits, and tell the buyer of the time and the tax.",
        ),
        basis="ATO, low value imported goods", url="https://ato.gov.au", checked=READ_ON,
        zone="Australia/Sydney", review_by="2027-02-22",
    ),
    rule(
        "country_not_looked_at", "order", "warn", when("destination", "given"),
        when("destination", "not_in", "@EU", "@LOOKED_AT"),
        title=("目的国尚未研究", "Nobody looked at this country's law"),
        message=(
            "这个国家没有专门的规则：没有命中不代表可以清关。",
            "There are no rules for this country: that nothing fired does not mean it clears.",
        ),
        fix=(
            "首次发往这个国家前，请合规人员核对进口要求并补上规则。",
            "Have compliance look up what the country asks before the first parcel.",
        ),
        basis="公司规定 / own policy", checked=READ_ON, review_by="2027-02-22",
    ),
    rule(
        "embargoed_country", "order", "block", when("destination", "in", "@EMBARGOED"),
        title=("禁运国家", "Embargoed country"),
        message=(
            "目的国受全面制裁，公司不承运。",
            "The destination is under comprehensive sanctions; we do not carry there.",
        ),
        fix=(
            "请取消订单并退款；确有许可的请经理核对后放行。",
            "Cancel and refund; with a licence have a manager look at it.",
        ),
        basis="Comprehensive sanctions programmes [K]", priority=1, review_by="2026-12-31",
    ),
]  # fmt: skip
SETS = [
    {"code": "EU", "members": EU, "title_zh": "欧盟关税区", "title_en": "EU customs territory"},
    {
        "code": "LOOKED_AT",
        "members": [
            "US", "GB", "JP", "AU", "BR", "CA", "MX", "KR", "CL", "EC", "AR", "ID", "TR", "CN",
            "HK", "MO", "TW",
        ],
        "title_zh": "研究过的国家和地区",
        "title_en": "Looked at",
    },
    {
        "code": "EMBARGOED",
        "members": ["CU", "IR", "KP", "SY"],
        "title_zh": "禁运国家",
        "title_en": "Embargoed",
    },
]  # fmt: skip


def plant(apps: Any, _editor: Any) -> None:
    """Write the set and publish its first version."""
    titles = ("进口国法规", "Law of the destination")
    plant_set(apps, "law", titles, "起步规则", RULES, named_sets=SETS)


class Migration(migrations.Migration):
    """Plants the starter rules of law."""

    dependencies = [("customs", "0016_starter_words")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
