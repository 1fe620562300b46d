"""Hints that something is new; the rows say what."""

from __future__ import annotations

from django.dispatch import Signal

products_changed = Signal()
"""After commit: ``merchant_id`` and ``skus`` whose facts (fields, codes, papers) are new."""
