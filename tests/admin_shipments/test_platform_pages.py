"""The staff's pages over the carrier cloud and core: closed to merchants, masked, constant."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json

import pytest
from django.conf import settings

from apps.accounts.choices import Role
from apps.baidiyun.models import ApiCall, InboxRow, Quarantine, Subscription, UnknownCode
from apps.baidiyun.salts import derive_salt
from apps.baidiyun.signing import sign_callback
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.models import ActionLog, Counter, JobRun
from tests.support.query_counts import assert_query_count

LISTS = {
    "admin.callbacks": "/admin/baidiyun/inboxrow/",
    "admin.quarantine": "/admin/baidiyun/quarantine/",
    "admin.api_calls": "/admin/baidiyun/apicall/",
    "admin.subscriptions": "/admin/baidiyun/subscription/",
    "admin.unknown_codes": "/admin/baidiyun/unknowncode/",
    "admin.job_runs": "/admin/core/jobrun/",
    "admin.action_log": "/admin/core/actionlog/",
    "admin.counters": "/admin/core/counter/",
}
serial = itertools.count(1)


def callback(**fields):
    n = next(serial)
    param = fields.pop("param", json.dumps({"nu": f"YT{n}", "phone": "13712345678"}))
    values = {
        "topic": "tracking",
        "source": "push",
        "token": f"token{n:05d}",
        "body_hash": hashlib.sha256(f"{n}".encode()).digest(),
        "param": param,
        "received_at": clock.real_now(),
        "next_at": clock.real_now(),
        "state": "parked",
        "attempts": 6,
        "error": "MalformedPayload: no data",
        **fields,
    }
    return InboxRow.objects.create(**values)


def refused(body: bytes = b"sign=x&param=%7B%22a%22%3A1%7D", **fields):
    values = {
        "slot": next(serial) % 1000,
        "reason": "bad_signature",
        "topic": "tracking",
        "token": "tokentokentoken00001",
        "kid": "k1",
        "body": body,
        "size": len(body),
        "received_at": clock.real_now(),
        "remote": "203.0.113.9",
        **fields,
    }
    return Quarantine.objects.create(**values)


def call(**fields):
    values = {
        "product": "query",
        "mode": "sandbox",
        "url_path": "/poll/query.do",
        "subject": 7,
        "ok": True,
        "at": clock.real_now(),
        "return_code": "200",
        "duration_ms": 120,
        **fields,
    }
    return ApiCall.objects.create(**values)


def subscription(**fields):
    n = next(serial)
    values = {
        "token": f"tokentokentoken{n:05d}",
        "topic": "tracking",
        "subject": n,
        "carrier": "yuantong",
        "number": f"YT{n:010d}",
        "kid": "k1",
        "mode": "sandbox",
        "state": "failed",
        "next_at": clock.now(),
        "retry_at": clock.real_now(),
        "created_at": clock.now(),
        **fields,
    }
    return Subscription.objects.create(**values)


def code(**fields):
    n = next(serial)
    now = clock.now()
    return UnknownCode.objects.create(
        source="baidiyun.track",
        code=f"9{n}",
        count=n,
        first_seen_at=now,
        last_seen_at=now,
        sample="快递员：李明（13712345678）",
    )


def run(**fields):
    slot = clock.now() + dt.timedelta(minutes=next(serial))
    return JobRun.objects.create(
        job="shipments.poll_silent",
        slot=slot,
        holder="h:1",
        started_at=clock.real_now(),
        finished_at=clock.real_now(),
        result={"polled": 3},
    )


def action(**fields):
    return record_action(
        action="orders.cancelled",
        actor=Actor.system("test"),
        subject=("orders.order", "7"),
        before={"status": "booked"},
        after={"status": "cancelled"},
    )


def counter(**fields):
    return Counter.objects.create(
        name="cleaned", label=f"{next(serial)}", day=clock.today(), value=1
    )


MAKERS = dict(
    zip(LISTS, (callback, refused, call, subscription, code, run, action, counter), strict=True)
)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_takes_a_constant_number_of_queries(log_in, name):
    client = log_in()

    def make(count: int) -> None:
        for _ in range(count):
            MAKERS[name]()

    assert_query_count(
        name,
        make=make,
        visit=lambda: client.get(LISTS[name]),
        shows=lambda response: len(response.context["cl"].result_list),
    )


@pytest.mark.parametrize("name", LISTS)
def test_these_pages_do_not_exist_for_merchants(log_in, merchant, name):
    row = MAKERS[name]()
    client = log_in(Role.MERCHANT, merchant)

    assert client.get(LISTS[name]).status_code == 404
    assert client.get(f"{LISTS[name]}{row.pk}/change/").status_code == 404
    assert client.post(f"{LISTS[name]}{row.pk}/reveal/").status_code in {403, 404}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.MANAGER, Role.AUDITOR])
def test_every_row_has_a_page_that_only_reads(log_in, name, role):
    row = MAKERS[name]()
    client = log_in(role)

    assert client.get(f"{LISTS[name]}{row.pk}/change/").status_code == 200
    assert client.post(f"{LISTS[name]}{row.pk}/change/", {"error": "x"}).status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_customer_service_has_no_business_here(log_in, name):
    assert log_in(Role.CUSTOMER_SERVICE).get(LISTS[name]).status_code == 403


def act(client, address, name, rows):
    data = {"action": name, "_selected_action": [row.pk for row in rows]}
    return client.post(address, data, follow=True)


def test_parked_callbacks_are_replayed_and_the_others_left_alone(log_in):
    parked, applied = callback(), callback(state="applied")

    response = act(log_in(), LISTS["admin.callbacks"], "replay_parked", [parked, applied])

    text = response.content.decode()
    assert "1 callback queued again." in text
    assert "1 were not parked" in text
    parked.refresh_from_db()
    applied.refresh_from_db()
    assert (parked.state, parked.attempts, applied.state) == ("pending", 0, "applied")
    log = ActionLog.objects.get(action="baidiyun.callbacks.replayed")
    assert log.after["count"] == 1


def test_one_parked_callback_is_replayed_from_its_page(log_in):
    row = callback()
    client = log_in()
    address = f"{LISTS['admin.callbacks']}{row.pk}/"

    assert "do/replay/" in client.get(f"{address}change/").content.decode()
    client.post(f"{address}do/replay/")

    row.refresh_from_db()
    assert row.state == "pending"


def test_an_auditor_replays_nothing(log_in):
    row = callback()
    client = log_in(Role.AUDITOR)

    act(client, LISTS["admin.callbacks"], "replay_parked", [row])
    assert client.post(f"{LISTS['admin.callbacks']}{row.pk}/do/replay/").status_code == 403

    row.refresh_from_db()
    assert row.state == "parked"


def test_a_callback_is_masked_until_revealed(log_in):
    row = callback(error="MalformedPayload: 电话13712345678")
    client = log_in()
    address = f"{LISTS['admin.callbacks']}{row.pk}/"

    assert "13712345678" not in client.get(LISTS["admin.callbacks"]).content.decode()
    assert "13712345678" not in client.get(f"{address}change/").content.decode()
    client.post(f"{address}reveal/")

    assert "13712345678" in client.get(f"{address}change/").content.decode()
    assert ActionLog.objects.filter(action="personal_data.revealed").count() == 1


def test_a_callback_is_found_by_the_number_of_its_subscription(log_in):
    followed = subscription(number="YT7777777777", subject=41)
    wanted = callback(subject=41)
    callback(subject=42)

    response = log_in().get(f"{LISTS['admin.callbacks']}?q={followed.number.lower()}")

    assert [row.pk for row in response.context["cl"].result_list] == [wanted.pk]


@pytest.mark.parametrize(
    "content", ["", "no json", "[" * 3000, '{"a":', "\ud83d\ude00", "0" * 200_000]
)
def test_any_content_can_be_looked_at(log_in, content):
    row = callback(param=content.encode("utf-8", "replace").decode())

    response = log_in().get(f"{LISTS['admin.callbacks']}{row.pk}/change/")

    assert response.status_code == 200
    assert len(response.content) < 300_000


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"a" * 70_000, b"param=%7B", b"&&&=&"])
def test_any_refused_body_can_be_looked_at(log_in, body):
    row = refused(body, size=len(body) + 1)

    assert log_in().get(f"{LISTS['admin.quarantine']}{row.pk}/change/").status_code == 200


def signed_body(token: str, kid: str) -> bytes:
    from urllib.parse import urlencode

    param = json.dumps({"status": "polling", "lastResult": {"nu": "YT1", "data": []}})
    salt = derive_salt(settings.BAIDIYUN_SALT_KEYS[kid], token)
    return urlencode({"sign": sign_callback(param, salt=salt), "param": param}).encode()


def test_what_holds_on_a_second_look_is_taken_in(log_in):
    token = subscription().token
    good, bad = refused(signed_body(token, "k1"), token=token), refused()

    response = act(log_in(), LISTS["admin.quarantine"], "verify_again", [good, bad])

    assert "1 taken in, 1 refused again" in response.content.decode()
    assert InboxRow.objects.filter(token=token, state="pending").count() == 1
    assert list(Quarantine.objects.values_list("pk", flat=True)) == [bad.pk]
    assert ActionLog.objects.get(action="baidiyun.quarantine.verified").after["replayed"] == 1


def test_an_auditor_verifies_nothing(log_in):
    token = subscription().token
    row = refused(signed_body(token, "k1"), token=token)

    act(log_in(Role.AUDITOR), LISTS["admin.quarantine"], "verify_again", [row])

    assert Quarantine.objects.filter(pk=row.pk).exists()
    assert not InboxRow.objects.exists()


def test_a_token_is_never_shown_whole(log_in):
    row = subscription()
    inbox = callback(token=row.token)
    kept = refused(token=row.token)
    client = log_in()
    pages = (
        f"{LISTS['admin.subscriptions']}{row.pk}/change/",
        f"{LISTS['admin.callbacks']}{inbox.pk}/change/",
        f"{LISTS['admin.quarantine']}{kept.pk}/change/",
    )

    for address in (*pages, LISTS["admin.subscriptions"], LISTS["admin.quarantine"]):
        assert row.token not in client.get(address).content.decode(), address


def test_a_failed_subscription_is_sent_again(log_in):
    row = subscription()

    log_in().post(f"{LISTS['admin.subscriptions']}{row.pk}/do/retry/")

    row.refresh_from_db()
    assert row.state == "pending"
    assert ActionLog.objects.filter(action="baidiyun.subscription.retried").exists()


def test_calls_are_filtered_by_how_they_ended(log_in):
    call()
    call(ok=False, return_code="503")
    call(ok=False, permanent=True, return_code="601")
    call(duration_ms=2_000, return_code="201")
    client = log_in()

    def codes(query: str) -> set[str]:
        rows = client.get(f"{LISTS['admin.api_calls']}?{query}").context["cl"].result_list
        return {row.return_code for row in rows}

    assert codes("outcome=failed") == {"503", "601"}
    assert codes("outcome=permanent") == {"601"}
    assert codes("outcome=slow") == {"201"}
    assert codes("return_code=503") == {"503"}
    assert codes("q=7") == {"200", "503", "601", "201"}


def test_a_sample_of_an_unknown_code_is_masked(log_in):
    code()

    assert "13712345678" not in log_in().get(LISTS["admin.unknown_codes"]).content.decode()


def test_jobs_are_filtered_by_state(log_in):
    run()
    JobRun.objects.create(
        job="x.y", slot=clock.now(), holder="h", started_at=clock.real_now(), error="boom"
    )
    client = log_in()

    def jobs(state: str) -> list[str]:
        rows = client.get(f"{LISTS['admin.job_runs']}?state={state}").context["cl"].result_list
        return [row.job for row in rows]

    assert jobs("open") == ["x.y"]
    assert jobs("error") == ["x.y"]
    assert jobs("done") == ["shipments.poll_silent"]


def test_the_action_log_is_found_by_what_was_done_to(log_in):
    action()
    record_action(action="a.b", actor=Actor.system("t"), subject=("orders.order", "8"))

    rows = log_in(Role.AUDITOR).get(f"{LISTS['admin.action_log']}?q=8").context["cl"].result_list

    assert [row.action for row in rows] == ["a.b"]
