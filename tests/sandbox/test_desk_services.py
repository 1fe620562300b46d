"""Truncated pushes, pushes by hand, hubs that are out, and what the desk reads."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace

import pytest

from apps.core.models import ActionLog
from apps.sandbox import desk_selectors, services, world
from apps.sandbox.choices import ParcelStage
from apps.sandbox.engine import outbound_send
from apps.sandbox.faults.kinds import parse_faults
from apps.sandbox.models import SandboxOrder, SandboxPush
from apps.sandbox.outages import Outage, with_outages
from apps.sandbox.plan import Node
from apps.sandbox.services.by_hand import NoPush
from tests.sandbox.conftest import run_until


def sign(push: dict[str, str]) -> str:
    return hashlib.md5((push["param"] + "salt123").encode()).hexdigest().upper()


def test_a_truncated_push_arrives_broken_and_then_whole(book, moving, receiver):
    services.set_fault(name="truncated", rate=1)
    book()
    receiver.answers = [(200, '{"result":false,"returnCode":"500"}')]
    moving.at = SandboxOrder.objects.get().due_at
    services.push_due(now=moving.now(), send=outbound_send())
    services.push_due(now=moving.forward(minutes=31), send=outbound_send())
    cut, whole = receiver.got[:2]
    assert whole["param"].startswith(cut["param"])
    assert cut["sign"] == whole["sign"] == sign(whole) != sign(cut)
    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        json.loads(cut["param"])


def test_a_push_in_a_changed_format_is_signed_as_it_is_sent(book, moving, receiver):
    services.set_fault(name="format_new_field", rate=1)
    book()
    moving.at = SandboxOrder.objects.get().due_at
    services.push_due(now=moving.now(), send=outbound_send())
    push = receiver.got[0]
    assert push["sign"] == sign(push)
    assert len(json.loads(push["param"])) > 5


def test_a_push_by_hand_says_what_the_platform_would_say_now(book, subscribe, moving, receiver):
    parcel = book()
    subscribe(parcel.carrier, parcel.number)
    moving.at += dt.timedelta(days=1)
    push = services.push_by_hand(number=parcel.number.lower())
    services.push_due(now=moving.now(), send=outbound_send(), limit=500)
    sent = next(got for got in receiver.got if got["param"] == push.param)
    assert sent["sign"] == sign(sent)
    seen = parcel.read_plan().count_at(world.epoch(moving.at))
    assert len(json.loads(sent["param"])["lastResult"]["data"]) == seen
    assert ActionLog.objects.filter(action="sandbox.push.by_hand").count() == 1


@pytest.mark.parametrize("way", ["wrong_salt", "unsigned", "truncated"])
def test_a_push_forged_by_hand_does_not_verify_and_is_not_repeated(book, moving, receiver, way):
    parcel = book()
    SandboxOrder.objects.update(due_at=None)
    receiver.answers = [(200, '{"result":false}')]
    services.push_by_hand(number=parcel.number, payload='{"status":"polling"}', way=way)
    services.push_due(now=moving.now(), send=outbound_send())
    assert receiver.got[0].get("sign") != sign(receiver.got[0])
    push = SandboxPush.objects.get()
    assert (push.state, push.attempts) == ("abandoned", 1)


def test_a_push_by_hand_needs_somebody_who_takes_it_and_something_to_say(book, moving):
    parcel = book()
    for fields, says in (
        ({"number": "NOBODY"}, "no parcel"),
        ({"number": parcel.number, "payload": "{"}, "not JSON"),
        ({"number": parcel.number, "payload": "[" * 100_000}, "not JSON"),
        ({"number": parcel.number, "payload": " " + "1" * 200_001}, "longer than"),
        ({"number": parcel.number, "way": "pigeon"}, "no way to push"),
        ({"number": parcel.number}, "Nothing has happened"),
    ):
        with pytest.raises(NoPush, match=says):
            services.push_by_hand(**fields)
    assert not SandboxPush.objects.exists()
    assert not ActionLog.objects.exists()


def hub_of(parcel) -> tuple[str, Node]:
    """The city a parcel comes through next, after it was picked up, and the node there."""
    plan = parcel.read_plan()
    node = next(node for node in plan.nodes if node.code in {"1002", "0"})
    return node.area[:4] + "00", node


def test_parcels_wait_for_a_hub_that_is_out_and_nothing_gets_lost(book, moving):
    parcel = book()
    before = parcel.read_plan()
    hub, node = hub_of(parcel)
    moving.at = world.moment(node.at - 600)
    row = services.put_hub_out(hub=hub)
    parcel.refresh_from_db()
    after = parcel.read_plan()
    ends = world.epoch(row.ends_at)
    late = next(n for n in after.nodes if n.text == node.text and n.at >= node.at)
    assert ends <= late.at <= ends + 6 * 3600
    assert len(after.nodes) == len(before.nodes) + 1
    assert "延误" in "".join(n.text for n in after.nodes)
    assert parcel.signed_at == world.moment(after.signed_at)
    assert [n.at for n in after.nodes] == sorted(n.at for n in after.nodes)


def test_an_outage_holds_a_plan_up_once(book, moving):
    parcel = book()
    plan = parcel.read_plan()
    hub, node = hub_of(parcel)
    outage = Outage(hub, "某市", node.at - 60, node.at + 86400)
    once = with_outages(plan, [outage], seed=7)
    assert once != plan
    assert with_outages(once, [outage], seed=7) == once
    elsewhere = replace(outage, hub="540100")
    assert with_outages(plan, [elsewhere], seed=7) == plan


def test_a_parcel_booked_while_its_hub_is_out_is_late_from_the_start(book, moving):
    services.put_hub_out(hub="440300", hours=24)
    plan = book().read_plan()
    assert any("延误" in node.text for node in plan.nodes)
    assert plan.signed_at > world.epoch(moving.at) + 86400


def test_bringing_hubs_back_ends_the_outage_for_new_parcels(book, moving):
    services.put_hub_out(hub="440100")
    assert services.bring_hubs_back() == 1
    assert desk_selectors.hubs_out() == []
    assert services.bring_hubs_back() == 0


def test_stages_count_every_parcel_where_it_is(book, moving):
    parcel = book()
    assert desk_selectors.parcel_stages()[ParcelStage.BOOKED] == 1
    moving.at = parcel.picked_up_at
    stages = desk_selectors.parcel_stages()
    assert (stages[ParcelStage.PICKED], sum(stages.values())) == (1, 1)
    moving.at = parcel.signed_at + dt.timedelta(seconds=1)
    stages = desk_selectors.parcel_stages()
    assert stages[ParcelStage.SIGNED] + stages[ParcelStage.RETURNED] == 1
    assert sum(stages.values()) == 1


def test_faults_of_the_command_line_are_read_or_refused_with_what_is_allowed():
    assert parse_faults("lost=0.02, duplicate=0.05,unwrap_param,hub_out=440100") == (
        {"lost": 0.02, "duplicate": 0.05, "unwrap_param": 1.0}, "440100"
    )  # fmt: skip
    assert parse_faults("") == ({}, "")
    for text in ("lsot=1", "lost=2", "lost=x", "=1"):
        with pytest.raises(ValueError, match=r"There are: lost|between 0 and 1"):
            parse_faults(text)


def test_the_same_seed_and_day_have_the_same_faulty_pushes(book, moving, receiver):
    services.set_faults(rates={"late": 0.4, "duplicate": 0.4, "format_type": 0.4, "lost": 0.2})
    start = moving.at

    def run() -> list[tuple]:
        for model in (SandboxPush, SandboxOrder):
            model.objects.all().delete()
        parcel = book()
        run_until(moving, start + dt.timedelta(days=4))
        parcel.delete()
        moving.at = start
        told = [(got["param"].split('"orderId"')[0], got["param"][-200:]) for got in receiver.got]
        receiver.got.clear()
        return told

    first = run()
    assert len(first) > 2
    assert run() == first
