"""Everything that changes flags. Import from here, not from the modules below."""

from apps.exceptions.services.bulk import BulkOutcome, decide_many, undo_many
from apps.exceptions.services.claims import (
    claim_next,
    peek_next,
    release_claim,
    renew_claim,
    skip_flag,
)
from apps.exceptions.services.closing import decide_by_rule, expire_flags
from apps.exceptions.services.deciding import decide_flag, undo_verdict
from apps.exceptions.services.looking import Looked, look_at_wanted, look_at_whole
from apps.exceptions.services.repairing import RepairedFix, preview_repair
from apps.exceptions.services.rules import set_kind_policy
from apps.exceptions.services.scanning import follow_scans, look_at_scans
from apps.exceptions.services.sweeping import sweep_tracks

__all__ = [
    "BulkOutcome",
    "Looked",
    "RepairedFix",
    "claim_next",
    "decide_by_rule",
    "decide_flag",
    "decide_many",
    "expire_flags",
    "follow_scans",
    "look_at_scans",
    "look_at_wanted",
    "look_at_whole",
    "peek_next",
    "preview_repair",
    "release_claim",
    "renew_claim",
    "set_kind_policy",
    "skip_flag",
    "sweep_tracks",
    "undo_many",
    "undo_verdict",
]
