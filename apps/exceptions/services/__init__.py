"""Everything that changes flags and cases. Import from here, not from the modules below."""

from apps.exceptions.services.acknowledging import acknowledge_case
from apps.exceptions.services.assigning import assign_case
from apps.exceptions.services.backtesting import run_back_tests
from apps.exceptions.services.bulk import BulkOutcome, decide_many, undo_many
from apps.exceptions.services.calendar_days import NamedDay, clear_day, read_days, set_days
from apps.exceptions.services.carrier_steps import (
    intercept_case_parcel,
    open_case_work_order,
    settle_step,
    urge_carrier,
)
from apps.exceptions.services.case_bulk import (
    BulkPreview,
    preview_bulk,
    start_bulk,
    undo_bulk,
    work_on_bulk,
)
from apps.exceptions.services.case_claims import (
    claim_case,
    claim_cases,
    claim_next_case,
    drop_expired_claims,
    release_case,
)
from apps.exceptions.services.case_files import add_file
from apps.exceptions.services.case_links import link_cases, unlink_cases
from apps.exceptions.services.case_moving import clear_cases, redden_cases
from apps.exceptions.services.case_notes import add_note, add_reply
from apps.exceptions.services.case_opening import open_cases
from apps.exceptions.services.case_steps import compensate_case, resend_order
from apps.exceptions.services.case_undo import undo_case_action
from apps.exceptions.services.claims import (
    claim_next,
    peek_next,
    release_claim,
    renew_claim,
    skip_flag,
)
from apps.exceptions.services.clock_looks import look_at_due
from apps.exceptions.services.closing import decide_by_rule, expire_flags
from apps.exceptions.services.closing_cases import dismiss_case, resolve_case
from apps.exceptions.services.contacts import (
    ContactDraft,
    correct_contact,
    mark_complaints,
    record_contact,
    record_contacts,
    withdraw_contact,
)
from apps.exceptions.services.deciding import decide_flag, last_decision, undo_verdict
from apps.exceptions.services.escalating import escalate_cases, wake_cases
from apps.exceptions.services.following_changes import follow_changes, follow_desk
from apps.exceptions.services.incident_moves import (
    attach_cases,
    detach_cases,
    own_incident,
    undo_incident_move,
    word_incident,
)
from apps.exceptions.services.judging_shipments import Judged, judge_each, judge_shipments
from apps.exceptions.services.lane_paces import reckon_lane_paces
from apps.exceptions.services.looking import Looked, look_at_wanted, look_at_whole
from apps.exceptions.services.looking_for_incidents import IncidentsLooked, look_for_incidents
from apps.exceptions.services.nps_answers import NpsDraft, record_nps
from apps.exceptions.services.reminding import remind_cases
from apps.exceptions.services.repairing import RepairedFix, preview_repair
from apps.exceptions.services.resolving_incidents import resolve_incident
from apps.exceptions.services.rule_editing import (
    change_rule,
    draft_rule,
    go_back_to_version,
    switch_rule,
)
from apps.exceptions.services.rule_sweeps import sweep_rules
from apps.exceptions.services.rule_trials import (
    run_rule_trials,
    start_rule_trial,
    step_trial,
    try_rule,
)
from apps.exceptions.services.rules import set_kind_policy, undo_kind_policy
from apps.exceptions.services.scanning import follow_scans, look_at_scans
from apps.exceptions.services.second_looks import (
    claim_second_look,
    decide_shown,
    flags_to_show,
    settle_disagreement,
    take_second_look,
)
from apps.exceptions.services.step_answers import ask_about_steps, follow_interceptions
from apps.exceptions.services.sweeping import sweep_tracks
from apps.exceptions.services.tallies import count_cases, fold_tallies, tally_key
from apps.exceptions.services.thresholds import (
    activate_thresholds,
    draft_thresholds,
    restore_thresholds,
    start_back_test,
)
from apps.exceptions.services.waiting import wait_case, wake_case
from apps.exceptions.services.watching import wake_watches

__all__ = [
    "BulkOutcome",
    "BulkPreview",
    "ContactDraft",
    "IncidentsLooked",
    "Judged",
    "Looked",
    "NamedDay",
    "NpsDraft",
    "RepairedFix",
    "acknowledge_case",
    "activate_thresholds",
    "add_file",
    "add_note",
    "add_reply",
    "ask_about_steps",
    "assign_case",
    "attach_cases",
    "change_rule",
    "claim_case",
    "claim_cases",
    "claim_next",
    "claim_next_case",
    "claim_second_look",
    "clear_cases",
    "clear_day",
    "compensate_case",
    "correct_contact",
    "count_cases",
    "decide_by_rule",
    "decide_flag",
    "decide_many",
    "decide_shown",
    "detach_cases",
    "dismiss_case",
    "draft_rule",
    "draft_thresholds",
    "drop_expired_claims",
    "escalate_cases",
    "expire_flags",
    "flags_to_show",
    "fold_tallies",
    "follow_changes",
    "follow_desk",
    "follow_interceptions",
    "follow_scans",
    "go_back_to_version",
    "intercept_case_parcel",
    "judge_each",
    "judge_shipments",
    "last_decision",
    "link_cases",
    "look_at_due",
    "look_at_scans",
    "look_at_wanted",
    "look_at_whole",
    "look_for_incidents",
    "mark_complaints",
    "open_case_work_order",
    "open_cases",
    "own_incident",
    "peek_next",
    "preview_bulk",
    "preview_repair",
    "read_days",
    "reckon_lane_paces",
    "record_contact",
    "record_contacts",
    "record_nps",
    "redden_cases",
    "release_case",
    "release_claim",
    "remind_cases",
    "renew_claim",
    "resend_order",
    "resolve_case",
    "resolve_incident",
    "restore_thresholds",
    "run_back_tests",
    "run_rule_trials",
    "set_days",
    "set_kind_policy",
    "settle_disagreement",
    "settle_step",
    "skip_flag",
    "start_back_test",
    "start_bulk",
    "start_rule_trial",
    "step_trial",
    "sweep_rules",
    "sweep_tracks",
    "switch_rule",
    "take_second_look",
    "tally_key",
    "try_rule",
    "undo_bulk",
    "undo_case_action",
    "undo_incident_move",
    "undo_kind_policy",
    "undo_many",
    "undo_verdict",
    "unlink_cases",
    "urge_carrier",
    "wait_case",
    "wake_case",
    "wake_cases",
    "wake_watches",
    "withdraw_contact",
    "word_incident",
    "work_on_bulk",
]
