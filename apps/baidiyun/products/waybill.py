"""E-waybills (contract §5.3): order, print again, custom template, cancel, receipt image, push.

Weights go out in kilograms as numbers, money in CNY.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.baidiyun.cleaning import Originals, Tidy
from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products.common import Signer, kept, kilograms, need_object, order_form, require
from apps.baidiyun.reading import load_object, text

PRINT_TYPES = frozenset({"NON", "HTML", "IMAGE", "CLOUD", "ORDERFIRST"})
PAY_TYPES = frozenset({"SHIPPER", "CONSIGNEE", "MONTHLY", "THIRDPARTY"})


@dataclass(frozen=True, slots=True)
class Account:
    """A carrier's account; which fields are needed is the carrier's rule. Never logged."""

    partner_id: str = ""
    partner_key: str = field(default="", repr=False)
    partner_secret: str = field(default="", repr=False)
    partner_name: str = ""
    net: str = ""
    code: str = ""

    def fields(self) -> dict[str, str]:
        """Return the fields as the platform names them, empty ones left out."""
        return kept(
            {
                "partnerId": self.partner_id,
                "partnerKey": self.partner_key,
                "partnerSecret": self.partner_secret,
                "partnerName": self.partner_name,
                "net": self.net,
                "code": self.code,
            }
        )


NO_ACCOUNT = Account()


@dataclass(frozen=True, slots=True)
class Person:
    """Who sends or receives; a mobile or a landline is needed."""

    name: str
    address: str
    mobile: str = ""
    tel: str = ""
    company: str = ""

    def fields(self, who: str) -> dict[str, str]:
        """Return the fields as the platform names them. Raises InvalidRequest."""
        require(**{f"{who}.name": self.name, f"{who}.address": self.address})
        require(**{f"{who}.mobile": self.mobile or self.tel})
        return kept(
            {
                "name": self.name,
                "mobile": self.mobile,
                "tel": self.tel,
                "printAddr": self.address,
                "company": self.company,
            }
        )


@dataclass(frozen=True, slots=True)
class WaybillRequest:
    """A waybill to order. ``order_id`` is ours: the platform repeats its answer for 48 h.

    ``volume`` in cubic metres as the carrier wants it; ``insured``/``collected`` CNY.
    """

    order_id: str
    carrier: str
    recipient: Person
    sender: Person
    cargo: str
    weight_grams: int
    account: Account = NO_ACCOUNT
    print_type: str = "IMAGE"
    pay_type: str = "MONTHLY"
    service: str = ""
    number: str = ""
    count: int = 1
    volume: Decimal | None = None
    insured: Decimal | None = None
    collected: Decimal | None = None
    remark: str = ""
    check_man: str = ""
    with_children: bool = False
    with_return: bool = False
    printer: str = ""
    template: str = ""
    child_template: str = ""
    return_template: str = ""


@dataclass(frozen=True, slots=True)
class Waybill:
    """An ordered waybill; ``label`` is a short-lived URL where the print type gives one."""

    number: str
    task_id: str = ""
    child_numbers: tuple[str, ...] = ()
    return_number: str = ""
    label: str = ""
    big_pen: str = ""
    origin_code: str = ""
    origin_name: str = ""
    destination_code: str = ""
    destination_name: str = ""
    origin_sorting_code: str = ""
    origin_sorting_name: str = ""
    destination_sorting_code: str = ""
    destination_sorting_name: str = ""
    package_code: str = ""
    package_name: str = ""
    road: str = ""
    qr_code: str = ""
    carrier_order: str = ""
    service_code: str = ""
    service_name: str = ""
    originals: Originals = ()


@dataclass(frozen=True, slots=True)
class Printed:
    """What printing brought: a task of a cloud printer or a label's URL."""

    task_id: str
    label: str


@dataclass(frozen=True, slots=True)
class WaybillPush:
    """A callback about a waybill, read leniently: its states are nowhere documented."""

    status: str
    carrier: str
    number: str
    order_id: str
    task_id: str
    message: str
    originals: Originals = ()


def build_order(
    *, signer: Signer, request: WaybillRequest, callback_url: str = "", salt: str = ""
) -> dict[str, str]:
    """Return the form that orders a waybill; a repeat brings the same answer for 48 h.

    Raises InvalidRequest.
    """
    require(order_id=request.order_id, carrier=request.carrier, cargo=request.cargo)
    if request.print_type not in PRINT_TYPES:
        raise InvalidRequest("no such print type", field="print_type")
    if request.pay_type not in PAY_TYPES:
        raise InvalidRequest("no such way to pay", field="pay_type")
    if request.count < 1:
        raise InvalidRequest("at least one parcel", field="count")
    param = {
        "printType": request.print_type,
        **request.account.fields(),
        "kuaidicom": request.carrier,
        "kuaidinum": request.number,
        "orderId": request.order_id,
        "recMan": request.recipient.fields("recipient"),
        "sendMan": request.sender.fields("sender"),
        "payType": request.pay_type,
        "expType": request.service,
        "weight": float(kilograms(request.weight_grams)),
        "volume": None if request.volume is None else float(request.volume),
        "count": request.count,
        "cargo": request.cargo,
        "remark": request.remark,
        "checkMan": request.check_man,
        "valinsPay": None if request.insured is None else float(request.insured),
        "collection": None if request.collected is None else float(request.collected),
        "needChild": "1" if request.with_children else "",
        "needBack": "1" if request.with_return else "",
        "siid": request.printer,
        "tempId": request.template,
        "childTempid": request.child_template,
        "backTempid": request.return_template,
        "callBackUrl": callback_url,
        "salt": salt,
    }
    return order_form({**kept(param), "reorder": False}, signer=signer, method="order")


def build_reprint(*, signer: Signer, task_id: str, printer: str = "") -> dict[str, str]:
    """Return the form that prints an earlier task again."""
    require(task_id=task_id)
    param = kept({"taskId": task_id, "siid": printer})
    return order_form(param, signer=signer, method="printOld")


def build_custom(
    *,
    signer: Signer,
    template: str,
    values: Mapping[str, str],
    print_type: str = "IMAGE",
    printer: str = "",
) -> dict[str, str]:
    """Return the form that prints our own template with our own values."""
    require(template=template)
    param = {"tempId": template, "printType": print_type, "siid": printer}
    body = {**kept(param), "customParam": dict(values)}
    return order_form(body, signer=signer, method="custom")


def build_cancel(
    *,
    signer: Signer,
    carrier: str,
    number: str,
    account: Account,
    order_id: str = "",
    reason: str = "",
) -> dict[str, str]:
    """Return the form that gives a number back before it was used."""
    require(carrier=carrier, number=number)
    param = {"kuaidicom": carrier, "kuaidinum": number, "orderId": order_id, "reason": reason}
    return order_form({**kept(param), **account.fields()}, signer=signer, method="cancel")


def build_receipt(
    *, signer: Signer, carrier: str, number: str, account: Account, phone: str = ""
) -> dict[str, str]:
    """Return the form that asks for the image of the signed receipt (shunfeng, 德邦: phone)."""
    require(carrier=carrier, number=number)
    param = {
        "kuaidicom": carrier,
        "kuaidinum": number,
        "imgType": "1",
        "partnerId": account.partner_id,
        "partnerKey": account.partner_key,
        "phone": phone,
    }
    return order_form(kept(param), signer=signer, method="backOrder")


def parse_order(data: Any) -> Waybill:
    """Return the waybill in the data of an answer. Raises MalformedPayload."""
    data = need_object(data, "a waybill")
    tidy = Tidy()
    number = text(data, "kuaidinum", "kuaidiNum")
    if not number:
        raise MalformedPayload("a waybill has a number")
    children = text(data, "childNum").split(",")[:1_000]
    return Waybill(
        number=number,
        task_id=text(data, "taskId"),
        child_numbers=tuple(child.strip() for child in children if child.strip()),
        return_number=text(data, "returnNum"),
        label=text(data, "label"),
        big_pen=tidy.line(data, "bulkpen"),
        origin_code=text(data, "orgCode"),
        origin_name=tidy.line(data, "orgName"),
        destination_code=text(data, "destCode"),
        destination_name=tidy.line(data, "destName"),
        origin_sorting_code=text(data, "orgSortingCode"),
        origin_sorting_name=tidy.line(data, "orgSortingName"),
        destination_sorting_code=text(data, "destSortingCode"),
        destination_sorting_name=tidy.line(data, "destSortingName"),
        package_code=text(data, "pkgCode"),
        package_name=tidy.line(data, "pkgName"),
        road=tidy.line(data, "road"),
        qr_code=text(data, "qrCode"),
        carrier_order=text(data, "kdComOrderNum"),
        service_code=text(data, "expressCode"),
        service_name=tidy.line(data, "expressName"),
        originals=tidy.originals(),
    )


def parse_printed(data: Any) -> Printed:
    """Return what printing brought; the answer may carry nothing. Raises MalformedPayload."""
    data = need_object(data or {}, "a print")
    return Printed(task_id=text(data, "taskId"), label=text(data, "label"))


def parse_receipt(data: Any) -> tuple[str, ...]:
    """Return the images of a receipt, URLs or base64; the field names are not documented."""
    data = need_object(data or {}, "a receipt")
    found: list[str] = []
    for name in ("imgUrl", "imgBase64"):
        given = data.get(name)
        items = given[:20] if isinstance(given, list) else [given]
        found += [image for item in items if (image := text({name: item}, name))]
    return tuple(found)


def parse_push(raw: str | bytes) -> WaybillPush:
    """Return the report in the ``param`` of a waybill push. Raises MalformedPayload."""
    return read_push(load_object(raw))


def read_push(value: Mapping[str, Any]) -> WaybillPush:
    """Return the report in a decoded push. Raises MalformedPayload."""
    tidy = Tidy()
    push = WaybillPush(
        status=text(value, "status"),
        carrier=text(value, "kuaidicom", "kuaidiCom"),
        number=text(value, "kuaidinum", "kuaidiNum"),
        order_id=text(value, "orderId", "orderid"),
        task_id=text(value, "taskId"),
        message=tidy.line(value, "message"),
        originals=tidy.originals(),
    )
    if not (push.number or push.task_id or push.order_id):
        raise MalformedPayload("a waybill push names a number, a task or an order")
    return push
