"""A record is drafted from facts: what a person confirmed, what the shop said, nothing guessed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from apps.customs.drafting import draft_record
from apps.customs.exporter_facts import ExporterFacts
from apps.customs.product_facts import ConfirmedCode, ProductFacts
from apps.customs.record import Address, FdaData, Identifier, Party
from apps.customs.snapshot import LineSnapshot, ParcelSnapshot

SOLD = dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)
LINE = LineSnapshot(1, "Cotton shirt", 3, Decimal("9.90"), sku="TS-1", weight_grams=200)
PRODUCT = ProductFacts(
    7,
    "TS-1",
    name_cn="棉质T恤",
    name_en="T-shirt, knitted",
    material="cotton",
    use="clothing",
    brand="Aoki",
    origin="CN",
    net_grams=150,
    gross_grams=180,
)
FACTS = ExporterFacts(
    name_en="Aoki Ltd",
    identifiers=(Identifier("ioss", "IM3720000789"), Identifier("cn_uscc", "91110000600037341L")),
    platform="Aoki Store",
    default_incoterm="DDP",
    default_export_mode="9810",
)


def code(digits: str, country: str = "", day: int = 1) -> ConfirmedCode:
    at = dt.datetime(2026, 1, day, tzinfo=dt.UTC)
    return ConfirmedCode(digits, "2022", country, "user:lin", at)


def parcel(country: str = "DE", **given: Any) -> ParcelSnapshot:
    values: dict[str, Any] = {
        "subject": "parcel:1",
        "reference": "A-1",
        "currency": "USD",
        "recipient": Party(name="Erika", address=Address(city="Köln", country=country)),
        "lines": (LINE,),
        "sold_at": SOLD,
    }
    return ParcelSnapshot(**values | given)


def draft(snapshot: ParcelSnapshot, *codes: ConfirmedCode, product: ProductFacts | None = PRODUCT):
    known = replace(product, codes={one.country: one for one in codes}) if product else None
    return draft_record(snapshot, {"TS-1": known} if known else {}, FACTS)


def test_a_confirmed_code_is_filled_in_with_who_confirmed_it():
    (line,) = draft(parcel(), code("610910")).lines
    assert (line.hs_code, line.hs_edition, line.hs_source) == ("610910", "2022", "confirmed")
    assert line.hs_confirmed_by == "user:lin"
    assert line.hs_confirmed_at == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def test_without_a_confirmation_there_is_no_code():
    (line,) = draft(parcel()).lines
    assert (line.hs_code, line.hs_source, line.import_code) == ("", "", "")


def test_what_the_shop_stated_counts_as_stated_only_until_a_person_confirms():
    stated = parcel("US", lines=(replace(LINE, hs_code="6109.10.0012"),))
    (line,) = draft(stated).lines
    assert (line.hs_code, line.import_code, line.hs_source) == ("610910", "6109100012", "stated")
    assert line.hs_confirmed_at is None
    (line,) = draft(stated, code("610990")).lines
    assert (line.hs_code, line.import_code, line.hs_source) == ("610990", "", "confirmed")


def test_each_countrys_digits_come_from_its_own_confirmation():
    codes = (code("610910"), code("6109100012", "US"), code("6109100010", "CN"))
    to_us, to_gb = (draft(parcel(country), *codes).lines[0] for country in ("US", "GB"))
    assert (to_us.hs_code, to_us.import_code, to_us.export_code) == (
        "610910", "6109100012", "6109100010",
    )  # fmt: skip
    assert (to_gb.import_code, to_gb.export_code) == ("", "6109100010")


def test_a_code_confirmed_for_the_union_holds_in_each_member():
    (line,) = draft(parcel("FR"), code("610990"), code("6109100010", "EU")).lines
    assert (line.hs_code, line.import_code) == ("610910", "6109100010")


def test_weights_and_money_are_of_the_whole_line():
    record = draft(parcel(discount=Decimal("4.70"), gross_grams=700), code("610910"))
    (line,) = record.lines
    assert (line.net_grams, line.gross_grams, line.total) == (450, 540, Decimal("29.70"))
    assert (record.net_grams, record.gross_grams) == (450, 700)
    assert (record.total, record.discount) == (Decimal("25.00"), Decimal("4.70"))


def test_without_a_product_the_order_alone_is_known():
    record = draft(parcel(lines=(LINE, replace(LINE, position=2, title="茶"))), product=None)
    english, chinese = record.lines
    assert (english.description_en, english.description_cn) == ("Cotton shirt", "")
    assert (chinese.description_en, chinese.description_cn) == ("", "茶")
    assert (english.net_grams, english.origin, english.material) == (600, "", "")


def test_one_unknown_weight_leaves_the_sum_unknown():
    lines = (LINE, replace(LINE, position=2, sku="", weight_grams=None))
    assert draft(parcel(lines=lines)).net_grams is None


def test_the_order_says_where_it_was_made_else_the_product():
    said = draft(parcel(lines=(replace(LINE, origin="VN"),))).lines[0].origin
    assert (said, draft(parcel()).lines[0].origin) == ("VN", "CN")


def test_fda_data_of_the_order_are_completed_by_the_product():
    line = replace(LINE, fda=FdaData(prior_notice="202611230001"))
    product = replace(PRODUCT, fda=FdaData("54FCC", "supplement", "Aoki Bio", "1", "old"))
    (drafted,) = draft(parcel("US", lines=(line,)), product=product).lines
    assert drafted.fda == FdaData("54FCC", "supplement", "Aoki Bio", "1", "202611230001")


def test_the_exporters_defaults_hold_where_the_order_says_nothing():
    plain = draft(parcel())
    said = draft(parcel(incoterm="DAP", export_mode="9610", platform="Temu"))
    assert (plain.incoterm, plain.export_mode, plain.platform) == ("DDP", "9810", "Aoki Store")
    assert (said.incoterm, said.export_mode, said.platform) == ("DAP", "9610", "Temu")
    assert draft(parcel(service="post")).export_mode == "postal"


def test_the_shops_ioss_number_goes_with_what_people_in_the_union_buy():
    assert draft(parcel("DE")).ioss == "IM3720000789"
    assert draft(parcel("US")).ioss == ""
    assert draft(parcel("DE", ioss="IM2760000742")).ioss == "IM2760000742"
    firm = replace(parcel("DE").recipient, kind="company")
    assert draft(parcel("DE", recipient=firm)).ioss == ""
    assert draft(parcel("DE", reason="gift")).ioss == ""


def test_a_number_of_the_order_replaces_the_exporters():
    record = draft(parcel(identifiers=(Identifier("cn_uscc", "91330106MA27XJ4E1C"),)))
    found = [one.value for one in record.seller.identifiers if one.kind == "cn_uscc"]
    assert found == ["91330106MA27XJ4E1C"]
    assert record.seller.identifier("ioss") == "IM3720000789"


def test_without_an_exporter_the_sender_is_named_and_nothing_is_made_up():
    sender = Party(name="Lin Na", address=Address(country="CN"))
    record = draft_record(parcel(seller=sender), {}, None)
    assert (record.seller, record.exporter, record.platform) == (sender, None, "")
    assert draft_record(parcel(), {}, None).seller.name == ""


def test_invoice_and_place_follow_from_the_order():
    record = draft(parcel())
    assert (record.invoice_number, record.invoice_date) == ("A-1", SOLD.date())
    assert record.incoterm_place == "Köln"
    assert draft(parcel(invoice_number="INV-9")).invoice_number == "INV-9"


def test_the_unions_responsible_person_is_named_to_the_union_only():
    person = Party(name="Aoki EU GmbH", address=Address(country="DE"))
    facts = replace(FACTS, responsible=person)
    assert draft_record(parcel("FR"), {}, facts).responsible == person
    assert draft_record(parcel("US"), {}, facts).responsible is None
