"""Every form and who builds it: one record feeds them all. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from apps.customs.choices import DocumentKind
from apps.customs.documents.built import Built
from apps.customs.documents.ceb303 import build_ceb303
from apps.customs.documents.ceb403 import build_ceb403
from apps.customs.documents.ceb505 import build_ceb505
from apps.customs.documents.ceb603 import build_ceb603
from apps.customs.documents.cn22 import build_cn22
from apps.customs.documents.cn23 import build_cn23
from apps.customs.documents.ewaybill import build_ewaybill
from apps.customs.documents.h1 import build_h1
from apps.customs.documents.h7 import build_h7
from apps.customs.documents.invoice import build_invoice
from apps.customs.documents.itmatt import build_itmatt
from apps.customs.documents.packing_list import build_packing_list
from apps.customs.documents.us_entry import build_us_entry
from apps.customs.record import Record

PrintForm = Callable[..., Built]
K = DocumentKind
PRINTED: Mapping[DocumentKind, PrintForm] = {
    K.CN22: build_cn22,
    K.CN23: build_cn23,
    K.INVOICE: build_invoice,
    K.PACKING_LIST: build_packing_list,
}
DATA: Mapping[DocumentKind, Callable[[Record], Built]] = {
    K.CEB_ORDER: build_ceb303,
    K.CEB_RECEIPT: build_ceb403,
    K.CEB_WAYBILL: build_ceb505,
    K.CEB_LIST: build_ceb603,
    K.ITMATT: build_itmatt,
    K.H7: build_h7,
    K.H1: build_h1,
    K.US_ENTRY: build_us_entry,
    K.EWAYBILL: build_ewaybill,
}
EXPORT_FORMS = frozenset({K.CEB_ORDER, K.CEB_RECEIPT, K.CEB_WAYBILL, K.CEB_LIST})
IMPORT_FORMS = frozenset({K.H7, K.H1, K.US_ENTRY})
"""Forms of one side of the border; every other goes with the parcel over both."""


def build_document(record: Record, kind: DocumentKind, *, mark: str = "") -> Built:
    """Return a form of a record, the same bytes for the same record. Raises DocumentRefused.

    ``mark`` is printed across a paper, which then may be incomplete; data has no draft.
    """
    if kind in PRINTED:
        return PRINTED[kind](record, mark=mark)
    return DATA[kind](record)
