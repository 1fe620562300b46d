"""maptrack.do and pollmap over real HTTP: the page, the arrival, the coordinates."""

from __future__ import annotations

import datetime as dt

import pytest
import requests

from apps.baidiyun.drift import observe
from apps.sandbox.models import SandboxParcel, SandboxSubscription
from apps.sandbox.places import find_place
from tests.sandbox.clients import compact, md5, poll, query_form, subscription
from tests.sandbox.conftest import run_until

NUMBER = "YT6186594166533"
ENDS = {"from": "广东省深圳市南山区", "to": "北京市朝阳区"}
LIVED = dt.timedelta(hours=48)


def ask(base: str, **changes: str) -> dict:
    param = {"com": "yuantong", "num": NUMBER, **ENDS, "resultv2": "5", **changes}
    form = query_form(compact(param))
    return requests.post(f"{base}/poll/maptrack.do", data=form, timeout=10).json()


def pollmap(base: str, param: dict) -> dict:
    form = {"schema": "json", "param": compact(param)}
    return requests.post(f"{base}/pollmap", data=form, timeout=10).json()


def wish(url: str = "http://127.0.0.1:1/cb", **parameters: str) -> dict:
    return subscription(NUMBER, url, **{"resultv2": "5", **parameters}) | ENDS


@pytest.fixture
def under_way(gateway, moving) -> str:
    """The gateway, with the number's parcel two days on its way."""
    ask(gateway)
    moving.forward(hours=48)
    return gateway


def test_a_map_query_brings_the_track_its_page_and_its_arrival(under_way):
    answer = ask(under_way)
    assert (answer["message"], answer["status"], answer["nu"]) == ("ok", "200", NUMBER)
    assert dt.datetime.fromisoformat(answer["arrivalTime"])
    assert {type(answer[name]) for name in ("totalTime", "remainTime", "trailUrl")} == {str}
    assert set(answer["routeInfo"]) == {"from", "cur", "to"}
    assert "predictedRoute" not in answer
    assert observe("map.answer", answer) == []


def test_the_centre_of_an_area_is_the_same_for_every_node_in_it(under_way):
    rows = [row for row in ask(under_way)["data"] if row["areaCode"]]
    assert rows
    for row in rows:
        assert row["areaCenter"] == find_place(row["areaCode"]).area_center


def test_the_page_has_the_vendors_form_and_shows_the_way(under_way, settings):
    account = settings.BAIDIYUN["sandbox"]
    settings.BAIDIYUN = {"sandbox": {**account, "base_url": under_way}}
    url = ask(under_way)["trailUrl"]
    head, _, tail = url.rpartition("/")
    token, centre, zoom = tail.split("_")
    assert (head, len(token), zoom) == (f"{under_way}/tools/map", 32, "5")
    assert [len(part.split(".")[1]) for part in centre.split(",")] == [6, 6]
    page = requests.get(url, timeout=10)
    assert (page.status_code, NUMBER in page.text) == (200, True)
    forged = url.replace(token, "0" * 20 + token[20:])
    assert requests.get(forged, timeout=10).status_code == 404


def test_level_7_has_the_route_ahead_instead_of_a_page(under_way):
    answer = ask(under_way, resultv2="7")
    assert answer["trailUrl"] is None
    assert answer["predictedRoute"][0]["state"] in {"已经过节点", "当前停留节点"}


@pytest.mark.parametrize(
    "changes", [{"from": ""}, {"to": ""}, {"to": "火星"}, {"resultv2": "4"}, {"com": "nobody"}]
)
def test_a_map_without_ends_or_with_another_products_level_is_400(gateway, changes):
    answer = ask(gateway, **changes)
    assert (answer["result"], answer["returnCode"]) == (False, "400")
    assert not SandboxParcel.objects.exists()


def test_a_map_query_is_signed_over_its_exact_param(gateway):
    form = query_form(compact({"com": "yuantong", "num": NUMBER, **ENDS}))
    form["sign"] = md5(form["param"] + " testKeytestCustomer")
    answer = requests.post(f"{gateway}/poll/maptrack.do", data=form, timeout=10).json()
    assert answer["returnCode"] == "503"


def test_both_query_products_share_the_thirty_minutes(under_way, moving):
    first = ask(under_way)
    moving.forward(minutes=29)
    assert ask(under_way)["remainTime"] == first["remainTime"]


def test_a_number_may_be_subscribed_for_its_map_and_for_its_track(gateway):
    assert poll(gateway, subscription(NUMBER, "http://127.0.0.1:1/cb"))["returnCode"] == "200"
    assert pollmap(gateway, wish()) == {"result": True, "returnCode": "200", "message": "提交成功"}
    assert pollmap(gateway, wish())["returnCode"] == "501"
    assert set(SandboxSubscription.objects.values_list("product", flat=True)) == {"poll", "map"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from": ""}, "400"), ({"to": "火星"}, "400"), ({"number": "1"}, "700"),
        ({"company": "nobody"}, "700"), ({"key": "nobody"}, "600"),
    ],
)  # fmt: skip
def test_a_bad_map_subscription_is_refused_with_its_code(gateway, changes, code):
    assert pollmap(gateway, wish() | changes)["returnCode"] == code
    assert not SandboxSubscription.objects.exists()


def test_the_level_of_another_product_is_no_map(gateway):
    assert pollmap(gateway, wish(resultv2="4"))["returnCode"] == "700"


def test_a_map_push_brings_page_and_arrival_and_ends_with_the_signature(gateway, moving, receiver):
    assert pollmap(gateway, wish(receiver.url))["returnCode"] == "200"
    run_until(moving, moving.at + dt.timedelta(days=20))
    pushes = receiver.params()
    assert [push["status"] for push in pushes[-1:]] == ["shutdown"]
    for raw, push in zip(receiver.got, pushes, strict=True):
        assert raw["sign"] == md5(raw["param"] + "salt123")
        assert push["lastResult"]["trailUrl"]
        assert observe("map.push", push) == []
    last = pushes[-1]["lastResult"]
    assert last["remainTime"] == "0"
    assert last["arrivalTime"] == last["data"][0]["time"]
