"""Everything that changes flags and cases. Import from here, not from the modules below."""

from apps.exceptions.services.backtesting import run_back_tests
from apps.exceptions.services.bulk import BulkOutcome, decide_many, undo_many
from apps.exceptions.services.case_moving import clear_cases, redden_cases
from apps.exceptions.services.case_opening import open_cases
from apps.exceptions.services.claims import (
    claim_next,
    peek_next,
    release_claim,
    renew_claim,
    skip_flag,
)
from apps.exceptions.services.clock_looks import look_at_due
from apps.exceptions.services.closing import decide_by_rule, expire_flags
from apps.exceptions.services.deciding import decide_flag, last_decision, undo_verdict
from apps.exceptions.services.following_changes import follow_changes, follow_desk
from apps.exceptions.services.judging_shipments import Judged, judge_shipments
from apps.exceptions.services.looking import Looked, look_at_wanted, look_at_whole
from apps.exceptions.services.repairing import RepairedFix, preview_repair
from apps.exceptions.services.rule_sweeps import sweep_rules
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
from apps.exceptions.services.tallies import count_cases, fold_tallies, tally_key
from apps.exceptions.services.thresholds import (
    activate_thresholds,
    draft_thresholds,
    restore_thresholds,
    start_back_test,
)
from apps.exceptions.services.watching import wake_watches

__all__ = [
    "BulkOutcome",
    "Judged",
    "Looked",
    "RepairedFix",
    "activate_thresholds",
    "claim_next",
    "claim_second_look",
    "clear_cases",
    "count_cases",
    "decide_by_rule",
    "decide_flag",
    "decide_many",
    "decide_shown",
    "draft_thresholds",
    "expire_flags",
    "flags_to_show",
    "fold_tallies",
    "follow_changes",
    "follow_desk",
    "follow_scans",
    "judge_shipments",
    "last_decision",
    "look_at_due",
    "look_at_scans",
    "look_at_wanted",
    "look_at_whole",
    "open_cases",
    "peek_next",
    "preview_repair",
    "redden_cases",
    "release_claim",
    "renew_claim",
    "restore_thresholds",
    "run_back_tests",
    "set_kind_policy",
    "settle_disagreement",
    "skip_flag",
    "start_back_test",
    "sweep_rules",
    "sweep_tracks",
    "take_second_look",
    "tally_key",
    "undo_kind_policy",
    "undo_many",
    "undo_verdict",
    "wake_watches",
]
