"""The gateway's page: where the ladder stands, pinning it, products, call limits."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.baidiyun.choices import Product
from apps.baidiyun.limits import gate, rates
from apps.baidiyun.limits.choices import Health, LadderStep
from apps.baidiyun.limits.models import DailySpend, LadderMove, LadderState, ProductLimit
from apps.baidiyun.limits.services import pin_ladder
from apps.baidiyun.limits.store import MemoryStore, Report, StoreUnavailable
from apps.core import clock
from apps.core.actions import Actor
from apps.core.models import ActionLog
from tests.support.admin_pages import logged_in, said, text_of
from tests.support.people import make_merchant
from tests.support.query_counts import assert_query_count, queries_of

PAGE = "/admin/baidiyun/ladderstate/"
PIN, UNPIN = f"{PAGE}1/do/pin/", f"{PAGE}1/do/unpin/"
LIMITS = "/admin/baidiyun/productlimit/"
MOVES = "/admin/baidiyun/laddermove/"


def row_of(response, product: str):
    rows = [*response.context["busy"], *response.context["quiet"]]
    return next(row for row in rows if row.value == product)


def test_the_page_says_where_the_ladder_stands_and_why(stand_at):
    stand_at("only_risky", reason="errors")
    response = logged_in().get(PAGE)
    page = text_of(response)
    assert "Only risky parcels polled" in page
    assert "Too many errors" in page
    places = {rung.step.value: rung.place for rung in response.context["rungs"]}
    assert places == {
        "full": "behind",
        "widened": "behind",
        "only_risky": "here",
        "cached": "ahead",
        "intake_only": "ahead",
    }


def test_the_page_comes_in_chinese(stand_at):
    stand_at("widened", reason="latency")
    page = text_of(logged_in(language="zh-hans").get(PAGE))
    assert "网关" in page
    assert "Interfaces" not in page
    assert "Answers too slow" not in page


def test_an_operator_sees_the_page_but_cannot_pin(stand_at):
    stand_at("full")
    client = logged_in(Role.OPERATOR)
    assert "Pin the service level" not in text_of(client.get(PAGE))
    assert client.post(PIN, {"step": "cached", "note": "x"}).status_code == 403
    assert LadderState.objects.get().step == "full"


def test_a_manager_pins_with_a_note(stand_at):
    stand_at("full")
    client = logged_in(Role.MANAGER)
    response = client.post(PIN, {"step": "cached", "note": "platform maintenance"}, follow=True)
    assert "Pinned" in said(response)
    assert response.redirect_chain[-1][0] == PAGE
    page = text_of(response)
    assert "platform maintenance" in page
    assert client.user.username in page
    row = LadderState.objects.get()
    assert (row.step, row.pinned_by) == ("cached", client.user.username)
    log = ActionLog.objects.get(action="baidiyun.ladder.pinned")
    assert (log.actor_name, log.note) == (client.user.username, "platform maintenance")


@pytest.mark.parametrize("note", ["", "   "])
def test_without_a_note_nothing_is_pinned(stand_at, note):
    stand_at("full")
    client = logged_in(Role.MANAGER)
    assert client.post(PIN, {"step": "cached", "note": note}).status_code == 422
    assert LadderState.objects.get().pinned_by == ""
    assert not LadderMove.objects.exists()


def test_asking_to_pin_changes_nothing(stand_at):
    stand_at("full")
    assert logged_in(Role.MANAGER).get(PIN).status_code == 200
    assert LadderState.objects.get().pinned_by == ""


def test_a_manager_releases_it_and_the_moves_are_listed(stand_at):
    stand_at("full")
    pin_ladder(step=LadderStep.WIDENED, note="quiet night", actor=Actor.system("test"))
    client = logged_in(Role.MANAGER)
    response = client.post(UNPIN, {"note": "morning"}, follow=True)
    assert "Released" in said(response)
    assert LadderState.objects.get().pinned_by == ""
    assert LadderState.objects.get().step == "widened"
    assert [entry["move"].note for entry in response.context["moves"]] == ["morning", "quiet night"]
    assert "quiet night" in text_of(client.get(MOVES))


def test_only_a_pinned_ladder_offers_release(stand_at):
    stand_at("full")
    assert UNPIN not in logged_in(Role.MANAGER).get(PAGE).content.decode()
    pin_ladder(step=LadderStep.FULL, note="hold", actor=Actor.system("test"))
    assert UNPIN in logged_in(Role.MANAGER).get(PAGE).content.decode()


def test_a_ladder_nobody_looks_at_says_so(stand_at):
    stand_at("full", evaluated_at=None)
    assert "the ladder stands still" in text_of(logged_in().get(PAGE))
    stand_at("full", evaluated_at=clock.real_now())
    assert "the ladder stands still" not in text_of(logged_in().get(PAGE))


def test_a_product_shows_its_figures_breaker_and_budget(stand_at, breaker):
    stand_at("full")
    breaker("open", "query")
    store = MemoryStore()
    for n in range(10):
        health = Health.FAILED if n < 3 else Health.FINE
        store.report("sandbox", "query", Report(health, 0, seconds=1.5))
    limit = ProductLimit.objects.get(mode="sandbox", product="query")
    limit.daily_budget = 200
    limit.save()
    rates.forget_limits()
    DailySpend.objects.create(mode="sandbox", product="query", day=clock.today(), spent=50)
    with gate.using(store):
        row = row_of(logged_in().get(PAGE), "query")
    assert (row.calls, row.errors, row.error_colour, row.p95) == (10, "30 %", "danger", "≤ 2 s")
    assert (row.spent, row.budget, row.used) == (50, 200, 25)
    assert row.breaker.state == "open"


def test_a_closed_bucket_says_until_when(stand_at):
    stand_at("full")
    store = MemoryStore()
    with gate.using(store):
        gate.pass_gate(product=Product.QUERY, mode="sandbox")
        store.report("sandbox", "query", Report(Health.LIMITED, 0, close_for=60.0))
        response = logged_in().get(PAGE)
    assert 0 < (row_of(response, "query").closed_until - clock.real_now()).total_seconds() <= 60
    assert "closed until" in text_of(response)


def test_without_redis_the_page_still_opens_and_says_so(stand_at):
    class Gone(MemoryStore):
        def view(self, scope, quotas):
            raise StoreUnavailable("gone")

        def figures(self, scope, seconds):
            raise StoreUnavailable("gone")

    stand_at("full")
    with gate.using(Gone()):
        response = logged_in().get(PAGE)
    assert response.status_code == 200
    assert "Redis does not answer" in text_of(response)


def test_the_page_takes_the_same_queries_whatever_happened(stand_at, breaker):
    stand_at("full")
    client = logged_in(Role.MANAGER)
    client.get(PAGE)
    few, _ = queries_of(lambda: client.get(PAGE))
    for product in Product.values()[:8]:
        breaker("open", product)
    for _ in range(30):
        LadderMove.objects.create(
            at=clock.real_now(), from_step="full", to_step="full", reason="calm"
        )
    many, _ = queries_of(lambda: client.get(PAGE))
    assert len(many) <= len(few)


def test_merchants_do_not_find_the_gateway(stand_at):
    stand_at("full")
    client = logged_in(Role.MERCHANT, make_merchant())
    for page in (PAGE, PIN, LIMITS, MOVES):
        assert client.get(page).status_code == 404


def test_customer_service_may_not_look(stand_at):
    stand_at("full")
    assert logged_in(Role.CUSTOMER_SERVICE).get(PAGE).status_code == 403


def test_the_list_of_moves_takes_a_constant_number_of_queries(db):
    client = logged_in()

    def make(count: int) -> None:
        for _ in range(count):
            LadderMove.objects.create(
                at=clock.real_now(), from_step="full", to_step="widened", reason="errors"
            )

    assert_query_count(
        "admin.ladder_moves",
        make=make,
        visit=lambda: client.get(MOVES),
        shows=lambda response: len(response.context["cl"].result_list),
    )


def change_of(limit: ProductLimit, **given):
    values = {"per_second": "3", "burst": "5", "daily_budget": "1000", "source": "contract"}
    return f"{LIMITS}{limit.pk}/change/", values | given


def test_a_manager_changes_a_limit_and_it_is_in_the_action_log(db):
    limit = ProductLimit.objects.get(mode="sandbox", product="query")
    rates.limits()
    client = logged_in(Role.MANAGER)
    assert client.post(*change_of(limit)).status_code == 302
    assert rates.rate_of("sandbox", "query").per_second == 3
    assert rates.budget_of("sandbox", "query") == 1000
    log = ActionLog.objects.get(action="baidiyun.productlimit.changed")
    assert log.after["daily_budget"] == 1000
    assert log.actor_name == client.user.username


@pytest.mark.parametrize(
    "given",
    [
        {"per_second": "0"},
        {"per_second": "-1"},
        {"per_second": "nan"},
        {"per_second": "10001"},
        {"burst": "0"},
        {"burst": ""},
        {"daily_budget": "-5"},
        {"daily_budget": "99999999999"},
    ],
)
def test_an_impossible_limit_is_refused(db, given):
    limit = ProductLimit.objects.get(mode="sandbox", product="query")
    response = logged_in(Role.MANAGER).post(*change_of(limit, **given))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    again = ProductLimit.objects.get(pk=limit.pk)
    assert (again.per_second, again.burst) == (limit.per_second, limit.burst)


def test_what_a_limit_is_for_does_not_change(db):
    limit = ProductLimit.objects.get(mode="sandbox", product="query")
    logged_in(Role.MANAGER).post(*change_of(limit, mode="live", product="book"))
    limit.refresh_from_db()
    assert (limit.mode, limit.product) == ("sandbox", "query")


def test_a_manager_sets_a_limit_for_a_product_without_one(db):
    values = {"mode": "live", "product": "rider", "per_second": "2", "burst": "2"}
    values |= {"daily_budget": "0", "source": "own guard"}
    response = logged_in(Role.MANAGER).post(f"{LIMITS}add/", values)
    assert response.status_code == 302
    assert rates.rate_of("live", "rider").per_second == 2


def test_a_second_limit_for_the_same_product_is_refused(db):
    values = {"mode": "live", "product": "query", "per_second": "2", "burst": "2"}
    values |= {"daily_budget": "0", "source": ""}
    assert logged_in(Role.MANAGER).post(f"{LIMITS}add/", values).status_code == 200
    assert ProductLimit.objects.filter(mode="live", product="query").count() == 1


def test_an_operator_sees_limits_but_changes_none(db):
    limit = ProductLimit.objects.get(mode="sandbox", product="query")
    client = logged_in(Role.OPERATOR)
    assert client.get(LIMITS).status_code == 200
    assert client.post(*change_of(limit)).status_code == 403
    assert ProductLimit.objects.get(pk=limit.pk).per_second == limit.per_second


def test_the_list_of_limits_takes_a_constant_number_of_queries(db):
    ProductLimit.objects.all().delete()
    client = logged_in()
    free = iter((mode, product) for mode in ("live", "sandbox") for product in Product.values())

    def make(count: int) -> None:
        for _ in range(count):
            mode, product = next(free)
            ProductLimit.objects.create(mode=mode, product=product, per_second=1, burst=1)

    assert_query_count(
        "admin.call_limits",
        make=make,
        visit=lambda: client.get(LIMITS),
        shows=lambda response: len(response.context["cl"].result_list),
    )
