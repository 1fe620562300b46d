"""What changes customs data: one transaction each, keyword-only."""

from apps.customs.services.drafting import draft_declarations
from apps.customs.services.facts import Facts, load_facts
from apps.customs.services.product_codes import confirm_hs, withdraw_hs
from apps.customs.services.product_papers import (
    add_certificate,
    remove_certificate,
    set_certificates,
)
from apps.customs.services.products import SavedProduct, save_product, touch_products
from apps.customs.services.storing import Drafted

__all__ = [
    "Drafted",
    "Facts",
    "SavedProduct",
    "add_certificate",
    "confirm_hs",
    "draft_declarations",
    "load_facts",
    "remove_certificate",
    "save_product",
    "set_certificates",
    "touch_products",
    "withdraw_hs",
]
