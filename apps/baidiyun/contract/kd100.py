"""kd100.com, the second provider (contract §6)."""

from __future__ import annotations

from apps.baidiyun.contract.table import answer, pushed, sent

ITEMS = """
items list !
items[].context str !
items[].time str !
items[].order_status_code str/int@code:track +
items[].order_status_description str +
items[].area_name str +
items[].location str +
"""
REALTIME = f"""
carrier_id str !
tracking_number str !
order_status_code str/int@state:track +
{ITEMS}
"""
ASK = """
carrier_id str !
tracking_number str !
phone str +
ship_from str +
ship_to str +
area_show int !
order str !
"""
WEBHOOK = f"""
event str +
message str +
carrier_id str !
tracking_number str !
signer str - a person's name that nobody here needs
order_status_code str/int@state:track +
{ITEMS}
"""
MESSAGES = (
    sent("kd100.detect.request", "§6", "tracking_number str !"),
    answer("kd100.detect.answer", "§6", "[].carrier_id str !\n[].carrier_name str +"),
    sent("kd100.realtime.request", "§6", ASK),
    answer("kd100.realtime.answer", "§6", REALTIME),
    sent("kd100.create.request", "§6", f"{ASK}\nwebhook_url str !"),
    pushed("kd100.webhook", "§6", WEBHOOK),
)
