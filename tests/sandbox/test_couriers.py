"""Couriers: what their apps tell the portal of parcels out for delivery, and with whose key."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest

from apps.core.http import HttpAnswer, HttpFailure
from apps.sandbox import world
from apps.sandbox.couriers import Couriers
from apps.sandbox.models import SandboxParcel
from apps.sandbox.plan import Courier, Node, Plan
from apps.sandbox.services import rounds
from tests.sandbox.conftest import START

OUT = world.epoch(START) + 3600


class Portal:
    """Answers as told; the route of a parcel is taken from its own shop only."""

    def __init__(self) -> None:
        self.status: Callable[[str, str], int] = lambda key, path: 200
        self.knows: Callable[[str], bool] = lambda key: True
        self.got: list[tuple[str, str, dict]] = []

    def post_json(self, url: str, payload: bytes, *, timeout: float, headers: dict) -> HttpAnswer:
        key, path = headers["Authorization"].removeprefix("Bearer "), url.partition("/api/v1")[2]
        status = self.status(key, path)
        if status == 0:
            raise HttpFailure("down", sent=False)
        if status < 300:
            refused = int(self.knows(key) is False)
            if not refused:
                self.got.append((key, path, json.loads(payload)))
            return HttpAnswer(status, json.dumps({"refused": refused}), 1)
        return HttpAnswer(status, "{}", 1)

    def fixes(self) -> list[dict]:
        return [row for _, path, body in self.got if path == "/positions"
                for row in body["positions"]]  # fmt: skip


@pytest.fixture
def portal() -> Portal:
    return Portal()


@pytest.fixture
def couriers(db, tmp_path, moving, portal, monkeypatch) -> Couriers:
    monkeypatch.setattr(rounds, "is_reported", lambda plan, *, seed: True)
    file = tmp_path / "demo.json"
    shops = [{"slug": name, "api_key": f"key-{name}"} for name in ("one", "two")]
    file.write_text(json.dumps({"merchants": shops}))
    made = Couriers(shop_url="http://127.0.0.1:9", demo_file=file)
    monkeypatch.setattr(made, "outbound", portal)
    return made


def parcel(number: str = "YT1", *, hours: float = 1) -> SandboxParcel:
    nodes = (Node(OUT, "5", "派件", "440305000000"), Node(OUT + int(hours * 3600), "301", "签收"))
    nobody = Courier("王伟", "13800100000")
    plan = Plan("yuantong", number, "110105", "440305", "", "self", nodes, (), nobody, nobody)
    return SandboxParcel.objects.create(
        carrier="yuantong", number=number, booked_at=START, plan=plan.to_json()
    )


def test_nothing_is_told_before_the_parcel_is_out(couriers, portal, moving):
    parcel()
    moving.forward(minutes=59)
    assert couriers.report() == 0
    assert portal.got == []


def test_a_round_begins_with_its_way_and_its_fixes_follow_as_they_happen(couriers, portal, moving):
    parcel()
    moving.forward(minutes=90)
    couriers.report()
    key, path, body = portal.got[1]
    assert (key, path) == ("key-one", "/shipments/YT1/route")
    assert 2 <= len(body["points"]) <= 2_000
    times = [dt.datetime.fromisoformat(row["at"]) for row in portal.fixes()]
    assert START + dt.timedelta(minutes=75) < max(times) <= moving.now()
    moving.forward(minutes=60)
    couriers.report()
    assert len({row["at"] for row in portal.fixes()}) == 181
    assert [path for _, path, _ in portal.got].count("/shipments/YT1/route") == 1
    assert couriers.report() == 0


def test_the_key_of_the_shop_that_knows_the_parcel_is_used(couriers, portal, moving):
    parcel()
    portal.knows = lambda key: key == "key-two"
    couriers.report()
    moving.forward(hours=2, minutes=5)
    assert couriers.report() == 181
    assert {key for key, _, _ in portal.got} == {"key-two"}


def test_a_parcel_no_shop_knows_is_not_reported(couriers, portal, moving):
    parcel()
    portal.knows = lambda key: False
    couriers.report()
    moving.forward(hours=2, minutes=5)
    assert couriers.report() == 0
    portal.knows = lambda key: True
    assert couriers.report() == 0
    assert portal.got == []


@pytest.mark.parametrize("trouble", [0, 429, 503])
@pytest.mark.parametrize("part", ["/route", "/positions"])
def test_what_the_portal_cannot_take_is_sent_again_whole(couriers, portal, moving, trouble, part):
    parcel("YT1")
    parcel("YT2")
    portal.status = lambda key, path: trouble if path.endswith(part) else 200
    couriers.report()
    moving.forward(hours=2, minutes=5)
    with pytest.raises(HttpFailure):
        couriers.report()
    portal.status = lambda key, path: 200
    assert couriers.report() == 362
    assert len({(row["shipment"], row["at"]) for row in portal.fixes()}) == 362
    assert couriers.report() == 0


def test_a_round_that_was_put_off_is_reported_when_it_takes_place(couriers, portal, moving):
    row = parcel()
    couriers.report()
    plan = row.read_plan()
    assert plan is not None
    row.plan = plan.postponed(OUT - 1, 7_200).to_json()
    row.save()
    moving.forward(hours=2)
    assert couriers.report() == 0
    moving.forward(hours=3)
    assert couriers.report() == 181


def test_a_round_that_was_over_before_is_not_told_again(couriers, portal, moving):
    parcel()
    moving.forward(hours=3)
    assert couriers.report() == 0
    assert portal.got == []


def test_past_rounds_are_finished_and_faultless(couriers, moving):
    parcel("YT1", hours=1)
    parcel("YT2", hours=3)
    now = moving.forward(hours=2, minutes=30)
    found = list(rounds.past_rounds(since=START, now=now))
    assert [(one.number, one.fault, len(one.fixes)) for one in found] == [("YT1", "", 181)]
