"""The picker's answers, the figures, the everyday words: by whom, and for whom not."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.accounts.choices import Role
from apps.core import clock
from apps.customs.hs_selectors import disagreements, offer_figures
from apps.customs.models import HsAlias, HsConfirmation, HsOffer
from tests.customs.factories import make_product
from tests.orders.builders import make_merchant
from tests.support.admin_pages import logged_in, text_of
from tests.support.query_counts import assert_query_count

OFFERS = "/admin/customs/hsoffer/"
WORDS = "/admin/customs/hsalias/"


def asked(client, **values):
    return client.post(f"{OFFERS}ask/", values)


def test_a_product_is_asked_for_taken_and_taken_back(mat):
    client = logged_in(Role.MERCHANT, mat.merchant)

    told = asked(client, product=mat.pk).json()
    first = told["candidates"][0]
    taken = client.post(f"{OFFERS}choose/", {"offer": told["offer"], "code": first["code"]}).json()
    confirmed = HsConfirmation.objects.get(product=mat)
    back = client.post(f"{OFFERS}undo/", {"offer": told["offer"]}).json()

    assert len(told["candidates"]) == 5
    assert (first["shown"], first["rank"], first["certain"]) == ("9506.91", 1, False)
    assert [code for code, _ in first["path"]] == ["95", "9506", "9506.91"]
    assert {"yoga", "mat"} <= set(first["words"])
    assert (taken["outcome"], taken["confirmed"], confirmed.code) == ("accepted", True, "950691")
    assert back["outcome"] == "undone"
    assert not HsConfirmation.objects.filter(product=mat, withdrawn_at=None).exists()


def test_the_path_names_its_chapter_in_chinese_and_what_people_call_the_goods(mat):
    client = logged_in(Role.OPERATOR, language="zh-hans")

    told = asked(client, title="大容量充电宝", merchant=mat.merchant_id).json()["candidates"][0]

    assert told["path"][0] == ["85", "电机、电气设备"]
    assert told["words"][0] == "充电宝"
    assert "移动电源" in told["called"]


def test_staff_who_name_no_merchant_leave_nothing_behind(mat):
    told = asked(logged_in(), title="cotton t-shirt").json()

    assert told["offer"] is None
    assert told["candidates"]
    assert not HsOffer.objects.exists()


def test_another_merchants_product_offer_and_name_do_not_exist(mat):
    stranger = logged_in(Role.MERCHANT, make_merchant())
    theirs = HsOffer.objects.create(merchant=mat.merchant, text="x", codes=["950691"])

    answers = [
        asked(stranger, product=mat.pk),
        asked(stranger, title="x", offer=theirs.pk),
        stranger.post(f"{OFFERS}choose/", {"offer": theirs.pk, "code": "950691"}),
        stranger.post(f"{OFFERS}undo/", {"offer": theirs.pk}),
        stranger.get(OFFERS),
        stranger.get(f"{OFFERS}{theirs.pk}/change/"),
    ]
    own = asked(stranger, title="yoga mat", merchant=mat.merchant_id).json()

    assert all(answer.status_code in (403, 404) for answer in answers)
    assert HsOffer.objects.get(pk=own["offer"]).merchant_id == stranger.user.merchant_id
    theirs.refresh_from_db()
    assert theirs.outcome == "open"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"title": "x" * 501}, 400),
        ({"title": "a\x00b"}, 400),
        ({"product": "1 OR 1"}, 404),
        ({"product": "9" * 30}, 404),
        ({"offer": "²"}, 404),
        ({"title": "x", "merchant": "999999999"}, 404),
    ],
)
def test_a_wrong_question_is_refused(mat, values, status):
    assert asked(logged_in(), **values).status_code == status


def test_who_only_reads_may_not_ask_and_nobody_asks_by_get(mat):
    assert asked(logged_in(Role.AUDITOR), title="x").status_code == 403
    assert logged_in().get(f"{OFFERS}ask/").status_code == 405


def test_an_empty_text_is_one_sentence(mat):
    reply = asked(logged_in(Role.MERCHANT, mat.merchant), title="  ")

    assert (reply.status_code, set(reply.json())) == (409, {"error"})


def decided(merchant, outcome="accepted", rank=1, code="950691", **fields):
    return HsOffer.objects.create(
        merchant=merchant,
        text="瑜伽垫",
        codes=["950691", "950699"],
        outcome=outcome,
        chosen_rank=rank,
        chosen_code=code,
        decided_at=clock.now(),
        **fields,
    )


def test_the_figures_count_ranks_overrides_and_what_customs_changed(merchant):
    decided(merchant)
    decided(merchant, rank=2, code="950699")
    decided(merchant, "overridden", None, "401610", corrected_code="950699")
    decided(merchant, "none", None, "")
    decided(merchant, "undone", None, "")
    HsOffer.objects.create(merchant=merchant, text="offen", codes=["950691"])
    decided(merchant, offered_at=clock.now() - dt.timedelta(days=91))

    found = offer_figures(HsOffer.objects.all())

    assert (found.offered, found.decided, found.ranks) == (6, 4, (1, 1, 0, 0, 0))
    assert (found.overridden, found.none, found.undone, found.corrected) == (1, 1, 1, 1)
    assert found.share(found.accepted) is None
    pairs = [(one.offered, one.taken, one.times) for one in disagreements(HsOffer.objects.all())]
    assert pairs == [("950691", "401610", 1), ("950691", "950699", 1)]


def test_shares_are_shown_from_thirty_decisions(merchant):
    for _ in range(29):
        decided(merchant)
    few = text_of(logged_in().get(OFFERS))
    decided(merchant, "overridden", None, "401610")
    enough = text_of(logged_in().get(OFFERS))

    assert "Only 29 decided: shares are shown from 30." in few
    assert "96.7 %" in enough


def test_an_operator_adds_a_word_with_points_and_a_wrong_code_is_refused(merchant):
    client = logged_in()
    assert client.get(WORDS).status_code == 200
    given = {"word": "泡泡机", "code": "9503.00", "note": "", "is_active": "on"}

    wrong = client.post(f"{WORDS}add/", {**given, "word": "别的", "code": "9999.99"})
    client.post(f"{WORDS}add/", given)

    assert "This is no heading or line of HS 2022." in text_of(wrong)
    row = HsAlias.objects.get(word="泡泡机")
    assert (row.code, row.added_by) == ("950300", client.user.get_username())


def test_the_lists_take_a_constant_number_of_queries(merchant):
    client = logged_in()

    def make(count):
        for _ in range(count):
            decided(merchant, product=make_product(merchant, sku=f"S-{HsOffer.objects.count()}"))

    assert_query_count("admin.hs_offers", make=make, visit=lambda: client.get(OFFERS))
