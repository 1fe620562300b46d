"""The control endpoint: it steers the world, for loopback alone."""

from __future__ import annotations

import datetime as dt
import http.client
import json
from urllib.parse import urlsplit

import pytest
from django.test import RequestFactory

from apps.core.models import ActionLog
from apps.sandbox.gateway.control import control
from apps.sandbox.models import SandboxControl, SandboxFault, SandboxOutage, SandboxPush
from apps.sandbox.services.controlling import obey
from apps.sandbox.world import RunningClock
from tests.sandbox.conftest import START

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def ask(gateway):
    """Speak to the control endpoint over HTTP."""
    origin = urlsplit(gateway)

    def send(action: str = "", values=None, headers=None, *, raw: str | None = None):
        connection = http.client.HTTPConnection(origin.hostname, origin.port, timeout=5)
        method = "GET" if values is None and raw is None else "POST"
        body = raw if raw is not None else json.dumps(values) if method == "POST" else None
        sent = {**(JSON if method == "POST" else {}), **(headers or {})}
        connection.request(method, f"/control/{action}", body, sent)
        answer = connection.getresponse()
        told = answer.status, json.loads(answer.read())
        connection.close()
        return told

    return send


def test_the_state_of_the_world_is_told(ask):
    status, state = ask()
    assert status == 200
    assert state["world_at"] == START.isoformat()
    assert state["faults"] == {}
    assert set(state) >= {"parcels", "pushes", "calls", "hubs_out", "speed", "paused", "seed"}


@pytest.mark.parametrize(
    "header",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Host": "localhost"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X-Real-IP": "127.0.0.1"},
        {"Host": "portal.example.com"},
        {"Host": "127.0.0.1.evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_what_came_over_a_proxy_or_from_elsewhere_is_shut_out(ask, header):
    for values in (None, {"lost": 1}):
        status, told = ask("faults" if values else "", values, header)
        assert (status, set(told)) == (403, {"error"})
    assert not SandboxFault.objects.exists()
    assert not ActionLog.objects.exists()


@pytest.mark.parametrize("peer", ["10.0.0.8", "203.0.113.9", "", "::ffff:203.0.113.9", "fe80::1"])
def test_another_machine_is_shut_out_whatever_it_says(peer):
    request = RequestFactory().get("/control/", REMOTE_ADDR=peer, HTTP_HOST="127.0.0.1:8100")
    assert control(request).status_code == 403


def test_a_form_of_a_foreign_page_changes_nothing(ask):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert ask("faults", headers=form, raw='{"lost":1}')[0] == 415
    assert ask("faults", headers={"Content-Type": "text/plain"}, raw='{"lost":1}')[0] == 415
    assert not SandboxFault.objects.exists()


def test_faults_are_set_and_cleared_and_written_down(ask):
    assert ask("faults", {"lost": 0.02, "duplicate": 0.05})[1]["faults"] == {
        "lost": 0.02, "duplicate": 0.05
    }  # fmt: skip
    assert ask("preset", {"name": "rainy"})[1]["faults"]["gps_drift"] == 0.15
    assert ask("planted-effect", {"on": True})[1]["faults"]["school_run"] == 1
    assert ask("clear", {})[1]["faults"] == {}
    rows = ActionLog.objects.order_by("id")
    assert rows[0].after == {"lost": 0.02, "duplicate": 0.05}
    assert {row.actor_name for row in rows} == {"sandbox control"}


@pytest.mark.parametrize(
    ("action", "body", "says"),
    [
        ("faults", '{"lsot": 1}', "There are: lost"),
        ("faults", '{"lost": 2}', "between 0 and 1"),
        ("faults", '{"lost": "NaN"}', "between 0 and 1"),
        ("faults", '{"lost": null}', "between 0 and 1"),
        ("faults", "[1]", "not a JSON object"),
        ("faults", "{", "not JSON"),
        ("speed", "{}", "is a number"),
        ("speed", '{"speed": 1e9}', "between 0.01 and 3600"),
        ("speed", '{"speed": NaN}', "between 0.01 and 3600"),
        ("jump", '{"hours": -4}', "only moves forward"),
        ("jump", '{"hours": 1e300}', "at most 400 days"),
        ("jump", '{"to": "tomorrow"}', "is a moment"),
        ("jump", '{"to": "2026-12-01T00:00:00"}', "needs its zone"),
        ("hub-out", '{"hub": "Atlantis"}', "is no hub"),
        ("hub-out", '{"hub": "440100", "hours": 0}', "number of hours"),
        ("push", '{"number": "NOBODY"}', "no parcel"),
        ("preset", '{"name": "storm"}', "no preset"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(ask, action, body, says):
    status, told = ask(action, raw=body)
    assert status == 400
    assert says in told["error"]
    assert not ActionLog.objects.exists()


def test_an_unknown_action_names_the_known_ones(ask):
    status, told = ask("destroy", {})
    assert status == 404
    assert "hub-out" in told["error"]


def test_a_huge_body_is_refused(ask):
    assert ask("push", {"number": "X", "payload": "x" * 400_000})[0] == 413


def test_speed_pause_and_jump_reach_the_running_clock_once(ask):
    running = RunningClock(START, 600)
    SandboxControl.objects.create(id=1, speed=600)
    ask("speed", {"speed": 60})
    ask("pause", {})
    assert obey(running=running) is None
    assert (running.speed, running.is_paused) == (60, True)
    standing = running.now()
    assert running.now() == standing
    assert ask("jump", {"hours": 48})[0] == 200
    assert obey(running=running) == START + dt.timedelta(hours=48)
    assert obey(running=running) is None
    ask("resume", {})
    obey(running=running)
    assert not running.is_paused


def test_a_parcels_future_is_told_to_the_end(ask, book, moving):
    parcel = book()
    status, life = ask(f"future?number={parcel.number}")
    assert status == 200
    nodes = [m for m in life["moments"] if m["kind"] == "node"]
    assert len(nodes) == len(parcel.read_plan().nodes)
    assert not nodes[-1]["past"]
    assert [m["at"] for m in life["moments"]] == sorted(m["at"] for m in life["moments"])
    assert ask("future?number=NOBODY")[0] == 400


def test_a_hub_goes_out_through_the_endpoint(ask, moving):
    assert ask("hub-out", {"hub": "广州"})[1]["hubs_out"] == {
        "440100": (START + dt.timedelta(days=1)).isoformat()
    }
    assert ask("clear", {})[1]["hubs_out"] == {}
    assert SandboxOutage.objects.count() == 1
    assert not SandboxPush.objects.exists()
