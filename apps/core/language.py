"""Which of the portal's two languages somebody reads."""

from __future__ import annotations

from django.utils.translation import get_language


def spoken() -> str:
    """Return "en" for whoever reads English, "zh" for everybody else."""
    return "en" if (get_language() or "").startswith("en") else "zh"
