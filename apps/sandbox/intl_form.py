"""Reading and checking an international e-waybill with its customs fields (contract §5.12)."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Any

from apps.sandbox import carriers
from apps.sandbox.booking_form import read_weight
from apps.sandbox.carriers import Carrier
from apps.sandbox.declared import Declared, read_declared
from apps.sandbox.envelopes import Refusal
from apps.sandbox.foreign import BY_CODE as COUNTRIES
from apps.sandbox.foreign import Country
from apps.sandbox.phones import is_foreign_phone
from apps.sandbox.pinyin import pinyin_of
from apps.sandbox.places import MAJOR_CITIES, Place, all_places, districts_of, read_address
from apps.sandbox.planner import Destination
from apps.sandbox.wire import is_true, object_of, objects_of, text_of

ALIASES = {"dhl": "dhlen", "ups": "upsen", "fedexcn": "fedex", "ems": "emsguoji"}
UNITS = frozenset({"PCS", "PRS", "KG"})
PURPOSES = frozenset(
    {"GIFT", "NOT_SOLD", "PERSONAL_EFFECTS", "REPAIR_AND_RETURN", "SAMPLE", "SOLD"}
)
TERMS = frozenset(
    {"CFR", "CIF", "CIP", "CPT", "DAF", "DAP", "DAT", "DDP", "DDU", "DPU", "EXW", "FAS", "FCA",
     "FOB"}
)  # fmt: skip
DUTIES = frozenset({"DDU", "DDP"})
COUNTRY = re.compile(r"[A-Z]{2}")
CURRENCY = re.compile(r"[A-Z]{3}")
HS_CODE = re.compile(r"\d{4,14}")
LATIN_SPELLINGS = {"shamen": "xiamen", "haerbin": "harbin", "lasa": "lhasa", "wulumuqi": "urumqi"}
MOST_PIECES, MOST_PACKAGES, MOST_LINES = 1_000_000_000, 50, 200
SILENT = Refusal("30005", "快递公司返回异常：")


@dataclass(frozen=True, slots=True)
class IntlForm:
    """A checked order: lane, weight in grams, phones, how many packages, what is declared."""

    carrier: Carrier
    origin: Place
    destination: Destination
    weight_grams: int
    phones: tuple[str, str]
    packages: int
    needs_invoice: bool
    declared: Declared


def bad(detail: str) -> Refusal:
    """30001: a parameter is missing or cannot be read."""
    return Refusal("30001", f"参数错误：{detail}")


def read_intl_carrier(param: dict[str, Any]) -> Carrier:
    """The international carrier, by its own code or the label product's shorter one."""
    code = text_of(param, "kuaidicom", "kuaidiCom").lower()
    carrier = carriers.BY_CODE.get(ALIASES.get(code, code))
    if carrier is None or not carrier.international:
        raise bad("kuaidicom不支持" if code else "kuaidicom不能为空")
    return carrier


def check_partner(param: dict[str, Any]) -> None:
    """The account with the carrier must be named."""
    if not text_of(param, "partnerId"):
        raise bad("partnerId不能为空")


def read_order(param: dict[str, Any]) -> IntlForm:
    """Check an order as the platform does, in its order; raises Refusal."""
    check_partner(param)
    carrier = read_intl_carrier(param)
    sender, recipient = read_person(param, "sendMan"), read_person(param, "recMan")
    origin, country = read_origin(sender), _read_country(recipient)
    packages = read_packages(param)
    _check_customs(param, carrier)
    try:
        weight = read_weight(param)
    except Refusal as refused:
        raise Refusal("30001", refused.message) from refused
    invoiced = is_true(text_of(param, "needInvoice")) or bool(object_of(param, "invoiceInfo"))
    address = f"{text_of(recipient, 'addr')}, {text_of(recipient, 'city')}"
    return IntlForm(
        carrier=carrier,
        origin=origin,
        destination=Destination(None, country, address),
        weight_grams=weight,
        phones=(text_of(sender, "mobile", "tel"), text_of(recipient, "mobile", "tel")),
        packages=packages,
        needs_invoice=invoiced,
        declared=read_declared(param, country.code),
    )


def read_person(param: dict[str, Any], who: str) -> dict[str, Any]:
    """A party with everything the contract marks as required; US needs its state."""
    person = object_of(param, who)
    for name in ("name", "addr", "city", "countryCode", "zipcode"):
        if not text_of(person, name):
            raise bad(f"{who}.{name}不能为空")
    if not is_foreign_phone(text_of(person, "mobile", "tel")):
        raise bad(f"{who}.mobile格式不正确")
    country = text_of(person, "countryCode").upper()
    if len(country) != 2 or not country.isalpha():
        raise bad(f"{who}.countryCode不正确")
    if country == "US" and not text_of(person, "stateOrProvinceCode"):
        raise bad(f"{who}.stateOrProvinceCode不能为空")
    return person


def read_origin(sender: dict[str, Any]) -> Place:
    """The Chinese division a sender stands in, written in Chinese or in pinyin."""
    if text_of(sender, "countryCode").upper() != "CN":
        raise Refusal("30005", "快递公司返回异常：仅支持中国大陆寄件")
    parts = ("province", "city", "district", "addr")
    found = read_address("".join(text_of(sender, part) for part in parts))
    if found is None:
        found = _cities_in_pinyin().get(re.sub(r"[^a-z]", "", text_of(sender, "city").lower()))
    if found is None:
        raise bad("sendMan.city行政区解析失败")
    return found


def read_packages(param: dict[str, Any]) -> int:
    """How many packages; sizes and weights have defaults, but no nonsense."""
    packages = objects_of(param, "packageInfos")
    if not packages or len(packages) > MOST_PACKAGES:
        raise bad("packageInfos不能为空")
    for package in packages:
        for name, usual in (("length", "10"), ("width", "10"), ("height", "1"), ("weight", "0.1")):
            if not _is_positive(text_of(package, name) or usual):
                raise bad(f"packageInfos.{name}不正确")
    return len(packages)


def _read_country(recipient: dict[str, Any]) -> Country:
    country = COUNTRIES.get(text_of(recipient, "countryCode").upper())
    if country is None:
        raise Refusal("30005", "快递公司返回异常：目的国家不在服务范围")
    return country


def _check_customs(param: dict[str, Any], carrier: Carrier) -> None:
    clearance = object_of(param, "customsClearance")
    purpose = text_of(clearance, "purpose").upper()
    if purpose and purpose not in PURPOSES:
        raise bad("customsClearance.purpose不正确")
    if not text_of(param, "cargo"):
        raise bad("cargo不能为空")
    currency = text_of(param, "currency").upper()
    if currency and not CURRENCY.fullmatch(currency):
        raise bad("currency不正确")
    _check_terms(param)
    if (text_of(clearance, "isDocument", "document") or "true") == "true":
        return
    if not _is_positive(text_of(param, "customsValue")):
        raise bad("customsValue不能为空")
    lines = objects_of(param, "exportInfos")
    if not lines or len(lines) > MOST_LINES:
        raise bad("exportInfos不能为空")
    for line in lines:
        _check_line(line, carrier)


def _check_terms(param: dict[str, Any]) -> None:
    """Incoterm, who pays the duties, and the invoice: none is needed, no nonsense is taken."""
    term = text_of(param, "tradeTerm").upper()
    if term and term not in TERMS:
        raise bad("tradeTerm不正确")
    duties = text_of(object_of(param, "dutiesPaymentType"), "paymentType").upper()
    if duties and duties not in DUTIES:
        raise bad("dutiesPaymentType.paymentType不正确")
    invoice = object_of(param, "invoiceInfo")
    if not invoice:
        return
    if not text_of(invoice, "number"):
        raise bad("invoiceInfo.number不能为空")
    try:
        dt.date.fromisoformat(text_of(invoice, "date"))
    except ValueError as error:
        raise bad("invoiceInfo.date格式不正确") from error


def _check_line(line: dict[str, Any], carrier: Carrier) -> None:
    for name in ("desc", "manufacturingCountryCode"):
        if not text_of(line, name):
            raise bad(f"exportInfos.{name}不能为空")
    if not COUNTRY.fullmatch(text_of(line, "manufacturingCountryCode").upper()):
        raise bad("exportInfos.manufacturingCountryCode不正确")
    _check_codes(line)
    for name in ("unitPrice", "netWeight"):
        if not _is_positive(text_of(line, name)):
            raise bad(f"exportInfos.{name}不正确")
    if text_of(line, "quantityUnitOfMeasurement").upper() not in UNITS | {""}:
        raise bad("exportInfos.quantityUnitOfMeasurement不正确")
    quantity = text_of(line, "quantity")
    if not _is_positive(quantity) or not 1 <= float(quantity) <= MOST_PIECES:
        raise bad("exportInfos.quantity不正确")
    if not quantity.isdecimal():
        raise SILENT if carrier.code == "dhlen" else bad("exportInfos.quantity必须为整数")


def _check_codes(line: dict[str, Any]) -> None:
    for name in ("importCommodityCode", "exportCommodityCode"):
        code = text_of(line, name)
        if code and not HS_CODE.fullmatch(code):
            raise bad(f"exportInfos.{name}不正确")


def _is_positive(text: str) -> bool:
    try:
        number = float(text)
    except ValueError:
        return False
    return math.isfinite(number) and number > 0


def _cities_in_pinyin() -> dict[str, Place]:
    places = all_places()
    named = {}
    for code, _ in MAJOR_CITIES:
        city = places.get(code)
        if city is not None:
            latin = pinyin_of(city.name).removesuffix(" shi").replace(" ", "")
            named[LATIN_SPELLINGS.get(latin, latin)] = places[districts_of(code)[0]]
    named.pop("", None)
    return named
