"""Enumerations of compliance: value, label, colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class RuleStage(LabelledEnum):
    """When a rule is asked."""

    ORDER = "order", _("When ordered"), "default"
    PACK = "pack", _("When packed"), "default"
    DECLARE = "declare", _("When declared"), "default"
    HAND_OVER = "hand_over", _("When handed over"), "default"


class RuleAction(LabelledEnum):
    """What a rule does; the first four hold the parcel."""

    BLOCK = "block", _("Stop"), "danger"
    NEED_DOCUMENT = "need_document", _("A document is needed"), "danger"
    NEED_FIELD = "need_field", _("A field is needed"), "danger"
    MANUAL_REVIEW = "manual_review", _("A person decides"), "warning"
    WARN = "warn", _("Warn"), "warning"
    INFORM = "inform", _("Inform"), "info"


HOLDING_ACTIONS: frozenset[str] = frozenset(
    {
        RuleAction.BLOCK.value,
        RuleAction.NEED_DOCUMENT.value,
        RuleAction.NEED_FIELD.value,
        RuleAction.MANUAL_REVIEW.value,
    }
)


class VersionState(LabelledEnum):
    """Whether a published version still counts: it is taken back, never changed."""

    PUBLISHED = "published", _("Published"), "success"
    RETIRED = "retired", _("Taken back"), "default"


class ListMatch(LabelledEnum):
    """How a term of a list is compared with a description."""

    WHOLE = "whole", _("The whole text"), "default"
    WORD = "word", _("A word in it"), "warning"
    PREFIX = "prefix", _("A word's beginning"), "warning"


class TermProblem(LabelledEnum):
    """Why a row of a table says no word."""

    NO_TABLE = "no_table", _("this is no table of words"), "danger"
    LONG_LINE = "long_line", _("the line is too long"), "danger"
    LONG_TERM = "long_term", _("a word has at most 120 characters"), "danger"
    UNPRINTABLE = "unprintable", _("there are characters nobody can see in it"), "danger"
    NO_LETTERS = "no_letters", _("there is no letter in it"), "danger"
    LANGUAGE = "language", _("a language has two letters: en, zh"), "danger"
    MATCH = "match", _("it is compared as whole, word or prefix"), "danger"
    DAY = "day", _("a day is written 2026-12-31"), "danger"
    DAYS_REVERSED = "days_reversed", _("it ends before it begins"), "danger"
    ENCODING = "encoding", _("the text is neither UTF-8 nor GB18030"), "danger"


class CheckResult(LabelledEnum):
    """What a check came to."""

    PASSED = "passed", _("Nothing against it"), "success"
    WARNED = "warned", _("Passed with warnings"), "warning"
    HELD = "held", _("Held"), "danger"
    LET_GO = "let_go", _("Let go by a person"), "warning"


class CheckCause(LabelledEnum):
    """Why a check was made."""

    ORDERED = "ordered", _("New order"), "default"
    CHANGED = "changed", _("The record changed"), "info"
    RULES = "rules", _("The rules changed"), "info"
    LISTS = "lists", _("A list changed"), "info"
    DAILY = "daily", _("Daily"), "default"
    STAGE = "stage", _("The next stage"), "default"
    OVERRIDE = "override", _("An override"), "warning"


class ImpactState(LabelledEnum):
    """How far the preview of a draft's impact is."""

    WAITING = "waiting", _("Waiting"), "default"
    RUNNING = "running", _("Running"), "info"
    DONE = "done", _("Done"), "success"
    FAILED = "failed", _("Failed"), "danger"
    CANCELLED = "cancelled", _("Cancelled"), "default"


IMPACTS_AT_WORK = (ImpactState.WAITING.value, ImpactState.RUNNING.value)


class ScreeningState(LabelledEnum):
    """What screening a name came to; without a list of today nobody is clear."""

    CLEAR = "clear", _("Nothing near"), "success"
    HIT = "hit", _("Near to a denied name"), "danger"
    UNSCREENED = "unscreened", _("Not screened: no list, or too old"), "warning"
    CLEARED = "cleared", _("Somebody else, a person says"), "success"
    BLOCKED = "blocked", _("The denied party, a person says"), "danger"


class ListAge(LabelledEnum):
    """Whether the lists of denied parties are young enough to clear anybody."""

    NONE = "none", _("There is no list"), "danger"
    FRESH = "fresh", _("Up to date"), "success"
    OLD = "old", _("Too old to clear anybody"), "warning"
    TOO_OLD = "too_old", _("So old that parcels wait"), "danger"


class NameRole(LabelledEnum):
    """Whose name is screened; the value is the record's field."""

    RECIPIENT = "recipient", _("Recipient"), "default"
    IMPORTER = "importer", _("Importer"), "default"
    SELLER = "seller", _("Seller"), "default"
    EXPORTER = "exporter", _("Exporter"), "default"


class WordMet(LabelledEnum):
    """By what two words of names met."""

    SAME = "same", _("the same"), "danger"
    SOUND = "sound", _("sounds alike"), "warning"
    SPELLING = "spelling", _("nearly the same spelling"), "warning"
    CONSONANTS = "consonants", _("same consonants"), "warning"
    INITIAL = "initial", _("initial"), "default"
    JOINED = "joined", _("written together"), "warning"
    SOUND_OF_SIGN = "sound_of_sign", _("same sound, other character"), "default"
