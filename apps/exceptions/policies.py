"""Thresholds and policies of kinds as they hold now: read anew for every look."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from apps.exceptions.choices import PROVABLE, FaultKind
from apps.exceptions.errors import PolicyRefused
from apps.exceptions.models import KindPolicy, ThresholdSet
from apps.exceptions.models.learning import LEAST_RIGHT_PERMILLE
from apps.exceptions.selectors import JUDGED, precision_of
from apps.exceptions.tracks.thresholds import Thresholds

LEAST_JUDGED = JUDGED
MOST = 1e12


class Rules(NamedTuple):
    """What a look goes by: thresholds with their version, and the policy of every kind."""

    version: int
    thresholds: Thresholds
    policies: Mapping[str, KindPolicy]


def current_rules() -> Rules:
    """Return the rules that hold now, in two small queries.

    They are not kept: what somebody activates holds from the next look on, in every process.
    """
    active = ThresholdSet.objects.filter(is_active=True).first()
    policies = {policy.kind: policy for policy in KindPolicy.objects.all()}
    for kind in FaultKind.values():
        policies.setdefault(kind, KindPolicy(kind=kind))
    values = thresholds_of(active.values if active else {})
    return Rules(active.version if active else 0, values, policies)


def thresholds_of(values: Mapping[str, Any]) -> Thresholds:
    """Return the detector's thresholds with ``values`` in place of its own.

    Tables (priors, sizes) are merged key by key. Raises PolicyRefused for a name the detector
    does not know and for what is no number.
    """
    own = Thresholds()
    known = {field.name: getattr(own, field.name) for field in dataclasses.fields(own)}
    changed: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise PolicyRefused(_("There is no threshold “%(name)s”.") % {"name": name})
        changed[name] = _fitting(name, value, known[name])
    return dataclasses.replace(own, **changed)


def why_not_itself(kind: str) -> str:
    """Return why a kind may not decide itself, or nothing where it may."""
    if kind in PROVABLE:
        return ""
    seen = precision_of(kind, last=LEAST_JUDGED)
    if seen.judged < LEAST_JUDGED:
        return _("Only %(judged)d of %(least)d verdicts of persons so far.") % {
            "judged": seen.judged, "least": LEAST_JUDGED,
        }  # fmt: skip
    if seen.right * 1000 < seen.judged * LEAST_RIGHT_PERMILLE:
        return _("Right in %(share).1f %% of the last %(judged)d; 99.5 %% are needed.") % {
            "share": 100 * (seen.share or 0.0), "judged": seen.judged,
        }  # fmt: skip
    return ""


def _fitting(name: str, value: Any, own: Any) -> Any:
    if isinstance(own, Mapping):
        if not isinstance(value, Mapping) or not value.keys() <= own.keys():
            raise PolicyRefused(_("“%(name)s” needs numbers by kind.") % {"name": name})
        return {**own, **{key: _fitting(name, one, own[key]) for key, one in value.items()}}
    if isinstance(own, tuple):
        if not isinstance(value, list | tuple) or len(value) != len(own):
            raise PolicyRefused(_("“%(name)s” needs two numbers.") % {"name": name})
        return tuple(_fitting(name, one, of) for one, of in zip(value, own, strict=True))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not abs(value) <= MOST or (isinstance(own, int) and int(value) != value):
        raise PolicyRefused(_("“%(name)s” needs a number.") % {"name": name})
    return int(value) if isinstance(own, int) else float(value)
