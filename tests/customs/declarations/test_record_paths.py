"""Paths into a record, what may be written there, which state follows which. No database."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.customs.amending import InvalidChange, amend
from apps.customs.choices import DeclarationState, StepSource
from apps.customs.human_changes import Written, human_changes, with_human_changes
from apps.customs.moves import is_first_try, may_move, moves_of
from apps.customs.personal import may_be_logged
from apps.customs.record import Record
from apps.customs.record_paths import differences, flatten, kind_of, with_values
from tests.customs.factories import MOMENT, make_line, make_record

PERSON, SHOP = StepSource.PERSON, StepSource.STOREFRONT


def amended(record: Record, source: StepSource = PERSON, /, **changes: Any) -> Record:
    """Amend with ``__`` for a point in a path."""
    paths = {name.replace("__", "."): value for name, value in changes.items()}
    return amend(record, paths, source=source, who="user:lin", at=MOMENT)


def problems(record: Record, changes: dict[str, Any], source: StepSource = PERSON) -> set[Any]:
    with pytest.raises(InvalidChange) as refused:
        amend(record, changes, source=source, who="user:lin", at=MOMENT)
    return {(found.path, found.code) for found in refused.value.problems}


def test_every_flattened_path_has_a_kind_and_sets_itself_again() -> None:
    record = make_record()
    flat = flatten(record)
    assert all(kind_of(path) is not None for path in flat)
    assert with_values(record, flat) == record


@given(
    quantity=st.integers(1, 1000),
    price=st.decimals(0, 10_000, places=2),
    material=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40),
)
def test_differences_carried_over_make_the_other_record(
    quantity: int, price: Decimal, material: str
) -> None:
    one = make_record(subject="s", reference="r", number="n")
    line = make_line(quantity=quantity, unit_price=price, total=price * quantity, material=material)
    other = dataclasses.replace(one, lines=(line,), incoterm="DDP")
    changed = {path: new for path, (_old, new) in differences(one, other).items()}
    assert with_values(one, changed) == other


def test_totals_follow_from_a_price_nobody_totalled() -> None:
    record = amended(make_record(), lines__1__unit_price="10.00")
    assert (record.lines[0].total, record.total) == (Decimal("20.00"), Decimal("20.00"))


def test_a_stated_total_stays_as_it_was_stated() -> None:
    record = amended(make_record(), lines__1__total="99.00")
    assert record.lines[0].total == Decimal("99.00")


def test_a_persons_code_says_who_and_when_and_a_shops_is_only_stated() -> None:
    ours = amended(make_record(), lines__1__hs_code="9506.91")
    line = ours.lines[0]
    assert (line.hs_code, line.hs_source) == ("950691", "person")
    assert (line.hs_confirmed_by, line.hs_confirmed_at) == ("user:lin", MOMENT)
    theirs = amended(ours, SHOP, lines__1__hs_code="950662").lines[0]
    assert (theirs.hs_source, theirs.hs_confirmed_by) == ("stated", "")


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("nothing", "x", "no_such_field"),
        ("lines.1", {"title": "x"}, "not_one_value"),
        ("lines.0.title", "x", "no_such_field"),
        ("lines.1.hs_source", "confirmed", "fixed"),
        ("subject", "parcel:1", "fixed"),
        ("recipient", {}, "not_one_value"),
        ("recipient.identifiers", "123", "not_a_list"),
        ("recipient.identifiers", [{"value": "123"}], "incomplete"),
        ("recipient.identifiers", [{"kind": "soul", "value": "1"}], "no_such_word"),
        ("lines.1.quantity", True, "not_whole"),
        ("lines.1.quantity", -1, "out_of_range"),
        ("lines.1.unit_price", 1.5, "not_money"),
        ("lines.1.unit_price", "NaN", "out_of_range"),
        ("lines.1.origin", "XX", "no_such_country"),
        ("lines.1.title", "x" * 201, "too_long"),
        ("lines.1.title", 5, "not_text"),
        ("lines.1.hs_code", "95O691", "not_an_hs_code"),
        ("incoterm", "WHY", "no_such_word"),
        ("sold_at", "2026-11-22T10:00:00", "not_a_date"),
        ("currency", "XYZ", "no_such_currency"),
    ],
)
def test_what_cannot_be_written_is_named(path: str, value: Any, code: str) -> None:
    assert problems(make_record(), {path: value, "remarks": "fine"}) == {(path, code)}


def test_a_shop_supplies_the_whole_receipt_of_the_money() -> None:
    given = {"number": "pi_1", "firm": "Stripe", "amount": "25.00", "currency": "EUR"}
    paid = {f"payment__{name}": value for name, value in given.items()}
    payment = amended(make_record(payment=None), SHOP, **paid).payment
    assert payment is not None
    assert (payment.number, payment.currency, payment.amount) == ("pi_1", "EUR", Decimal("25.00"))


def test_a_shop_may_not_change_what_was_paid_but_may_give_a_missing_price() -> None:
    paid = problems(make_record(), {"lines.1.unit_price": "1.00", "total": "1.00"}, SHOP)
    assert paid == {("lines.1.unit_price", "of_the_order"), ("total", "of_the_order")}
    free = make_record(lines=(make_line(unit_price=Decimal(0), total=Decimal(0)),))
    assert amended(free, SHOP, lines__1__unit_price="12.50").total == Decimal("25.00")


def test_what_people_wrote_stays_when_it_is_drafted_again() -> None:
    drafted = make_record(subject="s", reference="r")
    written = amended(drafted, lines__1__material="cork", incoterm="DDP")
    changes = human_changes([Written("drafted", drafted), Written("person", written)])
    again = dataclasses.replace(drafted, lines=(make_line(material="rubber", use="sport"),))
    kept = with_human_changes(again, changes)
    assert (kept.lines[0].material, kept.lines[0].use, kept.incoterm) == ("cork", "sport", "DDP")


def test_what_was_taken_back_is_nobodys_any_more() -> None:
    drafted = make_record(subject="s", reference="r")
    written = amended(drafted, lines__1__material="cork")
    versions = [Written("drafted", drafted), Written("person", written), Written("person", drafted)]
    assert human_changes(versions) == {}


def test_a_stated_code_gives_way_to_a_confirmed_one_and_a_chosen_one_does_not() -> None:
    none = make_record(lines=(make_line(hs_code="", hs_source="", hs_edition=""),))
    confirmed = dataclasses.replace(none, lines=(make_line(hs_code="950662"),))
    for source, code in ((SHOP, "950662"), (PERSON, "950691")):
        written = amended(none, source, lines__1__hs_code="950691")
        changes = human_changes([Written("drafted", none), Written(source.value, written)])
        assert with_human_changes(confirmed, changes).lines[0].hs_code == code


def test_tracking_never_touches_what_is_not_needed_any_more() -> None:
    for state in DeclarationState:
        assert not may_move("cancelled", state, StepSource.TRACKING)
        assert not may_move("returned", state, StepSource.TRACKING)
        assert not may_move(state, state, StepSource.PERSON)


def test_only_rules_move_between_draft_and_complete() -> None:
    assert may_move("draft", "complete", StepSource.PORTAL)
    assert not may_move("draft", "complete", StepSource.PERSON)
    assert DeclarationState.COMPLETE not in moves_of("draft")


def test_first_try_means_never_asked_held_or_refused() -> None:
    assert is_first_try(frozenset({"draft", "complete", "processing"}), "released")
    assert not is_first_try(frozenset({"processing", "info_required"}), "released")
    assert not is_first_try(frozenset({"processing"}), "refused")


def test_what_is_a_persons_is_not_logged() -> None:
    logged = may_be_logged(
        {
            "recipient.identifiers": [{"kind": "br_cpf", "value": "11144477735"}],
            "recipient.phone": "+5511999999999",
            "lines.1.material": "cork",
        }
    )
    assert "11144477735" not in str(logged)
    assert "+5511999999999" not in str(logged)
    assert logged["lines.1.material"] == "cork"
