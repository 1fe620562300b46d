"""What speaks against a signature, by the numbers alone."""

from __future__ import annotations

import pytest

from apps.core.geo.divisions import all_divisions
from apps.exceptions.rulebook.proof_places import beyond_area, reach_of
from apps.exceptions.rulebook.signed import (
    SIGNERS,
    Signature,
    address_kind,
    say_parts,
    signer_of,
    weigh,
)

WEST_LAKE = "330106000000"


def test_a_plain_signature_has_nothing_against_it():
    score, parts = weigh(Signature(minutes=95.0, signer="self", address="home", beyond_m=0.0))
    assert (score, parts) == (0, {})


def test_every_part_brings_its_points_and_figures():
    score, parts = weigh(
        Signature(minutes=6, together=4, beyond_m=450, proof="fix", signer="unattended", claims=1)
    )
    assert {code: part["points"] for code, part in parts.items()} == {
        "instant": 40, "bulk": 30, "far": 15, "signer": 20, "history": 10,
    }  # fmt: skip
    assert score == 100
    assert parts["bulk"]["signatures"] == 4
    assert parts["far"]["metres"] == 450


@pytest.mark.parametrize(
    ("minutes", "points"), [(0, 45), (3, 45), (3.1, 40), (8, 40), (15, 20), (15.1, 0), (-4, 0)]
)
def test_the_sooner_it_was_signed_the_more_it_weighs(minutes, points):
    assert weigh(Signature(minutes=minutes))[0] == points


@pytest.mark.parametrize(("together", "points"), [(1, 0), (2, 0), (3, 30), (5, 45), (10, 55)])
def test_signatures_in_one_minute_weigh_by_their_number(together, points):
    assert weigh(Signature(together=together))[0] == points


def test_a_code_at_the_station_takes_doubt_away():
    in_doubt = Signature(minutes=2, together=3, signer="proxy")
    collected = Signature(minutes=2, together=3, signer="collected")
    assert weigh(collected)[0] <= weigh(in_doubt)[0] - 40


def test_a_guard_is_usual_at_an_office_and_less_so_at_home():
    assert weigh(Signature(signer="guard", address="office"))[0] == 0
    assert weigh(Signature(signer="guard", address="home"))[0] == 10


@pytest.mark.parametrize(
    ("text", "substatus", "signer"),
    [
        ("客户签收人：本人 已签收 感谢使用圆通速递", "", "self"),
        ("【上海市】已签收，签收人：家门口，派件员：王强，电话：13800100001", "", "unattended"),
        ("您的快件代签收（门卫），如有疑问请电联快递员", "proxy", "guard"),
        ("【上海市】快件已在【静安区丰巢智能快递柜】取出，感谢使用", "locker", "collected"),
        ("已签收, 签收人凭取货码签收", "", "collected"),
        ("签收", "proxy", "proxy"),
        ("Delivered", "", ""),
    ],
)
def test_the_signer_is_read_from_the_carriers_words(text, substatus, signer):
    assert signer_of(text, substatus) == signer


@pytest.mark.parametrize(
    ("street", "kind"),
    [
        ("文三路90号创新大厦3层", "office"),
        ("阳光花园12栋1203", "home"),
        ("浙江大学玉泉校区", "school"),
        ("人民路8号菜鸟驿站", "station"),
        ("人民路8号", ""),
    ],
)
def test_the_kind_of_an_address_is_read_from_its_words(street, kind):
    assert address_kind(street) == kind


def test_a_fix_in_another_city_lies_beyond_the_area_and_one_in_the_district_does_not():
    assert beyond_area(WEST_LAKE, fix=(121.47, 31.23), scanned="") > 100_000
    assert beyond_area(WEST_LAKE, fix=(120.13, 30.26), scanned="") == 0.0


def test_the_district_of_the_scan_speaks_where_there_is_no_fix():
    assert beyond_area(WEST_LAKE, fix=None, scanned="330102") == 0.0
    assert beyond_area(WEST_LAKE, fix=None, scanned="310106") > 50_000
    assert beyond_area(WEST_LAKE, fix=None, scanned="") is None
    assert beyond_area("", fix=(120.1, 30.2), scanned="330106") is None


def test_every_division_with_a_centre_has_a_size():
    some = [code for code, row in all_divisions().items() if row.centre][::40]
    assert some
    assert all(3_000 <= (reach_of(code) or 0) <= 80_000 for code in some)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_part_says_its_sentence(language):
    for signer, address in SIGNERS:
        _score, parts = weigh(
            Signature(
                minutes=2, together=9, beyond_m=9_000, proof="area", signer=signer,
                address=address, claims=3,
            )
        )  # fmt: skip
        said = say_parts(parts, language)
        assert [points for points, _ in said] == sorted((p for p, _ in said), reverse=True)
        assert len(said) == len(parts)
        assert not any("{" in text for _, text in said)


def test_parts_of_another_time_are_left_out():
    assert say_parts({"moon": {"points": 3}, "bulk": {"points": 30}}, "en") == [(30, "bulk")]
