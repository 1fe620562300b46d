"""Offers, choices and taking back: what each leaves behind, and what it teaches."""

from __future__ import annotations

import pytest

from apps.core.actions import Actor
from apps.customs.hs import live
from apps.customs.hs.query import Query
from apps.customs.models import HsAlias, HsConfirmation, HsOffer
from apps.customs.services import (
    AliasRefused,
    OfferRefused,
    choose_hs,
    confirm_hs,
    offer_hs,
    record_customs_code,
    save_alias,
    undo_choice,
)
from tests.orders.builders import make_merchant

LIN = Actor("user", "1", "lin")


def offered_for(mat):
    return offer_hs(merchant_id=mat.merchant_id, query=live.query_of(mat), product=mat)


def active(product):
    rows = HsConfirmation.objects.filter(product=product, withdrawn_at=None)
    return [(row.code, row.evidence) for row in rows]


def test_an_offer_keeps_the_text_and_the_ranks_and_confirms_nothing(mat):
    offered = offered_for(mat)

    assert offered.offer.codes == [candidate.hs6 for candidate in offered.candidates]
    assert offered.offer.codes[0] == "950691"
    assert (offered.offer.outcome, offered.offer.chosen_code) == ("open", "")
    assert active(mat) == []


def test_typing_on_is_one_offer_until_it_is_decided(mat):
    first = offered_for(mat).offer
    again = offer_hs(merchant_id=mat.merchant_id, query=Query(title="雨伞"), offer=first).offer
    choose_hs(offer=again, code=again.codes[0], actor=LIN)
    third = offer_hs(merchant_id=mat.merchant_id, query=Query(title="口红"), offer=again).offer

    assert (again.pk, again.text) == (first.pk, "雨伞")
    assert third.pk != first.pk


def test_another_merchants_offer_is_not_written_over(mat):
    theirs = HsOffer.objects.create(merchant=make_merchant(), text="theirs", codes=["950691"])

    mine = offer_hs(merchant_id=mat.merchant_id, query=live.query_of(mat), offer=theirs).offer

    theirs.refresh_from_db()
    assert (mine.pk == theirs.pk, theirs.text) == (False, "theirs")


def test_taking_a_candidate_confirms_it_for_the_product_with_its_evidence(mat):
    offer = offered_for(mat).offer
    row = choose_hs(offer=offer, code=offer.codes[1], actor=LIN)

    assert (row.outcome, row.chosen_rank, row.decided_by) == ("accepted", 2, "lin")
    assert active(mat) == [(offer.codes[1], f"HS suggestion {offer.pk}, rank 2")]


def test_the_next_question_knows_the_choice_for_certain(mat):
    offer = offered_for(mat).offer
    choose_hs(offer=offer, code=offer.codes[2], actor=LIN)
    live.look_now()

    first = offered_for(mat).candidates[0]

    assert (first.hs6, first.score, first.why) == (offer.codes[2], 1.0, "confirmed")


def test_another_code_is_an_override_and_none_asks_the_broker(mat):
    own = choose_hs(offer=offered_for(mat).offer, code="4016.10", actor=LIN)
    none = choose_hs(offer=offered_for(mat).offer, code="", actor=LIN)

    assert (own.outcome, own.chosen_code, own.chosen_rank) == ("overridden", "401610", None)
    assert (none.outcome, none.chosen_code) == ("none", "")
    assert [code for code, _ in active(mat)] == ["401610"]


@pytest.mark.parametrize("code", ["999999", "12345", "95069100", "=1+1", "９５０６９１x", "98" * 3])
def test_a_code_that_is_no_line_decides_nothing(mat, code):
    offer = offered_for(mat).offer

    with pytest.raises(OfferRefused):
        choose_hs(offer=offer, code=code, actor=LIN)

    offer.refresh_from_db()
    assert offer.outcome == "open"
    assert active(mat) == []


def test_the_same_choice_twice_is_one_and_another_needs_taking_back(mat):
    offer = offered_for(mat).offer
    choose_hs(offer=offer, code=offer.codes[0], actor=LIN)
    choose_hs(offer=offer, code=offer.codes[0], actor=LIN)

    with pytest.raises(OfferRefused):
        choose_hs(offer=offer, code=offer.codes[1], actor=LIN)

    assert HsConfirmation.objects.filter(product=mat).count() == 1


def test_taking_back_withdraws_the_code_and_the_one_before_counts_again(mat):
    confirm_hs(product=mat, code="401610", actor=LIN, evidence="ruling 7")
    offer = offered_for(mat).offer
    choose_hs(offer=offer, code="950691", actor=LIN)

    row = undo_choice(offer=offer, actor=LIN)
    undo_choice(offer=offer, actor=LIN)

    assert (row.outcome, row.chosen_code, row.chosen_rank) == ("undone", "", None)
    assert active(mat) == [("401610", "ruling 7")]


def test_taking_back_leaves_a_code_somebody_confirmed_since(mat):
    offer = offered_for(mat).offer
    choose_hs(offer=offer, code="950691", actor=LIN)
    confirm_hs(product=mat, code="401610", actor=LIN, evidence="ruling 7")

    undo_choice(offer=offer, actor=LIN)

    assert active(mat) == [("401610", "ruling 7")]


def test_what_customs_insists_on_is_kept_beside_the_choice(mat):
    offer = offered_for(mat).offer
    choose_hs(offer=offer, code="950691", actor=LIN)

    assert record_customs_code(product=mat, code="9506990000", actor=LIN) == 1
    assert record_customs_code(product=mat, code="950691", actor=LIN) == 0
    offer.refresh_from_db()
    assert (offer.chosen_code, offer.corrected_code) == ("950691", "9506990000")


def test_a_new_everyday_word_is_known_at_the_next_question(merchant):
    query = Query(title_cn="超级无敌泡泡机")
    assert live.suggester().suggest(query) == []

    save_alias(alias=HsAlias(word=" 泡泡机 ", code="9503.00"), actor=LIN)
    live.look_now()

    assert live.suggester().suggest(query)[0].hs6 == "950300"


@pytest.mark.parametrize("code", ["9999", "12", "850761", "85076", "x"])
def test_a_word_for_a_code_that_is_none_is_refused(db, code):
    with pytest.raises(AliasRefused):
        save_alias(alias=HsAlias(word="泡泡机", code=code), actor=LIN)

    assert not HsAlias.objects.filter(word="泡泡机").exists()


def test_the_words_the_portal_starts_with_are_planted(db):
    assert HsAlias.objects.filter(word="充电宝", code="850760", added_by="portal").exists()
    assert HsAlias.objects.values("word").distinct().count() >= 150


def test_a_busy_house_is_answered_from_the_old_index_while_the_next_is_built(mat, monkeypatch):
    before = live.suggester()
    monkeypatch.setattr(live, "QUICK_SECONDS", -1.0)
    started = []
    monkeypatch.setattr(live.threading, "Thread", lambda **given: started.append(given) or Idle())
    confirm_hs(product=mat, code="950691", actor=LIN, evidence="x")
    live.look_now()

    assert live.suggester() is before
    live.look_now()
    assert live.suggester() is before
    assert len(started) == 1
    live._kept.building = False


class Idle:
    """A thread that does not run."""

    def start(self) -> None:
        """Nothing."""
