"""Tables of customs."""

from apps.customs.models.consignment import Consignment, Declaration, DeclarationStep, RecordVersion
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
    "Consignment",
    "CurrencyRate",
    "Declaration",
    "DeclarationStep",
    "Exporter",
    "HsAlias",
    "HsConfirmation",
    "HsOffer",
    "Product",
    "ProductImport",
    "ProductImportFile",
    "ProductImportRow",
    "ProductNews",
    "RecordVersion",
    "Threshold",
]
