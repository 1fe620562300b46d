"""What carriers write at each step: one table of phrases, carriers override their own.

Slots: ``city`` 深圳市 · ``outlet`` 深圳南山区 · ``hub``/``next`` names of sites · ``man`` and
``tel`` of a courier · ``station`` · ``signer`` · ``to_city``.
"""

from __future__ import annotations

from enum import StrEnum
from random import Random


class Step(StrEnum):
    """What a node tells, independent of the carrier's words."""

    ORDERED = "ordered"
    WAITING = "waiting"
    PICKED = "picked"
    OUTLET_OUT = "outlet_out"
    HUB_IN = "hub_in"
    HUB_OUT = "hub_out"
    CITY_IN = "city_in"
    CITY_OUT = "city_out"
    OUTLET_IN = "outlet_in"
    DISPATCH = "dispatch"
    STATION = "station"
    SIGN_SELF = "sign_self"
    SIGN_AFTER = "sign_after"
    SIGN_PROXY = "sign_proxy"
    SIGN_STATION = "sign_station"
    NO_CONTACT = "no_contact"
    OUT_OF_AREA = "out_of_area"
    FAILED = "failed"
    REFUSED = "refused"
    UNCOLLECTED = "uncollected"
    STALLED = "stalled"
    OVERDUE = "overdue"
    DETAINED = "detained"
    DAMAGED = "damaged"
    FORWARDED = "forwarded"
    HANDED_OVER = "handed_over"
    RETURN_OUT = "return_out"
    RETURN_HUB = "return_hub"
    RETURN_SIGN = "return_sign"
    REFUSED_SIGN = "refused_sign"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


S = Step
COMMON: dict[Step, str] = {
    S.ORDERED: "您的订单已提交，等待快递员上门揽收",
    S.WAITING: "快递员【{man}】正在前往揽收您的快件，电话：{tel}",
    S.PICKED: "【{city}】【{outlet}】的{man}（{tel}）已揽收",
    S.OUTLET_OUT: "【{city}】快件离开【{outlet}】，已发往【{next}】",
    S.HUB_IN: "【{city}】快件到达【{hub}】",
    S.HUB_OUT: "【{city}】快件离开【{hub}】，已发往【{next}】",
    S.CITY_IN: "【{city}】快件到达【{hub}】",
    S.CITY_OUT: "【{city}】快件离开【{hub}】，已发往【{next}】",
    S.OUTLET_IN: "【{city}】快件到达【{outlet}】",
    S.DISPATCH: "【{city}】【{outlet}】的{man}（{tel}）正在派件，请保持电话畅通",
    S.STATION: "【{city}】快件已存放至【{station}】，请及时取件，如有疑问请联系{man}：{tel}",
    S.SIGN_SELF: "【{city}】已签收，签收人：本人，派件员：{man}，电话：{tel}，感谢使用",
    S.SIGN_AFTER: "【{city}】已签收，签收人：本人签收，派件员：{man}，电话：{tel}",
    S.SIGN_PROXY: (
        "【{city}】已签收，签收人：{signer}，派件员：{man}，电话：{tel}，如有疑问请联系派件员"
    ),
    S.SIGN_STATION: "【{city}】快件已在【{station}】取出，感谢使用，期待再次为您服务",
    S.NO_CONTACT: "【{city}】派送失败：无法联系收件人，{man}（{tel}）将再次派送",
    S.OUT_OF_AREA: "【{city}】派送不成功：收件地址超出派送区域，正在与收件人协商",
    S.FAILED: "【{city}】派送不成功：{reason}，{man}（{tel}）将另约时间派送",
    S.REFUSED: "【{city}】收件人拒收，快件将按寄件方要求处理，派件员：{man}（{tel}）",
    S.UNCOLLECTED: "【{city}】快件在【{station}】存放超时未取，请尽快取件",
    S.STALLED: "【{city}】快件长时间未更新，正在核实",
    S.OVERDUE: "【{city}】快件超时未签收，请联系派件网点【{outlet}】",
    S.DETAINED: "【{city}】因{reason}，快件在【{hub}】滞留，我们将尽快安排",
    S.DAMAGED: "【{city}】快件外包装破损，已在【{hub}】重新加固，正在与寄件人联系",
    S.FORWARDED: "【{city}】应收件人要求，快件转寄至【{outlet}】",
    S.HANDED_OVER: "【{city}】快件已转由邮政继续投递，转投单号以邮政为准",
    S.RETURN_OUT: "【{city}】快件已退回，离开【{outlet}】，发往【{next}】",
    S.RETURN_HUB: "【{city}】退回件到达【{hub}】",
    S.RETURN_SIGN: "【{city}】退回件已由寄件人签收，签收人：寄件人",
    S.REFUSED_SIGN: "【{city}】拒收件已退回，寄件人签收",
    S.CANCELLED: "订单已取消，运单作废",
    S.WITHDRAWN: "【{city}】应寄件人要求，快件在【{hub}】拦截，办理销单退回",
}
OWN: dict[str, dict[Step, str]] = {
    "yuantong": {
        S.PICKED: "【{prov}{city}{outlet}公司】（{tel}）取件人：{man} 已揽收",
        S.OUTLET_OUT: "【{prov}{city}{outlet}公司】 已发出 下一站 【{next}】",
        S.HUB_IN: "【{hub}公司】 已收入",
        S.HUB_OUT: "【{hub}】 已发出 下一站 【{next}公司】",
        S.CITY_IN: "【{hub}公司】 已收入",
        S.CITY_OUT: "【{hub}】 已发出 下一站 【{prov}{city}{outlet}】",
        S.OUTLET_IN: "【{prov}{city}{outlet}】 已收入",
        S.DISPATCH: "【{prov}{city}{outlet}】 派件中 派件人：{man} 电话 {tel}",
        S.SIGN_SELF: "客户签收人：本人 已签收 感谢使用圆通速递，期待再次为您服务",
        S.SIGN_PROXY: (
            "客户签收人：{signer} 已签收 感谢使用圆通速递，"
            "期待再次为您服务 派件员：{man}（{tel}）"
        ),
    },
    "zhongtong": {
        S.PICKED: "【{city}】 【{outlet}】（{tel}） 的 {man} 已揽收",
        S.OUTLET_OUT: "【{city}】 快件离开 【{outlet}】 已发往 【{next}】",
        S.HUB_IN: "【{city}】 快件已经到达 【{hub}】",
        S.DISPATCH: (
            "【{city}】 【{outlet}】 的{man}（{tel}）"
            " 正在第1次派件, 请保持电话畅通,并耐心等待"
        ),
        S.SIGN_SELF: (
            "【{city}】 已签收, 签收人凭取货码签收, "
            "如有疑问请电联: {tel}, 您的快递已经妥投"
        ),
        S.SIGN_STATION: (
            "【{city}】 已签收，您已在{station}完成取件，"
            "感谢使用中通快递，期待再次为您服务！"
        ),
    },
    "shunfeng": {
        S.PICKED: "顺丰速运 已收取快件",
        S.OUTLET_OUT: "快件在【{city}{outlet}营业点】完成分拣，准备发往 【{next}】",
        S.HUB_IN: "快件到达 【{hub}】",
        S.HUB_OUT: "快件在【{hub}】完成分拣，准备发往 【{next}】",
        S.CITY_IN: "快件到达 【{hub}】",
        S.CITY_OUT: "快件已发车，前往【{city}{outlet}营业点】",
        S.OUTLET_IN: "快件到达 【{city}{outlet}营业点】",
        S.DISPATCH: (
            "快件交给{man}，正在派送途中（联系电话：{tel}，"
            "顺丰已开启“安全呼叫”保护您的电话隐私,请放心接听！）"
        ),
        S.STATION: "快件已放入【{station}】，请凭取件码取件，投递员：{man}",
        S.SIGN_SELF: (
            "在官网\"运单资料&签收图\",可查看签收人信息。已签收，"
            "感谢使用顺丰，期待再次为您服务"
        ),
        S.SIGN_PROXY: (
            "您的快件代签收（{signer}），"
            "如有疑问请电联快递员【{man}，电话：{tel}】。期待再次为您服务"
        ),
    },
    "jd": {
        S.ORDERED: "您已下单，京东物流正在为您安排上门取件",
        S.PICKED: "您的快件已由【{city}{outlet}营业部】揽收完成，揽收员：{man}，电话：{tel}",
        S.OUTLET_OUT: "您的快件由【{city}{outlet}营业部】准备发往【{next}】",
        S.HUB_IN: "您的快件已到达【{hub}】",
        S.HUB_OUT: "您的快件由【{hub}】准备发往【{next}】",
        S.CITY_IN: "您的快件已到达【{hub}】",
        S.OUTLET_IN: "您的快件已到达【{city}{outlet}营业部】",
        S.DISPATCH: "您的快件正在派送中，请您准备签收（快递员：{man}，联系电话：{tel}）",
        S.SIGN_SELF: (
            "您的快件已由本人签收，如有疑问请联系配送员【{man}，"
            "{tel}】，感谢您使用京东物流"
        ),
    },
    "yunda": {
        S.PICKED: "【{city}】{prov}{city}{outlet}公司 快递员 {man}（{tel}） 已揽收",
        S.HUB_IN: "【{city}】已到达 {hub}",
        S.HUB_OUT: "【{city}】已离开 {hub}；发往 {next}",
        S.DISPATCH: "【{city}】{prov}{city}{outlet}公司 派件员 {man}（{tel}） 正在为您派件",
        S.SIGN_SELF: (
            "【{city}】您的快件已签收，签收人：本人，"
            "如有疑问请联系业务员：{man}，电话：{tel}"
        ),
    },
    "ems": {
        S.PICKED: "【{outlet}揽投部】已收寄，揽投员：{man}，电话：{tel}",
        S.OUTLET_OUT: "离开【{outlet}揽投部】，下一站【{next}】",
        S.HUB_IN: "到达【{hub}】",
        S.HUB_OUT: "离开【{hub}】，下一站【{next}】",
        S.CITY_IN: "到达【{hub}】",
        S.CITY_OUT: "离开【{hub}】，下一站【{outlet}揽投部】",
        S.OUTLET_IN: "到达【{outlet}揽投部】",
        S.DISPATCH: "【{outlet}揽投部】安排投递，投递员：{man}，电话：{tel}",
        S.SIGN_SELF: "已签收，本人签收，投递员：{man}，电话：{tel}",
        S.SIGN_PROXY: "已签收，他人代收：{signer}，投递员：{man}，电话：{tel}",
    },
    "jtexpress": {
        S.PICKED: "【{city}】您的快件已由【{outlet}网点】揽收，极兔小哥{man}，电话{tel}",
        S.DISPATCH: "【{city}】【{outlet}网点】的极兔小哥{man}（{tel}）正在派件，请您准备签收",
        S.SIGN_SELF: "【{city}】包裹已签收！签收人是【本人】，如有疑问请联系极兔小哥{man}：{tel}",
    },
    "shunfengkuaiyun": {
        S.PICKED: "顺丰快运 已收取货物",
        S.DISPATCH: "货物已装车，{man}（{tel}）正在派送途中",
        S.SIGN_SELF: "货物已签收，签收人：本人，感谢使用顺丰快运",
    },
    "danniao": {
        S.PICKED: "【{city}】包裹已由菜鸟速递揽收，揽收员：{man}，电话：{tel}",
        S.HUB_IN: "【{city}】包裹已到达{hub}",
        S.HUB_OUT: "【{city}】包裹已从{hub}发出，前往{next}",
        S.DISPATCH: "【{city}】菜鸟快递员{man}（{tel}）正在为您送货上门，请保持电话畅通",
        S.SIGN_SELF: "【{city}】包裹已送货上门并签收，签收人：本人",
        S.SIGN_STATION: "【{city}】包裹已在{station}凭取件码取走",
    },
    "debangkuaidi": {
        S.PICKED: "您的快件已由【{city}{outlet}营业部】揽收，揽收人：{man}（{tel}）",
        S.HUB_IN: "快件到达【{hub}】",
        S.HUB_OUT: "快件离开【{hub}】，前往【{next}】",
        S.DISPATCH: "派件员{man}（{tel}）正在为您派送，德邦支持送货上楼",
        S.SIGN_SELF: "正常签收，签收人：本人，感谢您选择德邦快递",
    },
    "ane66": {
        S.PICKED: "【{city}】{outlet}网点已揽件，揽件人：{man}",
        S.HUB_IN: "已到达{hub}，正在卸车",
        S.HUB_OUT: "已从{hub}装车发出，下一站{next}",
        S.DISPATCH: "{outlet}网点正在派送，派送员：{man}，{tel}",
        S.SIGN_SELF: "已签收，签收类型：本人签收",
    },
    "shentong": {
        S.PICKED: "【{city}{outlet}】的{man}（{tel}）已收件",
        S.HUB_IN: "快件已到达【{hub}】，扫描员正在扫描",
        S.HUB_OUT: "由【{hub}】发往【{next}】",
        S.DISPATCH: "【{city}{outlet}】的派件员【{man}】正在为您派件，电话：{tel}",
        S.SIGN_SELF: (
            "已签收，签收人是【本人】，如有疑问请联系派件员{man}（{tel}），感谢使用申通快递"
        ),
    },
}  # fmt: skip
OWN["youzhengguonei"] = OWN["youzhengdsbk"] = OWN["ems"]
OWN["jingdongkuaiyun"] = OWN["jd"]
OWN["annengwuliu"] = OWN["yimidida"] = OWN["ane66"]
OWN["debangwuliu"] = OWN["debangkuaidi"]
for _code in ("usps", "dhlen", "upsen", "fedex", "aramex", "tnten"):
    OWN[_code] = {
        S.ORDERED: "Shipment information received",
        S.PICKED: "Shipment picked up, {city}",
    }
HUB_WORDS = {
    "zhongtong": "中转部", "shunfeng": "中转场", "jd": "分拣中心", "yunda": "分拨中心",
    "jtexpress": "转运中心", "ems": "邮件处理中心", "youzhengguonei": "邮件处理中心",
    "youzhengdsbk": "邮件处理中心",
    "shunfengkuaiyun": "中转场", "danniao": "分拨中心", "jingdongkuaiyun": "分拣中心",
    "debangkuaidi": "枢纽中心", "debangwuliu": "枢纽中心", "ane66": "分拨中心",
    "annengwuliu": "分拨中心",
}  # fmt: skip

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "伟", "强", "磊", "军", "勇", "杰", "涛", "明", "超", "波", "辉", "刚",
    "健", "鹏", "斌", "志强", "建华", "国庆", "海涛", "晓东", "文博", "家豪", "志远", "子轩",
    "浩然", "俊杰", "德胜", "永康", "小龙", "立新", "春生", "兴旺", "长江", "小军", "大鹏", "秀英",
    "丽娟", "桂芳", "玉兰", "小梅", "晓燕", "海燕", "文静",
)  # fmt: skip
PROXIES = (
    "家门口",
    "前台",
    "物业代收",
    "保安代收",
    "家人",
    "同事",
    "门卫",
    "快递柜旁",
    "邻居代收",
    "单位收发室",
    "酒店前台",
    "学校传达室",
    "消防栓",
    "本人指定地点",
)
STATIONS = (
    "菜鸟驿站", "丰巢智能快递柜", "妈妈驿站", "兔喜生活", "中邮速递易", "韵达快递超市",
    "溪鸟快递驿站", "近邻宝智能柜", "熊猫快收", "递易智能快递柜", "京东快递柜", "社区便利店代收点",
)  # fmt: skip
FAIL_REASONS = ("客户要求改时间派送", "收件人不在", "门卡无法进入", "节假日单位无人", "地址不详")
DELAY_REASONS = ("天气原因", "道路管制", "快件量大", "车辆故障")


def phrase(carrier: str, step: Step) -> str:
    """The carrier's own words for a step, with slots."""
    return OWN.get(carrier, {}).get(step) or COMMON[step]


def person_name(rng: Random) -> str:
    """A made-up Chinese name."""
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def courier_phone(rng: Random) -> str:
    """A made-up mobile number of a courier."""
    return f"138001{rng.randrange(100_000):05d}"


def hub_name(carrier: str, city: str) -> str:
    """The name of a carrier's sorting centre in a city."""
    return f"{city.removesuffix('市')}{HUB_WORDS.get(carrier, '转运中心')}"
