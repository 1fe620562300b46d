"""Numbers of parties and parcels: is one well formed?

Pure. What python-stdnum knows it checks; S10, EORI, PCCC, ARN, China's customs code and the
FDA's number are lines of our own (customs.md §2). Several kinds publish no check digit: there a
slip of one digit cannot be seen, and ``note`` says so. Nobody is asked whether a number exists.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from stdnum.exceptions import (
    InvalidChecksum,
    InvalidComponent,
    InvalidLength,
    ValidationError,
)

from apps.core.regions import COUNTRIES
from apps.customs.identifier_needs import identifier_needed

__all__ = ["KINDS", "IdentifierCheck", "check_identifier", "identifier_needed", "s10_check_digit"]

EMPTY, FORMAT, LENGTH, CHECK_DIGIT = "empty", "format", "length", "check_digit"
COUNTRY, PLACEHOLDER, UNKNOWN_KIND = "country", "placeholder", "unknown_kind"
PROBLEMS = (EMPTY, FORMAT, LENGTH, CHECK_DIGIT, COUNTRY, PLACEHOLDER, UNKNOWN_KIND)
NO_CHECK_DIGIT, YEARLY, UNSURE_DIGIT = "no_check_digit", "yearly", "unsure_check_digit"
NOTES = (NO_CHECK_DIGIT, YEARLY, UNSURE_DIGIT)

LONGEST = 40
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
EORI_STATES = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
    }
)  # fmt: skip
PCCC_YEARLY_FROM = dt.date(2026, 1, 1)
STDNUM = {
    "eu_vat": "eu.vat", "gb_vat": "gb.vat", "cn_uscc": "cn.uscc", "au_abn": "au.abn",
    "us_ein": "us.ein", "br_cpf": "br.cpf", "br_cnpj": "br.cnpj", "mx_rfc": "mx.rfc",
    "mx_curp": "mx.curp", "cl_rut": "cl.rut", "ar_cuit": "ar.cuit", "co_nit": "co.nit",
    "ec_ci": "ec.ci", "ec_ruc": "ec.ruc", "id_nik": "id.nik", "tr_tckn": "tr.tckimlik",
    "in_gstin": "in_.gstin", "ioss": "eu.oss",
}  # fmt: skip
WITHOUT_CHECK_DIGIT = frozenset(
    {"ioss", "eori", "gb_eori", "cn_customs", "au_arn", "fda_facility", "kr_pccc", "id_nik",
     "us_ein"}
)  # fmt: skip
GENERIC = frozenset({"XAXX010101000", "XEXX010101000"})
"""Mexico's numbers for "the public" and "somebody abroad": nobody's own."""


@dataclass(frozen=True, slots=True)
class IdentifierCheck:
    """``normal`` is the number as it is transmitted, also where it is wrong; ``problem`` is one
    of ``PROBLEMS`` ("" when ``ok``), ``note`` one of ``NOTES`` or ""."""

    ok: bool
    normal: str
    problem: str = ""
    note: str = ""


class _Wrong(Exception):
    """A number has the problem that is its argument."""


def check_identifier(
    kind: str, value: str, *, country: str = "", on: dt.date | None = None
) -> IdentifierCheck:
    """Check a number of a kind (value of `IdentifierKind`).

    ``country`` (ISO-2) is whose number it must be where the number itself says so; ``on`` is
    the day it is used. Never raises: text of any length and script gets an answer.
    """
    text = unicodedata.normalize("NFKC", value).strip().upper()
    if not text:
        return IdentifierCheck(False, "", EMPTY)
    normal = re.sub(r"[\s.\-/–—]", "", text)[:LONGEST]
    if kind == "other":
        return IdentifierCheck(True, text[:LONGEST], note=NO_CHECK_DIGIT)
    try:
        if len(text) > LONGEST:
            raise _Wrong(LENGTH)
        if re.fullmatch(r"[0-9A-Z&Ñ]+", normal) is None:
            raise _Wrong(FORMAT)
        normal = _read(kind, normal, country.upper())
        _refuse_placeholder(kind, normal)
    except _Wrong as wrong:
        return IdentifierCheck(False, normal, str(wrong))
    return IdentifierCheck(True, normal, note=_note_of(kind, normal, on))


def s10_check_digit(serial: str) -> int:
    """Check digit of a postal item's eight digits (UPU S10)."""
    total = sum(int(digit) * weight for digit, weight in zip(serial, S10_WEIGHTS, strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


def _read(kind: str, normal: str, country: str) -> str:
    own = OWN.get(kind)
    if own is not None:
        return own(normal, country)
    if kind not in STDNUM:
        raise _Wrong(UNKNOWN_KIND)
    return _by_stdnum(kind, normal, country)


def _by_stdnum(kind: str, normal: str, country: str) -> str:
    if kind == "eu_vat":
        normal = _with_state(normal, country)
    if kind == "gb_vat":
        normal = normal.removeprefix("GB")
    if kind == "ioss" and not normal.startswith("IM"):
        raise _Wrong(FORMAT)
    try:
        found = str(_module(STDNUM[kind]).validate(normal))
    except InvalidLength as error:
        raise _Wrong(LENGTH) from error
    except InvalidChecksum as error:
        raise _Wrong(CHECK_DIGIT) from error
    except InvalidComponent as error:
        raise _Wrong(COUNTRY if kind in {"ioss", "eu_vat"} else FORMAT) from error
    except ValidationError as error:
        raise _Wrong(FORMAT) from error
    return f"GB{found}" if kind == "gb_vat" else found


def _with_state(normal: str, country: str) -> str:
    """An EU VAT number begins with its state; Greece writes EL."""
    state = {"GR": "EL"}.get(country, country)
    if state and normal[:2].isdigit():
        return f"{state}{normal}"
    if state and normal[:2] not in {state, country}:
        raise _Wrong(COUNTRY)
    return normal


def _read_s10(normal: str, country: str) -> str:
    _must(normal, r"[A-Z]{2}\d{9}[A-Z]{2}", 13)
    if normal[11:] not in COUNTRIES or (country and normal[11:] != country):
        raise _Wrong(COUNTRY)
    if s10_check_digit(normal[2:10]) != int(normal[10]):
        raise _Wrong(CHECK_DIGIT)
    return normal


def _read_eori(normal: str, country: str) -> str:
    if normal[:2] not in EORI_STATES or (country and normal[:2] != country):
        raise _Wrong(COUNTRY)
    if not 3 <= len(normal) <= 17:
        raise _Wrong(LENGTH)
    return normal


def _read_gb_eori(normal: str, country: str) -> str:
    if normal[:2] != "GB":
        raise _Wrong(COUNTRY)
    if len(normal) not in {14, 17}:
        raise _Wrong(LENGTH)
    if not normal[2:].isdigit():
        raise _Wrong(FORMAT)
    return normal


def _shaped(pattern: str, length: int) -> Callable[[str, str], str]:
    def read(normal: str, country: str) -> str:
        _must(normal, pattern, length)
        return normal

    return read


def _must(normal: str, pattern: str, length: int) -> None:
    if len(normal) != length:
        raise _Wrong(LENGTH)
    if re.fullmatch(pattern, normal) is None:
        raise _Wrong(FORMAT)


OWN: dict[str, Callable[[str, str], str]] = {
    "s10": _read_s10,
    "eori": _read_eori,
    "gb_eori": _read_gb_eori,
    "cn_customs": _shaped(r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])\d{2}[0-9A-Z]{6}", 10),
    "au_arn": _shaped(r"\d{12}", 12),
    "fda_facility": _shaped(r"\d{11}", 11),
    "kr_pccc": _shaped(r"P\d{12}", 13),
}
KINDS = frozenset({*STDNUM, *OWN, "other"})


def _refuse_placeholder(kind: str, normal: str) -> None:
    """111.111.111-11 has right check digits and is still nobody's."""
    digits = re.sub(r"\D", "", normal)
    if normal in GENERIC or (len(digits) > 7 and len(set(digits)) == 1 and kind != "cl_rut"):
        raise _Wrong(PLACEHOLDER)


def _note_of(kind: str, normal: str, on: dt.date | None) -> str:
    if kind == "kr_pccc" and on is not None and on >= PCCC_YEARLY_FROM:
        return YEARLY
    if kind == "mx_rfc" and not _module("mx.rfc").is_valid(normal, validate_check_digits=True):
        return UNSURE_DIGIT
    return NO_CHECK_DIGIT if kind in WITHOUT_CHECK_DIGIT else ""


@cache
def _module(name: str) -> ModuleType:
    return import_module(f"stdnum.{name}")
