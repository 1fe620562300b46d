"""Somebody reviews flags by keyboard alone; two people never hold the same one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from apps.accounts.choices import Role
from apps.core import clock
from apps.exceptions.models import Flag, KindPolicy, Verdict
from apps.shipments.models import Position
from tests.exceptions.flags import drive, flag_rows, send
from tests.shipments.builders import at, make_shipment
from tests.support.people import client_of, make_merchant, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REVIEW = "/admin/exceptions/flag/review/"
STATES = {"c": "confirmed", "d": "dismissed", "e": "escalated"}
FIRST, LAST = 10, 14
PRESS_D = """() => {
  const begin = performance.now();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "d", bubbles: true }));
  return [performance.now() - begin, document.querySelector("#rv-facts dd").textContent];
}"""


class Line:
    """The way of decisions to the portal and of the answers back.

    It is laid before the page is opened: of a page that stands already the browser may send the
    next request past a new route.
    """

    state = "up"

    def carry(self, route: Route) -> None:
        """Carry one decision there and its answer back, as far as the line goes."""
        if self.state == "up":
            route.continue_()
            return
        try:
            if self.state == "there only":
                route.fetch()
        finally:
            route.abort()


@pytest.fixture
def merchant():
    """A merchant whose parcels are under way."""
    return make_merchant(name="云裳服饰")


def plant(merchant, count: int) -> list[Flag]:
    """As many parcels, each with a track of 30 fixes and one flag over five of them."""
    KindPolicy.objects.update(second_look_share=0)
    flags = []
    with clock.frozen(at(30)):
        for n in range(count):
            shipment = make_shipment(merchant, number=f"YT77000000{n:05d}", created_at=at(0))
            send(shipment, drive(30), device=f"van-{n}")
            flags.append(flag_rows(shipment, FIRST, LAST, rank=1000 - n))
    return flags


def on_screen(page: Page) -> str:
    """The number of the parcel the page shows."""
    return page.locator("#rv-facts dd").first.inner_text()


def decide(page: Page, key: str) -> None:
    """Press a key and wait for the next flag to stand there."""
    before = on_screen(page)
    page.keyboard.press(key)
    page.wait_for_function(
        "before => document.querySelector('#rv-facts dd').textContent !== before"
        " || !document.querySelector('#rv-empty').hidden",
        arg=before,
    )


def settled(page: Page) -> None:
    """Wait until everything sent is answered."""
    page.wait_for_function("rvNow.open.size === 0 && !rvNow.filling")


@pytest.fixture
def review(log_in):
    """Open the review page for somebody; nothing is sent any more when the test is over."""
    pages: list[Page] = []

    def open_page(role: Role, line: Line | None = None) -> Page:
        page = log_in(make_user(role))
        if line is not None:
            page.route("**/review/decide/", line.carry)
        page.goto(REVIEW)
        page.locator("#rv-work").wait_for(state="visible")
        settled(page)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        settled(page)
        page.evaluate("() => { rvNow.flag = null; rvNow.ahead = []; }")


def test_twenty_flags_are_reviewed_by_keyboard_and_one_is_undone(review, merchant):
    flags = plant(merchant, 20)
    page = review(Role.OPERATOR)
    keys = ["c", "d", "e", "c"] * 5
    for key in keys:
        decide(page, key)
    page.locator("#rv-empty").wait_for(state="visible")
    settled(page)
    states = list(Flag.objects.order_by("-rank").values_list("state", flat=True))
    assert states == [STATES[key] for key in keys]
    page.keyboard.press("u")
    expect(page.locator("#rv-work")).to_be_visible()
    settled(page)

    last = flags[-1]
    assert on_screen(page) == last.shipment.number
    last.refresh_from_db()
    assert (last.state, last.claimed_by is not None) == ("open", True)
    assert list(Verdict.objects.exclude(undone_at=None).values_list("flag", flat=True)) == [last.pk]
    assert held(last) == {"held"}
    assert [customer_sees(merchant, flag) for flag in (flags[0], flags[1], last)] == [25, 30, 25]


def held(flag: Flag) -> set[str]:
    """What the fixes of a flag are used for."""
    rows = Position.objects.filter(shipment=flag.shipment_id)
    return set(rows.filter(id__range=(flag.first_row, flag.last_row)).values_list("use", flat=True))


def customer_sees(merchant, flag: Flag) -> int:
    """How many fixes the track of the API holds."""
    answer = client_of(merchant).get(f"/api/v1/shipments/{flag.shipment.uid}/track")
    assert answer.status_code == 200, answer.content
    return len(answer.json()["points"])


def test_two_browsers_never_hold_the_same_flag(review, merchant):
    plant(merchant, 12)
    pages = [review(Role.OPERATOR), review(Role.MANAGER)]
    seen: list[set[str]] = [set(), set()]
    for _round in range(3):
        for page, mine in zip(pages, seen, strict=True):
            page.locator("#rv-work").wait_for(state="visible")
            settled(page)
            mine.update(page.evaluate("[rvNow.flag, ...rvNow.ahead].map((flag) => flag.number)"))
            decide(page, "c")
            settled(page)
    assert seen[0] & seen[1] == set()
    assert min(map(len, seen)) >= 5
    assert Verdict.objects.count() == 6


def test_a_decision_shows_the_next_flag_at_once(review, merchant):
    flags = plant(merchant, 4)
    page = review(Role.OPERATOR)
    took = []
    for following in flags[1:]:
        milliseconds, shown = page.evaluate(PRESS_D)
        assert shown == following.shipment.number
        took.append(milliseconds)
        settled(page)
    assert min(took) < 100


def test_what_could_not_be_sent_is_sent_again_by_a_button(review, merchant):
    [first, *_others] = plant(merchant, 3)
    line = Line()
    page = review(Role.OPERATOR, line)
    line.state = "down"
    page.keyboard.press("c")
    expect(page.locator("#rv-error")).to_be_visible()
    first.refresh_from_db()
    assert first.state == "open"
    line.state = "up"
    page.locator("[data-do=retry]").click()
    expect(page.locator("#rv-error")).to_be_hidden()
    settled(page)
    first.refresh_from_db()
    assert first.state == "confirmed"


def test_a_decision_whose_answer_was_lost_is_undone_and_so_is_one_of_an_earlier_visit(
    review, merchant
):
    first, second, *_others = plant(merchant, 4)
    line = Line()
    page = review(Role.OPERATOR, line)
    decide(page, "c")
    settled(page)
    line.state = "there only"
    page.keyboard.press("c")
    expect(page.locator("#rv-error")).to_be_visible()
    second.refresh_from_db()
    assert second.state == "confirmed"
    page.keyboard.press("u")
    expect(page.locator("#rv-error")).to_be_hidden()
    settled(page)
    assert on_screen(page) == second.shipment.number
    second.refresh_from_db()
    assert second.state == "open"

    page.reload()
    page.locator("#rv-work").wait_for(state="visible")
    settled(page)
    page.keyboard.press("u")
    page.wait_for_function(
        "number => document.querySelector('#rv-facts dd').textContent === number",
        arg=first.shipment.number,
    )
    settled(page)
    assert set(Flag.objects.values_list("state", flat=True)) == {"open"}
