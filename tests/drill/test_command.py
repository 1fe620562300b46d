"""The command: how it ends, and what it refuses."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout

import pytest
from django.core.management import CommandError, call_command

from apps.baidiyun.models import InboxRow, Subscription
from apps.orders.models import Booking, Order
from config.drill import inside
from config.drill.report import Found, Report, Verdict
from config.management.commands import drill
from config.management.commands.drill import environment

HARMLESS = {
    "/autonumber/auto",
    "/poll/query.do",
    "/address/resolution",
    "/label/order",
}
LIVE = {"live": True, "number": "YT6186594166532"}


def run(**options) -> tuple[int, str]:
    out = io.StringIO()
    with redirect_stdout(out):
        try:
            call_command("drill", **options)
        except SystemExit as ended:
            return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def played(monkeypatch, tmp_path):
    """The command is inside its portal and the play is over: this is its report."""

    def give(verdict: Verdict) -> None:
        row = Found("one", "step", verdict, "says", "expects", "seen", 0.1, hint="the log")
        report = Report("smoke", [row])
        monkeypatch.setenv(drill.INSIDE, str(tmp_path))
        monkeypatch.setattr(inside, "play_inside", lambda **given: report)

    return give


def test_a_drill_that_passed_ends_with_zero(played):
    played(Verdict.PASS)
    code, text = run(profile="smoke")
    assert (code, json.loads(text.splitlines()[-1])["pass"]) == (0, True)


def test_a_drill_that_failed_ends_with_one_after_its_summary(played):
    played(Verdict.FAIL)
    code, text = run(profile="smoke")
    assert (code, json.loads(text.splitlines()[-1])["failed"]) == (1, ["one.step"])


def test_the_drill_speaks_the_language_it_is_told(played):
    played(Verdict.PASS)
    assert "steps passed" in run(profile="smoke", language="en")[1]
    assert "步" in run(profile="smoke", language="zh-hans")[1]


def test_its_processes_see_neither_accounts_nor_data_of_the_desk(monkeypatch, tmp_path):
    for name in ("BAIDIYUN_KEY", "BAIDIYUN_SECRET", "CREDENTIAL_KEYS", "LASTMILE_INSTANCE"):
        monkeypatch.setenv(name, "of the desk")
    seen = environment(tmp_path, "postgres://localhost/drill_1")
    assert "of the desk" not in seen.values()
    assert seen["DATABASE_URL"].endswith("/drill_1")
    assert seen["LASTMILE_LOCAL"] == str(tmp_path)


def test_a_live_peak_is_refused_and_nothing_is_sent(live_platform):
    with pytest.raises(CommandError, match="nothing is ever booked"):
        run(profile="peak", **LIVE)
    assert live_platform.paths == []


def test_a_live_drill_without_a_number_is_refused_and_nothing_is_sent(live_platform):
    with pytest.raises(CommandError, match="--number"):
        run(live=True)
    assert live_platform.paths == []


@pytest.mark.django_db
def test_a_live_drill_sends_the_harmless_questions_and_nothing_else(live_platform):
    run(**LIVE)
    assert set(live_platform.paths) == HARMLESS


@pytest.mark.django_db
def test_a_live_drill_asks_the_waybill_product_for_time_and_price_only(live_platform):
    from apps.baidiyun.models import ApiCall

    run(**LIVE)
    products = set(ApiCall.objects.values_list("product", "mode"))
    assert products == {
        ("detect", "live"),
        ("query", "live"),
        ("address", "live"),
        ("freight", "live"),
        ("estimate", "live"),
    }


@pytest.mark.django_db
def test_a_live_drill_makes_no_order_booking_or_subscription(live_platform):
    run(**LIVE)
    assert not Order.objects.exists()
    assert not Booking.objects.exists()
    assert not Subscription.objects.exists()
    assert InboxRow.objects.count() == 1


@pytest.mark.django_db
def test_a_live_drill_says_what_it_refuses(live_platform):
    _, text = run(json=True, **LIVE)
    rows = json.loads(text)["results"]
    refused = {row["step"] for row in rows if row["verdict"] == "refused"}
    assert refused >= {"order", "cancel", "subscribe", "waybill", "intercept", "ride", "pay"}


@pytest.mark.django_db
def test_refusals_do_not_make_a_live_drill_fail_but_bad_answers_do(live_platform):
    _, text = run(json=True, **LIVE)
    assert json.loads(text)["failed"] == ["live.address", "live.price", "live.arrival"]


@pytest.mark.django_db
def test_without_an_account_a_live_drill_fails_and_sends_nothing(live_platform, settings):
    empty = {"base_url": live_platform.url, "key": "", "customer": "", "secret": ""}
    settings.BAIDIYUN = {**settings.BAIDIYUN, "live": empty}
    code, _ = run(**LIVE)
    assert (code, live_platform.paths) == (1, [])
