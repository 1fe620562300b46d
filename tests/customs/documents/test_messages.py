"""Messages and data: valid by their schema, refused by the name of what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from apps.customs.choices import DocumentKind, Regime
from apps.customs.document_list import kinds_of
from apps.customs.documents.built import DocumentRefused
from apps.customs.documents.ceb import NAMESPACE, SCHEMA
from apps.customs.documents.china_codes import country_code, currency_code, unit_code
from apps.customs.documents.ewaybill import ewaybill_parts
from apps.customs.documents.forms import DATA, build_document
from apps.customs.record import Identifier, Record, from_json, to_json
from tests.customs.rules.records import FIGURES, ON, record_of, record_to, shirt, without

K = DocumentKind


def xml_of(record: Record, kind: DocumentKind) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in etree.fromstring(build_document(record, kind).content).iter():
        found.setdefault(str(part.tag).removeprefix(f"{{{NAMESPACE}}}"), part.text or "")
    return found


def json_of(record: Record, kind: DocumentKind) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(build_document(record, kind).content)
    return found


def refusals(record: Record, kind: DocumentKind) -> set[tuple[str, str]]:
    with pytest.raises(DocumentRefused) as refused:
        build_document(record, kind)
    return {(one.code, one.field) for one in refused.value.findings}


@pytest.mark.parametrize("regime", list(Regime))
def test_every_document_a_regime_wants_is_made_from_its_record_and_always_the_same(
    regime: Regime,
) -> None:
    record = record_of(regime)
    kinds = kinds_of(record, on=ON, figures=FIGURES)
    assert kinds
    for kind in kinds:
        content = build_document(record, kind).content
        assert build_document(from_json(to_json(record)), kind).content == content


def test_china_writes_countries_currencies_and_units_in_its_own_numbers() -> None:
    assert [country_code(one) for one in ("CN", "US", "DE", "GB", "BR", "AU", "JP")] == [
        "142", "502", "304", "303", "410", "601", "116",
    ]  # fmt: skip
    assert [currency_code(one) for one in ("CNY", "USD", "EUR", "GBP")] == [
        "142", "502", "300", "303",
    ]  # fmt: skip
    assert [unit_code(one) for one in ("PCS", "kg", "千克", "011", "FURLONG")] == [
        "011", "035", "035", "011", "",
    ]  # fmt: skip


def test_the_four_messages_speak_of_one_parcel_in_the_same_numbers() -> None:
    record = record_of(Regime.CN_9610)
    order, receipt, waybill, listed = (
        xml_of(record, kind) for kind in (K.CEB_ORDER, K.CEB_RECEIPT, K.CEB_WAYBILL, K.CEB_LIST)
    )
    assert order["orderNo"] == receipt["orderNo"] == listed["orderNo"] == "A-1"
    assert waybill["logisticsNo"] == listed["logisticsNo"] == "RR473124829CN"
    assert order["goodsValue"] == receipt["charge"] == "40"
    assert waybill["grossWeight"] == listed["grossWeight"] == "0.9"
    assert listed["ownerCode"] == "91110000600037341L"
    assert (listed["country"], listed["POD"], listed["fCurrency"]) == ("502", "502", "502")
    assert (listed["gcode"], listed["barCode"], listed["ieFlag"]) == ("6109100010", "无", "E")


def test_a_schema_of_our_own_forbids_what_customs_would_turn_back() -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    record = record_of(Regime.CN_9610)
    tree = etree.fromstring(build_document(record, K.CEB_LIST).content)
    assert schema.validate(tree)
    tree.find(f".//{{{NAMESPACE}}}customsCode").text = "29"
    assert not schema.validate(tree)


def test_what_the_schema_forbids_is_refused_by_element_and_nothing_is_cut() -> None:
    long = record_to("US", lines=(shirt(1, sku="S" * 21, import_code="6109100012"),))
    ((code, field),) = refusals(long, K.CEB_LIST)
    assert code == "schema"
    assert field.endswith("itemNo")


def test_markup_in_a_message_is_data() -> None:
    record = record_to("US", remarks="5 < 6 & 7 > 2 ]]>")
    assert xml_of(record, K.CEB_LIST)["note"] == "5 < 6 & 7 > 2 ]]>"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"currency": "BRL"}, ("no_china_code", "currency")),
        ({"export_mode": "postal"}, ("wrong_mode", "export_mode")),
        ({"port_code": ""}, ("missing", "port_code")),
    ],
)
def test_an_export_list_is_refused_for_what_china_has_no_word_for(
    change: dict[str, str], expected: tuple[str, str]
) -> None:
    record = replace(record_of(Regime.CN_9610), **change)
    assert expected in refusals(record, K.CEB_LIST)


def test_a_bonded_list_wants_account_operator_and_item() -> None:
    record = without(record_of(Regime.CN_1210), "bonded_account")
    assert ("missing", "bonded_account") in refusals(record, K.CEB_LIST)


def test_h7_tells_the_ioss_number_by_its_role_and_counts_codes() -> None:
    data = json_of(record_of(Regime.EU_H7), K.H7)
    assert data["additional_procedures"] == ["C07", "F48"]
    assert data["fiscal_references"] == [{"role": "FR5", "number": "IM3720000789"}]
    assert (data["distinct_hs6"], data["items"][0]["commodity_code"]) == (1, "610910")
    assert data["intrinsic_value"] == {"amount": "40", "currency": "USD"}


def test_h1_wants_the_long_code_and_who_imports() -> None:
    record = record_of(Regime.EU_H1)
    assert json_of(record, K.H1)["items"][0]["commodity_code"] == "6109100010"
    lines = tuple(replace(line, import_code="") for line in record.lines)
    assert ("missing", "lines.import_code") in refusals(replace(record, lines=lines), K.H1)


def test_a_supplement_to_the_us_goes_only_with_its_prior_notice() -> None:
    record = record_of(Regime.US_ENTRY)
    data = json_of(record, K.US_ENTRY)
    assert data["fda_regulated"] is True
    assert data["lines"][0]["fda"]["prior_notice"] == "202611230001"
    bare = replace(record.lines[0], fda=replace(record.lines[0].fda, prior_notice=""))
    missing = refusals(replace(record, lines=(bare, record.lines[1])), K.US_ENTRY)
    assert missing == {("missing", "lines.fda.prior_notice")}


def test_itmatt_carries_the_item_and_its_pieces() -> None:
    data = json_of(record_of(Regime.CN22), K.ITMATT)
    assert (data["item_id"], data["nature_of_transaction"]) == ("RR473124829CN", "sale_of_goods")
    assert [piece["hs_code"] for piece in data["pieces"]] == ["610910", "610910"]
    assert data["gross_weight_kg"] == "0.900"


def test_an_ewaybill_speaks_the_platforms_words() -> None:
    record = record_of(Regime.BR_IMPORT)
    data = json_of(record, K.EWAYBILL)
    assert data["recMan"]["taxId"] == "39053344705"
    assert data["recMan"]["taxType"] == "CPF"
    assert data["dutiesPaymentType"] == {"paymentType": "DDU"}
    assert data["customsClearance"] == {"purpose": "SOLD", "isDocument": False}
    assert data["exportInfos"][0]["importCommodityCode"] == "61091000"
    assert (data["weight"], data["customsValue"], data["count"]) == (0.9, 40.0, 1)


def test_packages_share_the_weight_to_the_gram() -> None:
    parts = ewaybill_parts(replace(record_to("US"), packages=7, gross_grams=1000))
    assert sum(one.weight_grams for one in parts.packages) == 1000
    assert len(parts.packages) == 7


def test_what_the_platform_would_refuse_of_an_ewaybill_is_a_finding() -> None:
    record = record_to("US")
    place = replace(record.recipient.address, region="")
    record = replace(record, recipient=replace(record.recipient, address=place))
    assert refusals(record, K.EWAYBILL) == {("ewaybill", "recipient.state")}


@pytest.mark.parametrize("kind", list(DATA))
def test_a_made_up_record_gives_findings_and_never_a_crash(kind: DocumentKind) -> None:
    empty = from_json(
        {"subject": "x", "reference": "", "currency": "??", "lines": [], "seller": {},
         "recipient": {}}
    )  # fmt: skip
    assert refusals(empty, kind)
    wild = replace(
        record_to("US"),
        total=Decimal("NaN"),
        number="\x00<&>",
        recipient=replace(
            record_to("US").recipient, identifiers=(Identifier("us_ein", "\ud800" * 3),)
        ),
    )
    assert refusals(wild, kind)
