"""Sheets, words and times of the international e-waybill: rules without a database."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from django.utils.translation import override

from apps.baidiyun.products.international import Sheet
from apps.orders.choices import BookingProblem
from apps.orders.ewaybill_sheets import address_of, read_sheet
from apps.orders.ewaybill_words import problem_of_refusal, words_of_refusal
from apps.orders.pickup_slots import call_time


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 x", "application/pdf"),
        (b"\x89PNG\r\n\x1a\nx", "image/png"),
        (b"<html><script>", None),
        (b"", None),
    ],
)
def test_only_a_pdf_or_a_picture_is_a_sheet(content, kind):
    found = read_sheet(Sheet("PDF", base64.b64encode(content).decode(), ""))
    assert (found and found[1]) == kind


def test_a_sheet_that_is_no_base64_too_large_or_elsewhere_is_none():
    assert read_sheet(Sheet("PDF", "%%%", "")) is None
    assert read_sheet(Sheet("PDF", "A" * 6_000_000, "")) is None
    assert address_of(Sheet("PDF", "", "javascript:alert(1)")) == ""
    assert address_of(Sheet("PDF", "", "https://x.example/1.pdf")) == "https://x.example/1.pdf"


@pytest.mark.parametrize(
    ("code", "message", "problem", "words"),
    [
        ("30001", "参数错误：recMan.zipcode不能为空", "bad_address", "recipient · postcode"),
        ("30001", "参数错误：exportInfos.netWeight不正确", "refused", "customs lines · net weight"),
        ("invalid_request:recipient.state", "", "bad_address", "recipient · state or province"),
        ("30003", "获取用户信息失败", "refused", "does not know our account"),
        ("30004", "账号单量不足需要充值", "no_balance", "no balance"),
        ("30005", "快递公司返回异常：", "refused", "without a word"),
        ("30005", "快递公司返回异常：目的国家不在服务范围", "refused", "see what it says"),
    ],
)
def test_a_refusal_has_words_and_a_column(code, message, problem, words):
    assert problem_of_refusal(code, message) == BookingProblem(problem)
    with override("en"):
        assert words in words_of_refusal(code, message)


@pytest.mark.parametrize(
    ("now", "ready"),
    [
        ("2026-11-23T10:00", "2026-11-23T11:00"),
        ("2026-11-23T05:00", "2026-11-23T09:00"),
        ("2026-11-23T16:30", "2026-11-24T09:00"),
        ("2026-11-28T17:00", "2026-11-30T09:00"),
        ("2026-11-23T23:30", "2026-11-24T09:00"),
    ],
)
def test_a_carrier_is_called_for_when_somebody_is_there(now, ready):
    china = dt.timezone(dt.timedelta(hours=8))
    at = dt.datetime.fromisoformat(now).replace(tzinfo=china)
    assert call_time(at, "18:00") == dt.datetime.fromisoformat(ready).replace(tzinfo=china)
