"""Every enumeration of exceptions: value, label, colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class FaultKind(LabelledEnum):
    """What is wrong with a stretch of a track; the words of `trajectory.py` and `scans.py`."""

    JUMP = "jump", _("Jump"), "warning"
    DRIFT = "drift", _("Drift"), "warning"
    GCJ = "gcj", _("GCJ-02 taken for WGS-84"), "info"
    BD = "bd", _("BD-09 taken for WGS-84"), "info"
    FROZEN = "frozen", _("Frozen"), "warning"
    SPEED = "speed", _("Impossible speed"), "danger"
    SWAP = "swap", _("Axes swapped"), "info"
    ZERO = "zero", _("Zero position"), "info"
    FUTURE = "future", _("Time in the future"), "info"
    ROLLOVER = "rollover", _("Week rollover"), "info"
    ORDER = "order", _("Out of order"), "info"
    PINGPONG = "pingpong", _("Back and forth"), "warning"
    TELEPORT = "teleport", _("Teleport"), "danger"
    DETOUR = "detour", _("Detour"), "warning"
    IMPOSSIBLE_HOP = "impossible_hop", _("Impossible hop between scans"), "danger"
    LOOP = "loop", _("Loop of scans"), "warning"
    WRONG_CITY = "wrong_city", _("Scanned in a wrong city"), "danger"


PROVABLE = frozenset(
    {
        FaultKind.ZERO.value,
        FaultKind.SWAP.value,
        FaultKind.FUTURE.value,
        FaultKind.ROLLOVER.value,
    }
)
"""Kinds that the numbers alone prove; they may decide themselves without a history."""

SCAN_KINDS = frozenset(
    {FaultKind.IMPOSSIBLE_HOP.value, FaultKind.LOOP.value, FaultKind.WRONG_CITY.value}
)
"""Kinds of scan events: there is no fix to exclude or to move."""


class FlagState(LabelledEnum):
    """Where a flag stands. Only an open one waits for a person."""

    OPEN = "open", _("Open"), "warning"
    CONFIRMED = "confirmed", _("Confirmed"), "danger"
    DISMISSED = "dismissed", _("Dismissed"), "success"
    REPAIRED = "repaired", _("Repaired"), "info"
    ESCALATED = "escalated", _("Escalated"), "warning"
    EXPIRED = "expired", _("Expired undecided"), "default"
    WITHDRAWN = "withdrawn", _("Withdrawn by the detector"), "default"


class Decider(LabelledEnum):
    """Who decided: one person, a person for many, the kind's own rule, or time."""

    PERSON = "person", _("A person"), "default"
    BULK = "bulk", _("A person, for many"), "info"
    RULE = "rule", _("The kind's rule"), "info"
    TIME = "time", _("Time"), "default"


class Repair(LabelledEnum):
    """How fixes of a flagged stretch can be put right."""

    NONE = "", _("—"), "default"
    FROM_GCJ02 = "from_gcj02", _("Convert from GCJ-02"), "info"
    FROM_BD09 = "from_bd09", _("Convert from BD-09"), "info"
    SWAP_AXES = "swap_axes", _("Swap the axes"), "info"
    SHIFT_CLOCK = "shift_clock", _("Shift the clock"), "info"
    SNAP_TO_ROUTE = "snap_to_route", _("Snap to the planned route"), "info"


class BackTestState(LabelledEnum):
    """How far a back-test is."""

    WAITING = "waiting", _("Waiting"), "default"
    RUNNING = "running", _("Running"), "info"
    DONE = "done", _("Done"), "success"
    FAILED = "failed", _("Failed"), "danger"
