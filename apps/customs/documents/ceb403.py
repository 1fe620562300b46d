"""CEB403: the receipt of the buyer's money (docs/customs.md, "Documents"). Pure."""

from __future__ import annotations

from apps.customs.choices import DocumentKind
from apps.customs.documents.built import Built, DocumentRefused, blocking
from apps.customs.documents.ceb import amount, build_message, sellers
from apps.customs.documents.china_codes import currency_code
from apps.customs.documents.needs import form_findings
from apps.customs.documents.parts import china_moment
from apps.customs.record import Record


def build_ceb403(record: Record) -> Built:
    """Return the receipt of a record's payment as XML. Raises DocumentRefused."""
    findings = form_findings(record, DocumentKind.CEB_RECEIPT)
    payment = record.payment
    if findings or payment is None or payment.amount is None:
        raise DocumentRefused(findings)
    if not currency_code(payment.currency):
        wrong = blocking("no_china_code", "payment.currency", value=payment.currency[:8])
        raise DocumentRefused((wrong,))
    head = {
        **sellers(record),
        "orderNo": record.reference,
        "payName": payment.firm,
        "payNo": payment.number,
        "charge": amount(payment.amount),
        "currency": currency_code(payment.currency),
        "accountingDate": china_moment(payment.paid_at),
    }
    return build_message(record, DocumentKind.CEB_RECEIPT, root="Receipts", head=head)
