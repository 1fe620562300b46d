"""International e-waybills, their customs fields and prices (contract §5.12)."""

from __future__ import annotations

from apps.baidiyun.contract.table import answer, sent, under

ACCOUNT = """
partnerId str !
partnerName str +
partnerKey str +
partnerSecret str +
code str +
"""
PERSON = """
name str !
mobile str +
tel str +
addr str !
city str !
countryCode str !
zipcode str !
province str +
district str +
company str +
email str +
stateOrProvinceCode str +
taxId str +
taxType str +
vatNum str +
eoriNum str +
iossNum str +
"""
PACKAGES = """
packageInfos list !
packageInfos[].length num !
packageInfos[].width num !
packageInfos[].height num !
packageInfos[].weight num !
packageInfos[].packageReference str +
"""
LINES = """
exportInfos list +
exportInfos[].desc str !
exportInfos[].zhName str +
exportInfos[].enName str +
exportInfos[].sku str +
exportInfos[].quantity int !
exportInfos[].quantityUnitOfMeasurement str !
exportInfos[].unitPrice num !
exportInfos[].netWeight num !
exportInfos[].grossWeight num +
exportInfos[].manufacturingCountryCode str !
exportInfos[].importCommodityCode str +
exportInfos[].exportCommodityCode str +
exportInfos[].numberOfPieces int +
"""
ORDER = f"""
{ACCOUNT}
kuaidicom str !
recMan obj !
{under("recMan.", PERSON)}
sendMan obj !
{under("sendMan.", PERSON)}
cargo str !
count int !
weight num !
expType str +
remark str +
customsValue num +
currency str +
tradeTerm str +
{PACKAGES}
{LINES}
customsClearance obj +
customsClearance.purpose str !
customsClearance.isDocument bool !
customsClearance.document bool - another spelling of isDocument
dutiesPaymentType obj +
dutiesPaymentType.paymentType str !
dutiesPaymentType.account str +
freightPaymentType obj +
freightPaymentType.paymentType str !
freightPaymentType.account str +
invoiceInfo obj +
invoiceInfo.date str !
invoiceInfo.number str !
invoiceInfo.type str +
invoiceInfo.title str +
invoiceInfo.signature str - we keep no signatures of people
invoiceInfo.pltEnable bool +
needInvoice bool +
unitOfMeasurement str +
shipTime str +
packagingType str +
timezone str +
routeId str +
needNotification bool - the portal tells the recipient itself
notifyEmail str - the portal tells the recipient itself
needDeliveryConfirmation int/str +
needSaturdayDelivery bool +
butterFlag bool/str +
"""
LABELLED = """
kuaidinum str !
label obj +
label.type str +
label.content str +
label.url str +
invoice obj +
invoice.type str +
invoice.content str +
invoice.url str +
pkgNums str +
subNums str +
"""
PICKUP = f"""
pickupTimestamp str !
pickupLocationCloseTime str !
instruction str +
{ACCOUNT}
kuaidicom str !
recMan obj !
{under("recMan.", PERSON)}
sendMan obj !
{under("sendMan.", PERSON)}
{PACKAGES}
"""
PRICE = """
firstPrice str/num +
overPriceUnit str/num +
price str/num !
defPrice str/num +
shippingFee str/num +
fuelAdditionalFee str/num +
resourceAdjustmentFee str/num +
"""
MESSAGES = (
    sent("international.order.request", "§5.12", ORDER),
    answer("international.order.answer", "§5.12", LABELLED),
    sent("international.pickup.request", "§5.12", PICKUP),
    answer("international.pickup.answer", "§5.12 (ND)", "pickupConfirmationNumber str +"),
    sent(
        "international.cancel_pickup.request", "§5.12",
        f"pickUpDate str !\nlocation str +\n{ACCOUNT}\nkuaidicom str !\n"
        "pickupConfirmationNumber str !",
    ),
    sent(
        "international.price.request", "§5.12",
        "kuaidiCom str !\nweight str !\ncargo str !\nrecCountry str !\nserviceType str +",
    ),
    answer("international.price.answer", "§5.12", PRICE),
)  # fmt: skip
