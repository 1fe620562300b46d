"""What may stand in a log line: nothing secret, no telephone number, ids untouched."""

from __future__ import annotations

import io
import json
import logging
import time

import pytest
import structlog
from django.conf import settings as portal
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import logs
from apps.core.scrubbing import HIDDEN, Scrubber

SECRET = "s3cr3t-of-this-deployment"
scrubber = Scrubber([SECRET, "short"])
TOKEN = "0123456789abcdefABCDEF"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        (f"POST /callbacks/baidiyun/tracking/k1/{TOKEN} HTTP/1.1", TOKEN),
        (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}", TOKEN),
        ("postgres://lastmile:hunter2pass@db:5432/x", "hunter2pass"),
        ("redis://:hunter2pass@127.0.0.1:6379/0", "hunter2pass"),
        (f"Authorization: Bearer {TOKEN}", TOKEN),
        (f"whsec_{TOKEN}+/=", TOKEN),
        (f"lm_ab12cd34_{TOKEN}", TOKEN),
        (f"param=x&sign={TOKEN}", TOKEN),
        ("电话13812345678，", "13812345678"),
        ("call +86 138-1234-5678 now", "1234-5678"),
        (f"it was {SECRET}!", SECRET),
    ],
)
def test_what_looks_like_a_secret_is_hidden_wherever_it_stands(text, gone):
    for said in (scrubber.text(text), scrubber.scrub({"a": [{"b": text}]})["a"][0]["b"]):
        assert gone not in said


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "api_key",
        "SECRET_KEY",
        "token",
        "poll_token",
        "Authorization",
        "sign",
        "salt",
        "param",
    ],
)
def test_a_value_under_a_secret_name_is_hidden(name):
    assert scrubber.scrub({name: "anything at all"}) == {name: HIDDEN}


@pytest.mark.parametrize(
    "piece",
    ["ab://:", "ab://x", "Bearer ", "?key=", "/n/", "/callbacks/baidiyun/a-", "138-", "lm_"],
)
def test_a_long_line_made_to_be_slow_costs_no_more_than_its_length(piece):
    began = time.process_time()
    scrubber.text(piece * (40_000 // len(piece)))
    assert time.process_time() - began < 1


def test_ids_numbers_and_words_stay_as_they_are():
    line = {
        "request_id": "13812345678abcdef0123456789abcdef",
        "requests": ["a13812345678b"],
        "number": "YT6186594166532",
        "message": "msg_abcdefghijklmnopqrst",
        "topic": "tracking",
        "ms": 12,
        "ok": True,
        "event": "webhooks.sent",
    }
    assert scrubber.scrub(line) == line


@settings(max_examples=40)
@given(st.recursive(st.text() | st.integers() | st.none() | st.binary(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_any_value_is_scrubbed_without_an_error(value):
    json.dumps(scrubber.scrub(value))


def test_every_line_of_the_log_goes_through_it_also_tracebacks_and_gunicorns():
    logs.configure({"format": "json", "level": "INFO"})
    written = io.StringIO()
    handler = logging.getLogger("gunicorn.error").handlers[0]
    kept = handler.setStream(written)
    try:
        try:
            raise ValueError(f"no answer from redis://:{TOKEN}@127.0.0.1 for 13812345678")
        except ValueError:
            structlog.get_logger("ours").exception("drain.round_failed", api_key=TOKEN)
            logging.getLogger("gunicorn.error").exception(
                "Error handling request /callbacks/baidiyun/tracking/k1/%s", TOKEN
            )
    finally:
        handler.setStream(kept)
        logs.configure(portal.LOGGING)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert len(lines) == 2
    assert TOKEN not in written.getvalue()
    assert "13812345678" not in written.getvalue()
    assert "138****5678" in lines[0]["exception"]


def test_the_secrets_of_the_settings_are_known(settings):
    logs.scrubber.cache_clear()
    settings.METRICS_TOKEN = "metrics-token-of-a-deployment"
    settings.CREDENTIAL_KEYS = ["sealing-key-of-a-deployment"]
    settings.BAIDIYUN_SALT_KEYS = {"k1": "salt-key-of-a-deployment"}
    try:
        said = logs.scrubber().text(
            " ".join(
                [
                    settings.METRICS_TOKEN,
                    *settings.CREDENTIAL_KEYS,
                    *settings.BAIDIYUN_SALT_KEYS.values(),
                    settings.DATABASES["default"]["PASSWORD"],
                    settings.SECRET_KEY,
                ]
            )
        )
    finally:
        logs.scrubber.cache_clear()
    assert set(said.split()) == {HIDDEN}
