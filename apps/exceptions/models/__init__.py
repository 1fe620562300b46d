"""Tables of exceptions: flags on tracks, verdicts, policies of kinds, thresholds, back-tests."""

from apps.exceptions.models.flag import Flag, FlagSkip
from apps.exceptions.models.learning import BackTest, KindPolicy, ThresholdSet
from apps.exceptions.models.verdict import Verdict

__all__ = ["BackTest", "Flag", "FlagSkip", "KindPolicy", "ThresholdSet", "Verdict"]
