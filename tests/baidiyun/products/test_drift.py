"""The drift watch: what deviates is told, masked and counted; what does not costs nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.baidiyun import drift, selectors
from apps.baidiyun.choices import FindingKind
from apps.baidiyun.drift import Finding, mask, observe
from apps.baidiyun.models import DriftFinding
from apps.baidiyun.services import drain_once
from apps.baidiyun.services.drift import MOST_PATHS, record_drift
from tests.baidiyun import payloads


def changed(change):
    """The contract's push with something changed in it."""
    value = json.loads(payloads.POLLING)
    change(value)
    return observe("tracking.push", value)


def test_a_push_as_documented_says_nothing():
    assert changed(lambda value: None) == []


@pytest.mark.parametrize(
    ("change", "kind", "path"),
    [
        (lambda v: v.update(riskScore=7), FindingKind.UNKNOWN_FIELD, "riskScore"),
        (
            lambda v: v["lastResult"]["data"][0].update(lat="1.5"),
            FindingKind.UNKNOWN_FIELD,
            "lastResult.data[].lat",
        ),
        (lambda v: v["lastResult"].pop("nu"), FindingKind.MISSING_FIELD, "lastResult.nu"),
        (
            lambda v: v["lastResult"]["data"][1].update(time=1639563314000),
            FindingKind.CHANGED_TYPE,
            "lastResult.data[].time",
        ),
        (
            lambda v: v["lastResult"]["data"][0].update(statusCode="213"),
            FindingKind.UNKNOWN_CODE,
            "lastResult.data[].statusCode=213",
        ),
        (
            lambda v: v["lastResult"].update(state="99"),
            FindingKind.UNKNOWN_STATE,
            "lastResult.state=99",
        ),
        (lambda v: v.update(status="paused"), FindingKind.UNKNOWN_STATE, "status=paused"),
        (
            lambda v: v["lastResult"]["routeInfo"].update({"to": "x"}),
            FindingKind.CHANGED_TYPE,
            "lastResult.routeInfo.to",
        ),
        (
            lambda v: v["lastResult"].update(data=[1]),
            FindingKind.CHANGED_TYPE,
            "lastResult.data[]",
        ),
    ],
)
def test_a_deviation_is_told_once_with_its_place(change, kind, path):
    assert [(item.kind, item.path) for item in changed(change)] == [(kind, path)]


def test_a_known_shape_still_tells_its_deviation_the_second_time():
    first = changed(lambda v: v.update(extra="a"))
    assert first == changed(lambda v: v.update(extra="a"))


def test_null_and_missing_are_the_same_and_no_deviation_where_nothing_is_required():
    assert changed(lambda v: v["lastResult"].update(isLoop=None, routeInfo=None)) == []


def test_a_sample_shows_the_form_and_not_the_customer():
    assert mask("张三 13800138000 Ann") == "字字 99999999999 Aaa"
    assert mask("2026-11-22T10:00:00Z") == "9999-99-99A99:99:99A"
    assert (mask({"a": 1}), mask([1, 2]), mask(None), mask(10**500)[:3]) == (
        "{1}", "[2]", "None", "999",
    )  # fmt: skip


@given(value=st.text(max_size=60))
def test_no_letter_or_digit_survives_masking(value):
    assert set(mask(value)) & {char for char in value if char.isalnum()} <= set("9aA字")


def test_a_strange_field_name_is_not_repeated():
    [found] = changed(lambda v: v.update({"13800138000 Ann": 1}))
    assert found.path == "?"


def test_shapes_are_remembered_up_to_a_limit():
    for n in range(drift.MOST_SHAPES + 50):
        observe("samecity.push", {f"x{n}": 1})
    root, _ = drift._SPECS["samecity.push"]
    assert len(root.plans) <= drift.MOST_SHAPES


@pytest.mark.django_db
def test_findings_are_counted_in_one_statement(django_assert_num_queries):
    found = Finding("tracking.push", FindingKind.UNKNOWN_FIELD, "x", "9")
    with django_assert_num_queries(1):
        assert record_drift(findings=[found, found, found._replace(path="y")]) == 2
    record_drift(findings=[found._replace(sample="later")])
    row = DriftFinding.objects.get(path="x")
    assert (row.count, row.sample) == (3, "9")
    assert selectors.drift_totals() == {"tracking.push": 4}
    assert selectors.drift_findings(kind="missing_field").count() == 0


@pytest.mark.django_db
def test_a_flood_of_new_fields_ends_in_one_row():
    finding = Finding("tracking.push", FindingKind.UNKNOWN_FIELD, "x", "")
    record_drift(findings=[finding._replace(path=f"p{n}") for n in range(MOST_PATHS)])
    record_drift(findings=[finding._replace(path=f"q{n}") for n in range(50)])
    record_drift(findings=[finding._replace(path="p1")])
    assert DriftFinding.objects.count() == MOST_PATHS + 1
    assert DriftFinding.objects.get(path="…").count == 50
    assert DriftFinding.objects.get(path="p1").count == 2


@pytest.mark.django_db
def test_nothing_found_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert record_drift(findings=[]) == 0


def test_the_drain_counts_what_a_push_showed(
    db, push, token_of, recorder, django_capture_on_commit_callbacks
):
    subscription = token_of()
    value = json.loads(payloads.POLLING)
    value["surprise"] = 1
    value["lastResult"]["data"][0]["context"] = "已签收&amp;完成\u200b"
    push(subscription, json.dumps(value, ensure_ascii=False))
    with django_capture_on_commit_callbacks(execute=True):
        drain_once()
    assert [row.path for row in DriftFinding.objects.all()] == ["surprise"]
    from apps.core.counters import counter_totals

    assert counter_totals(name="baidiyun.cleaned") == {"tracking": 1}
