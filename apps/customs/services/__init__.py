"""What changes customs data: one transaction each, keyword-only."""

from apps.customs.services.compliance_checking import check_consignment, enter_stage
from apps.customs.services.compliance_impact import run_impacts
from apps.customs.services.compliance_overriding import (
    override_finding,
    review_override,
    withdraw_finding_override,
)
from apps.customs.services.compliance_rechecking import recheck_due
from apps.customs.services.correcting import (
    correct_record,
    redraft_consignment,
    supply_missing,
)
from apps.customs.services.drafting import draft_declarations
from apps.customs.services.facts import Facts, load_facts
from apps.customs.services.hearing import Unheard, lock_news, mark_heard, unheard_news
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
from apps.customs.services.product_notes import note_changed_products
from apps.customs.services.product_papers import (
    add_certificate,
    remove_certificate,
    set_certificates,
)
from apps.customs.services.products import SavedProduct, save_product, touch_products
from apps.customs.services.reassessing import reassess_changed, recheck_waiting
from apps.customs.services.storing import Drafted
from apps.customs.services.tracking import follow_consignments, follow_shipments

__all__ = [
    "AliasRefused",
    "Drafted",
    "Facts",
    "OfferRefused",
    "Offered",
    "SavedProduct",
    "Unheard",
    "add_certificate",
    "check_consignment",
    "choose_hs",
    "clean_up_imports",
    "confirm_hs",
    "confirm_import",
    "correct_record",
    "discard_import",
    "draft_declarations",
    "enter_stage",
    "follow_consignments",
    "follow_shipments",
    "load_facts",
    "lock_news",
    "mark_heard",
    "move_declaration",
    "note_changed_products",
    "offer_hs",
    "override_finding",
    "override_incomplete",
    "reassess_changed",
    "recheck_due",
    "recheck_waiting",
    "record_answer",
    "record_customs_code",
    "redraft_consignment",
    "remove_certificate",
    "review_override",
    "run_impacts",
    "save_alias",
    "save_product",
    "set_certificates",
    "start_import",
    "submit_declaration",
    "supply_missing",
    "touch_products",
    "undo_choice",
    "undo_import",
    "unheard_news",
    "withdraw_finding_override",
    "withdraw_hs",
    "withdraw_override",
    "work_on_imports",
]
