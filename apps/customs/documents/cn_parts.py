"""What CN22 and CN23 share: the categories of an item and the sentence that is signed. Pure.

Words as the UPU's forms have them, French and English (Convention Manual, forms CN 22 and CN 23).
"""

from __future__ import annotations

from apps.customs.choices import SendReason
from apps.customs.documents.parts import issue_date
from apps.customs.documents.sheet import Sheet
from apps.customs.record import Record

CATEGORIES: tuple[tuple[str, str, str], ...] = (
    (SendReason.GIFT.value, "Cadeau", "Gift"),
    (SendReason.SAMPLE.value, "Échantillon commercial", "Commercial sample"),
    (SendReason.SALE.value, "Vente de marchandises", "Sale of goods"),
    (SendReason.DOCUMENT.value, "Documents", "Documents"),
    (SendReason.RETURN.value, "Retour de marchandises", "Returned goods"),
    (SendReason.OTHER.value, "Autre (à préciser)", "Other (please specify)"),
)
TITLE_FR = "DÉCLARATION EN DOUANE"
TITLE_EN = "CUSTOMS DECLARATION"
MAY_BE_OPENED = "Peut être ouvert d’office · May be opened officially"
DANGEROUS_FR = (
    "ne contient aucun objet dangereux ou interdit par la législation ou la réglementation "
    "postale ou douanière"
)
DANGEROUS_EN = (
    "does not contain any dangerous article or articles prohibited by legislation or by postal "
    "or customs regulations"
)


def draw_categories(
    sheet: Sheet, record: Record, x: float, y: float, w: float, *, columns: int, stacked: bool
) -> None:
    """Draw the boxes to tick, the record's reason crossed; stacked: English below French."""
    wide = w / columns
    known = {value for value, _french, _english in CATEGORIES}
    reason = record.reason if record.reason in known else SendReason.OTHER.value
    for place, (value, french, english) in enumerate(CATEGORIES):
        left = x + place % columns * wide
        top = y + place // columns * 3.7
        sheet.tick(left, top, on=reason == value, side=2.5)
        words = list(dict.fromkeys((french, english)))
        if stacked:
            sheet.caption(left + 3.3, top - 0.3, wide - 3.5, words[0], size=4.4)
            sheet.caption(left + 3.3, top + 1.5, wide - 3.5, words[-1], size=4.4)
        else:
            sheet.text(left + 3.3, top + 1.9, " / ".join(words), size=4.7, width=wide - 3.4)


def signing_line(record: Record) -> str:
    """Return date and name for the field of the signature; the signature is by hand."""
    on = issue_date(record)
    who = record.seller.name or record.seller.local_name
    return " · ".join(part for part in (on.isoformat() if on else "", who) if part)
