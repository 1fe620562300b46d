"""The words of every finding, in the reader's language: what is wrong and how to put it right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum
from apps.core.region_names import country_name
from apps.customs.choices import (
    CertificateKind,
    ExportMode,
    IdentifierKind,
    SendReason,
    ServiceKind,
)
from apps.customs.documents.words import FORM_WORDS
from apps.customs.field_labels import field_label
from apps.customs.finding_fixes import FIXES_BY_FIELD
from apps.customs.findings import Finding

Told = tuple[Any, Any]

WORDS: dict[str, Told] = {
    "missing": (
        _("%(field)s is missing"),
        _("Supply it: without it the declaration cannot be filed."),
    ),
    "missing_later": (
        _("%(field)s is not there yet"),
        _("It comes with the booking, or is supplied before the declaration is handed in."),
    ),
    "missing_advised": (
        _("%(field)s would help"),
        _("Customs may ask for it; the declaration itself does not wait for it."),
    ),
    "no_lines": (_("No goods are listed"), _("List what is inside.")),
    "amount_unreadable": (
        _("%(field)s is not an amount"),
        _("Enter a number with at most twelve digits before the point."),
    ),
    "amount_negative": (_("%(field)s is below zero"), _("Enter zero or more.")),
    "value_zero": (
        _("%(field)s is zero"),
        _("Customs accepts no zero value: enter what was paid, or what it is worth."),
    ),
    "quantity_zero": (_("The quantity is zero or less"), _("Enter how many pieces are inside.")),
    "line_total_wrong": (
        _("The line total %(stated)s is not price × quantity (%(computed)s)"),
        _("Correct price, quantity or total, so that they agree."),
    ),
    "sum_wrong": (
        _("The total %(stated)s is not the sum of the lines less the discount (%(computed)s)"),
        _("Correct the total or the lines; a discount stands in its own field."),
    ),
    "currency_unknown": (
        _("“%(currency)s” is no currency of ISO 4217"),
        _("Enter three letters, as USD or EUR."),
    ),
    "currency_no_rate": (
        _("There is no exchange rate for %(currency)s"),
        _("Add its rate under exchange rates: without it no limit can be compared."),
    ),
    "payment_differs": (
        _("Paid was %(stated)s, but goods, freight and insurance are %(computed)s"),
        _("Check the receipt: customs compares both."),
    ),
    "gift_from_company": (
        _("A firm cannot send a gift"),
        _("Choose sale or sample: only a person's parcel to a person is a gift."),
    ),
    "weight_zero": (_("%(field)s is zero"), _("Weigh it: enter grams.")),
    "net_above_gross": (
        _("The net weight (%(net)s g) is above the gross weight (%(gross)s g)"),
        _("Correct one of them: gross is goods with packaging."),
    ),
    "net_sum_differs": (
        _("The net weight %(stated)s g is not the sum of the lines (%(computed)s g)"),
        _("Correct the net weight of the parcel or of a line."),
    ),
    "packages_zero": (_("There is less than one package"), _("Enter the number of packages.")),
    "size_zero": (_("%(field)s is zero"), _("Enter millimetres, or leave it out.")),
    "hs_shape": (
        _("“%(code)s” is no HS code of six digits"),
        _("Enter six digits; what countries add beyond stands in its own field."),
    ),
    "hs_unknown": (
        _("%(code)s is not in HS %(edition)s"),
        _("Choose one of the suggestions or ask the broker: the code may be of an old edition."),
    ),
    "hs_old_edition": (
        _("%(code)s was confirmed for HS %(edition)s, but HS %(in_force)s is in force"),
        _("Confirm the product's code again for the edition in force."),
    ),
    "hs_not_confirmed": (
        _("%(code)s comes from the shop, no person confirmed it"),
        _("Confirm it for the product; then the next parcel has it by itself."),
    ),
    "code_not_of_hs": (
        _("%(code)s does not begin with the HS code %(hs_code)s"),
        _("Correct one of them: a country's digits follow the international six."),
    ),
    "code_length": (
        _("%(code)s has not the digits %(country)s wants"),
        _("Enter the whole code of that country's tariff, digits only."),
    ),
    "origin_unknown": (
        _("“%(origin)s” is no country"),
        _("Enter where it was made, as a code of two letters."),
    ),
    "name_formula": (
        _("%(field)s begins like a formula: %(text)s"),
        _("Write the name without = + - @ at its beginning."),
    ),
    "name_markup": (
        _("%(field)s holds markup: %(text)s"),
        _("Write plain text without tags."),
    ),
    "name_unprintable": (
        _("%(field)s holds signs no form can print: %(text)s"),
        _("Take out emoji and invisible signs."),
    ),
    "name_too_long": (
        _("%(field)s is longer than %(most)s characters"),
        _("Say it shorter: what it is, what of, what for."),
    ),
    "description_empty": (
        _("%(field)s says nothing: %(text)s"),
        _("Say what it is, what it is made of and what it is for."),
    ),
    "description_refused": (
        _("Customs refuses %(field)s “%(text)s” when it stands alone"),
        _("Say what it is, what it is made of and what it is for."),
    ),
    "description_vague": (
        _("%(field)s “%(text)s” is vague"),
        _("Say what it is, what it is made of and what it is for."),
    ),
    "description_not_latin": (
        _("The English description has no Latin letters"),
        _("Write it in English: the destination reads this one."),
    ),
    "name_not_latin": (
        _("%(field)s has no Latin letters: %(text)s"),
        _("Write it in Latin letters too: the destination reads these."),
    ),
    "party_placeholder": (
        _("%(field)s is “%(name)s”: that is nobody"),
        _("Enter the real name."),
    ),
    "country_unknown": (
        _("“%(country)s” is no country"),
        _("Enter the country as a code of two letters."),
    ),
    "identifier_wrong": (
        _("%(kinds)s is wrong: %(problem)s"),
        _("Ask for the number again and compare it digit by digit."),
    ),
    "identifier_refused": (
        _("The owner of %(kinds)s did not agree to its use"),
        _("Ask for consent, or take the number out."),
    ),
    "number_wrong": (
        _("The number is no postal item's number: %(problem)s"),
        _("A postal item has two letters, nine digits and a country: check digit included."),
    ),
    "ioss_wrong": (
        _("The IOSS number is wrong: %(problem)s"),
        _("It has IM and ten digits; take it from the registration."),
    ),
    "ioss_unused": (
        _("An IOSS number does not count in %(country)s"),
        _("Nothing to do: it is left out there."),
    ),
    "ioss_above_limit": (
        _("The goods are above the limit of IOSS"),
        _("The parcel takes the full declaration; VAT is paid on arrival."),
    ),
    "ioss_missing": (
        _("Without an IOSS number VAT is asked of the recipient"),
        _("Enter the IOSS number of the shop or the platform, if there is one."),
    ),
    "certificate_expired": (
        _("%(kind)s %(number)s expired on %(expired)s"),
        _("Add the new one to the product."),
    ),
    "goods_expired": (
        _("The goods expire on %(expired)s, before they leave"),
        _("Send another batch, or correct the date."),
    ),
    "produced_later": (_("The goods are produced after they leave"), _("Correct the date.")),
    "sold_later": (_("Sold on %(sold)s, after it leaves"), _("Correct the date of the sale.")),
    "too_many_lines": (
        _("%(lines)s lines; a declaration holds %(most)s"),
        _("Send the goods in several parcels, or join lines of the same goods."),
    ),
    "position_repeated": (
        _("Position %(position)s stands %(times)s times"),
        _("Number the lines one by one."),
    ),
    "eu_item_duty": (
        _("The EU's duty: %(codes)s HS codes, %(amount)s %(currency)s"),
        _("For information: it is counted by distinct codes, not by pieces."),
    ),
    "word_unknown": (
        _("Nobody knows “%(value)s” as %(field)s"),
        _("Choose one of the list."),
    ),
    "mode_service": (
        _("A postal export cannot go by %(service)s"),
        _("Choose post as service, or another export mode."),
    ),
    "mode_reason": (
        _("9610 is for what was sold, this is: %(reason)s"),
        _("Choose another export mode, or correct the reason."),
    ),
    "mode_recipient": (
        _("%(mode)s goes to a firm, the recipient is a person"),
        _("Choose 9610, or say that the recipient is a firm."),
    ),
    "office_shape": (
        _("“%(code)s” is no customs office: four digits"),
        _("Enter the four digits of the office or the port."),
    ),
    "above_list_limit": (
        _("Above %(amount)s %(currency)s the list may not be used"),
        _("Ask the broker for the full declaration."),
    ),
    "gift_paid": (
        _("A gift has a receipt of payment"),
        _("Choose sale, or take the receipt out."),
    ),
}
"""Message and fix of every code."""

PROBLEMS: dict[str, Any] = {
    "empty": _("it is empty"),
    "format": _("it has not the right shape"),
    "length": _("it has not the right length"),
    "check_digit": _("its check digit does not fit"),
    "country": _("it is of another country"),
    "placeholder": _("it is nobody's"),
    "unknown_kind": _("nobody can check this kind"),
}


@dataclass(frozen=True, slots=True)
class FindingWords:
    """What is wrong, and what to do about it."""

    message: str
    fix: str


def words_of(finding: Finding, *, name: str = "") -> FindingWords:
    """Return the words of a finding in the reader's language.

    ``name`` is what the page calls the field, "" for its usual name with the line before it. A
    code nobody knows any more (of an old version) is shown as it is.
    """
    told = WORDS.get(finding.code) or FORM_WORDS.get(finding.code)
    if told is None:
        return FindingWords(finding.code, "")
    message, fix = told
    if finding.code == "missing":
        fix = FIXES_BY_FIELD.get(finding.field.replace("exporter.", "seller.", 1), fix)
    details = _details(finding, name or _name(finding))
    said = str(message) % details
    if not name and finding.line is not None and "%(field)s" not in str(message):
        said = _now("line %(line)s: %(field)s") % {"line": finding.line, "field": said}
    fix = str(fix) % details
    if "better" in finding.detail:
        fix = _now("%(fix)s For example: “%(better)s”.") % {**details, "fix": fix}
    return FindingWords(said, fix)


def _name(finding: Finding) -> str:
    kinds = finding.detail.get("kinds", "")
    root, _dot, rest = finding.field.partition(".")
    if kinds and rest == "identifiers":
        said = {"part": field_label(root), "field": _kinds(kinds)}
        return _now("%(part)s: %(field)s") % said
    label = field_label(finding.field)
    if finding.line is None:
        return label
    return _now("line %(line)s: %(field)s") % {"line": finding.line, "field": label}


def _details(finding: Finding, name: str) -> Mapping[str, str]:
    shown = {key: _SHOWN[key](value) for key, value in finding.detail.items() if key in _SHOWN}
    position = str(finding.line or "")
    return _Details({**finding.detail, **shown, "field": name, "position": position})


class _Details(dict[str, str]):
    """Details of a finding; what an old version of it does not say is left blank."""

    def __missing__(self, _key: str) -> str:
        return "…"


def _kinds(value: str) -> str:
    return " / ".join(_label(IdentifierKind)(one) for one in value.split(","))


def _label(kind: type[LabelledEnum]) -> Callable[[str], str]:
    def said(value: str) -> str:
        known = kind.parse(value)
        return str(known.label) if known is not None else value

    return said


_SHOWN: dict[str, Callable[[str], str]] = {
    "kinds": _kinds,
    "problem": lambda value: str(PROBLEMS.get(value, value)),
    "country": country_name,
    "kind": _label(CertificateKind),
    "mode": _label(ExportMode),
    "reason": _label(SendReason),
    "service": _label(ServiceKind),
}
"""How details are told to people; the others are numbers and quotations."""
