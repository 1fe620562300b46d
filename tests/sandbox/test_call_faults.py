"""What the door does to calls: counted, and spoiled by shares that repeat."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlencode, urlsplit

import pytest

from apps.sandbox import services
from apps.sandbox.choices import FaultName
from apps.sandbox.faults.calls import SPOILING, decide_call, refusal_for
from apps.sandbox.gateway import door
from apps.sandbox.models import SandboxCallMinute, SandboxSubscription
from apps.sandbox.services.call_book import BOOK, write_calls
from apps.sandbox.services.faults import UnknownFault

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Nobody waits in a test; what would have been waited for is kept."""
    waited: list[float] = []
    monkeypatch.setattr(door, "_sleep", waited.append)
    door.repetitions.__init__()
    BOOK.take()
    return waited


def call(gateway: str, path: str = "/autonumber/auto", **fields: str):
    origin = urlsplit(gateway)
    connection = http.client.HTTPConnection(origin.hostname, origin.port, timeout=5)
    body = urlencode({"num": "YT6186594166532", "key": "testKey", **fields})
    try:
        connection.request("POST", path, body, FORM)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_call_without_faults_is_answered_and_counted(gateway):
    assert json.loads(call(gateway)[1])[0]["comCode"] == "yuantong"
    call(gateway, key="unknown")
    write_calls(tallies=BOOK.take())
    row = SandboxCallMinute.objects.get()
    assert (row.product, row.calls, row.errors, row.faulty) == ("autonumber/auto", 2, 1, 0)
    assert sum(row.buckets) == 2


def test_counts_of_one_minute_add_up(gateway):
    for _ in range(2):
        call(gateway)
        write_calls(tallies=BOOK.take())
    row = SandboxCallMinute.objects.get()
    assert (row.calls, sum(row.buckets)) == (2, 2)


@pytest.mark.parametrize(("fault", "code"), [("call_expired", "601"), ("call_limited", "504")])
def test_a_refused_call_speaks_the_products_own_envelope(gateway, fault, code):
    services.set_fault(name=fault, rate=1)
    status, text = call(gateway, "/poll/query.do")
    assert status == 200
    assert (json.loads(text)["result"], json.loads(text)["returnCode"]) == (False, code)


def test_a_failing_call_is_a_documented_error(gateway):
    services.set_fault(name="call_error", rate=1)
    codes = {json.loads(call(gateway, "/poll/query.do")[1])["returnCode"] for _ in range(12)}
    assert codes == {"500", "501", "502"}


def test_a_newer_product_fails_in_flavour_b():
    fate = decide_call(seed=7, name="x", rates={"call_expired": 1})
    assert refusal_for("label/order", fate)["code"] == 30004
    assert refusal_for("api/v1/tracking/create", fate)["message"] == "Invalid API key"


def test_html_comes_instead_of_json(gateway):
    services.set_fault(name="call_html", rate=1)
    answers = {call(gateway) for _ in range(12)}
    assert {status for status, _ in answers} == {200, 502}
    assert all(text.startswith("<html>") for _, text in answers)


def test_a_timeout_ends_without_a_byte_and_sometimes_the_call_was_carried_out(gateway, quick):
    services.set_fault(name="call_timeout", rate=1)
    for n in range(8):
        param = {
            "company": "yuantong", "number": f"YT618659416653{n}", "key": "testKey",
            "parameters": {"callbackurl": "http://127.0.0.1:9/x"},
        }  # fmt: skip
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            call(gateway, "/poll", schema="json", param=json.dumps(param))
    assert 0 < SandboxSubscription.objects.count() < 8
    assert quick == [door.HOLD_SECONDS] * 8


def test_a_slow_call_is_answered_in_the_end(gateway, quick):
    services.set_fault(name="call_slow", rate=1)
    assert json.loads(call(gateway)[1])[0]["comCode"] == "yuantong"
    assert len(quick) == 1
    assert 0.5 <= quick[0] <= 6


def test_so_many_are_kept_waiting_at_once_and_no_more(quick):
    for _ in range(door.MOST_HELD):
        door._held.acquire()
    try:
        door._hold(5)
    finally:
        for _ in range(door.MOST_HELD):
            door._held.release()
    assert quick == []


def test_a_changed_format_reaches_answers_too(gateway):
    services.set_fault(name="format_new_field", rate=1)
    row = json.loads(call(gateway)[1])[0]
    assert {"comCode", "lengthPre", "name"} < set(row)


def test_a_repetition_meets_a_fate_of_its_own_and_a_second_run_the_same_ones(gateway):
    services.set_fault(name="call_html", rate=0.5)

    def run():
        door.repetitions.__init__()
        return [call(gateway, t=str(n))[1].startswith("<html>") for n in range(12)]

    first = run()
    assert True in first
    assert False in first
    assert run() == first


def test_at_most_one_fault_spoils_a_call():
    rates = dict.fromkeys(SPOILING, 1)
    assert decide_call(seed=7, name="x", rates=rates).spoiled is FaultName.CALL_TIMEOUT


def test_several_rates_are_set_all_or_none(db):
    with pytest.raises(UnknownFault, match="There are: lost"):
        services.set_faults(rates={"lost": 0.5, "lsot": 0.5})
    assert services.set_faults(rates={"lost": 0.5}) == {"lost": 0.5}


def test_a_preset_replaces_the_faults_and_leaves_the_switches(db):
    services.set_faults(rates={"forged": 1, "school_run": 1})
    services.use_preset(name="double11")
    rates = services.faults.fault_rates()
    assert rates["lost"] == 0.02
    assert rates["school_run"] == 1
    assert "forged" not in rates
    services.clear_faults()
    assert services.faults.fault_rates() == {}
