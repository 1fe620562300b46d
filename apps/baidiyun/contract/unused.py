"""Products we do not speak: each with its fields and the one reason for all of them."""

from __future__ import annotations

from apps.baidiyun.contract.table import Message, answer, sent


def _unused(name: str, section: str, names: str, why: str) -> Message:
    make = answer if name.endswith(".answer") else sent
    return make(name, section, "\n".join(f"{field} str - {why}" for field in names.split()))


C_END = "orders of private senders; merchants book through borderapi.do"
BEST = "deprecated by the vendor in favour of borderapi.do"
LEGACY = "the older label interface; label/order replaces it"
OLD_CITY = "the older same-city interface; bsamecity/order replaces it"
OCR = "shops send text, not pictures of labels"
IMPORT = "shops push their orders through the portal's own API"
SMS = "the portal sends its messages itself"
MONITOR = "the portal watches its shipments itself"
STDIO = "the interface for language models; unsigned, and the same data"
KD100 = "international labels are made through sendAssistant"

MESSAGES = (
    _unused(
        "cend.request", "§5.2",
        "method kuaidicom recManName recManMobile recManPrintAddr sendManName sendManMobile "
        "sendManPrintAddr callBackUrl cargo payment expType resultv2 thirdOrderId",
        C_END,
    ),
    _unused("cend.answer", "§5.2", "taskId orderId kuaidinum", C_END),
    _unused("borderbest.request", "§5.1", "method", BEST),
    _unused("eorder.request", "§5.3", "method", LEGACY),
    _unused("samecity_old.request", "§5.5", "com storeId callbackUrl taskId orderId cancelMsg",
            OLD_CITY),
    _unused(
        "samecity_old.answer", "§5.5",
        "courierName courierPhone predictDeliveryTime lat lng lnt status com num traiUrl",
        OLD_CITY,
    ),
    _unused("ocr.request", "§5.7", "image imageUrl pdfUrl enableTilt include", OCR),
    _unused(
        "import.request", "§5.8",
        "shopType callbackUrl salt shopId orderStatus updateAtMin updateAtMax orderNum kuaidiCom "
        "kuaidiNum subOrderNums",
        IMPORT,
    ),
    _unused("import.answer", "§5.8", "total tasks taskId updateAtMin updateAtMax", IMPORT),
    _unused("sms.request", "§5.9", "sign userid seller phone tid content outorder callback", SMS),
    _unused("sms.answer", "§5.9", "status data msg extra total", SMS),
    _unused(
        "monitor.request", "§5.11",
        "sysNum pltNum orderFee payTime deliveryTime deliveryType proDeliveryTime sourcePlatform "
        "sourceReseller storeName warehouseName expressNum expressCode remoteAreaFlag receiver "
        "sender",
        MONITOR,
    ),
    _unused(
        "stdio.request", "§5.13",
        "key responseFormat kuaidiNum phone kuaidicom from to orderTime expType logistic recAddr "
        "sendAddr weight",
        STDIO,
    ),
    _unused(
        "kd100.label.request", "§6",
        "account_id carrier_id ship_to ship_from packages customs_items customs_duties_payment "
        "customs_clearance invoice incoterm",
        KD100,
    ),
)  # fmt: skip
