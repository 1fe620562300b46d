"""The dated figures as rows of the database, handed to the rules in one piece."""

from __future__ import annotations

from apps.customs.figures import Figures, RateRow, ThresholdRow
from apps.customs.models import CurrencyRate, Threshold


def load_figures() -> Figures:
    """Return every threshold and rate: two queries over some dozens of rows."""
    thresholds = Threshold.objects.order_by().values_list(
        "area", "kind", "amount", "currency", "valid_from", "valid_to", "source"
    )
    rates = CurrencyRate.objects.order_by().values_list("currency", "cny", "valid_from", "source")
    return Figures.of((ThresholdRow(*row) for row in thresholds), (RateRow(*row) for row in rates))
