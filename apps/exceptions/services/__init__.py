"""Everything that changes flags. Import from here, not from the modules below."""

from apps.exceptions.services.bulk import BulkOutcome, decide_many, undo_many
from apps.exceptions.services.claims import (
    claim_next,
    peek_next,
    release_claim,
    renew_claim,
    skip_flag,
)
from apps.exceptions.services.deciding import decide_flag, undo_verdict
from apps.exceptions.services.looking import Looked, look_at_wanted, look_at_whole
from apps.exceptions.services.repairing import RepairedFix, preview_repair

__all__ = [
    "BulkOutcome",
    "Looked",
    "RepairedFix",
    "claim_next",
    "decide_flag",
    "decide_many",
    "look_at_wanted",
    "look_at_whole",
    "peek_next",
    "preview_repair",
    "release_claim",
    "renew_claim",
    "skip_flag",
    "undo_many",
    "undo_verdict",
]
