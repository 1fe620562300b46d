"""Lanes across the border: customs inspects, asks, holds, releases or turns away."""

from __future__ import annotations

import datetime as dt

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from apps.sandbox import carriers, services, world
from apps.sandbox.borders import BORDERS
from apps.sandbox.declared import read_declared
from apps.sandbox.envelopes import Refusal
from apps.sandbox.foreign import BY_CODE as COUNTRIES
from apps.sandbox.foreign import offset_at
from apps.sandbox.hours import DAY, HOUR
from apps.sandbox.models import SandboxOrder, SandboxParcel
from apps.sandbox.places import find_place
from apps.sandbox.plan import Plan
from apps.sandbox.planner import Destination, make_plan
from apps.sandbox.questions import QUESTIONS, open_question, with_answer
from apps.sandbox.rng import stream
from apps.sandbox.services.parcels import plan_taken_over
from apps.sandbox.upu import import_events
from tests.sandbox.test_gateway_around import LINE, ORDER, RECIPIENT, SENDER, WORK, ask, intl

LANES = ("US", "DE", "GB", "JP", "BR", "AU")
BOOKED_AT = 1_795_000_000
lanes, seeds = st.sampled_from(LANES), st.integers(0, 10**6)


def parcel(seed: int, country: str, outcome: str = "self", code: str = "disifang") -> Plan:
    carrier = carriers.BY_CODE[code]
    return make_plan(
        seed=seed, carrier=carrier, number=carriers.make_number(carrier, stream(seed, "n")),
        origin=find_place("440305"), destination=Destination(None, COUNTRIES[country]),
        booked_at=BOOKED_AT, outcome=outcome,
    )  # fmt: skip


def words_of(plan: Plan) -> str:
    return " ".join(node.text for node in plan.nodes)


@pytest.mark.parametrize("country", LANES)
def test_in_every_lane_a_carrier_of_the_destination_takes_over_under_a_number_of_its_own(country):
    plan = parcel(3, country)
    leg = plan.last_mile
    assert leg.carrier == BORDERS[country].partner
    assert carriers.number_fits(leg.carrier, leg.number)
    assert leg.number != plan.number


@given(seeds, lanes)
def test_what_happens_abroad_is_told_in_the_time_of_the_place(seed, country):
    plan, known = parcel(seed, country), COUNTRIES[country]
    zones = {known.gateway.zone, *(city.zone for city in known.cities)}
    for node in plan.nodes:
        if node.location:
            assert node.offset in {offset_at(zone, node.at) for zone in zones}
        else:
            assert node.offset == 8 * HOUR


@given(seeds, lanes)
def test_a_parcel_that_customs_turns_away_comes_back_and_is_never_handed_on(seed, country):
    plan = parcel(seed, country, "barred")
    assert plan.last_mile is None
    assert [node.code for node in plan.nodes][-3:] == ["13", "6", "4"]


@given(seeds, lanes)
def test_customs_names_what_it_asks_for_and_goes_on_by_itself_after_a_time(seed, country):
    plan = parcel(seed, country, "asked")
    at = next(n.at for n in plan.nodes if n.mark.startswith("asked") and n.location)
    question = open_question(plan, at)
    assert question.what in dict(BORDERS[country].customs.asks)
    assert QUESTIONS[question.what][1] in words_of(plan)
    assert open_question(plan, question.ends_at) is None
    assert plan.signed_at > question.ends_at


@given(seeds, lanes)
def test_an_answer_brings_everything_after_it_forward_and_leaves_the_past_alone(seed, country):
    plan = parcel(seed, country, "asked")
    at = next(n.at for n in plan.nodes if n.mark.startswith("asked") and n.location) + 60
    sooner = with_answer(plan, at=at, taken_at=at + HOUR)
    assert sooner.nodes_at(at) == plan.nodes_at(at)
    assert open_question(sooner, at + HOUR) is None
    times = [node.at for node in sooner.nodes]
    assert times == sorted(set(times))
    assert plan.signed_at - sooner.signed_at >= 0
    assert (plan.signed_at - sooner.signed_at) % DAY == 0
    assert sooner.last_mile.known_at == next(n.at for n in sooner.nodes if n.code == "7")


def test_nothing_is_answered_that_was_never_asked():
    plan = parcel(3, "JP", "self")
    assert with_answer(plan, at=plan.nodes[2].at, taken_at=plan.nodes[2].at + 1) == plan


def test_brazil_asks_far_more_often_than_japan():
    def asked(country: str) -> int:
        plans = [parcel(seed, country) for seed in range(200)]
        return sum(any(n.mark.startswith("asked") and n.location for n in p.nodes) for p in plans)

    assert asked("BR") > 3 * asked("JP")


BRAZIL = {**RECIPIENT, "countryCode": "BR", "city": "São Paulo", "zipcode": "01310-100"}
GERMANY = {**RECIPIENT, "countryCode": "DE", "city": "Berlin", "zipcode": "10119"}
NUTS = {**LINE, "importCommodityCode": "210690"}


@pytest.mark.parametrize(
    ("changes", "weak"),
    [
        ({"recMan": BRAZIL}, ("tax_id",)),
        ({"recMan": {**BRAZIL, "taxId": "11144477735"}}, ()),
        ({"recMan": GERMANY}, ("ioss",)),
        ({"recMan": GERMANY, "sendMan": {**SENDER, "iossNum": "IM0123456789"}}, ()),
        ({"exportInfos": [NUTS]}, ("prior_notice",)),
        ({"exportInfos": [NUTS], "remark": "FDA PN 123456789012"}, ()),
        ({"exportInfos": [{**LINE, "importCommodityCode": "420212"}]}, ()),
        ({"exportInfos": [{**LINE, "importCommodityCode": ""}]}, ("description",)),
        ({"exportInfos": [{**LINE, "importCommodityCode": "420212", "desc": "Gift"}]},
         ("description",)),
        ({"exportInfos": [{**LINE, "importCommodityCode": "420212"}], "customsValue": 30},
         ("value",)),
        ({"exportInfos": [{**LINE, "importCommodityCode": "420212", "netWeight": 3}]},
         ("weight",)),
    ],
)  # fmt: skip
def test_a_declaration_is_as_weak_as_what_it_lacks(changes, weak):
    param = {**ORDER, **changes}
    assert read_declared(param, param["recMan"]["countryCode"]).weak == weak


def test_documents_declare_nothing_and_lack_nothing():
    param = {**ORDER, "exportInfos": [], "customsClearance": {"purpose": "GIFT"}}
    assert read_declared(param, "BR").weak == ()


def ordered(gateway: str, **changes) -> SandboxParcel:
    assert intl(gateway, **changes)["code"] == 200
    return SandboxParcel.objects.latest("id")


def answer_at(gateway: str, number: str) -> requests.Response:
    return requests.post(f"{gateway}/control/customs-answer", json={"number": number}, timeout=10)


def waiting(parcel: SandboxParcel, moving) -> Plan:
    """The parcel's plan, an hour after customs abroad asked."""
    plan = parcel.read_plan()
    asked = next(n for n in plan.nodes if n.mark.startswith("asked") and n.location)
    moving.at = world.moment(asked.at + HOUR)
    return plan


def test_what_an_order_declares_is_kept_and_its_gap_is_what_customs_asks(gateway, moving):
    parcel = ordered(gateway, recMan=BRAZIL)
    order = SandboxOrder.objects.get(parcel=parcel)
    assert order.customs["codes"] == ["090210"]
    assert order.customs["weak"] == ["tax_id"]
    plan = waiting(parcel, moving)
    assert open_question(plan, world.epoch(moving.at)).what == "tax_id"
    assert "the recipient's tax number" in words_of(plan)


def test_the_desk_answers_for_the_recipient_and_the_parcel_goes_on_sooner(gateway, moving):
    parcel = ordered(gateway, recMan=BRAZIL)
    before = waiting(parcel, moving)
    answer = answer_at(gateway, parcel.number)
    assert answer.json()["answered"] == "tax_id"
    parcel.refresh_from_db()
    after = parcel.read_plan()
    assert after.nodes_at(world.epoch(moving.at)) == before.nodes_at(world.epoch(moving.at))
    assert open_question(after, world.epoch(moving.at) + 7 * HOUR) is None
    again = answer_at(gateway, "1234567890")
    assert (again.status_code, "no parcel" in again.json()["error"]) == (400, True)


def test_a_word_to_the_carrier_about_customs_is_an_answer_and_any_other_word_is_none(
    gateway, moving
):
    parcel = ordered(gateway, recMan=BRAZIL)
    plan = waiting(parcel, moving)
    about = {**WORK, "kuaidicom": parcel.carrier, "kuaidinum": parcel.number}
    assert ask(gateway, "/workorder/api/create", "", about)["code"] == 200
    parcel.refresh_from_db()
    assert parcel.read_plan() == plan
    about |= {"type": "清关", "content": "收件人CPF：111.444.777-35"}
    assert ask(gateway, "/workorder/api/create", "", about)["code"] == 200
    parcel.refresh_from_db()
    assert open_question(parcel.read_plan(), world.epoch(moving.at) + 7 * HOUR) is None


def test_a_question_that_nobody_waits_with_cannot_be_answered(gateway, moving):
    parcel = ordered(gateway)
    with pytest.raises(services.NoQuestion, match="asks nothing"):
        services.answer_customs(number=parcel.number)


def test_the_new_number_is_unknown_while_customs_still_asks(gateway, moving):
    parcel = ordered(gateway, kuaidicom="jet", recMan=BRAZIL)
    plan = waiting(parcel, moving)
    leg = plan.last_mile
    assert plan_taken_over(carrier=leg.carrier, number=leg.number) is not None
    with pytest.raises(Refusal):
        services.answer_query(param={"com": leg.carrier, "num": leg.number, "resultv2": "4"})


def test_the_hub_tells_the_same_border_in_the_posts_own_codes():
    plan = parcel(3, "DE", "asked")
    told = import_events(plan, plan.last_at)
    assert [event.code for event in told] == ["EMD", "EDB", "EME", "EDC", "EMF"]
    times = {node.at for node in plan.nodes if node.location}
    assert {int(event.at.timestamp()) for event in told} <= times
    assert {event.at.utcoffset() for event in told} == {dt.timedelta(hours=1)}
    assert import_events(plan, BOOKED_AT) == []
