"""Which refusals repeat for ever and which may pass (contract §1.5, §2.1, §4, §5.1)."""

from __future__ import annotations

from apps.baidiyun.choices import BookingProblem, Product

PERMANENT: dict[Product, frozenset[str]] = {
    Product.DETECT: frozenset({"201", "400", "601", "701"}),
    Product.SUBSCRIBE: frozenset({"400", "600", "601", "700", "701", "702"}),
    Product.MAP_SUBSCRIBE: frozenset({"400", "600", "601", "700", "701", "702"}),
    Product.QUERY: frozenset({"400", "408", "503", "601"}),
    Product.MAP_QUERY: frozenset({"400", "408", "503", "601"}),
    Product.BOOK: frozenset({"400", "503", "600", "601", "700"}),
    Product.CANCEL: frozenset({"400", "503", "600", "601"}),
    Product.DETAIL: frozenset({"400", "503", "600", "601"}),
}
ORDER_CODES = frozenset({"400", "503", "600", "601", "700", "701"})
NEWER_CODES = frozenset({"30001", "30002", "30003", "30004", "30006"})
KD100_CODES = frozenset({"101", "102", "103", "104", "105", "106", "401", "404", "405", "406"})
KD100_PRODUCTS = frozenset({Product.KD100_DETECT, Product.KD100_QUERY, Product.KD100_SUBSCRIBE})
CARRIER_REFUSED = "30005"
BUSINESS_PRODUCTS = frozenset(
    {
        Product.BOOK,
        Product.CANCEL,
        Product.DETAIL,
        Product.PRICE,
        Product.MODIFY,
        Product.PAY,
        Product.WAYBILL,
        Product.INTERCEPT,
        Product.FREIGHT,
    }
)
NO_RESULT = "500"
KD100_NO_RESULT = "60101"
ALREADY_SUBSCRIBED = "501"
SUBMITTED_BEFORE = "501"
SERVER_WORDS = ("服务器", "系统", "繁忙", "稍后", "超时", "网络异常")
BALANCE_WORDS = ("余额", "单量不足", "欠费", "充值")
ADDRESS_WORDS = ("地址", "行政区", "省市区")
EXPIRED_KEY = "601"


def is_permanent(product: Product, code: str, message: str) -> bool:
    """Whether asking again with the same content must fail again.

    borderapi.do uses 500 both for its own trouble and for a refusal in free text ("当前线路
    未设置价格"): the words decide.
    """
    if code in _permanent_codes(product):
        return True
    if code == CARRIER_REFUSED and product != Product.RIDER:
        return is_carriers_word(code, message)
    if product not in BUSINESS_PRODUCTS or code != "500" or not message:
        return False
    return not _speaks_of(message, SERVER_WORDS)


def is_carriers_word(code: str, message: str) -> bool:
    """Whether 30005 says something of the parcel (no position now), and not of a trouble."""
    return code == CARRIER_REFUSED and not _speaks_of(message, SERVER_WORDS)


def _permanent_codes(product: Product) -> frozenset[str]:
    if product in KD100_PRODUCTS:
        return KD100_CODES
    known = PERMANENT.get(product)
    if known is not None:
        return known
    extra = frozenset({"201"}) if product == Product.REACHABLE else frozenset()
    return ORDER_CODES | NEWER_CODES | extra


def booking_problem(code: str, message: str) -> BookingProblem:
    """Return the worklist column for a refused booking."""
    if code == SUBMITTED_BEFORE:
        return BookingProblem.DUPLICATE
    if code == EXPIRED_KEY or _speaks_of(message, BALANCE_WORDS):
        return BookingProblem.NO_BALANCE
    if code == "700":
        return BookingProblem.REFUSED
    if _speaks_of(message, ADDRESS_WORDS):
        return BookingProblem.BAD_ADDRESS
    if is_permanent(Product.BOOK, code, message):
        return BookingProblem.REFUSED
    return BookingProblem.UNAVAILABLE


def _speaks_of(message: str, words: tuple[str, ...]) -> bool:
    return any(word in message for word in words)
