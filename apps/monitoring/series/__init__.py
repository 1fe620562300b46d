"""The registry of series: everything an objective, a rule or a page may look at, in one table.

``SERIES[key].read(...)`` is what a rule reads now, ``.course(...)`` what a chart and a preview
read. Inside :func:`one_look` the same question is asked once.
"""

from apps.monitoring.series.base import Point, Reading, Series, one_look, probing
from apps.monitoring.series.registry import SERIES, sample_gauges, series_of

__all__ = [
    "SERIES",
    "Point",
    "Reading",
    "Series",
    "one_look",
    "probing",
    "sample_gauges",
    "series_of",
]
