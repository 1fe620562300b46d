"""What changes customs data: one transaction each, keyword-only."""

from apps.customs.services.correcting import (
    correct_record,
    redraft_consignment,
    supply_missing,
)
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
from apps.customs.services.import_work import clean_up_imports, work_on_imports
from apps.customs.services.imports import (
    confirm_import,
    discard_import,
    start_import,
    undo_import,
)
from apps.customs.services.moving import (
    move_declaration,
    record_answer,
    submit_declaration,
)
from apps.customs.services.overriding import override_incomplete, withdraw_override
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
    "clean_up_imports",
    "confirm_hs",
    "confirm_import",
    "correct_record",
    "discard_import",
    "draft_declarations",
    "load_facts",
    "move_declaration",
    "offer_hs",
    "override_incomplete",
    "record_answer",
    "record_customs_code",
    "redraft_consignment",
    "remove_certificate",
    "save_alias",
    "save_product",
    "set_certificates",
    "start_import",
    "submit_declaration",
    "supply_missing",
    "touch_products",
    "undo_choice",
    "undo_import",
    "withdraw_hs",
    "withdraw_override",
    "work_on_imports",
]
