"""CN22: the customs declaration of a small item, 74 × 105 mm. Pure.

Field numbers and bilingual words as the UPU form has them (Convention Manual, form CN 22). It has
room for five lines; more belong on a CN23.
"""

from __future__ import annotations

from apps.customs.choices import DocumentKind
from apps.customs.documents.built import PDF, Built, DocumentRefused
from apps.customs.documents.cn_parts import (
    DANGEROUS_EN,
    DANGEROUS_FR,
    MAY_BE_OPENED,
    TITLE_EN,
    TITLE_FR,
    draw_categories,
    signing_line,
)
from apps.customs.documents.needs import MOST_ON_CN22, form_findings
from apps.customs.documents.parts import description, gross_grams, kilograms, money
from apps.customs.documents.sheet import Sheet
from apps.customs.record import Record

WIDTH, HEIGHT = 74.0, 105.0
X, W = 3.0, 68.0
ROW = 6.0


def build_cn22(record: Record, *, mark: str = "") -> Built:
    """Return the CN22 of a record; ``mark`` is printed across. Raises DocumentRefused.

    A marked form may be incomplete: what is missing stays empty.
    """
    findings = form_findings(record, DocumentKind.CN22)
    if findings and not mark:
        raise DocumentRefused(findings)
    sheet = Sheet(width=WIDTH, height=HEIGHT, title=f"CN 22 {record.number}", mark=mark)
    _draw_head(sheet, record)
    _draw_contents(sheet, record, 29)
    _draw_codes(sheet, record, 66)
    _draw_sentence(sheet, record, 78)
    return Built(sheet.finish(), PDF, "pdf")


def _draw_head(sheet: Sheet, record: Record) -> None:
    sheet.box(X, 3, W, 99, weight=0.9)
    sheet.text(X + 1.5, 7.4, TITLE_FR, size=7.6, bold=True)
    sheet.text(X + 1.5, 10.8, TITLE_EN, size=7.6, bold=True)
    sheet.text(X + 40, 9.2, "CN 22", size=13, bold=True, width=W - 41.5, align="right")
    sheet.text(X + 1.5, 13.8, MAY_BE_OPENED, size=5.2, width=W - 3)
    sheet.line(X, 14.8, X + W, 14.8)
    sheet.caption(X + 1.5, 15.1, 40, "Opérateur désigné / Designated operator", size=4.2)
    sheet.text(X + 34, 17, f"{record.carrier.upper()} {record.number}", size=5.6, bold=True,
               width=W - 35.5, align="right")  # fmt: skip
    draw_categories(sheet, record, X + 1.5, 18, W - 2, columns=2, stacked=True)
    sheet.line(X, 29, X + W, 29)


def _draw_contents(sheet: Sheet, record: Record, y: float) -> None:
    weight, value = X + 41, X + 52
    sheet.box(X, y, W, 7, tinted=True)
    sheet.caption(
        X + 1.5, y + 0.6, 38,
        "(1) Quantité et description détaillée du contenu / Quantity and detailed description of "
        "contents",
        size=4.2,
    )  # fmt: skip
    sheet.caption(weight + 0.8, y + 0.6, 9.6, "(2) Poids / Weight (kg)", size=4.2)
    sheet.caption(value + 0.8, y + 0.6, 15, "(3) Valeur et monnaie / Value and currency", size=4.2)
    top = y + 7
    for line in record.lines[:MOST_ON_CN22]:
        words = f"{line.quantity} {line.unit} · {description(line)}"
        sheet.block(X + 1.5, top + 0.6, 38.5, ROW - 0.9, [words], size=6.2)
        sheet.text(weight, top + 3, kilograms(line.net_grams), size=6.2, width=10.2, align="right")
        amount = f"{money(line.total, record.currency)} {record.currency}"
        sheet.text(value, top + 3, amount, size=6.2, width=15.2, align="right")
        top += ROW
        sheet.line(X, top, X + W, top, weight=0.2)
    for x in (weight, value):
        sheet.line(x, y, x, y + 37)
    sheet.line(X, y + 37, X + W, y + 37)


def _draw_codes(sheet: Sheet, record: Record, y: float) -> None:
    weight, value = X + 41, X + 52
    sheet.caption(
        X + 1.5, y + 0.5, 38,
        "Seulement pour les envois commerciaux / For commercial items only: (4) N° tarifaire du SH"
        " et (5) pays d’origine / HS tariff number and country of origin of goods",
        size=3.8,
    )  # fmt: skip
    pairs = dict.fromkeys(
        " ".join(part for part in (line.hs_code, line.origin) if part) for line in record.lines
    )
    sheet.block(X + 1.5, y + 7.2, 38.5, 4.6, [", ".join(filter(None, pairs))], size=6.4)
    sheet.caption(weight + 0.6, y + 0.5, 10, "(6) Poids total / Total weight (kg)", size=4.0)
    gross = kilograms(gross_grams(record))
    sheet.text(weight, y + 10.6, gross, size=6.6, bold=True, width=10.2, align="right")
    sheet.caption(value + 0.8, y + 0.5, 15, "(7) Valeur totale / Total value", size=4.0)
    if record.discount:
        cut = f"Remise/Disc. -{money(record.discount, record.currency)}"
        sheet.text(value, y + 6.6, cut, size=4, width=15.2, align="right", soft=True)
    total = f"{money(record.total, record.currency)} {record.currency}"
    sheet.text(value, y + 10.6, total, size=6.6, bold=True, width=15.2, align="right")
    for x in (weight, value):
        sheet.line(x, y, x, y + 12)
    sheet.line(X, y + 12, X + W, y + 12)


def _draw_sentence(sheet: Sheet, record: Record, y: float) -> None:
    sheet.caption(
        X + 1.5, y + 0.7, W - 3,
        "Je, soussigné(e) dont le nom et l’adresse figurent sur l’envoi, certifie que les "
        "renseignements donnés dans la présente déclaration sont exacts et que cet envoi "
        f"{DANGEROUS_FR}. / I, the undersigned, whose name and address are given on the item, "
        "certify that the particulars given in this declaration are correct and that this item "
        f"{DANGEROUS_EN}.",
        size=4.2,
    )  # fmt: skip
    sheet.line(X, y + 13.5, X + W, y + 13.5)
    sheet.caption(X + 1.5, y + 14, W - 3,
                  "(8) Date et signature de l’expéditeur / Date and sender’s signature",
                  size=4.2)  # fmt: skip
    sheet.text(X + 1.5, y + 22.8, signing_line(record), size=5.8, width=W - 3)
