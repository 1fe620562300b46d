"""What the portal sent is compared with what the sandbox's receiver recorded."""

from __future__ import annotations

import pytest

from apps.core import clock
from apps.core.actions import Actor
from apps.core.models import JobRun
from apps.sandbox.models import SandboxReceipt
from apps.webhooks import tasks
from apps.webhooks.choices import EndpointMode, MessageKind
from apps.webhooks.models import Message
from apps.webhooks.services import (
    Draft,
    add_endpoint,
    compare_with_receivers,
    queue_messages,
    send_due,
)
from apps.webhooks.services.comparing import is_recording
from tests.shipments.builders import make_merchant


@pytest.fixture
def told(gateway) -> list[str]:
    """The ids of three messages the receiver has acknowledged."""
    merchant = make_merchant()
    add_endpoint(
        merchant=merchant, mode=EndpointMode.SANDBOX, url=f"{gateway}/hooks/portal",
        actor=Actor.system("test"),
    )  # fmt: skip
    kind = MessageKind.TEST.value
    drafts = [Draft(merchant.pk, "sandbox", kind, f"shp_{n}", {}, clock.now()) for n in range(3)]
    queue_messages(drafts)
    assert send_due(limit=3).taken == 3
    return list(Message.objects.order_by("id").values_list("uid", flat=True))


def test_everything_acknowledged_was_received_once(told):
    found = compare_with_receivers()
    assert (found.sent, found.received, found.missing, found.doubled) == (3, 3, (), ())


def test_a_message_that_never_arrived_and_one_that_came_twice_are_named(told):
    lost, twice, _ = told
    SandboxReceipt.objects.filter(webhook_id=lost).delete()
    again = SandboxReceipt.objects.get(webhook_id=twice)
    again.pk = None
    again.save()
    assert tasks.compare() == "done"
    result = JobRun.objects.get(job="webhooks.compare").result
    assert (result["sent"], result["received"], result["missing"], result["doubled"]) == (
        3, 2, 1, 1,
    )  # fmt: skip
    assert (result["missing_ids"], result["doubled_ids"]) == ([lost], [twice])


def test_a_receiver_that_does_not_say_counts_as_unanswered(told, receiver):
    from apps.webhooks.models import Endpoint

    address = receiver.url.partition("/callback")[0]
    Endpoint.objects.update(url=f"{address}/hooks/portal")
    assert compare_with_receivers().unanswered == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/hooks/portal",
        "http://127.0.0.1.evil.example/hooks/x",
        "http://169.254.169.254/hooks/x",
        "http://127.0.0.1:8000/admin/",
    ],
)
def test_nobody_else_is_ever_asked(url):
    assert not is_recording(url)
