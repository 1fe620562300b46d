"""The table of the contract, the code and the page say the same."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from apps.baidiyun.contract import MESSAGES, Direction
from apps.baidiyun.contract.page import PAGE, render
from apps.baidiyun.contract.table import read_lines
from apps.baidiyun.drift import observe
from tests.baidiyun import payloads
from tests.baidiyun.products import examples, recording

SENT = examples.sent()
SPELLINGS = {"orderid", "kuaidiCom", "kuaidicom", "kuaidiNum", "kuaidinum"}
TRACKS = {"query", "map", "tracking"}


def spoken(direction: Direction) -> list[str]:
    """The messages we use anything of."""
    return sorted(
        name
        for name, message in MESSAGES.items()
        if (message.direction == Direction.SENT) == (direction == Direction.SENT)
        and message.used_paths()
    )


@pytest.mark.parametrize("name", spoken(Direction.SENT))
def test_what_is_sent_is_what_the_table_calls_used(name):
    written = set().union(*(recording.paths_of(param) for param in SENT[name]))
    assert written == MESSAGES[name].used_paths()


@pytest.mark.parametrize("name", spoken(Direction.ANSWER))
def test_what_is_read_is_what_the_table_calls_used(name):
    seen: set[str] = set()
    for read, payload in examples.READERS[name]:
        read(recording.wrap(copy.deepcopy(payload), "", seen))
    known = {field.path for field in MESSAGES[name].fields}
    beyond = {path for path in seen - known if path.rpartition(".")[2] not in SPELLINGS}
    assert beyond == set()
    assert MESSAGES[name].used_paths() - seen == set()
    assert {field.path for field in MESSAGES[name].fields if not field.used} & seen == set()


@pytest.mark.parametrize("name", spoken(Direction.ANSWER))
def test_the_full_examples_do_not_deviate(name):
    for _, payload in examples.READERS[name]:
        found = observe(name, payload)
        if name.split(".")[0] in TRACKS:
            found = [item for item in found if not item.path.endswith("data[].time")]
        assert found == []


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("tracking.push", payloads.POLLING),
        ("tracking.push", payloads.ABORT),
        ("tracking.push", payloads.VECTOR_PUSH),
        ("query.answer", payloads.QUERY_ANSWER),
        ("pickup.push", payloads.ORDER_PUSH),
        ("detect.answer", payloads.DETECTED),
    ],
)
def test_the_real_payloads_of_the_contract_do_not_deviate(name, raw):
    assert observe(name, json.loads(raw)) == []


def test_every_unused_field_says_why():
    missing = [
        f"{name} {field.path}"
        for name, message in MESSAGES.items()
        for field in message.fields
        if not field.used and not field.why
    ]
    assert missing == []


def test_the_page_is_what_the_tables_say():
    assert Path(PAGE).read_text() == render()


@pytest.mark.parametrize(
    "line", ["name str", "name text !", "name str ?", "name str -", "a str !\na str !"]
)
def test_a_line_that_is_none_is_refused(line):
    with pytest.raises(ValueError):  # noqa: PT011
        read_lines(line)
