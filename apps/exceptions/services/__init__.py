"""Everything that changes flags. Import from here, not from the modules below."""

from apps.exceptions.services.backtesting import run_back_tests
from apps.exceptions.services.bulk import BulkOutcome, decide_many, undo_many
from apps.exceptions.services.claims import (
    claim_next,
    peek_next,
    release_claim,
    renew_claim,
    skip_flag,
)
from apps.exceptions.services.closing import decide_by_rule, expire_flags
from apps.exceptions.services.deciding import decide_flag, last_decision, undo_verdict
from apps.exceptions.services.looking import Looked, look_at_wanted, look_at_whole
from apps.exceptions.services.repairing import RepairedFix, preview_repair
from apps.exceptions.services.rules import set_kind_policy, undo_kind_policy
from apps.exceptions.services.scanning import follow_scans, look_at_scans
from apps.exceptions.services.second_looks import (
    claim_second_look,
    decide_shown,
    flags_to_show,
    settle_disagreement,
    take_second_look,
)
from apps.exceptions.services.sweeping import sweep_tracks
from apps.exceptions.services.thresholds import (
    activate_thresholds,
    draft_thresholds,
    restore_thresholds,
    start_back_test,
)

__all__ = [
    "BulkOutcome",
    "Looked",
    "RepairedFix",
    "activate_thresholds",
    "claim_next",
    "claim_second_look",
    "decide_by_rule",
    "decide_flag",
    "decide_many",
    "decide_shown",
    "draft_thresholds",
    "expire_flags",
    "flags_to_show",
    "follow_scans",
    "last_decision",
    "look_at_scans",
    "look_at_wanted",
    "look_at_whole",
    "peek_next",
    "preview_repair",
    "release_claim",
    "renew_claim",
    "restore_thresholds",
    "run_back_tests",
    "set_kind_policy",
    "settle_disagreement",
    "skip_flag",
    "start_back_test",
    "sweep_tracks",
    "take_second_look",
    "undo_kind_policy",
    "undo_many",
    "undo_verdict",
]
