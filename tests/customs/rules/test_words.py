"""Every finding says what is wrong and how to put it right, in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from apps.customs.checks import CODES
from apps.customs.choices import Severity, Supplier
from apps.customs.completeness import ADVISED, MISSING, MISSING_LATER
from apps.customs.field_labels import field_label, known_fields
from apps.customs.finding_fixes import FIXES_BY_FIELD
from apps.customs.finding_words import PROBLEMS, WORDS, words_of
from apps.customs.findings import Finding
from apps.customs.identifiers import PROBLEMS as OF_NUMBERS
from apps.customs.regimes import PAPERS, REQUIREMENTS


def finding(code: str, field: str, line: int | None = None, **detail: str) -> Finding:
    return Finding(code, field, Severity.BLOCK, Supplier.STOREFRONT, line, detail)


def said(one: Finding, language: str) -> tuple[str, str]:
    with translation.override(language):
        words = words_of(one)
        return words.message, words.fix


def test_every_code_has_words_and_no_words_are_of_nothing():
    assert set(WORDS) == {*CODES, MISSING, MISSING_LATER, ADVISED}


@pytest.mark.parametrize("code", sorted(WORDS))
def test_words_differ_by_language(code):
    one = finding(code, "lines.hs_code", 2)
    english, chinese = said(one, "en"), said(one, "zh-hans")
    assert english[0] != chinese[0]
    assert english[1] != chinese[1]


def test_every_field_a_regime_asks_for_has_a_name_and_every_fix_a_field():
    rows = [row for table in (*REQUIREMENTS.values(), *PAPERS.values()) for row in table]
    assert {row.field for row in rows} <= known_fields()
    asked = {row.field.replace("exporter.", "seller.") for row in rows}
    assert set(FIXES_BY_FIELD) <= asked | {"recipient.identifiers"}


def test_a_missing_number_is_named_by_its_kind():
    one = finding("missing", "recipient.identifiers", kinds="br_cpf,br_cnpj")
    assert said(one, "en")[0] == "Recipient: CPF / CNPJ is missing"
    assert said(one, "zh-hans")[0] == "缺少收件人：巴西个人税号（CPF） / 巴西企业税号（CNPJ）"


def test_a_line_is_named_before_the_page_names_the_field_itself():
    one = finding("line_total_wrong", "lines.total", 3, stated="20.01", computed="20.00")
    assert said(one, "en")[0].startswith("line 3: The line total 20.01")
    with translation.override("en"):
        assert words_of(one, name="line total").message.startswith("The line total 20.01")


def test_problems_of_numbers_are_said_in_words():
    assert set(OF_NUMBERS) == set(PROBLEMS)
    one = finding(
        "identifier_wrong", "recipient.identifiers", kinds="br_cpf", problem="check_digit"
    )
    assert said(one, "en")[0] == "CPF is wrong: its check digit does not fit"


def test_countries_are_called_by_their_names():
    one = finding("ioss_unused", "ioss", country="BR")
    assert said(one, "zh-hans")[0] == "IOSS 号在巴西不适用"


def test_a_path_nobody_named_is_shown_as_it_is():
    assert field_label("lines.shade") == "shade"
    assert field_label("moon") == "moon"
