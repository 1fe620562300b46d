"""What changes customs data: one transaction each, keyword-only."""

from apps.customs.services.product_codes import confirm_hs, withdraw_hs
from apps.customs.services.product_papers import (
    add_certificate,
    remove_certificate,
    set_certificates,
)
from apps.customs.services.products import SavedProduct, save_product, touch_products

__all__ = [
    "SavedProduct",
    "add_certificate",
    "confirm_hs",
    "remove_certificate",
    "save_product",
    "set_certificates",
    "touch_products",
    "withdraw_hs",
]
