"""Numbers of parties and parcels: what is well formed, what is not, and what nobody can tell."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.customs.choices import IdentifierKind
from apps.customs.identifier_needs import NEEDS, needs_of
from apps.customs.identifiers import (
    KINDS,
    NOTES,
    PROBLEMS,
    check_identifier,
    identifier_needed,
    s10_check_digit,
)

GOOD = {
    "s10": "RR473124829GB", "ioss": "IM3720000789", "eori": "DE123456789012345",
    "eu_vat": "DE136695976", "gb_eori": "GB980780684000", "gb_vat": "GB 980 7806 84",
    "cn_uscc": "91110000600037341L", "cn_customs": "3301960ABC", "au_abn": "83 914 571 673",
    "au_arn": "300012345678", "us_ein": "91-1144442", "fda_facility": "12345678901",
    "kr_pccc": "P123456789012", "br_cpf": "390.533.447-05", "br_cnpj": "16.727.230/0001-97",
    "mx_rfc": "GODE 561231 GR8", "mx_curp": "BOXW310820HNERXN09", "cl_rut": "12.531.909-2",
    "ar_cuit": "20-05536168-2", "co_nit": "213.123.432-1", "ec_ci": "171430710-3",
    "ec_ruc": "1792060346-001", "id_nik": "3171011708450001", "tr_tckn": "17291716060",
    "in_gstin": "27AAPFU0939F1ZV", "other": "anything",
}  # fmt: skip
CHECKED = sorted(
    set(GOOD)
    - {"ioss", "eori", "gb_eori", "cn_customs", "au_arn", "us_ein", "fda_facility", "kr_pccc",
       "id_nik", "mx_rfc", "mx_curp", "other"}
)  # fmt: skip
kinds = st.sampled_from(sorted(KINDS))


def problem(kind: str, value: str, **more) -> str:
    return check_identifier(kind, value, **more).problem


def test_every_kind_the_record_knows_is_checked():
    assert set(IdentifierKind.values()) == KINDS == set(GOOD)


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_number_of_each_kind_is_taken_as_people_write_it(kind):
    found = check_identifier(kind, f" {GOOD[kind].lower()} ")
    assert (found.ok, found.problem) == (True, "")
    assert check_identifier(kind, found.normal) == found


@given(st.sampled_from(CHECKED), st.integers(0, 17), st.integers(1, 9))
def test_a_slip_of_one_digit_is_seen_where_there_is_a_check_digit(kind, place, by):
    number = check_identifier(kind, GOOD[kind]).normal
    places = [n for n, character in enumerate(number) if character.isdigit()]
    at = places[place % len(places)]
    slipped = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert not check_identifier(kind, slipped).ok


@given(kinds | st.text(max_size=8), st.text(max_size=60), st.text(max_size=3))
def test_no_text_of_any_script_or_length_breaks_a_check(kind, value, country):
    found = check_identifier(kind, value, country=country, on=dt.date(2026, 11, 23))
    assert found.ok == (found.problem == "")
    assert found.problem in {"", *PROBLEMS}
    assert found.note in {"", *NOTES}
    assert len(found.normal) <= 42


@given(st.integers(0, 10**8 - 1), st.sampled_from(["CN", "US", "BR"]))
def test_an_s10_number_has_exactly_one_right_check_digit(serial, country):
    text = f"{serial:08d}"
    right = [d for d in range(10) if check_identifier("s10", f"LX{text}{d}{country}").ok]
    assert right == [s10_check_digit(text)]


def test_a_postal_number_of_no_country_or_of_another_one_is_refused():
    assert problem("s10", "RR473124829ZZ") == "country"
    assert problem("s10", "RR473124829GB", country="CN") == "country"


@pytest.mark.parametrize("last", range(10))
def test_a_wrong_last_digit_of_an_ioss_number_cannot_be_seen_and_the_note_says_so(last):
    found = check_identifier("ioss", f"IM372000078{last}")
    assert (found.ok, found.note) == (True, "no_check_digit")


@pytest.mark.parametrize(
    ("kind", "value", "seen"),
    [
        ("ioss", "EU372022452", "format"),
        ("ioss", "IM9990000789", "country"),
        ("ioss", "IM37200007", "length"),
        ("eori", "CN123456789012345", "country"),
        ("eori", "DE1234567890123456", "length"),
        ("gb_eori", "GB12345678901", "length"),
        ("gb_eori", "XI123456789012", "country"),
        ("cn_customs", "9901960ABC", "format"),
        ("kr_pccc", "M12345678", "length"),
        ("kr_pccc", "M123456789012", "format"),
        ("br_cpf", "390.533.447-06", "check_digit"),
        ("br_cpf", "390.533.447", "length"),
        ("br_cpf", "", "empty"),
        ("br_cpf", "=HYPERLINK(1)", "format"),
        ("br_cpf", "9" * 500, "length"),
        ("cl_rut", "12531909-3", "check_digit"),
        ("passport", "G12345678", "unknown_kind"),
    ],
)
def test_what_is_wrong_with_a_number_is_named(kind, value, seen):
    assert problem(kind, value) == seen


@pytest.mark.parametrize(
    ("kind", "value"),
    [("br_cpf", "111.111.111-11"), ("kr_pccc", "P000000000000"), ("mx_rfc", "XAXX010101000")],
)
def test_a_number_that_adds_up_but_is_nobodys_is_refused(kind, value):
    assert problem(kind, value) == "placeholder"


def test_full_width_digits_are_the_same_number():
    assert check_identifier("br_cpf", "３９０５３３４４７０５").normal == "39053344705"


def test_a_vat_number_without_its_state_belongs_to_the_country_it_is_given_for():
    assert check_identifier("eu_vat", "136695976", country="DE").normal == "DE136695976"
    assert problem("eu_vat", "FR40303265045", country="DE") == "country"
    assert check_identifier("eu_vat", "094259216", country="GR").ok


def test_the_letters_brazil_gives_firms_since_2026_are_taken():
    assert check_identifier("br_cnpj", "12.ABC.345/01DE-35").ok
    assert problem("br_cnpj", "12.ABC.345/01DE-36") == "check_digit"


def test_an_rfc_whose_last_place_does_not_add_up_is_taken_with_a_note():
    found = check_identifier("mx_rfc", "GODE561231GR9")
    assert (found.ok, found.note) == (True, "unsure_check_digit")


def test_a_curp_misses_a_slip_of_five_at_every_other_place_and_sees_the_rest():
    assert check_identifier("mx_curp", "BOXW810820HNERXN09").ok
    assert problem("mx_curp", "BOXW410820HNERXN09") == "check_digit"


def test_a_pccc_is_good_for_a_year_from_2026_on():
    before, after = dt.date(2025, 12, 31), dt.date(2026, 1, 1)
    assert check_identifier("kr_pccc", "P123456789012", on=before).note == "no_check_digit"
    assert check_identifier("kr_pccc", "P123456789012", on=after).note == "yearly"


def test_mexico_wants_a_number_from_the_day_its_rule_began():
    assert identifier_needed("MX", dt.date(2024, 10, 14), True) == ()
    assert identifier_needed("mx", dt.date(2024, 10, 15), True) == ("mx_rfc", "mx_curp")
    assert identifier_needed("MX", dt.date(2026, 11, 23), False) == ("mx_rfc",)


def test_who_receives_in_the_us_or_germany_needs_no_number():
    on = dt.date(2026, 11, 23)
    assert [identifier_needed(country, on, True) for country in ("US", "DE")] == [(), ()]


def test_what_is_only_advised_is_no_must():
    on = dt.date(2026, 11, 23)
    assert identifier_needed("IN", on, False) == ()
    assert [need.kinds for need in needs_of("IN", on, natural=False)] == [("in_gstin",)]


def test_every_rule_names_kinds_that_are_checked_and_where_it_is_written():
    for need in NEEDS:
        assert set(need.kinds) <= KINDS
        assert need.source
