"""The pages of customs."""

from __future__ import annotations

from apps.customs.admin.hs_aliases import HsAliasAdmin
from apps.customs.admin.hs_offers import HsOfferAdmin

__all__ = ["HsAliasAdmin", "HsOfferAdmin"]
