"""The table of faults: what each is a share of, and rates that somebody would try first."""

from __future__ import annotations

from dataclasses import dataclass

from apps.sandbox.choices import FaultGroup, FaultName

HUB_OUT = "hub_out"


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One fault: its name and group, whether it is a mere switch, and the most a slider offers.

    ``most`` is a rate from 0 to 1; any rate up to 1 may be set by command and control.
    """

    name: FaultName
    group: FaultGroup
    most: float = 0.5

    @property
    def is_switch(self) -> bool:
        """On or off, not a share."""
        return self.group is FaultGroup.SWITCH


def _group_of(name: FaultName) -> FaultGroup:
    prefix = name.value.partition("_")[0]
    if name in {FaultName.SCHOOL_RUN, FaultName.UNWRAP_PARAM}:
        return FaultGroup.SWITCH
    return FaultGroup.parse(prefix) or FaultGroup.PUSH


KINDS: dict[FaultName, FaultKind] = {name: FaultKind(name, _group_of(name)) for name in FaultName}

PRESETS: dict[str, dict[FaultName, float]] = {
    "calm": {},
    "rainy": {
        FaultName.LATE: 0.10,
        FaultName.REORDER: 0.05,
        FaultName.DUPLICATE: 0.05,
        FaultName.CALL_SLOW: 0.10,
        FaultName.GPS_DRIFT: 0.15,
        FaultName.GPS_FROZEN: 0.10,
        FaultName.GPS_JUMP: 0.05,
    },
    "double11": {
        FaultName.LOST: 0.02,
        FaultName.LATE: 0.15,
        FaultName.DUPLICATE: 0.10,
        FaultName.REORDER: 0.08,
        FaultName.TRUNCATED: 0.02,
        FaultName.CALL_SLOW: 0.15,
        FaultName.CALL_ERROR: 0.05,
        FaultName.CALL_TIMEOUT: 0.01,
        FaultName.CALL_LIMITED: 0.08,
        FaultName.CALL_HTML: 0.01,
    },
}
"""Whole sets of faults for one click; what a set does not name is switched off, the rows of
``FaultGroup.SWITCH`` excepted."""


def parse_faults(text: str) -> tuple[dict[FaultName, float], str]:
    """Read ``lost=0.02,duplicate=0.05,hub_out=440100``: rates by fault, and the hub or "".

    A name alone means 1. Raises ValueError with a sentence that names the allowed faults.
    """
    rates: dict[FaultName, float] = {}
    hub = ""
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (part.strip() for part in pair.partition("="))
        if name == HUB_OUT:
            hub = value
            continue
        rates[known_fault(name)] = checked_rate(name, value or "1")
    return rates, hub


def known_fault(name: str) -> FaultName:
    """The fault of that name; raises ValueError naming all there are."""
    fault = FaultName.parse(name)
    if fault is None:
        allowed = ", ".join([*FaultName.values(), HUB_OUT])
        raise ValueError(f"“{name}” is no fault. There are: {allowed}.")
    return fault


def checked_rate(name: str, value: object) -> float:
    """A rate from 0 to 1, from text or number; raises ValueError."""
    try:
        if isinstance(value, bool):
            return float(value)
        rate = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        rate = -1.0
    if not 0 <= rate <= 1:
        raise ValueError(f"{name}={value} is not a rate between 0 and 1.")
    return rate
