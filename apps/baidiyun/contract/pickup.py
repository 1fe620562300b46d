"""Merchant pickup orders (contract §5.1)."""

from __future__ import annotations

from apps.baidiyun.contract.table import answer, pushed, sent

FEES = """
feeDetails list +
feeDetails[].feeType str +
feeDetails[].feeDesc str +
feeDetails[].amount str/num +
feeDetails[].payStatus str/int@code:payment +
"""
PRICE = """
serviceType str +
kuaidiCom str +
price str/num !
defPrice str/num +
firstPrice str/num +
overPrice str/num +
defFirstPrice str/num +
defOverPrice str/num +
"""
BATCH_PRICE = """
[].kuaidiCom str !
[].price str/num +
[].defPrice str/num +
[].serviceType str +
[].firstPrice str/num +
[].overPrice str/num +
[].defFirstPrice str/num +
[].defOverPrice str/num +
"""
ORDER = """
kuaidicom str !
recManName str !
recManMobile str !
recManPrintAddr str !
sendManName str !
sendManMobile str !
sendManPrintAddr str !
callBackUrl str !
cargo str +
payment str !
serviceType str +
weight str !
remark str +
salt str !
dayType str +
pickupStartTime str +
pickupEndTime str +
valinsPay str +
passwordSigning str +
realName str - the portal keeps no identity cards
sendIdCardType str - the portal keeps no identity cards
sendIdCard str - the portal keeps no identity cards
op str - we subscribe ourselves, so that each parcel has its own token
pollCallBackUrl str - we subscribe ourselves
resultv2 str - we subscribe ourselves
returnType str - labels are printed through the waybill product
siid str - labels are printed through the waybill product
tempid str - labels are printed through the waybill product
printCallBackUrl str - labels are printed through the waybill product
thirdOrderId str !
pickupCode str +
channelSw str - undocumented meaning
"""
BOOKED = """
taskId str !
orderId str/int !
kuaidinum str +
attach str - our own reference travels in thirdOrderId
pollToken str - only with op=1
eOrder str/obj - only with returnType
"""
DETAIL = f"""
status str/int@state:pickup !
taskId str +
orderId str/int +
kuaidiNum str +
courierName str +
courierMobile str +
freight str/num +
pickupStartTime str +
pickupEndTime str +
weight str/num +
actualWeight str/num +
volume str/num +
defPrice str/num +
dispatchData obj/str +
{FEES}
payStatus str/int@code:payment +
"""
PUSH = """
status str/int - the envelope of the push: always 200
kuaidicom str +
kuaidinum str +
message str +
taskId str +
data obj !
data.orderId str/int !
data.status str/int@state:pickup !
data.taskId str +
data.courierName str +
data.courierMobile str +
data.kuaidinum str +
data.weight str/num +
data.defPrice str/num +
data.freight str/num +
data.volume str/num +
data.actualWeight str/num +
data.payStatus str/int@code:payment +
data.pickupStartTime str +
data.pickupEndTime str +
data.dispatchData obj/str +
""" + "\n".join("data." + line for line in FEES.split("\n") if line)
MESSAGES = (
    sent(
        "pickup.price.request", "§5.1",
        "kuaidicom str !\nsendManPrintAddr str !\nrecManPrintAddr str !\nweight str !\n"
        "serviceType str +",
    ),
    answer("pickup.price.answer", "§5.1", PRICE),
    sent(
        "pickup.batch_price.request", "§5.1",
        "kuaidiComList list !\nsendManPrintAddr str !\nrecManPrintAddr str !\nweight str !\n"
        "serviceTypeList list !",
    ),
    answer("pickup.batch_price.answer", "§5.1", BATCH_PRICE),
    sent("pickup.order.request", "§5.1", ORDER),
    answer("pickup.order.answer", "§5.1", BOOKED),
    sent("pickup.cancel.request", "§5.1", "taskId str !\norderId str !\ncancelMsg str !"),
    sent("pickup.detail.request", "§5.1", "taskId str +\nthirdOrderId str +"),
    answer("pickup.detail.answer", "§5.1", DETAIL),
    sent(
        "pickup.modify.request", "§5.1",
        "taskId str !\norderId str !\ndayType str !\npickupStartTime str !\npickupEndTime str !",
    ),
    sent("pickup.pay.request", "§5.1", "orderId str !"),
    pushed("pickup.push", "§5.1", PUSH),
)  # fmt: skip
