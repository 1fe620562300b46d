"""What carriers write on a parcel's way across the border: in English and in Chinese.

Slots: ``city`` of the Chinese end · ``gate`` the Chinese gateway · ``place`` and ``country``
abroad · ``partner`` and ``number`` of the carrier that takes over · ``what`` customs asks for.
"""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "origin_out": ("Departed from facility, {city}", "离开【{city}】，下一站【{gate}国际交换局】"),
    "export_in": ("Arrived at export gateway {gate}", "到达【{gate}国际交换局】"),
    "export_wait": ("Customs status updated - {gate}", "【{gate}】等待出口报关"),
    "export_run": (
        "Export declaration in process - {gate}",
        "【{gate}】出口申报审核中",
    ),
    "export_asked": (
        "Clearance event: export customs requests information - {what}",
        "【{gate}】出口海关要求补充：{what}",
    ),
    "export_remind": (
        "Export clearance on hold, information still outstanding - {what}",
        "【{gate}】出口申报资料仍未补齐：{what}",
    ),
    "export_docs": (
        "Export documents received, under review",
        "【{gate}】出口申报资料已补充，海关审核中",
    ),
    "export_held": (
        "Held by export customs for examination - {gate}",
        "【{gate}】出口海关扣留查验",
    ),
    "export_examined": (
        "Export examination completed - {gate}",
        "【{gate}】出口海关查验完毕",
    ),
    "export_done": ("Export customs clearance completed - {gate}", "【{gate}】出口海关放行"),
    "flown": ("Departed {gate}, en route to {place}", "航班已从【{gate}】起飞，前往【{country}】"),
    "landed": ("Arrived in destination country - {place}", "到达【{country}】{place}，目的国家"),
    "import_wait": ("Awaiting clearance - {place}", "【{country}】等待进口清关"),
    "import_run": ("Clearance processing - {place}", "【{country}】进口清关中"),
    "import_asked": (
        "Clearance delay: customs requests information - {what}, {place}",
        "【{country}】进口海关要求提供：{what}",
    ),
    "import_remind": (
        "Clearance on hold: information still outstanding - {what}",
        "【{country}】再次提醒提供清关资料：{what}，逾期将退回",
    ),
    "import_docs": (
        "Documents received, clearance resumed - {place}",
        "【{country}】清关资料已收到，海关审核中",
    ),
    "import_held": (
        "Held by import customs for examination - {place}",
        "【{country}】进口海关扣留查验",
    ),
    "import_examined": (
        "Customs examination completed - {place}",
        "【{country}】进口海关查验完毕",
    ),
    "import_barred": (
        "Entry refused by customs, shipment will be returned - {place}",
        "【{country}】进口海关拒绝入境，将退回寄件人",
    ),
    "import_done": ("Customs clearance completed - {place}", "【{country}】进口海关放行"),
    "local_in": ("Arrived at local facility - {place}", "到达【{country}】投递局 {place}"),
    "dispatch": ("Out for delivery - {place}", "【{country}】{place} 安排投递"),
    "failed": ("Delivery attempted - recipient not available", "【{country}】未妥投，收件人不在"),
    "held_point": (
        "Available for pickup at service point - {place}",
        "【{country}】等待收件人领取",
    ),
    "sign_self": ("Delivered - signed for by recipient, {place}", "【{country}】已妥投，本人签收"),
    "sign_proxy": (
        "Delivered - left with neighbour or in mailbox",
        "【{country}】已妥投，他人代收",
    ),
    "sign_point": ("Collected from service point, {place}", "【{country}】已妥投，收件人自取"),
    "refused": ("Refused by recipient", "【{country}】收件人拒收"),
    "back": ("Returning to sender", "【{country}】退回寄件人"),
    "back_signed": ("Returned to shipper", "退回件已由寄件人签收"),
    "stalled": ("No further information available", "邮件信息长时间未更新"),
    "overdue": ("Shipment overdue, delivery not confirmed", "【{country}】超时未妥投"),
    "export_inspect": ("Selected for export inspection - {gate}", "【{gate}】出口海关布控查验"),
    "import_inspect": (
        "Shipment selected for customs inspection - {place}",
        "【{country}】进口海关开箱查验",
    ),
    "handed": (
        "Transferred to local carrier {partner}, tracking number {number}",
        "【{country}】已交付末端派送商{partner}，末端单号：{number}",
    ),
    "home_handed": (
        "Transferred to {partner} for delivery, tracking number {number}",
        "【{gate}】已交付境内派送商{partner}，运单号：{number}",
    ),
    "abroad_picked": ("Shipment picked up - {place}", "【{country}】{place} 已收寄"),
    "abroad_export": (
        "Processed at export facility - {place}",
        "到达【{country}】{place}国际交换局",
    ),
    "abroad_cleared": ("Export customs clearance completed - {place}", "【{country}】出口海关放行"),
    "abroad_flown": (
        "Departed {place}, en route to {gate}",
        "航班已从【{country}】{place}起飞，前往【{gate}】",
    ),
    "home_landed": (
        "Arrived in destination country - {gate}",
        "到达【{gate}国际交换局】，目的国家",
    ),
    "home_import_wait": ("Awaiting clearance - {gate}", "【{gate}】等待进口清关"),
    "home_import_run": ("Clearance processing - {gate}", "【{gate}海关】进口清关中"),
    "home_import_inspect": ("Customs inspection - {gate}", "【{gate}海关】进口查验"),
    "home_import_asked": (
        "Clearance delay: customs requests information - {what}, {gate}",
        "【{gate}海关】清关异常，请收件人补充：{what}",
    ),
    "home_import_remind": (
        "Clearance delay: information still outstanding - {what}",
        "【{gate}海关】收件人仍未提交：{what}，邮件暂存海关",
    ),
    "home_import_docs": (
        "Documents received - {gate}",
        "【{gate}海关】补充资料已收到，审核中",
    ),
    "home_import_held": (
        "Held by customs for examination - {gate}",
        "【{gate}海关】扣留查验",
    ),
    "home_import_examined": (
        "Customs examination completed - {gate}",
        "【{gate}海关】查验完毕",
    ),
    "home_import_done": (
        "Customs clearance completed - {gate}",
        "【{gate}海关】进口放行，税款已缴",
    ),
    "home_out": ("Departed {gate} facility", "离开【{gate}国际邮件处理中心】，发往【{city}】"),
}
