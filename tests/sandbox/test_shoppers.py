"""Shoppers: what they order, and that they call the portal's API as documented."""

from __future__ import annotations

import datetime as dt
import json
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from apps.sandbox.carriers import BY_CODE
from apps.sandbox.foreign_shopping import EU, FOODS, KEPT_FROM_EU, PEOPLE, UNCODED
from apps.sandbox.places import read_address
from apps.sandbox.shoppers import Shop, Shoppers, read_shops
from apps.sandbox.shopping import full_width, make_order

AT = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
ORDERS = [
    make_order(seed=7, shop="tea-house", run="2611200200", sequence=i, placed_at=AT)
    for i in range(600)
]


def test_orders_have_numbers_of_their_own_and_repeat_with_their_seed():
    assert len({order["number"] for order in ORDERS}) == 600
    again = make_order(seed=7, shop="tea-house", run="2611200200", sequence=5, placed_at=AT)
    assert again == ORDERS[5]


def test_every_order_is_json_with_lines_that_cost_something():
    for order in ORDERS:
        json.dumps(order)
        for line in order["lines"]:
            assert Decimal(line["unit_price"]) > 0
            assert line["quantity"] >= 1
            assert line["weight_grams"] > 0


def test_some_go_abroad_some_are_dirty_and_some_impossible():
    recipients = [order["recipient"] for order in ORDERS]
    abroad = [r for r in recipients if r["country"] != "CN"]
    home = [r for r in recipients if r["country"] == "CN"]
    texts = [r.get("address", r.get("street", "")) for r in home]
    assert 0.06 < len(abroad) / 600 < 0.2
    assert any("<b>" in text for text in texts)
    assert any("\u3000" in text for text in texts)
    assert any("\uff10" <= c <= "\uff19" for text in texts for c in text)
    assert any(not r["name"].isalnum() for r in home)
    impossible = [r for r in home if "address" in r and read_address(r["address"]) is None]
    assert 0 < len(impossible) < 60


def abroad(**given) -> list[dict]:
    made = (
        make_order(seed=7, shop="yunshang", run="r", sequence=i, placed_at=AT, **given)
        for i in range(1500)
    )
    return [order for order in made if order["recipient"]["country"] != "CN"]


def test_orders_abroad_ride_with_carriers_that_leave_the_country_and_speak_to_customs():
    orders = abroad()
    assert {o["recipient"]["country"] for o in orders} == {p.country for p in PEOPLE}
    for order in orders:
        assert BY_CODE[order["carrier"]].international
        assert order["customs"]["reason"] == "sale"
        assert order["recipient"]["city"]
        assert order["currency"] == "USD"


def test_some_shops_forget_what_customs_needs_and_a_complete_order_never_does():
    assert any("payment" not in o["customs"] for o in abroad())
    for order in abroad(complete=True):
        said, country = order["customs"], order["recipient"]["country"]
        assert Decimal(said["payment"]["amount"]) == sum(
            Decimal(line["unit_price"]) * line["quantity"] for line in order["lines"]
        )
        assert ("tax_ids" in said) == (country == "BR")
        skus = {line["sku"] for line in order["lines"]}
        assert not skus & UNCODED
        assert country != "US" or not skus & FOODS
        assert country not in EU or not skus & KEPT_FROM_EU


def test_most_addresses_can_be_read():
    home = [o["recipient"]["address"] for o in ORDERS if "address" in o["recipient"]
            and o["recipient"]["country"] == "CN"]  # fmt: skip
    readable = sum(read_address(address) is not None for address in home)
    assert readable / len(home) > 0.9


def test_full_width_turns_ascii_only():
    assert full_width("88号A") == "８８号Ａ"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"merchants":[{"slug":"a"}]}', '{"merchants":1}'])
def test_an_unfinished_demo_file_means_no_shops_yet(tmp_path, text):
    file = tmp_path / "demo.json"
    assert read_shops(file) == []
    file.write_text(text)
    assert read_shops(file) == []


def test_an_order_is_placed_with_key_and_idempotency(tmp_path, moving):
    got = []

    class Portal(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(201)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=server.handle_request, daemon=True).start()
    shoppers = Shoppers(
        shop_url=f"http://127.0.0.1:{server.server_address[1]}/", per_minute=15,
        demo_file=tmp_path / "demo.json",
    )  # fmt: skip
    answer = shoppers.place(Shop("tea-house", "lm_a_b"), "2611200200", 3)
    server.server_close()
    assert answer.status == 201
    ((path, headers, body),) = got
    assert path == "/api/v1/orders"
    assert headers["Authorization"] == "Bearer lm_a_b"
    assert headers["Idempotency-Key"] == f"tea-house-{body['number']}"
    assert shoppers.placed == 1


def test_a_portal_that_is_down_is_no_answer(tmp_path, moving):
    shoppers = Shoppers(
        shop_url="http://127.0.0.1:9", per_minute=15, demo_file=tmp_path / "demo.json"
    )
    assert shoppers.place(Shop("tea-house", "k"), "r", 1) is None
    assert shoppers.placed == 0


def test_the_great_sale_brings_three_orders_where_an_ordinary_day_brings_one(tmp_path, moving):
    shoppers = Shoppers(
        shop_url="http://127.0.0.1:9", per_minute=60, demo_file=tmp_path / "demo.json"
    )
    moving.at = dt.datetime(2026, 10, 14, 4, tzinfo=dt.UTC)
    ordinary = shoppers.wait_seconds()
    moving.at = dt.datetime(2026, 11, 11, 4, tzinfo=dt.UTC)
    assert ordinary == pytest.approx(1, rel=0.1)
    assert shoppers.wait_seconds() == pytest.approx(ordinary / 3, rel=0.1)
    moving.at = dt.datetime(2027, 2, 7, 4, tzinfo=dt.UTC)
    assert shoppers.wait_seconds() > 4 * ordinary
