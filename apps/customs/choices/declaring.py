"""Enumerations of products and declarations: value, label, colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class GoodsClass(LabelledEnum):
    """What a line holds, as far as carriers and customs care."""

    GENERAL = "general", _("General goods"), "default"
    BATTERY = "battery", _("With battery"), "warning"
    LIQUID = "liquid", _("Liquid"), "warning"
    POWDER = "powder", _("Powder"), "warning"
    FOOD = "food", _("Food"), "default"
    SUPPLEMENT = "supplement", _("Food supplement"), "warning"
    COSMETICS = "cosmetics", _("Cosmetics"), "warning"
    FRAGRANCE = "fragrance", _("Fragrance"), "warning"
    AEROSOL = "aerosol", _("Aerosol"), "danger"
    FRAGILE = "fragile", _("Fragile"), "default"
    DOCUMENT = "document", _("Document"), "default"
    MAGNETIC = "magnetic", _("Magnetic"), "warning"
    BLADE = "blade", _("Blade"), "warning"
    MEDICINE = "medicine", _("Medicine"), "danger"
    MEDICAL_DEVICE = "medical_device", _("Medical device"), "warning"
    PLANT = "plant", _("Plants and seeds"), "warning"
    VALUABLE = "valuable", _("Valuables"), "warning"


class Direction(LabelledEnum):
    """Which side of a border a declaration is made to."""

    EXPORT = "export", _("Out of the country"), "default"
    IMPORT = "import", _("Into the country"), "info"


class Regime(LabelledEnum):
    """By which set of rules a declaration is made; each has its own fields (`regimes.py`)."""

    CN_9610 = "cn_9610", _("9610 retail export"), "default"
    CN_9710 = "cn_9710", _("9710 B2B direct export"), "default"
    CN_9810 = "cn_9810", _("9810 export to an overseas warehouse"), "default"
    CN_1210 = "cn_1210", _("1210 bonded export"), "default"
    CN_POSTAL = "cn_postal", _("Postal export"), "default"
    CN22 = "cn22", _("CN22"), "info"
    CN23 = "cn23", _("CN23"), "info"
    EU_H7 = "eu_h7", _("EU H7, low value"), "info"
    EU_H1 = "eu_h1", _("EU H1, full"), "info"
    US_ENTRY = "us_entry", _("US entry"), "info"
    GB_IMPORT = "gb_import", _("GB import"), "info"
    JP_IMPORT = "jp_import", _("Japan import"), "info"
    AU_IMPORT = "au_import", _("Australia import"), "info"
    BR_IMPORT = "br_import", _("Brazil import"), "info"
    OTHER_IMPORT = "other_import", _("Import elsewhere"), "info"


class ExportMode(LabelledEnum):
    """How goods leave China (监管方式); "postal": as a postal item."""

    RETAIL = "9610", _("9610 cross-border retail"), "default"
    B2B = "9710", _("9710 cross-border B2B"), "default"
    WAREHOUSE = "9810", _("9810 overseas warehouse"), "default"
    BONDED = "1210", _("1210 bonded"), "default"
    POSTAL = "postal", _("Postal"), "default"


class ServiceKind(LabelledEnum):
    """How the parcel travels."""

    POST = "post", _("Post"), "default"
    EXPRESS = "express", _("Express"), "default"
    LINE = "line", _("Dedicated line"), "default"
    FREIGHT = "freight", _("Freight transport"), "default"


class DeclarationState(LabelledEnum):
    """Where one declaration stands."""

    DRAFT = "draft", _("Draft: something is missing"), "warning"
    COMPLETE = "complete", _("Complete"), "info"
    SUBMITTED = "submitted", _("Handed in"), "info"
    PROCESSING = "processing", _("Being cleared"), "info"
    INFORMATION_REQUIRED = "info_required", _("Customs asks"), "danger"
    HELD = "held", _("Held by customs"), "danger"
    RELEASED = "released", _("Released"), "success"
    REFUSED = "refused", _("Refused by customs"), "danger"
    RETURNED = "returned", _("Sent back"), "default"
    CANCELLED = "cancelled", _("Not needed any more"), "default"


ENDED_DECLARATIONS: frozenset[str] = frozenset(
    {
        DeclarationState.RELEASED.value,
        DeclarationState.REFUSED.value,
        DeclarationState.RETURNED.value,
        DeclarationState.CANCELLED.value,
    }
)


class StepSource(LabelledEnum):
    """Who moved a declaration."""

    DRAFTED = "drafted", _("Drafted with the order"), "default"
    PERSON = "person", _("A person"), "info"
    STOREFRONT = "storefront", _("The storefront"), "info"
    TRACKING = "tracking", _("Tracking"), "default"
    PORTAL = "portal", _("The portal"), "default"


class IncotermCode(LabelledEnum):
    """Who pays until where (Incoterms 2020; DDU is what carriers still call DAP)."""

    DDP = "DDP", _("DDP: duties paid by the seller"), "default"
    DAP = "DAP", _("DAP: duties paid by the recipient"), "default"
    DDU = "DDU", _("DDU: duties unpaid"), "default"
    EXW = "EXW", _("EXW: ex works"), "default"
    FCA = "FCA", _("FCA: free carrier"), "default"
    FOB = "FOB", _("FOB: free on board"), "default"
    CFR = "CFR", _("CFR: cost and freight"), "default"
    CPT = "CPT", _("CPT: carriage paid to"), "default"
    CIF = "CIF", _("CIF: cost, insurance, freight"), "default"
    CIP = "CIP", _("CIP: carriage and insurance paid"), "default"


class SendReason(LabelledEnum):
    """Why it is sent."""

    SALE = "sale", _("Sale"), "default"
    GIFT = "gift", _("Gift"), "default"
    SAMPLE = "sample", _("Trade sample"), "default"
    RETURN = "return", _("Returned goods"), "default"
    DOCUMENT = "document", _("Documents"), "default"
    OTHER = "other", _("Other"), "default"


class PartyKind(LabelledEnum):
    """A person or a firm."""

    PERSON = "person", _("Private person"), "default"
    COMPANY = "company", _("Company"), "default"


class IdentifierKind(LabelledEnum):
    """What a number of a party or a parcel is; `identifiers.py` checks each."""

    S10 = "s10", _("UPU S10 number"), "default"
    IOSS = "ioss", _("IOSS number"), "default"
    EORI = "eori", _("EORI"), "default"
    EU_VAT = "eu_vat", _("EU VAT number"), "default"
    GB_EORI = "gb_eori", _("GB EORI"), "default"
    GB_VAT = "gb_vat", _("GB VAT number"), "default"
    CN_USCC = "cn_uscc", _("Unified social credit code"), "default"
    CN_CUSTOMS = "cn_customs", _("China customs registration"), "default"
    AU_ABN = "au_abn", _("ABN"), "default"
    AU_ARN = "au_arn", _("ARN"), "default"
    US_EIN = "us_ein", _("US importer or tax number"), "default"
    FDA_FACILITY = "fda_facility", _("FDA facility registration"), "default"
    KR_PCCC = "kr_pccc", _("PCCC"), "default"
    BR_CPF = "br_cpf", _("CPF"), "default"
    BR_CNPJ = "br_cnpj", _("CNPJ"), "default"
    MX_RFC = "mx_rfc", _("RFC"), "default"
    MX_CURP = "mx_curp", _("CURP"), "default"
    CL_RUT = "cl_rut", _("RUT"), "default"
    AR_CUIT = "ar_cuit", _("CUIT"), "default"
    CO_NIT = "co_nit", _("NIT"), "default"
    EC_CI = "ec_ci", _("Cédula"), "default"
    EC_RUC = "ec_ruc", _("RUC"), "default"
    ID_NIK = "id_nik", _("NIK"), "default"
    TR_TCKN = "tr_tckn", _("T.C. Kimlik No."), "default"
    IN_GSTIN = "in_gstin", _("GSTIN"), "default"
    OTHER = "other", _("Other number"), "default"


class Severity(LabelledEnum):
    """How much a finding matters: block keeps the parcel from being booked."""

    BLOCK = "block", _("Must be supplied"), "danger"
    WARN = "warn", _("Should be looked at"), "warning"
    INFO = "info", _("For information"), "info"


class Supplier(LabelledEnum):
    """Who can supply what is missing."""

    STOREFRONT = "storefront", _("Shop"), "default"
    RECIPIENT = "recipient", _("Recipient"), "default"
    CUSTOMS_STAFF = "customs_staff", _("Customs staff"), "default"
    EXPORTER = "exporter", _("Exporter"), "default"
    CARRIER = "carrier", _("Carrier"), "default"
    PORTAL = "portal", _("The portal"), "default"


class HsSource(LabelledEnum):
    """How a line came by its HS code; a suggestion alone never fills one in."""

    NONE = "", _("None"), "danger"
    CONFIRMED = "confirmed", _("Confirmed for the product"), "success"
    STATED = "stated", _("Stated by the shop"), "warning"
    PERSON = "person", _("Chosen on this declaration"), "info"


class BatteryKind(LabelledEnum):
    """Lithium batteries as the UN numbers them."""

    NONE = "", _("None"), "default"
    ION_ALONE = "un3480", _("Lithium ion, alone (UN3480)"), "danger"
    ION_PACKED = "un3481_packed", _("Lithium ion, packed with equipment (UN3481)"), "warning"
    ION_INSIDE = "un3481_inside", _("Lithium ion, in equipment (UN3481)"), "warning"
    METAL_ALONE = "un3090", _("Lithium metal, alone (UN3090)"), "danger"
    METAL_PACKED = "un3091_packed", _("Lithium metal, packed with equipment (UN3091)"), "warning"
    METAL_INSIDE = "un3091_inside", _("Lithium metal, in equipment (UN3091)"), "warning"
    OTHER = "other", _("Other battery"), "default"


class CertificateKind(LabelledEnum):
    """Papers goods may need."""

    UN383 = "un383", _("UN 38.3 test summary"), "default"
    MSDS = "msds", _("Safety data sheet"), "default"
    CE = "ce", _("CE declaration"), "default"
    FCC = "fcc", _("FCC"), "default"
    CPC = "cpc", _("Children's product certificate"), "default"
    HEALTH = "health", _("Health certificate"), "default"
    ORIGIN = "origin", _("Certificate of origin"), "default"
    FDA = "fda", _("FDA registration"), "default"
    BRAND = "brand", _("Brand authorisation"), "default"
    LICENCE = "licence", _("Licence"), "default"
    OTHER = "other", _("Other"), "default"


class OfferOutcome(LabelledEnum):
    """What became of offered HS codes."""

    OPEN = "open", _("Not decided"), "default"
    ACCEPTED = "accepted", _("One was taken"), "success"
    OVERRIDDEN = "overridden", _("Another code was entered"), "warning"
    NONE = "none", _("None fits: broker asked"), "warning"
    UNDONE = "undone", _("Taken back"), "default"


class ChangeProblemCode(LabelledEnum):
    """Why a value cannot be written into a record; the label is what people read."""

    NOTHING = "nothing", _("Nothing is changed."), "default"
    TOO_MANY = "too_many", _("These are too many changes at once."), "danger"
    NO_SUCH_FIELD = "no_such_field", _("There is no such field."), "danger"
    FIXED = "fixed", _("This follows from something else and cannot be written."), "danger"
    OF_THE_ORDER = "of_the_order", _("This is what was paid; only staff correct it."), "danger"
    NOT_ONE_VALUE = "not_one_value", _("This has parts: write the parts."), "danger"
    NOT_A_LIST = "not_a_list", _("A list of known parts is needed."), "danger"
    INCOMPLETE = "incomplete", _("A part that is needed is missing."), "danger"
    NOT_TEXT = "not_text", _("A text is needed."), "danger"
    NOT_WHOLE = "not_whole", _("A whole number is needed."), "danger"
    NOT_MONEY = "not_money", _("An amount is needed, as text with a point."), "danger"
    NOT_A_DATE = "not_a_date", _("A day or moment is needed, as ISO 8601 has it."), "danger"
    NOT_YES_OR_NO = "not_yes_or_no", _("Yes or no is needed."), "danger"
    OUT_OF_RANGE = "out_of_range", _("This is out of the possible range."), "danger"
    TOO_LONG = "too_long", _("This is too long."), "danger"
    NO_SUCH_COUNTRY = "no_such_country", _("There is no country of this code."), "danger"
    NO_SUCH_CURRENCY = "no_such_currency", _("There is no currency of this code."), "danger"
    NOT_AN_HS_CODE = "not_an_hs_code", _("An HS code has 4 to 13 digits."), "danger"
    NO_SUCH_WORD = "no_such_word", _("This is none of the known values."), "danger"


class ImportState(LabelledEnum):
    """Where an import of products stands."""

    READING = "reading", _("Being read"), "info"
    PREVIEW = "preview", _("Waits for confirmation"), "warning"
    RUNNING = "running", _("Being stored"), "info"
    UNDOING = "undoing", _("Being taken back"), "info"
    DONE = "done", _("Done"), "success"
    FAILED = "failed", _("Failed"), "danger"
    DISCARDED = "discarded", _("Discarded"), "default"
    UNDONE = "undone", _("Taken back"), "default"


class DocumentKind(LabelledEnum):
    """Forms made from a record."""

    CN22 = "cn22", _("CN22"), "default"
    CN23 = "cn23", _("CN23"), "default"
    INVOICE = "invoice", _("Commercial invoice"), "default"
    PACKING_LIST = "packing_list", _("Packing list"), "default"
    CEB_ORDER = "ceb303", _("Order (CEB303)"), "default"
    CEB_RECEIPT = "ceb403", _("Receipt (CEB403)"), "default"
    CEB_WAYBILL = "ceb505", _("Waybill (CEB505)"), "default"
    CEB_LIST = "ceb603", _("Export list (CEB603)"), "default"
    ITMATT = "itmatt", _("ITMATT"), "default"
    H7 = "h7", _("EU H7 data"), "default"
    H1 = "h1", _("EU H1 data"), "default"
    US_ENTRY = "us_entry", _("US entry data"), "default"
    EWAYBILL = "ewaybill", _("International e-waybill fields"), "default"


IMPORTS_AT_WORK: frozenset[str] = frozenset(
    {ImportState.READING.value, ImportState.RUNNING.value, ImportState.UNDOING.value}
)


class RowVerdict(LabelledEnum):
    """What a row of a file would do."""

    NEW = "new", _("New product"), "success"
    CHANGED = "changed", _("Changes a product"), "info"
    SAME = "same", _("Nothing new"), "default"
    BAD = "bad", _("Wrong"), "danger"


class ProductProblem(LabelledEnum):
    """Why a value of a product cannot be."""

    REQUIRED = "required", _("This is needed."), "danger"
    TOO_LONG = "too_long", _("This text is too long."), "danger"
    FORMULA = "formula", _("This is a formula, not a text; write what it means."), "danger"
    MARKUP = "markup", _("This contains markup; write plain text."), "danger"
    SHEET_ERROR = "sheet_error", _("The sheet shows an error here."), "danger"
    NOT_A_NUMBER = "not_a_number", _("This is no number."), "danger"
    NOT_POSITIVE = "not_positive", _("This must be above zero."), "danger"
    NOT_WHOLE = "not_whole", _("This must be a whole number."), "danger"
    TOO_LARGE = "too_large", _("This is more than can be."), "danger"
    TOO_FINE = "too_fine", _("This has more decimal places than there are."), "danger"
    NET_ABOVE_GROSS = "net_above_gross", _("Net weighs more than gross."), "danger"
    UNKNOWN_COUNTRY = "unknown_country", _("There is no such country."), "danger"
    UNKNOWN_CURRENCY = "unknown_currency", _("There is no such currency."), "danger"
    UNKNOWN_UNIT = "unknown_unit", _("There is no such unit."), "danger"
    UNKNOWN_WORD = "unknown_word", _("This is not a word of the list."), "danger"
    WITHOUT_BATTERY = "without_battery", _("Choose the kind of battery first."), "danger"
    NOT_A_DATE = "not_a_date", _("This is no date; write it as 2027-01-31."), "danger"
    DATES_REVERSED = "dates_reversed", _("It ends before it begins."), "danger"
    HS_SHAPE = "hs_shape", _("An HS code has 6, 8, 9, 10 or 13 digits."), "danger"
    HS_ZERO_LOST = (
        "hs_zero_lost",
        _("An HS code of an odd length: a sheet may have cut a zero."),
        "danger",
    )
    HS_UNKNOWN = "hs_unknown", _("These six digits are not in HS 2022."), "danger"
    HS_EDITION = "hs_edition", _("This edition is not in force."), "danger"
    HS_NEEDS_COUNTRY = (
        "hs_needs_country",
        _("More than six digits need the country they are for."),
        "danger",
    )
    REPEATED = "repeated", _("This file has the SKU in an earlier row."), "danger"
    REPEATED_PART = "repeated_part", _("This is there twice."), "danger"
    SHORT_ROW = "short_row", _("This row has more cells than the heading."), "danger"


class FileProblem(LabelledEnum):
    """Why no products can be read from a file."""

    EMPTY = "empty", _("The file is empty."), "danger"
    TOO_LARGE = "too_large", _("A file may have at most 20 MB."), "danger"
    UNPACKS_TOO_LARGE = "unpacks_too_large", _("The file unpacks beyond all measure."), "danger"
    NOT_A_TABLE = (
        "not_a_table",
        _("Only CSV and XLSX files that are what their name says."),
        "danger",
    )
    ENCODING = "encoding", _("The text is neither UTF-8 nor GB18030."), "danger"
    BROKEN = "broken", _("The file is damaged."), "danger"
    TOO_WIDE = "too_wide", _("A row has more than 80 cells."), "danger"
    CELL_TOO_LONG = "cell_too_long", _("A cell has more than 2,000 characters."), "danger"
    TOO_MANY_ROWS = "too_many_rows", _("A file may have at most 50,000 products."), "danger"
    NO_SKU = "no_sku", _("No column is headed SKU."), "danger"
    COLUMN_TWICE = "column_twice", _("A column is there twice."), "danger"
    NO_ROWS = "no_rows", _("There is a heading and nothing below it."), "danger"
    FAILED = "failed", _("Something went wrong on our side; it is in the log."), "danger"


class ProductGap(LabelledEnum):
    """What is left to say of a product."""

    HS = "hs", _("confirmed HS code"), "danger"
    NAME_EN = "name_en", _("English name"), "danger"
    NAME_CN = "name_cn", _("Chinese name"), "danger"
    MATERIAL = "material", _("material"), "warning"
    USE = "use", _("use"), "warning"
    ORIGIN = "origin", _("country of origin"), "danger"
    NET_GRAMS = "net_grams", _("net weight"), "danger"
    BATTERY = "battery", _("kind of battery"), "danger"
    WATT_HOURS = "watt_hours", _("watt-hours of the battery"), "warning"
    UN383 = "un383", _("UN 38.3 test summary"), "warning"
    FDA = "fda", _("FDA data (for the United States)"), "warning"
    EXPIRED = "expired", _("a certificate has expired"), "danger"
