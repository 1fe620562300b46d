"""Bodies are read strictly, and every refusal says what is wrong."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.api.fields import Code, Money, StrictSerializer, Text, Whole
from apps.accounts.api.parsing import StrictJSONParser
from apps.accounts.api.problems import Problem, flatten


def parse(body: bytes):
    return StrictJSONParser().parse(io.BytesIO(body))


def code_of(body: bytes) -> tuple[int, str]:
    with pytest.raises(Problem) as caught:
        parse(body)
    return caught.value.status_code, caught.value.code


def test_numbers_with_a_point_are_exact():
    assert parse(b'{"price": 0.1}') == {"price": Decimal("0.1")}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":1,}',
        b"{'a':1}",
        b"\xef\xbb\xbf{}",
        b"NaN",
        b"[Infinity]",
        b"\xff\xfe{",
        b'"\xc3"',
        b'{"a":"\n"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_json_is_a_400(body):
    assert code_of(body) == (400, "malformed_json")


def test_the_place_of_the_mistake_is_named():
    with pytest.raises(Problem) as caught:
        parse(b'{"a": 1, "b": }')
    assert caught.value.extra == {"position": 14}


def test_a_key_given_twice_is_refused_and_named():
    with pytest.raises(Problem) as caught:
        parse(b'{"a": {"number": 1, "number": 2}}')
    assert caught.value.code == "duplicate_key"
    assert caught.value.extra == {"keys": ["number"]}


def test_a_body_over_the_limit_is_a_413_whatever_its_length_header_says():
    assert code_of(b" " * 1_000_001) == (413, "body_too_large")
    assert parse(b" " * 999_998 + b"{}") == {}


@pytest.mark.parametrize("digits", [19, 399, 5_000])
def test_a_huge_number_is_refused_by_its_field(digits):
    body = parse(b'{"quantity": ' + b"9" * digits + b"}")

    class Line(StrictSerializer):
        quantity = Whole(max_value=10_000)

    line = Line(data=body)
    assert not line.is_valid()
    assert [row["field"] for row in flatten(line.errors)] == ["quantity"]


@given(st.binary(max_size=300))
def test_no_body_whatever_raises_anything_but_a_problem(body):
    refusals = []
    try:
        parse(body)
    except Problem as problem:
        refusals.append(problem.status_code)
    assert refusals in ([], [400], [413])


class Everything(StrictSerializer):
    text = Text(max_length=5, required=False)
    whole = Whole(required=False)
    money = Money(required=False)
    code = Code(choices=["a", "b"], required=False)


def errors_of(**data) -> list[tuple[str, str]]:
    form = Everything(data=data)
    form.is_valid()
    return [(row["field"], row["code"]) for row in flatten(form.errors)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("text", value) for value in (1, 1.5, True, [], {}, "a\x00b", "\ud800", "toolong")],
        *[("whole", value) for value in ("1", 1.0, True, None, [], {}, Decimal("1"))],
        *[
            ("money", value)
            for value in ("１９.90", "1_0", "1e3", "--1", " 1", "1.", ".5", "1.999")
        ],
        *[("money", value) for value in (True, None, [], {}, "NaN", "", "9" * 13, 1e300)],
        *[("code", value) for value in (1, None, [], {}, True, "a\x00")],
    ],
)
def test_a_wrong_type_is_refused_and_its_field_named(name, value):
    assert [field for field, _code in errors_of(**{name: value})] == [name]


@pytest.mark.parametrize("value", ["0", "19.9", "19.90", "999999999999.99", 20, Decimal("19.90")])
def test_an_amount_is_text_or_a_number(value):
    assert errors_of(money=value) == []


@given(st.integers(min_value=0, max_value=99_999_999_999_999))
def test_an_amount_survives_exactly(cents):
    text = f"{cents // 100}.{cents % 100:02d}"
    form = Everything(data={"money": text})
    assert form.is_valid()
    assert form.validated_data["money"] == Decimal(cents) / 100


def test_unknown_fields_are_named_beside_the_wrong_ones():
    assert sorted(errors_of(whole="x", wholes=1, other=2)) == [
        ("other", "unknown_field"),
        ("whole", "invalid"),
        ("wholes", "unknown_field"),
    ]
