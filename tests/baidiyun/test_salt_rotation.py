"""Salt keys rotate with two alive: from what the platform was sent to what it pushes."""

from __future__ import annotations

import json

import pytest

from apps.baidiyun import services
from apps.baidiyun.models import InboxRow, Quarantine
from tests.baidiyun import payloads

pytestmark = pytest.mark.django_db
FIRST, SECOND = "first-salt-key-of-this-test", "second-salt-key-of-this-test"


def subscribed(platform, subject: int, number: str) -> tuple[str, str]:
    """Subscribe and return the path and the salt the platform was really sent."""
    services.subscribe_tracking(subject=subject, carrier="yuantong", number=number, mode="sandbox")
    services.send_due_subscriptions()
    param = json.loads(platform.asked[-1][1]["param"])
    parameters = param["parameters"]
    return parameters["callbackurl"].removeprefix("http://127.0.0.1:8000"), parameters["salt"]


def push(client, path: str, salt: str, number: str) -> int:
    body = payloads.push_body(payloads.POLLING.replace("YT6186594166532", number), salt)
    client.generic("POST", path, body, content_type="application/x-www-form-urlencoded")
    return InboxRow.objects.filter(topic="tracking").count()


def test_old_and_new_tokens_are_believed_until_the_old_key_goes(platform, client, settings):
    platform.will_answer(payloads.SUBSCRIBED)
    settings.BAIDIYUN_SALT_KEYS = {"a": FIRST}
    old = subscribed(platform, 1, "YT6186594166532")
    settings.BAIDIYUN_SALT_KEYS = {"b": SECOND, "a": FIRST}
    new = subscribed(platform, 2, "YT6186594166533")
    assert (old[0].split("/")[4], new[0].split("/")[4]) == ("a", "b")
    assert push(client, *old, "YT6186594166532") == 1
    assert push(client, *new, "YT6186594166533") == 2
    settings.BAIDIYUN_SALT_KEYS = {"b": SECOND}
    assert push(client, *old, "YT6186594166539") == 2
    assert Quarantine.objects.get().reason == "unknown_kid"


def test_a_key_that_was_taken_away_too_early_loses_nothing(platform, client, settings):
    platform.will_answer(payloads.SUBSCRIBED)
    settings.BAIDIYUN_SALT_KEYS = {"a": FIRST}
    path, salt = subscribed(platform, 1, "YT6186594166532")
    settings.BAIDIYUN_SALT_KEYS = {"b": SECOND}
    assert push(client, path, salt, "YT6186594166532") == 0
    settings.BAIDIYUN_SALT_KEYS = {"b": SECOND, "a": FIRST}
    services.verify_quarantined()
    assert InboxRow.objects.count() == 1
    assert not Quarantine.objects.exists()


def test_the_new_key_does_not_vouch_for_the_old_ones_tokens(platform, client, settings):
    platform.will_answer(payloads.SUBSCRIBED)
    settings.BAIDIYUN_SALT_KEYS = {"b": SECOND, "a": FIRST}
    path, salt = subscribed(platform, 1, "YT6186594166532")
    assert push(client, path.replace("/b/", "/a/"), salt, "YT6186594166532") == 0
    assert Quarantine.objects.get().reason == "bad_signature"
