"""Tables of customs."""

from apps.customs.models.compliance import (
    ComplianceStamp,
    KeywordList,
    KeywordListVersion,
    KeywordTerm,
    RuleSet,
    RuleSetVersion,
)
from apps.customs.models.compliance_check import (
    ComplianceCheck,
    ComplianceFinding,
    FindingOverride,
)
from apps.customs.models.compliance_impact import ImpactRow, RuleImpact
from apps.customs.models.consignment import Consignment, Declaration, DeclarationStep, RecordVersion
from apps.customs.models.denied import DeniedList, DeniedName, Screening, ScreeningDecision
from apps.customs.models.exporter import Exporter
from apps.customs.models.figures import CurrencyRate, Threshold
from apps.customs.models.product import Certificate, HsConfirmation, Product
from apps.customs.models.product_import import (
    ProductImport,
    ProductImportFile,
    ProductImportRow,
)
from apps.customs.models.product_news import ProductNews
from apps.customs.models.suggestion import HsAlias, HsOffer

__all__ = [
    "Certificate",
    "ComplianceCheck",
    "ComplianceFinding",
    "ComplianceStamp",
    "Consignment",
    "CurrencyRate",
    "Declaration",
    "DeclarationStep",
    "DeniedList",
    "DeniedName",
    "Exporter",
    "FindingOverride",
    "HsAlias",
    "HsConfirmation",
    "HsOffer",
    "ImpactRow",
    "KeywordList",
    "KeywordListVersion",
    "KeywordTerm",
    "Product",
    "ProductImport",
    "ProductImportFile",
    "ProductImportRow",
    "ProductNews",
    "RecordVersion",
    "RuleImpact",
    "RuleSet",
    "RuleSetVersion",
    "Screening",
    "ScreeningDecision",
    "Threshold",
]
