"""A hint that shipments changed. Only a hint: the change rows are the truth."""

from __future__ import annotations

from django.dispatch import Signal

shipments_changed = Signal()
"""Sent after commit with ``shipment_ids: list[int]``; a receiver looks at the change rows now."""

positions_arrived = Signal()
"""Sent after commit with ``shipment_ids: list[int]``; a receiver looks at the wanted tracks."""
