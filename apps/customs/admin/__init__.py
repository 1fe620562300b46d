"""The pages of customs."""

from __future__ import annotations

from apps.customs.admin.hs_aliases import HsAliasAdmin
from apps.customs.admin.hs_offers import HsOfferAdmin
from apps.customs.admin.imports import ProductImportAdmin
from apps.customs.admin.products import ProductAdmin

__all__ = [
    "HsAliasAdmin",
    "HsOfferAdmin",
    "ProductAdmin",
    "ProductImportAdmin",
]
