"""The pages of customs."""

from __future__ import annotations

from apps.customs.admin.compliance_audit import ComplianceCheckAdmin
from apps.customs.admin.compliance_lists import KeywordListAdmin
from apps.customs.admin.compliance_overrides import FindingOverrideAdmin
from apps.customs.admin.compliance_sets import RuleSetAdmin
from apps.customs.admin.consignments import ConsignmentAdmin
from apps.customs.admin.dated import CurrencyRateAdmin, ThresholdAdmin
from apps.customs.admin.declarations import DeclarationAdmin
from apps.customs.admin.denied import ScreeningAdmin
from apps.customs.admin.denied_lists import DeniedListAdmin
from apps.customs.admin.exporters import ExporterAdmin
from apps.customs.admin.hs_aliases import HsAliasAdmin
from apps.customs.admin.hs_offers import HsOfferAdmin
from apps.customs.admin.imports import ProductImportAdmin
from apps.customs.admin.products import ProductAdmin

__all__ = [
    "ComplianceCheckAdmin",
    "ConsignmentAdmin",
    "CurrencyRateAdmin",
    "DeclarationAdmin",
    "DeniedListAdmin",
    "ExporterAdmin",
    "FindingOverrideAdmin",
    "HsAliasAdmin",
    "HsOfferAdmin",
    "KeywordListAdmin",
    "ProductAdmin",
    "ProductImportAdmin",
    "RuleSetAdmin",
    "ScreeningAdmin",
    "ThresholdAdmin",
]
