"""Histograms of how long things take: observed in memory, kept by the minute, merged exactly.

A bucket is a step of a fixed logarithmic scale, so histograms of processes, minutes and carriers
add up and percentiles are computed from the sum; nothing is ever averaged.
"""

from apps.core.metrics.book import book, observe
from apps.core.metrics.histogram import Histogram, bucket_of, upper_edge

__all__ = ["Histogram", "book", "bucket_of", "observe", "upper_edge"]
