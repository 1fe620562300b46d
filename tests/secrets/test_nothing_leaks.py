"""Nothing secret or personal in logs, the call log, error texts or error pages.

One run goes through everything that handles secrets and people, well and badly; afterwards all
it wrote is searched for them.
"""

from __future__ import annotations

import json
import logging
import sys

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.debug import ExceptionReporter

from apps.accounts.choices import Role
from apps.baidiyun import services
from apps.baidiyun.credentials import acting_for, credentials_for
from apps.baidiyun.errors import BaidiyunError
from apps.baidiyun.models import ApiCall, Subscription
from apps.baidiyun.products.pickup import Party, PickupRequest
from apps.baidiyun.salts import salt_for
from apps.core.actions import Actor
from apps.orders.models import Booking
from apps.orders.services import cancel_order, send_cancellations, send_ready_bookings
from tests.baidiyun import payloads
from tests.support.orders import body
from tests.support.people import client_of, make_merchant, make_user, session_of

SECRETS = {
    "key": "kEyMeRcHaNt77",
    "customer": "cUsMeRcHaNt77",
    "secret": "sEcMeRcHaNt77",
}
NAME, PHONE, STREET = "司马相如", "13912345678", "科技园南路18号3栋502"
SESSION = "abcdef123456"
ECHO = f"收件人{NAME}电话{PHONE}地址广东省深圳市南山区{STREET}有误"
ANSWERS = (
    payloads.BOOKED,
    payloads.CANCELLED,
    json.dumps({"result": False, "returnCode": "400", "message": ECHO}),
    json.dumps({"result": False, "returnCode": "500", "message": "服务器错误"}),
    json.dumps({"result": True, "returnCode": "200", "data": {"recMan": {"name": NAME}}}),
    f"<html><body>{SECRETS['key']} {PHONE} {NAME}</body></html>",
    f'{{"message": "{PHONE}',
    "",
)
KEPT_TABLES = ("baidiyun_apicall", "core_actionlog", "core_counter", "baidiyun_unknowncode")


@pytest.fixture
def shop(db, settings):
    settings.CREDENTIAL_KEYS = ["a-sealing-key-0123456789-abcdefghijkl"]
    merchant = make_merchant(sender_name="欧阳仓管", sender_phone="13700001111")
    services.store_credential(
        mode="sandbox", merchant=merchant, actor=Actor.system("test"), **SECRETS
    )
    return merchant


def hidden(settings, merchant) -> list[str]:
    """Everything that must not be found."""
    salts = [
        str(salt_for(settings.BAIDIYUN_SALT_KEYS, row.kid, row.token))
        for row in Subscription.objects.all()
    ]
    return [
        *SECRETS.values(),
        *settings.BAIDIYUN_SALT_KEYS.values(),
        *settings.CREDENTIAL_KEYS,
        *salts,
        settings.DATABASES["default"]["PASSWORD"],
        NAME,
        PHONE,
        STREET,
        merchant.sender_name,
        merchant.sender_phone,
    ]


def found_in(text: str, words: list[str]) -> list[str]:
    escaped = {word: json.dumps(word)[1:-1] for word in words}
    return [word for word in words if word and (word in text or escaped[word] in text)]


def run_everything(platform, merchant) -> list[str]:
    """Book, cancel, follow, ask and detect with every kind of answer; returns what was raised."""
    raised = []
    for position, answer in enumerate(ANSWERS):
        platform.answers = [(500 if position % 3 == 2 else 200, answer)]
        placed = client_of(merchant).post(
            reverse("api-orders"),
            body(
                number=f"S-{position}",
                recipient__name=NAME,
                recipient__phone=PHONE,
                recipient__address=f"广东省深圳市南山区{STREET}",
            ),
            format="json",
        )
        assert placed.status_code == 201
        send_ready_bookings()
        order = Booking.objects.order_by("-pk")[0].parcel.order
        cancel_order(order_id=order.pk, actor=Actor.system("test"))
        send_cancellations()
        with acting_for(merchant.pk):
            number = f"YT618659416{position:04d}"
            services.subscribe_tracking(
                subject=position, carrier="yuantong", number=number, mode="sandbox", phone=PHONE
            )
            services.send_due_subscriptions()
            for ask in (
                lambda number=number, subject=position: services.query_tracking(
                    subject=subject, carrier="yuantong", number=number, mode="sandbox", phone=PHONE
                ),
                lambda number=number: services.detect_carrier(number=number, mode="sandbox"),
                lambda: services.detect_carrier(number="YT618659416", mode="live"),
            ):
                try:
                    raised.append(repr(ask()))
                except BaidiyunError as error:
                    raised.append(f"{error!r} {error}")
    return raised


def rows_of(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_what_a_run_writes_holds_no_secret_and_no_person(shop, platform, settings, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        raised = run_everything(platform, shop)
    words = hidden(settings, shop)
    assert ApiCall.objects.count() > 20
    assert {form["key"] for _, form in platform.asked if "key" in form} == {SECRETS["key"]}
    assert PHONE in json.dumps([form for _, form in platform.asked])
    for table in KEPT_TABLES:
        assert found_in(rows_of(table), words) == [], table
    spoken = "\n".join(map(str, Booking.objects.values_list("error_message", flat=True)))
    spoken += "\n".join(map(str, Subscription.objects.values_list("message", flat=True)))
    assert found_in(spoken, [*SECRETS.values(), PHONE]) == []
    assert found_in("\n".join(raised), words) == []
    out, err = capfd.readouterr()
    logged = "\n".join(
        f"{record.getMessage()} {record.__dict__}"
        for record in caplog.records
        if not record.name.startswith("django.db")
    )
    assert logged
    assert found_in(logged + out + err, words) == []


class Boom(RuntimeError):
    """A defect nobody foresaw."""


def explode(*args, **given):
    raise Boom("something broke")


@pytest.mark.parametrize("debug", [False, True])
def test_an_error_page_shows_no_secret_and_no_person(shop, settings, monkeypatch, debug):
    settings.DEBUG = debug
    monkeypatch.setattr("apps.orders.api.views.create_order", explode)
    api = Client(raise_request_exception=False)
    plain = client_of(shop)._credentials["HTTP_AUTHORIZATION"]
    answer = api.post(
        reverse("api-orders"),
        json.dumps(body(recipient__name=NAME, recipient__phone=PHONE)),
        content_type="application/json",
        HTTP_AUTHORIZATION=plain,
    )
    assert answer.status_code == 500
    text = answer.content.decode()
    assert found_in(text, [*hidden(settings, shop), plain]) == []


def test_an_error_report_names_no_value_of_a_call(shop, platform, settings):
    request = RequestFactory().post(
        "/x", {"name": NAME, "phone": PHONE}, HTTP_COOKIE=f"sessionid={SESSION}"
    )
    pickup = PickupRequest(
        subject=1,
        third_order_id="x",
        carrier="yuantong",
        recipient=Party(NAME, PHONE, f"广东省深圳市南山区{STREET}"),
        sender=Party(shop.sender_name, shop.sender_phone, shop.sender_address),
    )
    try:
        credentials = credentials_for("sandbox", shop.pk)
        form = {"key": credentials.key, "param": repr(pickup), "salt": credentials.secret}
        assert form
        explode(form, pickup)
    except Boom:
        reporter = ExceptionReporter(request, *sys.exc_info())
    for page in (reporter.get_traceback_html(), reporter.get_traceback_text()):
        assert "something broke" in page
        assert found_in(page, [*hidden(settings, shop), SESSION]) == []


def test_staff_pages_show_no_secret(shop, platform, settings):
    platform.answers = [(200, payloads.BOOKED)]
    client_of(shop).post(reverse("api-orders"), body(recipient__phone=PHONE), format="json")
    send_ready_bookings()
    staff = session_of(make_user(Role.OPERATOR))
    for name in ("admin:baidiyun_apicall_changelist", "admin:baidiyun_subscription_changelist"):
        page = staff.get(reverse(name)).content.decode()
        assert found_in(page, hidden(settings, shop)) == []
