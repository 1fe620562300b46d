"""Comparing the world with the portal, and giving a parcel another future."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from apps.sandbox import services, world
from apps.sandbox.foreign import BY_CODE
from apps.sandbox.models import SandboxAccount, SandboxOrder
from apps.sandbox.services.outages import find_hub
from apps.shipments.zones import zone_of_place
from config.drill import stage
from config.drill.chapters.faults import hub_of
from config.drill.chapters.following import find_number
from config.drill.chapters.peak import percentile
from config.drill.profiles import CHAPTERS

START = dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC)
BOOKING = {
    "kuaidicom": "shentong",
    "recManName": "王小明",
    "recManMobile": "13800138000",
    "recManPrintAddr": "广东省深圳市南山区科技园路1号",
    "sendManName": "云裳仓库",
    "sendManMobile": "13800571001",
    "sendManPrintAddr": "浙江省杭州市余杭区文一西路969号",
    "callBackUrl": "http://127.0.0.1:9/callback",
    "cargo": "茶叶",
    "weight": "1",
    "thirdOrderId": "DRILL-1",
}


@pytest.fixture
def number(db):
    """A booked parcel of the world, two hours after its booking."""
    moment = [START]
    with world.configured(now=lambda: moment[0], seed=7):
        account = SandboxAccount.objects.create(key="k", customer="c", secret="s")
        services.book_order(account=account, param=BOOKING)
        moment[0] = START + dt.timedelta(hours=2)
        yield SandboxOrder.objects.get().parcel.number


def plan_of(number: str):
    return SandboxOrder.objects.select_related("parcel").get().parcel.read_plan()


def test_a_steered_parcel_ends_as_told_within_the_hours_told(number):
    plan = services.steer_parcel(number=number, outcome="refused", within_hours=10)
    assert plan.outcome == "refused"
    assert plan.last_at <= world.epoch(world.now()) + 10 * 3600 + 60
    assert plan_of(number) == plan


def test_what_has_happened_to_a_steered_parcel_stays(number):
    at = world.epoch(world.now())
    before = plan_of(number)
    assert before.nodes_at(at)
    plan = services.steer_parcel(number=number, outcome="damaged", within_hours=10)
    assert plan.nodes_at(at) == before.nodes_at(at)


def test_a_steered_parcel_rests_as_long_as_told(number):
    at = world.epoch(world.now())
    plan = services.steer_parcel(number=number, within_hours=40, after_hours=30)
    assert all(node.at > at + 30 * 3600 for node in plan.nodes[plan.count_at(at) :])


def test_a_life_nobody_can_live_is_refused_and_the_old_one_stays(number):
    before = plan_of(number)
    with pytest.raises(services.NoSuchLife):
        services.steer_parcel(number=number, within_hours=10, shows="no-such-code")
    assert plan_of(number) == before


def held_by(monkeypatch, rows) -> None:
    class Events:
        def values_list(self, *names):
            return rows

    monkeypatch.setattr(stage, "events_of", lambda number: Events())


def test_the_world_and_a_portal_that_knows_all_do_not_differ(number, monkeypatch):
    plan = plan_of(number)
    held_by(monkeypatch, [(world.moment(node.at), node.text, "") for node in plan.nodes])
    assert stage.differences(plan, number, at=plan.last_at) == []


def test_an_event_the_portal_lacks_is_a_difference(number, monkeypatch):
    plan = plan_of(number)
    held_by(monkeypatch, [(world.moment(node.at), node.text, "") for node in plan.nodes[1:]])
    found = stage.differences(plan, number, at=plan.last_at)
    assert found == [f"missing {plan.nodes[0].text}"]


def test_an_event_the_portal_has_twice_is_a_difference(number, monkeypatch):
    plan = plan_of(number)
    rows = [(world.moment(node.at), node.text, "") for node in plan.nodes]
    held_by(monkeypatch, [*rows, rows[0]])
    found = stage.differences(plan, number, at=plan.last_at)
    assert found == [f"twice {plan.nodes[0].text}"]


def test_what_has_not_happened_yet_is_not_missing(number, monkeypatch):
    plan = plan_of(number)
    held_by(monkeypatch, [])
    assert stage.differences(plan, number, at=plan.nodes[0].at - 1) == []


@pytest.mark.django_db
def test_a_number_is_found_that_turns_up_and_one_that_never_does():
    assert find_number(seen=True) != find_number(seen=False)


def test_a_percentile_is_one_of_the_values():
    values = [float(n) for n in range(1, 101)]
    assert [percentile(values, share) for share in (50, 95, 99)] == [51, 96, 100]
    assert percentile([], 50) == 0.0


def test_every_step_of_a_profile_has_a_name_of_its_own():
    for chapters in CHAPTERS.values():
        names = [f"{chapter.key}.{step.key}" for chapter in chapters for step in chapter.steps]
        assert len(names) == len(set(names))


def test_the_drill_is_a_command_with_three_profiles(capsys):
    with pytest.raises(SystemExit):
        call_command("drill", "--help")
    assert "{smoke,full,peak}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("area", "hub"), [("440305000000", "4403"), ("110105000000", "110000"), ("310115", "310000")]
)
def test_the_hub_before_a_door_is_one_the_world_can_close(area: str, hub: str) -> None:
    assert hub_of(area) == hub
    assert find_hub(hub).code.startswith(hub)


CITIES = [(city, country) for country in BY_CODE.values() for city in country.cities]


@pytest.mark.parametrize(("city", "country"), CITIES, ids=[city.name for city, _ in CITIES])
def test_the_portal_knows_the_zone_of_every_city_the_world_flies_to(city, country) -> None:
    known = zone_of_place(f"{city.name}, {country.name.upper()}")
    assert known, "its times would be read in another zone"
    for moment in (START, START + dt.timedelta(days=200)):
        assert (
            moment.astimezone(ZoneInfo(known)).utcoffset()
            == moment.astimezone(ZoneInfo(city.zone)).utcoffset()
        )
