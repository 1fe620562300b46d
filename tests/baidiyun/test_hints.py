"""Hints wake, and never cost more than a moment."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from apps.baidiyun import hints

REAL_PUBLISH = hints.Publisher.publish


@pytest.fixture
def publisher(monkeypatch) -> hints.Publisher:
    """A publisher that really talks to Redis."""
    monkeypatch.setattr(hints.Publisher, "publish", REAL_PUBLISH)
    return hints.Publisher()


def test_a_hint_wakes_a_waiting_listener(publisher):
    listener = hints.Listener("test:hints")
    assert listener.wait(0.01) is False
    timer = threading.Timer(0.05, publisher.publish, ["test:hints"])
    timer.start()
    started = time.monotonic()
    assert listener.wait(5.0) is True
    assert time.monotonic() - started < 2.0
    timer.join()


def test_hints_are_spaced(publisher):
    assert publisher.publish("test:hints") is True
    assert publisher.publish("test:hints") is False


def test_after_a_failure_the_publisher_rests(settings, publisher):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert publisher.publish("test:hints") is False
    with socket.create_server(("127.0.0.1", 0)) as never_asked:
        settings.REDIS_URL = f"redis://127.0.0.1:{never_asked.getsockname()[1]}/0"
        assert publisher.publish("test:hints") is False
        never_asked.setblocking(False)
        with pytest.raises(BlockingIOError):
            never_asked.accept()


def test_a_redis_that_hangs_stops_one_thread_and_no_other(settings, publisher):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        first = threading.Thread(target=publisher.publish, args=["test:hints"])
        first.start()
        silent.accept()
        publisher._not_before -= hints.SPACING_SECONDS
        assert publisher.publish("test:hints") is False
        assert first.is_alive()
        first.join()
