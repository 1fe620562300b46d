"""Who answers questions about prices and labels: registered by whoever speaks to the platform."""

from __future__ import annotations

from apps.orders.labels import AskLabel
from apps.orders.quoting import AskPrice

_price: list[AskPrice] = []
_label: list[AskLabel] = []


def register_price_source(ask: AskPrice | None) -> None:
    """Make this the source of prices; None takes it away."""
    _price[:] = [] if ask is None else [ask]


def price_source() -> AskPrice | None:
    """Return the source of prices, None while there is none."""
    return _price[0] if _price else None


def register_label_source(ask: AskLabel | None) -> None:
    """Make this the source of labels; None takes it away."""
    _label[:] = [] if ask is None else [ask]


def label_source() -> AskLabel | None:
    """Return the source of labels, None while there is none."""
    return _label[0] if _label else None
