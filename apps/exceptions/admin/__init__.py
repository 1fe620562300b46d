"""The faces of exceptions for those who decide and those who look."""

from apps.exceptions.admin.flags import FlagAdmin

__all__ = ["FlagAdmin"]
