"""Deviations from the contract: the list, what is new, the home page's lines."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.accounts.choices import Role
from apps.baidiyun.limits.choices import LadderStep
from apps.baidiyun.limits.services import pin_ladder
from apps.baidiyun.models import DriftFinding
from apps.core import clock
from apps.core.actions import Actor
from apps.monitoring.series.sources import queue_size
from tests.orders.builders import make_merchant, make_order
from tests.support.admin_pages import logged_in, text_of
from tests.support.query_counts import assert_query_count

PAGE = "/admin/baidiyun/driftfinding/"
HOME = "/admin/?mode="


def find(path: str, *, kind="unknown_field", product="tracking.push", first=1.0, last=0.5):
    """A deviation first and last seen some hours ago."""
    now = clock.real_now()
    return DriftFinding.objects.create(
        product=product,
        kind=kind,
        path=path,
        count=3,
        sample="999-aa",
        first_seen_at=now - dt.timedelta(hours=first),
        last_seen_at=now - dt.timedelta(hours=last),
    )


def paths(response) -> list[str]:
    assert response.status_code == 200
    return [row.path for row in response.context["cl"].result_list]


def fires(response) -> list[str]:
    return [str(fire.title) for fire in response.context["home_fires"]]


def test_the_latest_heard_comes_first(db):
    find("old", last=0.9)
    find("newest", last=0.1)
    find("middle", last=0.5)
    assert paths(logged_in().get(PAGE)) == ["newest", "middle", "old"]


def test_what_is_new_within_a_day_stands_out(db):
    find("lastResult.fresh", first=23)
    row = text_of(logged_in().get(PAGE))
    assert "lastResult.fresh" in row
    assert " New " in row
    DriftFinding.objects.update(first_seen_at=clock.real_now() - dt.timedelta(hours=25))
    assert " New " not in text_of(logged_in().get(PAGE))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("product=tracking.push", {"a", "b"}),
        ("product=tracking.map_push", {"c"}),
        ("kind__exact=missing_field", {"b"}),
        ("first=day", {"a", "c"}),
        ("first=week", {"a", "b", "c"}),
        ("q=a", {"a"}),
    ],
)
def test_deviations_are_filtered(db, query, expected):
    find("a")
    find("b", kind="missing_field", first=48)
    find("c", product="tracking.map_push")
    assert set(paths(logged_in().get(f"{PAGE}?{query}"))) == expected


def test_the_list_takes_a_constant_number_of_queries(db):
    client = logged_in()
    made = iter(range(100))
    assert_query_count(
        "admin.drift",
        make=lambda count: [find(f"field{next(made)}") for _ in range(count)],
        visit=lambda: client.get(PAGE),
        shows=lambda response: len(response.context["cl"].result_list),
    )


def test_one_deviation_opens_with_its_sample(db):
    row = find("state=777", kind="unknown_state")
    page = text_of(logged_in().get(f"{PAGE}{row.pk}/change/"))
    assert "state=777" in page
    assert "999-aa" in page


def test_merchants_do_not_find_it(db):
    find("a")
    assert logged_in(Role.MERCHANT, make_merchant()).get(PAGE).status_code == 404


def test_only_new_deviations_are_waiting_for_somebody(db):
    find("old", first=30)
    assert queue_size()["deviations"] == 0
    find("fresh")
    assert queue_size()["deviations"] == 1


def test_the_home_page_is_silent_at_full_service(stand_at):
    make_order(make_merchant())
    stand_at("full")
    assert not any("Service level" in title for title in fires(logged_in().get(HOME)))


def fact(response, label: str):
    """Return one of the facts about the platform on the home page."""
    return next(each for each in response.context["home_facts"] if each.label == label)


def test_the_home_page_shows_a_low_ladder_and_links_to_it(stand_at):
    make_order(make_merchant())
    stand_at("cached", reason="errors")
    found = fact(logged_in().get(HOME), "Service level")
    assert (str(found.word), found.colour) == ("Cached answers only", "danger")
    assert found.since is not None
    assert found.url == "/admin/baidiyun/ladderstate/"


def test_the_home_page_names_a_pin_even_at_full_service(stand_at):
    make_order(make_merchant())
    stand_at("full")
    pin_ladder(step=LadderStep.FULL, note="big sale", actor=Actor.system("lin"))
    response = logged_in().get(HOME)
    assert "Service level: Full service, pinned by lin" in fires(response)
    assert "big sale" in text_of(response)


def test_the_home_page_names_open_breakers(stand_at, breaker):
    make_order(make_merchant())
    stand_at("full")
    breaker("closed", "detect")
    assert fact(logged_in().get(HOME), "Calls held back").word == "none"
    breaker("open", "query")
    found = fact(logged_in().get(HOME), "Calls held back")
    assert (found.word, found.hint, found.colour) == ("1", "Real-time query", "danger")


def test_merchants_hear_nothing_of_it(stand_at, breaker):
    merchant = make_merchant()
    make_order(merchant)
    stand_at("cached")
    breaker("open", "query")
    find("fresh")
    page = text_of(logged_in(Role.MERCHANT, merchant).get(HOME))
    for word in ("Service level", "held back", "deviations"):
        assert word not in page
