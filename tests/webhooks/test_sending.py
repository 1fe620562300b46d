"""Deliveries: at least once, under one id, signed, on the schedule of the standard."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Merchant
from apps.core import clock, vault
from apps.core.actions import Actor
from apps.core.models import ActionLog
from apps.webhooks import retrying
from apps.webhooks.choices import DeliveryState, EndpointMode
from apps.webhooks.errors import EndpointRefused, NothingToSend
from apps.webhooks.models import Delivery, Endpoint, Message
from apps.webhooks.retrying import Attempt, Verdict, asked_wait, judge, wait_after
from apps.webhooks.services import add_endpoint, queue_messages, resend_delivery, send_due, sending
from apps.webhooks.services.endpoints import PURPOSE
from apps.webhooks.signing import sign
from tests.webhooks.conftest import Receiver
from tests.webhooks.test_outbox import draft

BOT = Actor.system("test")
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def delivery(merchant: Merchant, endpoint: Endpoint) -> Delivery:
    """One message on its way to the receiver."""
    queue_messages([draft(merchant)])
    return Delivery.objects.get()


def due_again() -> None:
    Delivery.objects.update(next_at=LONG_AGO)


def test_a_message_arrives_signed_and_is_acknowledged(
    delivery: Delivery, receiver: Receiver, endpoint: Endpoint
) -> None:
    sent = send_due()

    delivery.refresh_from_db()
    [(headers, body)] = receiver.heard
    secret = vault.unseal(endpoint.secret_sealed, settings.CREDENTIAL_KEYS, purpose=PURPOSE)
    stamp = int(headers["webhook-timestamp"])
    assert (sent.claimed, sent.taken) == (1, 1)
    assert headers["webhook-id"] == Message.objects.get().uid
    assert headers["webhook-signature"] == sign(
        secret=secret, uid=headers["webhook-id"], timestamp=stamp, body=body
    )
    assert json.loads(body) == Message.objects.get().payload
    assert delivery.state == "sent"
    assert delivery.acknowledged_at is not None
    assert send_due().claimed == 0


def test_a_failure_is_tried_again_under_the_same_id(delivery: Delivery, receiver: Receiver) -> None:
    receiver.status = 500
    send_due()
    delivery.refresh_from_db()
    failed = (delivery.state, delivery.attempts, delivery.last_status)
    assert send_due().claimed == 0
    due_again()
    receiver.status = 204
    send_due()

    delivery.refresh_from_db()
    assert failed == ("failed", 1, 500)
    assert (delivery.state, delivery.attempts) == ("sent", 2)
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1


def test_a_redirection_is_not_followed(delivery: Delivery, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": receiver.url}

    send_due()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_status) == ("failed", 302)
    assert len(receiver.heard) == 1


def test_gone_switches_the_endpoint_off(
    delivery: Delivery, receiver: Receiver, endpoint: Endpoint
) -> None:
    receiver.status = 410

    send_due()

    delivery.refresh_from_db()
    endpoint.refresh_from_db()
    assert delivery.state == "given_up"
    assert (endpoint.is_active, endpoint.why_off) == (False, "410 Gone")
    assert ActionLog.objects.filter(action="webhooks.endpoint.switched").count() == 1


def test_retry_after_is_honoured(delivery: Delivery, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": "900"}

    send_due()

    delivery.refresh_from_db()
    assert delivery.next_at - clock.real_now() > dt.timedelta(seconds=880)


def test_after_the_last_attempt_it_is_given_up(delivery: Delivery, receiver: Receiver) -> None:
    receiver.status = 503
    Delivery.objects.update(attempts=9)

    send_due()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("given_up", 10)


def test_who_was_killed_while_sending_leaves_it_due(
    delivery: Delivery, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(delivery: Delivery) -> Attempt:
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "_send", killed)
    with pytest.raises(KeyboardInterrupt):
        send_due()
    monkeypatch.undo()
    assert send_due().claimed == 0
    due_again()

    assert send_due().taken == 1


def test_a_sender_that_wakes_up_late_undoes_nothing(
    delivery: Delivery, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sending._send

    def slow(held: Delivery) -> Attempt:
        monkeypatch.setattr(sending, "_send", real)
        due_again()
        assert send_due().taken == 1
        return Attempt(500)

    monkeypatch.setattr(sending, "_send", slow)
    send_due()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 2)


def test_a_person_sends_it_again_and_that_is_written_down(
    delivery: Delivery, receiver: Receiver
) -> None:
    with pytest.raises(NothingToSend):
        resend_delivery(delivery_id=delivery.pk, actor=BOT)
    send_due()

    resend_delivery(delivery_id=delivery.pk, actor=BOT)

    assert send_due().taken == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    assert ActionLog.objects.filter(action="webhooks.delivery.queued_again").count() == 1


def test_a_live_endpoint_at_a_private_address_is_never_called(
    merchant: Merchant, receiver: Receiver, endpoint: Endpoint
) -> None:
    Endpoint.objects.update(mode="live")
    queue_messages([draft(merchant, mode="live")])

    send_due()

    assert receiver.heard == []
    assert Delivery.objects.get().last_error.startswith("AddressRefused")


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hook", "ftp://shop.example", "https://", "javascript:alert(1)",
        "https://user:pw@shop.example/", "https://shop.example:22/", "https://shop.example:99999/",
        "https://shop.example/ x", "https://商店.example/", "https://shop.example/" + "x" * 500,
    ],
)  # fmt: skip
def test_an_address_nothing_may_be_sent_to_is_refused(merchant: Merchant, url: str) -> None:
    with pytest.raises(EndpointRefused):
        add_endpoint(merchant=merchant, mode=EndpointMode.LIVE, url=url, actor=BOT)

    assert not Endpoint.objects.exists()


def test_the_secret_is_sealed_and_nowhere_in_the_log(merchant: Merchant) -> None:
    endpoint, secret = add_endpoint(
        merchant=merchant, mode=EndpointMode.LIVE, url="https://shop.example/h", actor=BOT
    )

    assert secret.startswith("whsec_")
    assert secret not in endpoint.secret_sealed
    assert secret not in str(list(ActionLog.objects.values()))


def test_the_signature_is_the_standards_own_example() -> None:
    signature = sign(
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        uid="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["", "MfKQ", "whsec_***"])
def test_what_is_no_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        sign(secret=secret, uid="msg_1", timestamp=1, body=b"")


@given(st.integers(0, 20), st.floats(0, 1), st.none() | st.timedeltas(dt.timedelta(0)))
def test_a_wait_is_never_shorter_than_planned_nor_longer_than_a_day_and_a_fifth(
    attempts: int, chance: float, asked: dt.timedelta | None
) -> None:
    wait = wait_after(attempts, chance=chance, asked=asked)

    if attempts >= len(retrying.DELAYS):
        assert wait is None
    else:
        assert wait is not None
        assert retrying.DELAYS[attempts] <= wait <= retrying.LONGEST_WAIT * 1.2


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(200, Verdict.TAKEN), (299, Verdict.TAKEN), (301, Verdict.AGAIN), (404, Verdict.AGAIN),
     (410, Verdict.GONE), (500, Verdict.AGAIN), (None, Verdict.AGAIN), (199, Verdict.AGAIN)],
)  # fmt: skip
def test_only_2xx_takes_a_message(status: int | None, verdict: Verdict) -> None:
    assert judge(Attempt(status)) is verdict


@pytest.mark.parametrize("word", ["", "-1", "Wed, 21 Oct 2026 07:28:00 GMT", "１２"])
def test_an_unreadable_retry_after_asks_for_nothing(word: str) -> None:
    assert asked_wait(Attempt(429, retry_after=word)) is None


def test_delivery_states_cover_what_is_open() -> None:
    assert {DeliveryState.PENDING.value, DeliveryState.FAILED.value} < set(DeliveryState.values())


def test_secrets_are_sealed_anew_with_the_accounts_and_stay_the_same(
    endpoint: Endpoint, settings: Any
) -> None:
    old, new = settings.CREDENTIAL_KEYS[0], "another-key-another-key-another-key-1"
    secret = vault.unseal(endpoint.secret_sealed, [old], purpose=PURPOSE)
    settings.CREDENTIAL_KEYS = [new, old]
    call_command("rotate_credential_keys", stdout=StringIO())
    endpoint.refresh_from_db()
    assert vault.unseal(endpoint.secret_sealed, [new], purpose=PURPOSE) == secret
    assert secret not in str(list(ActionLog.objects.values()))
    settings.CREDENTIAL_KEYS = [old]
    with pytest.raises(CommandError):
        call_command("rotate_credential_keys", stdout=StringIO())
    assert Endpoint.objects.get().secret_sealed == endpoint.secret_sealed
