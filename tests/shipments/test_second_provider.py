"""kd100.com asked instead of Baidiyun for a carrier: same way in, same events, same limits."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from apps.baidiyun import topics
from apps.baidiyun.choices import QueryResult
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.models import ApiCall, DriftFinding, InboxRow
from apps.baidiyun.services import drain_once, query_tracking
from apps.baidiyun.signing import sign_kd100
from apps.core import clock
from apps.shipments.models import Event, Shipment
from apps.shipments.services import apply_snapshots, poll_claimed, polling
from tests.shipments.builders import at, make_shipment, words

NUMBER = "1234567890"


@dataclass
class Kd100:
    """A stub on loopback: answers what it is told, remembers what it was asked."""

    answer: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)


@pytest.fixture
def kd100(settings) -> Iterator[Kd100]:
    stub = Kd100()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            stub.asked.append((self.path, dict(self.headers), body))
            raw = json.dumps(stub.answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    settings.KD100 = {"sandbox": {"base_url": url, "key": "kdKEYkey", "secret": "kdSECsec"}}
    settings.BAIDIYUN = {
        "sandbox": {"base_url": "http://127.0.0.1:1", "key": "k", "customer": "c", "secret": "s"}
    }
    settings.TRACKING_PROVIDERS = {"dhlen": "kd100"}
    yield stub
    server.shutdown()
    server.server_close()
    thread.join()


def track(*codes: str) -> dict[str, Any]:
    items = [
        {
            "context": f"step {index}",
            "time": words(at(index + 1)),
            "order_status_code": code,
            "order_status_description": "In transit",
            "area_name": "Leipzig",
            "location": "Leipzig",
        }
        for index, code in enumerate(codes)
    ]
    return {
        "code": 200,
        "message": "OK",
        "data": {
            "carrier_id": "dhlen",
            "tracking_number": NUMBER,
            "order_status_code": codes[-1],
            "items": items[::-1],
        },
    }


@pytest.fixture
def parcel(merchant, midday, kd100) -> Shipment:
    topics.register("tracking", apply_snapshots)
    return make_shipment(merchant, NUMBER, carrier="dhlen", destination_country="DE")


def poll(shipment: Shipment) -> dict[str, int]:
    target = polling.PollTarget(
        shipment_id=shipment.pk,
        carrier=shipment.carrier,
        number=shipment.number,
        mode="sandbox",
        phone="",
        merchant_id=shipment.merchant_id,
    )
    return poll_claimed(targets=[target])


def test_a_poll_asks_the_second_provider_and_its_answer_becomes_events(parcel, kd100):
    kd100.answer = track("103", "1002", "5")
    assert poll(parcel) == {"stored": 1}
    path, headers, body = kd100.asked[0]
    assert path == "/api/v1/tracking/realtime"
    assert headers["signature"] == sign_kd100(body, api_key="kdKEYkey", secret="kdSECsec")
    assert json.loads(body)["tracking_number"] == NUMBER
    assert ApiCall.objects.get().product == "kd100_query"
    assert drain_once().applied == 1
    parcel.refresh_from_db()
    assert (parcel.status, parcel.raw_state) == ("out_for_delivery", "5")
    assert Event.objects.filter(shipment_id=parcel.pk).count() == 3
    assert json.loads(InboxRow.objects.get().param) == kd100.answer
    assert not DriftFinding.objects.exists()


def test_a_signature_told_by_the_second_provider_delivers(parcel, kd100):
    kd100.answer = track("103", "301")
    poll(parcel)
    drain_once()
    parcel.refresh_from_db()
    assert parcel.status == "delivered"


def test_half_an_hour_between_two_questions_holds_there_too(parcel, kd100):
    kd100.answer = track("103")
    assert [poll(parcel), poll(parcel)] == [{"stored": 1}, {"too_soon": 1}]
    assert len(kd100.asked) == 1


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ({"code": 60101, "message": "No result found"}, "no_result"),
        ({"code": 405, "message": "carrier invalid"}, "refused"),
        ({"code": 500, "message": "x"}, "unreachable"),
        ({"code": 200, "message": "OK", "data": []}, "unreachable"),
        ({"code": 200, "message": "OK", "data": {"carrier_id": "dhlen"}}, "unreachable"),
    ],
)
def test_what_is_no_track_is_not_stored(parcel, kd100, answer, result):
    kd100.answer = answer
    assert poll(parcel) == {result: 1}
    assert not InboxRow.objects.exists()


def test_a_track_of_another_number_is_kept_aside(parcel, kd100):
    kd100.answer = track("103")
    kd100.answer["data"]["tracking_number"] = "9999999999"
    poll(parcel)
    assert drain_once().aside == 1
    assert not Event.objects.exists()


def test_other_carriers_stay_with_baidiyun(merchant, midday, kd100):
    shipment = make_shipment(merchant, "YT1000000001")
    assert poll(shipment) == {"unreachable": 1}
    assert kd100.asked == []


def test_a_provider_nobody_wrote_is_not_configured(parcel, settings):
    settings.TRACKING_PROVIDERS = {"dhlen": "17track"}
    ask = {"subject": parcel.pk, "carrier": "dhlen", "number": NUMBER, "mode": "sandbox"}
    with pytest.raises(NotConfigured):
        query_tracking(**ask)
    assert poll(parcel) == {"not_configured": 1}


def test_somebody_at_the_page_is_answered_by_the_second_provider_too(parcel, kd100):
    kd100.answer = track("103")
    outcome = query_tracking(subject=parcel.pk, carrier="dhlen", number=NUMBER, mode="sandbox")
    assert outcome.result == QueryResult.STORED
    assert InboxRow.objects.get(pk=outcome.row_id).received_at <= clock.real_now()
