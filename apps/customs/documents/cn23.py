"""CN23: the customs declaration of a parcel, A5 across, with continuation sheets. Pure.

Field numbers and bilingual words as the UPU form has them (Convention Manual, form CN 23; fields:
docs/customs.md, "Documents").
"""

from __future__ import annotations

from apps.customs.choices import CertificateKind, DocumentKind
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
from apps.customs.documents.cn_table import (
    COLUMNS,
    HEAD,
    LEFT,
    RIGHT,
    Row,
    draw_table,
    rows_of,
    split_rows,
)
from apps.customs.documents.needs import form_findings
from apps.customs.documents.parts import (
    FIRM_NUMBERS,
    both_names,
    contact_line,
    country_line,
    gross_grams,
    importer_of,
    money,
    number_lines,
    place_lines,
    tax_number,
    with_unit,
)
from apps.customs.documents.sheet import Sheet
from apps.customs.record import Party, Record

WIDTH, HEIGHT = 210.0, 148.0
MIDDLE = 105.0
BODY_FIRST = 26.0
BODY_FURTHER = 88.0
TABLE_TOP = 71.0
LICENCES = frozenset({CertificateKind.LICENCE.value})


def build_cn23(record: Record, *, mark: str = "") -> Built:
    """Return the CN23 of a record; ``mark`` is printed across. Raises DocumentRefused.

    A marked form may be incomplete: what is missing stays empty.
    """
    findings = form_findings(record, DocumentKind.CN23)
    if findings and not mark:
        raise DocumentRefused(findings)
    sheet = Sheet(width=WIDTH, height=HEIGHT, title=f"CN 23 {record.number}", mark=mark)
    pages = split_rows(rows_of(record), first=BODY_FIRST, further=BODY_FURTHER)
    _draw_first(sheet, record, pages[0], len(pages))
    for number, rows in enumerate(pages[1:], start=2):
        sheet.new_page()
        _draw_further(sheet, record, rows, f"{number}/{len(pages)}")
    return Built(sheet.finish(), PDF, "pdf")


def _draw_first(sheet: Sheet, record: Record, rows: list[Row], pages: int) -> None:
    _draw_head(sheet, record, "")
    _draw_parties(sheet, record)
    more = f"Suite sur la feuille 2 / Continued on sheet 2 (1/{pages})" if pages > 1 else ""
    draw_table(sheet, rows, TABLE_TOP, HEAD + BODY_FIRST, more=more)
    _draw_totals(sheet, record, TABLE_TOP + HEAD + BODY_FIRST)
    _draw_foot(sheet, record, TABLE_TOP + HEAD + BODY_FIRST + 7)


def _draw_head(sheet: Sheet, record: Record, page: str) -> None:
    sheet.caption(LEFT, 4.2, 60, "Opérateur désigné / Designated operator")
    sheet.text(LEFT, 10.3, record.carrier.upper(), size=9, bold=True, width=58)
    sheet.text(60, 7.6, TITLE_FR, size=9, bold=True, width=90, align="center")
    sheet.text(60, 11.4, TITLE_EN, size=9, bold=True, width=90, align="center")
    sheet.text(150, 9.6, "CN 23", size=15, bold=True, width=55, align="right")
    if page:
        words = f"Feuille complémentaire / Continuation sheet {page}"
        sheet.text(140, 12.4, words, size=5.6, width=65, align="right")


def _draw_parties(sheet: Sheet, record: Record) -> None:
    sender, recipient = record.seller, record.recipient
    sheet.box(LEFT, 13, MIDDLE - LEFT, 28)
    sheet.text(LEFT + 1, 17, "De / From", size=7, bold=True)
    _draw_party(sheet, sender, LEFT, 13, 62)
    sheet.line(72, 13, 72, 41)
    sheet.caption(
        73, 13.6, 31,
        "Référence en douane de l’expéditeur (si elle existe) / Sender’s customs reference"
        " (if any)",
    )  # fmt: skip
    numbers = number_lines(record.exporter or sender, FIRM_NUMBERS)
    sheet.block(73, 20.5, 31, 20, numbers, size=6.4)
    sheet.box(LEFT, 41, MIDDLE - LEFT, 30)
    sheet.text(LEFT + 1, 45, "À / To", size=7, bold=True)
    _draw_party(sheet, recipient, LEFT, 41, MIDDLE - LEFT - 5)
    _draw_right(sheet, record)


def _draw_party(sheet: Sheet, party: Party, x: float, y: float, w: float) -> None:
    labels = (
        ("Nom / Name", both_names(party)[:1]),
        ("Société / Business", both_names(party)[1:]),
        ("Rue / Street", place_lines(party.address)[:1]),
        ("Code postal, ville / Postcode, city", place_lines(party.address)[1:]),
        ("Pays / Country", [country_line(party.address.country)]),
    )
    top = y + 4.6
    for words, values in labels:
        sheet.caption(x + 1, top + 0.9, 19, words, size=4.4)
        sheet.block(x + 20, top, w - 16, 4.6, values, size=7.6)
        top += 4.65


def _draw_right(sheet: Sheet, record: Record) -> None:
    w = RIGHT - MIDDLE
    sheet.box(MIDDLE, 13, w, 22)
    sheet.caption(
        MIDDLE + 1, 13.6, w - 2,
        "N° de l’envoi (code à barres, s’il existe) / No. of item (barcode, if any)",
    )  # fmt: skip
    sheet.barcode(MIDDLE + 16, 16.6, w - 32, 14, record.number)
    sheet.text(MIDDLE + 1, 34, MAY_BE_OPENED, size=6, bold=True, width=w - 2, align="center")
    sheet.box(MIDDLE, 35, w, 18)
    sheet.caption(
        MIDDLE + 1, 35.6, w - 2,
        "Référence de l’importateur (si elle existe) (code fiscal / n° de TVA / code de "
        "l’importateur) / Importer’s reference (if any) (tax code / VAT No. / importer code)",
    )  # fmt: skip
    importer = importer_of(record)
    named = [] if importer is record.recipient else [", ".join(both_names(importer))]
    sheet.block(MIDDLE + 1, 40.4, w - 2, 12, [*named, tax_number(importer)], size=8)
    sheet.box(MIDDLE, 53, w, 18)
    sheet.caption(
        MIDDLE + 1, 53.6, w - 2,
        "N° de téléphone / fax / e-mail de l’importateur (si connus) / Importer’s telephone / "
        "fax / e-mail (if known)",
    )  # fmt: skip
    sheet.block(MIDDLE + 1, 58.6, w - 2, 11, [contact_line(importer)], size=8)


def _draw_totals(sheet: Sheet, record: Record, y: float) -> None:
    weight, value = COLUMNS[2], COLUMNS[3]
    sheet.box(LEFT, y, RIGHT - LEFT, 7)
    for x in (weight.x - 8, value.x, value.x + value.w):
        sheet.line(x, y, x, y + 7)
    if record.incoterm:
        words = f"Incoterm {record.incoterm} {record.incoterm_place}"
        sheet.text(LEFT + 1, y + 4.6, words, size=6.4, width=80, soft=True)
    sheet.caption(weight.x - 7, y + 0.4, 25, "(4) Poids brut total / Total gross weight", size=4.4)
    gross = with_unit(gross_grams(record))
    sheet.text(weight.x - 7, y + 6, gross, size=7.6, bold=True, width=24, align="right")
    sheet.caption(value.x + 1, y + 0.4, 25, "(6) Valeur totale / Total value", size=4.4)
    total = f"{money(record.total, record.currency)} {record.currency}"
    sheet.text(value.x + 1, y + 6, total, size=7.6, bold=True, width=25, align="right")
    left = value.x + value.w
    sheet.caption(left + 1, y + 0.4, 58, "(9) Frais de port / Frais · Postal charges / Fees",
                  size=4.4)  # fmt: skip
    if record.freight:
        fees = f"{money(record.freight, record.currency)} {record.currency}"
        sheet.text(left + 1, y + 6, fees, size=7.6, bold=True, width=57, align="right")


def _draw_foot(sheet: Sheet, record: Record, y: float) -> None:
    split = 128.0
    sheet.box(LEFT, y, split - LEFT, 11)
    sheet.caption(LEFT + 1, y + 0.4, 60, "(10) Catégorie de l’envoi / Category of item")
    draw_categories(sheet, record, LEFT + 2, y + 3.2, split - LEFT - 3, columns=3, stacked=False)
    _draw_comments(sheet, record, y + 11, split)
    _draw_papers(sheet, record, y + 18, split)
    sheet.box(split, y, RIGHT - split, 10)
    sheet.caption(
        split + 1, y + 0.4, RIGHT - split - 2,
        "Bureau d’origine / Date de dépôt · Office of origin / Date of posting",
    )  # fmt: skip
    sheet.box(split, y + 10, RIGHT - split, 20)
    sheet.caption(
        split + 1, y + 10.4, RIGHT - split - 2,
        "(15) Je certifie que les renseignements donnés dans la présente déclaration en douane "
        f"sont exacts et que cet envoi {DANGEROUS_FR}. / I certify that the particulars given in "
        f"this customs declaration are correct and that this item {DANGEROUS_EN}.",
        size=4.3,
    )  # fmt: skip
    sheet.caption(split + 1, y + 22.2, 70,
                  "Date et signature de l’expéditeur / Date and sender’s signature")  # fmt: skip
    sheet.text(split + 1, y + 28.6, signing_line(record), size=6.4, width=RIGHT - split - 2)


def _draw_comments(sheet: Sheet, record: Record, y: float, split: float) -> None:
    sheet.box(LEFT, y, split - LEFT, 7)
    sheet.caption(
        LEFT + 1, y + 0.3, split - LEFT - 2,
        "(11) Observations (p. ex. marchandise soumise à la quarantaine, à des contrôles sanitaires"
        " ou phytosanitaires ou à d’autres restrictions) / Comments (e.g. goods subject to"
        " quarantine, sanitary or phytosanitary inspection or other restrictions)",
        size=3.9,
    )  # fmt: skip
    sheet.text(LEFT + 1, y + 6.2, record.remarks, size=6.4, width=split - LEFT - 2)


def _draw_papers(sheet: Sheet, record: Record, y: float, split: float) -> None:
    wide = (split - LEFT) / 3
    refs = [paper for line in record.lines for paper in line.certificates]
    licences = dict.fromkeys(one.number for one in refs if one.kind in LICENCES)
    others = dict.fromkeys(one.number for one in refs if one.kind not in LICENCES)
    fields = (
        ("(12) Licence / Licence", "N° de la/des licences / No(s). of licence(s)", licences),
        ("(13) Certificat / Certificate", "N° du/des certificats / No(s). of certificate(s)",
         others),
        ("(14) Facture / Invoice", "N° de la facture / No. of invoice",
         [record.invoice_number] if record.invoice_number else []),
    )  # fmt: skip
    for place, (words, what, numbers) in enumerate(fields):
        x = LEFT + place * wide
        sheet.box(x, y, wide, 12)
        sheet.tick(x + 1, y + 1, on=bool(numbers), side=2.5)
        sheet.text(x + 4.4, y + 3.1, words, size=5.6, bold=True, width=wide - 5)
        sheet.caption(x + 1, y + 4.1, wide - 2, what, size=4.2)
        sheet.block(x + 1, y + 6.2, wide - 2, 5.6, [", ".join(numbers)], size=7)


def _draw_further(sheet: Sheet, record: Record, rows: list[Row], page: str) -> None:
    _draw_head(sheet, record, page)
    sheet.box(LEFT, 13, MIDDLE - LEFT, 18)
    sheet.caption(LEFT + 1, 13.5, 60, "De / From")
    sheet.text(LEFT + 1, 19.4, ", ".join(both_names(record.seller)), size=7.6, width=97)
    sheet.caption(LEFT + 1, 21.5, 60, "À / To")
    recipient = [*both_names(record.recipient), country_line(record.destination)]
    sheet.text(LEFT + 1, 27.4, ", ".join(recipient), size=7.6, width=97)
    sheet.box(MIDDLE, 13, RIGHT - MIDDLE, 18)
    sheet.barcode(MIDDLE + 16, 15, RIGHT - MIDDLE - 32, 14, record.number)
    draw_table(sheet, rows, 31, HEAD + BODY_FURTHER)
    y = 31 + HEAD + BODY_FURTHER
    sheet.box(LEFT, y, RIGHT - LEFT, 12)
    sheet.caption(LEFT + 1, y + 0.5, 100,
                  "Date et signature de l’expéditeur / Date and sender’s signature")  # fmt: skip
    sheet.text(LEFT + 1, y + 9.4, signing_line(record), size=6.4, width=150)
