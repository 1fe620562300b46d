"""The carriers Baidiyun knows (contract §4): names, kind, what they ask for."""

from __future__ import annotations

from dataclasses import dataclass

from apps.baidiyun.products.tracking import POSTAL_ABROAD


@dataclass(frozen=True, slots=True)
class Carrier:
    """One carrier code. ``local_time``: its nodes abroad carry the place's own time."""

    code: str
    name_zh: str
    name_en: str
    international: bool = False
    needs_phone: bool = False
    same_city: bool = False

    @property
    def local_time(self) -> bool:
        """Whether times are those of the place; domestic carriers always report China time."""
        return self.international


_PHONE = frozenset({"shunfeng", "shunfengkuaiyun", "zhongtong", "fengwang"})

_DOMESTIC = """
yuantong|圆通速递|YTO Express
shentong|申通快递|STO Express
zhongtong|中通快递|ZTO Express
jtexpress|极兔速递|J&T Express
yunda|韵达快递|Yunda Express
shunfeng|顺丰速运|SF Express
shunfengkuaiyun|顺丰快运|SF Freight
shunfenglengyun|顺丰冷链|SF Cold Chain
youzhengguonei|邮政快递包裹|China Post Parcel
youzhengbk|邮政标准快递|China Post Standard
youzhengdsbk|邮政电商标快|China Post E-commerce
ems|EMS|EMS China
jd|京东物流|JD Logistics
jingdongkuaiyun|京东快运|JD Freight
debangkuaidi|德邦快递|Deppon Express
debangwuliu|德邦物流|Deppon Logistics
danniao|菜鸟速递|Cainiao Express
kuayue|跨越速运|KYE Express
annengwuliu|安能快运|ANE Freight
ane66|安能快递|ANE Express
zhongtongkuaiyun|中通快运|ZTO Freight
yundakuaiyun|韵达快运|Yunda Freight
yuantongkuaiyun|圆通快运|YTO Freight
yimidida|壹米滴答|Yimidida
baishiwuliu|百世快运|Best Freight
huitongkuaidi|百世快递|Best Express
zhaijisong|宅急送|ZJS Express
youshuwuliu|优速|UCE Express
tiantian|天天|TTK Express
suning|苏宁|Suning Logistics
fengwang|丰网|Fengwang Express
"""

_INTERNATIONAL = """
upsen|UPS-全球件|UPS Worldwide
ups|UPS|UPS
dhl|DHL-中国件|DHL China
dhlen|DHL-全球件|DHL Express Worldwide
dhlde|DHL-德国件|DHL Germany
dhlecommerce|DHL小包|DHL eCommerce
fedex|FedEx-国际件|FedEx International
fedexcn|FedEx-国际件-中文|FedEx International (Chinese)
fedexus|FedEx-美国件|FedEx United States
lianbangkuaidi|联邦快递|FedEx China
tnt|TNT|TNT
tnten|TNT-全球件|TNT Worldwide
usps|USPS|USPS
uspscn|USPS-中文|USPS (Chinese)
dpd|DPD|DPD
dpduk|DPD-英国件|DPD United Kingdom
dpdgermany|DPD-德国件|DPD Germany
gls|GLS|GLS
aramex|Aramex|Aramex
japanpost|日本郵便|Japan Post
japanposten|日本郵便-英文|Japan Post (English)
singpost|新加坡邮政|Singapore Post
speedpost|新加坡特快|Speedpost Singapore
auspost|澳大利亚邮政|Australia Post
brazilposten|巴西邮政|Brazil Post (Correios)
disifang|递四方|4PX
yw56|燕文物流|Yanwen Logistics
jet|极兔国际|J&T International
emsguoji|EMS-国际件|EMS International
emsen|EMS-国际件-英文|EMS International (English)
emsinten|EMS-国际件-全球|EMS Worldwide
youzhengguoji|国际包裹|China Post International
yuantongguoji|圆通国际|YTO International
zhongtongguoji|中通国际|ZTO International
stosolution|申通国际|STO International
shunfenghk|顺丰-繁体|SF Express (Hong Kong)
"""

_SAME_CITY = """
shunfengtongcheng|顺丰同城|SF Intra-city
dadatongcheng|达达秒送|Dada
fengniaotongcheng|蜂鸟配送|Fengniao
shansongtongcheng|闪送|FlashEx
meituantongcheng|美团配送|Meituan Delivery
uupaotui|UU跑腿|UU Errands
gxdtongcheng|裹小递同城|Guoxiaodi
"""


def _read(block: str, *, international: bool = False, same_city: bool = False) -> list[Carrier]:
    rows = (line.split("|") for line in block.strip().splitlines())
    return [
        Carrier(code, zh, en, international, code in _PHONE, same_city) for code, zh, en in rows
    ]


CARRIERS: dict[str, Carrier] = {
    carrier.code: carrier
    for carrier in (
        *_read(_DOMESTIC),
        *_read(_INTERNATIONAL, international=True),
        *_read(_SAME_CITY, same_city=True),
    )
}


_HOMES = {
    "usps": "US", "uspscn": "US", "fedexus": "US", "dhlde": "DE", "dpdgermany": "DE",
    "dpduk": "GB", "japanpost": "JP", "japanposten": "JP", "auspost": "AU", "singpost": "SG",
    "speedpost": "SG", "brazilposten": "BR",
}  # fmt: skip
"""Where carriers that deliver in one country alone are at home."""


HANDS_TO_POSTS = POSTAL_ABROAD
"""Postal carriers that hand their parcels abroad to the other post, which keeps the number."""


_EXPRESS = frozenset(
    {"dhl", "dhlen", "fedex", "fedexcn", "fedexus", "lianbangkuaidi", "ups", "upsen", "tnt",
     "tnten", "aramex", "emsguoji", "emsen", "emsinten", "speedpost"}
)  # fmt: skip


def is_express(code: str) -> bool:
    """Whether a carrier is an express service abroad: its customs should take a day, not three."""
    return code in _EXPRESS


def home_of(code: str) -> str:
    """Return the country a carrier delivers in, "" for one of several or of none we know."""
    return _HOMES.get(code, "")


def find_carrier(code: str) -> Carrier | None:
    """Return the carrier of a code, or None for one this table does not know."""
    return CARRIERS.get(code)


def carrier_name(code: str, language: str = "zh") -> str:
    """Return a carrier's name for people; an unknown code stands for itself."""
    carrier = CARRIERS.get(code)
    if carrier is None:
        return code
    return carrier.name_zh if language.startswith("zh") else carrier.name_en


def needs_phone(code: str) -> bool:
    """Whether tracking answers only with the last four digits of a phone."""
    return code in _PHONE


def reports_local_time(code: str) -> bool:
    """Whether the carrier's nodes abroad carry the place's own time."""
    carrier = CARRIERS.get(code)
    return carrier is not None and carrier.local_time
