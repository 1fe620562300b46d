"""Customers of the world complain of what really happened, and the score finds it before."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from django.core.management import call_command

from apps.core.http import HttpAnswer, HttpFailure
from apps.exceptions.rulebook.signed import Signature, address_kind, signer_of, weigh
from apps.sandbox import customers
from apps.sandbox.carriers import BY_CODE
from apps.sandbox.customers import Customers, body_of
from apps.sandbox.domestic import plan_domestic
from apps.sandbox.places import find_place
from apps.sandbox.sayings import Saying, sayings_of
from apps.sandbox.shoppers import Shop
from config.signature_truth import compare

SEED = 7
BOOKED = 1_793_600_000
PLACES = ("440305", "330106", "310106", "110105")
SIGNED = {"301", "302", "303", "304", "3"}


def plans(count, outcome=""):
    carriers = [BY_CODE[name] for name in ("yuantong", "zhongtong", "shunfeng", "jd")]
    for n in range(count):
        yield plan_domestic(
            seed=SEED, carrier=carriers[n % 4], number=f"T{n:07d}", origin=find_place("440305"),
            destination=find_place(PLACES[n % 4]), booked_at=BOOKED + n * 60, outcome=outcome,
        )  # fmt: skip


def score_of(plan):
    """The score of a plan's signature, told as the portal would know it."""
    signed = next((node for node in plan.nodes if node.code in SIGNED), None)
    if signed is None:
        return None
    out = [n.at for n in plan.nodes if n.code in {"5", "501"} and n.at <= signed.at]
    minutes = (signed.at - out[-1]) / 60 if out else None
    signature = Signature(
        minutes=minutes, signer=signer_of(signed.text, ""), address=address_kind("阳光花园3栋")
    )
    return weigh(signature)[0], plan.outcome


def test_the_score_finds_made_up_signatures_and_few_others():
    scores = [found for plan in plans(4_000) if (found := score_of(plan))]
    truth = compare(scores)
    assert truth.phantoms >= 25
    assert truth.precision >= 0.85
    assert truth.recall >= 0.6


@pytest.mark.parametrize(
    ("outcome", "reason", "least"),
    [
        ("phantom", "not_received", 0.7),
        ("damaged", "damaged", 0.5),
        ("lost", "lost", 0.7),
        ("overdue", "late", 0.5),
    ],
)
def test_customers_complain_of_what_really_happened(outcome, reason, least):
    said = [sayings_of(plan, seed=SEED) for plan in plans(200, outcome)]
    reasons = Counter(one.reason for some in said for one in some if one.kind == "contact")
    assert reasons[reason] >= least * 200
    assert reasons[reason] == max(reasons.values())


def test_nobody_says_a_parcel_never_came_before_it_was_signed_for():
    for plan in plans(100, "phantom"):
        for one in sayings_of(plan, seed=SEED):
            assert one.at > plan.signed_at


def test_the_content_are_rarely_heard_and_answer_well():
    said = [one for plan in plans(600, "self") for one in sayings_of(plan, seed=SEED)]
    contacts = [one for one in said if one.kind == "contact"]
    scores = [one.score for one in said if one.kind == "answer"]
    assert len(contacts) < 0.04 * 600
    assert sum(scores) / len(scores) > 7
    assert said == [one for plan in plans(600, "self") for one in sayings_of(plan, seed=SEED)]


class Portal:
    """Answers as the portal does; notes what was posted and with whose key."""

    def __init__(self, owner: str, status: int = 200) -> None:
        self.owner, self.status, self.posted = owner, status, []

    def get(self, url, *, timeout, headers):
        mine = headers["Authorization"].endswith(self.owner)
        return answer(200, {"results": [{}] if mine else []})

    def post_json(self, url, body, *, timeout, headers):
        self.posted.append((url.rpartition("/")[2], json.loads(body), headers["Authorization"]))
        return answer(self.status, {})


def answer(status, body):
    return HttpAnswer(status=status, text=json.dumps(body), elapsed_ms=1)


@pytest.fixture
def speaker(monkeypatch, tmp_path):
    monkeypatch.setattr(customers.world, "now", lambda: customers.world.moment(BOOKED))
    made = Customers(shop_url="http://portal", demo_file=tmp_path / "demo.json")
    monkeypatch.setattr(customers, "read_shops", lambda _f: [Shop("a", "ka"), Shop("b", "kb")])
    said = [Saying("contact", BOOKED, "c", reason="late", channel="chat", words="慢")]
    monkeypatch.setattr(
        customers, "upcoming_sayings", lambda after_id, now: [] if after_id else [(5, BOOKED)]
    )
    monkeypatch.setattr(customers, "due_sayings", lambda **_: {5: ("T1", said, 0)})
    return made


def test_a_saying_is_told_with_the_key_of_the_shop_that_knows_the_parcel(speaker):
    speaker.outbound = portal = Portal("kb")
    assert (speaker.speak(), speaker.speak()) == (1, 0)
    ((where, body, key),) = portal.posted
    assert (where, key) == ("contacts", "Bearer kb")
    assert body["contacts"][0]["external_id"] == "T1-c"


def test_what_the_portal_cannot_take_is_said_again(speaker):
    speaker.outbound = Portal("ka", status=503)
    with pytest.raises(HttpFailure):
        speaker.speak()
    speaker.outbound = portal = Portal("ka")
    assert speaker.speak() == 1
    assert len(portal.posted) == 1


def test_an_answer_is_posted_with_its_score():
    where, body = body_of("T1", Saying("answer", BOOKED, "n", score=9))
    assert where == "/nps"
    assert body["answers"][0]["score"] == 9


def test_the_command_says_that_nothing_was_scored_yet(db, capsys):
    call_command("measure_signatures")
    assert "0 signatures, 0 made up" in capsys.readouterr().out
