"""The products of the platform's newer host: labels, lanes, reach, addresses (family ORDER)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join

from apps.sandbox import services
from apps.sandbox.envelopes import JsonValue, Refusal, success
from apps.sandbox.gateway.endpoint import Fields, endpoint
from apps.sandbox.gateway.views import param_of
from apps.sandbox.models import SandboxAccount
from apps.sandbox.services.accounts import account_by_key
from apps.sandbox.signing import matches, sign_order
from apps.sandbox.wire import is_epoch

BAD_REQUEST = Refusal("30001", "参数错误")
NOT_CONVERTED = Refusal("30006", "参数转换异常")
BAD_REACH = Refusal("201", "参数异常")
UNSIGNED = Refusal("30002", "验证签名失败")
NO_ACCOUNT = Refusal("30003", "获取用户信息失败")
NO_QUOTA = Refusal("30004", "KEY已过期")
LABEL_PAGE = (
    '<!doctype html><meta charset="utf-8"><title>{number}</title>'
    '<div style="width:76mm;border:1px solid;padding:4mm;font:14px sans-serif">'
    "<b>{carrier}</b><p style='font:bold 20px monospace'>{number}</p><p>{task}</p></div>"
)
RECEIPT = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="180" font-family="sans-serif">'
    '<rect width="640" height="180" fill="#fff" stroke="#000"/><text x="20" y="50" font-size="26">'
    '{number}</text><text x="20" y="95">{when}</text><text x="20" y="135">{words}</text></svg>'
)
Method = Callable[[SandboxAccount, dict[str, Any]], JsonValue | None]


def signed_account(
    fields: Fields, *, unknown: Refusal, expired: Refusal, unsigned: Refusal, malformed: Refusal
) -> SandboxAccount:
    """The account that signed the request over its exact ``param`` and ``t``."""
    account = account_by_key(fields.get("key", ""), unknown=unknown, expired=expired)
    t = fields.get("t", "")
    digest = sign_order(fields.get("param", ""), t, account.key, account.secret)
    if not matches(digest, fields.get("sign", "")):
        raise unsigned
    if not is_epoch(t):
        raise malformed
    return account


def newer_account(fields: Fields) -> SandboxAccount:
    """The account that signed a request of this host."""
    return signed_account(
        fields, unknown=NO_ACCOUNT, expired=NO_QUOTA, unsigned=UNSIGNED, malformed=BAD_REQUEST
    )


def newer_param(fields: Fields) -> dict[str, Any]:
    """``param`` of a request of this host; what is no JSON object cannot be converted."""
    return param_of(fields, NOT_CONVERTED if fields.get("param") else BAD_REQUEST)


def _order(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    return services.order_label(account=account, param=param)


def _reprint(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    return services.reprint_label(account=account, param=param)


def _cancel(account: SandboxAccount, param: dict[str, Any]) -> None:
    services.cancel_label(account=account, param=param)


def _time(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    return services.estimate_time(param=param)


def _price(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    return services.estimate_price(param=param)


def _custom(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    return services.print_custom(account=account, param=param)


def _receipt(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    return services.label_receipt(param=param)


def _intercept(account: SandboxAccount, param: dict[str, Any]) -> None:
    services.intercept_parcel(param=param)


METHODS: dict[str, Method] = {
    "order": _order,
    "printold": _reprint,
    "cancel": _cancel,
    "time": _time,
    "price": _price,
    "custom": _custom,
    "backorder": _receipt,
    "interceptorder": _intercept,
}


@endpoint(malformed=BAD_REQUEST, newer=True)
def label(fields: Fields) -> JsonValue | None:
    """``POST /label/order``: flavour B; methods in any case, from URL or body."""
    account = newer_account(fields)
    method = METHODS.get(fields.get("method", "").strip().lower())
    if method is None:
        raise Refusal("30001", "参数错误：找不到该method")
    return method(account, newer_param(fields))


@endpoint(malformed=BAD_REQUEST, newer=True)
def address(fields: Fields) -> JsonValue:
    """``POST /address/resolution``: flavour B, no method."""
    newer_account(fields)
    return services.resolve_address(param=newer_param(fields))


@endpoint(malformed=BAD_REACH)
def reachable(fields: Fields) -> JsonValue:
    """``POST /reachable.do``: flavour A, method reachable."""
    signed_account(
        fields,
        unknown=Refusal("600", "您不是合法的用户（即授权Key出错）"),
        expired=Refusal("601", "KEY已过期"),
        unsigned=Refusal("503", "验证签名失败"),
        malformed=BAD_REACH,
    )
    if fields.get("method", "").strip().lower() != "reachable":
        raise Refusal("201", "参数异常：找不到该method")
    return success("成功", services.check_reach(param=param_of(fields, BAD_REACH)))


def show_label(request: HttpRequest, short: str) -> HttpResponse:
    """A label as a page, at its short address."""
    order = services.find_label(short)
    own = services.find_print(short) if order is None else None
    if own is not None:
        lines = format_html_join("", "<p>{}: {}</p>", sorted(own.values.items()))
        page = format_html(LABEL_PAGE, number=own.template, carrier=lines, task=own.task_id)
        return HttpResponse(page)
    if order is None:
        return HttpResponse("not found", status=404)
    parcel = order.parcel
    page = format_html(LABEL_PAGE, number=parcel.number, carrier=parcel.carrier, task=order.task_id)
    return HttpResponse(page)


def show_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """A signed receipt as an image."""
    trail = services.find_trail(token)
    if trail is None:
        return HttpResponse("not found", status=404)
    when, _, words = trail.points[0]
    image = format_html(RECEIPT, number=trail.number, when=when, words=words)
    return HttpResponse(image, content_type="image/svg+xml")
