"""The products of the platform this world answers for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.sandbox import carriers, services
from apps.sandbox.choices import FaultName
from apps.sandbox.envelopes import JsonValue, Refusal, success
from apps.sandbox.gateway.endpoint import Fields, endpoint, json_response
from apps.sandbox.models import SandboxAccount
from apps.sandbox.services.accounts import account_by_customer, account_by_key
from apps.sandbox.services.faults import is_switched_on
from apps.sandbox.signing import matches, query_digest, sign_order
from apps.sandbox.wire import BadParam, is_epoch, read_param

BAD_SUBSCRIPTION = Refusal("700", "订阅数据错误")
BAD_QUERY = Refusal("400", "提交的数据不完整，或者格式不正确")
BAD_ORDER = Refusal("400", "参数错误")
BAD_NUMBER = Refusal("201", "不是有效的快递单号")
QUERY_TROUBLE = Refusal("501", "服务器错误")


def param_of(fields: Fields, broken: Refusal) -> dict[str, Any]:
    """The JSON object inside ``param``, else ``broken``.

    Double wrapping is opened where the fault says so.
    """
    unwrap = '"param"' in fields.get("param", "") and is_switched_on(FaultName.UNWRAP_PARAM)
    try:
        return read_param(fields.get("param", ""), unwrap=unwrap)
    except BadParam as error:
        raise broken from error


@endpoint(malformed=BAD_SUBSCRIPTION)
def poll(fields: Fields) -> JsonValue:
    """``POST /poll``: subscribe; the key sits inside ``param``, nothing is signed."""
    if fields.get("schema", "").lower() not in {"", "json"}:
        raise BAD_SUBSCRIPTION
    services.accept_subscription(param=param_of(fields, BAD_SUBSCRIPTION))
    return success("提交成功")


@endpoint(malformed=BAD_QUERY, trouble=QUERY_TROUBLE)
def query(fields: Fields) -> JsonValue:
    """``POST /poll/query.do``: family QUERY over the exact ``param``."""
    return services.answer_query(param=checked_query(fields))


def checked_query(fields: Fields) -> dict[str, Any]:
    """``param`` of a question whose QUERY signature holds; raises Refusal."""
    param, sign = fields.get("param", ""), fields.get("sign", "")
    if not param or not sign or not fields.get("customer"):
        raise BAD_QUERY
    account = account_by_customer(fields["customer"])
    digest = query_digest(param, account.key, account.customer, fields.get("signType", ""))
    if not matches(digest, sign):
        raise Refusal("503", "验证签名失败")
    return param_of(fields, BAD_QUERY)


@endpoint(malformed=BAD_NUMBER, reads_get=True)
def autonumber(fields: Fields) -> JsonValue:
    """``/autonumber/auto``: a bare array of guesses; the key in clear."""
    if not fields.get("key"):
        raise Refusal("701", "key缺失")
    expired = Refusal("601", "KEY已过期或者未开通")
    account_by_key(fields["key"], unknown=expired, expired=expired)
    number = fields.get("num", "").strip()
    if not carriers.is_plausible(number):
        raise BAD_NUMBER
    return [
        {"lengthPre": len(number), "comCode": carrier.code, "name": carrier.name}
        for carrier in carriers.detect(number)
    ]


def _book(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    return success("提交成功", services.book_order(account=account, param=param))


def _cancel(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    services.cancel_order(account=account, param=param)
    return success("取消成功", {})


def _detail(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    return success("成功", services.order_detail(account=account, param=param))


def _modify(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    services.modify_order(account=account, param=param)
    return success("成功")


def _pay(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    services.pay_order(account=account, param=param)
    return success("支付成功")


def _price(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    return success("成功", services.price_order(param=param))


def _price_batch(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    return success("成功", services.price_batch(param=param))


METHODS: dict[str, Callable[[SandboxAccount, dict[str, Any]], JsonValue]] = {
    "price": _price,
    "batchprice": _price_batch,
    "border": _book,
    "create": _book,
    "cancel": _cancel,
    "detail": _detail,
    "modifyorder": _modify,
    "synpay": _pay,
}


@endpoint(malformed=BAD_ORDER)
def border(fields: Fields) -> JsonValue:
    """``POST /order/borderapi.do``: family ORDER; methods in any case, from URL or body."""
    account = account_by_key(
        fields.get("key", ""),
        unknown=Refusal("600", "您不是合法的用户（即授权Key出错）"),
        expired=Refusal("601", "KEY已过期"),
    )
    param, t = fields.get("param", ""), fields.get("t", "")
    if not matches(sign_order(param, t, account.key, account.secret), fields.get("sign", "")):
        raise Refusal("503", "签名认证失败")
    if not is_epoch(t):
        raise Refusal("400", "参数错误：t格式不正确")
    method = METHODS.get(fields.get("method", "").strip().lower())
    if method is None:
        raise Refusal("400", "参数错误：找不到该method")
    return method(account, param_of(fields, BAD_ORDER))


def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives."""
    return json_response({"ok": True})
