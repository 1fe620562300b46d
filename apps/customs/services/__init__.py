"""What changes customs data: one transaction each, keyword-only."""

from apps.customs.services.drafting import draft_declarations
from apps.customs.services.facts import Facts, load_facts
from apps.customs.services.hs_aliases import AliasRefused, save_alias
from apps.customs.services.hs_offers import (
    Offered,
    OfferRefused,
    choose_hs,
    offer_hs,
    record_customs_code,
    undo_choice,
)
from apps.customs.services.product_codes import confirm_hs, withdraw_hs
from apps.customs.services.product_papers import (
    add_certificate,
    remove_certificate,
    set_certificates,
)
from apps.customs.services.products import SavedProduct, save_product, touch_products
from apps.customs.services.storing import Drafted

__all__ = [
    "AliasRefused",
    "Drafted",
    "Facts",
    "OfferRefused",
    "Offered",
    "SavedProduct",
    "add_certificate",
    "choose_hs",
    "confirm_hs",
    "draft_declarations",
    "load_facts",
    "offer_hs",
    "record_customs_code",
    "remove_certificate",
    "save_alias",
    "save_product",
    "set_certificates",
    "touch_products",
    "undo_choice",
    "withdraw_hs",
]
