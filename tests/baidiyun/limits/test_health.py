"""What an answer says about the platform, and how long the bucket closes."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.baidiyun.choices import Product
from apps.baidiyun.envelopes import parse_answer
from apps.baidiyun.limits.health import LONGEST_CLOSING, diagnose, read_retry_after
from apps.baidiyun.limits.window import SLOWEST, Figures, latency_class

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)


def found(product: Product, text: str, status: int = 200, retry_after: float | None = None):
    """The diagnosis of an answer as it came over the wire."""
    answer = parse_answer(status, text, product=product)
    told = diagnose(product, answer, status=status, retry_after=retry_after)
    return told.health.value, told.close_for


def refusal(code: str, message: str = "x") -> str:
    """An envelope that says no."""
    return f'{{"result":false,"returnCode":"{code}","message":"{message}"}}'


def newer(code: str, message: str) -> str:
    """The same of the newer products."""
    return f'{{"success":false,"code":{code},"message":"{message}","data":null,"time":1}}'


@pytest.mark.parametrize(
    ("product", "text", "status", "health"),
    [
        (Product.RIDER, newer("30005", "无法查询配送员位置!"), 200, "fine"),
        (Product.RIDER, newer("30005", "快递公司系统异常"), 200, "failed"),
        (Product.QUERY, refusal("500"), 200, "fine"),
        (Product.QUERY, refusal("501"), 200, "failed"),
        (Product.QUERY, refusal("502"), 200, "failed"),
        (Product.QUERY, refusal("400"), 200, "fine"),
        (Product.QUERY, "<html>", 200, "failed"),
        (Product.QUERY, "", 200, "failed"),
        (Product.QUERY, "<html>", 502, "failed"),
        (Product.QUERY, "<html>", 404, "failed"),
        (Product.SUBSCRIBE, refusal("501"), 200, "fine"),
        (Product.SUBSCRIBE, refusal("500"), 200, "failed"),
        (Product.BOOK, refusal("501"), 200, "fine"),
        (Product.BOOK, refusal("500", "当前线路未设置价格"), 200, "fine"),
        (Product.BOOK, refusal("500", "服务器错误"), 200, "failed"),
    ],
)
def test_trouble_of_the_platform_is_told_from_trouble_with_the_parcel(
    product, text, status, health
):
    assert found(product, text, status) == (health, 0.0)


@pytest.mark.parametrize(
    ("text", "status", "asked", "closed"),
    [
        ("", 429, None, 60.0),
        ("", 429, 5.0, 5.0),
        ("", 429, 0.0, 1.0),
        ("", 429, 1e9, LONGEST_CLOSING),
        (refusal("504"), 200, None, 60.0),
        (refusal("601"), 200, None, 600.0),
        ("", 503, 30.0, 30.0),
    ],
)
def test_the_bucket_closes_for_as_long_as_the_platform_asks_within_reason(
    text, status, asked, closed
):
    assert found(Product.QUERY, text, status, asked)[1] == closed


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Sun, 22 Nov 2026 08:01:00 GMT", 60.0),
        ("Sun, 22 Nov 2026 07:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("١٢", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header, seconds):
    assert read_retry_after(header, now=NOW) == seconds


def test_the_95th_percentile_is_the_bound_of_its_class():
    latencies = [0] * 9
    latencies[latency_class(0.2)] = 95
    latencies[latency_class(30.0)] = 5
    assert Figures(fine=100, latencies=tuple(latencies)).p95 == 0.25
    latencies[latency_class(30.0)] = 6
    assert Figures(fine=101, latencies=tuple(latencies)).p95 == SLOWEST
    assert Figures().p95 == 0.0
