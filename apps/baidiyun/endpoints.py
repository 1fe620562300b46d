"""Where each product lives: the vendor's own host, the path, and how long an answer may take."""

from __future__ import annotations

from dataclasses import dataclass

from apps.baidiyun.choices import Product

POLL = "https://poll.kuaidi100.com"
API = "https://api.kuaidi100.com"
WWW = "https://www.kuaidi100.com"
KD100 = "https://www.kd100.com"
SLOW_SECONDS = 12.0
"""International carriers answer through the platform: the contract asks for 10 s and more."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One product's address; ``seconds`` 0 means the portal's usual time limit."""

    path: str
    origin: str = POLL
    seconds: float = 0.0


_PICKUP = Endpoint("/order/borderapi.do")
_LABEL = Endpoint("/label/order", API)
_CITY = Endpoint("/bsamecity/order", API)
ENDPOINTS: dict[Product, Endpoint] = {
    Product.SUBSCRIBE: Endpoint("/poll"),
    Product.QUERY: Endpoint("/poll/query.do"),
    Product.DETECT: Endpoint("/autonumber/auto", WWW),
    Product.MAP_QUERY: Endpoint("/poll/maptrack.do"),
    Product.MAP_SUBSCRIBE: Endpoint("/pollmap"),
    Product.BOOK: _PICKUP,
    Product.CANCEL: _PICKUP,
    Product.DETAIL: _PICKUP,
    Product.PRICE: _PICKUP,
    Product.MODIFY: _PICKUP,
    Product.PAY: _PICKUP,
    Product.WAYBILL: _LABEL,
    Product.ESTIMATE: _LABEL,
    Product.FREIGHT: _LABEL,
    Product.INTERCEPT: _LABEL,
    Product.REACHABLE: Endpoint("/reachable.do", API),
    Product.ADDRESS: Endpoint("/address/resolution", API),
    Product.ADDRESS_ABROAD: Endpoint("/internationalAddress/resolution", API),
    Product.INTERNATIONAL: Endpoint("/sendAssistant/order/apiCall", API, SLOW_SECONDS),
    Product.INTERNATIONAL_PICKUP: Endpoint("/sendAssistant/order/pickUp", API, SLOW_SECONDS),
    Product.INTERNATIONAL_CANCEL: Endpoint("/sendAssistant/order/cancelPickUp", API, SLOW_SECONDS),
    Product.INTERNATIONAL_PRICE: Endpoint("/apisentquery/international/queryPrice", API),
    Product.SAMECITY: _CITY,
    Product.RIDER: _CITY,
    Product.PICKUP_CODE: Endpoint("/pickupCode/query", API),
    Product.PICKUP_CODE_WATCH: Endpoint("/pickupCode/register", API),
    Product.WORK_ORDER: Endpoint("/workorder/api/create", API),
    Product.WORK_ORDER_STATUS: Endpoint("/workorder/api/status", API),
    Product.WORK_ORDER_REPLY: Endpoint("/workorder/api/reply", API),
    Product.WORK_ORDER_UPLOAD: Endpoint("/workorder/api/upload", API),
    Product.KD100_DETECT: Endpoint("/api/v1/carriers/detect", KD100),
    Product.KD100_QUERY: Endpoint("/api/v1/tracking/realtime", KD100),
    Product.KD100_SUBSCRIBE: Endpoint("/api/v1/tracking/create", KD100),
}
