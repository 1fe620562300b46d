"""Rides within a city: ``bsamecity/order`` (flavour B) and the older ``sameCity/order`` (A)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.sandbox.envelopes import JsonValue, Refusal, success
from apps.sandbox.gateway.endpoint import Fields, endpoint
from apps.sandbox.gateway.newer import BAD_REQUEST, newer_account, newer_param, signed_account
from apps.sandbox.gateway.views import param_of
from apps.sandbox.models import SandboxAccount
from apps.sandbox.services import older_rides, rides

BAD_OLDER = Refusal("400", "参数错误")
Method = Callable[[SandboxAccount, dict[str, Any]], JsonValue | None]


def _tip(account: SandboxAccount, param: dict[str, Any]) -> None:
    rides.tip_rider(account=account, param=param)


def _cancel_older(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    older_rides.cancel_older(account=account, param=param)
    return success("取消成功")


METHODS: dict[str, Method] = {
    "price": lambda account, param: rides.price_ride(param=param),
    "batchprice": lambda account, param: rides.price_rides(param=param),
    "order": lambda account, param: rides.order_ride(account=account, param=param),
    "batchorder": lambda account, param: rides.order_rides(account=account, param=param),
    "precancel": lambda account, param: rides.ask_cancel(account=account, param=param),
    "cancel": lambda account, param: rides.cancel_ride(account=account, param=param),
    "addfee": _tip,
    "querycourier": lambda account, param: rides.locate_rider(account=account, param=param),
}
OLDER_METHODS: dict[str, Method] = {
    "auth": lambda account, param: success("成功", older_rides.authorise_shop(param=param)),
    "order": lambda account, param: success(
        "提交成功", older_rides.order_older(account=account, param=param)
    ),
    "query": lambda account, param: success(
        "提交成功", older_rides.query_older(account=account, param=param)
    ),
    "cancel": _cancel_older,
}


@endpoint(malformed=BAD_REQUEST, newer=True)
def bsamecity(fields: Fields) -> JsonValue | None:
    """``POST /bsamecity/order``: methods in any case, from URL or body; there is no detail."""
    account = newer_account(fields)
    method = METHODS.get(fields.get("method", "").strip().lower())
    if method is None:
        raise Refusal("30001", "找不到该method")
    return method(account, newer_param(fields))


@endpoint(malformed=BAD_OLDER)
def same_city(fields: Fields) -> JsonValue | None:
    """``POST /sameCity/order``: auth, order, query, cancel."""
    account = signed_account(
        fields,
        unknown=Refusal("400", "您不是合法的用户（即授权Key出错）"),
        expired=Refusal("601", "KEY已过期"),
        unsigned=Refusal("503", "签名认证失败"),
        malformed=BAD_OLDER,
    )
    method = OLDER_METHODS.get(fields.get("method", "").strip().lower())
    if method is None:
        raise Refusal("400", "参数错误：找不到该method")
    return method(account, param_of(fields, BAD_OLDER))
