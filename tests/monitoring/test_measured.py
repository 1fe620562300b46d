"""Every answer is counted where it is given, and put down to whoever it was due to."""

from __future__ import annotations

import pytest
from celery import shared_task
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.accounts.choices import Role
from apps.baidiyun.blame import blame_of_answer, blame_of_failure, carrier_in
from apps.baidiyun.choices import Product
from apps.baidiyun.client import call
from apps.baidiyun.envelopes import parse_answer
from apps.baidiyun.errors import CallFailed
from apps.baidiyun.limits.health import diagnose
from apps.baidiyun.models import ApiCall
from apps.core.http import HttpAnswer, HttpFailure, Outbound
from apps.core.metrics import book
from apps.core.metrics.blame import ERRORS, Blame, blame_of_status
from apps.core.metrics.web import Measured
from tests.support.people import client_of, make_merchant, make_user, session_of


@pytest.fixture(autouse=True)
def empty_book():
    book.forget()
    yield
    book.forget()


def counted(name: str) -> dict[str, int]:
    """Return what this process counted under a name, by label."""
    found: dict[str, int] = {}
    for (metric, label, _bucket), count in book._counts.items():
        if metric == name:
            found[label] = found.get(label, 0) + count
    return found


def test_a_request_of_the_api_is_counted_by_route_and_merchant(db) -> None:
    merchant = make_merchant()
    client = client_of(merchant)
    client.get("/api/v1/shipments")
    client.get("/api/v1/shipments/nobody-knows-this")
    assert counted("request.answered") == {
        f"api-shipments|{merchant.pk}|ok": 1,
        f"api-shipment|{merchant.pk}|caller": 1,
    }


def test_what_a_stranger_asks_never_becomes_a_label(db) -> None:
    Client().get("/api/v1/shipments/<script>", headers={"Authorization": "Bearer lm_x_nonsense"})
    Client().get("/api/v1/made-up-by-a-stranger")
    labels = " ".join(counted("request.answered"))
    assert counted("request.answered")
    assert "script" not in labels
    assert "stranger" not in labels


def test_a_page_of_the_admin_is_counted_with_its_statements(db) -> None:
    client = session_of(make_user(Role.OPERATOR))
    client.get(reverse("admin:core_metricbucket_changelist"))
    assert counted("page.answered") == {"core_metricbucket_changelist|ok": 1}
    [(_name, _label, bucket)] = [key for key in book._counts if key[0] == "page.queries"]
    assert bucket > 0
    assert not counted("request.answered")


@pytest.mark.parametrize(
    ("status", "blame"),
    [(200, "ok"), (304, "ok"), (404, "caller"), (500, "ours"), (503, "ours"), (504, "vendor")],
)
def test_an_answers_status_says_whose_fault_it_was(status, blame) -> None:
    assert blame_of_status(status) == blame


def test_callers_mistakes_are_no_errors() -> None:
    assert {Blame.OURS, Blame.VENDOR} == ERRORS


def test_measuring_changes_nothing_of_an_answer_and_nothing_else_is_measured(rf: RequestFactory):
    request = rf.get("/static/portal.css")
    answer = object()
    assert Measured(lambda _request: answer)(request) is answer
    assert not book._counts


@pytest.mark.parametrize(
    ("product", "status", "text", "blame"),
    [
        (Product.QUERY, 200, '{"message":"ok","status":"200","data":[]}', "ok"),
        (
            Product.QUERY,
            200,
            '{"result":false,"returnCode":"500","message":"查询无结果"}',
            "caller",
        ),
        (
            Product.QUERY,
            200,
            '{"result":false,"returnCode":"503","message":"验证签名失败"}',
            "ours",
        ),
        (Product.QUERY, 200, '{"result":false,"returnCode":"504","message":"过于频繁"}', "ours"),
        (Product.QUERY, 429, "", "ours"),
        (Product.BOOK, 404, "", "ours"),
        (Product.BOOK, 500, "", "vendor"),
        (Product.BOOK, 200, "<html>", "vendor"),
        (Product.BOOK, 200, '{"result":false,"returnCode":"500","message":"系统繁忙"}', "vendor"),
        (Product.BOOK, 200, '{"result":false,"returnCode":"700","message":"不在范围"}', "caller"),
    ],
)
def test_what_the_platform_says_is_put_down_to_somebody(product, status, text, blame) -> None:
    answer = parse_answer(status, text, product=product)
    found = diagnose(product, answer, status=status)
    assert blame_of_answer(answer, found.health) == blame


def test_no_answer_is_the_platforms_fault_unless_we_must_not_ask() -> None:
    assert blame_of_failure(HttpFailure("late", sent=True)) == Blame.VENDOR
    assert blame_of_failure(HttpFailure("ftp", sent=False, permanent=True)) == Blame.OURS


@pytest.mark.parametrize(
    ("param", "carrier"),
    [
        ('{"com":"yuantong","num":"1"}', "yuantong"),
        ('{"company":"sf","number":"1"}', "sf"),
        ('{"kuaidicom": "dhlen"}', "dhlen"),
        ('{"num":"1"}', ""),
        ('{"com":"<x>"}', ""),
        ("", ""),
    ],
)
def test_a_call_is_about_the_carrier_its_request_names(param, carrier) -> None:
    assert carrier_in({"param": param}) == carrier


def test_a_call_is_counted_and_its_row_says_the_same(db, monkeypatch) -> None:
    said = '{"result":false,"returnCode":"500","message":"查询无结果"}'
    monkeypatch.setattr(Outbound, "post_form", lambda *a, **k: HttpAnswer(200, said, 120))
    call(product=Product.QUERY, mode="sandbox", fields={"param": '{"com":"sf"}'})
    assert counted("call.answered") == {"sandbox|query|sf|-|caller": 1}
    row = ApiCall.objects.get()
    assert (row.carrier, row.merchant_id, row.blame) == ("sf", None, "caller")


def test_a_call_without_an_answer_is_counted_with_the_time_it_took(db, monkeypatch) -> None:
    def hangs(*args, **kwargs):
        raise HttpFailure("No answer within the time limit.", sent=True)

    monkeypatch.setattr(Outbound, "post_form", hangs)
    with pytest.raises(CallFailed):
        call(product=Product.QUERY, mode="sandbox", fields={"param": '{"com":"sf"}'})
    assert counted("call.answered") == {"sandbox|query|sf|-|vendor": 1}
    assert ApiCall.objects.get().blame == "vendor"


def test_the_door_counts_what_it_refuses_and_addresses_nobody_has(db) -> None:
    Client().post("/callbacks/baidiyun/tracking/k1/" + "t" * 32, {"param": "{}"})
    Client().post("/callbacks/baidiyun/wp-login.php/k1/x")
    Client().get("/callbacks/baidiyun/tracking/k1/" + "t" * 32)
    assert counted("callback.answered") == {
        "tracking|not_a_form": 1,
        "-|lost": 1,
        "tracking|lost": 1,
    }


@shared_task(name="tests.measured")
def measured_task(fails: bool = False) -> None:
    """Do nothing, or fail."""
    if fails:
        raise ValueError("as asked")


def test_a_task_is_counted_with_what_came_of_it() -> None:
    measured_task.apply()
    measured_task.apply(kwargs={"fails": True})
    assert counted("task.run") == {"tests.measured|done": 1, "tests.measured|failed": 1}
