"""Same-city riders (contract §5.4)."""

from __future__ import annotations

from apps.baidiyun.contract.table import answer, pushed, sent

ENDS = "\n".join(
    f"{side}Man{part} str !"
    for side in ("rec", "send")
    for part in ("Name", "Mobile", "Province", "City", "District", "Addr", "Lat", "Lng")
)
REST = f"""
lbsType str/int !
{ENDS}
weight str !
remark str +
volume str +
orderType int !
expectPickupTime str +
expectFinishTime str +
insurance str +
price str +
directDelivery int +
goods list +
goods[].name str !
goods[].type str +
goods[].count int !
callbackUrl str !
salt str !
thirdId str +
"""
FEES = """
otherFee list +
otherFee[].feeType str +
otherFee[].feeDesc str +
otherFee[].amount str/num +
"""
PLACED = f"""
taskId str +
orderId str/int +
kuaidinum str +
deliveryDistance str/num +
deliverFee str/num +
discountFee str/num +
estimateDeliveryTime str/num +
{FEES}
"""
CANCEL = "orderId str !\ntaskId str !\ncancelMsgType str !\ncancelMsg str +"
PUSH = """
orderId str/int !
taskId str +
kuaidicom str !
status str/int@state:samecity !
statusDesc str +
courierName str +
courierMobile str +
updateTime str !
"""
MESSAGES = (
    sent("samecity.price.request", "§5.4", f"kuaidicom str !\n{REST}"),
    sent("samecity.order.request", "§5.4", f"kuaidicom str !\n{REST}"),
    answer("samecity.order.answer", "§5.4", PLACED),
    sent("samecity.batch.request", "§5.4", f"kuaidiComList list !\n{REST}"),
    answer(
        "samecity.batch_price.answer", "§5.4",
        "feeDetail list !\nfeeDetail[].kuaidiCom str !\nfeeDetail[].distance str/num +\n"
        "feeDetail[].discountFee str/num +",
    ),
    answer(
        "samecity.batch_order.answer", "§5.4",
        "taskId str !\norderId str/int +\nfee list +\nfee[].kuaidiCom str !\n"
        "fee[].discountFee str/num +\nfee[].deliveryDistance str/num +",
    ),
    sent("samecity.cancel.request", "§5.4", CANCEL),
    answer("samecity.cancel.answer", "§5.4", "cancelFee str/num +"),
    sent("samecity.tip.request", "§5.4", "taskId str !\norderId str !\ntips str !\nremark str +"),
    sent("samecity.rider.request", "§5.4", "orderId str !"),
    answer(
        "samecity.rider.answer", "§5.4",
        "courierLat str/num !\ncourierLng str/num !\nlbsType str/int@code:coordinates !",
    ),
    pushed("samecity.push", "§5.4", PUSH),
)  # fmt: skip
