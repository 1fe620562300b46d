"""Sentry and OpenTelemetry: not even imported while off; switched on, nothing personal leaves."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
import sentry_sdk
import structlog
from django.core.exceptions import ImproperlyConfigured
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sentry_sdk.transport import Transport

from apps.core import logs, telemetry
from apps.core.context import carrying
from apps.core.telemetry import errors, exporting, sentry, spans
from config.env import BASE_DIR

ID = "0af7651916cd43dd8448eb211c80319c"
NAME, PHONE, TOKEN = "司马相如", "13912345678", "0123456789abcdefghij"
PACKAGES = ("sentry_sdk", "opentelemetry.sdk.trace", "opentelemetry.exporter")
"""redis-py looks for OpenTelemetry's metrics by itself."""


def test_neither_is_imported_while_its_setting_is_empty():
    code = (
        "import sys, django; django.setup();"
        f"print([name for name in {PACKAGES!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["SENTRY_DSN", "OTEL_EXPORTER_OTLP_ENDPOINT"])
def test_a_setting_without_its_package_says_what_to_install(settings, monkeypatch, name):
    setattr(settings, name, "http://key@127.0.0.1:9/1")
    for module in ("sentry", "exporting"):
        monkeypatch.delattr(telemetry, module)
        monkeypatch.setitem(sys.modules, f"apps.core.telemetry.{module}", None)
    with pytest.raises(ImproperlyConfigured, match=f"{name}.*make telemetry"):
        telemetry.start()


class Kept(Transport):
    """Keeps what would be sent."""

    sent: list = []

    def capture_envelope(self, envelope):
        self.sent.append(envelope.get_event())


@pytest.fixture
def reported(settings):
    """Everything Sentry is told during a test."""
    Kept.sent = []
    sentry.start(dsn="http://key@127.0.0.1:9/1", environment="test", transport=Kept)
    logs.configure({"format": "json", "level": "WARNING"})
    yield Kept.sent
    errors._listeners.clear()
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)
    logs.configure(settings.LOGGING)


def fail(address: str) -> None:
    recipient = {"name": NAME, "phone": PHONE}
    raise ValueError(f"{recipient} at {address}")


def test_an_error_is_told_with_its_place_and_request_and_without_anything_personal(reported):
    with carrying(ID):
        try:
            fail("科技园南路18号")
        except ValueError:
            structlog.get_logger("apps.x").exception(
                "drain.round_failed", topic="tracking", reason=NAME, param=PHONE
            )
        logging.getLogger("django.request").error("Error: /callbacks/%s for %s", TOKEN, NAME)
    first, second = reported
    assert first["tags"]["request_id"] == second["tags"]["request_id"] == ID
    assert (first["tags"]["event"], first["tags"]["topic"]) == ("drain.round_failed", "tracking")
    assert [error["type"] for error in first["exception"]["values"]] == ["ValueError"]
    assert first["exception"]["values"][0]["stacktrace"]["frames"][-1]["function"] == "fail"
    assert second["message"] == "django.request"
    sent = json.dumps(reported, ensure_ascii=False)
    for private in (NAME, PHONE, TOKEN, "科技园", "recipient"):
        assert private not in sent


def test_what_the_sdk_adds_by_itself_is_dropped():
    event = {
        "request": {"data": NAME, "url": f"http://x/callbacks/{TOKEN}", "headers": {"Cookie": "a"}},
        "user": {"id": 1, "ip_address": "10.0.0.1"},
        "breadcrumbs": {"values": [{"message": PHONE}]},
        "extra": {"sys.argv": ["--password", TOKEN]},
        "contexts": {"celery-job": {"args": [PHONE]}, "trace": {"trace_id": ID}},
        "tags": {"url": TOKEN, "topic": "tracking"},
        "exception": {
            "values": [
                {
                    "type": "E",
                    "value": NAME,
                    "stacktrace": {"frames": [{"function": "f", "vars": {"phone": PHONE}}]},
                }
            ]
        },
    }
    assert sentry.drop_private(event, {}) == {
        "contexts": {"trace": {"trace_id": ID}},
        "tags": {"topic": "tracking"},
        "exception": {
            "values": [{"type": "E", "value": "", "stacktrace": {"frames": [{"function": "f"}]}}]
        },
    }


@pytest.fixture
def measured():
    """The spans of a test."""
    kept = InMemorySpanExporter()
    exporting.start(
        endpoint="http://127.0.0.1:9", service="test", processor=SimpleSpanProcessor(kept)
    )
    yield kept.get_finished_spans
    spans.switch_on(None)


def test_processes_that_serve_one_request_write_into_one_trace(measured):
    with carrying(ID), spans.span("callback", topic="tracking"):
        pass
    with carrying(ID), spans.span("webhook", attempt=1) as span, spans.span("call"):
        span.note("status", 200)
    assert {format(one.context.trace_id, "032x") for one in measured()} == {ID}
    [webhook] = [one for one in measured() if one.name == "webhook"]
    assert dict(webhook.attributes) == {"attempt": 1, "status": 200, "request_id": ID}


def test_a_batch_is_linked_to_the_traces_of_its_requests(measured):
    with spans.span("drain", follows=[ID, "chosen-by-a-caller"], rows=2):
        pass
    [drain] = measured()
    linked = [link.context.trace_id for link in drain.links]
    assert linked == [int(ID, 16), exporting.trace_of("chosen-by-a-caller")]
    assert all(link.context.is_valid for link in drain.links)


def test_a_span_says_that_it_failed_and_not_in_which_words(measured):
    with pytest.raises(ValueError, match=PHONE), spans.span("call"):
        fail("")
    [call] = measured()
    assert call.status.description == "ValueError"
    assert call.events == ()
    assert PHONE not in call.to_json()


def test_spans_cost_nothing_to_speak_of_while_off():
    assert spans.span("request", method="GET") is spans.span("call")
    assert not spans.is_on()
