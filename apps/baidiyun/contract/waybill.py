"""E-waybills and what hangs on label/order (contract §5.3)."""

from __future__ import annotations

from apps.baidiyun.contract.table import answer, pushed, sent, under
from apps.baidiyun.contract.tracking import STOPS

ACCOUNT = """
partnerId str +
partnerKey str +
partnerSecret str +
partnerName str +
net str +
code str +
"""
PERSON = """
name str !
mobile str +
tel str +
printAddr str !
company str +
"""
ORDER = f"""
printType str !
{ACCOUNT}
checkMan str +
tbNet str - Taobao's own network point, agreed outside the interface
kuaidicom str !
kuaidinum str +
orderId str !
reorder bool !
recMan obj !
{under("recMan.", PERSON)}
sendMan obj !
{under("sendMan.", PERSON)}
payType str !
expType str +
weight num !
volume num +
count int !
cargo str !
remark str +
valinsPay num +
collection num +
needChild str +
needBack str +
siid str +
tempId str +
childTempid str +
backTempid str +
callBackUrl str +
salt str +
startGotTime int - pickups are booked through borderapi.do
endGotTime int - pickups are booked through borderapi.do
recordType str - undocumented values
addService str - carrier-specific, undocumented values
expressExtra str - carrier-specific, undocumented values
"""
LABEL = """
taskId str +
kuaidinum str !
childNum str +
returnNum str +
label str +
bulkpen str +
orgCode str +
orgName str +
destCode str +
destName str +
orgSortingCode str +
orgSortingName str +
destSortingCode str +
destSortingName str +
orgExtra str - carrier-specific text for its own template
destExtra str - carrier-specific text for its own template
pkgCode str +
pkgName str +
road str +
qrCode str +
kdComOrderNum str +
expressCode str +
expressName str +
"""
TIME = f"""
taskId str +
fromName str +
fromNum str - the division's code, which we have from the address
toName str +
toNum str - the division's code, which we have from the address
arrivalTime str !
deliveryExpendTime str/num +
totalTime str/num +
remainTime str/num +
expType str +
{STOPS}
"""
INTERCEPT = f"""
kuaidicom str !
kuaidinum str !
interceptType str !
recManInfo obj +
{under("recManInfo.", PERSON)}
{ACCOUNT}
orderId str +
reason str +
orderRole str +
interceptPayType str +
callbackUrl str +
salt str +
appKey str +
appSecret str +
"""
MESSAGES = (
    sent("waybill.order.request", "§5.3", ORDER),
    answer("waybill.order.answer", "§5.3", LABEL),
    sent("waybill.reprint.request", "§5.3", "taskId str !\nsiid str +"),
    sent(
        "waybill.custom.request", "§5.3",
        "tempId str !\nprintType str !\nsiid str +\ncustomParam obj !",
    ),
    answer("waybill.print.answer", "§5.3", "taskId str +\nlabel str +"),
    sent(
        "waybill.cancel.request", "§5.3",
        f"kuaidicom str !\nkuaidinum str !\norderId str +\nreason str +\n{ACCOUNT}",
    ),
    sent(
        "waybill.time.request", "§5.3",
        "kuaidicom str !\nfrom str !\nto str !\norderTime str !\nexpType str +\nlogistics list +\n"
        "logistics[].time str !\nlogistics[].context str !",
    ),
    answer("waybill.time.answer", "§5.3", TIME),
    sent(
        "waybill.price.request", "§5.3",
        "sendAddr str !\nrecAddr str !\nkuaidicom str !\nweight str !\nmonthlyCard str +",
    ),
    answer(
        "waybill.price.answer", "§5.3",
        "kuaidicom str +\ncombos list !\ncombos[].price str/num !\ncombos[].expType str +",
    ),
    sent(
        "waybill.receipt.request", "§5.3",
        "kuaidicom str !\nkuaidinum str !\nimgType str !\npartnerId str +\npartnerKey str +\n"
        "phone str +",
    ),
    answer("waybill.receipt.answer", "§5.3 (ND)", "imgUrl str/list +\nimgBase64 str/list +"),
    sent("waybill.intercept.request", "§5.3", INTERCEPT),
    pushed(
        "waybill.intercept.push", "§5.3 (ND)",
        "kuaidicom str +\nkuaidinum str !\norderId str +\nstatus str/int +\nmessage str +",
    ),
    pushed(
        "waybill.push", "§5.3 (ND)",
        "kuaidicom str +\nkuaidinum str +\norderId str +\ntaskId str +\nstatus str/int +\n"
        "message str +",
    ),
)  # fmt: skip
