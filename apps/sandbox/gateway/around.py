"""Services around a parcel: abroad, work orders, monitoring, pickup codes (ORDER, flavour B)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.sandbox import services
from apps.sandbox.envelopes import JsonValue, Refusal
from apps.sandbox.gateway.endpoint import Fields, View, endpoint
from apps.sandbox.gateway.newer import BAD_REQUEST, newer_account, newer_param
from apps.sandbox.models import SandboxAccount

Service = Callable[[SandboxAccount, dict[str, Any]], JsonValue | None]


def _signed(service: Service, method: str = "") -> View:
    """A view of flavour B for a service; ``method`` is the only one its address knows.

    A request that names no method is taken: the address says what is wanted.
    """

    @endpoint(malformed=BAD_REQUEST, newer=True)
    def view(fields: Fields) -> JsonValue | None:
        account = newer_account(fields)
        asked = fields.get("method", "").strip().lower()
        if method and asked not in {"", method.lower()}:
            raise Refusal("30001", "参数错误：找不到该method")
        return service(account, newer_param(fields))

    return view


def _monitor(fields: Fields) -> JsonValue:
    account = newer_account(fields)
    param = newer_param(fields)
    return services.take_monitored(
        account=account, method=fields.get("method", "").strip().lower(), param=param
    )


monitor = endpoint(malformed=BAD_REQUEST, newer=True)(_monitor)
foreign_address = _signed(lambda _, param: services.resolve_foreign(param=param))
intl_order = _signed(lambda account, param: services.order_intl(account=account, param=param))
intl_call = _signed(lambda account, param: services.call_intl(account=account, param=param))
intl_cancel = _signed(
    lambda account, param: services.cancel_intl_call(account=account, param=param)
)
intl_price = _signed(lambda _, param: services.price_intl(param=param))
work_create = _signed(lambda account, param: services.open_work_order(account=account, param=param))
work_status = _signed(
    lambda account, param: services.work_order_state(account=account, param=param)
)
work_reply = _signed(lambda account, param: services.reply_work_order(account=account, param=param))
work_upload = _signed(lambda account, param: services.add_work_file(account=account, param=param))
code_register = _signed(
    lambda account, param: services.watch_code(account=account, param=param), "pickupCodeRegister"
)
code_query = _signed(lambda _, param: services.find_code(param=param), "pickupCodeQuery")
